"""Honest answers to chapter 9, however they are written."""

from ...grading.handed_in import read_cases

ASSIGNMENT = "09-bidirectional"
HONEST = read_cases("""
=== loops and lists: 09-reverse 09-both 09-ends 09-scale 09-units 09-move
import numpy as np
# %%
def reverse_padded(xs, lengths):
    T, B = xs.shape[:2]
    return np.array([
        [xs[lengths[b] - 1 - t, b] if t < lengths[b] else xs[t, b] for b in range(B)]
        for t in range(T)
    ])

def read_both(xs, W_xh, W_hh, b_h, R_xh, R_hh, b_r):
    T, H = len(xs), len(b_h)
    states = np.zeros((T, 2 * H))
    h = np.zeros(H)
    for t in range(T):
        h = np.tanh(W_xh.T @ xs[t] + W_hh.T @ h + b_h)
        states[t, :H] = h
    h = np.zeros(H)
    for t in range(T - 1, -1, -1):
        h = np.tanh(R_xh.T @ xs[t] + R_hh.T @ h + b_r)
        states[t, H:] = h
    return states

def summarize(output, lengths):
    H = output.shape[2] // 2
    return [[*output[n - 1, b, :H], *output[0, b, H:]] for b, n in enumerate(lengths)]

def scale(series):
    n = np.arange(1, len(series) + 1)
    return [
        (x - sum(series[:k]) / k)
        / (np.sqrt(np.mean((series[:k] - np.mean(series[:k])) ** 2)) + 1e-3)
        for x, k in zip(series, n)
    ]

def units(H, D, V):
    one = D * H + H * H + H + H * V + V
    return max(n for n in range(1, H + 1) if 2 * n * (D + n + 1 + V) + V <= one)

def read_deep(xs, h, W, U, M, K):
    states = []
    for x in xs:
        inner = np.tanh(W.T @ x + U.T @ h)
        h = np.tanh(M.T @ inner + K.T @ h)
        states.append(h)
    return states
""")
