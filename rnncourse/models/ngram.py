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

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from jaxtyping import Float, Int, UInt64

from rnncourse.models.counting import (
    SYMBOL_BITS,
    Counts,
    NGramError,
    continuation_counts,
    gram_keys,
)
from rnncourse.models.smoothing import Smoothing

Keys = UInt64[np.ndarray, "..."]


@dataclass(frozen=True)
class Table:
    """The fitted numbers of one order, found by binary search in sorted keys."""

    grams: UInt64[np.ndarray, " G"]
    share: Float[np.ndarray, " G"]
    contexts: UInt64[np.ndarray, " U"]
    rest: Float[np.ndarray, " U"]
    rest_if_unseen: float

    @classmethod
    def fit(cls, counts: Counts, smoothing: Smoothing, V: int) -> "Table":
        """Let the smoothing divide the mass of every context."""
        share, rest = smoothing.fit(counts, V)
        return cls(counts.grams, share, counts.contexts, rest, smoothing.rest_if_unseen)

    def probs(self, keys: Keys, lower: Float[np.ndarray, "..."]) -> Float[np.ndarray, "..."]:
        """Return share + rest * lower for each n-gram key."""
        share = _find(self.grams, self.share, keys, 0.0)
        contexts = keys >> np.uint64(SYMBOL_BITS)
        return share + _find(self.contexts, self.rest, contexts, self.rest_if_unseen) * lower


def _find(sorted_keys, values, keys, default):
    if not len(sorted_keys):  # an order of which everything was cut
        return np.full(keys.shape, default)
    at = np.minimum(np.searchsorted(sorted_keys, keys), len(sorted_keys) - 1)
    return np.where(sorted_keys[at] == keys, values[at], default)


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
        self.highest = [Table.fit(c, smoothing, V) for c in counts]
        self.lower = self.highest
        if smoothing.continuation:
            places = [continuation_counts(counts[n], n) for n in range(1, len(counts))]
            self.lower = [Table.fit(c, smoothing, V) for c in places]

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
        self._check(following)
        self._check(ids)
        padded = np.r_[np.zeros(self.max_order - 1, np.int64), ids[:-1]]
        asked = following.astype(np.uint64)

        def keys(n):
            if n == 1:
                return asked
            contexts = gram_keys(padded[self.max_order - n :], n - 1)[: len(ids)]
            return (contexts << np.uint64(SYMBOL_BITS)) | asked

        return np.stack(self._climb(keys, len(ids), self.max_order))

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
        self._check(context)
        batch = context.shape[:-1]
        padded = np.zeros((*batch, max(order - 1, context.shape[-1])), np.uint64)
        padded[..., padded.shape[-1] - context.shape[-1] :] = context
        following = np.arange(self.V, dtype=np.uint64)

        def keys(n):
            key = np.zeros(batch, np.uint64)
            for j in range(padded.shape[-1] - n + 1, padded.shape[-1]):
                key = (key << np.uint64(SYMBOL_BITS)) | padded[..., j]
            return (key[..., None] << np.uint64(SYMBOL_BITS)) | following

        return self._climb(keys, (*batch, self.V), order)[-1]

    def _check(self, ids: np.ndarray) -> None:
        if ids.size and not (ids.min() >= 0 and ids.max() < self.V):
            raise NGramError(f"Indices must lie in 0 ... {self.V - 1}.")

    def _climb(
        self, keys: Callable[[int], Keys], shape: int | Sequence[int], order: int
    ) -> list[np.ndarray]:
        """Interpolate from the uniform distribution up to each order."""
        lower = np.full(shape, 1 / self.V)
        found = []
        for n in range(1, order + 1):
            key = keys(n)
            found.append(self.highest[n - 1].probs(key, lower))
            if self.smoothing.recursive and n < order:
                same = self.lower is self.highest
                lower = found[-1] if same else self.lower[n - 1].probs(key, lower)
        return found
