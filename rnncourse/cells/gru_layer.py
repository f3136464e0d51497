"""The GRU layer, whole sequences at once: torch's, with the reset after the product."""

import numpy as np
from jaxtyping import Inexact
from numpy import add, copyto, matmul, multiply, subtract, tanh

from rnncourse.cells.gru import GRUWeights
from rnncourse.cells.layer import CACHE, Layer, by_step, rotated
from rnncourse.cells.products import columns, product, width

FEW = 64  # units up to which a product with zeros in it is faster than two without


class GRULayer(Layer[Inexact[np.ndarray, "B H"]]):
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
    blocks = 4  # of H columns in da: n r z, and a = h W_hn + b_hn

    def _allocate(self, T, B, D, H, dtype):
        # On the way back, da takes the memory of the gates, step by step, and row by row. The
        # place of n is free on the way forward: n stands apart, as its x part is computed for all
        # steps at once.
        self.gates = gates = np.empty((T, self.blocks, B, H), dtype)
        self.da = gates.reshape(T, B, self.blocks * H)
        self.n = np.empty((T, B, H), dtype)
        self.part = np.empty((B, H), dtype)
        self._allocate_products(B, D, H)
        m = self.together = max(1, min(T, CACHE // (10 * B * H * dtype.itemsize)))
        self.slopes = np.empty((m, 5, B, H), dtype)
        to_gates, keep = ([self.slopes[t % m, k] for t in range(T)] for k in (slice(4), 4))
        by_gate = self.da.reshape(T, B, self.blocks, H).transpose(0, 2, 1, 3)
        self.steps_back = by_step(to_gates, keep, by_gate, self.da[:, :, H:])

    def _allocate_products(self, B, D, H):
        self.merged = H <= FEW
        r_z_a = self.gates[:, 1:] if self.merged else self.gates[:, 1:3]
        self.a = self.gates[:, 3]
        self.width, self.width_a = width(B, D + 1 + H, H), width(B, 1 + H, H)
        self.steps = by_step(
            self.rows[:-1],
            self.rows[:-1, :, D:],
            columns(r_z_a, self.width),
            columns(self.a, self.width_a),
            *(self.gates[:, k] for k in (slice(1, 3), 1, 2)),
            self.a,
            self.n,
            self.hidden[:-1],
            self.hs,
        )

    def _load(self, D, H, dtype):
        W = self._stacked(dtype)
        r_z_n = W.reshape(-1, 3, H).transpose(1, 0, 2)  # one block a gate
        self.W_xn = r_z_n[2, : D + 1].copy()
        self.W_xh_T = rotated(W[:D], H).T  # n r z
        half = np.array([0.5, 0.5, 1], dtype)[:, None, None]  # sigmoids begin with a / 2
        self._load_products(W[D + 1 :], r_z_n * half, D)

    def _load_products(self, W_hh, r_z_a, D):
        r_z_a[2, :D], r_z_a[2, D] = 0, self.w.b_hn  # a = h W_hn + b_hn does not see x
        self.W = columns(r_z_a if self.merged else r_z_a[:2], self.width).copy()
        self.W_a = columns(r_z_a[2, D:], self.width_a).copy()
        self.to_dh = product(W_hh.T, self.dh, pieces=3)

    def _run_forward(self, padding):
        W, W_a, merged = self.W, self.W_a, self.merged
        half, part = W.dtype.type(0.5), self.part
        self._begin_n()
        for step, pad in zip(self.steps, padding, strict=True):
            row, one_h, cut, cut_a, r_z, r, z, a, n, h, h_new = step
            matmul(row, W, cut)
            if not merged:
                matmul(one_h, W_a, cut_a)
            tanh(r_z, r_z)
            multiply(r_z, half, r_z)
            add(r_z, half, r_z)
            multiply(r, a, part)
            add(n, part, n)
            tanh(n, n)
            subtract(h, n, part)
            multiply(part, z, part)
            add(part, n, h_new)
            if pad is not None:
                copyto(z, 1, where=pad)
                copyto(h_new, h, where=pad)

    def _begin_n(self):
        """Write the x part of n, for all steps at once."""
        T, B, D, H, _ = self._size
        matmul(self.rows[:T].reshape(T * B, -1)[:, : D + 1], self.W_xn, self.n.reshape(T * B, H))

    def _run_backward(self, dhs, dstate, padding):
        dh, part, to_dh = self.dh, self.part, self.to_dh
        dh[:] = 0 if dstate is None else dstate
        for (to_gates, keep, da_n_r_z_a, da_r_z_a), dh_t, _ in self._back(dhs, padding):
            add(dh, dh_t, dh)
            multiply(dh, to_gates, da_n_r_z_a)
            multiply(dh, keep, part)
            to_dh(da_r_z_a)
            add(dh, part, dh)
        return self._gradients()

    def _slopes(self, start, stop):
        """Compute for some steps what multiplies dh on the way back.

        da_n = dh * (1 - z) (1 - n^2)      da_z = dh * (h - n) z (1 - z)
        da_r = da_n * a r (1 - r)          da_a = da_n * r        dh *= z (after the others)

        At padding z is 1, so that all is 0 there but the last.
        """
        r, a, to_n, to_r, to_a = self._common_slopes(start, stop)
        multiply(to_n, r, to_a)
        subtract(1, r, to_r)
        multiply(to_r, to_a, to_r)
        multiply(to_r, a, to_r)

    def _common_slopes(self, start, stop):
        """Compute the slopes of n and z, and what dh keeps."""
        some, slopes = slice(start, stop), self.slopes[: stop - start]
        r, z, n, h = self.gates[some, 1], self.gates[some, 2], self.n[some], self.hidden[some]
        to_n, to_r, to_z, to_a, keep = slopes.transpose(1, 0, 2, 3)
        subtract(1, z, keep)
        subtract(h, n, to_z)
        multiply(to_z, z, to_z)
        multiply(to_z, keep, to_z)
        multiply(n, n, to_n)
        subtract(1, to_n, to_n)
        multiply(to_n, keep, to_n)
        copyto(keep, z)
        return r, self.a[some], to_n, to_r, to_a

    def _gradients(self):
        T, B, D, H, _ = self._size
        da, rows = self.da.reshape(T * B, -1), self.rows[:T].reshape(T * B, -1)
        dW_x = rotated(rows[:, : D + 1].T @ da[:, : 3 * H], -H)  # n r z -> r z n
        dW_h = rows[:, D:].T @ da[:, H:]  # r z a
        dw = GRUWeights(W_xh=dW_x[:D], W_hh=dW_h[1:], b_h=dW_x[D], b_hn=dW_h[0, 2 * H :])
        return da[:, : 3 * H] @ self.W_xh_T, dw
