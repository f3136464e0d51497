"""The plain recurrent layer, whole sequences at once."""

from functools import partial

import numpy as np
from jaxtyping import Inexact

from rnncourse.cells.layer import RecurrentLayer
from rnncourse.cells.rnn import ACTIVATIONS, HiddenWeights
from rnncourse.cells.shapes import CellWeights


class RNNLayer(RecurrentLayer[Inexact[np.ndarray, "B H"]]):
    """What `hidden_step` computes, for all steps: tanh or ReLU.

        h_t = phi(x_t W_xh + h_(t-1) W_hh + b_h)

    Its state is `h`, its gradients by the weights are `HiddenWeights`. Of `RNNWeights` it uses
    the part that makes the state; the logits are `rnncourse.cells.readout`.

    Args:
        w: Parameters: `HiddenWeights`, or `RNNWeights`.
        activation: phi: `"tanh"` or `"relu"`.

    Raises:
        ShapeError: If the weights do not fit each other.
        ValueError: If there is no such activation.

    Source: `rnncourse.cells.rnn`; oracles in tests/cells/test_layers.py.

    >>> w = HiddenWeights(W_xh=np.ones((1, 1)), W_hh=np.ones((1, 1)), b_h=np.zeros(1))
    >>> hs, h = RNNLayer(w, "relu").forward(np.ones((3, 1, 1)))
    >>> hs.ravel()
    array([1., 2., 3.])
    """

    def __init__(self, w: CellWeights, activation: str = "tanh"):
        super().__init__(w)
        if activation not in ACTIVATIONS:
            names = " or ".join(repr(name) for name in ACTIVATIONS)
            raise ValueError(f"There is no activation {activation!r}. Try: {names}.")
        self.activation = activation

    def _run_forward(self, b, padding):
        phi = np.tanh if self.activation == "tanh" else partial(np.maximum, 0)
        np.matmul(self.xs, self.W_xh, out=self.h[1:])  # what a state is made of stands in its place
        self.h[1:] += b
        for h, h_new, pad in zip(self.h[:-1], self.h[1:], padding, strict=True):
            h_new += h @ self.W_hh
            phi(h_new, out=h_new)
            if pad is not None:
                np.copyto(h_new, h, where=pad)

    def _run_backward(self, dhs, dh, padding):
        hs = self.h[1:]
        da = hs * hs if self.activation == "tanh" else (hs > 0).astype(self.dtype)
        if self.activation == "tanh":
            np.subtract(1, da, out=da)
        if self._mask is not None:
            da[~self._mask] = 0
        W_hh_T = self.W_hh.T.copy()
        for t in reversed(range(len(da))):
            dh = dh + dhs[t]
            da[t] *= dh
            dh_before = da[t] @ W_hh_T
            dh = dh_before if padding[t] is None else np.where(padding[t], dh, dh_before)
        return da, da, dh

    def _pack_gradient(self, dW_xh, dW_hh, db_x, db_h):
        return HiddenWeights(dW_xh, dW_hh, db_x)
