"""What the page's network is asked: brackets, stretches, and keys, counted by hand."""

import numpy as np

from rnncourse.chapters.ch02_language.ngrams import BracketScores, Positions
from rnncourse.chapters.ch02_language.page_experiments import (
    FAR,
    best_far,
    far_gains,
)
from rnncourse.core.records import Record


def test_far_brackets_are_compared_one_by_one():
    nothing = Positions(0, 0.0, 0.0)
    distance = np.array([FAR, 3, FAR + 9, FAR - 1, FAR + 1])
    orders = np.array([[0, 1, 0, 1, 0], [1, 1, 0, 1, 0]], bool)  # the second has a far hit
    network = np.array([1, 0, 1, 0, 0], bool)
    found = far_gains(network, BracketScores(orders, distance, nothing, nothing))
    assert found.tolist() == [0, 1, 0]
    assert best_far(BracketScores(orders, distance, nothing, nothing)).tolist() == [1, 0, 0]


def test_the_record_has_a_value_for_each_far_bracket():
    record = Record.load("ch02_language")
    counts, bins = np.array(record.value("page/closed/brackets")), slice(3, None)  # 17 and more
    far = record.value("A3/far_gain")
    assert set(far) <= {-1, 0, 1}
    assert counts[bins].sum() <= len(far)
