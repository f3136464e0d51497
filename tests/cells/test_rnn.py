"""The plain cell is PyTorch's, and its state carries on."""

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from rnncourse.cells.rnn import RNNWeights, ShapeError, rnn_step


def sample_weights(D, H, V, rng):
    shapes = (D, H), (H, H), (H, V), (H,), (V,)
    return RNNWeights(*(rng.normal(size=shape) for shape in shapes))


def run_rnn(xs, h, w):
    ys = []
    for x in xs:
        y, h = rnn_step(x, h, w)
        ys.append(y)
    return np.array(ys), h


sizes = st.integers(1, 5)


@given(sizes, sizes, sizes, sizes, sizes, st.integers(0, 99))
def test_the_rnn_equals_torch_nn_rnn(T, B, D, H, V, seed):
    rng = np.random.default_rng(seed)
    w, xs, h = sample_weights(D, H, V, rng), rng.normal(size=(T, B, D)), rng.normal(size=(B, H))
    cell = torch.nn.RNN(D, H).double()
    with torch.no_grad():
        cell.weight_ih_l0.copy_(torch.from_numpy(w.W_xh.T))
        cell.weight_hh_l0.copy_(torch.from_numpy(w.W_hh.T))
        cell.bias_ih_l0.copy_(torch.from_numpy(w.b_h))
        cell.bias_hh_l0.zero_()
        hs, last = cell(torch.from_numpy(xs), torch.from_numpy(h)[None])
    ys, end = run_rnn(xs, h, w)
    np.testing.assert_allclose(end, last[0].numpy(), rtol=1e-10, atol=1e-12)
    np.testing.assert_allclose(ys, hs.numpy() @ w.W_hy + w.b_y, rtol=1e-10, atol=1e-12)


def test_reading_in_two_pieces_gives_the_same_states():
    rng = np.random.default_rng(0)
    w, xs, h = sample_weights(3, 4, 5, rng), rng.normal(size=(7, 2, 3)), rng.normal(size=(2, 4))
    hs, last = run_rnn(xs, h, w)
    first, state = run_rnn(xs[:3], h, w)
    second, end = run_rnn(xs[3:], state, w)
    np.testing.assert_array_equal(np.concatenate([first, second]), hs)
    np.testing.assert_array_equal(end, last)


def test_a_state_that_does_not_fit_is_named():
    rng = np.random.default_rng(0)
    w = sample_weights(3, 4, 5, rng)
    with pytest.raises(ShapeError, match=r"h \(B, 4\) with one B; got \(2, 3\) and \(1, 4\)"):
        rnn_step(rng.normal(size=(2, 3)), np.zeros((1, 4)), w)
