"""Trees for the questions: arrays of children, with children before parents."""

import numpy as np


def sample_tree(rng, n_leaves, shape="random"):
    """Draw a tree; return the places of the left and of the right children, -1 at leaves.

    Nodes stand in postorder: all of the left part, all of the right part, then the node. But of the
    shape `"leaves first"`: as that function has them.
    """
    if shape == "leaves first":
        return put_leaves_first(*sample_tree(rng, n_leaves))
    left, right = [], []

    def build(n):
        if n == 1:
            children = -1, -1
        else:
            n_left = {"left": n - 1, "right": 1, "balanced": n // 2}.get(shape)
            n_left = rng.integers(1, n) if n_left is None else n_left
            children = build(n_left), build(n - n_left)
        left.append(children[0])
        right.append(children[1])
        return len(left) - 1

    build(n_leaves)
    return np.array(left), np.array(right)


def put_leaves_first(left, right):
    """Put the nodes of a tree into another order that has children before parents.

    All leaves come first, from right to left, then the other nodes by their heights: so a node's
    right child does not stand just before it.
    """
    nodes = np.arange(len(left))
    order = np.lexsort((np.where(left < 0, -nodes, nodes), compute_heights(left, right)))
    rank = np.argsort(order)
    return tuple(np.where(side[order] < 0, -1, rank[side[order]]) for side in (left, right))


def make_level_rule(rule, leaf=0):
    """Return what gives levels: those of leaves, and at a node what a rule makes of its children's.

    >>> make_level_rule(lambda a, b: a + b, leaf=1)([-1, -1, 0], [-1, -1, 1])
    array([1, 1, 2])
    """

    def compute_levels(left, right):
        levels = []
        for a, b in zip(left, right, strict=True):
            levels.append(leaf if a < 0 else rule(levels[a], levels[b]))
        return np.array(levels)

    return compute_levels


compute_heights = make_level_rule(lambda a, b: 1 + max(a, b))
count_leaves = make_level_rule(lambda a, b: a + b, leaf=1)
"""How many leaves lie below every node."""


def find_depths(left, right):
    """Return how far every node is from the root of its tree, which stands after it."""
    depths = np.zeros(len(left), int)
    for node in range(len(left) - 1, -1, -1):
        for child in (left[node], right[node]):
            if child >= 0:
                depths[child] = depths[node] + 1
    return depths


def flip_levels(compute_levels):
    """Return another rule: the largest of all levels, less each."""
    return map_levels(compute_levels, lambda levels: levels.max() - levels)


def map_levels(compute_levels, change):
    """Return another rule: what a function makes of levels."""
    return lambda left, right: change(compute_levels(left, right))
