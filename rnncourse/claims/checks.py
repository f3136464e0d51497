"""One check of a claim: an effect, the smallest that matters, and what its runs decide."""

import operator
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date
from functools import cached_property
from typing import Annotated, Any, Literal

import numpy as np
from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    PrivateAttr,
    Strict,
    model_validator,
)

from rnncourse.claims.readings import CONFIDENCE, CheckReading, load_record
from rnncourse.core.records import Record, RecordError
from rnncourse.core.seeds import CONFIRMING, THIRTY

OPS: dict[str, Callable[[Any, Any], Any]] = {"<=": operator.le, ">=": operator.ge}
MIN_RUNS = 10
"""Runs that an interval needs."""

DOCUMENTS = "documents"
"""What a value is `over` when it belongs to a document of one text: its interval is drawn."""

State = Literal["met", "missed", "open"]
Recomputed = float | Sequence[float] | np.ndarray


class LedgerError(ValueError):
    """The ledger contradicts itself, or is asked for what it does not hold."""


def _check_day(text: str) -> str:
    """Check a date as text; texts of this form are in the order of the days."""
    try:
        if str(date.fromisoformat(text)) == text:
            return text
    except ValueError:
        pass
    raise ValueError("must be a day, like 2026-11-21")


Words = Annotated[str, Field(pattern=r"\S")]
Number = Annotated[float, Strict(), Field(allow_inf_nan=False)]
Day = Annotated[str, AfterValidator(_check_day)]
RecordKey = Annotated[str, Field(pattern=r"^[\w-]+:\S+$")]  # CHAPTER:KEY


class LedgerTable(BaseModel):
    """What all tables of the file have in common: no unknown fields, and no later change."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Check(LedgerTable):
    """One predicate of a claim.

    What it judges is an effect: the recorded values less those of the baseline, run by run.

    Args:
        name: The keyword under which a chapter hands in its fresh values.
        role: Primary or secondary.
        quantity: What was measured, in words.
        record: Where the recorded values lie, as `CHAPTER:KEY`: one for each run.
        over: What a run is, in the plural, for instance `"seeds"`.
        op: `<=` or `>=`: whether the claim says at most or at least.
        smallest: The smallest effect that matters, written before the run; not 0.
        against: What the quantity is compared with, in words.
        baseline: Its value: a number, or `CHAPTER:KEY`, with one value or one for each run.
        unit: For display, for instance `"bits"`.
        here: How many of the runs, the first ones, the chapter makes again; 0 if they are
            recorded only.
    """

    name: Annotated[str, Field(pattern=r"^[a-z]\w*$")]
    role: Literal["primary", "secondary"]
    quantity: Words
    record: RecordKey
    over: Words
    op: Literal["<=", ">="]
    smallest: Number
    against: Words
    baseline: Number | RecordKey
    unit: str = ""
    here: Annotated[int, Strict(), Field(ge=0)] = 0
    _n_checks: int = PrivateAttr(1)  # how many checks may fail the claim; set by the claim

    @model_validator(mode="after")
    def _check_size(self) -> "Check":
        if self.smallest == 0:
            raise ValueError("the smallest effect that matters is not 0; write how large it is")
        return self

    def accepts(self, effect: float) -> bool:
        """Whether `effect` satisfies the predicate."""
        return bool(OPS[self.op](effect, self.smallest))

    @cached_property
    def reading(self) -> CheckReading:
        """The recorded values; `LedgerError` when there are none."""
        chapter, key = self.record.split(":", 1)
        try:
            record = load_record(chapter)
            entry = record.entry(key)
        except RecordError as error:
            raise LedgerError(f"Check {self.name!r} has no recorded number: {error}") from None
        values = entry.value if isinstance(entry.value, list) else [entry.value]
        if len(values) < MIN_RUNS:
            raise LedgerError(
                f"Check {self.name!r} has {len(values)} {self.over}; an interval needs {MIN_RUNS}."
            )
        if self.here > len(values):
            raise LedgerError(
                f"Check {self.name!r} has fewer recorded runs than here = {self.here}."
            )
        about = record.about[record.sections[key]]
        self._check_seeds(self.record, about)
        return CheckReading(tuple(values), entry, about, drawn=self.over == DOCUMENTS)

    def _check_seeds(self, key: str, about: dict[str, Any]) -> None:
        """Raise unless numbers over seeds were measured with those that no trial has seen."""
        if self.over == "seeds" and tuple(about.get("seeds", ())) not in (CONFIRMING, THIRTY):
            fault = "was measured with others"
            if "seeds" not in about:
                fault = 'does not say with which (in `about`: "seeds": list(CONFIRMING))'
            raise LedgerError(
                f"Check {self.name!r} needs the confirming seeds, {CONFIRMING[0]} to "
                f"{CONFIRMING[-1]}, or the thirty after them, but {key} {fault}."
            )

    @cached_property
    def effect(self) -> CheckReading:
        """What the predicate judges: each value less its baseline."""
        return self._subtract_baseline(self.reading.values)

    def _subtract_baseline(self, values: Sequence[float]) -> CheckReading:
        baseline = self._read_baseline()
        baselines = baseline if isinstance(baseline, list) else [baseline] * len(values)
        if len(baselines) != len(values):
            raise LedgerError(
                f"Check {self.name!r} is paired with its baseline, run by run; it has "
                f"{len(values)} {self.over}, and its baseline {len(baselines)}."
            )
        effects = tuple(value - base for value, base in zip(values, baselines, strict=True))
        return replace(self.reading, values=effects)

    @property
    def state(self) -> State:
        """Whether the predicate is met, missed, or open, by the interval of the effect."""
        return self._decide_state(self.effect)

    def _decide_state(self, effect: CheckReading) -> State:
        """Missed only if a wider interval says so, too, when either of two checks may fail."""
        states = [
            self.state_of_interval(*effect.interval_at(1 - (1 - CONFIDENCE) / n))
            for n in (1, self._n_checks)
        ]
        return "open" if states == ["missed", "open"] else states[0]

    def state_of_interval(self, low: float, high: float) -> State:
        """Hold an interval against the smallest effect that matters."""
        accepted = [self.accepts(end) for end in (low, high)]
        return "met" if all(accepted) else "open" if any(accepted) else "missed"

    @property
    def baseline_mean(self) -> float:
        """The number of the baseline."""
        return float(np.mean(self._read_baseline()))

    def _read_baseline(self) -> float | list[float]:
        """The baseline's number, or one for each run."""
        if not isinstance(self.baseline, str):
            return self.baseline
        chapter, key = self.baseline.split(":", 1)
        try:
            record = load_record(chapter)
            value = record.value(key)
        except RecordError as error:
            raise LedgerError(f"Check {self.name!r} has no baseline: {error}") from None
        if isinstance(value, list):
            self._check_seeds(self.baseline, record.about[record.sections[key]])
        return value

    def confirm(self, recomputed: Recomputed) -> None:
        """Compare this run's values with the record, and with the smallest effect that matters.

        Raises:
            LedgerError: If there are more or fewer of them than `here`, or if with them the check
                comes out otherwise.
            RecordError: If one has left the record's tolerance.
        """
        new = np.atleast_1d(np.asarray(recomputed, dtype=float))
        if new.shape != (self.here,):
            raise LedgerError(f"{self.name} is measured again {self.here} times; got {new.size}.")
        chapter, key = self.record.split(":", 1)
        old = self.reading.values
        entry = replace(self.reading.entry, value=[*old])
        values = [*new, *old[self.here :]]
        Record(chapter, values={key: entry}).confirm(key, values)
        fresh = self._decide_state(self._subtract_baseline(values))
        if self.state != "open" and fresh != self.state:
            raise LedgerError(
                f"{self.name} is {self.state} by its record and {fresh} by this run; its effect is "
                f"too close to the smallest that matters, {self.smallest:.12g}."
            )
