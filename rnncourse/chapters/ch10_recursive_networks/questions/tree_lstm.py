"""One node of a Tree-LSTM."""

import numpy as np

from rnncourse.cells.activations import sigmoid
from rnncourse.grading.writing import question


@question("10-lstm", 4, "A node of a Tree-LSTM", "apply", returns="h c")
def tree_lstm(x, h_l, c_l, h_r, c_r, W, b):
    """Return state and cell of the nodes, both `(B, H)`."""
    a = np.concatenate([x, h_l, h_r], axis=1) @ W + b
    a_i, a_l, a_r, a_g, a_o = np.split(a, 5, axis=1)
    i, f_l, f_r, o = map(sigmoid, (a_i, a_l, a_r, a_o))
    c = i * np.tanh(a_g) + f_l * c_l + f_r * c_r
    return o * np.tanh(c), c


def _sample_nodes(rng, B, D, H):
    states = [rng.normal(size=(B, H)) for _ in range(4)]
    W = rng.normal(size=(D + 2 * H, 5 * H)) / np.sqrt(D + H)
    return rng.normal(size=(B, D)), *states, W, rng.normal(size=5 * H)


@tree_lstm.inputs
def _sample_inputs(rng):
    one = np.array([[1.0]])
    yield one, one, one, 0 * one, 2 * one, np.zeros((3, 5)), np.array([0.0, 2.0, -1.0, 0.5, 1.0])
    yield _sample_nodes(rng, 1, 2, 2)
    yield _sample_nodes(rng, 3, 4, 2)
    x, h, c, _, _, W, b = _sample_nodes(rng, 2, 1, 3)
    yield x, h, c, np.zeros((2, 3)), np.zeros((2, 3)), W, b
    yield _sample_nodes(rng, 4, 3, 3)
    yield _sample_nodes(rng, *rng.integers(2, 9, size=3))


@tree_lstm.property("every entry of `h` is smaller in size than the tanh of `c`")
def _is_within_tanh_of_cell(arguments, h, c):
    """The output gate is a number between 0 and 1, and multiplies tanh(c)."""
    return np.all(np.abs(h) <= np.abs(np.tanh(c)) + 1e-9)


@tree_lstm.property("`c` lies within the sizes of both children's cells and 1, added up")
def _is_within_sum_of_cells(arguments, h, c):
    """No gate is above 1, and the candidate is a tanh."""
    _, _, c_l, _, c_r, _, _ = arguments
    return np.all(np.abs(c) <= np.abs(c_l) + np.abs(c_r) + 1 + 1e-6)


def _hide_other_child(x, h_l, c_l, h_r, c_r, W, b):
    D, H = x.shape[1], h_l.shape[1]
    W = W.copy()
    W[D + H :, H : 2 * H] = 0
    W[D : D + H, 2 * H : 3 * H] = 0
    return tree_lstm(x, h_l, c_l, h_r, c_r, W, b)


tree_lstm.mistake("One forget gate for both children")(
    "Both children's cells pass the same gate. Each has its own, so that the network can keep one "
    "child and drop the other.",
    {"f_r * c_r": "f_l * c_r"},
    {"f_l * c_l": "f_r * c_l"},
    {"f_l * c_l + f_r * c_r": "(f_l + f_r) / 2 * (c_l + c_r)"},
)

tree_lstm.mistake("The forget gates exchanged", {"f_l * c_l + f_r * c_r": "f_r * c_l + f_l * c_r"})(
    "Each forget gate multiplies the other child's cell. The second block is the left child's."
)

tree_lstm.mistake("The children's states exchanged", {"h_l, h_r]": "h_r, h_l]"})(
    "The rows of `W` meet x, then the left child's state, then the right one's."
)

tree_lstm.mistake("The symbol last", {"[x, h_l, h_r]": "[h_l, h_r, x]"})(
    "The page's cell has its symbol last; here the rows of `W` meet x first, then the left child's "
    "state, then the right one's."
)

tree_lstm.mistake("The children's states added up")(
    "You added up the children's states before the weights. Each has rows of `W` of its own, so "
    "that left and right are told apart.",
    {"h_l, h_r]": "h_l + h_r]", "@ W": "@ W[: len(W) - h_l.shape[1]]"},
)

tree_lstm.mistake("Each forget gate sees its own child alone", _hide_other_child)(
    "Each forget gate reads both children's states: a node may drop one child for what the other "
    "says."
)

tree_lstm.mistake("The bias forgotten", {" + b": ""})(
    "`b` is missing: it is added to all five blocks."
)

tree_lstm.mistake("No input gate", {"i * np": "np"})(
    "The candidate passes the input gate before it is added."
)

tree_lstm.mistake("One child's cell left out", {" + f_r * c_r": ""}, {" + f_l * c_l": ""})(
    "A cell of one child is missing: the new cell takes from both."
)

tree_lstm.mistake("Cells not forgotten", {"f_l * c_l + f_r * c_r": "c_l + c_r"})(
    "You added the children's cells as they are. Each passes its forget gate."
)

tree_lstm.mistake("Cells averaged", {"f_l * c_l + f_r * c_r": "(f_l * c_l + f_r * c_r) / 2"})(
    "You took the mean of the children's parts. They are added."
)

tree_lstm.mistake("States for cells", {"f_l * c_l + f_r * c_r": "f_l * h_l + f_r * h_r"})(
    "The forget gates multiply the children's cells, and you gave them the states."
)

tree_lstm.mistake("A sigmoid for the candidate")(
    "The candidate is no gate: it goes through tanh, and may be negative.",
    {"np.tanh(a_g)": "sigmoid(a_g)"},
    {"np.tanh(a_g)": "a_g"},
)

tree_lstm.mistake("The cell shown without tanh", {"np.tanh(c)": "c"})(
    "The cell is shown through tanh: h is the output gate times tanh(c)."
)

tree_lstm.mistake("No output gate", {"o * np": "np"})("Your h has no output gate.")

tree_lstm.mistake("The blocks in another order")(
    "The five blocks are, from left to right: input, forget left, forget right, candidate, output.",
    {"a_i, a_l, a_r, a_g, a_o =": "a_i, a_l, a_r, a_o, a_g ="},
    {"a_i, a_l, a_r, a_g, a_o =": "a_l, a_r, a_i, a_g, a_o ="},
    {"a_i, a_l, a_r, a_g, a_o =": "a_l, a_i, a_g, a_r, a_o ="},
    {"a_i, a_l, a_r, a_g, a_o =": "a_g, a_i, a_l, a_r, a_o ="},
    {"a_i, a_l, a_r, a_g, a_o =": "a_i, a_g, a_l, a_r, a_o ="},
    {"a_i, a_l, a_r, a_g, a_o =": "a_i, a_o, a_l, a_r, a_g ="},
    {"a_i, a_l, a_r, a_g, a_o =": "a_i, a_o, a_g, a_l, a_r ="},
    {"a_i, a_l, a_r, a_g, a_o =": "a_l, a_i, a_r, a_g, a_o ="},
)

tree_lstm.mistake("The output gate inside tanh", {"o * np.tanh(c)": "np.tanh(o * c)"})(
    "The output gate multiplies what tanh has made of the cell. You multiplied before tanh."
)
