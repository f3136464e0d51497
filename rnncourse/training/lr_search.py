"""The search of a learning rate: the same for all that are compared."""

from collections.abc import Callable, Sequence

import numpy as np
from jaxtyping import Float


def lr_search(
    score: Callable[[float], float],
    learning_rates: Sequence[float],
    factor: float = 2.0,
    max_extensions: int = 3,
    grid: Sequence[float] = (),
    max_score: float = np.inf,
) -> dict[float, float]:
    """Try learning rates; extend the grid as long as the best one lies at its edge.

    Args:
        score: What a rate is worth, on validation data; more is better, and NaN is the worst.
        learning_rates: Those to begin with, in order.
        factor: From one rate to the next one beyond an edge.
        max_extensions: How many rates may be added.
        grid: All that may be tried, in order, instead of those by `factor`.
        max_score: A score than which none is better: it ends the search.

    Returns:
        The score of every rate that was tried, from the smallest rate on.

    >>> lr_search(lambda rate: -abs(rate - 8.0), (1.0, 2.0))
    {1.0: -7.0, 2.0: -6.0, 4.0: -4.0, 8.0: -0.0, 16.0: -8.0}
    """
    scores = {rate: score(rate) for rate in learning_rates}
    for _ in range(max_extensions):
        best = max(scores, key=lambda rate: np.nan_to_num(scores[rate], nan=-np.inf))
        at_top = best == max(scores)
        if scores[best] == max_score or not (at_top or best == min(scores)):
            break
        if not grid:
            next_rate = best * factor if at_top else best / factor
        elif best == grid[-1 if at_top else 0]:
            break
        else:
            next_rate = grid[grid.index(best) + (1 if at_top else -1)]
        scores[next_rate] = score(next_rate)
    return dict(sorted(scores.items()))


def best_rate(
    learning_rates: Sequence[float],
    scores: Float[np.ndarray, "R S"] | Sequence[float],
    lower_is_better: bool = False,
) -> float:
    """Choose the learning rate with the best mean score; of several as good, the one in the middle.

    Args:
        learning_rates: In order.
        scores: Of each rate; or by rate and seed. NaN is the worst.
        lower_is_better: Whether scores are errors or times.

    >>> best_rate((0.001, 0.01, 0.1), [[0.5, 0.4], [0.1, 0.2], [9.0, 0.1]], lower_is_better=True)
    0.01
    >>> best_rate((0.001, 0.002, 0.004, 0.008, 0.016), [0.5, 1.0, 1.0, 1.0, 0.5])
    0.004
    """
    means = np.reshape(scores, (len(learning_rates), -1)).mean(1)
    costs = np.where(np.isnan(means), np.inf, means if lower_is_better else -means)
    lowest = np.flatnonzero(costs == costs.min())
    return float(learning_rates[lowest[len(lowest) // 2]])
