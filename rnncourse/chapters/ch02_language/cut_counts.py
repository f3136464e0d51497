"""Counts cut to a number of bytes: which n-grams are worth their place?"""

import numpy as np
from jaxtyping import Float, Int

from rnncourse.models.counting import SYMBOL_BITS, Counts
from rnncourse.models.ngram import NGrams, Table
from rnncourse.models.smoothing import Smoothing


def gains(model: NGrams, n: int, counts: Counts) -> Float[np.ndarray, " G"]:
    """Return how many bits of the training text each n-gram saves against the order below.

        c(u, w) log2(p_n(w | u) / p_(n-1)(w | u'))

    Args:
        model: Fitted to the text.
        n: Order of the n-grams.
        counts: How often each occurs in the text.

    Source: K. Seymore and R. Rosenfeld, "Scalable backoff language models", ICSLP 1996: the
    weighted difference method.
    """
    probs = before = np.full(len(counts.grams), 1 / model.V)
    for m in range(1, n + 1):
        keys = counts.grams & np.uint64((1 << SYMBOL_BITS * m) - 1)
        table = (model.highest if m == model.max_order else model.lower)[m - 1]
        before, probs = probs, table.probs(keys, probs)
    return counts.counts * np.log2(probs / before)


def cut(counts: list[Counts], V: int, smoothing: Smoothing, grams: int) -> NGrams:
    """Fit a model, keep the n-grams that save most, and give back what the others had.

    A context passes on what its n-grams no longer take, rest(u) = 1 - sum of the shares kept, so
    the probabilities still sum to 1.

    Args:
        counts: Of orders 1 ... N.
        V: Size of the vocabulary.
        smoothing: Recursive: the rest goes to the order below.
        grams: How many n-grams are kept, of all orders together; those that save exactly as much
            as the last of them stay too.

    Returns:
        The model of order N; its rows of lower orders stand on the same cut tables.
    """
    model = NGrams(counts, V, smoothing)
    worth = [gains(model, n, c) for n, c in enumerate(counts, start=1)]
    worth[0][:] = np.inf  # single characters stay
    every = np.concatenate(worth)
    least = -np.inf if grams >= len(every) else np.partition(every, -grams)[-grams]
    tables = []
    for n, (order, gain) in enumerate(zip(counts, worth, strict=True), start=1):
        table = (model.highest if n == model.max_order else model.lower)[n - 1]
        kept = np.isin(table.grams, order.grams[gain >= least])
        tables.append(_cut_table(table, kept))
    model.highest = model.lower = tables
    return model


def _cut_table(table: Table, kept: np.ndarray) -> Table:
    grams, share = table.grams[kept], table.share[kept]
    contexts, at = np.unique(grams >> np.uint64(SYMBOL_BITS), return_inverse=True)
    rest = 1 - np.bincount(at, share, minlength=len(contexts)).astype(float)
    return Table(grams, share, contexts, rest, table.rest_if_unseen)


def bits(model: NGrams, ids: Int[np.ndarray, " T"]) -> float:
    """Return the bits per character of a text under the highest order."""
    return float(-np.log2(model.probs(ids)[-1]).mean())
