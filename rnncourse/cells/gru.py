"""The gated recurrent unit, one step forward and backward, in its two forms.

**The GRU trap.** Two different functions have this name. The reset gate acts *after* the product
with W_hn in arXiv:1406.1078v1, cuDNN, `torch.nn.GRU` and Keras (`reset_after=True`), and *before*
it in arXiv:1406.1078v3, most lectures, and Keras with `reset_after=False`. Here `gru_step` is
torch's, and `gru_step_reset_before` is the other one. In both, z = 1 keeps the past.
"""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Inexact

from rnncourse.cells.activations import sigmoid
from rnncourse.cells.shapes import check_step

Input = Inexact[np.ndarray, "... B D"]
Hidden = Inexact[np.ndarray, "... B H"]


@dataclass(frozen=True)
class GRUWeights:
    """The parameters of a GRU; the gates r z n stand side by side in `G = 3 H` columns.

    Args:
        W_xh: Input to gates.
        W_hh: State to gates.
        b_h: Bias of the gates.
        b_hn: Second bias of the candidate n, inside what the reset gate multiplies.
    """

    W_xh: Inexact[np.ndarray, "... D G"]
    W_hh: Inexact[np.ndarray, "... H G"]
    b_h: Inexact[np.ndarray, "... G"]
    b_hn: Inexact[np.ndarray, "... H"]


@dataclass(frozen=True)
class GRUResetBeforeWeights:
    """The parameters of a GRU that resets before the product; the gates are r z n again.

    Args:
        W_xh: Input to gates.
        W_hh: State to gates.
        b_h: Bias of the gates.
    """

    W_xh: Inexact[np.ndarray, "... D G"]
    W_hh: Inexact[np.ndarray, "... H G"]
    b_h: Inexact[np.ndarray, "... G"]


def gru_gates(
    x: Input, h: Inexact[np.ndarray, "... _ H"], w: GRUWeights
) -> tuple[Hidden, Hidden, Hidden, Hidden]:
    """Compute the gates of one step.

        r = sigma(x W_xr + h W_hr + b_r)
        z = sigma(x W_xz + h W_hz + b_z)
        a = h W_hn + b_hn
        n = tanh(x W_xn + b_n + r * a)

    Args:
        x: Input.
        h: State before the step.
        w: Parameters. All three may have further axes in front: many networks at once.

    Returns:
        r and z between 0 and 1, n between -1 and 1, and a.

    Raises:
        ShapeError: If x or h does not fit the weights.

    Source: as `gru_step`.
    """
    check_step(x, h, w)
    x_r, x_z, x_n = np.split(x @ w.W_xh + w.b_h, 3, axis=-1)
    h_r, h_z, h_n = np.split(h @ w.W_hh, 3, axis=-1)
    r = sigmoid(x_r + h_r)
    z = sigmoid(x_z + h_z)
    a = h_n + w.b_hn
    return r, z, np.tanh(x_n + r * a), a


def gru_step(x: Input, h: Inexact[np.ndarray, "... _ H"], w: GRUWeights) -> Hidden:
    """Take one step: keep a share z of every unit, and replace the rest by the candidate.

        h' = (1 - z) * n + z * h,   with r, z and n of `gru_gates`

    Args:
        x: Input.
        h: State before the step.
        w: Parameters. All three may have further axes in front: many networks at once.

    Returns:
        The state after the step, which the next step accepts.

    Raises:
        ShapeError: If x or h does not fit the weights.

    Source: K. Cho et al., arXiv:1406.1078v1, with the reset after the product, and with z in the
    sense of equation 7; oracle against `torch.nn.GRU` in tests/cells/test_steps.py.
    """
    _, z, n, _ = gru_gates(x, h, w)
    return (1 - z) * n + z * h


def gru_gates_reset_before(
    x: Input, h: Inexact[np.ndarray, "... _ H"], w: GRUResetBeforeWeights
) -> tuple[Hidden, Hidden, Hidden]:
    """Compute the gates of one step that resets before the product.

        r = sigma(x W_xr + h W_hr + b_r)
        z = sigma(x W_xz + h W_hz + b_z)
        n = tanh(x W_xn + (r * h) W_hn + b_n)

    Args:
        x: Input.
        h: State before the step.
        w: Parameters. All three may have further axes in front: many networks at once.

    Returns:
        r and z between 0 and 1, and n between -1 and 1.

    Raises:
        ShapeError: If x or h does not fit the weights.

    Source: as `gru_step_reset_before`.
    """
    check_step(x, h, w)
    units = h.shape[-1]
    W_hrz, W_hn = w.W_hh[..., : 2 * units], w.W_hh[..., 2 * units :]
    x_r, x_z, x_n = np.split(x @ w.W_xh + w.b_h, 3, axis=-1)
    h_r, h_z = np.split(h @ W_hrz, 2, axis=-1)
    r = sigmoid(x_r + h_r)
    z = sigmoid(x_z + h_z)
    return r, z, np.tanh(x_n + (r * h) @ W_hn)


def gru_step_reset_before(
    x: Input, h: Inexact[np.ndarray, "... _ H"], w: GRUResetBeforeWeights
) -> Hidden:
    """Take one step of the GRU that resets before the product.

        h' = (1 - z) * n + z * h,   with r, z and n of `gru_gates_reset_before`

    Args:
        x: Input.
        h: State before the step.
        w: Parameters. All three may have further axes in front: many networks at once.

    Returns:
        The state after the step, which the next step accepts.

    Raises:
        ShapeError: If x or h does not fit the weights.

    Source: K. Cho et al., arXiv:1406.1078v3, equations 5 to 8; oracles against autograd and
    against the values in Keras's own tests (`reset_after=False`), in tests/cells.
    """
    _, z, n = gru_gates_reset_before(x, h, w)
    return (1 - z) * n + z * h
