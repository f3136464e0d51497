"""The kinds of claims: what each needs to say, and how its checks decide the verdict."""

import re
from typing import Annotated, Literal

from pydantic import Field, model_validator

from rnncourse.claims.checks import Check, Day, Part, Words

Verdict = Literal[
    "holds", "holds when", "fails", "undecided", "not as predicted", "shown", "unmeasured"
]


NUMBER = re.compile(r"\{(\w+)(:%|:points)?\}")
"""In an answer, the number of a check; with `:%` in percent, with `:points` in points of it."""


class Erratum(Part):
    """A slip of the pen: the claim is judged as its author meant it.

    Args:
        printed: What the slide prints.
        right: What is right.
        check: What the printed form gives: a predicate that it misses nowhere, or the slip is none.
    """

    printed: Words
    right: Words
    check: Check | None = None


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


class _Claim(Part):
    """One claim of the slides, in the course's own words. The fields are those of the file."""

    id: Annotated[str, Field(pattern=r"^[A-E][1-9]\d*$")]
    deck: Words
    heading: Words
    claim: Words
    chapters: tuple[str, ...] = ()
    note: str = ""
    erratum: Erratum | None = None
    log: tuple[Change, ...] = ()

    _needs: tuple[str, ...] = ()

    @model_validator(mode="after")
    def _complete(self) -> "_Claim":
        if self.deck != self.id[0]:
            raise ValueError(f"deck must be {self.id[0]!r}; got {self.deck!r}")
        for name in self._needs if self.chapters else ():
            if not getattr(self, name):
                raise ValueError(f"a claim that has chapters needs the field {name!r}; add it")
        names = [check.name for check in self.checks]
        for name in names:
            if names.count(name) > 1:
                raise ValueError(f"two checks are named {name!r}; rename one")
        return self

    @property
    def verdict(self) -> Verdict:
        """What the recorded values say; `"unmeasured"` while no chapter shows the claim.

        Raises:
            LedgerError: If a recorded number is missing.
        """
        return self._judged() if self.chapters else "unmeasured"

    @property
    def all_checks(self) -> list[Check]:
        """The checks, and the erratum's."""
        slip = [self.erratum.check] if self.erratum and self.erratum.check else []
        return [*self.checks, *slip]

    def registered(self, check: Check) -> str:
        """Return what a record keeps of a check: its predicate; of what; and on which condition."""
        case = f", case {check.case}" if check.case else ""
        when = f"; when {self.condition}" if isinstance(self, Conditional) else ""
        return (
            f"{self.kind}: {check.op} {check.threshold:.12g} over {check.over}{case}"
            f"; {check.record}, {check.quantity}{when}"
        )


class Shown(_Claim):
    """A definition or a taxonomy: nothing to decide, but something was run.

    Args:
        ran: What was run, and what came out.
        tests: What proves it, as pytest names tests.
    """

    kind: Literal["shown"]
    ran: str = ""
    tests: tuple[str, ...] = ()

    _needs = ("ran", "tests")

    @property
    def checks(self) -> tuple[Check, ...]:
        """None."""
        return ()

    def _judged(self) -> Verdict:
        return "shown"


class _Judged(_Claim):
    """A claim that its checks decide.

    Args:
        short: The claim in a line.
        answer: What came out, in a line: the numbers that decide, as `{check}`, `{check:%}` or,
            for a difference of shares, `{check:points}`.
    """

    short: Annotated[str, Field(max_length=60)] = ""
    answer: Annotated[str, Field(max_length=110)] = ""
    overturn: str = ""
    checks: tuple[Check, ...] = ()

    _needs = ("short", "answer", "note", "overturn", "checks")

    @model_validator(mode="after")
    def _answered(self) -> "_Judged":
        known = [check.name for check in self.checks]
        for name, _ in NUMBER.findall(self.answer) if known else ():
            if name not in known:
                raise ValueError(f"the answer names the check {name!r}, which is not there")
        return self


class Measured(_Judged):
    """A claim that one experiment decides.

    It *holds* when all of its checks are met, *fails* when one is missed, and is *undecided*
    otherwise.

    Args:
        overturn: What would overturn the verdict, in a sentence.
        checks: What the claim predicts.
    """

    kind: Literal["identity", "measured"]

    @model_validator(mode="after")
    def _no_sides(self) -> "Measured":
        if any(check.case for check in self.checks):
            raise ValueError("only a conditional claim's checks have a case; remove it")
        return self

    def _judged(self) -> Verdict:
        states = {check.state for check in self.checks}
        return "fails" if "missed" in states else "undecided" if "open" in states else "holds"


class Conditional(_Judged):
    """A claim that is true on one side of a condition and false on the other.

    It *holds when* its checks are met on the one side and missed on the other. When they are met on
    both it holds, and when they are missed on both it fails. When one is open it is undecided. Any
    other pattern is *not as predicted*: our condition is wrong.

    Args:
        condition: The words after "holds when".
        overturn: What would overturn the verdict, in a sentence.
        checks: What the claim predicts, on both sides: on the side that fails, our condition says
            that the prediction is missed.
    """

    kind: Literal["conditional"]
    condition: str = ""

    _needs = ("short", "answer", "note", "overturn", "condition", "checks")

    @model_validator(mode="after")
    def _both_sides(self) -> "Conditional":
        for case in ("holds", "fails") if self.checks else ():
            if case not in [check.case for check in self.checks]:
                raise ValueError(f'a conditional claim needs a check with case = "{case}"; add one')
        if any(not check.case for check in self.checks):
            raise ValueError('each check of a conditional claim needs its case: "holds" or "fails"')
        return self

    def _judged(self) -> Verdict:
        states = {check.state for check in self.checks}
        if states == {"met"}:
            return "holds"  # everywhere: the condition is not needed
        if states == {"missed"}:
            return "fails"
        if "open" in states:
            return "undecided"
        predicted = {"holds": "met", "fails": "missed"}
        as_predicted = all(check.state == predicted[check.case] for check in self.checks)
        return "holds when" if as_predicted else "not as predicted"


Claim = Shown | Measured | Conditional
