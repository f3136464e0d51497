"""What a claim may have beside its checks: a log, and a condition that is swept."""

from typing import Annotated

from pydantic import Field, model_validator

from rnncourse.claims.checks import Check, Day, Number, Part, Words


class Change(Part):
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


class Sweep(Part):
    """A condition: a variable, and the claim's checks at each of its values.

    Args:
        variable: In words, for instance `"the number of units"`.
        values: In their order. What a check records lies at its own key with the value at the end,
            `CHAPTER:KEY/VALUE`, and so does its baseline, unless it is one number.
        stated: The value at which the claim is read as it stands.
        chosen: Who chose that value, in words: the slide, or we, and what the slide says instead.
        figure: The name of the chapter's figure that draws the curve.
    """

    variable: Words
    values: Annotated[tuple[Number, ...], Field(min_length=3)]
    stated: Number
    chosen: Words
    figure: Words

    @model_validator(mode="after")
    def _in_order(self) -> "Sweep":
        if sorted(set(self.values)) != list(self.values):
            raise ValueError("the values of a sweep rise; put them in order")
        if self.stated not in self.values:
            raise ValueError(f"stated = {self.stated:g} is no value of the sweep; add it")
        return self

    def __repr__(self) -> str:
        """In words of its own, because a record keeps its fingerprint."""
        rest = f"values={self.values}, stated={self.stated}, figure={self.figure!r}"
        return f"Sweep(variable={self.variable!r}, {rest})"

    def at(self, check: Check, value: float) -> Check:
        """Return a check at another value than the stated one."""
        ends = [f"/{x:g}" for x in (self.stated, value)]
        fields = check.model_dump()
        for name in ("record", "baseline"):
            if isinstance(fields[name], str) and fields[name].endswith(ends[0]):
                fields[name] = fields[name].removesuffix(ends[0]) + ends[1]
        moved = Check(**fields)
        moved._among = check._among
        return moved

    def where(self, met: list[float]) -> str:
        """Say at which values: the words after "holds when"."""
        first, last = (self.values.index(met[i]) for i in (0, -1))
        if list(self.values[first : last + 1]) != met:
            *others, final = (f"{value:g}" for value in met)
            return f"{self.variable} is {', '.join(others)} or {final}"
        if len(met) == 1:
            return f"{self.variable} is {met[0]:g}"
        if first == 0:
            return f"{self.variable} is at most {met[-1]:g}"
        if last == len(self.values) - 1:
            return f"{self.variable} is at least {met[0]:g}"
        return f"{self.variable} is from {met[0]:g} to {met[-1]:g}"
