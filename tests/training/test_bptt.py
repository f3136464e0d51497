"""Backpropagation through time, whole and in windows, against autograd with a detached state."""

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from rnncourse.cells.initial import GATE_COUNTS, initial_weights
from rnncourse.cells.layers import build_layer
from rnncourse.cells.readout import ReadoutWeights
from rnncourse.cells.shapes import ShapeError
from rnncourse.training.bptt import Network, bptt
from tests.cells.cases import assert_close, build_torch_net, split_state

KINDS = [kind for kind in GATE_COUNTS if "Before" not in kind.__name__]
D, H, V = 3, 4, 5
every_kind = pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)


def sample_case(kind, T, B, seed):
    rng = np.random.default_rng(seed)
    out = ReadoutWeights(rng.normal(size=(H, V)), rng.normal(size=V))
    net = Network(initial_weights(kind, D, H, rng), out)
    return net, rng.normal(size=(T, B, D)), rng.integers(V, size=(T, B))


def differentiate_by_autograd(net, xs, targets, window, stateful=True, mask=None):
    """The same in PyTorch: windows with a detached state, gradients added up in `.grad`."""
    layer = build_torch_net([net.cell])
    out = [torch.tensor(a, requires_grad=True) for a in (net.out.W_hy, net.out.b_y)]
    mask = np.ones(targets.shape, bool) if mask is None else mask
    state, total = None, 0.0
    for t in range(0, len(xs), window):
        window_steps = slice(t, t + window)
        hs, state = layer(torch.tensor(xs[window_steps]), state if stateful else None)
        nll = torch.nn.functional.cross_entropy(
            (hs @ out[0] + out[1]).flatten(0, 1),
            torch.tensor(targets[window_steps]).flatten(),
            reduction="none",
        )
        loss = nll[torch.tensor(mask[window_steps]).flatten()].sum() / mask.sum()
        loss.backward()
        total += loss.item()
        state = tuple(s.detach() for s in state) if isinstance(state, tuple) else state.detach()
    slopes = {name: p.grad.numpy() for name, p in layer.named_parameters()}
    return total, slopes, [a.grad.numpy() for a in out], state


def assert_same(actual, expected):
    loss, gradient, state = actual
    total, slopes, (dW_hy, db_y), end = expected
    assert_close(loss, total)
    assert_close(gradient.cell.W_xh, slopes["weight_ih_l0"].T)
    assert_close(gradient.cell.W_hh, slopes["weight_hh_l0"].T)
    assert_close(gradient.cell.b_h, slopes["bias_ih_l0"])
    assert_close((gradient.out.W_hy, gradient.out.b_y), (dW_hy, db_y))
    ends = end if isinstance(end, tuple) else (end,)
    assert_close(split_state(state), tuple(s[0].numpy() for s in ends))


@every_kind
@given(T=st.integers(1, 7), window=st.integers(1, 8), B=st.integers(1, 3), seed=st.integers(0, 99))
def test_windows_are_those_of_a_detached_state(kind, T, window, B, seed):
    net, xs, targets = sample_case(kind, T, B, seed)
    result = bptt(net, xs, targets, window=window)
    assert_same(result, differentiate_by_autograd(net, xs, targets, window))


@every_kind
@pytest.mark.parametrize(("window", "stateful"), [(None, True), (3, False)])
def test_without_a_window_gradients_reach_the_start_and_resets_are_zero(kind, window, stateful):
    net, xs, targets = sample_case(kind, 7, 2, 1)
    result = bptt(net, xs, targets, window=window, stateful=stateful)
    assert_same(result, differentiate_by_autograd(net, xs, targets, window or len(xs), stateful))


@every_kind
@given(seed=st.integers(0, 99))
def test_masked_answers_have_no_gradient(kind, seed):
    net, xs, targets = sample_case(kind, 6, 3, seed)
    mask = np.random.default_rng(seed).random(targets.shape) < 0.4
    mask[1, 0] = True
    result = bptt(net, xs, np.where(mask, targets, -1), window=2, mask=mask)
    assert_same(result, differentiate_by_autograd(net, xs, targets, 2, mask=mask))


@every_kind
def test_reading_in_two_pieces_gives_the_same_states(kind):
    net, xs, targets = sample_case(kind, 7, 2, 2)
    _, end = build_layer(net.cell).forward(xs)
    _, _, between = bptt(net, xs[:3], targets[:3])
    for window in (None, 2):
        last = bptt(net, xs[3:], targets[3:], between, window=window)[2]
        # Not to the last bit: products of other sizes may add up in another order.
        np.testing.assert_allclose(
            np.array(split_state(last)), np.array(split_state(end)), rtol=1e-13
        )


def test_a_network_names_all_its_parameters():
    net, _, _ = sample_case(KINDS[0], 2, 1, 3)
    assert list(net.arrays()) == ["W_xh", "W_hh", "b_h", "W_hy", "b_y"]


def test_impossible_arguments_raise():
    net, xs, targets = sample_case(KINDS[0], 4, 2, 4)
    for options in ({"window": 0}, {"mask": np.zeros((4, 2), bool)}):
        with pytest.raises(ValueError, match="windows of at least one step, and an answer"):
            bptt(net, xs, targets, **options)
    with pytest.raises(ShapeError, match=r"xs must be \(T, B, 3\)"):
        bptt(net, xs[:, :, :2], targets, window=2)
    longer = np.vstack([targets, targets])
    for window in (2, 4):
        with pytest.raises(ShapeError, match=r"targets must be \(4, 2\)"):
            bptt(net, xs, longer, window=window)
        with pytest.raises(ShapeError, match=r"mask must be \(4, 2\)"):
            bptt(net, xs, targets, window=window, mask=longer > -1)
