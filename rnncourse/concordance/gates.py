"""Gates one by one, in columns, between our weights and the letters of the decks."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from jaxtyping import Inexact

from rnncourse.cells.convert import ConversionError
from rnncourse.cells.shapes import CellWeights


class Gate(NamedTuple):
    """One gate in columns, before its nonlinearity: W_x x + W_h h + b.

    Args:
        W_x: Input to gate.
        W_h: State to gate.
        b: Bias.
    """

    W_x: Inexact[np.ndarray, "H D"]
    W_h: Inexact[np.ndarray, "H H"]
    b: Inexact[np.ndarray, " H"]

    @property
    def joined(self) -> Inexact[np.ndarray, "H K"]:
        """The matrix [W_h W_x], which multiplies [h; x]; K = H + D."""
        return np.hstack([self.W_h, self.W_x])

    def negated(self) -> "Gate":
        """Return the gate that is 1 minus this one, since sigma(-a) = 1 - sigma(a)."""
        return Gate(-self.W_x, -self.W_h, -self.b)


def split_gate(W: Inexact[np.ndarray, "H K"], b: Inexact[np.ndarray, " H"] | None = None) -> Gate:
    """Take a matrix that multiplies [h; x] apart.

    Args:
        W: The matrix [W_h W_x]; K = H + D.
        b: Bias; 0 if there is none.

    Returns:
        The gate, with its two matrices.
    """
    H = len(W)
    return Gate(W[:, H:], W[:, :H], np.zeros(H) if b is None else b)


def cut_gates(w: CellWeights) -> list[Gate]:
    """Cut our weights, whose gates stand side by side in rows, into gates in columns.

    Args:
        w: Weights of one cell: `W_xh` `D G`, `W_hh` `H G`, `b_h` `G`.

    Returns:
        The gates in our order: i f g o, or r z n.
    """
    n_gates = w.W_hh.shape[1] // len(w.W_hh)
    blocks = (np.split(array, n_gates, axis=-1) for array in (w.W_xh, w.W_hh, w.b_h))
    return [Gate(W_x.T, W_h.T, b) for W_x, W_h, b in zip(*blocks, strict=True)]


def join_gates(
    gates: Sequence[Gate],
) -> tuple[Inexact[np.ndarray, "D G"], Inexact[np.ndarray, "H G"], Inexact[np.ndarray, " G"]]:
    """Put gates in columns side by side in rows: the reverse of `cut_gates`.

    Args:
        gates: Gates in our order.

    Returns:
        `W_xh`, `W_hh` and `b_h`.
    """
    W_xs, W_hs, bs = zip(*gates, strict=True)
    return np.hstack([W.T for W in W_xs]), np.hstack([W.T for W in W_hs]), np.concatenate(bs)


def require_zero_biases(source: str, *biases: Inexact[np.ndarray, "..."]) -> None:
    """Make sure that what a source has no letter for is 0.

    Args:
        source: Who has no letter.
        biases: What it has no letter for.

    Raises:
        ConversionError: If one of them is not 0.

    >>> require_zero_biases("Deck E", np.zeros(3))
    """
    if any(np.any(b) for b in biases):
        raise ConversionError(f"{source} has no such bias. Try: weights whose bias is 0 there.")
