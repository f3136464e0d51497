"""The order in which a batch of nodes is composed: by height."""

import numpy as np

from rnncourse.chapters.ch10_recursive_networks.questions.random_trees import (
    compute_heights,
    find_depths,
    flip_levels,
    put_leaves_first,
    sample_tree,
)
from rnncourse.grading.questions import EXACT
from rnncourse.grading.writing import question


@question(
    "10-batch",
    5,
    "A batch by height",
    "build",
    returns="order new_left new_right counts",
    comparison=EXACT,
)
def by_height(left, right):
    """Return the order of the nodes, their children in it, and the nodes of each height."""
    heights = np.zeros(len(left), int)
    for node in range(len(left)):
        if left[node] >= 0:
            heights[node] = 1 + max(heights[left[node]], heights[right[node]])
    order = np.argsort(heights, kind="stable")
    rank = np.argsort(order)
    is_inner = left[order] >= 0
    new_left = np.where(is_inner, rank[left[order]], -1)
    new_right = np.where(is_inner, rank[right[order]], -1)
    return order, new_left, new_right, np.bincount(heights)


def sample_forest(rng, sizes, shape="random"):
    """Put trees of these numbers of leaves one after the other."""
    left, right, offset = [], [], 0
    for n_leaves in sizes:
        tree_left, tree_right = sample_tree(rng, n_leaves, shape)
        left.append(np.where(tree_left < 0, -1, tree_left + offset))
        right.append(np.where(tree_right < 0, -1, tree_right + offset))
        offset += len(tree_left)
    return np.concatenate(left), np.concatenate(right)


@by_height.inputs
def _sample_inputs(rng):
    yield sample_forest(rng, [2, 1])
    yield sample_forest(rng, [1])
    yield sample_forest(rng, [4, 3], "left")
    yield sample_forest(rng, [4, 5], "balanced")
    yield sample_forest(rng, [3, 6, 2])
    yield put_leaves_first(*sample_tree(rng, 4, "balanced"))
    leaves, children = np.full(16, -1), rng.permutation(16)  # eight trees, whose leaves are mixed
    yield np.append(leaves, children[::2]), np.append(leaves, children[1::2])
    yield sample_forest(rng, [5, 1, 6], "leaves first")
    yield sample_forest(rng, [9, 120], "left")  # higher than any fixed number of passes
    yield sample_forest(rng, rng.integers(1, 30, size=rng.integers(4, 12)))


@by_height.property("`order` has every node once")
def _has_every_node(arguments, order, new_left, new_right, counts):
    """Nothing is lost, and nothing is composed twice."""
    return np.array_equal(np.sort(order), np.arange(len(arguments[0])))


@by_height.property("children stand before their nodes")
def _has_children_first(arguments, order, new_left, new_right, counts):
    """A node can be composed only when both children are there. Are `new_left` and `new_right`
    places in the new order, and not where the children stood before?"""
    nodes = np.arange(len(new_left))
    return np.all(new_left < nodes) and np.all(new_right < nodes)


@by_height.property("nodes of one height stand in the order in which they stood")
def _is_stable(arguments, order, new_left, new_right, counts):
    """A sort that keeps it is called stable: `kind="stable"`."""
    heights = compute_heights(*arguments)
    if not np.array_equal(np.sort(order), np.arange(len(heights))):
        return False
    has_same_height = np.diff(heights[order.astype(int)]) == 0
    return np.all(np.diff(order)[has_same_height] > 0)


@by_height.property("the first count is that of the leaves, and the counts add up to all nodes")
def _counts_leaves_and_nodes(arguments, order, new_left, new_right, counts):
    """All leaves have the height 0, wherever they hang."""
    left, _ = arguments
    return counts[0] == np.sum(left < 0) and np.sum(counts) == len(left)


def _make_level_order(compute_levels):
    """Make a wrong answer: batch by other levels."""

    def answer(left, right):
        levels = compute_levels(left, right)
        order = np.argsort(levels, kind="stable")
        rank = np.argsort(order)
        new_sides = (np.where(side[order] >= 0, rank[side[order]], -1) for side in (left, right))
        return order, *new_sides, np.bincount(levels)

    return answer


by_height.mistake("By depth from the root", _make_level_order(flip_levels(find_depths)))(
    "You sorted by the depth from the root, deepest first. That works, but trees of other heights "
    "do not line up: leaves are then spread over all levels. Count from the leaves."
)

by_height.mistake("The root first")(
    "The root comes first in your order. It needs all others: it comes last.",
    _make_level_order(find_depths),
    {"order =": "heights = heights.max() - heights\n    order ="},
)

by_height.mistake("The lower child")(
    "A node has to wait for both of its children: its height is one more than that of the higher.",
    {"max(": "min("},
    {"max(heights[left[node]], heights[right[node]])": "heights[left[node]]"},
    {"max(heights[left[node]], heights[right[node]])": "heights[right[node]]"},
)

by_height.mistake("By the number of leaves")(
    "You sorted by the number of leaves below a node. That works, but nodes of one height need not "
    "have the same number, and could be composed together.",
    {"max(heights[left[node]],": "(heights[left[node]] +"},
)

by_height.mistake("Places counted from 1")(
    "Your children's places count from 1, as in the page's batch, which has a row of zeros first. "
    "Here they count from 0, and a leaf has -1.",
    {"order, new_left, new_right, np": "order, new_left + 1, new_right + 1, np"},
)

by_height.mistake("The heights for the counts", {"np.bincount(heights)": "heights[order]"})(
    "You returned every node's height. Asked for is how many nodes have the height 0, 1, ..."
)

by_height.mistake("Children where they stood before")(
    "Your children still have their old places. After the sorting each has a new one, and the node "
    "must look for it there.",
    {"rank = np.argsort(order)": "rank = np.arange(len(order))"},
    {"return order, new_left, new_right": "return order, left, right"},
)

by_height.mistake("The order for its inverse")(
    "`order[k]` says which node comes k-th. Where a node has gone is the inverse of that.",
    {"rank = np.argsort(order)": "rank = order"},
    {"return order": "return rank"},
)

by_height.mistake("Nodes in their old rows", {"left[order]": ("left", 2), "right[order]": "right"})(
    "You gave the children their new places, but left the nodes in their old rows: row k is for "
    "the node that comes k-th."
)

by_height.mistake("Minus one moved, too", {"left[order] >= 0": "left >= -1"})(
    "A leaf has no children: -1 stays -1. As an index it means the last node."
)

by_height.mistake("Left and right exchanged")(
    "The left and the right children are exchanged.",
    {"return order, new_left, new_right": "return order, new_right, new_left"},
)

by_height.mistake("Nodes of one height in reverse")(
    'Nodes of one height should stay in the order in which they stood: sort with `kind="stable"`.',
    {'np.argsort(heights, kind="stable")': "np.lexsort((-np.arange(len(left)), heights))"},
)

by_height.mistake("Nodes of one height by their children")(
    "You sorted by height, and nodes of one height by their children. They should stay in the "
    "order in which they stood.",
    {'np.argsort(heights, kind="stable")': "np.lexsort((left, heights))"},
    {'np.argsort(heights, kind="stable")': "np.lexsort((right, heights))"},
)

by_height.mistake("Counted up")(
    "You added up the counts. Asked for is how many nodes have each height.",
    {"np.bincount(heights)": "np.cumsum(np.bincount(heights))"},
    {"np.bincount(heights)": "np.r_[0, np.cumsum(np.bincount(heights))]"},
    {"np.bincount(heights)": "np.r_[0, np.cumsum(np.bincount(heights))[:-1]]"},
)

by_height.mistake("Leaves not counted", {"np.bincount(heights)": "np.bincount(heights)[1:]"})(
    "The leaves are nodes, too: their count is the first."
)
