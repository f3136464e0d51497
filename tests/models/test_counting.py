"""Counting by numbers gives what counting tuples in a dictionary gives, at any length."""

from collections import Counter

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rnncourse.models.counting import (
    NGramError,
    continuation_counts,
    count_each_order,
    count_orders,
    number_ngrams,
)

from . import slow_ngram as slow

LONGEST = 14
texts = st.one_of(
    st.lists(st.integers(0, 2), min_size=LONGEST, max_size=60),
    st.lists(st.integers(0, 255), min_size=LONGEST, max_size=60),
)
orders = st.integers(1, LONGEST)


def unpack_counts(counts):
    """The characters of the longest n-grams, by their numbers, each from that of its context."""
    grams = [()]
    for order in counts:
        grams = [(*grams[key >> 8], key & 255) for key in order.grams.tolist()]
    return grams


@given(texts, orders)
def test_counts_are_those_of_a_dictionary(text, n):
    counts_by_order = count_orders(np.array(text), n)
    grams, counts = unpack_counts(counts_by_order), counts_by_order[-1]
    assert grams == sorted(grams)  # numbered in alphabetical order
    assert dict(zip(grams, counts.counts.tolist(), strict=True)) == slow.count_ngrams(
        tuple(text), n
    )
    assert counts.counts.sum() == len(text) - n + 1


@given(texts, orders)
def test_what_is_summed_over_a_context_is_the_count_of_the_context(text, n):
    counts_by_order = count_orders(np.array(text), n)
    counts, shorter = counts_by_order[-1], unpack_counts(counts_by_order[:-1])
    total = counts.sum_per_context(counts.counts)
    actual = {shorter[u]: int(c) for u, c in zip(counts.contexts, total, strict=True)}
    assert actual == Counter(tuple(text[i : i + n - 1]) for i in range(len(text) - n + 1))
    of_each_gram = counts.repeat_per_gram(total).tolist()
    assert [actual[gram[:-1]] for gram in unpack_counts(counts_by_order)] == of_each_gram


@given(texts, orders)
def test_a_suffix_is_the_gram_without_its_oldest_character(text, n):
    counts_by_order = count_orders(np.array(text), n)
    shorter = unpack_counts(counts_by_order[:-1])
    assert [gram[1:] for gram in unpack_counts(counts_by_order)] == [
        shorter[s] for s in counts_by_order[-1].suffixes
    ]
    assert counts_by_order[-1].n_lower_order == len(shorter)


@given(texts, st.lists(st.integers(0, 3), max_size=30), orders)
def test_runs_of_another_text_have_the_numbers_of_the_first(text, new, n):
    counts_by_order, runs = count_orders(np.array(text), n), range(len(new) - n + 1)
    numbers = {gram: number for number, gram in enumerate(unpack_counts(counts_by_order))}
    expected = [numbers.get(tuple(new[i : i + n]), -1) for i in runs]
    assert number_ngrams(counts_by_order, np.array(new, np.int64))[: len(runs)].tolist() == expected


@given(texts, st.integers(1, LONGEST - 1))
def test_continuation_counts_are_the_sizes_of_sets(text, n):
    counts_by_order = count_orders(np.array(text), n + 1)
    counts = continuation_counts(*counts_by_order[-2:])
    result = dict(zip(unpack_counts(counts_by_order[:-1]), counts.counts.tolist(), strict=True))
    assert {gram: c for gram, c in result.items() if c} == slow.count_left_neighbors(tuple(text), n)


def test_continuation_counts_by_hand():
    # a b a b c b: b comes three times, after a and after c; a twice, the second time after b.
    counts = continuation_counts(*count_orders(np.array([1, 2, 1, 2, 3, 2]), 2))
    assert counts.grams.tolist() == [1, 2, 3]
    assert counts.counts.tolist() == [1, 2, 1]


@pytest.mark.parametrize("n", [0, -1])
def test_an_order_is_at_least_1(n):
    with pytest.raises(NGramError, match=f"has no {n}-gram"):
        count_orders(np.zeros(20, np.int64), n)


@pytest.mark.parametrize("index", [-1, 256])
def test_an_index_must_fit_into_eight_bits(index):
    with pytest.raises(NGramError, match=r"must lie in 0 \.\.\. 255"):
        next(count_each_order(np.array([0, index]), 1))


def test_a_text_shorter_than_the_order_has_no_counts():
    with pytest.raises(NGramError, match="2 characters has no 3-gram"):
        count_orders(np.array([1, 2]), 3)
    with pytest.raises(NGramError, match="0 characters has no 1-gram"):
        count_orders(np.array([], np.int64), 1)
    assert number_ngrams(count_orders(np.array([1, 2]), 2), np.array([1], np.int64)).size == 0
