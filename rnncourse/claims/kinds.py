"""The kinds of claims: what each needs to say, and how its checks decide the verdict.

A claim is in the ledger's third form when its checks have roles. It has one primary check and at
most one secondary; a condition is a swept variable. The others are in the second form, with any
number of checks and conditions in words, and are carried over one by one.
"""

import hashlib
import re
from typing import Annotated, Literal

from pydantic import Field, model_validator

from rnncourse.claims.checks import Check, Part, State, Words
from rnncourse.claims.parts import Change, Erratum, Sweep

Verdict = Literal[
    "holds",
    "holds when",
    "fails",
    "fails as stated",
    "undecided",
    "not as predicted",
    "shown",
    "unmeasured",
]


NUMBER = re.compile(r"\{(\w+)(:%|:points|:level%|:level)?\}")
"""In an answer, the number of a check; with `:%` in percent, with `:points` in points of it.

Of a check with a role the number is its effect, and `:level` (in percent `:level%`) what it comes
from."""
NOTE = 80
"""Words that a note has at most, in the third form."""


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
        """Return what a record keeps of a check: its predicate; of what; and on which condition.

        In the third form what follows the predicate is a fingerprint of it.
        """
        if check.role:
            sweep = getattr(self, "sweep", None)
            rest = [check.record, check.quantity, check.against, str(check.baseline), repr(sweep)]
            mark = hashlib.sha256("\n".join(rest).encode()).hexdigest()[:12]
            return f"{check.role}: {check.op} {check.limit:.12g} over {check.over}; {mark}"
        case = f", case {check.case}" if check.case else ""
        when = f"; when {self.condition}" if isinstance(self, Conditional) else ""
        return (
            f"{self.kind}: {check.op} {check.limit:.12g} over {check.over}{case}"
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

    @property
    def form(self) -> int:
        """The ledger's third form, or the second."""
        return 3 if any(check.role for check in self.checks) else 2

    @model_validator(mode="after")
    def _roles(self) -> "_Judged":
        if self.form == 2:
            return self
        if self.kind == "identity":
            raise ValueError("an identity is shown, by tests; it has no checks with a role")
        if sorted(check.role for check in self.checks) not in (
            ["primary"],
            ["primary", "secondary"],
        ):
            raise ValueError("it has one primary check and at most one secondary; see to the roles")
        if (words := len(self.note.split())) > NOTE:
            raise ValueError(f"the note has {words} words; write at most {NOTE}")
        for check in self.checks:
            check._among = len(self.checks)
            if check.role == "primary":
                said = {how for name, how in NUMBER.findall(self.answer) if name == check.name}
                wanted = [{"", ":points"}] + [{":level", ":level%"}] * (check.baseline != 0)
                if not all(said & ways for ways in wanted):
                    raise ValueError(
                        f"the answer names the primary check's effect and its level; write "
                        f"{{{check.name}}} and {{{check.name}:level}} in it"
                    )
        return self

    @property
    def swept(self) -> dict[float, list[Check]]:
        """The checks at each value of a sweep; empty without one."""
        return {}

    def _together(self, checks: list[Check] | tuple[Check, ...]) -> State:
        """What checks say together: met when all are met, missed when one is missed."""
        states = {check.state for check in checks}
        return "missed" if "missed" in states else "open" if "open" in states else "met"

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
        return {"met": "holds", "open": "undecided", "missed": "fails"}[self._together(self.checks)]


class Conditional(_Judged):
    """A claim that is true on one side of a condition and false on the other.

    It *holds when* its checks are met on the one side and missed on the other. When they are met on
    both it holds, and when they are missed on both it fails. When one is open it is undecided. Any
    other pattern is *not as predicted*: our condition is wrong.

    In the third form the condition is a sweep, and where the claim holds is computed. It *fails as
    stated* when its checks are missed at the stated value, wherever else they may be met.

    Args:
        condition: The words after "holds when", in the second form.
        sweep: The variable and its values, in the third form.
        overturn: What would overturn the verdict, in a sentence.
        checks: What the claim predicts, on both sides: on the side that fails, our condition says
            that the prediction is missed.
    """

    kind: Literal["conditional"]
    condition: str = ""
    sweep: Sweep | None = None

    @model_validator(mode="after")
    def _both_sides(self) -> "Conditional":
        wanted, other = ("sweep", "condition") if self.form == 3 else ("condition", "sweep")
        if self.chapters and not getattr(self, wanted):
            raise ValueError(f"a claim that has chapters needs the field {wanted!r}; add it")
        if getattr(self, other):
            raise ValueError(f"{other!r} belongs to the ledger's other form; remove it")
        if self.form == 3:
            return self._at_its_value() if self.sweep else self
        for case in ("holds", "fails") if self.checks else ():
            if case not in [check.case for check in self.checks]:
                raise ValueError(f'a conditional claim needs a check with case = "{case}"; add one')
        if any(not check.case for check in self.checks):
            raise ValueError('each check of a conditional claim needs its case: "holds" or "fails"')
        return self

    def _at_its_value(self) -> "Conditional":
        end = f"/{self.sweep.stated:g}"
        for check in self.checks:
            if not check.record.endswith(end):
                raise ValueError(f"the record of the check {check.name!r} must end with {end!r}")
        return self

    @property
    def swept(self) -> dict[float, list[Check]]:
        """The checks at each value of the sweep; empty in the second form."""
        if not self.sweep:
            return {}
        return {v: [self.sweep.at(c, v) for c in self.checks] for v in self.sweep.values}

    @property
    def by_value(self) -> dict[float, State]:
        """What the checks say together at each value of the sweep."""
        return {value: self._together(checks) for value, checks in self.swept.items()}

    @property
    def when(self) -> str:
        """The words after "holds when": written, or with a sweep computed; empty if nowhere."""
        if not self.sweep:
            return self.condition
        met = [value for value, state in self.by_value.items() if state == "met"]
        return self.sweep.where(met) if met else ""

    def _over_values(self) -> Verdict:
        found = self.by_value
        stated = found[self.sweep.stated]
        if set(found.values()) == {"met"}:
            return "holds"
        if stated == "missed":
            return "fails as stated" if "met" in found.values() else "fails"
        return "holds when" if stated == "met" else "undecided"

    def _judged(self) -> Verdict:
        if self.sweep:
            return self._over_values()
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
