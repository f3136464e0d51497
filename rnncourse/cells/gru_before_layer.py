"""The other GRU layer, whole sequences at once: with the reset before the product."""

import numpy as np
from numpy import add, copyto, matmul, multiply, subtract, tanh

from rnncourse.cells.gru import GRUResetBeforeWeights
from rnncourse.cells.gru_layer import GRULayer
from rnncourse.cells.layer import by_step, rotated
from rnncourse.cells.products import columns, product, width
from rnncourse.cells.shapes import check_weights


class GRUResetBeforeLayer(GRULayer):
    """What `gru_step_reset_before` computes, for all steps.

    A step has two products, of which the second waits for the first, so it takes longer than in
    `GRULayer`. Its state is `h`, its gradients by the weights are `GRUResetBeforeWeights`.

    Args:
        w: Parameters.

    Raises:
        ShapeError: If the weights do not fit each other.

    Source: `rnncourse.cells.gru`; oracles in tests/cells/test_layers.py.
    """

    blocks = 3  # of H columns in da: n r z

    def _check(self, w):
        check_weights(w.W_xh, w.W_hh, w.b_h, self.n_gates)

    def _allocate_products(self, B, D, H):
        self.a = np.empty_like(self.n)  # r * h
        self.d_rh = np.empty_like(self.dh)
        self.width = width(B, D + 1 + H, H)
        r_z = self.gates[:, 1:]
        self.steps = by_step(
            self.rows[:-1],
            columns(r_z, self.width),
            r_z,
            self.r,
            self.z,
            self.a,
            self.n,
            self.kept,
            self.h[:-1],
            self.hs,
            self.hidden[1:],
        )

    def _load_products(self, W_hh, r_z_n, D):
        H = len(W_hh)
        self.W = np.ascontiguousarray(columns(r_z_n[:2], self.width))
        W_hn = W_hh[:, 2 * H :]
        self.to_n, self.to_rh = product(W_hn, self.part), product(W_hn.T, self.d_rh)
        self.to_dh = product(W_hh[:, : 2 * H].T, self.dh, pieces=2)

    def _run_forward(self, padding):
        W, half, part, to_n = self.W, self.W.dtype.type(0.5), self.part, self.to_n
        self._begin_n()
        for step, pad in zip(self.steps, padding, strict=True):
            row, cut, r_z, r, z, a, n, kept, h, h_new, next_h = step
            matmul(row, W, cut)
            tanh(r_z, r_z)
            multiply(r_z, half, r_z)
            add(r_z, half, r_z)
            multiply(r, h, a)
            to_n(a)
            add(n, part, n)
            tanh(n, n)
            subtract(h, n, kept)
            multiply(kept, z, kept)
            add(kept, n, h_new)
            if pad is not None:
                copyto(z, 1, where=pad)
                copyto(h_new, h, where=pad)
            next_h[:] = h_new

    def _run_backward(self, dhs, dstate, padding):
        dh, part, d_rh = self.dh, self.part, self.d_rh
        dh[:] = 0 if dstate is None else dstate
        for step, dh_t, _ in self._back(dhs, padding):
            (to_n, to_r, to_z, r), z, (da_n, da_r, da_z), da_r_z = step
            add(dh, dh_t, dh)
            multiply(dh, z, part)  # now, as da takes the place of z
            multiply(dh, to_n, da_n)
            multiply(dh, to_z, da_z)
            self.to_rh(da_n)
            multiply(d_rh, to_r, da_r)
            multiply(d_rh, r, d_rh)
            self.to_dh(da_r_z)
            add(dh, part, dh)
            add(dh, d_rh, dh)
        return self._gradients()

    def _slopes(self, start, stop):
        """Compute for some steps what multiplies dh and d(r * h) on the way back.

        da_n = dh * (1 - z) (1 - n^2)      da_z = dh * z (h - n) (1 - z)
        da_r = d(r * h) * r h (1 - r)      dh   = dh * z + d(r * h) * r + ...
        """
        r, _, to_r, r_again = self._common_slopes(start, stop)
        subtract(1, r, to_r)
        multiply(to_r, self.a[start:stop], to_r)
        copyto(r_again, r)  # da takes the place of r before it is needed

    def _gradients(self):
        T, B, D, H, _ = self._size
        da, rows = self.da.reshape(T * B, 3 * H), self.rows[:T].reshape(T * B, -1)
        dW_x = rotated(rows[:, : D + 1].T @ da, -H)  # n r z -> r z n
        dW_hr_hz = rows[:, D + 1 :].T @ da[:, H:]
        dW_hn = self.a.reshape(T * B, H).T @ da[:, :H]
        dW_hh = np.concatenate([dW_hr_hz, dW_hn], axis=1)
        return da @ self.W_xh_T, GRUResetBeforeWeights(W_xh=dW_x[:D], W_hh=dW_hh, b_h=dW_x[D])
