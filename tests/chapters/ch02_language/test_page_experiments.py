"""What the page's network is compared with at far brackets, counted by hand."""

import numpy as np

from rnncourse.chapters.ch02_language.ngrams import BracketScores, ClosingRates
from rnncourse.chapters.ch02_language.page_experiments import LONG_RANGE, select_best_long_range


def test_the_order_with_most_hits_at_far_brackets_is_the_rival():
    zero = ClosingRates(0, 0.0, 0.0)
    distance = np.array([LONG_RANGE, 3, LONG_RANGE + 9, LONG_RANGE - 1, LONG_RANGE + 1])
    orders = np.array([[0, 1, 0, 1, 0], [1, 1, 0, 1, 0]], bool)  # the second has a far hit
    assert select_best_long_range(BracketScores(orders, distance, zero, zero)).tolist() == [1, 0, 0]
