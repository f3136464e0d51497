"""Counting with packed keys gives what counting tuples in a dictionary gives."""

from collections import Counter

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rnncourse.models.counting import (
    MAX_ORDER,
    SYMBOL_BITS,
    NGramError,
    continuation_counts,
    count_grams,
    count_orders,
    gram_keys,
)

from . import slow_ngram as slow

texts = st.one_of(
    st.lists(st.integers(0, 2), min_size=MAX_ORDER, max_size=60),
    st.lists(st.integers(0, 127), min_size=MAX_ORDER, max_size=60),
)
orders = st.integers(1, MAX_ORDER)


def unpack(key, n):
    """The characters of a key, with Python's integers, which never overflow."""
    return tuple(int(key) >> SYMBOL_BITS * (n - 1 - j) & 127 for j in range(n))


@given(texts, orders)
def test_a_key_holds_its_run_and_nothing_else(text, n):
    keys = gram_keys(np.array(text), n)
    assert [unpack(k, n) for k in keys] == [tuple(text[i : i + n]) for i in range(len(keys))]
    assert len(keys) == len(text) - n + 1


@given(texts, orders)
def test_counts_are_those_of_a_dictionary(text, n):
    counts = count_grams(np.array(text), n)
    found = {unpack(k, n): int(c) for k, c in zip(counts.grams, counts.counts, strict=True)}
    assert found == slow.seen(tuple(text), n)
    assert (counts.grams[1:] > counts.grams[:-1]).all()
    assert counts.counts.sum() == len(text) - n + 1


@given(texts, orders)
def test_what_is_summed_over_a_context_is_the_count_of_the_context(text, n):
    counts = count_grams(np.array(text), n)
    total = counts.per_context(counts.counts)
    found = {unpack(k, n - 1): int(c) for k, c in zip(counts.contexts, total, strict=True)}
    assert found == Counter(tuple(text[i : i + n - 1]) for i in range(len(text) - n + 1))
    of_each_gram = counts.per_gram(total)
    assert [found[unpack(k, n)[:-1]] for k in counts.grams] == of_each_gram.tolist()


@given(texts, st.integers(1, MAX_ORDER - 1))
def test_continuation_counts_are_the_sizes_of_sets(text, n):
    counts = continuation_counts(count_grams(np.array(text), n + 1), n)
    found = {unpack(k, n): int(c) for k, c in zip(counts.grams, counts.counts, strict=True)}
    assert found == slow.places(tuple(text), n)


def test_continuation_counts_by_hand():
    # a b a b c b: b comes three times, after a and after c; a twice, the second time after b.
    counts = continuation_counts(count_grams(np.array([1, 2, 1, 2, 3, 2]), 2), 1)
    assert counts.grams.tolist() == [1, 2, 3]
    assert counts.counts.tolist() == [1, 2, 1]


def test_all_orders_are_counted_from_one_up():
    ids = np.array([0, 1, 0, 1])
    for n, counts in enumerate(count_orders(ids, 3), start=1):
        alone = count_grams(ids, n)
        assert counts.grams.tolist() == alone.grams.tolist()
        assert counts.counts.tolist() == alone.counts.tolist()


@pytest.mark.parametrize("n", [0, -1, MAX_ORDER + 1])
def test_an_order_must_fit_into_a_key(n):
    with pytest.raises(NGramError, match=rf"must be 1 \.\.\. 9; got {n}"):
        gram_keys(np.zeros(20, np.int64), n)


@pytest.mark.parametrize("index", [-1, 128])
def test_an_index_must_fit_into_seven_bits(index):
    with pytest.raises(NGramError, match=r"must lie in 0 \.\.\. 127"):
        gram_keys(np.array([0, index]), 1)


def test_a_text_must_be_as_long_as_the_order():
    assert gram_keys(np.array([1, 2]), 3).size == 0
    with pytest.raises(NGramError, match="2 characters has no 3-gram"):
        count_grams(np.array([1, 2]), 3)
    with pytest.raises(NGramError, match="0 characters has no 1-gram"):
        count_orders(np.array([], np.int64), 1)
