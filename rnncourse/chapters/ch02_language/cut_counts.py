"""Counts cut to a number of bytes: which n-grams are worth their place?"""

import numpy as np
from jaxtyping import Float, Int

from rnncourse.models.counting import SYMBOL_BITS, Counts
from rnncourse.models.ngram import NGrams, Order, Table
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
    endings = [np.arange(len(counts.grams))]  # numbers of the last n, n - 1, ... 1 characters
    for order in model.orders[n - 1 : 0 : -1]:
        endings.append(order.counts.suffixes[endings[-1]])
    probs = before = np.full(len(counts.grams), 1 / model.V)
    for order, grams in zip(model.orders, reversed(endings), strict=False):
        table = order.highest if order is model.orders[-1] else order.lower
        before, probs = probs, table.probs(grams, order.counts.grams[grams] >> SYMBOL_BITS, probs)
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
    *below, last = model.orders
    tables = [*(order.lower for order in below), last.highest]
    model.orders = [
        Order(order.counts, *[_cut_table(table, order.counts, gain >= least)] * 2)
        for order, table, gain in zip(model.orders, tables, worth, strict=True)
    ]
    return model


def _cut_table(table: Table, counts: Counts, kept: np.ndarray) -> Table:
    share = np.append(np.where(kept, table.share[:-1], 0.0), 0.0)
    taken = np.bincount(counts.grams >> SYMBOL_BITS, share[:-1], minlength=counts.below)
    return Table(share, np.append(1 - taken, table.rest[-1]))


def bits(model: NGrams, ids: Int[np.ndarray, " T"]) -> float:
    """Return the bits per character of a text under the highest order."""
    return float(-np.log2(model.probs(ids)[-1]).mean())
