"""Weights to start from."""

from typing import TypeVar

import numpy as np

from rnncourse.cells.gru import GRUResetBeforeWeights, GRUWeights
from rnncourse.cells.lstm import LSTMWeights
from rnncourse.cells.rnn import HiddenWeights

GATES = {HiddenWeights: 1, GRUWeights: 3, GRUResetBeforeWeights: 3, LSTMWeights: 4}
Kind = TypeVar("Kind", HiddenWeights, GRUWeights, GRUResetBeforeWeights, LSTMWeights)


def initial_weights(
    kind: type[Kind],
    D: int,
    H: int,
    rng: np.random.Generator,
    dtype: type = np.float64,
    peepholes: bool = False,
) -> Kind:
    """Draw small random weights.

        every entry uniform between -1 / sqrt(H) and 1 / sqrt(H)

    Args:
        kind: Which cell's: `HiddenWeights`, `GRUWeights`, `GRUResetBeforeWeights`, `LSTMWeights`.
        D: Size of an input.
        H: Size of the state.
        rng: Where the numbers come from.
        dtype: Their precision.
        peepholes: Draw those of an LSTM too.

    Returns:
        The weights.

    Source: the documentation of `torch.nn.RNN`, `GRU` and `LSTM`, "Note" below "Variables".

    >>> w = initial_weights(LSTMWeights, 3, 4, np.random.default_rng(0))
    >>> w.W_xh.shape, bool(abs(w.W_hh).max() < 0.5)
    ((3, 16), True)
    """
    G = GATES[kind] * H
    shapes = [(D, G), (H, G), (G,)]
    shapes += [(H,)] * (1 if kind is GRUWeights else 3 * peepholes)
    return kind(*(rng.uniform(-1, 1, shape).astype(dtype) / dtype(H**0.5) for shape in shapes))
