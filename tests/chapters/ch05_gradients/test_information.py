"""What a state still knows: readers against other ways to compute them."""

import numpy as np
import torch

from rnncourse.chapters.ch05_gradients.information import (
    init_networks,
    linear_reader,
    nearest_state_probe,
    probe_accuracy,
    reader_accuracy,
)


def test_a_linear_reader_solves_the_normal_equations_and_is_scored_elsewhere():
    rng = np.random.default_rng(0)
    states, labels = rng.normal(size=(60, 5)), rng.integers(4, size=60)
    A = np.c_[states, np.ones(60)]
    W = linear_reader(states, labels)
    np.testing.assert_allclose(A.T @ A @ W, A.T @ np.eye(4)[labels], atol=1e-10)
    # It knows a part of what it was fitted on by heart
    assert reader_accuracy(W, states, labels) > 0.3
    test_inputs, more = rng.normal(size=(4000, 5)), rng.integers(4, size=4000)
    assert abs(reader_accuracy(W, test_inputs, more) - 0.25) < 0.03
    corners = np.eye(4)[labels] + 0.01 * rng.normal(size=(60, 4))
    assert reader_accuracy(linear_reader(corners, labels), corners, labels) == 1


def test_a_symbol_is_readable_at_once_and_never_before_it_is_written():
    ensemble = init_networks((0,))
    assert probe_accuracy(ensemble, (0,), (0, 40), 300)[0, 0] == 1
    assert abs(probe_accuracy(ensemble, (0,), (40,), 300)[0, 0] - 0.25) < 0.1
    with torch.no_grad():
        ensemble.W_xh[:, :4] = ensemble.W_xh[:, :1]  # the four symbols are written alike
    assert abs(probe_accuracy(ensemble, (0,), (0,), 1000)[0, 0] - 0.25) < 0.06


def test_a_probe_that_knows_the_rest_reads_to_the_last_stored_digit():
    share = nearest_state_probe((0, 1), torch.float64, (0, 20), 20)
    np.testing.assert_array_equal(share, 1)
    rough = nearest_state_probe((0, 1), torch.float16, (0, 5, 50), 20)
    np.testing.assert_array_equal(rough[:2], 1)
    assert (rough[2] < 0.6).all()
