"""Logits, loss and initial weights."""

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from rnncourse.cells.gru import GRUWeights
from rnncourse.cells.initial import GATE_COUNTS, initial_weights
from rnncourse.cells.layers import build_layer
from rnncourse.cells.lstm import LSTMWeights
from rnncourse.cells.readout import ReadoutWeights, apply_readout, cross_entropy, readout_backward
from rnncourse.cells.shapes import ShapeError
from rnncourse.core.gradcheck import check_gradient
from tests.cells.cases import name_arrays

sizes = st.integers(1, 5)


def sample_case(T, B, H, V, seed):
    rng = np.random.default_rng(seed)
    w = ReadoutWeights(rng.normal(size=(H, V)), rng.normal(size=V))
    mask = rng.random((T, B)) < 0.7
    mask[0, 0] = True
    return w, rng.normal(size=(T, B, H)), rng.integers(V, size=(T, B)), mask


@given(sizes, sizes, sizes, sizes, st.integers(0, 10**6))
def test_the_loss_and_its_gradients_are_torch_s(T, B, H, V, seed):
    w, hs, targets, mask = sample_case(T, B, H, V, seed)
    loss, dys = cross_entropy(apply_readout(hs, w), targets, mask)
    dhs, dw = readout_backward(dys, hs, w)
    W, b, h = (torch.tensor(a, requires_grad=True) for a in (w.W_hy, w.b_y, hs))
    torch_targets = torch.tensor(np.where(mask, targets, -100))
    expected = torch.nn.functional.cross_entropy(
        (h @ W + b).reshape(-1, V), torch_targets.reshape(-1)
    )
    expected.backward()
    pairs = [(loss, expected.item()), (dhs, h.grad), (dw.W_hy, W.grad), (dw.b_y, b.grad)]
    for actual, true in pairs:
        np.testing.assert_allclose(actual, true, rtol=1e-10, atol=1e-12)


def run_network(at, xs, targets, mask):
    layer = build_layer(at["cell"])
    hs, _ = layer.forward(xs, None, mask)
    return layer, hs, *cross_entropy(apply_readout(hs, at["out"]), targets, mask)


def test_padding_changes_neither_loss_nor_gradients_of_a_whole_network():
    out, xs, targets, _ = sample_case(4, 2, 5, 3, 0)
    at = {"cell": initial_weights(LSTMWeights, 5, 5, np.random.default_rng(1)), "out": out}

    def gradients(xs, targets, mask):
        layer, hs, loss, dys = run_network(at, xs, targets, mask)
        dhs, dout = readout_backward(dys, hs, at["out"])
        return loss, layer.backward(dhs)[2], dout

    mask = np.ones((7, 2), bool)
    mask[4:] = False
    longer = np.concatenate([xs, np.full((3, 2, 5), 99.0)])
    padded = gradients(longer, np.concatenate([targets, np.full((3, 2), -1)]), mask)
    plain = gradients(xs, targets, None)
    assert padded[0] == plain[0]
    for actual, expected in zip(padded[1:], plain[1:], strict=True):
        for name, array in name_arrays(expected).items():
            np.testing.assert_allclose(name_arrays(actual)[name], array, rtol=1e-12, atol=1e-15)
    layer, hs, _, dys = run_network(at, longer, np.zeros((7, 2), int), mask)
    dhs, dout = readout_backward(dys, hs, out)
    gradient = {"cell": layer.backward(dhs)[2], "out": dout}
    check_gradient(lambda at: run_network(at, longer, np.zeros((7, 2), int), mask)[2], at, gradient)


def test_large_logits_do_not_overflow():
    loss, dys = cross_entropy(np.array([[[1e4, 0.0]]]), np.array([[1]]))
    assert loss == 1e4
    np.testing.assert_array_equal(dys, [[[1, -1]]])
    assert cross_entropy(np.zeros((1, 1, 2), "f4"), np.array([[0]]))[1].dtype == np.float32


def test_misshapen_arguments_of_a_readout_raise():
    w, hs, targets, mask = sample_case(3, 2, 4, 5, 0)
    ys = apply_readout(hs, w)
    with pytest.raises(ShapeError, match=r"hs must be \(3, 2, 4\), as W_hy says; got \(3, 2, 3\)"):
        apply_readout(hs[..., :3], w)
    with pytest.raises(ShapeError, match=r"No token is real"):
        cross_entropy(ys, targets, mask & False)
    with pytest.raises(IndexError, match=r"A target is not in 0 ... 4"):
        cross_entropy(ys, targets + 5)


@pytest.mark.parametrize("kind", GATE_COUNTS)
def test_initial_weights_are_those_of_torch(kind):
    """The same bounds; LSTM peepholes only on demand, and everything in the given precision."""
    w = initial_weights(kind, 7, 100, np.random.default_rng(0), np.float32)
    arrays = name_arrays(w)
    assert {a.dtype for a in arrays.values()} == {np.dtype(np.float32)}
    assert all(0.09 < np.abs(a).max() <= 0.1 for a in arrays.values())
    if "Before" not in kind.__name__:  # which has no layer
        build_layer(w)
    assert ("b_hn" in arrays) == (kind is GRUWeights)
    assert "p_i" not in arrays
    if kind is LSTMWeights:
        more = initial_weights(kind, 7, 4, np.random.default_rng(0), peepholes=True)
        assert more.p_o.shape == (4,)
