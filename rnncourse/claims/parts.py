"""What a claim may have beside its checks: a log, and a condition that is swept."""

import re
from typing import Annotated

from pydantic import Field, model_validator

from rnncourse.claims.checks import Check, Day, LedgerTable, Number, Words


class Change(LedgerTable):
    """What was changed after its numbers were known.

    Args:
        date: The day.
        what: The change, in words.
        why: The reason.
        reads: Each changed check by its name, as it reads since, word for word; `"dropped"` for
            one that is gone. An entry vouches for nothing else, so that it covers no later change.
    """

    date: Day
    what: Words
    why: Words
    reads: dict[str, Words] = Field(default_factory=dict)


class Sweep(LedgerTable):
    """A condition: a variable, and the claim's checks at each of its values.

    Args:
        variable: In words, for instance `"the number of units"`.
        values: In their order. What a check records lies at its own key with the value at the end,
            `CHAPTER:KEY/VALUE`, and so does its baseline, unless it is one number.
        source: Where the range comes from: practice or a paper; or that it is our choice.
        stated: The value at which the claim was first read.
        chosen: Who chose that value, in words: the slide, or we, and what the slide says instead.
        figure: The name of the chapter's figure that draws the curve.
        region: The words after "it holds", with `{low}` and `{high}` for the ends of the region.
            They are said only while the values have that shape.
        by_slide: Whether the slide itself states the value.
    """

    variable: Words
    values: Annotated[tuple[Number, ...], Field(min_length=3)]
    source: Words
    stated: Number
    chosen: Words
    figure: Words
    region: Words
    by_slide: bool = False

    @model_validator(mode="after")
    def _check_order(self) -> "Sweep":
        if sorted(set(self.values)) != list(self.values):
            raise ValueError("the values of a sweep rise; put them in order")
        if self.stated not in self.values:
            raise ValueError(f"stated = {self.stated:g} is no value of the sweep; add it")
        return self

    def __repr__(self) -> str:
        """In words of its own, because a record keeps its fingerprint."""
        fields = f"values={self.values}, stated={self.stated}, figure={self.figure!r}"
        return f"Sweep(variable={self.variable!r}, {fields})"

    def check_at(self, check: Check, value: float) -> Check:
        """Return a check at another value than the stated one."""
        suffixes = [f"/{x:g}" for x in (self.stated, value)]
        fields = check.model_dump()
        for name in ("record", "baseline"):
            if isinstance(fields[name], str) and fields[name].endswith(suffixes[0]):
                fields[name] = fields[name].removesuffix(suffixes[0]) + suffixes[1]
        other_check = Check(**fields)
        other_check._n_checks = check._n_checks
        return other_check

    def describe_where(self, met_values: list[float]) -> str:
        """Say at which values: the words after "it holds"."""
        runs: list[list[float]] = []
        for value, previous in zip(self.values, (None, *self.values), strict=False):
            if value in met_values:
                runs += [] if runs and runs[-1][-1] == previous else [[]]
                runs[-1].append(value)
        from_start, to_end = runs[0][0] == self.values[0], runs[-1][-1] == self.values[-1]
        bounds_by_shape: dict[tuple[int, bool, bool], list[tuple[str, float]]] = {
            (1, True, False): [("high", runs[0][-1])],
            (1, False, True): [("low", runs[0][0])],
            (1, False, False): [("low", runs[0][0]), ("high", runs[0][-1])],
            (2, True, True): [("high", runs[0][-1]), ("low", runs[-1][0])],
        }
        bounds = bounds_by_shape.get((len(runs), from_start, to_end), [])
        if bounds and re.findall(r"{(\w+)}", self.region) == [name for name, _ in bounds]:
            return self.region.format(**{name: f"{value:,g}" for name, value in bounds})
        intervals = [f"{r[0]:g}" if len(r) == 1 else f"{r[0]:g} to {r[-1]:g}" for r in runs]
        return f"where {self.variable} is {' or '.join(intervals)}"
