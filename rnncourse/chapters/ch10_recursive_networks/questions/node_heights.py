"""How high each node of a tree stands."""

import numpy as np

from rnncourse.chapters.ch10_recursive_networks.questions.random_trees import (
    compute_heights,
    count_leaves,
    find_depths,
    flip_levels,
    make_level_rule,
    map_levels,
    sample_tree,
)
from rnncourse.grading.questions import EXACT
from rnncourse.grading.writing import question


@question("10-heights", 1, "How high a node stands", "recall", returns="heights", comparison=EXACT)
def node_heights(left, right):
    """Return the height of every node; a leaf has 0."""
    heights = []
    for node, left_child in enumerate(left):
        heights.append(1 + max(heights[left_child], heights[right[node]]) if left_child >= 0 else 0)
    return np.array(heights)


@node_heights.inputs
def _sample_inputs(rng):
    yield sample_tree(rng, 2)
    yield sample_tree(rng, 1)
    yield sample_tree(rng, 5, "left")
    yield sample_tree(rng, 8, "balanced")
    yield sample_tree(rng, 120, "right")  # higher than any fixed number of passes
    yield sample_tree(rng, int(rng.integers(6, 60)), "leaves first")
    for n_leaves in (7, 11, rng.integers(12, 200)):
        yield sample_tree(rng, n_leaves)


@node_heights.property("a leaf has the height 0")
def _is_zero_at_leaves(arguments, heights):
    """Below a leaf nothing has to be composed."""
    left, _ = arguments
    return np.all(heights[left < 0] == 0)


@node_heights.property("a node stands higher than both of its children")
def _is_above_children(arguments, heights):
    """It can be composed only when both are there."""
    left, right = arguments
    is_inner = left >= 0
    return np.all(heights[is_inner] > np.maximum(heights[left[is_inner]], heights[right[is_inner]]))


node_heights.mistake("A leaf of height 1", make_level_rule(lambda a, b: 1 + max(a, b), leaf=1))(
    "All heights are one too large. Below a leaf there is nothing to compose: what is its height?"
)

node_heights.mistake("A leaf of height -1", make_level_rule(lambda a, b: 1 + max(a, b), leaf=-1))(
    "All heights are one too small. Start with 0 at the leaves."
)

node_heights.mistake("The depth from the root", find_depths)(
    "You counted from the root down. That is the depth. The height counts up from the leaves: "
    "leaves of all depths can be composed at once."
)

node_heights.mistake("The depth, turned around", flip_levels(find_depths))(
    "You took the depth from the root and turned it around. A leaf near the root would then have "
    "to wait: its height is 0, wherever it is."
)

node_heights.mistake("The lower child", make_level_rule(lambda a, b: 1 + min(a, b)))(
    "You went on from the lower child. A node has to wait until both are there."
)

node_heights.mistake("One child alone")(
    "You followed one child only. The longer of two ways decides, and it may be on either side.",
    make_level_rule(lambda a, b: 1 + a),
    make_level_rule(lambda a, b: 1 + b),
)

node_heights.mistake("The node before for the right child")(
    "You took the node that stands just before as the right child. It may stand anywhere before: "
    "`right` says where.",
    lambda left, right: compute_heights(left, np.arange(len(left)) - 1),
)

node_heights.mistake("Both children added")(
    "You added up both children. They are composed side by side, so the higher one decides.",
    make_level_rule(lambda a, b: 1 + a + b),
    count_leaves,
    map_levels(count_leaves, lambda sizes: 2 * sizes - 1),
    map_levels(count_leaves, lambda sizes: 2 * sizes - 2),
)

node_heights.mistake("The logarithm of the leaves")(
    "You took the logarithm of the number of leaves. That is the height of a balanced tree; this "
    "one may lean to a side.",
    map_levels(count_leaves, lambda sizes: np.ceil(np.log2(sizes)).astype(int)),
)

node_heights.mistake("The node itself not counted", make_level_rule(max))(
    "Your nodes stand as high as their higher child. They are one step later."
)

node_heights.mistake("A child at place 0 taken for none", {"left_child >= 0": "left_child > 0"})(
    "You take a node whose left child stands at place 0 for a leaf. A leaf has -1."
)

node_heights.mistake("One for every node that is no leaf", lambda left, right: (left >= 0) * 1)(
    "You marked the nodes that are no leaves. How high does a node stand above the higher child?"
)
