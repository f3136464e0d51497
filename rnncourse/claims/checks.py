"""One check of a claim: a predicate, the recorded values of its runs, and what they decide."""

import math
import operator
import statistics
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Annotated, Any, Literal

import numpy as np
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, Strict, model_validator
from scipy.special import stdtrit

from rnncourse.core.records import Entry, Record, RecordError

OPS: dict[str, Callable[[Any, Any], Any]] = {
    "<=": operator.le,
    ">=": operator.ge,
    "<": operator.lt,
    ">": operator.gt,
}
CONFIDENCE = 0.95
EXACT = "exact"
"""What a single number is `over`: nothing varies, so there is no interval."""
FEWEST = 3
"""Runs that an interval needs."""

State = Literal["met", "missed", "open"]
Fresh = float | Sequence[float] | np.ndarray


class LedgerError(ValueError):
    """The ledger contradicts itself, or is asked for what it does not hold."""


def _day(text: str) -> str:
    """Check a date as text; texts of this form are in the order of the days."""
    try:
        if str(date.fromisoformat(text)) == text <= str(datetime.now(UTC).date() + timedelta(1)):
            return text
    except ValueError:
        pass
    raise ValueError("must be a day that has come, like 2026-11-21")


Words = Annotated[str, Field(pattern=r"\S")]
Number = Annotated[float, Strict(), Field(allow_inf_nan=False)]
Day = Annotated[str, AfterValidator(_day)]
Place = Annotated[str, Field(pattern=r"^[\w-]+:\S+$")]  # CHAPTER:KEY


class Part(BaseModel):
    """What all tables of the file have in common: no unknown fields, and no later change."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Check(Part):
    """One predicate of a claim.

    Args:
        name: The keyword under which a chapter hands in its fresh values.
        quantity: What was measured, in words.
        record: Where the recorded values lie, as `CHAPTER:KEY`: one for each run.
        over: What a run is, in the plural, for instance `"seeds"`; or `"exact"`.
        op: One of `<=`, `>=`, `<`, `>`: with the threshold, what the claim says of the quantity.
        threshold: Written before the run.
        against: What the quantity is compared with, in words.
        baseline: Its value, where the quantity is no difference: a number, or `CHAPTER:KEY`.
        unit: For display, for instance `"bits"` or `"%"`.
        case: For a conditional claim, the side of the condition: holds or fails.
        here: How many of the runs, the first ones, the chapter makes again; 0 if they are
            recorded only.
    """

    name: Annotated[str, Field(pattern=r"^[a-z]\w*$")]
    quantity: Words
    record: Place
    over: Words
    op: Literal["<=", ">=", "<", ">"]
    threshold: Number
    against: str = ""
    baseline: Number | Place | None = None
    unit: str = ""
    case: Literal["", "holds", "fails"] = ""
    here: Annotated[int, Strict(), Field(ge=0)] = 0

    @model_validator(mode="after")
    def _compared_in_words(self) -> "Check":
        if self.baseline is not None and not self.against.strip():
            raise ValueError("a baseline needs words, in the field 'against'; add it")
        return self

    def accepts(self, value: float) -> bool:
        """Whether `value` satisfies the predicate."""
        return bool(OPS[self.op](value, self.threshold))

    @cached_property
    def reading(self) -> "Reading":
        """The recorded values; `LedgerError` when there are none."""
        chapter, key = self.record.split(":", 1)
        try:
            record = load_record(chapter)
            entry = record.entry(key)
        except RecordError as error:
            raise LedgerError(f"Check {self.name!r} has no recorded number: {error}") from None
        values = entry.value if isinstance(entry.value, list) else [entry.value]
        if isinstance(entry.value, list) == (self.over == EXACT):
            raise LedgerError(
                f"Check {self.name!r} is over {self.over}, but {self.record} is {entry.value!r}; a "
                f'list has one value for each run, and a single number is over "{EXACT}".'
            )
        if self.over != EXACT and len(values) < FEWEST:
            raise LedgerError(
                f"Check {self.name!r} has {len(values)} {self.over}; an interval needs {FEWEST}."
            )
        if self.here > len(values):
            raise LedgerError(
                f"Check {self.name!r} has fewer recorded runs than here = {self.here}."
            )
        return Reading(tuple(values), entry, record.about[record.sections[key]])

    @property
    def state(self) -> State:
        """Whether the predicate is met, missed, or open, by the interval with the tolerance."""
        return self.state_of(self.reading.low, self.reading.high, self.reading.entry.tolerance)

    def state_of(self, low: float, high: float, tolerance: float = 0.0) -> State:
        """Hold an interval, widened by a tolerance, against the threshold."""
        inside = [self.accepts(end) for end in (low - tolerance, high + tolerance)]
        return "met" if all(inside) else "open" if any(inside) else "missed"

    @property
    def compared_with(self) -> float | None:
        """The number of the baseline, if there is one."""
        if isinstance(self.baseline, str):
            chapter, key = self.baseline.split(":", 1)
            return float(np.mean(load_record(chapter).value(key)))
        return self.baseline

    def confirm(self, fresh: Fresh) -> None:
        """Compare this run's values with the record, and with the threshold.

        Raises:
            LedgerError: If there are more or fewer of them than `here`, or if with them the check
                comes out otherwise.
            RecordError: If one has left the record's tolerance.
        """
        new = np.atleast_1d(np.asarray(fresh, dtype=float))
        if new.shape != (self.here,):
            raise LedgerError(f"{self.name} is measured again {self.here} times; got {new.size}.")
        chapter, key = self.record.split(":", 1)
        old = self.reading.values
        entry = replace(self.reading.entry, value=[*old])
        mixed = [*new, *old[self.here :]]
        Record(chapter, values={key: entry}).confirm(key, mixed)
        state = self.state_of(*interval(mixed))
        if self.state != "open" and state != self.state:
            raise LedgerError(
                f"{self.name} is {self.state} by its record and {state} by this run; what it "
                f"decides is too close to its threshold, {self.op} {self.threshold:.12g}."
            )


@dataclass(frozen=True)
class Reading:
    """The recorded values of a check: one for each run.

    Args:
        values: In the order of the runs.
        entry: As recorded, with tolerance and evidence.
        about: What the record says of that experiment: command, date, commit, versions.
    """

    values: tuple[float, ...]
    entry: Entry
    about: dict[str, Any]

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
        return interval(self.values)

    @property
    def low(self) -> float:
        """Lower end of the interval."""
        return self.ends[0]

    @property
    def high(self) -> float:
        """Upper end of the interval."""
        return self.ends[1]


def interval(values: Sequence[float]) -> tuple[float, float]:
    """Return the 95 % interval for the mean of what the runs were drawn from, by Student's t.

    Args:
        values: One for each run. For a single number the interval is the number.

    >>> interval([0.25])
    (0.25, 0.25)
    >>> [round(end, 4) for end in interval([1.0, 2.0, 3.0])]
    [-0.4841, 4.4841]
    """
    n, mean = len(values), float(np.mean(values))
    if n == 1 or len(set(values)) == 1:
        return values[0], values[0]
    half = float(stdtrit(n - 1, (1 + CONFIDENCE) / 2) * np.std(values, ddof=1)) / math.sqrt(n)
    return mean - half, mean + half


def load_record(chapter: str) -> Record:
    """Load a record, once for each state of its file."""
    path = Record(chapter).path
    stamp = path.stat().st_mtime_ns if path.is_file() else 0
    return _record_of(chapter, path, stamp)


@lru_cache(maxsize=64)
def _record_of(chapter: str, path: Path, stamp: int) -> Record:
    return Record.load(chapter)
