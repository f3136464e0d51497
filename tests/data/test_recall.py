"""Delayed recall: the answer is the first symbol, and the distractors are what was asked for."""

import numpy as np
import pytest

from rnncourse.data.recall import SYMBOLS, recall_batch


@pytest.mark.parametrize("same", [True, False])
def test_the_first_symbol_is_the_answer(same):
    xs, first = recall_batch(np.random.default_rng(0), 500, 6, same)
    ids = xs.argmax(-1)
    assert xs.shape == (7, 500, SYMBOLS if same else 2 * SYMBOLS)
    np.testing.assert_array_equal(xs.sum(-1), 1)
    np.testing.assert_array_equal(ids[0], first)
    assert set(first) == set(range(SYMBOLS))
    assert set(ids[1:].ravel()) == {i + (0 if same else SYMBOLS) for i in range(SYMBOLS)}


def test_distractors_say_nothing_of_the_answer():
    xs, first = recall_batch(np.random.default_rng(1), 20_000, 3)
    for row in xs.argmax(-1)[1:]:
        assert abs((row == first).mean() - 1 / SYMBOLS) < 0.015
