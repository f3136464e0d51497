"""The plain recurrent layer, whole sequences at once."""

from functools import partial

import numpy as np
from jaxtyping import Inexact

from rnncourse.cells.layer import Layer, by_step
from rnncourse.cells.products import product
from rnncourse.cells.rnn import ACTIVATIONS, HiddenWeights
from rnncourse.cells.shapes import Weights


class RNNLayer(Layer[Inexact[np.ndarray, "B H"]]):
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

    def __init__(self, w: Weights, activation: str = "tanh"):
        super().__init__(w)
        if activation not in ACTIVATIONS:
            names = " or ".join(repr(name) for name in ACTIVATIONS)
            raise ValueError(f"There is no activation {activation!r}. Try: {names}.")
        self.activation = activation

    def _allocate(self, T, B, D, H, dtype):
        # The states stand a second time in one piece, which is faster to read and to copy. On the
        # way back, da takes their place.
        self.hs = self.da = np.empty((T, B, H), dtype)
        self.a = np.empty((B, H), dtype)
        self.steps = by_step(self.rows[:-1], self.hidden[:-1], self.hs, self.hidden[1:])

    def _load(self, D, H, dtype):
        W = self._stacked(dtype)
        self.W_xh_T = W[:D].T
        self.to_a = product(W, self.a)
        self.to_dh = product(W[D + 1 :].T, self.dh)

    def _run_forward(self, padding):
        a, to_a = self.a, self.to_a
        phi = np.tanh if self.activation == "tanh" else partial(np.maximum, 0)
        for (row, h, h_new, next_h), pad in zip(self.steps, padding, strict=True):
            to_a(row)
            phi(a, out=h_new)
            if pad is not None:
                np.copyto(h_new, h, where=pad)
            next_h[:] = h_new

    def _run_backward(self, dhs, dstate, padding):
        dh, da, to_dh = self.dh, self.da, self.to_dh
        dh[:] = 0 if dstate is None else dstate
        self._slopes(da)
        for dh_t, da_t, pad in zip(dhs[::-1], da[::-1], padding[::-1], strict=True):
            np.add(dh, dh_t, dh)
            past = None if pad is None else dh * pad  # what padding only hands on
            np.multiply(da_t, dh, da_t)
            to_dh(da_t)
            if past is not None:
                np.add(dh, past, dh)
        return self._gradients()

    def _slopes(self, slope):
        """Put phi'(a) of all steps in the place of h = phi(a); 0 at padding, which reads no x."""
        if self.activation == "tanh":
            np.multiply(slope, slope, slope)
            np.subtract(1, slope, slope)
        else:
            np.greater(slope, 0, slope)
        if self._mask is not None:
            slope[~self._mask] = 0

    def _gradients(self):
        T, B, D, H, _ = self._size
        da = self.da.reshape(T * B, H)
        dW = self.rows[:T].reshape(T * B, -1).T @ da
        return da @ self.W_xh_T, HiddenWeights(W_xh=dW[:D], W_hh=dW[D + 1 :], b_h=dW[D])
