"""Recall: learned where it can be, not where it cannot; readouts and credit as defined."""

import numpy as np
import pytest

from rnncourse.cells.initial import initial_weights
from rnncourse.cells.lstm import LSTMWeights
from rnncourse.cells.rnn import HiddenWeights, hidden_step
from rnncourse.chapters.ch04_bptt.recall import (
    RecallTask,
    credit,
    learn_recall,
    orthogonal,
    recoverable,
    start,
)
from rnncourse.data.recall import recall_batch


@pytest.mark.parametrize("cell", ["rnn", "lstm"])
def test_a_symbol_in_the_window_is_learned_and_one_outside_a_reset_is_not(cell):
    task = RecallTask(cell, 2, same=True)
    assert learn_recall(task, 3, carried=False, seed=0)[-1] > 0.99
    assert max(learn_recall(task, 2, carried=False, seed=0, updates=200)) < 0.4


def test_a_window_of_one_step_is_enough_if_the_state_holds_the_symbol():
    task = RecallTask("lstm", 3, same=False)
    assert learn_recall(task, 1, carried=True, seed=0)[-1] > 0.99
    assert max(learn_recall(task, 1, carried=False, seed=0, updates=200)) < 0.4


def test_a_window_may_be_longer_than_the_sequence():
    task = RecallTask("rnn", 2, same=True)
    curves = [learn_recall(task, k, True, seed=1, updates=50) for k in (3, 9)]
    assert curves[0] == curves[1]


def test_an_lstm_starts_by_remembering():
    w = start(RecallTask("lstm", 5, True), np.random.default_rng(0)).cell
    np.testing.assert_array_equal(w.b_h, np.repeat([0, 1, 0, 0], 32))


def test_readouts_find_what_is_there_and_nothing_else():
    rng = np.random.default_rng(0)
    w = initial_weights(LSTMWeights, 8, 16, rng)
    assert recoverable(w, 1, rng) > 0.99
    gone = initial_weights(HiddenWeights, 8, 16, rng)
    gone.W_hh[:] = 0
    assert abs(recoverable(gone, 3, rng) - 0.25) < 0.06


def test_credit_is_the_product_of_the_steps_in_between():
    rng = np.random.default_rng(1)
    w = initial_weights(HiddenWeights, 8, 5, rng)
    xs, _ = recall_batch(rng, 1, 3, same=False)
    found = credit(w, xs, np.random.default_rng(2))
    dh, h, hs = np.random.default_rng(2).normal(size=5), np.zeros((1, 5)), []
    for x in xs:
        hs.append(h := hidden_step(x, h, w))
    norms = []
    for h in reversed(hs):
        da = dh * (1 - h[0] ** 2)
        norms.append(np.linalg.norm(da @ w.W_xh.T))
        dh = da @ w.W_hh.T
    np.testing.assert_allclose(found, np.array(norms) / norms[0], rtol=1e-12)


def test_an_orthogonal_matrix_keeps_lengths():
    w = orthogonal(
        initial_weights(HiddenWeights, 8, 20, np.random.default_rng(3)), np.random.default_rng(4)
    )
    np.testing.assert_allclose(w.W_hh @ w.W_hh.T, np.eye(20), atol=1e-14)
    assert np.abs(w.W_xh).max() <= 0.1
    assert not w.b_h.any()
