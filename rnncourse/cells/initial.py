"""Weights to start from."""

from typing import Protocol, TypeVar, runtime_checkable

import numpy as np
from jaxtyping import Float

from rnncourse.cells.gru import GRUResetBeforeWeights, GRUWeights
from rnncourse.cells.lstm import LSTMWeights
from rnncourse.cells.rnn import HiddenWeights

GATE_COUNTS = {HiddenWeights: 1, GRUWeights: 3, GRUResetBeforeWeights: 3, LSTMWeights: 4}
WeightsT = TypeVar("WeightsT", HiddenWeights, GRUWeights, GRUResetBeforeWeights, LSTMWeights)


@runtime_checkable
class NormalSource(Protocol):
    """Where random numbers come from: a NumPy generator, or that of a live figure."""

    def normal(self, *, size: int | tuple[int, ...]) -> np.ndarray:
        """Draw from the standard normal distribution."""


def initial_weights(
    kind: type[WeightsT],
    D: int,
    H: int,
    rng: np.random.Generator,
    dtype: type = np.float64,
    peepholes: bool = False,
) -> WeightsT:
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
    G = GATE_COUNTS[kind] * H
    shapes = [(D, G), (H, G), (G,)]
    shapes += [(H,)] * (1 if kind is GRUWeights else 3 * peepholes)
    return kind(*(rng.uniform(-1, 1, shape).astype(dtype) / dtype(H**0.5) for shape in shapes))


def random_orthogonal(H: int, rng: NormalSource) -> Float[np.ndarray, "H H"]:
    """Draw a matrix that keeps every length, a rotation or a reflection; all are as likely.

        A = Q R with normal A; the signs of R's diagonal go to Q

    Args:
        H: Its size.
        rng: Where the numbers come from.

    Source: F. Mezzadri, "How to generate random matrices from the classical compact groups",
    Notices of the AMS 54 (2007).

    >>> Q = random_orthogonal(3, np.random.default_rng(0))
    >>> bool(np.allclose(Q.T @ Q, np.eye(3)))
    True
    """
    Q, R = np.linalg.qr(rng.normal(size=(H, H)))
    return Q * np.sign(np.diag(R))
