"""The LSTM layer, whole sequences at once."""

import numpy as np

from rnncourse.cells.layer import RecurrentLayer, split_by_gate
from rnncourse.cells.lstm import LSTMState, LSTMWeights, has_peepholes
from rnncourse.cells.shapes import ShapeError


class LSTMLayer(RecurrentLayer[LSTMState]):
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
    names = ("h", "c")

    def _run_forward(self, b, padding):
        # Inside, the gates stand in the order i f o g: sigmoids are neighbors. As
        # sigma(a) = (1 + tanh(a / 2)) / 2, half the weights of a sigmoid, and one tanh serves all.
        W_xh, W_hh, b = (split_by_gate(W, 4)[[0, 1, 3, 2]] for W in (self.W_xh, self.W_hh, b))
        for W in (W_xh, W_hh, b):
            W[:3] *= 0.5
        T, (_, B, H) = len(self.xs), self.h.shape
        self.gates = np.matmul(self.xs[:, None], W_xh, out=self._reserve("gates", T, 4, B, H))
        self.gates += b[:, None]
        self.tanh_c, from_h = self._reserve("tanh_c", T, B, H), self._reserve("from_h", 4, B, H)
        for t, pad in enumerate(padding):
            gates, (h, h_new), (c, c_new) = self.gates[t], self.h[t : t + 2], self.c[t : t + 2]
            gates += np.matmul(h, W_hh, out=from_h)
            np.tanh(gates, out=gates)
            gates[:3] *= 0.5
            gates[:3] += 0.5
            i, f, o, g = gates
            np.multiply(f, c, out=c_new)
            c_new += i * g
            np.tanh(c_new, out=self.tanh_c[t])
            np.multiply(o, self.tanh_c[t], out=h_new)
            if pad is not None:
                np.copyto(c_new, c, where=pad)
                np.copyto(h_new, h, where=pad)

    def _run_backward(self, dhs, dh, dc, padding):
        T, B, H = dhs.shape
        i, f, o, g = self.gates.transpose(1, 0, 2, 3)
        # The slopes are known before the way back begins: they are computed for all steps at once.
        da, dh_to_dc = self._reserve("da", T, B, 4, H), o * (1 - self.tanh_c * self.tanh_c)
        da[:, :, 0] = g * i * (1 - i)
        da[:, :, 1] = self.c[:-1] * f * (1 - f)
        da[:, :, 2] = i * (1 - g * g)
        da[:, :, 3] = self.tanh_c * o * (1 - o)
        W_hh_T = self.W_hh.T.copy()
        for t in reversed(range(T)):
            pad = padding[t]
            dh = dh + dhs[t]
            dc_new = dc + dh * dh_to_dc[t]
            da[t, :, :3] *= dc_new[:, None]
            da[t, :, 3] *= dh
            if pad is not None:
                da[t, pad[:, 0]] = 0
            before = da[t].reshape(B, 4 * H) @ W_hh_T, dc_new * f[t]
            dh, dc = before if pad is None else np.where(pad, (dh, dc), before)
        return da, da, dh, dc

    def _pack_gradient(self, dW_xh, dW_hh, db_x, db_h):
        return LSTMWeights(dW_xh, dW_hh, db_x)

    def _check_weights(self, w):
        super()._check_weights(w)
        if has_peepholes(w):
            raise ValueError(
                "LSTMLayer has no peepholes, but its weights have. Try: lstm_step, step by step."
            )

    # The state of an LSTM is (h, c).

    def _unpack_state(self, state):
        if state is None:
            return []
        if len(state) != 2 or np.ndim(state[0]) != 2:
            raise ShapeError(
                f"The state of an LSTM is (h, c), two arrays (B, H); got {np.shape(state)}. "
                "Try: LSTMState(h, c)."
            )
        return [np.asarray(part) for part in state]

    def _pack_state(self, parts):
        return LSTMState(*parts)
