"""The plain recurrent cell: one step forward, and its loss and gradients by hand."""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Inexact

from rnncourse.cells.activations import relu
from rnncourse.cells.shapes import ShapeError, check_step

ACTIVATIONS = {"tanh": np.tanh, "relu": relu}


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


@dataclass(frozen=True)
class HiddenWeights:
    """The parameters of a plain recurrent cell alone, without an output.

    Args:
        W_xh: Input to state.
        W_hh: State to state.
        b_h: Bias of the state.
    """

    W_xh: Inexact[np.ndarray, "... D H"]
    W_hh: Inexact[np.ndarray, "... H H"]
    b_h: Inexact[np.ndarray, "... H"]


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


def rnn_step_backward(
    dy: Inexact[np.ndarray, "B V"],
    dh: Inexact[np.ndarray, "B H"],
    x: Inexact[np.ndarray, "B D"],
    h: Inexact[np.ndarray, "B H"],
    w: RNNWeights,
) -> tuple[Inexact[np.ndarray, "B D"], Inexact[np.ndarray, "B H"], RNNWeights]:
    """Go back through `rnn_step`: from what the loss feels behind it to what it feels before.

        dh' = dh + dy W_hy^T          (from the later steps, and from this step's logits)
        da  = dh' * (1 - h'^2)        (h' = tanh(a), a = x W_xh + h W_hh + b_h)
        dx  = da W_xh^T,  dW_xh = x^T da,  db_h = sum of the rows of da
        dh  = da W_hh^T,  dW_hh = h^T da
        dW_hy = h'^T dy,  db_y = sum of the rows of dy

    Args:
        dy: Gradient of the loss by this step's logits.
        dh: Gradient by the state after the step, from later steps alone; 0 at the last step.
        x: Input of the step.
        h: State before the step.
        w: Parameters.

    Returns:
        Gradients by the input and by the state before the step, and this step's share of the
        gradient of every weight: the shares of all steps add up.

    Raises:
        ShapeError: If x or h does not fit the weights.

    Source: P. J. Werbos, "Backpropagation through time: what it does and how to do it",
    Proceedings of the IEEE 78 (1990); complex step and oracle in tests/cells/test_steps.py.
    """
    _, h_new = rnn_step(x, h, w)
    dh = dh + dy @ w.W_hy.T
    da = dh * (1 - h_new**2)
    dw = RNNWeights(
        W_xh=x.T @ da, W_hh=h.T @ da, W_hy=h_new.T @ dy, b_h=da.sum(axis=0), b_y=dy.sum(axis=0)
    )
    return da @ w.W_xh.T, da @ w.W_hh.T, dw


def hidden_step(
    x: Inexact[np.ndarray, "... B D"],
    h: Inexact[np.ndarray, "... _ H"],
    w: HiddenWeights,
    activation: str = "tanh",
) -> Inexact[np.ndarray, "... B H"]:
    """Take one step without an output, through tanh or ReLU.

        h' = phi(x W_xh + h W_hh + b_h)

    Args:
        x: Input.
        h: State before the step.
        w: Parameters. All three may have further axes in front: many networks at once.
        activation: phi: `"tanh"` or `"relu"`.

    Returns:
        The state after the step: with tanh between -1 and 1, with ReLU from 0 up.

    Raises:
        ShapeError: If x or h does not fit the weights.
        KeyError: If there is no such activation.

    Source: with ReLU, Q. V. Le, N. Jaitly and G. E. Hinton, "A simple way to initialize
    recurrent networks of rectified linear units", arXiv:1504.00941v2, section 3; oracle
    against `torch.nn.RNN` in tests/cells/test_steps.py.
    """
    check_step(x, h, w)
    return ACTIVATIONS[activation](x @ w.W_xh + h @ w.W_hh + w.b_h)
