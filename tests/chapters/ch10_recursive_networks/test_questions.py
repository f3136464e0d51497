"""The questions of chapter 10: what would have been right by luck."""

import math

import numpy as np
import pytest

from rnncourse.grading.checks import grade
from rnncourse.grading.judging import PASSED
from rnncourse.grading.registry import load_questions

BY_ID = load_questions("10-recursive-networks")


def test_children_numbered_by_their_old_places_get_a_hint():
    question = BY_ID["10-batch"]

    def reverse_equal_heights(left, right):
        *_, counts = question.reference(left, right)
        heights = BY_ID["10-heights"].reference(left, right)
        order = np.lexsort((-np.arange(len(left)), heights))
        return order, left[order], right[order], counts

    assert "places in the new order" in grade(question, reverse_equal_heights, 1).message


@pytest.mark.parametrize("passes", [lambda n: 100, lambda n: int(np.log2(n)) + 4, math.isqrt])
def test_a_number_of_passes_that_was_guessed_earns_nothing(passes):
    """A chain is higher than the trees that are drawn."""

    def heights(left, right):
        result = np.zeros(len(left), int)
        for _ in range(2 + passes(len(left))):
            result = np.where(left >= 0, 1 + np.maximum(result[left], result[right]), 0)
        return result

    def batch(left, right):
        order = np.argsort(heights(left, right), kind="stable")
        rank = np.argsort(order)
        children = (np.where(side < 0, -1, rank[side])[order] for side in (left, right))
        return order, *children, np.bincount(heights(left, right))

    def states(left, right, xs, W_l, W_r, b):
        hs = xs
        for _ in range(passes(len(left))):
            hs = np.where((left < 0)[:, None], xs, np.tanh(hs[left] @ W_l + hs[right] @ W_r + b))
        return hs

    def backward(left, right, hs, W_l, W_r, dh):
        inner, dhs = left >= 0, np.zeros_like(hs)
        left, right = left[inner], right[inner]
        for _ in range(passes(len(hs))):
            dhs[-1] = dh
            da = dhs[inner] * (1 - hs[inner] ** 2)
            dhs = np.zeros_like(hs)
            dhs[left], dhs[right] = da @ W_l.T, da @ W_r.T
        return dhs * ~inner[:, None], hs[left].T @ da, hs[right].T @ da, da.sum(axis=0)

    for seed in range(3):
        assert grade(BY_ID["10-states"], states, seed).earned == 0
        assert grade(BY_ID["10-heights"], heights, seed).earned == 0
        assert grade(BY_ID["10-batch"], batch, seed).earned == 0
        assert grade(BY_ID["10-backward"], backward, seed).earned == 0


def test_assuming_that_the_right_child_is_the_node_before_earns_nothing():
    def heights(left, right):
        actual = []
        for a in left:
            actual.append(0 if a < 0 else 1 + max(actual[a], actual[-1]))
        return actual

    def states(left, right, xs, W_l, W_r, b):
        hs = np.array(xs)
        for n in np.flatnonzero(left >= 0):
            hs[n] = np.tanh(hs[left[n]] @ W_l + hs[n - 1] @ W_r + b)
        return hs

    for question_id, answer in (("10-heights", heights), ("10-states", states)):
        for seed in range(5):
            result = grade(BY_ID[question_id], answer, seed)
            assert (result.status != PASSED, result.mistake) == (
                True,
                "The node before for the right child",
            )
