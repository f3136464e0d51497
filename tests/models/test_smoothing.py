"""What every smoothing method must be: a distribution, with the shape its name promises."""

from collections import Counter
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rnncourse.data.text import Vocabulary
from rnncourse.models.counting import count_orders
from rnncourse.models.smoothing import (
    AddK,
    KneserNey,
    MaximumLikelihood,
    Smoothing,
    WittenBell,
    estimate_discounts,
)

from . import slow_ngram as slow
from .methods import SMOOTHED, draw_task, every_smoothed_method, fit_orders, list_contexts

NOTHING = np.array([], np.int64)


@every_smoothed_method
@given(task=draw_task())
def test_after_any_context_every_character_is_possible_and_the_sum_is_one(method, task):
    V, order, train, _ = task
    model = fit_orders(train, order, V, method)
    for n in range(1, order + 1):
        probs = model.next_probs(list_contexts(V, n - 1), n)
        np.testing.assert_allclose(probs.sum(-1), 1, rtol=1e-12)
        assert (probs > 0).all()


@given(draw_task())
def test_maximum_likelihood_knows_nothing_after_a_context_it_has_not_seen(task):
    V, order, train, _ = task
    model = fit_orders(train, order, V, MaximumLikelihood())
    for n in range(1, order + 1):
        known = {tuple(train[i : i + n - 1]) for i in range(len(train) - n + 1)}
        contexts = list_contexts(V, n - 1)
        expected = [float(tuple(u) in known) for u in contexts]
        np.testing.assert_allclose(model.next_probs(contexts, n).sum(-1), expected, rtol=1e-12)


@given(draw_task())
def test_order_1_is_the_share_of_each_character(task):
    V, _, train, _ = task
    count, T = np.bincount(train, minlength=V), len(train)
    n_types = np.count_nonzero(count)
    D = estimate_discounts(count[count > 0], False)[1] * (count > 0)
    expected = {
        MaximumLikelihood(): count / T,
        AddK(0.5): (count + 0.5) / (T + 0.5 * V),
        WittenBell(): (count + n_types / V) / (T + n_types),
        KneserNey(modified=False): (count - D + D.sum() / V) / T,
    }
    for smoothing, unigram in expected.items():
        actual = fit_orders(train, 1, V, smoothing).next_probs(NOTHING)
        np.testing.assert_allclose(actual, unigram, rtol=1e-12)


@given(draw_task())
def test_no_other_method_makes_its_own_text_as_probable_as_the_ratio_of_counts(task):
    V, order, train, _ = task

    def log_likelihood(method):
        return np.log(fit_orders(train, order, V, method).probs(train)[-1, order - 1 :]).sum()

    ratio = log_likelihood(MaximumLikelihood())
    assert all(log_likelihood(method) <= ratio + 1e-9 for method in SMOOTHED)


@given(draw_task())
def test_add_k_goes_from_the_ratio_to_the_uniform_distribution(task):
    V, order, train, _ = task
    grams = train[None, : order - 1]
    small, large = (fit_orders(train, order, V, AddK(k)).next_probs(grams) for k in (1e-12, 1e12))
    ratio = fit_orders(train, order, V, MaximumLikelihood()).next_probs(grams)
    np.testing.assert_allclose(small, ratio, atol=1e-10)
    np.testing.assert_allclose(large, 1 / V, rtol=1e-9)


def test_kneser_ney_counts_contexts_of_a_character_not_occurrences():
    text = "abababababab" + "cdcec" + "acbcc"  # b comes often, mostly after a; c after everything
    before = {w: {v for v, x in pairwise(text) if x == w} for w in "bc"}
    assert Counter(text)["b"] > Counter(text)["c"]
    assert len(before["b"]) < len(before["c"])
    vocabulary = Vocabulary("abcdef")
    b, c, f = vocabulary.encode("bcf")
    after_f = {  # which never occurs, so that the lower order answers
        method: fit_orders(vocabulary.encode(text), 2, 6, method).next_probs(np.array([f]))
        for method in ("Witten-Bell", "Kneser-Ney", "modified Kneser-Ney")
    }
    assert after_f["Witten-Bell"][b] > after_f["Witten-Bell"][c]
    assert after_f["Kneser-Ney"][b] < after_f["Kneser-Ney"][c]
    assert after_f["modified Kneser-Ney"][b] < after_f["modified Kneser-Ney"][c]


def test_the_discounts_are_those_of_the_formula():
    # n_1 = 10, n_2 = 4, n_3 = 2, n_4 = 1: Y = 10 / 18.
    counts = np.repeat([1, 2, 3, 4, 9], [10, 4, 2, 1, 5])
    Y = 10 / 18
    np.testing.assert_allclose(estimate_discounts(counts, False), [0, Y, Y, Y], rtol=1e-15)
    modified = [0, 1 - 2 * Y * 4 / 10, 2 - 3 * Y * 2 / 4, 3 - 4 * Y * 1 / 2]
    np.testing.assert_allclose(estimate_discounts(counts), modified, rtol=1e-15)


@given(st.lists(st.integers(1, 7), min_size=1, max_size=80), st.booleans())
def test_a_discount_takes_something_and_never_more_than_there_is(counts, modified):
    actual = estimate_discounts(np.array(counts), modified)
    assert actual[0] == 0
    assert (actual[1:] > 0).all()
    assert (actual <= [0, 1, 2, 3]).all()
    slow_discount = (slow.compute_three_discounts if modified else slow.compute_one_discount)(
        counts
    )
    expected = [float(slow_discount(c)) for c in (0, 1, 2, 3)]
    np.testing.assert_allclose(actual, expected, rtol=1e-12, atol=1e-14)


@pytest.mark.parametrize(
    ("counts", "modified"),
    [
        ([2, 2, 3, 4], False),  # nothing seen once
        ([1, 1, 3, 4], False),  # nothing seen twice
        ([1, 2, 2, 4], True),  # nothing seen three times
        ([1, 2, 3, 3, 3, 3], True),  # the second discount would be negative
    ],
)
def test_where_an_estimate_fails_every_discount_is_one_half(counts, modified):
    assert estimate_discounts(np.array(counts), modified).tolist() == [0, 0.5, 0.5, 0.5]


def test_a_smoothing_without_a_method_cannot_be_fitted():
    with pytest.raises(NotImplementedError):
        Smoothing().fit(count_orders(np.array([0]), 1)[0], 1)
