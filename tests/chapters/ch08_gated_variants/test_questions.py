"""The questions of chapter 8: references against torch, the package, and counts."""

import numpy as np
import pytest
import torch
from scipy import stats

from rnncourse.cells.lstm import LSTMState, LSTMWeights, lstm_step
from rnncourse.chapters.ch08_gated_variants.questions import QUESTIONS

from ...grading.directly import expect_all_points
from . import honest

BY_ID = {q.id: q for q in QUESTIONS}
CLOSE = {"rtol": 1e-9, "atol": 1e-12}


def cases(question_id, seeds=3):
    question = BY_ID[question_id]
    return [(a, question.reference(*a)) for seed in range(seeds) for a in question.cases(seed)]


@pytest.mark.parametrize(("arguments", "parameters"), cases("08-count"))
def test_the_count_against_arrays(arguments, parameters):
    D, H, gates, peepholes = arguments
    layer = torch.nn.RNN(D, H)
    block = sum(p.numel() for p in layer.parameters()) - H  # torch has two biases
    assert parameters == (gates + 1) * block + (gates * H if peepholes else 0)


@pytest.mark.parametrize(("arguments", "units"), cases("08-units"))
def test_one_more_unit_does_not_fit(arguments, units):
    budget, D, V, blocks = arguments

    def count(H):
        layer, readout = torch.nn.RNN(D, H), torch.nn.Linear(H, V)
        one = sum(p.numel() for p in layer.parameters()) - H
        return blocks * one + sum(p.numel() for p in readout.parameters())

    assert units == 0 or count(units) <= budget
    assert count(units + 1) > budget


@pytest.mark.parametrize(("arguments", "after"), cases("08-gone"))
def test_a_gate_that_is_gone_is_one_that_is_held_open(arguments, after):
    x, h, c, W_xh, W_hh, b_h, gate = arguments
    H, block = h.shape[1], "ifgo".index(gate)
    arrays = [a.copy() for a in (W_xh, W_hh, b_h)]
    for array, value in zip(arrays, (0, 0, 60), strict=True):
        array[..., block * H : (block + 1) * H] = value
    state = lstm_step(x, LSTMState(h, c), LSTMWeights(*arrays))
    np.testing.assert_allclose(after, (state.h, state.c), **CLOSE)


@pytest.mark.parametrize(("arguments", "c_new"), cases("08-coupled"))
def test_coupled_gates_against_torch(arguments, c_new):
    c, a_f, a_g = map(torch.from_numpy, arguments)
    theirs = torch.lerp(torch.tanh(a_g), c, torch.sigmoid(a_f))
    np.testing.assert_allclose(c_new, theirs, **CLOSE)


@pytest.mark.parametrize(("arguments", "after"), cases("08-peepholes"))
def test_peepholes_against_the_package(arguments, after):
    x, h, c, W_xh, W_hh, b_h, P = arguments
    state = lstm_step(x, LSTMState(h, c), LSTMWeights(W_xh, W_hh, b_h, *P))
    np.testing.assert_allclose(after, (state.h, state.c), **CLOSE)


@pytest.mark.parametrize(("arguments", "gates"), cases("08-recurrent"))
def test_gates_that_see_gates_against_a_torch_network(arguments, gates):
    a, R = map(torch.from_numpy, arguments)
    # sigma(a) = (1 + tanh(a / 2)) / 2: a plain tanh network in other coordinates
    T, _, G = a.shape
    cell = torch.nn.RNNCell(G, G).double()
    with torch.no_grad():
        cell.weight_ih[:] = torch.eye(G) / 2
        cell.weight_hh[:] = R.T / 4
        cell.bias_ih[:] = R.sum(0) / 4
        cell.bias_hh[:] = 0
        u = -torch.ones_like(a[0])
        for t in range(T):
            u = cell(a[t], u)
            np.testing.assert_allclose(gates[t], (1 + u) / 2, **CLOSE)


@pytest.mark.parametrize(("arguments", "found"), cases("08-compare"))
def test_the_interval_against_scipy(arguments, found):
    _, test, _ = arguments
    chosen, doublings, half = found
    for k in range(1, len(test)):
        gaps = np.log2(test[k, chosen[k]] / test[0, chosen[0]])
        low, high = stats.ttest_1samp(gaps, 0).confidence_interval(0.95)
        np.testing.assert_allclose(
            [doublings[k] - half[k], doublings[k] + half[k]], [low, high], rtol=1e-3, atol=1e-3
        )


@pytest.mark.parametrize("name", honest.HONEST)
def test_honest_answers_get_all_points_without_a_sandbox_too(name):
    expect_all_points(BY_ID, *honest.HONEST[name])
