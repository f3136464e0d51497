"""Counting n-grams of every length: each is numbered, and its number makes the next one's key.

The n-grams of a text are numbered in alphabetical order. One that is longer by a character is the
number of its first n characters and that character: two small integers, packed into one, however
long it is. Sorting brings equal n-grams together, and those that share a context lie side by side.
The order found for n characters is nearly that for n + 1, so the sorting takes a tenth of a second
each for two million characters.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
from jaxtyping import Int

SYMBOL_BITS = 8
"""A symbol takes eight bits of a key, enough for ASCII and graphones; the others hold a number."""


class NGramError(ValueError):
    """An order, a context or a text that an n-gram model cannot use."""


@dataclass(frozen=True)
class Counts:
    """How often each n-gram of one length was seen. Its number is its place in these arrays.

    Args:
        grams: The key of each, ascending: the number of its context, times 256, plus its last
            character.
        counts: c(u, w) of each.
        suffixes: The number that each has without its oldest character, at order n - 1.
        n_lower_order: How many n-grams there are at order n - 1; a context's number is less.
    """

    grams: Int[np.ndarray, " G"]
    counts: Int[np.ndarray, " G"]
    suffixes: Int[np.ndarray, " G"]
    n_lower_order: int

    @cached_property
    def starts(self) -> Int[np.ndarray, " U"]:
        """Where the grams of each context begin in `grams`."""
        context_of = self.grams >> SYMBOL_BITS
        return np.flatnonzero(np.r_[True, context_of[1:] != context_of[:-1]])

    @property
    def contexts(self) -> Int[np.ndarray, " U"]:
        """The numbers of the contexts that something follows, ascending."""
        return self.grams[self.starts] >> SYMBOL_BITS

    def sum_per_context(self, values: np.ndarray) -> np.ndarray:
        """Sum one value a gram over the grams of each context."""
        return np.add.reduceat(values, self.starts)

    def repeat_per_gram(self, values: np.ndarray) -> np.ndarray:
        """Repeat one value a context for each of its grams."""
        return np.repeat(values, np.diff(np.r_[self.starts, len(self.grams)]))

    def find(
        self, contexts: Int[np.ndarray, "..."], following: Int[np.ndarray, "..."]
    ) -> Int[np.ndarray, "..."]:
        """Return the indices of n-grams, -1 for those never seen.

        Args:
            contexts: The indices of their contexts, -1 for one never seen.
            following: The characters that follow.
        """
        keys = (contexts << SYMBOL_BITS) | following
        indices = np.minimum(np.searchsorted(self.grams, keys), len(self.grams) - 1)
        return np.where(self.grams[indices] == keys, indices, -1)


def count_each_order(ids: Int[np.ndarray, " T"], max_order: int) -> Iterator[Counts]:
    """Count every run of 1, 2, ... `max_order` characters in a text.

    Args:
        ids: Character indices below 256.
        max_order: The longest; the text must be as long.

    Raises:
        NGramError: If an order or an index does not fit.
    """
    if ids.size and not (ids.min() >= 0 and ids.max() < 1 << SYMBOL_BITS):
        raise NGramError(f"Indices must lie in 0 ... {(1 << SYMBOL_BITS) - 1}.")
    if not 1 <= max_order <= len(ids):
        raise NGramError(f"A text of {len(ids)} characters has no {max_order}-gram.")
    n_lower_order, run_ids = 1, np.zeros(len(ids) + 1, np.int64)  # of the empty run
    positions = np.arange(len(ids))
    for n in range(1, max_order + 1):
        keys = (run_ids[:-1] << SYMBOL_BITS) | ids[n - 1 :]
        positions = positions[positions < len(keys)]  # sorted, but for the last character
        positions = positions[np.argsort(keys[positions], kind="stable")]
        grams = keys[positions]
        starts = np.flatnonzero(np.diff(grams, prepend=-1))
        counts = np.diff(starts, append=len(keys))
        suffixes = run_ids[1:][positions[starts]]  # the shorter run that ends there too
        yield Counts(grams[starts], counts, suffixes, n_lower_order)
        n_lower_order, run_ids = len(starts), np.empty_like(keys)
        run_ids[positions] = np.repeat(np.arange(n_lower_order), counts)


def count_orders(ids: Int[np.ndarray, " T"], max_order: int) -> list[Counts]:
    """Count the n-grams of every length 1 ... `max_order`: what `NGrams` is fitted to.

    >>> [c.counts.tolist() for c in count_orders(np.array([1, 2, 1, 2]), 2)]
    [[2, 2], [2, 1]]
    """
    return list(count_each_order(ids, max_order))


def number_ngrams(counts: list[Counts], ids: Int[np.ndarray, " T"]) -> Int[np.ndarray, " R"]:
    """Return the number of every run of N characters in a text, -1 for one never counted.

    Args:
        counts: Of the orders 1 ... N; without any the run is the empty one, whose number is 0.
        ids: Character indices below 256; another text, perhaps, than was counted.

    Returns:
        R = T - N + 1 numbers, in the order of the text.
    """
    run_ids = np.zeros(len(ids) + 1, np.int64)
    for n, order_counts in enumerate(counts):
        run_ids = order_counts.find(run_ids[:-1], ids[n:])
    return run_ids


def continuation_counts(counts: Counts, longer: Counts) -> Counts:
    """Count in how many different places each n-gram occurs: after how many characters.

    Args:
        counts: Of order n.
        longer: Of order n + 1, of the same text.

    Returns:
        N_1+(. u w): the number of distinct characters seen before each n-gram; 0 for one that
        stands at the text's beginning only.
    """
    return replace(counts, counts=np.bincount(longer.suffixes, minlength=len(counts.grams)))
