"""The experiments on n-grams: order against bits, and brackets."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import numpy as np
from jaxtyping import Bool, Float, Int

from rnncourse.analysis.splits import EncodedSplit
from rnncourse.chapters.ch02_language.brackets import Brackets, find_brackets, rate_by_distance
from rnncourse.models.counting import count_each_order, count_orders, number_ngrams
from rnncourse.models.ngram import NGramQuery, NGrams, fit_orders, interpolate
from rnncourse.models.smoothing import AddK, KneserNey, MaximumLikelihood, Smoothing, WittenBell

LONGEST = 32
"""The longest order that is counted; on each split a shorter one is best on the validation text."""
K_CANDIDATES = (1.0, 0.1, 0.01, 0.001)
SMOOTHINGS: dict[str, Smoothing] = {
    "maximum likelihood": MaximumLikelihood(),
    "add-one": AddK(1.0),
    "Witten-Bell": WittenBell(),
    "Kneser-Ney": KneserNey(modified=False),
    "modified Kneser-Ney": KneserNey(modified=True),
}


def bits_by_order(model: NGrams, ids: Int[np.ndarray, " T"]) -> Float[np.ndarray, " N"]:
    """Return bits per character of a text under every order; infinite at a probability of 0."""
    with np.errstate(divide="ignore"):
        return -np.log2(model.probs(ids)).mean(1)


def order_probs(
    data: EncodedSplit,
    ids: Int[np.ndarray, " T"],
    max_order: int,
    smoothing: Smoothing = SMOOTHINGS["modified Kneser-Ney"],
) -> Iterator[Float[np.ndarray, " T"]]:
    """Yield the probability of every character of a text under order 1, 2, ... `max_order`.

    What `NGrams.probs` returns, but an order is forgotten as soon as the next one stands on it: so
    many orders take no more memory than two.

    Args:
        data: A split; its training text is counted.
        ids: The text to score. Newlines (index 0) are assumed before its beginning.
        max_order: The longest order.
        smoothing: The method.
    """
    V = len(data.vocabulary)
    orders = fit_orders(count_each_order(data.train, max_order), V, smoothing)
    text = np.r_[np.zeros(max_order - 1, np.int64), ids]
    query = NGramQuery(slice(-len(ids) - 1, -1), ids)
    for (probs,) in interpolate(orders, V, smoothing, text, query):
        yield probs


def long_order_bits(
    data: EncodedSplit,
    ids: Int[np.ndarray, " T"],
    max_order: int,
    smoothing: Smoothing = SMOOTHINGS["modified Kneser-Ney"],
) -> Float[np.ndarray, " N"]:
    """Return bits per character of a text under every order; see `order_probs`."""
    rows = order_probs(data, ids, max_order, smoothing)
    return np.array([-np.log2(probs).mean() for probs in rows])


def add_k_bits(
    data: EncodedSplit,
) -> tuple[Float[np.ndarray, " N"], Float[np.ndarray, " N"], Float[np.ndarray, " N"]]:
    """Choose k for every order on the validation text, and score the test text.

    Returns:
        Bits per character on the test text, the chosen k, and bits on the validation text with
        it: one of each an order.
    """
    models = [data.fit(AddK(k)) for k in K_CANDIDATES]
    valid = np.array([bits_by_order(m, data.valid) for m in models])
    chosen = valid.argmin(0)
    test = np.array([bits_by_order(m, data.test) for m in models])
    bits = np.take_along_axis(test, chosen[None], 0)[0]
    return bits, np.array(K_CANDIDATES)[chosen], valid.min(0)


@dataclass(frozen=True)
class ClosingRates:
    """Closing brackets at some places of a text.

    Args:
        count: How many places.
        expected: The model's average probability of a closing bracket there.
        observed: How often one came.
    """

    count: int
    expected: float
    observed: float


@dataclass(frozen=True)
class BracketScores:
    """How the orders fare at round brackets; see `LongScores.brackets`.

    Args:
        hits: One row an order: was the closing bracket the likeliest character?
        distance: Of each closing bracket from its opening one.
        opened: Places where a bracket is open, opened beyond the longest context.
        none: Places where no bracket is open. Every run of `reach` characters
            before these places stands before places of `opened` too, and the
            other way round.
    """

    hits: np.ndarray
    distance: np.ndarray
    opened: ClosingRates
    none: ClosingRates


def match_positions(
    brackets: Brackets, ids: Int[np.ndarray, " T"], reach: int, unseen: int = 0
) -> tuple[Bool[np.ndarray, " T"], Bool[np.ndarray, " T"]]:
    """Find places that look the same to an n-gram, and differ in an open bracket.

    Args:
        brackets: Of the text.
        ids: The text.
        reach: How many characters must look the same.
        unseen: How many characters have not shown the bracket, if more than `reach`.

    Returns:
        Two masks: where a bracket is open, opened more than `reach` and more than `unseen`
        characters ago, and where none is open; only contexts that occur in both are kept.
    """
    padded = np.r_[np.zeros(reach, np.int64), ids]
    contexts = number_ngrams(count_orders(padded, reach), padded)[: len(ids)]
    opened, none = brackets.opened > max(reach, unseen), brackets.opened == 0
    shared = np.isin(contexts, np.intersect1d(contexts[opened], contexts[none]))
    return opened & shared, none & shared


@dataclass(frozen=True)
class LongScores:
    """What one pass over the orders 1 ... N finds; see `score_long_contexts`.

    Args:
        valid: Bits per character of the validation text, under every order.
        test: Of the test text.
        hits: Of every order and closing bracket of the test text: was it the likeliest character?
        expected: The probability of a closing bracket under every order, where one was opened
            beyond the `reach` characters before, and then where none is open.
        data: The split.
        reach: See `match_positions`.
    """

    valid: Float[np.ndarray, " N"]
    test: Float[np.ndarray, " N"]
    hits: Bool[np.ndarray, "N E"]
    expected: Float[np.ndarray, "N P"]
    data: EncodedSplit
    reach: int

    def brackets(self, order: int) -> BracketScores:
        """Score an order at the round brackets of the test text.

        Returns:
            Hits of the orders 1 ... `order`. The places of `opened` and `none` are those of
            `match_positions` whose bracket the context of `order` has not seen; `order` is the
            one that expects.
        """
        pairs, ids = find_brackets(self.data.test_text), self.data.test
        close = int(self.data.vocabulary.encode(")")[0])
        opened, none = match_positions(pairs, ids, self.reach)
        expected = np.zeros(len(ids))
        expected[np.r_[np.flatnonzero(opened), np.flatnonzero(none)]] = self.expected[order - 1]
        masks = match_positions(pairs, ids, self.reach, order - 1)
        positions = average_at(masks, expected, ids == close)
        return BracketScores(self.hits[:order], pairs.distance, *positions)


def score_long_contexts(data: EncodedSplit, max_order: int, reach: int = 8) -> LongScores:
    """Score validation text, test text and brackets by many orders, in one pass over the orders.

    Counting and fitting is most of the work. An order is forgotten as soon as the next one stands
    on it.

    Args:
        data: A split; modified Kneser-Ney is fitted to its training text, order by order.
        max_order: The longest order.
        reach: How many characters must look the same where a bracket is open and where none is.
    """
    V, smoothing = len(data.vocabulary), SMOOTHINGS["modified Kneser-Ney"]
    gap, close = np.zeros(max_order - 1, np.int64), int(data.vocabulary.encode(")")[0])
    text = np.r_[gap, data.valid, gap, data.test]
    brackets, end = find_brackets(data.test_text), len(data.test) + 1
    opened, none = match_positions(brackets, data.test, reach)
    positions = np.r_[np.flatnonzero(opened), np.flatnonzero(none)]
    queries = (
        NGramQuery(slice(len(gap) - len(text) - 1, -1), text[len(gap) :]),
        NGramQuery(brackets.close[:, None] - end, np.arange(V)),
        NGramQuery(positions - end, np.array(close)),
    )
    orders = fit_orders(count_each_order(data.train, max_order), V, smoothing)
    valid, test, hits, expected = [], [], [], []
    for probs, at_brackets, closing in interpolate(orders, V, smoothing, text, *queries):
        bits = -np.log2(probs)
        valid.append(bits[: len(data.valid)].mean())
        test.append(bits[-len(data.test) :].mean())
        hits.append(at_brackets.argmax(-1) == close)
        expected.append(closing)
    return LongScores(*map(np.array, (valid, test, hits, expected)), data, reach)


def long_bracket_scores(data: EncodedSplit, order: int, reach: int = 8) -> BracketScores:
    """Score an order, and all below, at the round brackets; see `LongScores.brackets`."""
    return score_long_contexts(data, order, reach).brackets(order)


def average_at(
    masks: Iterable[Bool[np.ndarray, " T"]],
    expected: Float[np.ndarray, " T"],
    occurred: Bool[np.ndarray, " T"],
) -> list[ClosingRates]:
    """Average, over the places of each mask, what was expected there and what came."""
    return [
        ClosingRates(int(mask.sum()), float(expected[mask].mean()), float(occurred[mask].mean()))
        for mask in masks
    ]


def pool_brackets(scores: list[BracketScores]) -> tuple[np.ndarray, np.ndarray]:
    """Return the share of hits by order and distance over several splits, and the counts."""
    hits = np.concatenate([s.hits for s in scores], axis=1)
    return rate_by_distance(hits, np.concatenate([s.distance for s in scores]))
