"""What a state still knows: networks and readers against other ways to compute them."""

import numpy as np
import pytest
import torch

from rnncourse.cells.initial import random_rotation
from rnncourse.cells.layers import layer_for
from rnncourse.chapters.ch05_gradients.information import (
    H,
    linear_reader,
    named,
    networks,
    readable,
    sequences,
    with_the_rest_known,
)
from rnncourse.chapters.ch05_gradients.side_by_side import KINDS, Ensemble, draw


@pytest.mark.parametrize("kind", KINDS)
def test_every_network_of_a_bank_is_that_of_the_package(kind):
    seeds, xs = (3, 4), sequences((3, 4), 0, 5, 6)[0]
    states = torch.stack(Ensemble(KINDS[kind], 8, H, 8, seeds).run(xs)).detach().numpy()
    for s, seed in enumerate(seeds):
        w = draw(KINDS[kind], 8, H, np.random.default_rng([seed, 0]))
        layer = layer_for(w, *["relu"] * (KINDS[kind].cell == "relu"))
        expected, _ = layer.forward(xs[:, s].numpy())
        np.testing.assert_allclose(states[:, s], expected, rtol=1e-10, atol=1e-14)


def test_kinds_differ_in_one_matrix_alone():
    drawn = [draw(kind, 8, H, np.random.default_rng(1)) for kind in KINDS.values()]
    for other in drawn[1:]:
        np.testing.assert_array_equal(other.W_xh, drawn[0].W_xh)
        np.testing.assert_array_equal(other.b_h, np.zeros(H))
    Q = random_rotation(7, np.random.default_rng(0))
    np.testing.assert_allclose(Q @ Q.T, np.eye(7), atol=1e-12)


def test_a_linear_reader_solves_the_normal_equations_and_is_scored_elsewhere():
    rng = np.random.default_rng(0)
    states, labels = rng.normal(size=(60, 5)), rng.integers(4, size=60)
    A = np.c_[states, np.ones(60)]
    W = linear_reader(states, labels)
    np.testing.assert_allclose(A.T @ A @ W, A.T @ np.eye(4)[labels], atol=1e-10)
    assert named(W, states, labels) > 0.3  # it knows a part of what it was fitted on by heart
    others, more = rng.normal(size=(4000, 5)), rng.integers(4, size=4000)
    assert abs(named(W, others, more) - 0.25) < 0.03
    corners = np.eye(4)[labels] + 0.01 * rng.normal(size=(60, 4))
    assert named(linear_reader(corners, labels), corners, labels) == 1


def test_a_symbol_is_readable_at_once_and_never_before_it_is_written():
    ensemble = networks((0,))
    assert readable(ensemble, (0,), (0, 40), 300)[0, 0] == 1
    assert abs(readable(ensemble, (0,), (40,), 300)[0, 0] - 0.25) < 0.1
    with torch.no_grad():
        ensemble.W_xh[:, :4] = ensemble.W_xh[:, :1]  # the four symbols are written alike
    assert abs(readable(ensemble, (0,), (0,), 1000)[0, 0] - 0.25) < 0.06


def test_who_knows_the_rest_reads_until_the_last_digit_that_is_stored():
    share = with_the_rest_known((0, 1), torch.float64, (0, 20), 20)
    np.testing.assert_array_equal(share, 1)
    rough = with_the_rest_known((0, 1), torch.float16, (0, 5, 50), 20)
    np.testing.assert_array_equal(rough[:2], 1)
    assert (rough[2] < 0.6).all()
