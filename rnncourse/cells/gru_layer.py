"""The GRU layer, whole sequences at once: torch's, with the reset after the product."""

import numpy as np
from jaxtyping import Inexact

from rnncourse.cells.gru import GRUWeights
from rnncourse.cells.layer import RecurrentLayer, sigmoid_in_place, split_by_gate
from rnncourse.cells.shapes import check_same


class GRULayer(RecurrentLayer[Inexact[np.ndarray, "B H"]]):
    """What `gru_step` computes, for all steps.

    Its state is `h`, its gradients by the weights are `GRUWeights`.

    Args:
        w: Parameters.

    Raises:
        ShapeError: If the weights do not fit each other.

    Source: `rnncourse.cells.gru`; oracles in tests/cells/test_layers.py.

    >>> w = GRUWeights(np.ones((1, 3)), np.ones((1, 3)), b_h=np.zeros(3), b_hn=np.zeros(1))
    >>> hs, h = GRULayer(w).forward(np.ones((2, 1, 1)))
    >>> hs.shape, bool(hs[-1] == h)
    ((2, 1, 1), True)
    """

    n_gates = 3

    def _check_weights(self, w):
        super()._check_weights(w)
        check_same("b_hn", w.b_hn, (len(w.W_hh),), "one gate of b_h")

    def _run_forward(self, b, padding):
        W_xh, W_hh, b = (split_by_gate(W, 3) for W in (self.W_xh, self.W_hh, b))
        (T, B, H), b_hn = self.h[1:].shape, self.w.b_hn.astype(self.dtype)
        self.gates = np.matmul(self.xs[:, None], W_xh, out=self._reserve("gates", T, 3, B, H))
        self.gates += b[:, None]
        self.from_h = self._reserve("from_h", T, 3, B, H)
        for t, pad in enumerate(padding):
            gates, from_h, (h, h_new) = self.gates[t], self.from_h[t], self.h[t : t + 2]
            np.matmul(h, W_hh, out=from_h)
            gates[:2] += from_h[:2]
            sigmoid_in_place(gates[:2])
            (r, z, n), a = gates, from_h[2]
            a += b_hn
            n += r * a
            np.tanh(n, out=n)
            np.subtract(h, n, out=h_new)
            h_new *= z
            h_new += n
            if pad is not None:
                np.copyto(h_new, h, where=pad)

    def _run_backward(self, dhs, dh, padding):
        T, B, H = dhs.shape
        da_x, da_h = self._reserve("da_x", T, B, 3, H), self._reserve("da_h", T, B, 3, H)
        W_hh_T = self.W_hh.T.copy()
        for t in reversed(range(T)):
            (r, z, n), a, pad = self.gates[t], self.from_h[t, 2], padding[t]
            dh = dh + dhs[t]
            da_n = dh * (1 - z) * (1 - n * n)
            da_x[t, :, 0] = da_n * a * r * (1 - r)
            da_x[t, :, 1] = dh * (self.h[t] - n) * z * (1 - z)
            da_x[t, :, 2] = da_n
            if pad is not None:
                da_x[t, pad[:, 0]] = 0
            da_h[t] = da_x[t]
            da_h[t, :, 2] *= r
            dh_before = dh * z + da_h[t].reshape(B, 3 * H) @ W_hh_T
            dh = dh_before if pad is None else np.where(pad, dh, dh_before)
        return da_x, da_h, dh

    def _pack_gradient(self, dW_xh, dW_hh, db_x, db_h):
        return GRUWeights(dW_xh, dW_hh, db_x, db_h[-len(dW_hh) :])
