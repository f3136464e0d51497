"""Padding and what does not fit: fast layers leave the one alone and name the other."""

from types import SimpleNamespace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rnncourse.cells.layers import build_layer
from rnncourse.cells.lstm import LSTMWeights
from rnncourse.cells.rnn_layer import RNNLayer
from rnncourse.cells.shapes import ShapeError, check_mask, check_sequence
from tests.cells.cases import CASES, assert_close, name_arrays
from tests.cells.test_layers import make_layer, pick_rows
from tests.cells.test_steps import every_layer, sample_case, seeds


def sample_padded(case, lengths, seed, more=2):
    """Draw sequences of different lengths, padded with nonsense."""
    w, xs, state, dhs, dstate = sample_case(case, max(lengths) + more, len(lengths), 3, 5, seed)
    mask = np.arange(len(xs))[:, None] < np.array(lengths)
    nonsense = 1e3 * np.random.default_rng(seed).normal(size=xs.shape)
    return w, np.where(mask[:, :, None], xs, nonsense), state, dhs, dstate, mask


@every_layer
@given(lengths=st.lists(st.integers(0, 5), min_size=1, max_size=4), seed=seeds)
def test_padding_changes_neither_states_nor_gradients(name, lengths, seed):
    case = CASES[name]
    w, xs, state, dhs, dstate, mask = sample_padded(case, [1, *lengths], seed)
    layer = make_layer(case, w)
    hs, last = layer.forward(xs, state, mask)
    dxs, first, dw = layer.backward(dhs, dstate)
    assert not hs[~mask].any()
    assert not dxs[~mask].any()
    shares = []
    for b, length in enumerate([1, *lengths]):
        rows = slice(b, b + 1)
        if not length:  # nothing but padding: everything passes through
            assert_close(pick_rows(last, rows), pick_rows(state, rows), rtol=0, atol=0)
            assert_close(pick_rows(first, rows), pick_rows(dstate, rows), rtol=0, atol=0)
            continue
        h, end = layer.forward(xs[:length, rows], pick_rows(state, rows))
        dx, start, share = layer.backward(dhs[:length, rows], pick_rows(dstate, rows))
        assert_close((h, end), (hs[:length, rows], pick_rows(last, rows)), rtol=1e-11)
        assert_close((dx, start), (dxs[:length, rows], pick_rows(first, rows)), rtol=1e-10)
        shares.append(name_arrays(share))
    total = type(w)(**{key: sum(share[key] for share in shares) for key in shares[0]})
    assert_close(total, dw, rtol=1e-10, atol=1e-11)


@every_layer
def test_padding_may_stand_in_the_middle_and_keeps_the_state(name):
    case = CASES[name]
    w, xs, state, dhs, dstate = sample_case(case, 6, 2, 3, 5, 8)
    mask = np.ones((6, 2), bool)
    mask[2:4] = False
    layer = make_layer(case, w)
    hs, last = layer.forward(xs, state, mask)
    dxs, first, dw = layer.backward(dhs, dstate)
    short = [0, 1, 4, 5]
    h, end = layer.forward(xs[short], state)
    assert_close((h, end), (hs[short], last), rtol=0, atol=0)
    assert_close(layer.backward(dhs[short], dstate), (dxs[short], first, dw), rtol=1e-11)


@every_layer
def test_arrays_that_do_not_fit_a_layer_raise(name):
    case = CASES[name]
    w, xs, state, dhs, dstate = sample_case(case, 4, 2, 3, 5, 13)
    layer = make_layer(case, w)
    with pytest.raises(ShapeError, match=r"xs must be \(T, B, 3\) .* got \(4, 2, 1\). Try: time"):
        layer.forward(xs[:, :, :1], state)
    with pytest.raises(ShapeError, match=r"h \(B, 5\) with one B; got \(2, 3\) and \(1, 5\)"):
        layer.forward(xs, pick_rows(state, slice(1)))
    with pytest.raises(ShapeError, match=r"mask must be \(4, 2\) .* got \(2, 4\) of bool"):
        layer.forward(xs, state, np.ones((2, 4), bool))
    with pytest.raises(RuntimeError, match=r"goes back through one forward. Try: call forward"):
        layer.backward(dhs)
    layer.forward(xs, state)
    with pytest.raises(ShapeError, match=r"dhs must be \(4, 2, 5\), as hs; got \(3, 2, 5\)"):
        layer.backward(dhs[:3])
    with pytest.raises(ShapeError, match=r"dh must be \(2, 5\), as the state; got \(1, 5\)"):
        layer.backward(dhs, pick_rows(dstate, slice(1)))
    layer.backward(dhs)
    with pytest.raises(RuntimeError, match=r"goes back through one forward"):
        layer.backward(dhs)
    G = case.gates * 5
    shapes = (
        rf"With H=5, W_xh must be \(D, {G}\), W_hh \(5, {G}\) and b_h \({G},\); got \(3, {G - 1}\)"
    )
    wrong = SimpleNamespace(**{**vars(w), "W_xh": w.W_xh[:, 1:]})
    with pytest.raises(ShapeError, match=shapes):
        type(layer)(wrong)
    layer.w = SimpleNamespace(**{**vars(w), "b_h": w.b_h[1:]})
    with pytest.raises(ShapeError, match=rf"b_h \({G},\); got .* and \({G - 1},\)"):
        layer.forward(xs)


def test_arrays_that_are_no_sequence_or_mask_raise():
    with pytest.raises(ShapeError, match=r"got \(4, 3\). Try: .*xs\[:, None\] for one sequence"):
        check_sequence(np.zeros((4, 3)), 3)
    with pytest.raises(ShapeError, match="with at least one step"):
        check_sequence(np.zeros((0, 2, 3)), 3)
    with pytest.raises(ShapeError, match=r"got \(4, 2\) of float64. Try: mask.astype\(bool\)"):
        check_mask(np.ones((4, 2)), 4, 2)


def test_an_unknown_activation_or_weight_class_raises():
    w = CASES["tanh"].sample_weights(2, 3, np.random.default_rng(0))
    with pytest.raises(
        ValueError, match=r"There is no activation 'sigmoid'. Try: 'tanh' or 'relu'"
    ):
        RNNLayer(w, "sigmoid")
    with pytest.raises(TypeError, match=r"SimpleNamespace have no layer. Try: HiddenWeights"):
        build_layer(SimpleNamespace(**vars(w)))
    assert type(build_layer(LSTMWeights(np.ones((1, 4)), np.ones((1, 4)), np.ones(4)))).n_gates == 4
