"""The kinds of claims: what each needs to say, and how its checks decide the verdict.

A claim that is judged has one primary check and at most one secondary; a condition is a swept
variable.
"""

import hashlib
import re
from typing import Annotated, Literal

from pydantic import Field, model_validator

from rnncourse.claims.checks import Check, LedgerTable, State, Words
from rnncourse.claims.parts import Change, Sweep

Verdict = Literal[
    "holds", "holds in part", "fails", "fails as stated", "undecided", "shown", "unmeasured"
]
NUMBER = re.compile(r"\{(\w+)(@[\d.]+)?(:points|:size|:times|:hundred|:level%|:level)?\}")
"""In an answer, the effect of a check; with `:points` in points of a percent.

`@30` takes it at another value of the sweep than the quoted one.
`:size` leaves its sign away. `:times` sets powers of ten as a factor, and `:hundred` those of a
step as the factor of a hundred steps.
`:level` (in percent `:level%`) is what the effect comes from."""
MAX_NOTE_WORDS = 80
"""Words that a note has at most."""


class _Claim(LedgerTable):
    """One claim of the slides, in the course's own words. The fields are those of the file.

    Args:
        words: The slide's own.
        short: The claim in a line.
    """

    id: Annotated[str, Field(pattern=r"^[A-E][1-9]\d*$")]
    deck: Words
    heading: Words
    claim: Words
    short: Annotated[str, Field(max_length=60)] = ""
    chapters: tuple[str, ...] = ()
    words: str = ""
    note: str = ""
    log: tuple[Change, ...] = ()

    _required: tuple[str, ...] = ()

    @model_validator(mode="after")
    def _check_fields(self) -> "_Claim":
        if self.deck != self.id[0]:
            raise ValueError(f"deck must be {self.id[0]!r}; got {self.deck!r}")
        for name in self._required if self.chapters else ():
            if not getattr(self, name):
                raise ValueError(f"a claim that has chapters needs the field {name!r}; add it")
        return self

    @property
    def verdict(self) -> Verdict:
        """What the recorded values say; `"unmeasured"` while no chapter shows the claim.

        Raises:
            LedgerError: If a recorded number is missing.
        """
        return self._decide() if self.chapters else "unmeasured"

    @property
    def checks_by_value(self) -> dict[float, list[Check]]:
        """The checks at each value of a sweep; empty without one."""
        return {}

    def describe_check(self, check: Check) -> str:
        """Describe a check as a record keeps it: its predicate, and a fingerprint of the rest."""
        sweep = getattr(self, "sweep", None)
        fields = [check.record, check.quantity, check.against, str(check.baseline), repr(sweep)]
        fingerprint = hashlib.sha256("\n".join(fields).encode()).hexdigest()[:12]
        return f"{check.role}: {check.op} {check.smallest:.12g} over {check.over}; {fingerprint}"


class ShownClaim(_Claim):
    """A definition, a taxonomy, or what holds by construction: nothing to decide.

    Args:
        ran: What was run, and what came out.
        tests: What proves it, as pytest names tests.
    """

    kind: Literal["shown"]
    ran: str = ""
    tests: tuple[str, ...] = ()

    _required = ("words", "ran", "tests")

    @property
    def checks(self) -> tuple[Check, ...]:
        """None."""
        return ()

    def _decide(self) -> Verdict:
        return "shown"


class _DecidedClaim(_Claim):
    """A claim that its checks decide.

    Args:
        answer: What came out, in a sentence, with a number that decides: see `NUMBER`.
        overturn: What would overturn the verdict, in a sentence.
        checks: What the claim predicts: the primary check, and at most one secondary.
    """

    answer: Annotated[str, Field(max_length=150)] = ""
    overturn: str = ""
    checks: tuple[Check, ...] = ()

    _required = ("short", "answer", "note", "overturn", "checks")

    @model_validator(mode="after")
    def _check_roles(self) -> "_DecidedClaim":
        if not self.checks:
            return self
        if sorted(check.role for check in self.checks) not in (
            ["primary"],
            ["primary", "secondary"],
        ):
            raise ValueError("it has one primary check and at most one secondary; see to the roles")
        names = [check.name for check in self.checks]
        if len(set(names)) < len(names):
            raise ValueError(f"two checks are named {names[0]!r}; rename one")
        if (words := len(self.note.split())) > MAX_NOTE_WORDS:
            raise ValueError(f"the note has {words} words; write at most {MAX_NOTE_WORDS}")
        for check in self.checks:
            check._n_checks = len(self.checks)
        self._check_answer(names)
        return self

    def _check_answer(self, names: list[str]) -> None:
        """Raise unless the answer has a number of the primary check, and none of no check."""
        quoted = NUMBER.findall(self.answer)
        for name, *_ in quoted:
            if name not in names:
                raise ValueError(f"the answer names the check {name!r}, which is not there")
        (primary,) = (check for check in self.checks if check.role == "primary")
        if primary.name not in [name for name, *_ in quoted]:
            raise ValueError(
                f"the answer has a number of the primary check; write {{{primary.name}}} or "
                f"{{{primary.name}:level}} in it"
            )

    @property
    def quoted_checks(self) -> tuple[Check, ...]:
        """The checks whose numbers a card shows."""
        return self.checks

    def _combine_states(self, checks: list[Check] | tuple[Check, ...]) -> State:
        """What checks say together: met when all are met, missed when one is missed."""
        states = {check.state for check in checks}
        return "missed" if "missed" in states else "open" if "open" in states else "met"


class MeasuredClaim(_DecidedClaim):
    """A claim that one experiment decides.

    It *holds* when all of its checks are met, *fails* when one is missed, and is *undecided*
    otherwise.
    """

    kind: Literal["measured"]

    def _decide(self) -> Verdict:
        return {"met": "holds", "open": "undecided", "missed": "fails"}[
            self._combine_states(self.checks)
        ]


class ConditionalClaim(_DecidedClaim):
    """A claim whose condition is a swept variable: where it holds is computed.

    It *holds* when its checks are met at every value, and *holds in part* when at some; it
    *fails* when they are missed at every value, and is *undecided* otherwise. Only where the slide
    itself states the value, that one decides: missed there, the claim *fails as stated*, and open
    there, it is *undecided*.

    Args:
        sweep: The variable and its values. The checks are those at the stated value.
    """

    kind: Literal["conditional"]
    sweep: Sweep | None = None

    _required = ("short", "answer", "note", "overturn", "checks", "sweep")

    @model_validator(mode="after")
    def _check_records(self) -> "ConditionalClaim":
        suffix = f"/{self.sweep.stated:g}" if self.sweep else ""
        for check in self.checks:
            if not check.record.endswith(suffix):
                raise ValueError(f"the record of the check {check.name!r} must end with {suffix!r}")
        return self

    @property
    def checks_by_value(self) -> dict[float, list[Check]]:
        """The checks at each value of the sweep."""
        if not self.sweep:
            return {}
        return {v: [self.sweep.check_at(c, v) for c in self.checks] for v in self.sweep.values}

    @property
    def states_by_value(self) -> dict[float, State]:
        """What the checks say together at each value of the sweep."""
        return {
            value: self._combine_states(checks) for value, checks in self.checks_by_value.items()
        }

    @property
    def quoted_at(self) -> float:
        """The value whose numbers a card shows: where it holds in part, one at which it does.

        It is the stated one, or the nearest to it, counted in values.
        """
        if self.verdict != "holds in part":
            return self.sweep.stated
        values = list(self.sweep.values)
        met_values = [value for value in values if self.states_by_value[value] == "met"]
        stated = values.index(self.sweep.stated)
        return min(met_values, key=lambda value: abs(values.index(value) - stated))

    @property
    def quoted_checks(self) -> tuple[Check, ...]:
        """The checks at that value."""
        return tuple(self.checks_by_value[self.quoted_at])

    @property
    def condition(self) -> str:
        """The words after "it holds"; empty if it holds nowhere."""
        met_values = [value for value, state in self.states_by_value.items() if state == "met"]
        return self.sweep.describe_where(met_values) if met_values else ""

    def _decide(self) -> Verdict:
        by_value = self.states_by_value
        states = set(by_value.values())
        if states == {"met"}:
            return "holds"
        if "met" not in states:
            return "undecided" if "open" in states else "fails"
        stated = by_value[self.sweep.stated] if self.sweep.by_slide else "met"
        return {"met": "holds in part", "missed": "fails as stated", "open": "undecided"}[stated]


Claim = ShownClaim | MeasuredClaim | ConditionalClaim
