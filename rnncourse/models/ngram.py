"""n-gram language models of every order at once, by counting.

An n-gram model predicts the next character `w` from its context `u`, the n - 1
characters before it. Every smoothing method here has the same shape,

    p_n(w | u) = share(u, w) + rest(u) * p_(n-1)(w | u'),

where u' is u without its oldest character: what the counts of `u` keep for the
characters seen after it, plus what they pass on to the shorter context. The
methods differ in how much they pass on. With `c` for counts, `c(u)` for their
sum over w, and `k(u)` for the number of different characters seen after u:

    maximum likelihood   share = c(u, w) / c(u)                rest = 0
    add-k                share = c(u, w) / (c(u) + k V)        rest = k V / (c(u) + k V)
    Witten-Bell          share = c(u, w) / (c(u) + k(u))       rest = k(u) / (c(u) + k(u))
    Kneser-Ney           share = (c(u, w) - D) / c(u)          rest = sum of the D / c(u)

Add-k passes its rest to the uniform distribution, all others to order n - 1,
which for order 1 is the uniform distribution, 1 / V. In Kneser-Ney models the
lower orders count in how many different places a run of characters was seen,
not how often.

Source: S. F. Chen and J. Goodman, "An empirical study of smoothing techniques
for language modeling", Computer Speech and Language 13 (1999), 359-394, the
sections on additive, Witten-Bell, Kneser-Ney and modified Kneser-Ney smoothing.
Oracles, in tests/models/test_ngram.py: a slow dictionary version, and `nltk.lm`
for the plain interpolated form.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import chain, pairwise
from typing import NamedTuple

import numpy as np
from jaxtyping import Float, Int

from rnncourse.models.counting import SYMBOL_BITS, Counts, NGramError, continuation_counts
from rnncourse.models.smoothing import Smoothing

Numbers = Int[np.ndarray, "..."]


@dataclass(frozen=True)
class OrderTable:
    """The fitted numbers of one order.

    Args:
        share: Of every n-gram by its number, and at the end, at -1, 0 for one never seen.
        rest: Of every context by its number, and at the end that of one never seen.
    """

    share: Float[np.ndarray, "..."]
    rest: Float[np.ndarray, "..."]

    @classmethod
    def fit(cls, counts: Counts, smoothing: Smoothing, V: int) -> "OrderTable":
        """Let the smoothing divide the mass of every context."""
        share, rest = smoothing.fit(counts, V)
        all_rests = np.full(counts.n_lower_order + 1, smoothing.rest_if_unseen)
        all_rests[counts.contexts] = rest
        return cls(np.append(share, 0.0), all_rests)

    def probs(
        self, grams: Numbers, contexts: Numbers, lower: Float[np.ndarray, "..."]
    ) -> Float[np.ndarray, "..."]:
        """Return the probability of n-grams, given by their numbers and those of their contexts."""
        return self.share[grams] + self.rest[contexts] * lower


@dataclass(frozen=True)
class Order:
    """One order: what was seen, and its tables as the highest order and below another."""

    counts: Counts
    highest: OrderTable
    lower: OrderTable


def fit_orders(counts: Iterable[Counts], V: int, smoothing: Smoothing) -> Iterator[Order]:
    """Fit one order after the other; nothing is kept, so that there may be many.

    Args:
        counts: Of the orders 1, 2, ..., as `count_each_order` gives them.
        V: Size of the vocabulary.
        smoothing: The method.
    """
    for current, longer in pairwise(chain(counts, [None])):
        highest = lower = OrderTable.fit(current, smoothing, V)
        if smoothing.continuation and longer is not None:
            lower = OrderTable.fit(continuation_counts(current, longer), smoothing, V)
        yield Order(current, highest, lower)


class NGramQuery(NamedTuple):
    """What `interpolate` is asked: the probability of some characters at some places of a text.

    Args:
        positions: Which of the gaps before, between and after the characters; counted from the end.
        following: The characters that might stand there, of a shape that goes with the gaps.
    """

    positions: slice | Int[np.ndarray, "..."]
    following: Numbers


def interpolate(
    orders: Iterable[Order],
    V: int,
    smoothing: Smoothing,
    text: Int[np.ndarray, "*B C"],
    *queries: NGramQuery,
) -> Iterator[list[Float[np.ndarray, "..."]]]:
    """Interpolate from the uniform distribution up, and yield the probabilities of each order.

    Args:
        orders: From 1.
        V: Size of the vocabulary.
        smoothing: The method that they were fitted with.
        text: What the contexts are in, with at least the highest order - 1 characters before each.
        queries: Which probabilities are wanted; the contexts are looked up once for all.

    Yields:
        One array a query.
    """
    run_ids = np.zeros((*text.shape[:-1], text.shape[-1] + 1), np.int64)  # the empty run
    lower = []
    for positions, following in queries:
        shape = np.broadcast_shapes(run_ids[..., positions].shape, following.shape)
        lower.append(np.full(shape, 1 / V))
    for n, order in enumerate(orders, start=1):
        probs = []
        for i, (positions, following) in enumerate(queries):
            contexts = run_ids[..., positions]
            grams = order.counts.find(contexts, following)
            probs.append(order.highest.probs(grams, contexts, lower[i]))
            if smoothing.recursive:
                lower[i] = order.lower.probs(grams, contexts, lower[i])
        yield probs
        run_ids = order.counts.find(run_ids[..., :-1], text[..., n - 1 :])


class NGrams:
    """The models of order 1 ... N with one smoothing, fitted together.

    Order n stands on order n - 1, so all of them cost little more than the highest.

    Args:
        counts: What `count_orders` returns; it may serve several smoothings.
        V: Size of the vocabulary; indices are below it.
        smoothing: One of `MaximumLikelihood`, `AddK`, `WittenBell`, `KneserNey`.

    Raises:
        NGramError: If there are no counts, or V does not fit them.

    >>> from rnncourse.models.counting import count_orders
    >>> from rnncourse.models.smoothing import WittenBell
    >>> counts = count_orders(np.array([0, 1, 2, 2, 3]), max_order=2)
    >>> NGrams(counts, V=4, smoothing=WittenBell()).next_probs(np.array([2])).round(3)
    array([0.111, 0.111, 0.417, 0.361])
    """

    def __init__(self, counts: list[Counts], V: int, smoothing: Smoothing) -> None:
        if not counts or not int(counts[0].grams.max()) < V <= 1 << SYMBOL_BITS:
            raise NGramError(
                f"Counts need at least order 1, and V must exceed every index, up to "
                f"{1 << SYMBOL_BITS}; got {len(counts)} orders and V={V}."
            )
        self.V, self.max_order, self.smoothing = V, len(counts), smoothing
        self.orders = list(fit_orders(counts, V, smoothing))

    def probs(self, ids: Int[np.ndarray, " T"]) -> Float[np.ndarray, "N T"]:
        """Return the probability of every character of a text, under every order.

        Args:
            ids: The text. Index 0, the newline, is assumed before its beginning.

        Returns:
            Row n - 1 holds p_n(ids[t] | the n - 1 before it) for every t.
        """
        return self.probs_of(ids, ids)

    def probs_of(
        self, following: Int[np.ndarray, " T"], ids: Int[np.ndarray, " T"]
    ) -> Float[np.ndarray, "N T"]:
        """Return the probability, at every place of a text, of some character standing there.

        Args:
            following: The character asked about at each place.
            ids: The text, which gives the contexts.

        Returns:
            Row n - 1 holds p_n(following[t] | the n - 1 of `ids` before t) for every t.
        """
        self._check_ids(following)
        self._check_ids(ids)
        text = np.r_[np.zeros(self.max_order - 1, np.int64), ids]
        span = slice(-len(ids) - 1, -1)
        orders = interpolate(self.orders, self.V, self.smoothing, text, NGramQuery(span, following))
        return np.stack([probs for (probs,) in orders])

    def next_probs(
        self, context: Int[np.ndarray, "*B C"], order: int | None = None
    ) -> Float[np.ndarray, "*B V"]:
        """Return the distribution of the next character after a context.

        Args:
            context: The characters so far; only the last order - 1 are read, and
                newlines (index 0) stand before its beginning. Leading axes are a batch.
            order: Which model; the highest by default.

        Returns:
            Probabilities along the last axis.
        """
        order = self.max_order if order is None else order
        if not 1 <= order <= self.max_order:
            raise NGramError(f"An order must be 1 ... {self.max_order} here; got {order}.")
        self._check_ids(context)
        context = context[..., max(context.shape[-1] - order + 1, 0) :]
        text = np.zeros((*context.shape[:-1], order - 1), np.int64)
        text[..., order - 1 - context.shape[-1] :] = context
        orders, following = self.orders[:order], np.arange(self.V)
        query = NGramQuery(slice(-1, None), following)
        *_, (probs,) = interpolate(orders, self.V, self.smoothing, text, query)
        return probs

    def _check_ids(self, ids: np.ndarray) -> None:
        if ids.size and not (ids.min() >= 0 and ids.max() < self.V):
            raise NGramError(f"Indices must lie in 0 ... {self.V - 1}.")
