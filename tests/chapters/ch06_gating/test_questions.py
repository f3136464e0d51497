"""The questions of page 6: references against torch, and what they pay for."""

import numpy as np
import pytest
import torch

from rnncourse.chapters.ch06_gating import unit
from rnncourse.chapters.ch06_gating.questions import QUESTIONS

from ...grading.in_process import make_cases

BY_ID = {q.id: q for q in QUESTIONS}
CLOSE = {"rtol": 1e-9, "atol": 1e-12}


@pytest.mark.parametrize(("arguments", "c_new"), make_cases("06-update"))
def test_the_update_against_torch(arguments, c_new):
    c, a_i, a_f, a_g = map(torch.from_numpy, arguments)
    expected = torch.sigmoid(a_f) * c + torch.sigmoid(a_i) * torch.tanh(a_g)
    np.testing.assert_allclose(c_new, expected, **CLOSE)


@pytest.mark.parametrize(("arguments", "left"), make_cases("06-carry"))
def test_carried_gradients_equal_autograd(arguments, left):
    fs = torch.from_numpy(arguments[0])
    memories = [torch.zeros(fs.shape[1], dtype=torch.float64, requires_grad=True)]
    for f in fs:
        memories.append(f * memories[-1] + 0.3)
    gradients = torch.autograd.grad(memories[-1].sum(), memories, materialize_grads=True)
    np.testing.assert_allclose(left, torch.stack(gradients), **CLOSE)


def test_the_cell_with_all_gates_against_torch():
    for (xs, W_xh, W_hh, b_h, gates), (hs, cs) in make_cases("06-without"):
        if gates == "ifo":
            layer = torch.nn.LSTM(*W_xh.shape[:1], len(W_hh)).double()
            values = (W_xh.T, W_hh.T, b_h, 0 * b_h)
            for tensor, value in zip(layer.parameters(), values, strict=True):
                tensor.data = torch.from_numpy(np.ascontiguousarray(value))
            expected, (_, last) = layer(torch.from_numpy(xs))
            np.testing.assert_allclose(hs, expected.detach(), **CLOSE)
            np.testing.assert_allclose(cs[-1], last[0].detach(), **CLOSE)


def test_a_cell_that_lacks_gates_is_the_full_one_with_gates_held_open():
    for (xs, W_xh, W_hh, b_h, gates), (hs, cs) in make_cases("06-without"):
        H, weights = len(W_hh), [a.copy() for a in (W_xh, W_hh, b_h)]
        for letter in set("ifo") - set(gates):
            block = slice("ifgo".index(letter) * H, ("ifgo".index(letter) + 1) * H)
            for array, value in zip(weights, (0, 0, 60), strict=True):
                array[..., block] = value
        all_hs, all_cs = BY_ID["06-without"].reference(xs, *weights, "ifo")
        np.testing.assert_allclose(all_hs, hs, **CLOSE)
        np.testing.assert_allclose(all_cs, cs, **CLOSE)


def test_the_unit_set_by_hand_does_the_task():
    rng = np.random.default_rng(1)
    values, flags = rng.uniform(-1, 1, (30, 5)), rng.random((3, 30, 5)) < 0.3
    marked, reset, queries = flags
    *weights, W_y = BY_ID["06-hand"].reference(30.0, 1e-3)
    xs = np.stack([values, *flags], -1)
    hs, _ = BY_ID["06-without"].reference(xs, *weights, "ifo")
    answers = unit.targets(np.stack([values, reset, marked, queries], -1), "all")
    np.testing.assert_allclose(W_y * hs[..., 0], answers, atol=1e-3)
