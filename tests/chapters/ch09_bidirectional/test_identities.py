"""Two directions and layers: what the page says of them, by other computations."""

import numpy as np
import pytest
import torch
from torch import nn

from rnncourse.chapters.ch09_bidirectional import identities


def test_deck_a_s_forward_state_twice_is_not_the_output_of_two_directions():
    model = identities.network(layers=1)
    w, xs = identities.arrays(model), np.random.default_rng(0).normal(size=(6, 5))
    other = xs.copy()
    other[3:] += 1  # what comes after the third step
    ahead, changed = (identities.one_way(w, 0, x, reverse=False) for x in (xs, other))
    back = identities.one_way(w, 0, xs, reverse=True)
    with torch.no_grad():
        theirs = model(torch.from_numpy(xs)[:, None])[0][:, 0].numpy()
    np.testing.assert_allclose(np.hstack([ahead, back]), theirs, atol=1e-12)
    assert np.abs(np.hstack([ahead, ahead]) - theirs).max() > 0.1
    np.testing.assert_array_equal(ahead[:3], changed[:3])


@pytest.mark.parametrize("seed", range(3))
def test_identities_hold(seed):
    assert identities.deep_gap(seed) < 1e-12
    assert identities.sum_gap(seed) < 1e-12
    assert max(identities.slide_gap(cell, seed) for cell in ("rnn", "lstm")) < 1e-12


@pytest.mark.parametrize(("D", "layer", "gap"), [(64, 0, 0), (64, 1, 0), (65, 0, 64), (65, 1, 0)])
def test_the_slide_s_shape_fits_where_n_numbers_are_read(D, layer, gap):
    assert identities.shape_gap("rnn", 64, D, layer) == gap
    assert identities.shape_gap("lstm", 64, D, layer) == 4 * gap
    assert identities.layer_entries("rnn", 64, D, layer) == 64 * (64 + (64 if layer else D))


@pytest.mark.parametrize(("cell", "gates"), [("rnn", 1), ("gru", 3), ("lstm", 4)])
def test_how_many_times_larger_two_directions_are(cell, gates):
    D, H = 32, 64
    assert identities.times_larger(cell, 1) == 2
    one = gates * (H * H + H * H + 2 * H)
    second = 2 * gates * (2 * H * H + H * H + 2 * H)
    assert identities.times_larger(cell, 2, last=True) == pytest.approx(second / one)
    first = gates * (D * H + H * H + 2 * H)
    both = (2 * first + second) / (first + one)
    assert identities.times_larger(cell, 2) == pytest.approx(both)


def test_one_way_is_torch_s_direction():
    model = identities.network(layers=1)
    xs = np.random.default_rng(0).normal(size=(4, 5))
    with torch.no_grad():
        theirs, _ = model(torch.from_numpy(xs)[:, None])
    for reverse in (False, True):
        mine = identities.one_way(identities.arrays(model), 0, xs, reverse)
        half = theirs[:, 0, 4:] if reverse else theirs[:, 0, :4]
        np.testing.assert_allclose(mine, half.numpy(), atol=1e-12)
    assert isinstance(model, nn.RNN)
