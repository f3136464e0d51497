"""The best of many candidates, for many texts at once: the inner part of beam search.

Of K hypotheses with V symbols each, only a few go on. Symbols are put into blocks; the best
symbols are in the blocks with the highest maxima, and to find maxima is fast. So nearly all
candidates are never sorted. Among equals the first counts: the one of the earlier hypothesis, then
the one with the smaller id. Where equals stand on the edge, everything is sorted.
"""

from functools import lru_cache

import numpy as np
from jaxtyping import Bool, Float, Int

BLOCK = 16  # symbols


def top_k_candidates(
    values: Float[np.ndarray, "N V"], offsets: Float[np.ndarray, "B K"], stop: int, width: int
) -> tuple[Float[np.ndarray, "B W"], Int[np.ndarray, "B W"], Int[np.ndarray, "B W"]]:
    """Find the best candidates that do not stop.

        score of hypothesis k with symbol v = offsets[b, k] + values[b K + k, v],   v not stop

    Args:
        values: A number for every symbol, after each of N = B K hypotheses.
        offsets: What each hypothesis adds to all of its own.
        stop: The symbol that does not count.
        width: W, how many are wanted.

    Returns:
        Scores, falling; then the hypothesis, 0 to K - 1, and the symbol of each. Where there are
        fewer than W candidates, scores of minus infinity fill up.

    >>> scores, rows, symbols = top_k_candidates(np.array([[3.0, 1.0, 2.0]]), np.zeros((1, 1)), 0, 2)
    >>> scores[0], rows[0], symbols[0]
    (array([2., 1.]), array([0, 0]), array([2, 1]))
    """
    (B, K), V = offsets.shape, values.shape[1]
    members = _members(V, stop)
    cut = V // BLOCK * BLOCK
    tops = values[:, :cut].reshape(B * K, BLOCK, -1).max(axis=1) if cut else values[:, :0]
    tops = np.concatenate([tops, values[:, cut:]], axis=1).reshape(B, K, -1) + offsets[..., None]
    tops = tops.reshape(B, -1)
    # At most one block of a hypothesis is there for its stop symbol alone.
    blocks, edge = _largest(tops, K + width + 1)
    rows, places = blocks // len(members), members[blocks % len(members)]
    texts = np.arange(B)[:, None]
    scores = values[(texts * K + rows)[..., None], places] + offsets[texts, rows][..., None]
    scores = np.where(places == stop, -np.inf, scores).reshape(B, -1)
    flat = (rows[..., None] * V + places).reshape(B, -1)
    some, next_best = _largest(scores, width)
    scores, flat = scores[texts, some], flat[texts, some]
    order = np.lexsort((flat, -scores))
    scores, flat = scores[texts, order], flat[texts, order]
    last = scores[:, -1]
    for b in np.flatnonzero((last > -np.inf) & (last <= np.maximum(edge, next_best))):
        every = offsets[b, :, None] + values[b * K : (b + 1) * K]
        every[:, stop] = -np.inf
        flat[b] = np.argsort(-every, axis=None, kind="stable")[: scores.shape[1]]
        scores[b] = every.ravel()[flat[b]]
    missing = width - scores.shape[1]
    scores = np.pad(scores, ((0, 0), (0, missing)), constant_values=-np.inf)
    flat = np.pad(flat, ((0, 0), (0, missing)))
    return scores, flat // V, flat % V


def among_best(
    going: Float[np.ndarray, "B W"],
    going_order: Int[np.ndarray, "B W"],
    ending: Float[np.ndarray, "B K"],
    ending_order: Int[np.ndarray, "B K"],
) -> Bool[np.ndarray, "B K"]:
    """Tell which hypotheses, if they stop now, are among the W best candidates of all.

    Args:
        going: Scores of the W best that go on.
        going_order: Where these stand in the order of candidates; it decides among equals.
        ending: Scores of those that stop.
        ending_order: Where these stand.

    Returns:
        True for the endings that count; never for one that is impossible.
    """
    scores = np.concatenate([going, ending], axis=1)[:, None]
    places = np.concatenate([going_order, ending_order], axis=1)[:, None]
    mine, here = ending[..., None], ending_order[..., None]
    ahead = (scores > mine) | ((scores == mine) & (places < here))
    return (ahead.sum(axis=-1) < going.shape[1]) & (ending > -np.inf)


def _largest(scores, k):
    """Return the places of k of the largest in each row, and the largest that was left out."""
    if scores.shape[1] <= k:
        everything = np.broadcast_to(np.arange(scores.shape[1]), scores.shape)
        return everything, np.full(len(scores), -np.inf)
    order = np.argpartition(scores, (-k - 1, -k), axis=1)
    left = order[:, -k - 1]
    return order[:, -k:], scores[np.arange(len(scores)), left]


@lru_cache(maxsize=8)
def _members(V, stop):
    """List the symbols of every block: V // 16 blocks of 16, then what is left, one by one.

    Places without a symbol hold `stop`, which never counts.
    """
    columns = V // BLOCK
    blocks = np.arange(columns)[:, None] + columns * np.arange(BLOCK)
    alone = np.full((V - columns * BLOCK, BLOCK), stop)
    alone[:, 0] = np.arange(columns * BLOCK, V)
    return np.concatenate([blocks, alone])
