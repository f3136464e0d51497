"""One contract for all fast layers: the same numbers as the steps and as PyTorch, and a law."""

from dataclasses import replace

import numpy as np
from hypothesis import example, given

from rnncourse.cells.gru import GRUResetBeforeWeights, gru_step_reset_before
from rnncourse.cells.layers import build_layer
from rnncourse.cells.rnn import RNNWeights
from rnncourse.core.gradcheck import check_gradient
from tests.cells.cases import (
    CASES,
    assert_close,
    cast,
    compute_torch_gradients,
    make_loss_by_steps,
    make_state_like,
    name_arrays,
    run_steps,
    run_steps_back,
    split_state,
)
from tests.cells.test_steps import every_layer, sample_case, seeds, sizes


def make_layer(case, w):
    return build_layer(w, **case.options)


def pick_rows(state, rows):
    return make_state_like(state, [part[rows] for part in split_state(state)])


@every_layer
@given(T=sizes, B=sizes, D=sizes, H=sizes, seed=seeds)
def test_layers_equal_torch_forward_and_backward(name, T, B, D, H, seed):
    case = CASES[name]
    w, xs, state, dhs, dstate = sample_case(case, T, B, D, H, seed)
    layer = make_layer(case, w)
    result = (*layer.forward(xs, state), *layer.backward(dhs, dstate))
    assert_close(result, compute_torch_gradients(case, xs, state, w, dhs, dstate))


@every_layer
@given(T=sizes, B=sizes, D=sizes, H=sizes, seed=seeds)
@example(T=1, B=1, D=1, H=1, seed=22)
@example(T=1, B=3, D=2, H=4, seed=22)
@example(T=5, B=1, D=1, H=3, seed=22)
@example(T=2, B=2, D=4, H=1, seed=22)
def test_layer_and_step_functions_give_the_same_numbers(name, T, B, D, H, seed):
    case = CASES[name]
    w, xs, state, dhs, dstate = sample_case(case, T, B, D, H, seed)
    layer = make_layer(case, w)
    hs, states = run_steps(case, xs, state, w)
    assert_close(layer.forward(xs, state), (hs, states[-1]), rtol=1e-12, atol=1e-13)
    if case.step_backward:
        back = run_steps_back(case, xs, states, w, dhs, dstate)
        assert_close(layer.backward(dhs, dstate), back, rtol=1e-11, atol=1e-12)


@every_layer
def test_every_entry_of_the_gradient_is_right(name):
    case = CASES[name]
    w, xs, state, dhs, dstate = sample_case(case, 6, 3, 5, 7, 2)
    layer = make_layer(case, w)
    layer.forward(xs, state)
    dxs, first, dw = layer.backward(dhs, dstate)
    at, gradient = {"w": w, "xs": xs, "state": state}, {"w": dw, "xs": dxs, "state": first}
    loss = make_loss_by_steps(case, dhs, dstate)
    assert check_gradient(loss, at, gradient).error < 1e-12


@every_layer
def test_a_large_layer_is_right_along_random_directions_of_its_own(name):
    """The layer itself takes complex numbers."""
    case = CASES[name]
    w, xs, state, dhs, dstate = sample_case(case, 40, 16, 20, 70, 3)
    w = type(w)(*(0.3 * a for a in name_arrays(w).values()))
    layer = make_layer(case, w)

    def loss(at):
        layer.w = at["w"]
        hs, last = layer.forward(at["xs"], at["state"])
        return (hs * dhs).sum() + sum(
            (a * d).sum() for a, d in zip(split_state(last), split_state(dstate), strict=True)
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
    w, xs, state, dhs, _ = sample_case(case, 3, 2, 3, 4, 14)
    layer = make_layer(case, w)
    layer.forward(xs, state)
    dxs, _, dw = layer.backward(dhs)
    for key, array in name_arrays(w).items():

        def loss(array, key=key):
            hs, _ = make_layer(case, replace(w, **{key: array})).forward(xs, state)
            return (hs * dhs).sum()

        check_gradient(loss, array, name_arrays(dw)[key])
    check_gradient(lambda xs: (make_layer(case, w).forward(xs, state)[0] * dhs).sum(), xs, dxs)


@every_layer
def test_reading_in_two_pieces_gives_the_same_states(name):
    case = CASES[name]
    w, xs, state, _, _ = sample_case(case, 7, 3, 4, 5, 4)
    hs, last = make_layer(case, w).forward(xs, state)
    layer = make_layer(case, w)
    for k in range(1, 7):
        first, between = layer.forward(xs[:k], state)
        second, end = layer.forward(xs[k:], between)
        result = (np.concatenate([first, second]), end)
        assert_close(result, (hs, last), rtol=0, atol=0)


@every_layer
def test_gradients_carried_through_windows_are_those_of_the_whole(name):
    """Back through two windows with the state's gradient handed on: nothing is truncated."""
    case = CASES[name]
    w, xs, state, dhs, dstate = sample_case(case, 7, 3, 4, 5, 5)
    layer, early, late = make_layer(case, w), make_layer(case, w), make_layer(case, w)
    layer.forward(xs, state)
    gradients = layer.backward(dhs, dstate)
    _, between = early.forward(xs[:3], state)
    late.forward(xs[3:], between)
    dxs_late, dbetween, dw_late = late.backward(dhs[3:], dstate)
    dxs_early, first, dw_early = early.backward(dhs[:3], dbetween)
    dw = {key: a + name_arrays(dw_late)[key] for key, a in name_arrays(dw_early).items()}
    result = (np.concatenate([dxs_early, dxs_late]), first, type(w)(**dw))
    assert_close(result, gradients, rtol=1e-11, atol=1e-12)


@every_layer
def test_truncated_backpropagation_is_that_of_a_detached_state(name):
    case = CASES[name]
    w, xs, state, dhs, dstate = sample_case(case, 7, 3, 4, 5, 6)
    _, between = make_layer(case, w).forward(xs[:3], state)
    late = make_layer(case, w)
    late.forward(xs[3:], between)
    _, _, dxs, first, dw = compute_torch_gradients(case, xs[3:], between, w, dhs[3:], dstate)
    assert_close(late.backward(dhs[3:], dstate), (dxs, first, dw))


@every_layer
def test_sequences_of_a_batch_do_not_affect_each_other(name):
    case = CASES[name]
    w, xs, state, dhs, dstate = sample_case(case, 6, 4, 3, 5, 7)
    layer = make_layer(case, w)
    hs, last = layer.forward(xs, state)
    dxs, first, dw = layer.backward(dhs, dstate)
    shares = []
    for b in range(4):
        rows = slice(b, b + 1)
        h, end = layer.forward(xs[:, rows], pick_rows(state, rows))
        dx, start, share = layer.backward(dhs[:, rows], pick_rows(dstate, rows))
        assert_close((h, end), (hs[:, rows], pick_rows(last, rows)), rtol=1e-12)
        assert_close((dx, start), (dxs[:, rows], pick_rows(first, rows)), rtol=1e-11)
        shares.append(name_arrays(share))
    total = type(w)(**{key: sum(share[key] for share in shares) for key in shares[0]})
    assert_close(total, dw, rtol=1e-11)


@every_layer
def test_float32_stays_float32(name):
    case = CASES[name]
    w, xs, state, dhs, dstate = sample_case(case, 5, 2, 3, 4, 9)
    exact = make_layer(case, w)
    expected = (*exact.forward(xs, state), *exact.backward(dhs, dstate))
    small = type(w)(*(cast(a) for a in name_arrays(w).values()))
    layer = make_layer(case, small)
    for mask in (None, np.arange(5)[:, None] < np.array([5, 4])):
        actual = (*layer.forward(cast(xs), cast(state), mask), *layer.backward(cast(dhs), dstate))
        arrays = [
            actual[0],
            *split_state(actual[1]),
            actual[2],
            *split_state(actual[3]),
            *name_arrays(actual[4]).values(),
        ]
        assert {array.dtype for array in arrays} == {np.dtype(np.float32)}
        if mask is None:
            assert_close(actual, expected, rtol=1e-4, atol=1e-5)


@every_layer
def test_returned_arrays_are_not_overwritten_by_the_next_call(name):
    case = CASES[name]
    w, xs, state, dhs, dstate = sample_case(case, 5, 2, 3, 4, 10)
    layer = make_layer(case, w)
    first = (*layer.forward(xs, state), *layer.backward(dhs, dstate))
    kept = make_layer(case, w)
    expected = (*kept.forward(xs, state), *kept.backward(dhs, dstate))
    w.W_hh[:] *= 0.5  # in place, as an optimizer may do it
    second = (*layer.forward(xs + 1, state), *layer.backward(dhs, dstate))
    assert_close(first, expected, rtol=0, atol=0)
    fresh = make_layer(case, w)
    assert_close(second, (*fresh.forward(xs + 1, state), *fresh.backward(dhs, dstate)), rtol=0)
    layer.w = type(w)(*(2 * a for a in name_arrays(w).values()))
    third, _ = layer.forward(xs, state)
    assert_close(third, make_layer(case, layer.w).forward(xs, state)[0], rtol=0, atol=0)


@every_layer
def test_a_state_is_zero_by_default_and_so_are_gradients(name):
    case = CASES[name]
    w, xs, state, dhs, dstate = sample_case(case, 4, 2, 3, 5, 11)
    none = make_state_like(state, [np.zeros_like(part) for part in split_state(state)])
    layer = make_layer(case, w)
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
    hs, _ = build_layer(w).forward(rng.normal(size=(2, 2, 2)))
    assert hs.shape == (2, 2, 3)


def test_a_reset_before_the_product_is_another_function():
    """The GRU trap: the same numbers in both forms give different states."""
    rng = np.random.default_rng(0)
    after = CASES["gru"].sample_weights(2, 3, rng)
    before = GRUResetBeforeWeights(after.W_xh, after.W_hh, after.b_h)
    after.b_hn[:] = 0
    xs = rng.normal(size=(3, 1, 2))
    hs, other = build_layer(after).forward(xs)[0], [np.zeros((1, 3))]
    for x in xs:
        other.append(gru_step_reset_before(x, other[-1], before))
    other = np.array(other[1:])
    np.testing.assert_allclose(hs[0], other[0], rtol=1e-12)  # from a state of 0 they agree
    assert np.abs(hs[1:] - other[1:]).max() > 1e-3
