"""The recorded values of a check, and intervals for what they were drawn from."""

import statistics
from dataclasses import dataclass
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any

import numpy as np

from rnncourse.core.intervals import CONFIDENCE, interval
from rnncourse.core.records import Record, RecordEntry


@dataclass(frozen=True)
class CheckReading:
    """The recorded values of a check: one for each run.

    Args:
        values: In the order of the runs.
        entry: As recorded, with tolerance and evidence.
        about: What the record says of that experiment: command, date, commit, versions.
        drawn: Whether the runs are documents, so that the interval is drawn from them.
    """

    values: tuple[float, ...]
    entry: RecordEntry
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
    def interval(self) -> tuple[float, float]:
        """Its ends, of the usual confidence."""
        return self.interval_at(CONFIDENCE)

    def interval_at(self, confidence: float) -> tuple[float, float]:
        """Return the ends of an interval of another confidence."""
        return (bootstrap if self.drawn else interval)(self.values, confidence)

    @property
    def low(self) -> float:
        """Lower end of the interval."""
        return self.interval[0]

    @property
    def high(self) -> float:
        """Upper end of the interval."""
        return self.interval[1]


@lru_cache(maxsize=256)  # a page asks a hundred times for what takes a tenth of a second
def bootstrap(values: tuple[float, ...], confidence: float = CONFIDENCE) -> tuple[float, float]:
    """Return an interval for the mean over documents, from 10,000 draws of as many of them.

    Paired, if each value is a difference within one document.

    Args:
        values: One for each document.
        confidence: The share of the draws' means that lies inside.

    Source: Efron and Tibshirani (1993), An Introduction to the Bootstrap, section 13.3, the
    percentile interval; tests/claims/test_ledger.py.

    >>> bootstrap((0.25, 0.25, 0.25))
    (0.25, 0.25)
    """
    rng, sample = np.random.default_rng(0), np.asarray(values, dtype=float)
    draws = (sample[rng.integers(len(sample), size=len(sample))] for _ in range(10_000))
    means = [draw.mean() for draw in draws]
    low, high = np.quantile(means, [(1 - confidence) / 2, (1 + confidence) / 2])
    return float(low), float(high)


def load_record(chapter: str) -> Record:
    """Load a record, once for each state of its file."""
    path = Record(chapter).path
    stamp = path.stat().st_mtime_ns if path.is_file() else 0
    return _load_record(chapter, path, stamp)


@lru_cache(maxsize=64)
def _load_record(chapter: str, path: Path, stamp: int) -> Record:
    return Record.load(chapter)
