"""The small tasks: every answer by its definition."""

import numpy as np

from rnncourse.data.running import echo, running_sum, temporal_xor


def test_the_sum_is_that_of_the_digits_so_far():
    xs, ys = running_sum(np.random.default_rng(0), 9, 5)
    for t in range(9):
        np.testing.assert_array_equal(ys[t], xs[: t + 1].sum(0) % 10)


def test_an_echo_comes_late():
    for delay in (1, 2, 5):
        xs, ys = echo(np.random.default_rng(1), 9, 5, delay)
        np.testing.assert_array_equal(ys[delay:], xs[:-delay])
        assert not ys[:delay].any()


def test_every_third_bit_is_the_exclusive_or():
    for T in (7, 20, 21):
        xs, ys = temporal_xor(np.random.default_rng(2), T, 300)
        assert xs.shape == ys.shape == (T, 300)
        np.testing.assert_array_equal(ys[:-1], xs[1:])
        np.testing.assert_array_equal(ys[1::3], xs[0 : len(ys[1::3]) * 3 : 3] ^ xs[1::3])
        assert abs(xs[0].mean() - 0.5) < 0.1
