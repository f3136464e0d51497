"""From states to logits to a loss, forward and backward, for all steps at once."""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Bool, Inexact, Int

from rnncourse.cells.shapes import ShapeError, check_same


@dataclass(frozen=True)
class ReadoutWeights:
    """The parameters of the logits.

    Args:
        W_hy: State to logits.
        b_y: Bias of the logits.
    """

    W_hy: Inexact[np.ndarray, "... H V"]
    b_y: Inexact[np.ndarray, "... V"]


def apply_readout(
    hs: Inexact[np.ndarray, "... B H"], w: ReadoutWeights
) -> Inexact[np.ndarray, "... B V"]:
    """Give every step its logits.

        y_t = h_t W_hy + b_y

    Args:
        hs: States, of one step or of all.
        w: Parameters.

    Returns:
        The logits.

    Raises:
        ShapeError: If the states do not have as many units as W_hy has rows.
    """
    H = w.W_hy.shape[-2]
    check_same("hs", hs, (*hs.shape[:-1], H), "W_hy says")
    return hs @ w.W_hy + w.b_y


def readout_backward(
    dys: Inexact[np.ndarray, "T B V"], hs: Inexact[np.ndarray, "T B H"], w: ReadoutWeights
) -> tuple[Inexact[np.ndarray, "T B H"], ReadoutWeights]:
    """Go back through `apply_readout`.

        dh_t = dy_t W_hy^T,   dW_hy = sum over t of h_t^T dy_t,   db_y = sum of all dy_t

    Args:
        dys: Gradient of the loss by the logits.
        hs: States.
        w: Parameters.

    Returns:
        Gradients by the states (from their own logits alone) and by the parameters.
    """
    flat_dys, flat_hs = dys.reshape(-1, dys.shape[-1]), hs.reshape(-1, hs.shape[-1])
    return dys @ w.W_hy.T, ReadoutWeights(W_hy=flat_hs.T @ flat_dys, b_y=flat_dys.sum(axis=0))


def cross_entropy(
    ys: Inexact[np.ndarray, "T B V"],
    targets: Int[np.ndarray, "T B"],
    mask: Bool[np.ndarray, "T B"] | None = None,
) -> tuple[np.inexact, Inexact[np.ndarray, "T B V"]]:
    """Average negative log-likelihood of the right answers, and its gradient.

        L = mean of -ln p_t[target_t],   p_t = softmax(y_t),   dy_t = (p_t - onehot(target_t)) / N

    Args:
        ys: Logits.
        targets: Right answers, 0 to V - 1.
        mask: True at the N real tokens; the others count neither in the mean nor in its gradient,
            whatever their targets are. By default all are real.

    Returns:
        L in nats per real token, from 0 up (ln V for logits that are all the same), and dL/dys.

    Raises:
        ShapeError: If targets or mask do not fit, or no token is real.
        IndexError: If the target of a real token is none of the V.

    Source: the gradient of a softmax under its cross-entropy; oracle against
    `torch.nn.functional.cross_entropy` in tests/cells/test_readout.py.

    >>> loss, dys = cross_entropy(np.zeros((1, 1, 4)), np.array([[2]]))
    >>> float(loss), dys.ravel()
    (1.3862943611198906, array([ 0.25,  0.25, -0.75,  0.25]))
    """
    T, B, V = ys.shape
    mask = np.ones((T, B), bool) if mask is None else mask
    check_same("targets", targets, (T, B), "time and batch of ys")
    check_same("mask", mask, (T, B), "time and batch of ys")
    logits, answers = ys[mask], targets[mask]
    if not len(logits):
        raise ShapeError("No token is real. Try: mask True where there is a token.")
    if not np.all((answers >= 0) & (answers < V)):
        raise IndexError(f"A target is not in 0 ... {V - 1}. Try: mask out what is not a token.")
    steps = np.arange(len(logits))
    logits = logits - logits.real.max(axis=-1, keepdims=True)  # exp cannot overflow
    p = np.exp(logits)
    total = p.sum(axis=-1, keepdims=True)
    loss = (np.log(total[:, 0]) - logits[steps, answers]).mean()
    p /= total
    p[steps, answers] -= 1
    dys = np.zeros_like(ys)
    dys[mask] = p / len(logits)
    return loss, dys
