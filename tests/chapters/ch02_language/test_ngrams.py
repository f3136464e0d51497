"""The experiments on n-grams, on texts so small that brute force can repeat them."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rnncourse.analysis.splits import EncodedSplit, encode_split
from rnncourse.chapters.ch02_language import ngrams
from rnncourse.chapters.ch02_language.brackets import find_brackets
from rnncourse.chapters.ch02_language.ratios import unseen_fraction
from rnncourse.data.corpus import split_corpus
from rnncourse.models.counting import count_orders
from rnncourse.models.smoothing import AddK
from tests.models.slow_ngram import compute_three_discounts, fit_kneser_ney


@pytest.fixture(scope="module")
def bracket_documents(corpus):
    """Return some documents that hold brackets often, 70,000 characters in all."""
    small = [d for d in corpus if len(d.text) < 4000]
    return sorted(small, key=lambda d: -d.text.count("("))[:24]


@pytest.fixture(scope="module")
def split_data(bracket_documents):
    return encode_split(bracket_documents, seed=0, max_order=5)


def replace_texts(data, train, test):
    """The same vocabulary with other texts."""
    train_ids, test_ids = data.vocabulary.encode(train), data.vocabulary.encode(test)
    counts = count_orders(train_ids, min(5, len(train)))
    return EncodedSplit(train_ids, test_ids, test_ids, test, counts, data.vocabulary)


def test_a_split_is_encoded_text_by_text(split_data, bracket_documents):
    split = split_corpus(bracket_documents, seed=0)
    decoded = [
        split_data.vocabulary.decode(ids)
        for ids in (split_data.train, split_data.valid, split_data.test)
    ]
    assert decoded == [split.train, split.valid, split.test]
    assert split_data.test_text == split.test
    assert len(split_data.counts) == 5
    assert [c.counts.sum() for c in split_data.counts] == [
        len(split_data.train) - n for n in range(5)
    ]


@pytest.mark.parametrize("name", ngrams.SMOOTHINGS)
def test_bits_by_order_are_the_metric_applied_to_every_order(split_data, name):
    model = split_data.fit(ngrams.SMOOTHINGS[name])
    with np.errstate(divide="ignore"):
        expected = [-np.log2(row).mean() for row in model.probs(split_data.test)]
    np.testing.assert_allclose(ngrams.bits_by_order(model, split_data.test), expected, rtol=1e-12)


def test_only_maximum_likelihood_has_infinite_bits(split_data):
    for name, smoothing in ngrams.SMOOTHINGS.items():
        bits = ngrams.bits_by_order(split_data.fit(smoothing), split_data.test)
        assert np.isfinite(bits).all() == (name != "maximum likelihood")


def test_a_long_order_equals_counting_by_dictionary(split_data):
    rng = np.random.default_rng(0)  # runs that come again, long ones too
    pieces = ["".join(rng.choice(list("abc"), 25)) for _ in range(4)]
    train, test = ("".join(pieces[i] for i in rng.integers(0, 4, n)) for n in (12, 3))
    small = replace_texts(split_data, train, test)
    text, V = tuple(small.train.tolist()), len(small.vocabulary)
    padded = (0,) * 11 + tuple(small.test.tolist())
    for n in (1, 4, 10, 12):  # the slow version counts in dictionaries, with exact fractions
        p = fit_kneser_ney(text, V, n, compute_three_discounts)
        probs = [float(p(padded[t], padded[t - n + 1 : t])) for t in range(11, len(padded))]
        bits = ngrams.long_order_bits(small, small.test, max_order=n)[-1]
        assert bits == pytest.approx(-np.log2(probs).mean(), rel=1e-12)


def test_order_by_order_gives_what_all_orders_at_once_give(split_data):
    for name in ("modified Kneser-Ney", "Kneser-Ney", "Witten-Bell"):
        bits = ngrams.bits_by_order(split_data.fit(ngrams.SMOOTHINGS[name]), split_data.test)
        actual = ngrams.long_order_bits(split_data, split_data.test, 5, ngrams.SMOOTHINGS[name])
        np.testing.assert_allclose(actual, bits, rtol=1e-14)


def test_k_is_chosen_on_the_validation_text_and_scored_on_the_test_text(split_data):
    bits, k, valid = ngrams.add_k_bits(split_data)
    for n in range(5):
        models = {c: split_data.fit(AddK(c)) for c in ngrams.K_CANDIDATES}
        on_valid = {c: ngrams.bits_by_order(m, split_data.valid)[n] for c, m in models.items()}
        assert k[n] == min(on_valid, key=on_valid.get)
        assert bits[n] == ngrams.bits_by_order(models[k[n]], split_data.test)[n]
        assert valid[n] == on_valid[k[n]]


@given(st.text("ab\n", min_size=3, max_size=40), st.text("ab\n", min_size=3, max_size=20))
def test_the_share_of_new_contexts_is_what_a_search_finds(split_data, train, test):
    grams = {n: [test[t - n : t] for t in range(n, len(test))] for n in (1, 2)}
    expected = [np.mean([u not in train for u in grams[n]]) for n in (1, 2)]
    assert unseen_fraction(replace_texts(split_data, train, test), (1, 2)) == pytest.approx(
        expected
    )


def test_brackets_are_scored_as_a_slow_loop_scores_them(split_data):
    text = split_data.test_text[:3000]
    small = replace_texts(split_data, split_data.vocabulary.decode(split_data.train[:20_000]), text)
    model, ids = small.fit(ngrams.SMOOTHINGS["modified Kneser-Ney"]), small.test
    scores = ngrams.long_bracket_scores(small, 5, reach=4)
    close = split_data.vocabulary.encode(")")[0]
    windows = np.array([np.r_[[0] * 4, ids][t : t + 4] for t in range(len(ids))])
    probs = [model.next_probs(windows, n) for n in range(1, 6)]
    far, none, hits, distance = {}, {}, [], []
    stack = []
    for t, character in enumerate(text):
        at = [row[t] for row in probs]
        place = (at[-1][close], character == ")")
        if stack and t - stack[-1] > 4:
            far.setdefault(tuple(windows[t]), []).append(place)
        if not stack:
            none.setdefault(tuple(windows[t]), []).append(place)
        if character == ")" and stack:
            hits.append([p.argmax() == close for p in at])
            distance.append(t - stack.pop())
        elif character == "(":
            stack.append(t)
        elif character == "\n":
            stack.clear()
    assert len(hits) > 5
    assert scores.hits.T.tolist() == hits
    assert scores.distance.tolist() == distance
    common = far.keys() & none.keys()
    assert common
    for actual, slow in ((scores.opened, far), (scores.none, none)):
        expected = [place for context in common for place in slow[context]]
        assert actual.count == len(expected)
        np.testing.assert_allclose(
            (actual.expected, actual.observed), np.mean(expected, 0), rtol=1e-12
        )


def test_brackets_that_a_longer_context_shows_are_no_longer_among_the_places(split_data):
    short = ngrams.long_bracket_scores(split_data, 5, reach=4)
    beyond = ngrams.long_bracket_scores(split_data, 12, reach=4)
    opened, ids = find_brackets(split_data.test_text).opened, split_data.test
    contexts = [
        tuple(row) for row in np.lib.stride_tricks.sliding_window_view(np.r_[[0] * 4, ids], 4)
    ]
    sides = [np.flatnonzero(opened > 11), np.flatnonzero(opened == 0)]
    common = set.intersection(*({contexts[t] for t in side} for side in sides))
    far, none = (sum(contexts[t] in common for t in side) for side in sides)
    assert far == beyond.opened.count < short.opened.count
    assert none == beyond.none.count < short.none.count


def test_one_pass_scores_both_texts_and_every_order_at_brackets(split_data):
    actual = ngrams.score_long_contexts(split_data, 12, reach=4)
    np.testing.assert_allclose(
        actual.test, ngrams.long_order_bits(split_data, split_data.test, 12), rtol=1e-14
    )
    np.testing.assert_allclose(
        actual.valid, ngrams.long_order_bits(split_data, split_data.valid, 12), rtol=1e-14
    )
    assert (actual.valid != actual.test).all()
    for order in (3, 5, 12):
        scores = actual.brackets(order)
        alone = ngrams.score_long_contexts(split_data, order, reach=4).brackets(order)
        np.testing.assert_array_equal(scores.hits, alone.hits)
        assert (scores.opened, scores.none) == (alone.opened, alone.none)


def test_pooling_counts_every_bracket_once(split_data):
    scores = ngrams.long_bracket_scores(split_data, 5, reach=4)
    once, counts = ngrams.pool_brackets([scores])
    thrice, three_counts = ngrams.pool_brackets([scores] * 3)
    assert three_counts.tolist() == (3 * counts).tolist()
    assert counts.sum() == (scores.distance <= 200).sum()
    np.testing.assert_allclose(thrice, once, rtol=1e-12)
    pooled = np.nansum(once * counts, axis=1)
    np.testing.assert_allclose(pooled, scores.hits[:, scores.distance <= 200].sum(1), rtol=1e-12)


def test_the_sum_of_the_losses_is_the_loss_of_the_product(split_data):
    probs = split_data.fit(ngrams.SMOOTHINGS["Witten-Bell"]).probs(split_data.test[:100])[-1]
    np.testing.assert_allclose(-np.log(probs).sum(), -np.log(probs.prod()), rtol=1e-12)


def test_the_printed_product_is_larger_for_the_better_model(split_data):
    better, worse = split_data.fit(ngrams.SMOOTHINGS["Witten-Bell"]).probs(split_data.test[:100])[
        [-1, 0]
    ]
    assert -np.log(better).sum() < -np.log(worse).sum()
    assert better.prod() > worse.prod()
