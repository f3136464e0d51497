"""Honest answers to chapter 3, however they are written."""

from ...grading.handed_in import read_cases

ASSIGNMENT = "03-recurrent-networks"
BY_HAND = "03-run", "    h, hs ="
"""A question that forbids PyTorch, and where its solution could import it."""
HONEST = read_cases("""
=== an array filled step by step: 03-run 03-pieces
import numpy as np
# %%
def run_states(xs, h_0, W_xh, W_hh, b_h):
    T, B, _ = xs.shape
    hs = np.empty((T, B, b_h.size))
    for t in range(T):
        before = hs[t - 1] if t else h_0
        hs[t] = np.tanh(xs[t].dot(W_xh) + before.dot(W_hh) + b_h)
    return hs
# %%
def read_in_pieces(xs, h_0, k, W_xh, W_hh, b_h):
    hs = run_states(xs, h_0, W_xh, W_hh, b_h)
    ends = np.append(np.arange(k - 1, len(xs), k), len(xs) - 1)
    return hs, hs[np.unique(ends)]
=== lists, and recursion over the past: 03-run 03-last
from functools import reduce
import math

def run_states(xs, h_0, W_xh, W_hh, b_h):
    def unit(x, h, j):
        inner = sum(a * w for a, w in zip(x, W_xh[:, j]))
        inner += sum(a * w for a, w in zip(h, W_hh[:, j]))
        return math.tanh(inner + b_h[j])

    def step(past, x):
        rows = [[unit(a, h, j) for j in range(len(b_h))] for a, h in zip(x, past[-1])]
        return past + [rows]

    return reduce(step, xs, [h_0.tolist()])[1:]
# %%
def last_states(hs, mask):
    found = [None] * mask.shape[1]
    for h, real in zip(hs, mask):
        for b in range(len(found)):
            if real[b]:
                found[b] = h[b].tolist()
    return found
=== columns, and numbers of any kind: 03-count 03-convert
import numpy as np
# %%
def count_numbers(D, H, V, T, n):
    arrays = {"x": D * H, "b": H, "y": (H + 1) * V}
    rest = sum(arrays.values())
    return [float(rest + H**2), np.int64(rest + V * H), V**n - V ** (n - 1)]
# %%
def to_rows(W, b_hh, b_ih, V, c):
    H, joined = W.shape
    W_hh, W_xh = np.split(np.transpose(W), [H])
    return [W_xh, W_hh, np.einsum("vh->hv", V), np.sum([b_hh, b_ih], axis=0), c.tolist()]
=== told as one matrix: 03-forced
import numpy as np
# %%
def forced_logits(xs, targets, W_xh, W_yh, W_hy, b_h, b_y):
    one_hot = np.eye(len(b_y))[targets]
    start = np.zeros_like(one_hot[:1])
    start[:, :, 0] = 1
    joined = np.concatenate([xs, np.concatenate([start, one_hot[:-1]])], axis=2)
    return np.tanh(joined @ np.vstack([W_xh, W_yh]) + b_h) @ W_hy + b_y
=== levels around 0, in the last units: 03-echo
import numpy as np
# %%
def echo_network(D, delay, H):
    v = np.linspace(-1, 1, D)
    W_xh, W_hh, W_hy = np.zeros((D, H)), np.zeros((H, H)), np.zeros((H, D))
    W_xh[:, H - 1] = 1e-3 * v
    for i in range(delay):
        W_hh[H - 1 - i, H - 2 - i] = 1
    W_hy[H - 1 - delay] = 2e3 * v
    return W_xh, W_hh, W_hy, [0] * H, list(-v * v)
=== a curve with a unit in front that holds its bias: 03-echo
from math import atanh

def echo_network(D, delay, H):
    def zeros(n, m):
        return [[0.0] * m for _ in range(n)]

    W_xh, W_hh, W_hy = zeros(D, H), zeros(H, H), zeros(H, D)
    for i in range(D):
        W_xh[i][0] = atanh(0.004 * (i + 1))
        W_hy[delay][i] = 250.0 * 2 * i
    for j in range(delay):
        W_hh[j][j + 1] = 1.0
    return W_xh, W_hh, W_hy, [0.0] * H, [-(i * i + 2.0 * i) for i in range(D)]
""")
