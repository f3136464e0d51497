"""Ratios of counts on held-out documents, counted by hand."""

import numpy as np
import pytest

from rnncourse.analysis.splits import encode_split
from rnncourse.chapters.ch02_language import ratios

TRAIN = ["a", "b", "c", "a", "b", "d", "a", "b", "c", "e"]
TEXTS = [["a", "b", "c", "x"], ["b", "c", "a", "b", "e"]]


def test_runs_are_grouped_by_how_often_they_were_counted():
    """a b: c twice and d once. b c: a once and e once. The others are followed by one word."""
    observed, expected = ratios.count_observed_and_expected(TRAIN, TEXTS)
    once, twice = 0, ratios.TIMES.index(2)
    assert observed[0].tolist() == [0, 1, 0, 0, 0, 0]  # a b c; b c x was never counted
    np.testing.assert_allclose(expected[0, [once, twice]], [1 / 3 + 1, 2 / 3])
    assert observed[1, [once, twice]].tolist() == [2, 0]  # b c a and c a b once, a b e never


def test_observed_equals_expected_on_the_text_counted():
    text = np.random.default_rng(0).choice([*"abc"], 3000).tolist()
    observed, expected = ratios.count_observed_and_expected(text, [text])
    np.testing.assert_allclose(observed, expected)
    assert observed.sum() == len(text) - 2
    assert ratios.zero_count_fraction(text, [text]) == 0


def test_uncounted_runs_have_probability_0():
    assert ratios.zero_count_fraction(TRAIN, TEXTS) == pytest.approx(2 / 5)
    assert ratios.new_contexts(TRAIN, [TRAIN, [*"xyzuvw"]]) == [0, 1]


def test_single_run_error_finds_errors_that_cancel_in_the_sum():
    train, text = [*"aab"] * 300, [*"aaab"] * 300  # after a comes a as often as b; then twice as
    assert ratios.single_run_error(train, [text], n=2) == pytest.approx(1 / 3, abs=0.01)


def test_the_mean_over_documents_is_the_share_of_the_whole():
    observed, expected = np.array([3.0, 0.0, 5.0]), np.array([2.0, 1.0, 9.0])
    rows = ratios.normalize_per_document(observed, expected.sum())
    assert rows.mean() == pytest.approx(8 / 12)
    assert ratios.normalize_per_document(expected, expected.sum()).mean() == pytest.approx(1)


def test_words_are_cut_and_nothing_but_spaces_is_lost():
    text = "Return x_1, sorted (or not).\nNext."
    assert "".join(ratios.split_words(text)) == text.replace(" ", "")
    assert next(ratios.iterate_ngrams(ratios.split_words(text), 2)) == ("Return", "x_1")


def test_held_out_documents_are_the_test_text(corpus, monkeypatch):
    monkeypatch.setattr(ratios, "load_corpus", lambda: corpus)
    train, texts = ratios.held_out_texts()
    data = encode_split(corpus, 0, 1)
    assert "".join(texts) == data.test_text
    assert train == data.vocabulary.decode(data.train)
