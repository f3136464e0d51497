"""The sum over all paths, how often each is counted, and cuts at random."""

from itertools import product

import numpy as np
import torch

from rnncourse.cells.readout import ReadoutWeights
from rnncourse.cells.rnn import HiddenWeights
from rnncourse.chapters.ch04_bptt.random_truncation import path_weights
from rnncourse.training.bptt import Network, bptt

T, D, H, V = 5, 2, 3, 4
RNG = np.random.default_rng(0)
XS, TARGETS = RNG.normal(size=(T, D)), RNG.integers(V, size=T)
W_XH, W_HH, W_HY = (RNG.normal(size=shape) / 2 for shape in ((D, H), (H, H), (H, V)))
H_0 = RNG.normal(size=H)


def run_copies(copies, h_0=H_0):
    """Give each step its own W_hh; return states and losses."""
    h, hs, losses = torch.tensor(h_0), [], []
    for x, W, target in zip(torch.tensor(XS), copies, TARGETS, strict=True):
        h = torch.tanh(x @ torch.tensor(W_XH) + h @ W)
        hs.append(h)
        losses.append(-torch.log_softmax(h @ torch.tensor(W_HY), 0)[target] / T)
    return hs, losses


def compute_path_gradients(h_0=H_0):
    """The gradient of each loss by each step's copy: by (t, k)."""
    copies = [torch.tensor(W_HH, requires_grad=True) for _ in range(T)]
    _, losses = run_copies(copies, h_0)
    return {
        (t, k): torch.autograd.grad(losses[t], copies[k], retain_graph=True)[0].numpy()
        for t in range(T)
        for k in range(t + 1)
    }


def compute_gradient(**options):
    """Return the gradient of the recurrent weights that the package computes."""
    out = ReadoutWeights(W_HY, np.zeros(V))
    net = Network(HiddenWeights(W_XH, W_HH, np.zeros(H)), out)
    return bptt(net, XS[:, None], TARGETS[:, None], H_0[None], **options)[1].cell.W_hh


def test_the_gradient_of_a_shared_weight_is_the_sum_over_its_copies():
    actual = compute_path_gradients()
    np.testing.assert_allclose(sum(actual.values()), compute_gradient(), rtol=1e-10)
    inside = [path for (t, k), path in actual.items() if t // 2 == k // 2]
    np.testing.assert_allclose(sum(inside), compute_gradient(window=2), rtol=1e-10)


def test_two_total_factors_count_a_path_of_n_steps_n_plus_1_times():
    shared = torch.tensor(W_HH, requires_grad=True)
    hs, losses = run_copies([shared] * T)
    total = sum(losses)
    gradient = 0
    for h in hs:  # total dL/dh times total dh/dW
        (dh,) = torch.autograd.grad(total, h, retain_graph=True)
        gradient = gradient + torch.autograd.grad(h, shared, dh, retain_graph=True)[0].numpy()
    counted = sum((t - k + 1) * path for (t, k), path in compute_path_gradients().items())
    np.testing.assert_allclose(gradient, counted, rtol=1e-10)


def test_two_immediate_factors_count_the_diagonal():
    actual = compute_path_gradients()
    diagonal = sum(actual[t, t] for t in range(T))
    np.testing.assert_allclose(compute_gradient(window=1), diagonal, rtol=1e-10)


def test_on_average_each_path_counts_once():
    c, mean = 0.3, 0
    for cut in product([False, True], repeat=T - 1):  # all ways, each with its probability
        chance = np.prod([c if is_cut else 1 - c for is_cut in cut])
        mean = mean + chance * path_weights(cut, c)
    np.testing.assert_allclose(mean, np.tril(np.ones((T, T))), rtol=1e-12)
