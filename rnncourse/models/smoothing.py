"""Smoothing: what the counts keep for what was seen, and what they pass on.

Each method here turns the counts of one order into a share for every n-gram
that was seen and a rest for every context, as `rnncourse.models.ngram` explains.

Source: S. F. Chen and J. Goodman, "An empirical study of smoothing techniques
for language modeling", Computer Speech and Language 13 (1999), 359-394, the
sections on additive, Witten-Bell, Kneser-Ney and modified Kneser-Ney smoothing.
"""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float, Int

from rnncourse.models.counting import Counts


@dataclass(frozen=True)
class Smoothing:
    """How counts become shares and rests; the subclasses are the methods.

    Attributes:
        recursive: Whether the rest goes to order n - 1, or at once to the uniform distribution.
        continuation: Whether the orders below the highest count places, not occurrences.
        rest_if_unseen: What a context never seen passes on: everything, or nothing.
    """

    recursive = True
    continuation = False
    rest_if_unseen = 1.0

    def fit(self, counts: Counts, V: int) -> tuple[np.ndarray, np.ndarray]:
        """Return the share of every gram, and the rest of every context."""
        raise NotImplementedError


@dataclass(frozen=True)
class MaximumLikelihood(Smoothing):
    """The ratio of counts itself; nothing is left for what was never seen."""

    rest_if_unseen = 0.0

    def fit(self, counts: Counts, V: int) -> tuple[np.ndarray, np.ndarray]:
        """Share c(u, w) / c(u); no rest."""
        total = counts.sum_per_context(counts.counts)
        return counts.counts / counts.repeat_per_gram(total), np.zeros(len(total))


@dataclass(frozen=True)
class AddK(Smoothing):
    """Every one of the V characters is counted k times more than it was seen."""

    k: float = 1.0
    recursive = False

    def fit(self, counts: Counts, V: int) -> tuple[np.ndarray, np.ndarray]:
        """Share c(u, w) / (c(u) + k V); the rest goes to the uniform distribution."""
        total = counts.sum_per_context(counts.counts) + self.k * V
        return counts.counts / counts.repeat_per_gram(total), self.k * V / total


@dataclass(frozen=True)
class WittenBell(Smoothing):
    """A context passes on more, the more different characters followed it."""

    def fit(self, counts: Counts, V: int) -> tuple[np.ndarray, np.ndarray]:
        """Share c(u, w) / (c(u) + k(u)); rest k(u) / (c(u) + k(u))."""
        n_types = np.diff(np.r_[counts.starts, len(counts.grams)])
        total = counts.sum_per_context(counts.counts) + n_types
        return counts.counts / counts.repeat_per_gram(total), n_types / total


@dataclass(frozen=True)
class KneserNey(Smoothing):
    """Every count is lowered by a discount, and lower orders count places.

    Args:
        modified: Three discounts an order, for counts of 1, 2, and 3 or more, instead of one.
    """

    modified: bool = True
    continuation = True

    def fit(self, counts: Counts, V: int) -> tuple[np.ndarray, np.ndarray]:
        """Share (c(u, w) - D) / c(u); rest: the sum of the D, over c(u)."""
        discounts = estimate_discounts(counts.counts, self.modified)
        discount = discounts[np.minimum(counts.counts, 3)]
        total = counts.sum_per_context(counts.counts)
        denominator = np.maximum(total, 1)  # 0 places: a context at the text's beginning only
        share = (counts.counts - discount) / counts.repeat_per_gram(denominator)
        return share, np.where(total, counts.sum_per_context(discount) / denominator, 1.0)


def estimate_discounts(
    counts: Int[np.ndarray, " G"], modified: bool = True
) -> Float[np.ndarray, "4"]:
    """Estimate the discounts from how many n-grams were seen once, twice, ...

    With n_i the number of n-grams seen i times and Y = n_1 / (n_1 + 2 n_2), the
    single discount is Y, and the modified ones are
    D_i = i - (i + 1) Y n_(i+1) / n_i for i = 1, 2 and 3 or more.

    Args:
        counts: The counts of one order.
        modified: Whether to estimate three discounts.

    Returns:
        The discount by count, at indices 0 (always 0), 1, 2, and 3 for three or
        more. Where the n_i are too few for an estimate between 0 and i, as
        among the unigrams of characters, every discount is 1/2.

    Source: Chen and Goodman (1999), the section on modified Kneser-Ney smoothing.
    """
    n1, n2, n3, n4 = (int(np.sum(counts == i)) for i in (1, 2, 3, 4))
    fallback = np.array([0, 0.5, 0.5, 0.5])
    if n1 == 0 or n2 == 0 or (modified and n3 == 0):
        return fallback
    Y = n1 / (n1 + 2 * n2)
    if not modified:
        return np.array([0, Y, Y, Y])
    discounts = np.array([0, 1 - 2 * Y * n2 / n1, 2 - 3 * Y * n3 / n2, 3 - 4 * Y * n4 / n3])
    is_valid = (discounts[1:] > 0) & (discounts[1:] <= [1, 2, 3])
    return discounts if is_valid.all() else fallback
