"""How sure a mean of few runs is, and a share of few cases."""

import math
from collections.abc import Sequence

import numpy as np
from scipy.special import stdtrit

CONFIDENCE = 0.95


def interval(values: Sequence[float], confidence: float = CONFIDENCE) -> tuple[float, float]:
    """Return an interval for the mean of what the runs were drawn from, by Student's t.

    Args:
        values: One for each run. Of equal runs the interval is their number; one run alone
            says nothing, and the interval is everything.
        confidence: How often such intervals hold the mean.

    >>> interval([0.25, 0.25])
    (0.25, 0.25)
    >>> [round(end, 4) for end in interval([1.0, 2.0, 3.0])]
    [-0.4841, 4.4841]
    """
    n, mean = len(values), float(np.mean(values))
    if n < 2:
        return -math.inf, math.inf
    if len(set(values)) == 1:
        return values[0], values[0]
    half_width = float(stdtrit(n - 1, (1 + confidence) / 2) * np.std(values, ddof=1)) / math.sqrt(n)
    return mean - half_width, mean + half_width


def wilson_interval(successes: int, trials: int) -> tuple[float, float]:
    """Return Wilson's 95 % confidence interval of a proportion.

    >>> [round(x, 3) for x in wilson_interval(0, 50)]
    [0.0, 0.071]
    """
    from scipy.stats import binomtest  # half a second, and most never ask

    low, high = binomtest(successes, trials).proportion_ci(method="wilson")
    return float(low), float(high)
