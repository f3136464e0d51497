"""The long short-term memory, one step forward and backward, with or without peepholes."""

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from jaxtyping import Inexact

from rnncourse.cells.activations import sigmoid
from rnncourse.cells.shapes import check_step

Input = Inexact[np.ndarray, "... B D"]
Hidden = Inexact[np.ndarray, "... B H"]
Peephole = Inexact[np.ndarray, "... H"] | float


class LSTMState(NamedTuple):
    """What an LSTM carries from step to step.

    Args:
        h: Hidden state, which the next layer sees.
        c: Cell, which only the LSTM itself sees.
    """

    h: Inexact[np.ndarray, "... B H"]
    c: Inexact[np.ndarray, "... B H"]


@dataclass(frozen=True)
class LSTMWeights:
    """The parameters of an LSTM; the gates i f g o stand side by side in `G = 4 H` columns.

    Args:
        W_xh: Input to gates.
        W_hh: State to gates.
        b_h: Bias of the gates.
        p_i: Peephole through which the input gate sees the cell before the step; 0 for none.
        p_f: The same for the forget gate.
        p_o: Peephole through which the output gate sees the cell after the step; 0 for none.
    """

    W_xh: Inexact[np.ndarray, "... D G"]
    W_hh: Inexact[np.ndarray, "... H G"]
    b_h: Inexact[np.ndarray, "... G"]
    p_i: Peephole = 0.0
    p_f: Peephole = 0.0
    p_o: Peephole = 0.0


def has_peepholes(w: LSTMWeights) -> bool:
    """Tell whether a gate sees the cell: through an array, or through a number other than 0."""
    return any(isinstance(p, np.ndarray) or p for p in (w.p_i, w.p_f, w.p_o))


def peephole_gradient(p: Peephole, da_c: Hidden) -> Peephole:
    """Sum what a peephole got over steps and batch; over all units too, if it is one number.

    Args:
        p: The peephole; 0 for none, whose gradient is 0.
        da_c: Gradient by the gate, times the cell that it saw.
    """
    if np.ndim(p):
        return da_c.sum(axis=tuple(range(da_c.ndim - 1)))
    return da_c.sum() if p else 0.0


def lstm_gates(
    x: Input, state: LSTMState, w: LSTMWeights
) -> tuple[Hidden, Hidden, Hidden, Hidden, Hidden]:
    """Compute the gates of one step, and the cell after it.

        i  = sigma(x W_xi + h W_hi + b_i + p_i * c)
        f  = sigma(x W_xf + h W_hf + b_f + p_f * c)
        g  = tanh (x W_xg + h W_hg + b_g)
        c' = f * c + i * g
        o  = sigma(x W_xo + h W_ho + b_o + p_o * c')

    Args:
        x: Input.
        state: h and c before the step.
        w: Parameters. All three may have further axes in front: many networks at once.

    Returns:
        i, f and o between 0 and 1, g between -1 and 1, in the order i f g o, and c'.

    Raises:
        ShapeError: If x, h or c does not fit the weights.

    Source: as `lstm_step`.
    """
    h, c = state
    check_step(x, h, w)
    check_step(x, c, w, "c")
    a_i, a_f, a_g, a_o = np.split(x @ w.W_xh + h @ w.W_hh + w.b_h, 4, axis=-1)
    i = sigmoid(a_i + w.p_i * c)
    f = sigmoid(a_f + w.p_f * c)
    g = np.tanh(a_g)
    c = f * c + i * g
    o = sigmoid(a_o + w.p_o * c)
    return i, f, g, o, c


def lstm_step(x: Input, state: LSTMState, w: LSTMWeights) -> LSTMState:
    """Take one step: forget, write, and show a part of the cell.

        c' = f * c + i * g,   h' = o * tanh(c'),   with the gates of `lstm_gates`

    Args:
        x: Input.
        state: h and c before the step.
        w: Parameters. All three may have further axes in front: many networks at once.

    Returns:
        h' and c', which the next step accepts.

    Raises:
        ShapeError: If x, h or c does not fit the weights.

    Source: F. A. Gers, J. Schmidhuber and F. Cummins, "Learning to forget: continual prediction
    with LSTM", Neural Computation 12 (2000); peepholes: F. A. Gers, N. N. Schraudolph and
    J. Schmidhuber, "Learning precise timing with LSTM recurrent networks", Journal of Machine
    Learning Research 3 (2002). Oracle against `torch.nn.LSTM` in tests/cells/test_steps.py.
    """
    *_, o, c = lstm_gates(x, state, w)
    return LSTMState(o * np.tanh(c), c)


def lstm_step_backward(
    dstate: LSTMState, x: Input, state: LSTMState, w: LSTMWeights
) -> tuple[Input, LSTMState, LSTMWeights]:
    """Go back through `lstm_step`.

        da_o = dh * tanh(c') * o (1 - o)
        dc'  = dc + dh * o * (1 - tanh(c')^2) + da_o * p_o
        da_i = dc' * g * i (1 - i)
        da_f = dc' * c * f (1 - f)
        da_g = dc' * i * (1 - g^2)
        da   = [da_i da_f da_g da_o]
        dx   = da W_xh^T     dh = da W_hh^T     dc = dc' * f + da_i * p_i + da_f * p_f
        dW_xh = x^T da       dW_hh = h^T da     db_h = sum of the rows of da
        dp_i, dp_f, dp_o = sums of the rows of da_i * c, da_f * c, da_o * c'

    Args:
        dstate: Gradients of the loss by h' and c'.
        x: Input of the step.
        state: h and c before the step.
        w: Parameters.

    Returns:
        Gradients by the input, by h and c before the step, and this step's share of the gradient
        of every weight; where there is no peephole, its gradient is 0. That of a peephole which
        is one number for all units is one number.

    Raises:
        ShapeError: If x, h or c does not fit the weights.

    Source: derived from `lstm_gates`; complex step and oracle in tests/cells/test_steps.py.
    """
    h, c = state
    dh, dc_new = dstate
    i, f, g, o, c_new = lstm_gates(x, state, w)
    da_o = dh * np.tanh(c_new) * o * (1 - o)
    dc_new = dc_new + dh * o * (1 - np.tanh(c_new) ** 2) + da_o * w.p_o
    da_i = dc_new * g * i * (1 - i)
    da_f = dc_new * c * f * (1 - f)
    da_g = dc_new * i * (1 - g**2)
    da = np.concatenate([da_i, da_f, da_g, da_o], axis=-1)
    dc = dc_new * f + da_i * w.p_i + da_f * w.p_f

    dw = LSTMWeights(
        W_xh=x.T @ da,
        W_hh=h.T @ da,
        b_h=da.sum(axis=0),
        p_i=peephole_gradient(w.p_i, da_i * c),
        p_f=peephole_gradient(w.p_f, da_f * c),
        p_o=peephole_gradient(w.p_o, da_o * c_new),
    )
    return da @ w.W_xh.T, LSTMState(da @ w.W_hh.T, dc), dw
