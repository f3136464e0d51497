"""Trees for the questions: arrays of children, with children before parents."""

import numpy as np


def draw_tree(rng, leaves, shape="random"):
    """Draw a tree; return the places of the left and of the right children, -1 at leaves.

    Nodes stand in postorder: all of the left part, all of the right part, then the node. But of the
    shape `"leaves first"`: as that function has them.
    """
    if shape == "leaves first":
        return put_leaves_first(*draw_tree(rng, leaves))
    left, right = [], []

    def build(n):
        if n == 1:
            children = -1, -1
        else:
            cut = {"left": n - 1, "right": 1, "balanced": n // 2}.get(shape)
            cut = rng.integers(1, n) if cut is None else cut
            children = build(cut), build(n - cut)
        left.append(children[0])
        right.append(children[1])
        return len(left) - 1

    build(leaves)
    return np.array(left), np.array(right)


def put_leaves_first(left, right):
    """Put the nodes of a tree into another order that has children before parents.

    All leaves come first, from right to left, then the other nodes by their heights: so a node's
    right child does not stand just before it.
    """
    places = np.arange(len(left))
    order = np.lexsort((np.where(left < 0, -places, places), heights_of(left, right)))
    rank = np.argsort(order)
    return tuple(np.where(side[order] < 0, -1, rank[side[order]]) for side in (left, right))


def make_level_rule(rule, leaf=0):
    """Return what gives levels: those of leaves, and at a node what a rule makes of its children's.

    >>> make_level_rule(lambda a, b: a + b, leaf=1)([-1, -1, 0], [-1, -1, 1])
    array([1, 1, 2])
    """

    def compute_levels(left, right):
        values = []
        for a, b in zip(left, right, strict=True):
            values.append(leaf if a < 0 else rule(values[a], values[b]))
        return np.array(values)

    return compute_levels


heights_of = make_level_rule(lambda a, b: 1 + max(a, b))
sizes_of = make_level_rule(lambda a, b: a + b, leaf=1)
"""How many leaves lie below every node."""


def find_depths(left, right):
    """Return how far every node is from the root of its tree, which stands after it."""
    depths = np.zeros(len(left), int)
    for place in range(len(left) - 1, -1, -1):
        for child in (left[place], right[place]):
            if child >= 0:
                depths[child] = depths[place] + 1
    return depths


def flip_levels(levels):
    """Return another rule: the largest of all levels, less each."""
    return map_levels(levels, lambda level: level.max() - level)


def map_levels(levels, change):
    """Return another rule: what a function makes of levels."""
    return lambda left, right: change(levels(left, right))
