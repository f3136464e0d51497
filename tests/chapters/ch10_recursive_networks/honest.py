"""Honest answers to chapter 10, however they are written."""

from ...grading.handed_in import read_cases

ASSIGNMENT = "10-recursive-networks"
HONEST = read_cases("""
=== recursion from the root: 10-heights 10-states 10-steps
import math
# %%
import numpy as np
# %%
def node_heights(left, right):
    def height(n):
        return 0 if left[n] == -1 else 1 + max(height(left[n]), height(right[n]))
    return [height(n) for n in range(len(left))]

def step_counts(taus):
    balanced = [0 if t == 1 else math.floor(math.log2(t - 1)) + 1 for t in taus.tolist()]
    return [t - 1 for t in taus], balanced, [t - 1 for t in taus]
# %%
def tree_states(left, right, xs, W_l, W_r, b):
    def state(n):
        if left[n] < 0:
            return xs[n]
        return np.tanh(W_l.T @ state(left[n]) + W_r.T @ state(right[n]) + b)
    return np.array([state(n) for n in range(len(left))], dtype=np.float32)
=== blocks by hand: 10-lstm
import numpy as np
# %%
def sigmoid(a):
    return 0.5 + 0.5 * np.tanh(a / 2)

def tree_lstm(x, h_l, c_l, h_r, c_r, W, b):
    H, D = h_l.shape[1], x.shape[1]
    a = x @ W[:D] + h_l @ W[D:D + H] + h_r @ W[D + H:] + b
    a = a.reshape(len(x), 5, H)
    i, f_l, f_r, o = sigmoid(a[:, [0, 1, 2, 4]]).transpose(1, 0, 2)
    c = f_l * c_l + f_r * c_r + i * np.tanh(a[:, 3])
    return o * np.tanh(c), c
=== lists of a height: 10-batch
import numpy as np
# %%
def by_height(left, right):
    heights = []
    for a, b in zip(left, right):
        heights.append(0 if a < 0 else 1 + max(heights[a], heights[b]))
    levels = [[n for n, h in enumerate(heights) if h == k] for k in range(max(heights) + 1)]
    order = [n for level in levels for n in level]
    where = {n: k for k, n in enumerate(order)}
    where[-1] = -1
    new_left = [where[left[n]] for n in order]
    new_right = [where[right[n]] for n in order]
    return order, new_left, new_right, [len(level) for level in levels]
=== recursion, and sums of outer products: 10-backward
import numpy as np
# %%
def tree_backward(left, right, hs, W_l, W_r, dh):
    N, H = hs.shape
    dxs, das = np.zeros((N, H)), np.zeros((N, H))

    def send(n, g):
        if left[n] < 0:
            dxs[n] = g
            return
        das[n] = g - g * hs[n] * hs[n]
        send(left[n], W_l.dot(das[n]))
        send(right[n], W_r.dot(das[n]))

    send(N - 1, dh)
    inner = left >= 0
    dW_l = hs[left[inner]].T @ das[inner]
    dW_r = hs[right[inner]].T @ das[inner]
    return dxs, dW_l, dW_r, das.sum(axis=0)
=== Python's own parser: 10-parser
import ast
# %%
import numpy as np
# %%
def syntax_tree(text):
    signs = {ast.Add: "+", ast.Sub: "-", ast.Mult: "*"}
    left, right, codes = [], [], []

    def visit(node):
        if isinstance(node, ast.BinOp):
            a, b = visit(node.left), visit(node.right)
            sign = signs[type(node.op)]
        else:
            a, b, sign = -1, -1, str(node.value)
        left.append(a)
        right.append(b)
        codes.append(ord(sign))
        return len(codes) - 1

    visit(ast.parse(text, mode="eval").body)
    return left, right, codes
""")
