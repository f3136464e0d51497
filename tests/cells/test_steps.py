"""The readable steps are PyTorch's, and their gradients are right entry by entry."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rnncourse.cells.activations import relu, sigmoid
from rnncourse.cells.lstm import LSTMState, lstm_step
from rnncourse.cells.rnn import RNNWeights, ShapeError, rnn_step, rnn_step_backward
from rnncourse.core.gradcheck import check_gradient
from tests.cells.cases import (
    CASES,
    LAYERED,
    assert_close,
    cast,
    compute_torch_gradients,
    make_loss_by_steps,
    run_steps,
    run_steps_back,
    split_state,
)

sizes, seeds = st.integers(1, 5), st.integers(0, 10**6)
every_cell = pytest.mark.parametrize("name", CASES)
every_layer = pytest.mark.parametrize("name", LAYERED)


def sample_case(case, T, B, D, H, seed):
    """Draw weights, inputs, a state that is not zero, and gradients to go back with."""
    rng = np.random.default_rng(seed)
    w, state = case.sample_weights(D, H, rng), case.sample_state(B, H, rng)
    xs, dhs = rng.normal(size=(T, B, D)), rng.normal(size=(T, B, H))
    return w, xs, state, dhs, case.sample_state(B, H, rng)


@every_cell
@given(T=sizes, B=sizes, D=sizes, H=sizes, seed=seeds)
def test_steps_equal_torch_forward_and_backward(name, T, B, D, H, seed):
    case = CASES[name]
    w, xs, state, dhs, dstate = sample_case(case, T, B, D, H, seed)
    hs, states = run_steps(case, xs, state, w)
    actual, expected = (hs, states[-1]), compute_torch_gradients(case, xs, state, w, dhs, dstate)
    if case.step_backward:
        actual += run_steps_back(case, xs, states, w, dhs, dstate)
    assert_close(actual, expected[: len(actual)])


@pytest.mark.parametrize("name", ["lstm", "lstm, peepholes"])
def test_every_entry_of_the_gradient_is_right(name):
    case = CASES[name]
    w, xs, state, dhs, dstate = sample_case(case, 6, 3, 5, 7, 1)
    _, states = run_steps(case, xs, state, w)
    dxs, first, dw = run_steps_back(case, xs, states, w, dhs, dstate)
    at, gradient = {"w": w, "xs": xs, "state": state}, {"w": dw, "xs": dxs, "state": first}
    check = check_gradient(make_loss_by_steps(case, dhs, dstate), at, gradient)
    assert check.error < 1e-13
    assert check.entries == sum(
        a.size for a in (xs, *split_state(state), *vars(w).values()) if np.ndim(a)
    )


@every_cell
def test_many_networks_step_at_once(name):
    case, rng = CASES[name], np.random.default_rng(0)
    w, state, x = (
        case.sample_weights(3, 4, rng),
        case.sample_state(2, 4, rng),
        rng.normal(size=(2, 3)),
    )
    w_many = type(w)(
        *(np.stack([a if a.ndim > 1 else a[None]] * 5) for a in vars(w).values() if np.ndim(a))
    )
    for single, stacked in zip(
        split_state(case.step(x, state, w)), split_state(case.step(x, state, w_many)), strict=True
    ):
        assert_close(stacked, np.stack([single] * 5), rtol=1e-14)


@given(T=sizes, B=sizes, D=sizes, H=sizes, V=sizes, seed=seeds)
def test_the_step_with_logits_has_right_gradients(T, B, D, H, V, seed):
    rng = np.random.default_rng(seed)
    shapes = (D, H), (H, H), (H, V), (H,), (V,)
    w = RNNWeights(*(0.5 * rng.normal(size=shape) for shape in shapes))
    xs, h, dys = rng.normal(size=(T, B, D)), rng.normal(size=(B, H)), rng.normal(size=(T, B, V))

    def loss(at):
        h, total = at["h"], 0
        for x, dy in zip(at["xs"], dys, strict=True):
            y, h = rnn_step(x, h, at["w"])
            total = total + (y * dy).sum()
        return total

    hs = [h]
    for x in xs:
        hs.append(rnn_step(x, hs[-1], w)[1])
    dxs, dh, dw = np.empty_like(xs), np.zeros_like(h), []
    for t in reversed(range(T)):
        dxs[t], dh, dw_t = rnn_step_backward(dys[t], dh, xs[t], hs[t], w)
        dw.append(vars(dw_t))
    total = RNNWeights(**{name: sum(share[name] for share in dw) for name in dw[0]})
    check_gradient(loss, {"w": w, "xs": xs, "h": h}, {"w": total, "xs": dxs, "h": dh})


@pytest.mark.parametrize("name", ["lstm", "lstm, peepholes"])
def test_float32_stays_float32(name):
    case = CASES[name]
    w, xs, state, _dhs, dstate = sample_case(case, 3, 2, 4, 5, 0)
    small = type(w)(*(cast(a) if np.ndim(a) else a for a in vars(w).values()))
    after = case.step(cast(xs[0]), cast(state), small)
    back = case.step_backward(cast(dstate), cast(xs[0]), cast(state), small)
    arrays = [
        *split_state(after),
        back[0],
        *split_state(back[1]),
        *(a for a in vars(back[2]).values() if np.ndim(a)),
    ]
    assert {array.dtype for array in arrays} == {np.dtype(np.float32)}


@every_cell
def test_misshapen_arguments_of_a_step_raise(name):
    case, rng = CASES[name], np.random.default_rng(0)
    w, state, x = (
        case.sample_weights(3, 4, rng),
        case.sample_state(2, 4, rng),
        rng.normal(size=(2, 3)),
    )
    with pytest.raises(
        ShapeError, match=r"x must be \(B, 3\) and h \(B, 4\) with one B; got \(2, 5\)"
    ):
        case.step(rng.normal(size=(2, 5)), state, w)
    with pytest.raises(ShapeError, match=r"with one B; got \(2, 3\) and \(1, 4\). Try: compare"):
        case.step(x, case.sample_state(1, 4, rng), w)


def test_a_cell_state_of_another_size_raises():
    case, rng = CASES["lstm"], np.random.default_rng(0)
    state = LSTMState(np.zeros((2, 4)), np.zeros((1, 4)))
    with pytest.raises(ShapeError, match=r"and c \(B, 4\) with one B; got \(2, 3\) and \(1, 4\)"):
        lstm_step(np.zeros((2, 3)), state, case.sample_weights(3, 4, rng))


def test_an_unknown_activation_raises():
    case, rng = CASES["tanh"], np.random.default_rng(0)
    with pytest.raises(KeyError, match="sigmoid"):
        case.step(
            np.zeros((1, 2)), np.zeros((1, 3)), case.sample_weights(2, 3, rng), activation="sigmoid"
        )


def test_sigmoid_and_relu_equal_their_formulas():
    a = np.linspace(-30, 30, 121)
    np.testing.assert_allclose(sigmoid(a), 1 / (1 + np.exp(-a)), rtol=0, atol=1e-15)
    np.testing.assert_array_equal(sigmoid(np.array([-1e4, 1e4])), [0, 1])
    np.testing.assert_array_equal(relu(a), np.maximum(a, 0))
    np.testing.assert_array_equal(relu(np.array([-1 + 1j, 1 + 1j])), [0, 1 + 1j])
