"""The decks' formulas: the last lines are right; a slip on the way to them is one."""

import numpy as np
import pytest

from rnncourse.chapters.ch04_bptt.deck_gradients import (
    Sequence,
    deck_gradient,
    largest_relative_difference,
    output_gradients,
    sample_example,
    sum_loss,
    true_gradient,
    unroll_states,
)

SEEDS = pytest.mark.parametrize("seed", range(4))


@SEEDS
def test_the_last_lines_are_right(seed):
    w, data = sample_example(seed)
    assert largest_relative_difference(deck_gradient(w, data), true_gradient(w, data)) < 1e-12


@SEEDS
def test_the_slope_stands_before_the_matrix_where_a_state_is_differentiated(seed):
    w, data = sample_example(seed)
    hs, nudges = unroll_states(w, data), 1e-30j * np.eye(len(w.W))
    nudged = w.W @ (hs[0][:, None] + nudges) + (w.U @ data.xs[0] + w.b_h)[:, None]
    true, slope = np.tanh(nudged).imag / 1e-30, np.diag(1 - hs[1] ** 2)
    np.testing.assert_allclose(slope @ w.W, true, rtol=1e-12)
    printed = w.W @ slope  # deck E
    assert np.linalg.norm(printed - true) > 0.1 * np.linalg.norm(true)


@SEEDS
def test_the_next_state_s_gradient_stands_on_the_right_of_the_recursion(seed):
    w, data = sample_example(seed)
    hs, dos = unroll_states(w, data), output_gradients(w, data)
    for t, later in enumerate(hs[2:]):
        true, after = (compute_state_gradient(w, data, s) for s in (t + 1, t + 2))
        back = w.W.T @ np.diag(1 - later**2)
        np.testing.assert_allclose(back @ after + w.V.T @ dos[t], true, rtol=1e-10, atol=1e-13)
        printed = back @ true + w.V.T @ dos[t]  # deck E: the same gradient on both sides
        assert np.linalg.norm(printed - true) > 0.1 * np.linalg.norm(true)


def compute_state_gradient(w, data, t):
    """The gradient of all losses from step t on by h_t, by the complex step."""
    start, result = unroll_states(w, data)[t], []
    for nudge in 1e-30j * np.eye(len(start)):
        own = w.V @ (start + nudge) + w.b_o
        nll = np.log(np.exp(own).sum()) - own[data.targets[t - 1]]
        later = sum_loss(w, Sequence(data.xs[t:], data.targets[t:], start + nudge))
        result.append((nll + later).imag / 1e-30)
    return np.array(result)


def test_every_term_of_the_example_is_nonzero():
    w, data = sample_example()
    assert np.abs(data.h_0).min() > 0
    assert sum_loss(w, data) > 0
