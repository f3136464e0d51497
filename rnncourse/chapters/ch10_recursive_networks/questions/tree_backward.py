"""The way back through a tree."""

import numpy as np

from rnncourse.chapters.ch10_recursive_networks.questions.tree_states import (
    sample_left_chain,
    sample_random_tree,
    tree_states,
)
from rnncourse.grading.questions import DERIVE_HINT
from rnncourse.grading.writing import question


@question(
    "10-backward",
    6,
    "The way back through a tree",
    "build",
    returns="dxs dW_l dW_r db",
    timeout_hint=DERIVE_HINT,
)
def tree_backward(left, right, hs, W_l, W_r, dh):
    """Return the gradients by the leaves, in hs's shape, by W_l and W_r, and by b."""
    dhs = np.zeros_like(hs)
    dhs[-1] = dh
    dW_l, dW_r, db = np.zeros_like(W_l), np.zeros_like(W_r), np.zeros(len(dh))
    for node in reversed(range(len(hs))):
        left_child, right_child = left[node], right[node]
        if left_child >= 0:
            da = dhs[node] * (1 - hs[node] ** 2)
            dhs[left_child] = W_l @ da
            dhs[right_child] = W_r @ da
            dW_l += np.outer(hs[left_child], da)
            dW_r += np.outer(hs[right_child], da)
            db += da
    return np.where((left < 0)[:, None], dhs, 0), dW_l, dW_r, db


def _sample_tree_gradient(rng, n_leaves, H, shape="random"):
    return _add_gradient(rng, *sample_random_tree(rng, n_leaves, H, shape))


def _add_gradient(rng, left, right, xs, W_l, W_r, b):
    hs = tree_states(left, right, xs, W_l, W_r, b)
    return left, right, hs, W_l, W_r, rng.normal(size=len(b))


def _sample_chain(rng, n_leaves, H):
    """Draw a chain with small states, through which a small gradient comes back to every leaf."""
    left, right, xs, W_l, W_r, b = sample_left_chain(rng, n_leaves, H, gain=1)
    *tree, dh = _add_gradient(rng, left, right, xs / 10, W_l, W_r, b / 100)
    return *tree, dh / 40


@tree_backward.inputs
def _sample_inputs(rng):
    yield _sample_tree_gradient(rng, 2, 1)
    yield _sample_tree_gradient(rng, 1, 2)
    yield _sample_tree_gradient(rng, 3, 2, "left")
    yield _sample_tree_gradient(rng, 3, 2, "right")
    yield _sample_tree_gradient(rng, 8, 2, "balanced")
    yield _sample_tree_gradient(rng, 5, 3, "leaves first")
    yield _sample_chain(rng, 120, 2)  # higher than any fixed number of passes
    yield _sample_tree_gradient(rng, *rng.integers((8, 2), (60, 7)))
    yield _sample_tree_gradient(rng, 30, 150)


@tree_backward.property("with a single leaf, all of the gradient is the leaf's")
def _is_dh_at_single_leaf(arguments, dxs, dW_l, dW_r, db):
    """Its state is its vector."""
    left, *_, dh = arguments
    return len(left) > 1 or np.allclose(dxs[0], dh)


@tree_backward.property("rows of `dxs` that belong to no leaf are 0")
def _is_zero_at_composed_nodes(arguments, dxs, dW_l, dW_r, db):
    """Composed nodes have no vector of their own."""
    return not np.any(dxs[arguments[0] >= 0])


tree_backward.equivalent(
    "tree_backward: `dhs = np.zeros_like(hs)` -> `dhs = np.ones_like(hs)`",
    "every row is written before it is read: the root's at once, a child's by its node",
)

tree_backward.mistake("One child gets all")(
    "The gradient goes to one child only. A node has two children, and what it received came from "
    "both.",
    {"dhs[right_child] = W_r @ da": "pass"},
    {"dhs[left_child] = W_l @ da": "pass"},
)

tree_backward.mistake("Shared between the children", {"W_l @": "W_l / 2 @", "W_r @": "W_r / 2 @"})(
    "You gave each child a half. A derivative is not shared out: each child gets all of it, "
    "through its own matrix."
)

tree_backward.mistake("The matrices exchanged")(
    "Each child's gradient goes back through the matrix through which its state came.",
    {"W_l @": "W @", "W_r @": "W_l @", "W @": "W_r @"},
)

tree_backward.mistake("The matrices not transposed")(
    "States went forward through `h @ W`; a gradient comes back through the transposed matrix.",
    {"W_l @ da": "da @ W_l", "W_r @ da": "da @ W_r"},
)

tree_backward.mistake("The slope forgotten", {" * (1 - hs[node] ** 2)": ""})(
    "Each node has passed a tanh: its slope is 1 - h²."
)

tree_backward.mistake("The slope of the child")(
    "A gradient passes the tanh of the node that it comes from, before the matrices: the slope is "
    "that of the node, not those of its children. A leaf has none.",
    {
        " * (1 - hs[node] ** 2)": "",
        "W_l @ da": "W_l @ da * (1 - hs[left_child] ** 2)",
        "W_r @ da": "W_r @ da * (1 - hs[right_child] ** 2)",
    },
)

tree_backward.mistake("The weights before the slope")(
    "The gradients of the weights and of the bias take what has passed the slope of the tanh.",
    {", da)": (", dhs[node])", 2), "+= da": "+= dhs[node]"},
)

tree_backward.mistake("The gradient given to every node")(
    "The loss depends on the root alone: `dh` starts there. Other nodes get theirs from above.",
    {"dhs[-1]": "dhs[:]", "= W_l": "+= W_l", "= W_r": "+= W_r"},
)

tree_backward.mistake("The bias forgotten", {"db += da": "pass"}, {"db += da": "db += 2 * da"})(
    "All is right but `db`: the bias stands at every composed node, so it gets the sum of what has "
    "passed their slopes."
)

tree_backward.mistake("Another slope")(
    "The slope of tanh, where it gives h, is 1 - h².",
    {"1 - hs[node] ** 2": "hs[node] * (1 - hs[node])"},
    {" ** 2": ""},
    {"1 - hs[node]": "1 - np.tanh(hs[node])"},
)

tree_backward.mistake("The last node alone", {"+=": ("=", 3)})(
    "You kept what one node adds to the weights' gradients, and lost the others. One cell is used "
    "at every node: their parts are added."
)

tree_backward.mistake("The leaves first", {"reversed(range(len(hs)))": "range(len(hs))"})(
    "You went forward. The gradient starts at the root, which stands last."
)

tree_backward.mistake("The outer product turned around")(
    "`dW` has the rows of what came in, the child's state, and the columns of what went out.",
    {"hs[left_child], da": "da, hs[left_child]", "hs[right_child], da": "da, hs[right_child]"},
)

tree_backward.mistake("The other child's state")(
    "The gradient of `W_l` takes the state of the left child, that of `W_r` the right one's.",
    {"dW_l +=": "dW +=", "dW_r +=": "dW_l +=", "dW +=": "dW_r +="},
)

tree_backward.mistake("Composed nodes in dxs", {"np.where((left < 0)[:, None], dhs, 0)": "dhs"})(
    "Right, but `dxs` has rows for composed nodes. They have no vector: leave their rows 0."
)

tree_backward.mistake("The root not composed", {"range(len(hs))": "range(len(hs) - 1)"})(
    "Your walk leaves the root out, so nothing comes back. It begins at the last node: "
    "`range(N - 1, -1, -1)`."
)

tree_backward.mistake("The bias in front of the slope", {"db += da": "db += dhs[node]"})(
    "Your `db` skips tanh. The bias lies in front of it, as the matrices do."
)

tree_backward.mistake("A mean over the nodes")(
    "You divided by the number of nodes. Each node adds its share, and nothing is divided.",
    lambda left, right, *rest: (
        lambda dxs, *dw: (dxs, *(d / max((left >= 0).sum(), 1) for d in dw))
    )(*tree_backward(left, right, *rest)),
)
