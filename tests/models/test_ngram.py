"""n-gram models against a slow exact version, against nltk, and against themselves."""

from dataclasses import dataclass
from functools import partial

import numpy as np
import pytest
from hypothesis import given
from nltk import lm
from nltk.util import ngrams

from rnncourse.data.corpus import split_corpus
from rnncourse.data.text import Vocabulary
from rnncourse.models import smoothing
from rnncourse.models.counting import NGramError, continuation_counts, count_orders
from rnncourse.models.ngram import NGrams
from rnncourse.models.smoothing import AddK, KneserNey, MaximumLikelihood, WittenBell

from .methods import METHODS, SMOOTHED, compute_slow_probs, draw_task, every_method, fit_orders

# --- Oracle 1: the slow exact version ---


@every_method
@given(draw_task())
def test_small_texts_agree_with_the_slow_version(method, task):
    V, order, train, test = task
    expected = compute_slow_probs(method, train, test, order, V)
    np.testing.assert_allclose(
        fit_orders(train, order, V, method).probs(test), expected, rtol=1e-12
    )


@pytest.fixture(scope="module")
def train_and_test_text(corpus):
    """Return 3,000 characters to train on, and a text that is partly among them."""
    split, vocabulary = split_corpus(corpus), Vocabulary()
    train = vocabulary.encode(split.train[:3000])
    return train, np.r_[vocabulary.encode(split.test[:400]), train[-100:]]


@every_method
def test_real_text_agrees_with_the_slow_version_up_to_order_9(method, train_and_test_text):
    expected = compute_slow_probs(method, *train_and_test_text, order=9, V=96)
    np.testing.assert_allclose(
        fit_orders(train_and_test_text[0], 9, 96, method).probs(train_and_test_text[1]),
        expected,
        rtol=1e-12,
    )


def test_real_text_shows_estimated_discounts_and_no_fallback(train_and_test_text):
    counts = count_orders(train_and_test_text[0], 9)
    for n, c in enumerate(counts, start=1):
        lower = [continuation_counts(c, counts[n])] if n < 9 else []
        for table in [c, *lower]:
            assert smoothing.estimate_discounts(table.counts).tolist()[1:] != [0.5] * 3


# --- The oracle sees planted mistakes ---


@dataclass(frozen=True)
class RawCounts(KneserNey):
    """Lower orders count occurrences, not places."""

    continuation = False


@pytest.mark.parametrize(
    "plant",
    [
        lambda D: D[[0, 2, 1, 3]],  # the first two exchanged
        lambda D: D[[0, 1, 2, 2]],  # counts of three and more treated as two
        lambda D: D[[0, 1, 1, 1]],  # one discount for all
        lambda D: D * (1 + 1e-6),
    ],
)
def test_wrong_discounts_are_caught(monkeypatch, plant, train_and_test_text):
    discounts, (train, test) = smoothing.estimate_discounts, train_and_test_text
    expected = compute_slow_probs("modified Kneser-Ney", train, test, 4, 96)
    monkeypatch.setattr(smoothing, "estimate_discounts", lambda *a: plant(discounts(*a)))
    wrong = fit_orders(train, 4, 96, KneserNey()).probs(test)
    assert (np.abs(wrong / expected - 1).max(1) > 1e-9).all()


@pytest.mark.parametrize("method", ["Kneser-Ney", "modified Kneser-Ney"])
def test_raw_counts_in_the_lower_orders_are_caught(method, train_and_test_text):
    train, test = train_and_test_text
    expected = compute_slow_probs(method, train, test, 4, 96)
    wrong = fit_orders(train, 4, 96, RawCounts(METHODS[method][0].modified)).probs(test)
    np.testing.assert_allclose(wrong[0], expected[0], rtol=1e-12)  # nothing is below order 1
    assert (np.abs(wrong[1:] / expected[1:] - 1).max(1) > 1e-2).all()


@pytest.mark.parametrize("method", SMOOTHED)
def test_a_uniform_base_of_another_size_is_caught(method, train_and_test_text):
    expected = compute_slow_probs(method, *train_and_test_text, order=4, V=97)
    wrong = fit_orders(train_and_test_text[0], 4, 96, method).probs(train_and_test_text[1])
    assert (np.abs(wrong / expected - 1).max(1) > 1e-9).all()


# --- Oracle 2: nltk, where the definitions coincide ---
#
# 1. nltk's Witten-Bell and Kneser-Ney end at order 1 with a bare ratio; ours go on to
#    the uniform distribution. So order 1 is left unsmoothed here (`fit_bare_order_1`).
# 2. nltk's Kneser-Ney has one discount for all orders; ours estimates it for each.
# 3. Below the highest order, both share out continuation counts, but nltk counts the
#    kinds of characters after a context in the raw counts. An n-gram that stands only at
#    the very beginning, after nothing, makes the difference (and a context of this sort
#    divides by zero there). The sample's beginning therefore returns at its end.
# 4. nltk's Kneser-Ney of order 1 counts places; ours counts occurrences in the order
#    that is asked for, also if it is 1. So the comparison begins at order 2.
# 5. nltk's vocabulary holds one more symbol, for unknown characters: in Lidstone's
#    formula V is larger by 1.
SAMPLE = "the cat sat on the mat and the rat ran at the cat that sat; " * 2 + "the cat"
LETTERS = "".join(sorted(set(SAMPLE)))


def fit_bare_order_1(fit_order, counts, V):
    """Fit order 1 as a ratio of counts; the empty run is its one context."""
    return (MaximumLikelihood().fit if counts.n_lower_order == 1 else fit_order)(counts, V)


class BareWittenBell(WittenBell):
    def fit(self, counts, V):
        return fit_bare_order_1(super().fit, counts, V)


@dataclass(frozen=True)
class FixedDiscount(KneserNey):
    D: float = 0.1

    def fit(self, counts, V):
        return fit_bare_order_1(self.discount, counts, V)

    def discount(self, counts, V):
        total = counts.sum_per_context(counts.counts)
        passed_on = counts.sum_per_context(np.full(len(counts.grams), self.D))
        return (counts.counts - self.D) / counts.repeat_per_gram(total), passed_on / total


PAIRS = {  # name: nltk's model, ours, symbols that nltk adds, lowest order to compare
    "MLE": (lm.MLE, MaximumLikelihood(), 0, 1),
    "Laplace": (lm.Laplace, AddK(1.0), 1, 1),
    "Lidstone": (partial(lm.Lidstone, 0.3), AddK(0.3), 1, 1),
    "WittenBell": (lm.WittenBellInterpolated, BareWittenBell(), 0, 1),
    "KneserNey 0.1": (partial(lm.KneserNeyInterpolated, discount=0.1), FixedDiscount(D=0.1), 0, 2),
    "KneserNey 0.8": (partial(lm.KneserNeyInterpolated, discount=0.8), FixedDiscount(D=0.8), 0, 2),
}


@pytest.mark.parametrize(
    ("name", "order"), [(name, n) for name, pair in PAIRS.items() for n in range(pair[3], 5)]
)
def test_nltk_agrees(name, order):
    nltk_model, smoothing, more_symbols, _ = PAIRS[name]
    model = nltk_model(order)
    model.fit([ngrams(SAMPLE, n) for n in range(1, order + 1)], vocabulary_text=SAMPLE)
    length = order - 1
    contexts = sorted({SAMPLE[i : i + length] for i in range(len(SAMPLE) - length)})
    if order > 2:
        contexts.append(";" * length)  # a context that never occurs
    expected = [[model.score(w, tuple(u) or None) for w in LETTERS] for u in contexts]
    vocabulary = Vocabulary(LETTERS)
    fast = fit_orders(vocabulary.encode(SAMPLE), 4, len(LETTERS) + more_symbols, smoothing)
    encoded = np.array([vocabulary.encode(u) for u in contexts])
    actual = fast.next_probs(encoded, order)[:, : len(LETTERS)]
    np.testing.assert_allclose(actual, expected, rtol=1e-12, atol=1e-15)


# --- The ways of asking agree ---


@every_method
@given(draw_task())
def test_the_probabilities_of_a_text_are_those_of_its_next_characters(method, task):
    V, order, train, test = task
    model = fit_orders(train, order, V, method)
    for n, row in enumerate(model.probs(test), start=1):
        one_by_one = [model.next_probs(test[:t], n)[test[t]] for t in range(len(test))]
        np.testing.assert_array_equal(row, one_by_one)


@every_method
@given(draw_task())
def test_any_character_can_be_asked_about_at_every_place(method, task):
    V, order, train, test = task
    model = fit_orders(train, order, V, method)
    probs = np.stack([model.probs_of(np.full_like(test, w), test) for w in range(V)], axis=-1)
    distributions = [model.next_probs(test[:t]) for t in range(len(test))]
    np.testing.assert_array_equal(probs[-1], distributions)


@every_method
@given(draw_task())
def test_a_batch_is_its_rows_and_only_the_last_characters_are_read(method, task):
    V, order, train, test = task
    model = fit_orders(train, order, V, method)
    batch = np.resize(np.r_[test, train], (2, 3, 4))
    batch_probs = model.next_probs(batch)
    assert batch_probs.shape == (2, 3, V)
    for i, j in np.ndindex(2, 3):
        np.testing.assert_array_equal(batch_probs[i, j], model.next_probs(batch[i, j]))
        longer = np.r_[train, batch[i, j][4 - (order - 1) :]]
        np.testing.assert_array_equal(batch_probs[i, j], model.next_probs(longer))


@every_method
@given(draw_task())
def test_an_order_does_not_depend_on_the_orders_above_it(method, task):
    V, order, train, test = task
    together = fit_orders(train, order, V, method).probs(test)
    for n in range(1, order + 1):
        np.testing.assert_array_equal(fit_orders(train, n, V, method).probs(test), together[:n])


@every_method
@given(draw_task())
def test_newlines_stand_before_the_beginning(method, task):
    V, order, train, test = task
    model, newlines = fit_orders(train, order, V, method), np.zeros(order, np.int64)
    after_newlines = model.probs(np.r_[newlines, test])[:, order:]
    np.testing.assert_array_equal(model.probs(test), after_newlines)
    at_once = model.next_probs(np.array([], np.int64))
    np.testing.assert_array_equal(at_once, model.next_probs(newlines))


def test_an_empty_text_has_no_probabilities():
    assert (
        fit_orders(np.array([0, 1, 1]), 3, 2, KneserNey()).probs(np.array([], np.int64)).size == 0
    )


# --- Errors ---


@pytest.mark.parametrize("order", [0, -1, 3])
def test_only_a_fitted_order_can_be_asked(order):
    model = fit_orders(np.array([0, 1, 1]), 2, 2, WittenBell())
    with pytest.raises(NGramError, match=rf"must be 1 \.\.\. 2 here; got {order}"):
        model.next_probs(np.array([0]), order)


@pytest.mark.parametrize("V", [0, 1, 2, 257])
def test_the_vocabulary_must_fit_the_counts(V):
    with pytest.raises(NGramError, match=rf"V must exceed every index.* got 1 orders and V={V}"):
        NGrams(count_orders(np.array([0, 2]), 1), V, WittenBell())


def test_a_model_needs_counts():
    with pytest.raises(NGramError, match=r"at least order 1.* got 0 orders"):
        NGrams([], 4, WittenBell())


@pytest.mark.parametrize("ids", [[1, 1, 257], [1, -1], [0, 257, 0], [3, 1]])
def test_an_index_outside_of_the_vocabulary_is_refused(ids):
    # 257 = 256 + 1: in a key it would pass for the character 1 after the next context.
    model = fit_orders(np.array([1, 1, 0, 1, 1, 2]), 3, 3, MaximumLikelihood())
    for ask in (model.probs, model.next_probs):
        with pytest.raises(NGramError, match="must lie in"):
            ask(np.array(ids))
