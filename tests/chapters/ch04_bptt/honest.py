"""Honest answers to chapter 4, however they are written."""

from ...grading.handed_in import read_cases

ASSIGNMENT = "04-backpropagation-through-time"
BY_HAND = "04-total", "    dw = 0.0"
"""A question that forbids PyTorch, and where its solution could import it."""
HONEST = read_cases("""
=== backward for one weight: 04-total
import math

def total_derivative(xs, h, u, w):
    hs = [h]
    for x in xs:
        hs.append(math.tanh(u * x + w * hs[-1]))
    dh, total = 1, 0
    while len(hs) > 1:
        da = dh * (1 - hs.pop() ** 2)
        total += da * hs[-1]
        dh = da * w
    return total
=== loops and lists: 04-step-back 04-loss
import numpy as np
# %%
def step_back(dh, x, h, h_new, W_xh, W_hh):
    da = [[d * (1 - s * s) for d, s in zip(*rows)] for rows in zip(dh, h_new)]
    outer = lambda left: sum(np.outer(a, b) for a, b in zip(left, da))
    return [da @ np.transpose(W_xh), da @ np.transpose(W_hh), outer(x), outer(h), np.sum(da, 0)]
# %%
def masked_loss(ys, targets, mask):
    loss, dys = 0, np.zeros_like(ys)
    real = list(zip(*np.nonzero(mask)))
    for t, b in real:
        y = ys[t, b] - ys[t, b].max()
        p = np.exp(y) / np.exp(y).sum()
        loss -= np.log(p[targets[t, b]])
        dys[t, b] = p
        dys[t, b, targets[t, b]] -= 1
    return loss / len(real), dys / len(real)
=== the loop by the step, and the cut by the loop: 04-step-back 04-bptt 04-truncated
import numpy as np
# %%
def step_back(dh, x, h, h_new, W_xh, W_hh):
    da = dh * (1 - h_new * h_new)
    return da.dot(W_xh.T), da.dot(W_hh.T), x.T.dot(da), h.T.dot(da), da.sum(0)

def bptt(dys, xs, hs, h, W_hh, W_hy):
    steps, nothing = len(xs), np.zeros((xs.shape[2], W_hh.shape[0]))
    dh, sums = 0, None
    for t in range(steps - 1, -1, -1):
        before = hs[t - 1] if t > 0 else h
        back = step_back(dh + dys[t] @ W_hy.T, xs[t], before, hs[t], nothing, W_hh)
        dh, shares = back[1], [*back[2:4], hs[t].T @ dys[t], back[4], dys[t].sum(0)]
        sums = shares if sums is None else [a + b for a, b in zip(sums, shares)]
    return (*sums, dh)

def truncated_gradient(dhs, hs, h, W_hh, k):
    total = np.zeros(W_hh.shape)
    for start in range(0, len(hs), k):
        before = hs[start - 1] if start else h
        part = slice(start, start + k)
        unit = np.eye(len(W_hh))
        total += bptt(dhs[part], hs[part], hs[part], before, W_hh, unit)[1]
    return total
=== a checker for any function: 04-check
import numpy as np

def loss_of(W, xs, h):
    for x in xs:
        h = np.tanh(x + h @ W)
    return np.sum(h**2)
# %%
def derivative(f, a, s=1e-20):
    a = np.array(a, dtype=complex)
    flat, found = a.reshape(-1), []
    for i in range(a.size):
        flat[i] += s * 1j
        found.append(f(a).imag / s)
        flat[i] = flat[i].real
    return np.reshape(found, a.shape)

def complex_step(W, xs, h):
    return derivative(lambda W: loss_of(W, xs, h), W)
=== the loss written again by hand: 04-check
import numpy as np
# %%
def complex_step(W, xs, h):
    W, h, past = W.astype(float), h, []
    for x in xs:
        past.append(h)
        h = np.tanh(x + h @ W)
    dh, dW = 2 * h, 0
    for before in reversed(past):
        da, h = dh * (1 - h**2), before
        dW, dh = dW + before.T @ da, da @ W.T
    return dW
=== modules of torch: 04-detach
import torch
from torch import nn

class Net(nn.Module):
    def __init__(self, W_xh, W_hh, W_hy):
        super().__init__()
        self.rnn = nn.RNN(*W_xh.shape, bias=False, dtype=torch.float64)
        self.out = nn.Linear(*W_hy.shape, bias=False, dtype=torch.float64)
        with torch.no_grad():
            self.rnn.weight_ih_l0.copy_(torch.tensor(W_xh).T)
            self.rnn.weight_hh_l0.copy_(torch.tensor(W_hh).T)
            self.out.weight.copy_(torch.tensor(W_hy).T)

def window_pass(xs, targets, h, W_xh, W_hh, W_hy, k):
    net, h = Net(W_xh, W_hh, W_hy), torch.tensor(h)[None]
    net.zero_grad()
    xs, targets = torch.tensor(xs), torch.tensor(targets)
    for x, right in zip(xs.split(k), targets.split(k)):
        out, h = net.rnn(x, h.detach())
        loss = nn.functional.cross_entropy(net.out(out).flatten(0, 1), right.flatten())
        (loss * len(x) / len(xs)).backward()
    found = net.rnn.weight_ih_l0.grad, net.rnn.weight_hh_l0.grad, net.out.weight.grad
    return *[g.T.numpy() for g in found], h[0].detach().numpy()
=== a table kept from call to call: 04-memory
from functools import lru_cache

@lru_cache(None)
def best(n, s):
    if n < 2:
        return 0, None
    if not s:
        return n * (n - 1) // 2, None
    return min((m + best(n - m, s - 1)[0] + best(m, s)[0], m) for m in range(1, n))

def next_stop(n, s):
    return best(int(n), int(s))[1]
=== binomials in the place of a table: 04-memory
from math import comb
import numpy as np

def fewest(n, s):
    r = 0
    while comb(s + 1 + r, r) < n:
        r += 1
    return r * n - (comb(s + 1 + r, r - 1) if r else 0)

def next_stop(n, s):
    m = np.arange(1, n)
    costs = [k + fewest(n - k, s - 1) + fewest(k, s) for k in m]
    return float(m[::-1][np.argmin(costs[::-1])])
""")
