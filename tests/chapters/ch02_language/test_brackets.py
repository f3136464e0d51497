"""Brackets, their distances, and how sure a share of hits can be."""

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rnncourse.chapters.ch02_language.brackets import BINS, find_brackets, rate_by_distance


def find_innermost_open(text, t):
    """Walk back from t to the bracket that is open there; None if none is."""
    depth = 0
    for s in range(t - 1, -1, -1):
        if text[s] == "\n":
            return None
        if text[s] == "(" and depth == 0:
            return s
        depth += {")": 1, "(": -1}.get(text[s], 0)
    return None


@given(st.text("()a\n", max_size=30))
def test_brackets_equal_those_of_a_backward_search(text):
    result = find_brackets(text)
    opening = [find_innermost_open(text, t) for t in range(len(text))]
    assert result.opened.tolist() == [0 if s is None else t - s for t, s in enumerate(opening)]
    close = [t for t, c in enumerate(text) if c == ")" and opening[t] is not None]
    assert result.close.tolist() == close
    assert result.distance.tolist() == [t - opening[t] for t in close]


@pytest.mark.parametrize(
    ("text", "close", "distance"),
    [
        ("", [], []),
        ("()", [1], [1]),
        ("(a)(b)", [2, 5], [2, 2]),
        ("(a (b) c)", [5, 8], [2, 8]),
        ("a) (b", [], []),
        (")(a))", [3], [2]),
        ("((a)", [3], [2]),
        ("(a\nb)", [], []),
        ("(a\n(b)", [5], [2]),
        ("[a) {b)", [], []),
    ],
)
def test_distances_of_short_texts(text, close, distance):
    result = find_brackets(text)
    assert (result.close.tolist(), result.distance.tolist()) == (close, distance)


def test_a_newline_closes_all_open_brackets():
    assert find_brackets("(a\nb").opened.tolist() == [0, 1, 2, 0]


def test_the_bins_leave_no_gap_and_do_not_overlap():
    assert BINS[0][0] == 1
    assert all(high + 1 == low for (_, high), (low, _) in pairwise(BINS))


def test_both_ends_of_a_bin_belong_to_it():
    distance = np.array([end for bin_ in BINS for end in bin_])
    hits = np.stack([np.ones(12, bool), np.tile([True, False], 6)])
    rates, counts = rate_by_distance(hits, distance)
    assert counts.tolist() == [2] * 6
    assert rates.tolist() == [[1.0] * 6, [0.5] * 6]


def test_distances_beyond_the_bins_do_not_count_and_an_empty_bin_has_no_rate():
    rates, counts = rate_by_distance(np.array([[True, True, False]]), np.array([3, 201, 4]))
    assert counts.tolist() == [2, 0, 0, 0, 0, 0]
    assert rates[0, 0] == 0.5
    assert np.isnan(rates[0, 1:]).all()
