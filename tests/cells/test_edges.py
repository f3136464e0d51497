"""The edges of the fast layers: unusual memory, numbers and sizes, and what goes wrong midway."""

from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pytest

from rnncourse.cells.gru import GRUWeights
from rnncourse.cells.gru_layer import GRULayer
from rnncourse.cells.layers import build_layer
from rnncourse.cells.lstm import LSTMState, LSTMWeights, lstm_gates
from rnncourse.cells.lstm_layer import LSTMLayer
from rnncourse.cells.rnn_layer import RNNLayer
from rnncourse.cells.shapes import ShapeError
from tests.cells.cases import (
    CASES,
    assert_close,
    make_state_like,
    name_arrays,
    run_steps,
    run_steps_back,
    split_state,
)
from tests.cells.test_layers import make_layer
from tests.cells.test_steps import every_layer, sample_case


def map_state(f, state):
    return make_state_like(state, [f(part) for part in split_state(state)])


def run_both_ways(case, w, xs, state, dhs, dstate, mask=None):
    layer = make_layer(case, w)
    return (*layer.forward(xs, state, mask), *layer.backward(dhs, dstate))


def reverse_in_memory(a):
    return np.ascontiguousarray(a[..., ::-1])[..., ::-1]


def transpose_in_memory(a):
    return np.asfortranarray(a)


def read_only(a):
    a = a.copy()
    a.flags.writeable = False
    return a


@every_layer
@pytest.mark.parametrize("change", [reverse_in_memory, transpose_in_memory, read_only])
def test_results_do_not_depend_on_memory_layout(name, change):
    case = CASES[name]
    w, xs, state, dhs, dstate = sample_case(case, 4, 2, 3, 5, 20)
    expected = run_both_ways(case, w, xs, state, dhs, dstate)
    w = type(w)(*(change(a) for a in name_arrays(w).values()))
    state, dstate = map_state(change, state), map_state(change, dstate)
    assert_close(
        run_both_ways(case, w, change(xs), state, change(dhs), dstate), expected, rtol=1e-12
    )


@every_layer
@pytest.mark.parametrize("kind", [np.int64, np.uint8, bool])
@pytest.mark.parametrize("dtype", [np.float16, np.float32, np.float64])
def test_whole_numbers_take_the_precision_of_the_weights(name, kind, dtype):
    case = CASES[name]
    w, _, _, dhs, _ = sample_case(case, 4, 2, 3, 5, 21)
    w = type(w)(*(a.astype(dtype) for a in name_arrays(w).values()))
    one_hot = np.eye(3, dtype=kind)[np.array([[0, 1], [2, 2], [1, 0], [0, 0]])]
    result = run_both_ways(case, w, one_hot, None, dhs, None)
    assert result[0].dtype == result[2].dtype == result[4].W_hh.dtype == dtype
    assert_close(
        result, run_both_ways(case, w, one_hot.astype(dtype), None, dhs, None), rtol=0, atol=0
    )


def test_whole_numbers_alone_become_float64():
    w = SimpleNamespace(W_xh=np.ones((1, 1), int), W_hh=np.ones((1, 1), int), b_h=np.zeros(1, int))
    hs, _ = RNNLayer(w).forward(np.ones((2, 1, 1), int))
    assert hs[0, 0, 0] == np.tanh(1.0)


@every_layer
def test_nan_and_inf_at_padding_change_nothing(name):
    case = CASES[name]
    w, xs, state, dhs, dstate = sample_case(case, 4, 2, 3, 5, 23)
    mask = np.array([[True, True], [True, False], [True, True], [False, True]])
    expected = run_both_ways(case, w, xs, state, dhs, dstate, mask)
    for filler in (np.nan, np.inf):
        xs[~mask], dhs[~mask] = filler, filler
        actual = run_both_ways(case, w, xs, state, dhs, dstate, mask)
        assert_close(actual, expected, rtol=0, atol=0)


@every_layer
def test_a_refused_call_leaves_the_layer_unchanged(name, monkeypatch):
    case = CASES[name]
    w, xs, state, dhs, dstate = sample_case(case, 4, 2, 3, 5, 24)
    expected = run_both_ways(case, w, xs, state, dhs, dstate)
    layer = make_layer(case, w)
    layer.forward(xs, state)
    for wrong in ((xs[:, :1], state), (xs, state, np.ones((1, 2), bool))):
        with pytest.raises(ShapeError):
            layer.forward(*wrong)
    with pytest.raises(ShapeError):
        layer.backward(dhs[:1])
    assert_close(layer.backward(dhs, dstate), expected[2:], rtol=0, atol=0)

    def interrupt(*_):
        raise KeyboardInterrupt

    for method in ("_mark_padding", "_run_forward"):
        layer.forward(xs, state)
        with monkeypatch.context() as patch:
            patch.setattr(layer, method, interrupt)
            with pytest.raises(KeyboardInterrupt):
                layer.forward(xs[:3], state)
        with pytest.raises(RuntimeError, match="Try: call forward first"):
            layer.backward(dhs[:3])
        layer.forward(xs[:3], state)
    assert_close((*layer.forward(xs, state), *layer.backward(dhs, dstate)), expected, rtol=0)


def test_more_weights_that_do_not_fit_are_named():
    rng = np.random.default_rng(0)
    gru, lstm = (
        CASES["gru"].sample_weights(2, 3, rng),
        CASES["lstm, peepholes"].sample_weights(2, 3, rng),
    )
    with pytest.raises(ShapeError, match=r"b_hn must be \(3,\), as one gate of b_h; got \(1,\)"):
        GRULayer(SimpleNamespace(**{**vars(gru), "b_hn": np.ones(1)}))
    with pytest.raises(ValueError, match=r"has no peepholes.* Try: lstm_step"):
        LSTMLayer(lstm)
    with pytest.raises(ShapeError, match=r"The state of an LSTM is \(h, c\).* got \(2, 3\)"):
        build_layer(CASES["lstm"].sample_weights(2, 3, rng)).forward(
            np.ones((1, 2, 2)), np.zeros((2, 3))
        )
    with pytest.raises(ShapeError, match="With H=0"):
        build_layer(GRUWeights(np.ones((1, 0)), np.ones((0, 0)), np.ones(0), np.ones(0)))


def test_a_scalar_peephole_equals_a_constant_vector():
    case = CASES["lstm, peepholes"]
    w, xs, state, dhs, dstate = sample_case(case, 4, 2, 3, 5, 25)
    scalar = LSTMWeights(w.W_xh, w.W_hh, w.b_h, p_i=0.5, p_o=-2.0)
    vectors = replace(scalar, p_i=np.full(5, 0.5), p_f=np.zeros(5), p_o=np.full(5, -2.0))
    dw = run_steps_back(case, xs, run_steps(case, xs, state, vectors)[1], vectors, dhs, dstate)[2]
    dw = replace(dw, p_i=dw.p_i.sum(), p_f=0.0, p_o=dw.p_o.sum())
    _, states = run_steps(case, xs, state, scalar)
    back = run_steps_back(case, xs, states, scalar, dhs, dstate)[2]
    assert_close([back.p_i, back.p_f, back.p_o], [dw.p_i, dw.p_f, dw.p_o])


@pytest.mark.parametrize(("bias", "gate"), [(1e3, 1.0), (-1e3, 0.0)])
def test_at_1_a_forget_gate_is_open(bias, gate):
    w = LSTMWeights(np.ones((2, 12)), np.ones((3, 12)), np.repeat([0.0, bias, 0.0, 0.0], 3))
    c = np.array([[0.5, -2.0, 3.0]])
    i, f, g, _, after = lstm_gates(np.ones((1, 2)), LSTMState(np.zeros((1, 3)), c), w)
    assert (f == gate).all()
    assert_close(after, gate * c + i * g)
