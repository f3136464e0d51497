"""One contract for all fast layers: the same numbers as the steps and as PyTorch, and a law."""

from dataclasses import replace

import numpy as np
from hypothesis import example, given

from rnncourse.cells.gru import GRUResetBeforeWeights, gru_step_reset_before
from rnncourse.cells.layers import layer_for
from rnncourse.cells.rnn import RNNWeights
from rnncourse.core.gradcheck import check_gradient
from tests.cells.cases import (
    CASES,
    arrays_of,
    assert_close,
    like,
    loss_by_steps,
    parts,
    run_steps,
    run_steps_back,
    torch_gradients,
)
from tests.cells.test_steps import draw, every_layer, seeds, sizes


def make(case, w):
    return layer_for(w, **case.options)


def pick(state, rows):
    """Take some sequences of a batch out of a state."""
    return like(state, [part[rows] for part in parts(state)])


@every_layer
@given(T=sizes, B=sizes, D=sizes, H=sizes, seed=seeds)
def test_layers_are_those_of_torch_forward_and_backward(name, T, B, D, H, seed):
    case = CASES[name]
    w, xs, state, dhs, dstate = draw(case, T, B, D, H, seed)
    layer = make(case, w)
    result = (*layer.forward(xs, state), *layer.backward(dhs, dstate))
    assert_close(result, torch_gradients(case, xs, state, w, dhs, dstate))


@every_layer
@given(T=sizes, B=sizes, D=sizes, H=sizes, seed=seeds)
@example(T=1, B=1, D=1, H=1, seed=22)
@example(T=1, B=3, D=2, H=4, seed=22)
@example(T=5, B=1, D=1, H=3, seed=22)
@example(T=2, B=2, D=4, H=1, seed=22)
def test_layer_and_step_functions_give_the_same_numbers(name, T, B, D, H, seed):
    case = CASES[name]
    w, xs, state, dhs, dstate = draw(case, T, B, D, H, seed)
    layer = make(case, w)
    hs, states = run_steps(case, xs, state, w)
    assert_close(layer.forward(xs, state), (hs, states[-1]), rtol=1e-12, atol=1e-13)
    back = run_steps_back(case, xs, states, w, dhs, dstate)
    assert_close(layer.backward(dhs, dstate), back, rtol=1e-11, atol=1e-12)


@every_layer
def test_every_entry_of_the_gradient_is_right(name):
    case = CASES[name]
    w, xs, state, dhs, dstate = draw(case, 6, 3, 5, 7, 2)
    layer = make(case, w)
    layer.forward(xs, state)
    dxs, first, dw = layer.backward(dhs, dstate)
    at, gradient = {"w": w, "xs": xs, "state": state}, {"w": dw, "xs": dxs, "state": first}
    loss = loss_by_steps(case, dhs, dstate)
    assert check_gradient(loss, at, gradient).error < 1e-12


@every_layer
def test_a_large_layer_is_right_along_random_directions_of_its_own(name):
    """The layer itself takes complex numbers."""
    case = CASES[name]
    w, xs, state, dhs, dstate = draw(case, 40, 16, 20, 70, 3)
    w = type(w)(*(0.3 * a for a in arrays_of(w).values()))
    layer = make(case, w)

    def loss(at):
        layer.w = at["w"]
        hs, last = layer.forward(at["xs"], at["state"])
        return (hs * dhs).sum() + sum(
            (a * d).sum() for a, d in zip(parts(last), parts(dstate), strict=True)
        )

    at = {"w": w, "xs": xs, "state": state}
    loss(at)
    dxs, first, dw = layer.backward(dhs, dstate)
    check = check_gradient(loss, at, {"w": dw, "xs": dxs, "state": first}, max_entries=1000)
    assert check.directions == 8
    assert check.error < 1e-12


@every_layer
def test_one_array_may_be_complex_alone(name):
    """As when a student checks the gradient of a single bias, or of the inputs."""
    case = CASES[name]
    w, xs, state, dhs, _ = draw(case, 3, 2, 3, 4, 14)
    layer = make(case, w)
    layer.forward(xs, state)
    dxs, _, dw = layer.backward(dhs)
    for key, array in arrays_of(w).items():

        def loss(array, key=key):
            hs, _ = make(case, replace(w, **{key: array})).forward(xs, state)
            return (hs * dhs).sum()

        check_gradient(loss, array, arrays_of(dw)[key])
    check_gradient(lambda xs: (make(case, w).forward(xs, state)[0] * dhs).sum(), xs, dxs)


@every_layer
def test_reading_in_two_pieces_gives_the_same_states(name):
    case = CASES[name]
    w, xs, state, _, _ = draw(case, 7, 3, 4, 5, 4)
    hs, last = make(case, w).forward(xs, state)
    layer = make(case, w)
    for k in range(1, 7):
        first, between = layer.forward(xs[:k], state)
        second, end = layer.forward(xs[k:], between)
        result = (np.concatenate([first, second]), end)
        assert_close(result, (hs, last), rtol=0, atol=0)


@every_layer
def test_gradients_carried_through_windows_are_those_of_the_whole(name):
    """Back through two windows with the state's gradient handed on: nothing is truncated."""
    case = CASES[name]
    w, xs, state, dhs, dstate = draw(case, 7, 3, 4, 5, 5)
    layer, early, late = make(case, w), make(case, w), make(case, w)
    layer.forward(xs, state)
    gradients = layer.backward(dhs, dstate)
    _, between = early.forward(xs[:3], state)
    late.forward(xs[3:], between)
    dxs_late, dbetween, dw_late = late.backward(dhs[3:], dstate)
    dxs_early, first, dw_early = early.backward(dhs[:3], dbetween)
    dw = {key: a + arrays_of(dw_late)[key] for key, a in arrays_of(dw_early).items()}
    result = (np.concatenate([dxs_early, dxs_late]), first, type(w)(**dw))
    assert_close(result, gradients, rtol=1e-11, atol=1e-12)


@every_layer
def test_truncated_backpropagation_is_that_of_a_detached_state(name):
    case = CASES[name]
    w, xs, state, dhs, dstate = draw(case, 7, 3, 4, 5, 6)
    _, between = make(case, w).forward(xs[:3], state)
    late = make(case, w)
    late.forward(xs[3:], between)
    _, _, dxs, first, dw = torch_gradients(case, xs[3:], between, w, dhs[3:], dstate)
    assert_close(late.backward(dhs[3:], dstate), (dxs, first, dw))


@every_layer
def test_sequences_of_a_batch_do_not_affect_each_other(name):
    case = CASES[name]
    w, xs, state, dhs, dstate = draw(case, 6, 4, 3, 5, 7)
    layer = make(case, w)
    hs, last = layer.forward(xs, state)
    dxs, first, dw = layer.backward(dhs, dstate)
    shares = []
    for b in range(4):
        rows = slice(b, b + 1)
        h, end = layer.forward(xs[:, rows], pick(state, rows))
        dx, start, share = layer.backward(dhs[:, rows], pick(dstate, rows))
        assert_close((h, end), (hs[:, rows], pick(last, rows)), rtol=1e-12)
        assert_close((dx, start), (dxs[:, rows], pick(first, rows)), rtol=1e-11)
        shares.append(arrays_of(share))
    total = type(w)(**{key: sum(share[key] for share in shares) for key in shares[0]})
    assert_close(total, dw, rtol=1e-11)


@every_layer
def test_float32_stays_float32(name):
    case = CASES[name]
    w, xs, state, dhs, dstate = draw(case, 5, 2, 3, 4, 9)
    exact = make(case, w)
    expected = (*exact.forward(xs, state), *exact.backward(dhs, dstate))

    def half(a):
        return type(a)(*map(half, a)) if isinstance(a, tuple) else np.asarray(a, np.float32)

    small = type(w)(*(half(a) for a in arrays_of(w).values()))
    layer = make(case, small)
    for mask in (None, np.arange(5)[:, None] < np.array([5, 4])):
        actual = (*layer.forward(half(xs), half(state), mask), *layer.backward(half(dhs), dstate))
        arrays = [
            actual[0],
            *parts(actual[1]),
            actual[2],
            *parts(actual[3]),
            *arrays_of(actual[4]).values(),
        ]
        assert {array.dtype for array in arrays} == {np.dtype(np.float32)}
        if mask is None:
            assert_close(actual, expected, rtol=1e-4, atol=1e-5)


@every_layer
def test_returned_arrays_are_not_overwritten_by_the_next_call(name):
    case = CASES[name]
    w, xs, state, dhs, dstate = draw(case, 5, 2, 3, 4, 10)
    layer = make(case, w)
    first = (*layer.forward(xs, state), *layer.backward(dhs, dstate))
    kept = make(case, w)
    expected = (*kept.forward(xs, state), *kept.backward(dhs, dstate))
    w.W_hh[:] *= 0.5  # in place, as an optimizer may do it
    second = (*layer.forward(xs + 1, state), *layer.backward(dhs, dstate))
    assert_close(first, expected, rtol=0, atol=0)
    fresh = make(case, w)
    assert_close(second, (*fresh.forward(xs + 1, state), *fresh.backward(dhs, dstate)), rtol=0)
    layer.w = type(w)(*(2 * a for a in arrays_of(w).values()))
    third, _ = layer.forward(xs, state)
    assert_close(third, make(case, layer.w).forward(xs, state)[0], rtol=0, atol=0)


@every_layer
def test_a_state_is_zero_by_default_and_so_are_gradients(name):
    case = CASES[name]
    w, xs, state, dhs, dstate = draw(case, 4, 2, 3, 5, 11)
    none = like(state, [np.zeros_like(part) for part in parts(state)])
    layer = make(case, w)
    hs, last = layer.forward(xs)
    back = layer.backward(dhs)
    assert_close((hs, last), layer.forward(xs, none), rtol=0, atol=0)
    assert_close(back, layer.backward(dhs, none), rtol=0, atol=0)
    layer.forward(xs)
    back = layer.backward(None, dstate)
    layer.forward(xs)
    assert_close(back, layer.backward(0 * dhs, dstate), rtol=0, atol=0)


def test_a_network_with_logits_has_a_layer_too():
    rng = np.random.default_rng(0)
    w = RNNWeights(*(rng.normal(size=s) for s in [(2, 3), (3, 3), (3, 4), (3,), (4,)]))
    hs, _ = layer_for(w).forward(rng.normal(size=(2, 2, 2)))
    assert hs.shape == (2, 2, 3)


def test_a_reset_before_the_product_is_another_function():
    """The GRU trap: the same numbers in both forms give different states."""
    rng = np.random.default_rng(0)
    after = CASES["gru"].draw(2, 3, rng)
    before = GRUResetBeforeWeights(after.W_xh, after.W_hh, after.b_h)
    after.b_hn[:] = 0
    xs = rng.normal(size=(3, 1, 2))
    one, other = layer_for(after).forward(xs)[0], [np.zeros((1, 3))]
    for x in xs:
        other.append(gru_step_reset_before(x, other[-1], before))
    other = np.array(other[1:])
    np.testing.assert_allclose(one[0], other[0], rtol=1e-12)  # from a state of 0 they agree
    assert np.abs(one[1:] - other[1:]).max() > 1e-3
