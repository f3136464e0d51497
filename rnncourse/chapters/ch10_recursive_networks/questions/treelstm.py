"""One node of a Tree-LSTM."""

import numpy as np

from rnncourse.core.arithmetic import sigmoid
from rnncourse.grading.writing import question


@question("10-lstm", number=4, level="apply", points=2, returns="h c")
def tree_lstm(x, h_l, c_l, h_r, c_r, W, b):
    """A node of a Tree-LSTM."""
    a = np.concatenate([x, h_l, h_r], axis=1) @ W + b
    a_i, a_l, a_r, a_g, a_o = np.split(a, 5, axis=1)
    i, f_l, f_r, o = (1 / (1 + np.exp(-part)) for part in (a_i, a_l, a_r, a_o))
    c = i * np.tanh(a_g) + f_l * c_l + f_r * c_r
    return o * np.tanh(c), c


def _drawn(rng, B, D, H):
    states = [rng.normal(size=(B, H)) for _ in range(4)]
    W = rng.normal(size=(D + 2 * H, 5 * H)) / np.sqrt(D + H)
    return rng.normal(size=(B, D)), *states, W, rng.normal(size=5 * H)


@tree_lstm.inputs
def _(rng):
    one = np.array([[1.0]])
    yield one, one, one, 0 * one, 2 * one, np.zeros((3, 5)), np.array([0.0, 2.0, -1.0, 0.5, 1.0])
    yield _drawn(rng, 1, 2, 2)
    yield _drawn(rng, 3, 4, 2)
    x, h, c, _, _, W, b = _drawn(rng, 2, 1, 3)
    yield x, h, c, np.zeros((2, 3)), np.zeros((2, 3)), W, b
    yield _drawn(rng, 4, 3, 3)
    yield _drawn(rng, *rng.integers(2, 9, size=3))


@tree_lstm.truth("every entry of `h` is smaller in size than the tanh of `c`")
def _(arguments, h, c):
    """The output gate is a number between 0 and 1, and multiplies tanh(c)."""
    return np.all(np.abs(h) <= np.abs(np.tanh(c)) + 1e-9)


@tree_lstm.truth("`c` lies within the sizes of both children's cells and 1, added up")
def _(arguments, h, c):
    """No gate is above 1, and the candidate is a tanh."""
    _, _, c_l, _, c_r, _, _ = arguments
    return np.all(np.abs(c) <= np.abs(c_l) + np.abs(c_r) + 1 + 1e-6)


def _by(
    cell=lambda p: p["i"] * p["g"] + p["l"] * p["c_l"] + p["r"] * p["c_r"],
    shown=lambda p, c: p["o"] * np.tanh(c),
    sums=lambda x, h_l, h_r, W, b: np.hstack([x, h_l, h_r]) @ W + b,
    order="ilrgo",
    squash=np.tanh,
):
    """Make a wrong answer.

    Args:
        cell: From the gates, the candidate, and the children's cells and states to the cell.
        shown: From these and the cell to the state.
        sums: From symbol, both states, weights and bias to the five blocks.
        order: Of the blocks.
        squash: What makes the candidate of its sum.
    """

    def answer(x, h_l, c_l, h_r, c_r, W, b):
        a = dict(zip(order, np.split(sums(x, h_l, h_r, W, b), 5, axis=1), strict=True))
        p = {k: sigmoid(a[k]) for k in "ilro"} | {"g": squash(a["g"])}
        p |= {"c_l": c_l, "c_r": c_r, "h_l": h_l, "h_r": h_r}
        c = cell(p)
        return shown(p, c), c

    return answer


def _own_child_alone(x, h_l, h_r, W, b):
    D, H = x.shape[1], h_l.shape[1]
    W = W.copy()
    W[D + H :, H : 2 * H] = 0
    W[D : D + H, 2 * H : 3 * H] = 0
    return np.hstack([x, h_l, h_r]) @ W + b


tree_lstm.mistake("One forget gate for both children")(
    "Both children's cells pass the same gate. Each has its own, so that the network can keep one "
    "child and drop the other.",
    _by(lambda p: p["i"] * p["g"] + p["l"] * (p["c_l"] + p["c_r"])),
    _by(lambda p: p["i"] * p["g"] + p["r"] * (p["c_l"] + p["c_r"])),
    _by(lambda p: p["i"] * p["g"] + (p["l"] + p["r"]) / 2 * (p["c_l"] + p["c_r"])),
)

tree_lstm.mistake("The forget gates exchanged")(
    "Each forget gate multiplies the other child's cell. The second block is the left child's.",
    _by(lambda p: p["i"] * p["g"] + p["r"] * p["c_l"] + p["l"] * p["c_r"]),
)

tree_lstm.mistake("The children's states exchanged")(
    "The rows of `W` meet x, then the left child's state, then the right one's.",
    _by(sums=lambda x, h_l, h_r, W, b: np.hstack([x, h_r, h_l]) @ W + b),
)

tree_lstm.mistake("The symbol last")(
    "The page's cell has its symbol last; here the rows of `W` meet x first, then the left child's "
    "state, then the right one's.",
    _by(sums=lambda x, h_l, h_r, W, b: np.hstack([h_l, h_r, x]) @ W + b),
)

tree_lstm.mistake("The children's states added up")(
    "You added up the children's states before the weights. Each has rows of `W` of its own, so "
    "that left and right are told apart.",
    _by(
        sums=lambda x, h_l, h_r, W, b: (
            np.hstack([x, h_l + h_r]) @ W[: x.shape[1] + h_l.shape[1]] + b
        )
    ),
)

tree_lstm.mistake("Each forget gate sees its own child alone", _by(sums=_own_child_alone))(
    "Each forget gate reads both children's states: a node may drop one child for what the other "
    "says."
)

tree_lstm.mistake("The bias forgotten")(
    "`b` is missing: it is added to all five blocks.",
    _by(sums=lambda x, h_l, h_r, W, b: np.hstack([x, h_l, h_r]) @ W),
)

tree_lstm.mistake("No input gate", _by(lambda p: p["g"] + p["l"] * p["c_l"] + p["r"] * p["c_r"]))(
    "The candidate passes the input gate before it is added."
)

tree_lstm.mistake("One child's cell left out")(
    "A cell of one child is missing: the new cell takes from both.",
    _by(lambda p: p["i"] * p["g"] + p["l"] * p["c_l"]),
    _by(lambda p: p["i"] * p["g"] + p["r"] * p["c_r"]),
)

tree_lstm.mistake("Cells not forgotten", _by(lambda p: p["i"] * p["g"] + p["c_l"] + p["c_r"]))(
    "You added the children's cells as they are. Each passes its forget gate."
)

tree_lstm.mistake("Cells averaged")(
    "You took the mean of the children's parts. They are added.",
    _by(lambda p: p["i"] * p["g"] + (p["l"] * p["c_l"] + p["r"] * p["c_r"]) / 2),
)

tree_lstm.mistake("States for cells")(
    "The forget gates multiply the children's cells, and you gave them the states.",
    _by(lambda p: p["i"] * p["g"] + p["l"] * p["h_l"] + p["r"] * p["h_r"]),
)

tree_lstm.mistake("A sigmoid for the candidate", _by(squash=sigmoid), _by(squash=lambda a: a))(
    "The candidate is no gate: it goes through tanh, and may be negative."
)

tree_lstm.mistake("The cell shown without tanh", _by(shown=lambda p, c: p["o"] * c))(
    "The cell is shown through tanh: h is the output gate times tanh(c)."
)

tree_lstm.mistake("No output gate", _by(shown=lambda p, c: np.tanh(c)))(
    "Your h has no output gate."
)

tree_lstm.mistake("The blocks in another order")(
    "The five blocks are, from left to right: input, forget left, forget right, candidate, output.",
    _by(order="ilrog"),
    _by(order="lrigo"),
    _by(order="ligro"),
    _by(order="gilro"),
    _by(order="iglro"),
    _by(order="iolrg"),
)
