"""Exact match, tokens and BLEU on cases worked by hand."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rnncourse.training.metrics import MetricError, bleu, exact_match, token_accuracy

MEASURES = (exact_match, token_accuracy, bleu)
texts = st.lists(st.lists(st.sampled_from("abc"), max_size=6), min_size=1, max_size=4)


def test_exact_match_counts_whole_texts():
    targets = [("ein", "und"), ("zwei",), (), ("vier",)]
    outputs = [("ein", "und"), ("zwei", "zwei"), (), ("fier",)]
    assert exact_match(outputs, targets) == 0.5
    assert exact_match([list(text) for text in targets], targets) == 1


def test_token_accuracy_counts_places_of_the_longer_text():
    assert token_accuracy([["a", "b", "c"]], [["a", "x", "c"]]) == pytest.approx(2 / 3)
    assert token_accuracy([["a", "b"]], [["a", "b", "c"]]) == pytest.approx(2 / 3)
    assert token_accuracy([["x", "a", "b", "c"]], [["a", "b", "c"]]) == 0  # all are moved
    assert token_accuracy([[], []], [[], []]) == 1


@given(texts)
def test_right_texts_have_the_best_score(targets):
    assert exact_match(targets, targets) == token_accuracy(targets, targets) == 1


@given(texts, st.randoms())
def test_measures_lie_in_their_range(targets, chance):
    outputs = [chance.sample(text, len(text)) for text in targets]
    assert 0 <= exact_match(outputs, targets) <= 1
    assert 0 <= token_accuracy(outputs, targets) <= 1


def test_bleu_by_hand():
    """Written "a b c d e", right "a b c d f": 4/5, 3/4, 2/3 and 1/2 of the runs agree."""
    expected = 100 * (4 / 5 * 3 / 4 * 2 / 3 * 1 / 2) ** 0.25
    assert bleu(["abcde"], ["abcdf"]) == pytest.approx(expected)


def test_bleu_punishes_what_is_too_short_and_counts_a_word_once():
    short = 100 * math.exp(1 - 8 / 5)  # every run agrees, and 5 tokens stand for 8
    assert bleu(["abcde"], ["abcdefgh"]) == pytest.approx(short)
    twice = bleu([["a", "b", "c", "d", "d"]], [["a", "b", "c", "d", "e"]])
    assert twice == pytest.approx(100 * (4 / 5 * 3 / 4 * 2 / 3 * 1 / 2) ** 0.25)


def test_bleu_is_of_all_texts_together_and_keeps_tokens_as_they_are():
    assert bleu(["abcd", "xyzw"], ["abcd", "mnop"]) == pytest.approx(50)  # 4 of 8, ..., 1 of 2
    assert bleu([["A", " ", ",", "b."]], [["a", " ", ",", "b."]]) < 100  # case counts
    assert bleu([["a", " ", ",", "b."]], [["a", " ", ",", "b."]]) == pytest.approx(100)
    for space in ("\n", "\u00a0", " "):  # a token like others
        assert bleu([list(f"ab{space}cd")], [list("abcd")]) < 100
    assert bleu([list("ab\ncd")], [list("ab cd")]) < 100


@pytest.mark.parametrize("measure", MEASURES)
def test_texts_without_their_right_ones_are_refused(measure):
    with pytest.raises(MetricError, match="2 written and 1 right"):
        measure(["a", "b"], ["a"])
    with pytest.raises(MetricError, match="0 written"):
        measure([], [])
