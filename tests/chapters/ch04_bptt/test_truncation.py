"""Truncation: comparisons compare what they say."""

import pytest
import torch

from rnncourse.analysis.hello import LETTERS, WORD, hello_weights
from rnncourse.chapters.ch04_bptt import experiments
from rnncourse.chapters.ch04_bptt.truncation import measure_cost


def test_the_digits_are_those_of_a_network_that_starts_from_a_half():
    w, ids = hello_weights(), LETTERS.encode(WORD)
    W_hh = torch.tensor(w.W_hh, requires_grad=True)

    def total(first):
        h, nats = torch.full((3,), first, dtype=torch.float64), 0.0
        for x, target in zip(torch.eye(4, dtype=torch.float64)[ids[:-1]], ids[1:], strict=True):
            h = torch.tanh(x @ torch.tensor(w.W_xh) + h @ W_hh + torch.tensor(w.b_h))
            y = h @ torch.tensor(w.W_hy) + torch.tensor(w.b_y)
            nats = nats - torch.log_softmax(y, 0)[target] / 4
        return nats

    actual = experiments.loss_by_entry(w.W_hh[0, 1])
    assert actual == pytest.approx(total(0.5).item(), rel=1e-12)
    assert actual != pytest.approx(total(0.0).item(), rel=1e-3)
    (slope,) = torch.autograd.grad(total(0.5), W_hh)
    assert experiments.derivative_by_bptt() == pytest.approx(slope[0, 1].item(), rel=1e-12)
    complex_step = experiments.loss_by_entry(w.W_hh[0, 1] + 1e-30j).imag / 1e-30
    assert complex_step == pytest.approx(slope[0, 1].item(), rel=1e-12)


def test_windows_bound_the_memory():
    memory = {(T, k): measure_cost(T, k, B=2, H=64, V=4)[1] for T in (64, 256) for k in (None, 16)}
    assert memory[256, None] > 2.5 * memory[64, None]
    assert memory[256, 16] < 1.3 * memory[64, 16]
