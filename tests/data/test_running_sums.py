"""The small tasks: every answer by its definition."""

import numpy as np

from rnncourse.data.running_sums import (
    sample_coarse_sums,
    sample_echoes,
    sample_noisy_sums,
    sample_running_sums,
)


def test_the_sum_is_that_of_the_digits_so_far():
    xs, ys = sample_running_sums(np.random.default_rng(0), 9, 5)
    for t in range(9):
        np.testing.assert_array_equal(ys[t], xs[: t + 1].sum(0) % 10)


def test_a_sum_modulo_4_reads_digits_below_4():
    xs, ys = sample_running_sums(np.random.default_rng(0), 9, 50, modulus=4)
    assert set(xs.ravel()) == set(ys.ravel()) == {0, 1, 2, 3}
    np.testing.assert_array_equal(ys, xs.cumsum(0) % 4)


def test_a_coarse_sum_tells_parts_apart():
    for answers in (2, 5, 10):
        xs, ys = sample_coarse_sums(np.random.default_rng(0), 9, 50, answers)
        sums = xs.cumsum(0) % 10
        assert set(ys.ravel()) == set(range(answers))
        np.testing.assert_array_equal(ys, sums // (10 // answers))


def test_a_noisy_sum_slips_as_often_as_it_should_and_goes_on_from_there():
    xs, ys = sample_noisy_sums(np.random.default_rng(0), 50, 2000)
    before = np.vstack([np.zeros_like(ys[:1]), ys[:-1]])
    slips = (ys - before - xs) % 10
    shares = np.bincount(slips.ravel(), minlength=10) / slips.size
    np.testing.assert_allclose(shares, [0.91] + [0.01] * 9, atol=0.003)
    xs, ys = sample_noisy_sums(np.random.default_rng(0), 50, 20, noise=0)
    np.testing.assert_array_equal(ys, xs.cumsum(0) % 10)


def test_an_echo_comes_late():
    for delay in (0, 1, 2, 5, 9, 12):
        xs, ys = sample_echoes(np.random.default_rng(1), 9, 5, delay)
        assert ys.shape == xs.shape
        np.testing.assert_array_equal(ys[delay:], xs[: max(9 - delay, 0)])
        assert not ys[:delay].any()
