"""The LSTM layer, whole sequences at once, with or without peepholes."""

import numpy as np
from numpy import add, copyto, matmul, multiply, subtract, tanh

from rnncourse.cells.layer import CACHE, Layer, by_step
from rnncourse.cells.lstm import LSTMState, LSTMWeights, has_peepholes
from rnncourse.cells.products import columns, product, width
from rnncourse.cells.shapes import ShapeError


class LSTMLayer(Layer[LSTMState]):
    """What `lstm_step` computes, for all steps.

    Its state is `LSTMState(h, c)`, its gradients by the weights are `LSTMWeights`.

    Args:
        w: Parameters.

    Raises:
        ShapeError: If the weights do not fit each other.
        ValueError: If they have peepholes.

    Source: `rnncourse.cells.lstm`; oracles in tests/cells/test_layers.py.

    >>> w = LSTMWeights(W_xh=np.ones((1, 4)), W_hh=np.ones((1, 4)), b_h=np.zeros(4))
    >>> hs, (h, c) = LSTMLayer(w).forward(np.ones((2, 1, 1)))
    >>> hs.shape, bool(hs[-1] == h)
    ((2, 1, 1), True)
    """

    n_gates = 4

    def _allocate(self, T, B, D, H, dtype):
        # Inside, the gates stand in the order o i f g: sigmoids are neighbors. On the way back,
        # da takes the memory of the gates, step by step, in our order i f g o, and row by row.
        self.gates = gates = np.empty((T, 4, B, H), dtype)
        self.da = gates.reshape(T, B, 4 * H)
        self.c = np.empty((T + 1, B, H), dtype)
        self.tanh_c = np.empty((T, B, H), dtype)
        self.dc, self.part = np.empty((2, B, H), dtype)
        o, i, f, g = gates.transpose(1, 0, 2, 3)
        sigmoids, c, tanh_c = gates[:, :3], self.c, self.tanh_c
        cut = columns(gates, width(B, D + 1 + H, H))
        self.steps = by_step(
            self.rows[:-1], cut, gates, sigmoids, o, i, f, g, c[:-1], c[1:], tanh_c, self.hs
        )
        n = self.together = max(1, min(T, CACHE // (11 * B * H * dtype.itemsize)))
        self.slopes = np.empty((n, 5, B, H), dtype)
        to_c, to_o, to_i_f_g = (
            [self.slopes[t % n, some] for t in range(T)] for some in (0, 1, slice(2, 5))
        )
        by_gate = self.da.reshape(T, B, 4, H).transpose(0, 2, 1, 3)
        da_o, da_i_f_g = by_gate[:, 3], by_gate[:, :3]
        self.steps_back = by_step(to_c, to_o, to_i_f_g, f, da_o, da_i_f_g, self.da)

    def _load(self, D, H, dtype):
        W = self._stacked(dtype)
        self.W_xh_T = W[:D].T
        self.to_dh = product(W[D + 1 :].T, self.dh, pieces=4)
        halves = np.array([0.5, 0.5, 0.5, 1], dtype)[:, None, None]  # sigmoids begin with a / 2
        o_i_f_g = W.reshape(-1, 4, H).transpose(1, 0, 2)[[3, 0, 1, 2]]
        o_i_f_g = np.multiply(o_i_f_g, halves, order="C")
        self.W = np.ascontiguousarray(columns(o_i_f_g, width(self._size[1], len(W), H)))

    def _run_forward(self, padding):
        W, half, part = self.W, self.W.dtype.type(0.5), self.part
        for step, pad in zip(self.steps, padding, strict=True):
            row, cut, gates, sigmoids, o, i, f, g, c, c_new, tanh_c, h_new = step
            matmul(row, W, cut)
            tanh(gates, gates)
            multiply(sigmoids, half, sigmoids)
            add(sigmoids, half, sigmoids)
            multiply(i, g, part)
            multiply(f, c, c_new)
            add(c_new, part, c_new)
            tanh(c_new, tanh_c)
            multiply(o, tanh_c, h_new)
            if pad is not None:
                self._keep(step, pad)

    def _keep(self, step, pad):
        """Leave h and c as they were, by f = 1, where a step is padding."""
        row, _, _, _, _, _, f, _, c, c_new, _, h_new = step
        copyto(f, 1, where=pad)
        copyto(c_new, c, where=pad)
        copyto(h_new, row[:, -h_new.shape[1] :], where=pad)

    def _run_backward(self, dhs, dstate, padding):
        dh, dc, part, to_dh = self.dh, self.dc, self.part, self.to_dh
        dh[:], dc[:] = (0, 0) if dstate is None else dstate
        for step, dh_t, pad in self._back(dhs, padding):
            to_c, to_o, to_i_f_g, f, da_o, da_i_f_g, da = step
            add(dh, dh_t, dh)
            past = None if pad is None else dh * pad  # padding hands on what it gets
            multiply(dh, to_c, part)
            add(dc, part, dc)
            multiply(dc, f, part)  # now, as da takes the place of f
            multiply(dh, to_o, da_o)
            multiply(dc, to_i_f_g, da_i_f_g)
            dc, part = part, dc
            to_dh(da)
            if past is not None:
                add(dh, past, dh)
        self.dc, self.part = dc, part
        return self._gradients()

    def _slopes(self, start, stop):
        """Compute for some steps what multiplies dh and dc on the way back.

        dc  += dh * o (1 - tanh(c)^2)       da_i = dc * g i (1 - i)
        da_o = dh * tanh(c) o (1 - o)       da_f = dc * c f (1 - f)
                                            da_g = dc * i (1 - g^2)
        """
        some, slopes = slice(start, stop), self.slopes[: stop - start]
        tanh_c = self.tanh_c[some]
        o, i, _, g = self.gates[some].transpose(1, 0, 2, 3)
        sigmoids, to_sigmoids = self.gates[some, :3], slopes[:, 1:4]
        to_c, to_o, to_i, to_f, to_g = slopes.transpose(1, 0, 2, 3)
        multiply(tanh_c, tanh_c, to_c)
        subtract(1, to_c, to_c)
        multiply(to_c, o, to_c)
        subtract(1, sigmoids, to_sigmoids)
        multiply(to_sigmoids, sigmoids, to_sigmoids)
        multiply(to_o, tanh_c, to_o)
        multiply(to_i, g, to_i)
        multiply(to_f, self.c[some], to_f)
        multiply(g, g, to_g)
        subtract(1, to_g, to_g)
        multiply(to_g, i, to_g)
        if self._mask is not None:
            slopes.transpose(0, 2, 1, 3)[~self._mask[some]] = 0

    def _gradients(self):
        T, B, D, H, _ = self._size
        da = self.da.reshape(T * B, 4 * H)
        dW = self.rows[:T].reshape(T * B, -1).T @ da
        return da @ self.W_xh_T, LSTMWeights(W_xh=dW[:D], W_hh=dW[D + 1 :], b_h=dW[D])

    def _check(self, w):
        super()._check(w)
        if has_peepholes(w):
            raise ValueError(
                "LSTMLayer has no peepholes, but its weights have. Try: lstm_step, step by step."
            )

    # The state of an LSTM is (h, c).

    def _parts(self, state):
        if state is None:
            return []
        if len(state) != 2 or np.ndim(state[0]) != 2:
            raise ShapeError(
                f"The state of an LSTM is (h, c), two arrays (B, H); got {np.shape(state)}. "
                "Try: LSTMState(h, c)."
            )
        return [("h", np.asarray(state[0])), ("c", np.asarray(state[1]))]

    def _start(self, state):
        h, c = (None, 0) if state is None else state
        super()._start(h)
        self.c[0] = c

    def _stop(self):
        return LSTMState(self.hs[-1].copy(), self.c[-1].copy())

    def _first(self):
        return LSTMState(self.dh.copy(), self.dc.copy())
