"""The GRU layer, whole sequences at once: torch's, with the reset after the product."""

import numpy as np
from jaxtyping import Inexact
from numpy import add, copyto, matmul, multiply, subtract, tanh

from rnncourse.cells.gru import GRUWeights
from rnncourse.cells.layer import CACHE, Layer, by_step, rotated
from rnncourse.cells.products import columns, product, width
from rnncourse.cells.shapes import check_same

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
        # place of n holds kept = z * (h - n) on the way forward: n stands apart, as its x part is
        # computed for all steps at once. The states stand a second time in one piece, which is
        # faster to read and to copy.
        self.gates = gates = np.empty((T, self.blocks, B, H), dtype)
        self.kept, self.r, self.z = (gates[:, k] for k in range(3))
        self.da = gates.reshape(T, B, self.blocks * H)
        self.n = np.empty((T, B, H), dtype)
        self.h = np.empty((T + 1, B, H), dtype)
        self.hs = self.h[1:]
        self.part = np.empty((B, H), dtype)
        self._allocate_products(B, D, H)
        m = self.together = max(1, min(T, CACHE // (9 * B * H * dtype.itemsize)))
        self.slopes = np.empty((m, 4, B, H), dtype)
        to_gates = [self.slopes[t % m] for t in range(T)]
        by_gate = self.da.reshape(T, B, self.blocks, H).transpose(0, 2, 1, 3)
        self.steps_back = by_step(to_gates, self.z, by_gate, self.da[:, :, H:])

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
            self.gates[:, 1:3],
            self.r,
            self.z,
            self.a,
            self.n,
            self.kept,
            self.h[:-1],
            self.hs,
            self.hidden[1:],
        )

    def _check(self, w):
        super()._check(w)
        check_same("b_hn", w.b_hn, (len(w.W_hh),), "one gate of b_h")

    def _start(self, state):
        super()._start(state)
        self.h[0] = self.hidden[0]

    def _load(self, D, H, dtype):
        W = self._stacked(dtype)
        r_z_n = W.reshape(-1, 3, H).transpose(1, 0, 2)  # one block a gate
        self.W_xn = r_z_n[2, : D + 1].copy()
        self.W_xh_T = rotated(W[:D], H).T  # n r z
        half = np.array([0.5, 0.5, 1], dtype)[:, None, None]  # sigmoids begin with a / 2
        self._load_products(W[D + 1 :], np.multiply(r_z_n, half, order="C"), D)

    def _load_products(self, W_hh, r_z_a, D):
        r_z_a[2, :D], r_z_a[2, D] = 0, self.w.b_hn  # a = h W_hn + b_hn does not see x
        r_z = r_z_a if self.merged else r_z_a[:2]
        self.W = np.ascontiguousarray(columns(r_z, self.width))
        self.W_a = np.ascontiguousarray(columns(r_z_a[2, D:], self.width_a))
        self.to_dh = product(W_hh.T, self.dh, pieces=3)

    def _run_forward(self, padding):
        W, W_a, merged = self.W, self.W_a, self.merged
        half, part = W.dtype.type(0.5), self.part
        self._begin_n()
        for step, pad in zip(self.steps, padding, strict=True):
            row, one_h, cut, cut_a, r_z, r, z, a, n, kept, h, h_new, next_h = step
            matmul(row, W, cut)
            if not merged:
                matmul(one_h, W_a, cut_a)
            tanh(r_z, r_z)
            multiply(r_z, half, r_z)
            add(r_z, half, r_z)
            multiply(r, a, part)
            add(n, part, n)
            tanh(n, n)
            subtract(h, n, kept)
            multiply(kept, z, kept)
            add(kept, n, h_new)
            if pad is not None:
                copyto(z, 1, where=pad)
                copyto(h_new, h, where=pad)
            next_h[:] = h_new

    def _begin_n(self):
        """Write the x part of n, for all steps at once."""
        T, B, D, H, _ = self._size
        matmul(self.rows[:T].reshape(T * B, -1)[:, : D + 1], self.W_xn, self.n.reshape(T * B, H))

    def _run_backward(self, dhs, dstate, padding):
        dh, part, to_dh = self.dh, self.part, self.to_dh
        dh[:] = 0 if dstate is None else dstate
        for (to_gates, z, da_n_r_z_a, da_r_z_a), dh_t, _ in self._back(dhs, padding):
            add(dh, dh_t, dh)
            multiply(dh, z, part)  # now, as da takes the place of z
            multiply(dh, to_gates, da_n_r_z_a)
            to_dh(da_r_z_a)
            add(dh, part, dh)
        return self._gradients()

    def _slopes(self, start, stop):
        """Compute for some steps what multiplies dh on the way back.

        da_n = dh * (1 - z) (1 - n^2)      da_z = dh * z (h - n) (1 - z)
        da_r = da_n * r a (1 - r)          da_a = da_n * r

        At padding z is 1, so that all are 0.
        """
        r, to_n, to_r, to_a = self._common_slopes(start, stop)
        multiply(to_n, r, to_a)
        subtract(1, r, to_r)
        multiply(to_r, to_a, to_r)
        multiply(to_r, self.a[start:stop], to_r)

    def _common_slopes(self, start, stop):
        """Compute the slopes of n and z."""
        some, slopes = slice(start, stop), self.slopes[: stop - start]
        n, to_n, to_r, to_z, last = self.n[some], *slopes.transpose(1, 0, 2, 3)
        one_less_z = subtract(1, self.z[some], last)  # until something else takes its place
        multiply(self.kept[some], one_less_z, to_z)
        multiply(n, n, to_n)
        subtract(1, to_n, to_n)
        multiply(to_n, one_less_z, to_n)
        return self.r[some], to_n, to_r, last

    def _gradients(self):
        T, B, D, H, _ = self._size
        da, rows = self.da.reshape(T * B, 4 * H), self.rows[:T].reshape(T * B, -1)
        n_r_z, r_z_a = da[:, : 3 * H], da[:, H:]
        db = rows[:, D] @ da  # a column of ones: the sum
        dw = GRUWeights(
            W_xh=rotated(rows[:, :D].T @ n_r_z, -H),  # r z n
            W_hh=rows[:, D + 1 :].T @ r_z_a,
            b_h=np.concatenate([db[H : 3 * H], db[:H]]),
            b_hn=db[3 * H :],
        )
        return n_r_z @ self.W_xh_T, dw
