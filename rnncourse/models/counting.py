"""Counting n-grams: every run of n characters packed into one integer, then sorted.

Equal runs are equal integers, so sorting brings them together, and the runs
that share a context lie side by side. Two million characters take a tenth of a
second an order.
"""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from jaxtyping import Int, UInt64

SYMBOL_BITS = 7
"""A character takes seven bits of a key, enough for ASCII."""

MAX_ORDER = 64 // SYMBOL_BITS
"""Nine characters fit into one 64-bit key."""


class NGramError(ValueError):
    """An order, a context or a text that an n-gram model cannot use."""


def gram_keys(ids: Int[np.ndarray, " T"], n: int) -> UInt64[np.ndarray, " R"]:
    """Pack every run of n characters into one integer, oldest character first.

    Args:
        ids: Character indices below 128.
        n: Length of a run, 1 ... 9.

    Returns:
        R = T - n + 1 keys, in text order (none if the text is shorter than n).

    Raises:
        NGramError: If n or an index does not fit.

    >>> [oct(k) for k in gram_keys(np.array([1, 2, 3]), 2)]
    ['0o202', '0o403']
    """
    if not 1 <= n <= MAX_ORDER:
        raise NGramError(f"An order must be 1 ... {MAX_ORDER}; got {n}.")
    if ids.size and not (ids.min() >= 0 and ids.max() < 1 << SYMBOL_BITS):
        raise NGramError(f"Indices must lie in 0 ... {(1 << SYMBOL_BITS) - 1}.")
    symbols = ids.astype(np.uint64)
    runs = max(len(ids) - n + 1, 0)
    keys = np.zeros(runs, np.uint64)
    for j in range(n):
        keys = (keys << np.uint64(SYMBOL_BITS)) | symbols[j : j + runs]
    return keys


@dataclass(frozen=True)
class Counts:
    """How often each n-gram of one length was seen.

    Args:
        grams: Distinct keys, ascending; so the grams of a context lie together.
        counts: c(u, w) of each.
    """

    grams: UInt64[np.ndarray, " G"]
    counts: Int[np.ndarray, " G"]

    @cached_property
    def starts(self) -> Int[np.ndarray, " U"]:
        """Where the grams of each context begin in `grams`."""
        context_of = self.grams >> np.uint64(SYMBOL_BITS)
        return np.flatnonzero(np.r_[True, context_of[1:] != context_of[:-1]])

    @property
    def contexts(self) -> UInt64[np.ndarray, " U"]:
        """The distinct contexts, ascending."""
        return self.grams[self.starts] >> np.uint64(SYMBOL_BITS)

    def per_context(self, values: np.ndarray) -> np.ndarray:
        """Sum one value a gram over the grams of each context."""
        return np.add.reduceat(values, self.starts)

    def per_gram(self, values: np.ndarray) -> np.ndarray:
        """Repeat one value a context for each of its grams."""
        return np.repeat(values, np.diff(np.r_[self.starts, len(self.grams)]))


def count_grams(ids: Int[np.ndarray, " T"], n: int) -> Counts:
    """Count every run of n characters in a text.

    Raises:
        NGramError: If the text is shorter than n.
    """
    if len(ids) < n:
        raise NGramError(f"A text of {len(ids)} characters has no {n}-gram.")
    return Counts(*np.unique(gram_keys(ids, n), return_counts=True))


def count_orders(ids: Int[np.ndarray, " T"], max_order: int) -> list[Counts]:
    """Count the n-grams of every length 1 ... `max_order`: what `NGrams` is fitted to."""
    return [count_grams(ids, n) for n in range(1, max_order + 1)]


def continuation_counts(longer: Counts, n: int) -> Counts:
    """Count in how many different places each n-gram occurs: after how many characters.

    Args:
        longer: Counts of order n + 1.
        n: The order wanted.

    Returns:
        N_1+(. u w): the number of distinct characters seen before each n-gram.
    """
    without_oldest = longer.grams & np.uint64((1 << SYMBOL_BITS * n) - 1)
    return Counts(*np.unique(without_oldest, return_counts=True))
