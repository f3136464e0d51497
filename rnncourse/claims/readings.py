"""The recorded values of a check, and intervals for what they were drawn from."""

import math
import statistics
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any

import numpy as np
from scipy.special import stdtrit

from rnncourse.core.records import Entry, Record

CONFIDENCE = 0.95


@dataclass(frozen=True)
class Reading:
    """The recorded values of a check: one for each run.

    Args:
        values: In the order of the runs.
        entry: As recorded, with tolerance and evidence.
        about: What the record says of that experiment: command, date, commit, versions.
        drawn: Whether the runs are documents, so that the interval is drawn from them.
    """

    values: tuple[float, ...]
    entry: Entry
    about: dict[str, Any]
    drawn: bool = False

    @property
    def n(self) -> int:
        """How many runs."""
        return len(self.values)

    @property
    def mean(self) -> float:
        """Of the runs; of equal runs exactly their number."""
        return float(statistics.mean(self.values))

    @cached_property
    def ends(self) -> tuple[float, float]:
        """Of the interval."""
        return self.within(CONFIDENCE)

    def within(self, confidence: float) -> tuple[float, float]:
        """Return the ends of an interval of another confidence."""
        return (bootstrap if self.drawn else interval)(self.values, confidence)

    @property
    def low(self) -> float:
        """Lower end of the interval."""
        return self.ends[0]

    @property
    def high(self) -> float:
        """Upper end of the interval."""
        return self.ends[1]


def interval(values: Sequence[float], confidence: float = CONFIDENCE) -> tuple[float, float]:
    """Return an interval for the mean of what the runs were drawn from, by Student's t.

    Args:
        values: One for each run. Of equal runs the interval is their number.
        confidence: How often such intervals hold the mean.

    >>> interval([0.25, 0.25])
    (0.25, 0.25)
    >>> [round(end, 4) for end in interval([1.0, 2.0, 3.0])]
    [-0.4841, 4.4841]
    """
    n, mean = len(values), float(np.mean(values))
    if len(set(values)) == 1:
        return values[0], values[0]
    half = float(stdtrit(n - 1, (1 + confidence) / 2) * np.std(values, ddof=1)) / math.sqrt(n)
    return mean - half, mean + half


def wilson_interval(successes: float | int, trials: int, z: float = 1.96) -> tuple[float, float]:
    """Return the 95 % confidence interval of a proportion.

    Source: E. B. Wilson, "Probable inference, the law of succession, and
    statistical inference", JASA 22 (1927).

    >>> [round(x, 3) for x in wilson_interval(0, 50)]
    [0.0, 0.071]
    """
    rate = successes / trials
    middle = (rate + z**2 / (2 * trials)) / (1 + z**2 / trials)
    half = z / (1 + z**2 / trials) * np.sqrt(rate * (1 - rate) / trials + (z / (2 * trials)) ** 2)
    return max(float(middle - half), 0.0), min(float(middle + half), 1.0)


@lru_cache(maxsize=256)  # a page asks a hundred times for what takes a tenth of a second
def bootstrap(values: tuple[float, ...], confidence: float = CONFIDENCE) -> tuple[float, float]:
    """Return an interval for the mean over documents, from 10,000 draws of as many of them.

    Paired, if each value is a difference within one document.

    Args:
        values: One for each document.
        confidence: The share of the draws' means that lies inside.

    Source: Efron and Tibshirani (1993), An Introduction to the Bootstrap, section 13.3, the
    percentile interval; tests/test_claims.py.

    >>> bootstrap((0.25, 0.25, 0.25))
    (0.25, 0.25)
    """
    rng, found = np.random.default_rng(0), np.asarray(values, dtype=float)
    draws = (found[rng.integers(len(found), size=len(found))] for _ in range(10_000))
    means = [draw.mean() for draw in draws]
    low, high = np.quantile(means, [(1 - confidence) / 2, (1 + confidence) / 2])
    return float(low), float(high)


def load_record(chapter: str) -> Record:
    """Load a record, once for each state of its file."""
    path = Record(chapter).path
    stamp = path.stat().st_mtime_ns if path.is_file() else 0
    return _record_of(chapter, path, stamp)


@lru_cache(maxsize=64)
def _record_of(chapter: str, path: Path, stamp: int) -> Record:
    return Record.load(chapter)
