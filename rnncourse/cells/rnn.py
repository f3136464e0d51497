"""The plain recurrent cell: one step forward, and its loss and gradients by hand."""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Inexact


class ShapeError(ValueError):
    """Arrays that do not fit each other."""


@dataclass(frozen=True)
class RNNWeights:
    """The parameters of a plain recurrent network with an output at every step.

    Args:
        W_xh: Input to state.
        W_hh: State to state.
        W_hy: State to logits.
        b_h: Bias of the state.
        b_y: Bias of the logits.
    """

    W_xh: Inexact[np.ndarray, "D H"]
    W_hh: Inexact[np.ndarray, "H H"]
    W_hy: Inexact[np.ndarray, "H V"]
    b_h: Inexact[np.ndarray, " H"]
    b_y: Inexact[np.ndarray, " V"]


def rnn_step(
    x: Inexact[np.ndarray, "B D"], h: Inexact[np.ndarray, "_ H"], w: RNNWeights
) -> tuple[Inexact[np.ndarray, "B V"], Inexact[np.ndarray, "B H"]]:
    """Take one step: read an input, update the state, give logits.

        h' = tanh(x W_xh + h W_hh + b_h),   y = h' W_hy + b_y

    Args:
        x: Input.
        h: State before the step.
        w: Parameters.

    Returns:
        Logits `B V`, and the state after the step, which the next step accepts.

    Raises:
        ShapeError: If x or h does not fit the weights.

    Source: J. L. Elman, "Finding structure in time", Cognitive Science 14 (1990);
    oracle against `torch.nn.RNN` in tests/cells/test_rnn.py.
    """
    D, H = w.W_xh.shape
    if x.shape[-1] != D or h.shape != (len(x), H):
        raise ShapeError(
            f"x must be (B, {D}) and h (B, {H}) with one B; got {x.shape} and {h.shape}. "
            "Try: compare them with W_xh and W_hh."
        )
    h = np.tanh(x @ w.W_xh + h @ w.W_hh + w.b_h)
    return h @ w.W_hy + w.b_y, h
