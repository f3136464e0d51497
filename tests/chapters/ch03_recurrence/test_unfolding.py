"""Unfolding changes nothing: the identities hold for other sizes and seeds too."""

import numpy as np
import pytest
import torch

from rnncourse.cells.rnn_layer import RNNLayer
from rnncourse.chapters.ch03_recurrence import unfolding


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("T", [1, 2, 9])
def test_the_identities_hold_for_any_length(T, seed):
    for identity in (
        unfolding.copies_gap,
        unfolding.unfolding_gap,
        unfolding.shift_gap,
        unfolding.simple_gap,
        unfolding.shapes_gap,
    ):
        assert identity(T=T, seed=seed) < 1e-12, identity.__name__


def test_each_state_depends_on_all_inputs_before_it_and_on_no_later_one():
    w, xs, h_0 = unfolding.example(6)
    layer = RNNLayer(w)
    hs, _ = layer.forward(xs, h_0)
    for t in range(len(xs)):
        other = xs.copy()
        other[t] += 1
        apart = np.abs(layer.forward(other, h_0)[0] - hs).max((1, 2))
        assert not apart[:t].any()
        assert (apart[t:] > 0).all()


def test_the_simple_network_of_deck_c_is_torch_s():
    rnn = torch.nn.RNN(3, 5, dtype=torch.float64)
    W, U, b = rnn.weight_hh_l0, rnn.weight_ih_l0, rnn.bias_ih_l0 + rnn.bias_hh_l0
    xs, s = torch.randn(6, 1, 3, dtype=torch.float64), torch.zeros(5, dtype=torch.float64)
    for x in xs:
        s = torch.tanh(b + W @ s + U @ x[0])
    torch.testing.assert_close(rnn(xs)[0][-1, 0], s, rtol=1e-12, atol=1e-14)


def test_a_table_has_a_row_for_every_past():
    assert unfolding.parameter_counts(2, 3) == 4  # 00, 01, 10, 11: one chance each
    assert unfolding.parameter_counts(96, 1) == 95
    assert unfolding.parameter_counts(96, 10) > 1e19
