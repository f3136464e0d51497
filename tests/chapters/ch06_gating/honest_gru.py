"""Honest answers to questions 5 to 8 of chapter 6, however they are written."""

from ...grading.handed_in import read_cases

HONEST = read_cases("""
=== counted one by one: 06-count
def count_weights(D, H):
    def size(blocks, n, biases=1):
        return blocks * (D * n + n * n + biases * n)
    units = 0
    while size(3, units + 1) <= size(4, H):
        units += 1
    return [size(3, H), size(3, H, 2), size(4, H), units]
=== blocks by index, logistic by tanh: 06-gru 06-keras
import numpy as np
# %%
def half(a):
    return (1 + np.tanh(a / 2)) / 2

def read_padded(xs, lengths, W_xh, W_hh, b_h, b_hn):
    H = W_hh.shape[0]
    R, Z, N = slice(0, H), slice(H, 2 * H), slice(2 * H, None)
    h = np.zeros((xs.shape[1], H))
    for t in range(len(xs)):
        x, on = xs[t], t < lengths
        r = half(x @ W_xh[:, R] + h @ W_hh[:, R] + b_h[R])
        z = half(x @ W_xh[:, Z] + h @ W_hh[:, Z] + b_h[Z])
        n = np.tanh(x @ W_xh[:, N] + b_h[N] + r * (h @ W_hh[:, N]) + r * b_hn)
        h[on] = (n + z * (h - n))[on]
    return h

def from_keras(kernel, recurrent, bias):
    H = recurrent.shape[0]
    Z, R, N = slice(0, H), slice(H, 2 * H), slice(2 * H, 3 * H)
    W_xh = np.hstack([kernel[:, R], kernel[:, Z], kernel[:, N]])
    W_hh = np.hstack([recurrent[:, R], recurrent[:, Z], recurrent[:, N]])
    both = bias.sum(axis=0)
    return W_xh, W_hh, np.hstack([both[R], both[Z], bias[0, N]]), bias[1, N]
=== forward, each step clearing what was there: 06-average
import numpy as np
# %%
def state_weights(zs):
    shares = [np.ones(zs.shape[1])]
    for z in zs:
        shares = [z * s for s in shares] + [1 - z]
    return shares
""")
