"""Weights go to PyTorch and Keras and back, and mean the same there."""

import re
from dataclasses import replace
from math import exp, tanh

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from rnncourse.cells.convert import (
    ConversionError,
    from_keras,
    from_torch,
    gru_from_torch,
    to_keras,
    to_torch,
)
from rnncourse.cells.gru import GRUResetBeforeWeights, gru_step_reset_before
from rnncourse.cells.layers import build_layer
from rnncourse.cells.lstm import LSTMState, lstm_step
from rnncourse.cells.shapes import ShapeError
from tests.cells.cases import CASES, assert_close, name_arrays

sizes, seeds = st.integers(1, 5), st.integers(0, 10**6)
TORCH = {"rnn": "tanh", "gru": "gru", "lstm": "lstm"}  # torch's name of a cell, and ours
KERAS = {**TORCH, "gru, reset before": "gru, reset before"}


def assert_same_weights(actual, expected):
    assert_close(actual, expected, rtol=0, atol=0)


def sample_weights(name, layers, directions, D, H, seed):
    rng = np.random.default_rng(seed)
    widths = [D] * directions + [directions * H] * directions * (layers - 1)
    return [CASES[name].sample_weights(width, H, rng) for width in widths]


@pytest.mark.parametrize("cell", TORCH)
@given(st.integers(1, 3), st.integers(1, 2), sizes, sizes, seeds)
def test_weights_survive_conversion_to_torch_and_back(cell, layers, directions, D, H, seed):
    weights = sample_weights(TORCH[cell], layers, directions, D, H, seed)
    state = to_torch(weights, directions == 2)
    assert_same_weights(from_torch(state, cell), weights)
    again = to_torch(from_torch(state, cell), directions == 2)
    assert_same_weights(again, state)


@pytest.mark.parametrize("bias", [True, False])
@pytest.mark.parametrize("bidirectional", [True, False])
@pytest.mark.parametrize("cell", TORCH)
def test_a_network_of_torch_does_the_same_here_and_after_coming_back(cell, bidirectional, bias):
    torch.manual_seed(0)
    kind = getattr(torch.nn, cell.upper())
    net, back = (kind(3, 4, 2, bias=bias, bidirectional=bidirectional) for _ in range(2))
    net, back = net.double(), back.double()
    xs = torch.randn(5, 2, 3, dtype=torch.float64)
    with torch.no_grad():
        expected = net(xs)[0].numpy()
    weights = from_torch({key: p.numpy() for key, p in net.state_dict().items()}, cell)
    hs, n = xs.numpy(), 1 + bidirectional
    for level in (weights[i : i + n] for i in range(0, len(weights), n)):
        directions_of = zip(level, (1, -1), strict=False)
        both = [build_layer(w).forward(hs[::way])[0][::way] for w, way in directions_of]
        hs = np.concatenate(both, axis=-1)
    np.testing.assert_allclose(hs, expected, rtol=1e-10, atol=1e-12)
    state = {key: torch.from_numpy(v) for key, v in to_torch(weights, bidirectional).items()}
    if bias:
        back.load_state_dict(state)
        with torch.no_grad():
            np.testing.assert_allclose(back(xs)[0], expected, rtol=1e-10, atol=1e-12)


def test_layers_are_in_torchs_order_whatever_the_order_of_names():
    weights = sample_weights("lstm", 12, 2, 2, 1, 0)  # layer 10 comes after 9, not after 1
    state = to_torch(weights, bidirectional=True)
    assert list(state)[:8:4] == ["weight_ih_l0", "weight_ih_l0_reverse"]
    assert_same_weights(from_torch(dict(reversed(state.items())), "lstm"), weights)


def test_the_parameters_of_a_gru_are_its_weights():
    gru = torch.nn.GRU(2, 3)
    state = {name: value.detach().numpy() for name, value in gru.named_parameters()}
    assert_same_weights([gru_from_torch([*state.values()])], from_torch(state, "gru"))


@pytest.mark.parametrize("cell", KERAS)
@given(st.integers(1, 2), sizes, sizes, seeds)
def test_weights_survive_conversion_to_keras_and_back(cell, directions, D, H, seed):
    weights = sample_weights(KERAS[cell], 1, directions, D, H, seed)
    arrays = to_keras(weights)
    assert [a.shape[-1] for a in arrays[:3]] == [CASES[KERAS[cell]].gates * H] * 3
    assert_same_weights(from_keras(arrays, cell.split(",")[0]), weights)
    assert_same_weights(to_keras(from_keras(arrays, cell.split(",")[0])), arrays)


@pytest.mark.parametrize("cell", KERAS)
def test_converted_weights_keep_float32(cell):
    weights = sample_weights(KERAS[cell], 1, 1, 2, 3, 0)
    small = [type(w)(*(a.astype("f4") for a in name_arrays(w).values())) for w in weights]
    assert {a.dtype for a in to_keras(small)} == {np.dtype("f4")}
    result = from_keras(to_keras(small), cell.split(",")[0])
    assert {a.dtype for w in result for a in name_arrays(w).values()} == {np.dtype("f4")}
    if cell in TORCH:
        assert {a.dtype for a in to_torch(small).values()} == {np.dtype("f4")}
        assert_same_weights(from_torch(to_torch(small), cell), small)


def compute_sigmoid(a):
    return 1 / (1 + exp(-a))


def make_row(*values):
    return np.array([values])


def test_a_keras_lstm_equals_a_calculation_by_hand():
    """One unit, one step, every number different, gate by gate in Keras's order i f c o."""
    kernel, recurrent = make_row(0.1, -0.2, 0.3, -0.4), make_row(0.5, 0.6, -0.7, 0.8)
    bias = np.array([0.9, 1.0, 1.1, 1.2])
    x, h, c = 2.0, 0.25, -0.5
    i = compute_sigmoid(0.1 * x + 0.5 * h + 0.9)
    f = compute_sigmoid(-0.2 * x + 0.6 * h + 1.0)
    c_new = f * c + i * tanh(0.3 * x - 0.7 * h + 1.1)
    o = compute_sigmoid(-0.4 * x + 0.8 * h + 1.2)
    (w,) = from_keras([kernel, recurrent, bias], "lstm")
    state = lstm_step(make_row(x), LSTMState(make_row(h), make_row(c)), w)
    assert_close(tuple(state), (make_row(o * tanh(c_new)), make_row(c_new)), rtol=1e-14)


@pytest.mark.parametrize("reset_after", [True, False])
def test_a_keras_gru_equals_a_calculation_by_hand(reset_after):
    """The same in the order z r h; z = 1 keeps the past."""
    kernel, recurrent, x, h = make_row(0.1, -0.2, 0.3), make_row(0.5, 0.6, -0.7), 2.0, 0.25
    b_z, b_r, b_h, more = 0.9, 1.0, 1.1, (0.04, 0.05, 0.06) if reset_after else (0, 0, 0)
    z = compute_sigmoid(0.1 * x + b_z + 0.5 * h + more[0])
    r = compute_sigmoid(-0.2 * x + b_r + 0.6 * h + more[1])
    past = r * (-0.7 * h + more[2]) if reset_after else -0.7 * (r * h)
    candidate = tanh(0.3 * x + b_h + past)
    bias = np.array([(b_z, b_r, b_h), more]) if reset_after else np.array([b_z, b_r, b_h])
    (w,) = from_keras([kernel, recurrent, bias], "gru")
    assert isinstance(w, GRUResetBeforeWeights) != reset_after
    name = "gru" if reset_after else "gru, reset before"
    expected = make_row(z * h + (1 - z) * candidate)
    assert_close(CASES[name].step(make_row(x), make_row(h), w), expected, rtol=1e-14)


def fill_constant_cell(cell, D, H, biases):
    """Fill a cell as Keras's own tests do."""
    G = {"gru": 3, "lstm": 4}[cell] * H
    return from_keras([np.full((D, G), 0.01), np.full((H, G), 0.02), np.array(biases)], cell)[0]


@pytest.mark.parametrize(
    ("cell", "biases", "expected"),
    [
        ("gru", np.full((2, 9), 0.03), [0.5217289, 0.6371659, 0.39384964]),
        ("gru", np.full(9, 0.03), [0.51447755, 0.6426879, 0.40208298]),
        ("gru", np.zeros((2, 9)), [0.49988455, 0.64701194, 0.4103359]),
        ("lstm", np.repeat([0.03, 1, 0.03, 0.03], 3), [0.6288687, 0.86899155, 0.9460773]),
        ("lstm", np.full(12, 0.03), [0.57019705, 0.8661914, 0.9459622]),
        ("lstm", np.zeros(12), [0.54986924, 0.86226785, 0.9443936]),
    ],
)
def test_cells_reproduce_values_of_keras_tests(cell, biases, expected):
    """`test_correctness` in keras/src/layers/rnn/gru_test.py and lstm_test.py (Keras 3)."""
    xs = np.arange(72.0).reshape(3, 6, 4).transpose(1, 0, 2)
    w, h = fill_constant_cell(cell, 4, 3, biases), np.zeros((3, 3))
    if isinstance(w, GRUResetBeforeWeights):
        for x in xs:
            h = gru_step_reset_before(x, h, w)
    else:
        h = build_layer(w).forward(xs)[0][-1]
    np.testing.assert_allclose(h, np.array(expected)[:, None].repeat(3, 1), rtol=1e-5)


def test_cells_reproduce_masked_values_of_keras_tests():
    """`test_masking` with `zero_output_for_mask=True` in gru_test.py; the reverse reads alike."""
    mask = np.array([[1, 1, 0, 1], [1, 0, 0, 1]], bool).T
    xs = np.arange(24.0).reshape(2, 4, 3).transpose(1, 0, 2)
    layer = build_layer(fill_constant_cell("gru", 3, 2, np.full((2, 6), 0.03)))
    hs, _ = layer.forward(xs, mask=mask)
    expected = [[0.03606692, 0.09497581, 0, 0.19393763], [0.16051409, 0, 0, 0.30818558]]
    np.testing.assert_allclose(hs[:, :, 0].T, expected, rtol=1e-6)
    _, last = layer.forward(xs[::-1], mask=mask[::-1])
    np.testing.assert_allclose(last[:, 1], [0.11669192, 0.28380975], rtol=1e-6)


def test_cells_reproduce_the_first_state_of_keras_tests():
    """`test_pass_initial_state` in gru_test.py and lstm_test.py."""
    xs, h = np.arange(24.0).reshape(2, 4, 3).transpose(1, 0, 2), np.arange(4.0).reshape(2, 2)
    _, last = build_layer(fill_constant_cell("gru", 3, 2, np.full((2, 6), 0.03))).forward(xs, h)
    np.testing.assert_allclose(last, [[0.23774096, 0.33508456], [0.83659905, 1.0227708]], 1e-6)
    lstm = fill_constant_cell("lstm", 3, 2, np.repeat([0.03, 1, 0.03, 0.03], 2))
    _, (last, _) = build_layer(lstm).forward(xs, LSTMState(h, h))
    np.testing.assert_allclose(last, [[0.20574439, 0.3558822], [0.64930826, 0.66276]], 1e-5)


def test_converting_weights_without_a_counterpart_raises():
    peepholes, before = (
        sample_weights(name, 1, 1, 2, 3, 0) for name in ("lstm, peepholes", "gru, reset before")
    )
    with pytest.raises(ConversionError, match="torch has no cell for LSTMWeights with peepholes"):
        to_torch(peepholes)
    with pytest.raises(ConversionError, match="torch has no cell for GRUResetBeforeWeights"):
        to_torch(before)
    with pytest.raises(ConversionError, match="Keras has no cell for LSTMWeights with peepholes"):
        to_keras(peepholes)
    with pytest.raises(ConversionError, match=r"There is no cell 'GRU'. Try: rnn, gru, lstm"):
        from_torch({}, "GRU")


@pytest.mark.parametrize(
    ("left_out", "name"),
    [
        (r"_l1", "weight_hh_l1"),  # layers 0 and 2 are no stack of two
        (r"_l0", "weight_hh_l0"),
        (r"_l1_reverse", "weight_hh_l1_reverse"),
        (r"_l\d$", "weight_hh_l0"),  # the reverse alone
    ],
)
def test_a_missing_layer_or_direction_raises(left_out, name):
    state = to_torch(sample_weights("gru", 3, 2, 4, 2, 0), bidirectional=True)
    rest = {key: a for key, a in state.items() if not re.search(left_out, key)}
    assert rest
    with pytest.raises(ConversionError, match=rf"There is no {name}\. Try: the whole state_dict"):
        from_torch(rest, "gru")


def test_missing_or_misshapen_arrays_raise():
    state = to_torch(sample_weights("lstm", 1, 1, 2, 3, 0))
    with pytest.raises(ConversionError, match="has no 'weight_hr_l0' here"):
        from_torch({**state, "weight_hr_l0": np.zeros((2, 3))}, "lstm")
    with pytest.raises(ConversionError, match=r"has no 'rnn.weight_ih_l0' here"):
        from_torch({f"rnn.{key}": value for key, value in state.items()}, "lstm")
    with pytest.raises(ConversionError, match="There is no weight_ih_l0"):
        from_torch({key: a for key, a in state.items() if key != "weight_ih_l0"}, "lstm")
    with pytest.raises(ShapeError, match=r"With H=3, W_xh must be \(D, 9\)"):
        from_torch(state, "gru")
    with pytest.raises(ShapeError, match=r"two biases must have one shape; got \(12,\) and \(3,\)"):
        from_torch({**state, "bias_hh_l0": np.zeros(3)}, "lstm")
    with pytest.raises(ConversionError, match=r"got 2 arrays. Try: one layer at a time"):
        from_keras([np.zeros((2, 3)), np.zeros((3, 3))], "rnn")
    with pytest.raises(ShapeError, match=r"With H=3, W_xh must be \(D, 12\)"):
        from_keras([np.zeros((2, 9)), np.zeros((3, 12)), np.zeros(12)], "lstm")
    with pytest.raises(ShapeError, match="three blocks of columns"):
        from_keras([np.zeros((2, 4)), np.zeros((4, 12)), np.zeros((2, 12))], "gru")
    with pytest.raises(ShapeError, match=r"With H=4, W_xh must be \(D, 12\)"):
        from_keras([np.zeros((2, 12)), np.zeros((4, 12)), np.zeros((3, 12))], "gru")
    with pytest.raises(ConversionError, match="There is no weight_hh_l0"):
        from_torch({}, "lstm")
    with pytest.raises(ConversionError, match="Two directions a layer are needed; got 1"):
        to_torch(sample_weights("lstm", 1, 1, 2, 3, 0), bidirectional=True)


@pytest.mark.parametrize("cell", ["gru", "lstm"])
@pytest.mark.parametrize("convert", [to_torch, to_keras])
def test_weights_that_do_not_fit_each_other_are_not_converted(cell, convert):
    (w,) = sample_weights(cell, 1, 1, 2, 3, 0)
    for change in ({"W_xh": w.W_xh[:, 1:]}, {"W_hh": w.W_hh[1:]}, {"b_h": w.b_h[1:]}):
        with pytest.raises(ShapeError):
            convert([replace(w, **change)])
    if cell == "gru":
        with pytest.raises(ShapeError, match="b_hn"):
            convert([replace(w, b_hn=w.b_hn[1:])])
