"""The decks' formulas: the last lines are right, and each slip is as wrong as the page says."""

import numpy as np
import pytest

from rnncourse.chapters.ch04_bptt.deck_gradients import (
    deck_gradient,
    example,
    four_readings,
    gap,
    jacobian_gap,
    loss,
    printed_clip,
    same_side,
    state_gradients,
    states,
    total_derivatives,
    true_gradient,
)

SEEDS = pytest.mark.parametrize("seed", range(4))


@SEEDS
def test_the_last_lines_are_right(seed):
    w, data = example(seed)
    assert gap(deck_gradient(w, data), true_gradient(w, data)) < 1e-12


@SEEDS
def test_exactly_one_of_the_two_derivatives_must_be_total(seed):
    w, data = example(seed)
    errors = four_readings(w, data)
    assert max(errors["immediate", "total"], errors["total", "immediate"]) < 1e-12
    assert min(errors["immediate", "immediate"], errors["total", "total"]) > 0.01


@SEEDS
def test_slips_are_slips(seed):
    w, data = example(seed)
    true = true_gradient(w, data)
    exchanged = state_gradients(w, data, lambda h: (w.W @ np.diag(1 - h**2)).T)
    assert jacobian_gap(w, data) > 0.1
    assert gap(deck_gradient(w, data, exchanged), true, "U W") > 0.1
    assert gap(deck_gradient(w, data, same_side(w, data)), true, "U W") > 0.1


def test_total_derivatives_are_those_of_the_states():
    w, data = example()
    step, found = 1e-30, total_derivatives(w, data)
    for n in (0, 7, 24):
        W = w.W.astype(complex)
        W.flat[n] += 1j * step
        nudged = states(type(w)(w.U, W, w.V, w.b_h, w.b_o), data)[1:]
        for J, h in zip(found, nudged, strict=True):
            np.testing.assert_allclose(J[:, n], h.imag / step, rtol=1e-12, atol=1e-15)


def test_one_state_on_both_sides_solves_its_equation():
    w, data = example()
    hs, found = states(w, data), same_side(w, data)
    right = state_gradients(w, data)
    np.testing.assert_allclose(found[-1], right[-1])
    back = w.W.T @ np.diag(1 - hs[2] ** 2)
    own = right[0] - back @ right[1]
    np.testing.assert_allclose(found[0], back @ found[0] + own)


def test_no_term_is_invisible():
    w, data = example()
    assert np.abs(data.h_0).min() > 0
    assert loss(w, data) > 0


def test_clipping_without_the_root_divides_by_the_length_once_more():
    g = np.random.default_rng(0).normal(size=(3, 4))
    for length in (2.3, 4.9, 10, 50):  # the square is above the threshold of 5
        clipped = printed_clip(g * length / np.linalg.norm(g), 5.0)
        assert np.linalg.norm(clipped) == pytest.approx(5 / length)
    short = g * 2.2 / np.linalg.norm(g)
    np.testing.assert_array_equal(printed_clip(short, 5.0), short)
