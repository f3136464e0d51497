"""The states of all nodes of a tree."""

import numpy as np

from rnncourse.chapters.ch10_recursive_networks.questions.random_trees import sample_tree
from rnncourse.grading.writing import question


@question("10-states", 3, "The states of a tree", "apply", returns="hs")
def tree_states(left, right, xs, W_l, W_r, b):
    """Return the state of every node, in xs's shape."""
    hs = np.array(xs)
    for node, left_child in enumerate(left):
        if left_child >= 0:
            hs[node] = np.tanh(hs[left_child] @ W_l + hs[right[node]] @ W_r + b)
    return hs


def sample_random_tree(rng, n_leaves, H, shape="random"):
    """Draw a tree, the vectors of its leaves (0 at other nodes), and weights."""
    left, right = sample_tree(rng, n_leaves, shape)
    xs = rng.normal(size=(len(left), H)) * (left < 0)[:, None]
    W_l, W_r = rng.normal(size=(2, H, H)) / np.sqrt(H)
    return left, right, xs, W_l, W_r, rng.normal(size=H) / 2


def sample_left_chain(rng, n_leaves, H, gain):
    """Draw a tree that leans to the left; its root depends on the first leaf, however far it is.

    On the way up, units change places and are multiplied by the gain: above 1 each keeps its sign.
    """
    left, right, xs, _, W_r, b = sample_random_tree(rng, n_leaves, H, "left")
    xs[0] = np.sign(xs[0])
    return left, right, xs, gain * rng.permutation(np.eye(H)), W_r / 10, b / 10


@tree_states.inputs
def _sample_inputs(rng):
    ones = np.array([[1.0]])
    yield (
        np.array([-1, -1, 0]),
        np.array([-1, -1, 1]),
        np.array([[0.5], [0.2], [0]]),
        ones,
        2 * ones,
        np.zeros(1),
    )
    yield sample_random_tree(rng, 1, 2)
    yield sample_random_tree(rng, 3, 2, "left")
    yield sample_random_tree(rng, 3, 2, "right")
    yield sample_random_tree(rng, 8, 3, "balanced")
    yield sample_random_tree(rng, 6, 3, "leaves first")
    yield sample_left_chain(rng, 120, 5, gain=2)  # higher than any fixed number of passes
    yield sample_random_tree(rng, *rng.integers((10, 2), (60, 7)))


@tree_states.property("the state of a leaf is its vector")
def _keeps_leaf_vectors(arguments, hs):
    """Nothing is composed there."""
    left, _, xs, *_ = arguments
    return np.allclose(hs[left < 0], xs[left < 0])


@tree_states.property("a composed state lies between -1 and 1")
def _is_in_range(arguments, hs):
    """Tanh comes last."""
    return np.all(np.abs(hs[arguments[0] >= 0]) <= 1)


tree_states.mistake("The children exchanged")(
    "Left and right are exchanged: `W_l` belongs to the left child. In 3 - 1 that is a difference.",
    {"W_l +": "W_r +", "W_r + b": "W_l + b"},
)

tree_states.mistake("One matrix for both children")(
    "You used one matrix for both children. Then the network could not tell 3 - 1 from 1 - 3.",
    {"W_r": "W_l"},
    {"W_l": "W_r"},
    {"hs[left_child] @ W_l": "(hs[left_child]", "] @ W_r": "]) @ (W_l + W_r) / 2"},
)

tree_states.mistake("Leaves composed, too")(
    "A leaf's state is its vector as it is: no tanh, and no bias.",
    {"array(xs)": "tanh(xs)"},
    {"array(xs)": "tanh(xs + b)"},
    {"array(xs)": "array(xs + b)"},
)

tree_states.mistake("The tanh forgotten", {"np.tanh": ""})(
    "Your states are not squashed: where is the tanh?"
)

tree_states.mistake("The tanh of each part")(
    "You took the tanh of both parts and added them. Add first: one tanh for the node.",
    {"W_l + ": "W_l) + np.tanh(", "W_r + b)": "W_r) + b"},
    {"W_l + ": "W_l + b) + np.tanh("},
)

tree_states.mistake("The bias for each child", {"+ b": "+ 2 * b"})(
    "The bias is added once for a node, not once for each child."
)

tree_states.mistake("The bias forgotten", {" + b": ""})(
    "Right but for `b`: it is added at every composed node."
)

tree_states.mistake("The matrices transposed", {"W_l": "W_l.T", "W_r": "W_r.T"})(
    "Vectors are rows here: `h @ W`, not `W @ h`."
)

tree_states.mistake("A chain of neighbors")(
    "You composed each node with the two that stand before it. The arrays say which nodes are its "
    "children: the left one may stand far back.",
    {"hs[left_child]": "hs[node - 2]", "right[node]": "node - 1"},
)

tree_states.mistake("The node before for the right child", {"right[node]": "node - 1"})(
    "You took the node that stands just before as the right child. It may stand anywhere before: "
    "`right` says where."
)

tree_states.mistake(
    "One child twice", {"right[node]": "left_child"}, {"left_child]": "right[node]]"}
)(
    "You used one child for both parts. The left one goes through `W_l`, the right one through "
    "`W_r`."
)

tree_states.mistake("No child for -1", {"left_child >= 0": "True"})(
    "You composed the leaves, too. A leaf has no children: -1 is an index, too, and means the "
    "last row."
)

tree_states.mistake("The vectors of the children, not their states")(
    "You composed the vectors in `xs`. At a child that is no leaf they are 0: take its state.",
    {"hs[left_child]": "xs[left_child]", "hs[right": "xs[right"},
)

tree_states.mistake("One matrix transposed", {"W_l": "W_l.T"}, {"W_r": "W_r.T"})(
    "One of your matrices is transposed. Vectors are rows here: `h @ W`."
)

tree_states.mistake("A mean for the sum")(
    "You took the mean of both children. Their parts are added.",
    {
        "hs[left_child] @ W_l": "hs[left_child] @ W_l / 2",
        "hs[right[node]] @ W_r": "hs[right[node]] @ W_r / 2",
    },
)

tree_states.mistake("One child left out")(
    "Your nodes are made of one child. Both are composed.",
    {" + hs[right[node]] @ W_r": ""},
    {"hs[left_child] @ W_l + ": ""},
)

tree_states.mistake("A child at place 0 taken for none", {"left_child >= 0": "left_child > 0"})(
    "You take a node whose left child stands at place 0 for a leaf. A leaf has -1."
)

tree_states.mistake("The leaves left at 0", {"np.array(xs)": "np.zeros_like(xs)"})(
    "Your leaves are 0. A leaf's state is its vector."
)
