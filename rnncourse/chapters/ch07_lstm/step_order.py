"""A step of the LSTM cut into the four parts that deck A lists, which may be taken in any order."""

from collections.abc import Sequence
from itertools import permutations

import numpy as np
from jaxtyping import Float

from rnncourse.cells.activations import sigmoid
from rnncourse.cells.initial import initial_weights
from rnncourse.cells.lstm import LSTMState, LSTMWeights, lstm_step

PARTS = ("forget", "store", "update", "output")
"""Forget gate, store gate (our i, with its candidate), update of the memory, output gate."""


def compute_part(part: str, x: np.ndarray, values: dict[str, np.ndarray], w: LSTMWeights) -> None:
    """Take one part of a step; what it needs and nobody has made yet is that of the step before.

    Args:
        part: One of `PARTS`.
        x: Input of the step.
        values: `h_old` and `c_old` from before the step, and what there is of f, i, g and c; the
            part adds to it.
        w: Parameters.
    """
    a_i, a_f, a_g, a_o = np.split(x @ w.W_xh + values["h_old"] @ w.W_hh + w.b_h, 4, axis=-1)
    if part == "forget":
        values["f"] = sigmoid(a_f)
    elif part == "store":
        values["i"], values["g"] = sigmoid(a_i), np.tanh(a_g)
    elif part == "update":
        values["c"] = values["f"] * values["c_old"] + values["i"] * values["g"]
    else:
        values["h"] = sigmoid(a_o) * np.tanh(values["c"])


def run_in_order(
    order: Sequence[str], xs: Float[np.ndarray, "T B D"], w: LSTMWeights
) -> Float[np.ndarray, "T B H"]:
    """Run over a sequence from a zero state, with the parts of each step in an order of choice."""
    zero = np.zeros((xs.shape[1], len(w.W_hh)))
    values, hs = dict.fromkeys("hcfig", zero), []
    for x in xs:
        values |= {"h_old": values["h"], "c_old": values["c"]}
        for part in order:
            compute_part(part, x, values, w)
        hs.append(values["h"])
    return np.stack(hs)


def differences_from_lstm() -> dict[tuple[str, ...], float]:
    """Return, for each of the 24 orders, the largest difference of h from the LSTM's."""
    rng = np.random.default_rng(0)
    w, xs = initial_weights(LSTMWeights, 3, 5, rng), rng.normal(size=(50, 2, 3))
    state, hs = LSTMState(np.zeros((2, 5)), np.zeros((2, 5))), []
    for x in xs:
        state = lstm_step(x, state, w)
        hs.append(state.h)
    return {
        order: float(abs(run_in_order(order, xs, w) - np.stack(hs)).max())
        for order in permutations(PARTS)
    }
