"""Honest answers to chapter 6, however they are written."""

from ...grading.handed_in import read_cases
from . import honest_gru

ASSIGNMENT = "06-gating"
HONEST = read_cases("""
=== another sigmoid, and a product for each row: 06-update 06-carry 06-without
import numpy as np
# %%
def gate(a):
    return 0.5 * (1 + np.tanh(a / 2))

def update_memory(c, a_i, a_f, a_g):
    e = np.exp(2 * a_g)
    return c * gate(a_f) + (e - 1) / (e + 1) * gate(a_i)

def carry_gradient(fs):
    return np.stack([np.prod(fs[t:], axis=0) for t in range(len(fs) + 1)])

def run_cell(xs, W_xh, W_hh, b_h, gates):
    T, B, D = xs.shape
    H = W_hh.shape[0]
    hs, cs = np.zeros((T + 1, B, H)), np.zeros((T + 1, B, H))
    for t in range(T):
        a = xs[t] @ W_xh + hs[t] @ W_hh + b_h
        s = gate(a)
        for letter, block in (("i", 0), ("f", 1), ("o", 3)):
            if letter not in gates:
                s[:, block * H : (block + 1) * H] = 1
        cs[t + 1] = s[:, H : 2 * H] * cs[t] + s[:, :H] * np.tanh(a[:, 2 * H : 3 * H])
        hs[t + 1] = s[:, 3 * H :] * np.tanh(cs[t + 1])
    return hs[1:], cs[1:]
=== lists, and one sequence at a time: 06-without 06-hand
import numpy as np
# %%
def run_cell(xs, W_xh, W_hh, b_h, gates):
    H = len(b_h) // 4
    all_h, all_c = [], []
    for b in range(xs.shape[1]):
        h, c, hs, cs = np.zeros(H), np.zeros(H), [], []
        for t in range(len(xs)):
            a = (xs[t, b] @ W_xh + h @ W_hh + b_h).reshape(4, H)
            open_ = {k: 1 / (1 + np.exp(-a["ifgo".index(k)])) for k in gates}
            c = open_.get("f", 1) * c + open_.get("i", 1) * np.tanh(a[2])
            h = open_.get("o", 1) * np.tanh(c)
            hs.append(h)
            cs.append(c)
        all_h.append(hs)
        all_c.append(cs)
    return np.swapaxes(all_h, 0, 1), np.swapaxes(all_c, 0, 1)

def set_unit(strength, scale):
    k = strength
    W_xh = [[0, 0, scale, 0], [2 * k, 0, 0, 0], [0, -2 * k, 0, 0], [0, 0, 0, 2 * k]]
    return W_xh, [[0, 0, 0, 0]], [-k, k, 0, -k], scale**-1
""")
HONEST |= honest_gru.HONEST
