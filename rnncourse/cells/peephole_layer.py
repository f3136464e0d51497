"""The LSTM layer whose gates see the cell."""

from dataclasses import replace

import numpy as np
from numpy import add, copyto, matmul, multiply, tanh

from rnncourse.cells.lstm import peephole_gradient
from rnncourse.cells.lstm_layer import LSTMLayer
from rnncourse.cells.shapes import check_same, check_weights


class PeepholeLSTMLayer(LSTMLayer):
    """What `lstm_step` computes with peepholes, for all steps.

    The output gate sees the cell after the step, so it must wait for it: a step has more parts
    than in `LSTMLayer`, and takes longer.

    Args:
        w: Parameters; a peephole that is a number stands for the same in all units, 0 for none.

    Raises:
        ShapeError: If the weights do not fit each other.

    Source: `rnncourse.cells.lstm`; oracles in tests/cells/test_layers.py.
    """

    def _check(self, w):
        check_weights(w.W_xh, w.W_hh, w.b_h, self.n_gates)
        for name in ("p_i", "p_f", "p_o"):
            p = getattr(w, name)
            if np.ndim(p):
                check_same(name, p, (len(w.W_hh),), "one gate of b_h")

    def _load(self, D, H, dtype):
        super()._load(D, H, dtype)
        peepholes = [np.broadcast_to(p, H) for p in (self.w.p_i, self.w.p_f, self.w.p_o)]
        self.p_i, self.p_f, self.p_o = np.array(peepholes, dtype)
        self.half_p_i, self.half_p_f, self.half_p_o = dtype.type(0.5) * np.array(peepholes, dtype)

    def _run_forward(self, padding):
        W, half, part = self.W, self.W.dtype.type(0.5), self.part
        for step, pad in zip(self.steps, padding, strict=True):
            row, cut, gates, sigmoids, o, i, f, g, c, c_new, tanh_c, h_new = step
            matmul(row, W, cut)
            for gate, half_p in ((i, self.half_p_i), (f, self.half_p_f)):
                multiply(c, half_p, part)
                add(gate, part, gate)
            tanh(gates[1:], gates[1:])  # all but o
            multiply(sigmoids[1:], half, sigmoids[1:])
            add(sigmoids[1:], half, sigmoids[1:])
            multiply(i, g, part)
            multiply(f, c, c_new)
            add(c_new, part, c_new)
            multiply(c_new, self.half_p_o, part)
            add(o, part, o)
            tanh(o, o)
            multiply(o, half, o)
            add(o, half, o)
            tanh(c_new, tanh_c)
            multiply(o, tanh_c, h_new)
            if pad is not None:
                self._keep(step, pad)

    def _run_backward(self, dhs, dstate, padding):
        dh, dc, part, keep = self.dh, self.dc, self.part, np.empty_like(self.dc)
        dh[:], dc[:] = (0, 0) if dstate is None else dstate
        for step, dh_t, pad in self._back(dhs, padding):
            to_c, to_o, to_i_f_g, f, da_o, da_i_f_g, da = step
            copyto(keep, f)  # now, as da takes the place of f
            add(dh, dh_t, dh)
            past = None if pad is None else dh * pad
            multiply(dh, to_o, da_o)
            multiply(dh, to_c, part)
            add(dc, part, dc)
            multiply(da_o, self.p_o, part)
            add(dc, part, dc)
            multiply(dc, to_i_f_g, da_i_f_g)
            multiply(dc, keep, dc)
            multiply(da_i_f_g[0], self.p_i, part)
            add(dc, part, dc)
            multiply(da_i_f_g[1], self.p_f, part)
            add(dc, part, dc)
            self.to_dh(da)
            if past is not None:
                add(dh, past, dh)
        return self._gradients()

    def _gradients(self):
        dxs, dw = super()._gradients()
        T, B, _, H, _ = self._size
        da_i, da_f, _, da_o = self.da.reshape(T, B, 4, H).transpose(2, 0, 1, 3)
        before, after = self.c[:-1], self.c[1:]
        seen = {"p_i": da_i * before, "p_f": da_f * before, "p_o": da_o * after}
        return dxs, replace(
            dw, **{name: peephole_gradient(getattr(self.w, name), da) for name, da in seen.items()}
        )
