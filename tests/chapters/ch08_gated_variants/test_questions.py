"""The questions of chapter 8: references against torch, the package, and counts."""

import numpy as np
import pytest
import torch
from scipy import stats

from rnncourse.cells.lstm import LSTMState, LSTMWeights, lstm_step
from rnncourse.chapters.ch08_gated_variants.questions import QUESTIONS, cell_design

from ...grading.in_process import make_cases

BY_ID = {q.id: q for q in QUESTIONS}
CLOSE = {"rtol": 1e-9, "atol": 1e-12}


@pytest.mark.parametrize(("arguments", "parameters"), make_cases("08-count"))
def test_the_count_against_arrays(arguments, parameters):
    D, H, gates, peepholes = arguments
    layer = torch.nn.RNN(D, H)
    block = sum(p.numel() for p in layer.parameters()) - H  # torch has two biases
    assert parameters == (gates + 1) * block + (gates * H if peepholes else 0)


@pytest.mark.parametrize(("arguments", "units"), make_cases("08-units"))
def test_one_more_unit_does_not_fit(arguments, units):
    budget, D, V, blocks = arguments

    def count(H):
        layer, readout = torch.nn.RNN(D, H), torch.nn.Linear(H, V)
        n_parameters = sum(p.numel() for p in layer.parameters()) - H
        return blocks * n_parameters + sum(p.numel() for p in readout.parameters())

    assert units == 0 or count(units) <= budget
    assert count(units + 1) > budget


@pytest.mark.parametrize(("arguments", "full"), make_cases("08-inside"))
def test_the_whole_lstm_does_what_coupled_gates_do(arguments, full):
    W, b, P = arguments
    H = len(b) // 3
    rng = np.random.default_rng(0)
    D = len(W) - H
    x, h, c = rng.normal(size=(2, D)), rng.normal(size=(2, H)), rng.normal(size=(2, H))
    W_full, b_full, P_full = full
    state = lstm_step(x, LSTMState(h, c), LSTMWeights(W_full[:D], W_full[D:], b_full, *P_full))
    a_f, a_g, a_o = map(torch.from_numpy, np.split(np.hstack([x, h]) @ W + b, 3, axis=1))
    old_c = torch.from_numpy(c)
    after = torch.lerp(torch.tanh(a_g), old_c, torch.sigmoid(a_f + torch.from_numpy(P[0]) * old_c))
    np.testing.assert_allclose(state.c, after, **CLOSE)
    shown = torch.sigmoid(a_o + torch.from_numpy(P[1]) * after) * torch.tanh(after)
    np.testing.assert_allclose(state.h, shown, **CLOSE)


@pytest.mark.parametrize(("arguments", "slope"), make_cases("08-slope"))
def test_the_slope_against_torch(arguments, slope):
    c, a_i, a_f, a_g, p_i, p_f = map(torch.from_numpy, arguments)
    c.requires_grad_()
    after = torch.sigmoid(a_f + p_f * c) * c + torch.sigmoid(a_i + p_i * c) * torch.tanh(a_g)
    (expected,) = torch.autograd.grad(after.sum(), c)
    np.testing.assert_allclose(slope, expected, **CLOSE)


@pytest.mark.parametrize(("arguments", "gates"), make_cases("08-recurrent"))
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


@pytest.mark.parametrize(("arguments", "values"), make_cases("08-compare"))
def test_the_interval_against_scipy(arguments, values):
    _, test, _ = arguments
    chosen, doublings, half = values
    for k in range(1, len(test)):
        gaps = np.log2(test[k, chosen[k]] / test[0, chosen[0]])
        low, high = stats.ttest_1samp(gaps, 0).confidence_interval(0.95)
        np.testing.assert_allclose(
            [doublings[k] - half[k], doublings[k] + half[k]], [low, high], rtol=1e-3, atol=1e-3
        )


def test_a_cell_of_an_lstms_parts_is_torchs_lstm():
    rng = np.random.default_rng(0)
    D, H = 11, 2
    lstm = torch.nn.LSTM(D, H).double()
    W_ih, W_hh, b_ih, b_hh = (p.detach().numpy() for p in lstm.parameters())
    W = np.vstack([W_ih.T, W_hh.T, b_ih + b_hh])
    xs, w_y = rng.normal(size=(5, 3, D)), rng.normal(size=H)
    row = np.pad(np.concatenate([W.ravel(), w_y, [0.3]]), (0, 5))
    assert cell_design._describe_fault(cell_design.LSTM_PARTS, row, D) == ""
    actual = cell_design._run_cell(
        cell_design.LSTM_PARTS, *cell_design._split_row(cell_design.LSTM_PARTS, row, D), xs
    )
    with torch.no_grad():
        expected = lstm(torch.from_numpy(xs))[0].numpy() @ w_y + 0.3
    np.testing.assert_allclose(actual, expected, **CLOSE)


@pytest.mark.parametrize(
    ("args", "phrase"),
    [
        ((0, 1, 1, 1, 0, 1, 1), "a number of units"),
        ((1.5, 1, 1, 1, 0, 1, 1), "a number of units"),
        ((np.inf, 1, 1, 1, 0, 1, 1), "a number of units"),
        ((np.nan, 1, 1, 1, 0, 1, 1), "a number of units"),
        ((1, 2, 1, 1, 0, 1, 1), "0 or 1"),
        ((1, 1, 0, 1, 1, 1, 1), "need a forget gate"),
        ((3, 1, 1, 1, 0, 1, 1), "needs 184 weights"),
        ((1e9, 1, 1, 1, 0, 1, 1), "may have 120"),
    ],
)
def test_a_table_that_is_no_cell_is_recognized(args, phrase):
    assert phrase in cell_design._describe_fault(np.array(args, float), np.zeros(120), 11)


def test_untrained_cells_earn_no_point():
    """A constant, the mean growth, and a count of what is marked, as good as they can be."""
    for seed in range(20):
        (case,) = BY_ID["08-cell"].cases(seed)
        rows, sums = case.held_out
        last = sums[-1]
        flags = rows[:, :, cell_design.VALUES :].sum(0)
        fits = [np.full(len(last), np.median(last))]
        for k in range(cell_design.FLAGS):
            a = np.stack([flags[:, k], np.ones(len(last))], 1)
            fits.append(a @ np.linalg.lstsq(a, last, rcond=None)[0])
        best = max(cell_design._measure_accuracy(y, last) for y in fits)
        score = (best - cell_design.LSTM_SHARE) / (1 - cell_design.LSTM_SHARE)
        assert score < cell_design.POINTS_BY_SHARE[0][0]
