"""Honest answers to chapter 14, however they are written."""

from ...grading.handed_in import read_cases

ASSIGNMENT = "14-beyond-recurrence"
HONEST = read_cases("""
=== loops and lists: 14-mask 14-rotate 14-loss 14-linear
import numpy as np
# %%
def causal_weights(scores):
    T, S = len(scores), len(scores[0])
    rows = []
    for t in range(T):
        p = [np.exp(x) if s <= t + S - T else 0.0 for s, x in enumerate(scores[t])]
        rows.append([x / sum(p) for x in p])
    return np.array(rows)

def apply_rotary(x, first):
    found = np.zeros(x.shape)
    for t in range(len(x)):
        for i in range(x.shape[1] // 2):
            w = (first + t) * 10000 ** (-2 * i / x.shape[1])
            matrix = np.array([[np.cos(w), np.sin(w)], [-np.sin(w), np.cos(w)]])
            found[t, 2 * i : 2 * i + 2] = x[t, 2 * i : 2 * i + 2] @ matrix
    return found

def padded_loss(logits, targets, lengths):
    total = 0.0
    for b, length in enumerate(lengths):
        for t in range(length):
            row = logits[t, b] - logits[t, b].max()
            total += np.log(np.exp(row).sum()) - row[targets[t, b]]
    return total / sum(lengths)

def linear_attention_step(q, k, v, S, z):
    ys, S, z = [], S.tolist(), list(z)
    for t in range(len(q)):
        for d, key in enumerate(k[t]):
            z[d] += key
            S[d] = [s + key * value for s, value in zip(S[d], v[t])]
        ys.append(q[t] @ np.array(S) / (q[t] @ z))
    return np.array(ys), S, z
=== arrays of more axes: 14-heads 14-cache
import numpy as np
# %%
def softmax(x):
    p = np.exp(x - x.max(axis=-1, keepdims=True))
    return p / p.sum(axis=-1, keepdims=True)

def many_heads(queries, keys, values, heads):
    q, k, v = (x.reshape(len(x), heads, -1) for x in (queries, keys, values))
    scores = np.einsum("tnd,snd->nts", q, k) * q.shape[2] ** -0.5
    return np.einsum("nts,snd->tnd", softmax(scores), v).reshape(queries.shape)

def read_next(x, W_q, W_k, W_v, keys, values):
    keys = np.append(keys, [x @ W_k], axis=0)
    values = np.append(values, [x @ W_v], axis=0)
    return softmax((x @ W_q) @ keys.T / keys.shape[1] ** 0.5) @ values, keys, values
=== the longest end that stood there before: 14-finish
import numpy as np
# %%
def finish_rows(rows):
    found = []
    for row in rows.tolist():
        def fits(n):
            return np.mean([a == b for a, b in zip(row[n:], row)])
        n = max(range(5, 12), key=fits)
        column = row[len(row) % n :: n]
        found.append(max(set(column), key=column.count))
    return np.array(found)
""")
