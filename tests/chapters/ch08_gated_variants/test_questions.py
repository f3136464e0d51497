"""The questions of chapter 8: what the project takes, and what it pays for."""

import numpy as np
import pytest
import torch

from rnncourse.chapters.ch08_gated_variants.questions import cell_design
from rnncourse.grading.registry import load_questions

BY_ID = load_questions("08-gated-variants")
CLOSE = {"rtol": 1e-9, "atol": 1e-12}


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
