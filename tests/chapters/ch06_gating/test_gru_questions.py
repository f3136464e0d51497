"""Questions 5 to 8 of chapter 6: references against torch, and honest answers."""

import numpy as np
import torch

from rnncourse.cells.convert import from_keras, to_torch
from rnncourse.cells.gru import GRUWeights
from rnncourse.grading.checks import grade
from rnncourse.grading.registry import find_question

from ...grading.in_process import make_cases

MINE = "06-count", "06-gru", "06-keras", "06-average"


def test_counts_against_torch():
    for (D, H), (gru, in_torch, lstm, units) in make_cases("06-count"):
        assert in_torch == sum(p.numel() for p in torch.nn.GRU(D, H).parameters())
        assert gru == in_torch - 3 * H
        assert lstm == sum(p.numel() for p in torch.nn.LSTM(D, H).parameters()) - 4 * H
        sizes = [3 * n * (D + n + 1) for n in range(1, 3 * H + D + 9)]
        assert units == sum(size <= lstm for size in sizes)


def test_sequences_of_different_lengths_against_torch():
    """One at a time, each to its own end."""
    for (xs, lengths, W_xh, W_hh, b_h, b_hn), h in make_cases("06-gru"):
        net = torch.nn.GRU(xs.shape[2], len(b_hn), dtype=torch.float64)
        state = to_torch([GRUWeights(W_xh, W_hh, b_h, b_hn)])
        net.load_state_dict({k: torch.from_numpy(v) for k, v in state.items()})
        for b, length in enumerate(lengths):
            if length:
                expected, _ = net(torch.from_numpy(xs[:length, b]))
                np.testing.assert_allclose(h[b], expected[-1].detach(), rtol=1e-10, atol=1e-12)


def test_conversions_against_the_package():
    for arguments, weights in make_cases("06-keras"):
        (w,) = from_keras(arguments, "gru")
        for actual, expected in zip(weights, (w.W_xh, w.W_hh, w.b_h, w.b_hn), strict=True):
            np.testing.assert_allclose(actual, expected, rtol=1e-12)


def test_no_step_at_all_is_shown_only_where_nothing_else_is_wrong():
    question = find_question("06-average")

    def stack_rows(zs):
        rows = [np.prod(zs[t + 1 :], axis=0) * (1 - zs[t]) for t in range(len(zs))]
        return np.stack([np.prod(zs, axis=0), *rows]) if rows else np.zeros((0, zs.shape[1]))

    def square_rows(zs):
        return stack_rows(zs) ** 2

    assert grade(question, stack_rows).message.endswith("This was for `zs` = [].")
    assert grade(question, square_rows).message.endswith("This was for `zs` = [[0.8], [0.5]].")


def test_shares_against_autograd():
    """A share is the derivative of the last state by its candidate."""
    for (zs,), shares in make_cases("06-average"):
        T, H = zs.shape
        ns = torch.zeros(T + 1, H, dtype=torch.float64, requires_grad=True)
        h = ns[0]
        for t in range(T):
            h = (1 - torch.from_numpy(zs[t])) * ns[t + 1] + torch.from_numpy(zs[t]) * h
        (expected,) = torch.autograd.grad(h.sum(), ns)
        np.testing.assert_allclose(shares, expected, rtol=1e-10, atol=1e-12)
