"""The claims ledger: what the slides claim, what was measured, and the verdict.

`claims.toml` holds one table a claim. A claim that an experiment can decide has *checks*: a
quantity, what the claim says of it (a predicate with its threshold, written before the run), and
the place of the recorded values. Nobody writes a verdict: it is computed here, from the interval
over the runs, and it can come out against the claim, against our condition, or not at all.

What is changed in a check after its numbers are known goes into the claim's log. A record says
which predicates stood when it was made, so that a change without a log entry is found.
"""

import json
import math
import operator
import re
import tomllib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Annotated, Any, Literal

import numpy as np
from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    Strict,
    TypeAdapter,
    ValidationError,
    model_validator,
)
from scipy.special import stdtrit

from rnncourse.core.records import Entry, Record, RecordError
from rnncourse.core.words import meant

LEDGER = Path(__file__).with_name("claims.toml")
BOOK = Path(__file__).parents[1] / "book"  # absent when the package is installed alone

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
Verdict = Literal[
    "holds", "holds when", "fails", "undecided", "not as predicted", "shown", "unmeasured"
]
Fresh = float | Sequence[float] | np.ndarray


class LedgerError(ValueError):
    """The ledger contradicts itself, or is asked for what it does not hold."""


# --- What the file holds ---


def _one_line(text: str) -> str:
    if not text.strip():
        raise ValueError("must be words")
    return " ".join(text.split())


Words = Annotated[str, AfterValidator(_one_line)]
Number = Annotated[float, Strict(), Field(allow_inf_nan=False)]
Day = Annotated[str, Field(pattern=r"^20\d\d-[01]\d-[0-3]\d$")]
Place = Annotated[str, Field(pattern=r"^[\w-]+:\S+$")]  # CHAPTER:KEY


class _Part(BaseModel):
    """What all tables of the file have in common: no unknown fields, and no later change."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Check(_Part):
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

    def accepts(self, value: float) -> bool:
        """Whether `value` satisfies the predicate."""
        return bool(OPS[self.op](value, self.threshold))

    @cached_property
    def reading(self) -> "Reading":
        """The recorded values; `LedgerError` when there are none."""
        chapter, key = self.record.split(":", 1)
        try:
            record = _record(chapter)
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
            raise LedgerError(f"Check {self.name!r} has fewer recorded runs than here = {self.here}.")
        section = record.sections[key]
        return Reading(tuple(values), entry, section, record.about[section])

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
            return float(np.mean(_record(chapter).value(key)))
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
                f"decides is too close to its threshold, {self.op} {self.threshold:g}."
            )


class Erratum(_Part):
    """A slip of the pen: the claim is judged as its author meant it.

    Args:
        printed: What the slide prints.
        right: What is right.
        check: What the printed form gives: a predicate that it misses nowhere, or the slip is none.
    """

    printed: Words
    right: Words
    check: Check | None = None


class Change(_Part):
    """What was changed after its numbers were known."""

    date: Day
    what: Words
    why: Words


class _Claim(_Part):
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
    def all_checks(self) -> list[Check]:
        """The checks, and the erratum's."""
        slip = [self.erratum.check] if self.erratum and self.erratum.check else []
        return [*self.checks, *slip]

    def registered(self, check: Check) -> str:
        """Return what a record keeps of a check: all that could turn its verdict."""
        case = f", case {check.case}" if check.case else ""
        return f"{self.kind}: {check.op} {check.threshold:.12g} over {check.over}{case}"


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

    @property
    def verdict(self) -> Verdict:
        """`"shown"`, or `"unmeasured"` while no chapter shows it."""
        return "shown" if self.chapters else "unmeasured"


class Measured(_Claim):
    """A claim that one experiment decides.

    Args:
        overturn: What would overturn the verdict, in a sentence.
        checks: What the claim predicts.
    """

    kind: Literal["identity", "measured"]
    overturn: str = ""
    checks: tuple[Check, ...] = ()

    _needs = ("note", "overturn", "checks")

    @model_validator(mode="after")
    def _no_sides(self) -> "Measured":
        if any(check.case for check in self.checks):
            raise ValueError("only a conditional claim's checks have a case; remove it")
        return self

    @property
    def verdict(self) -> Verdict:
        """What the numbers say; see `verdict_of`."""
        if not self.chapters:
            return "unmeasured"
        states = {check.state for check in self.checks}
        return "fails" if "missed" in states else "undecided" if "open" in states else "holds"


class Conditional(_Claim):
    """A claim that is true on one side of a condition and false on the other.

    Args:
        condition: The words after "holds when".
        overturn: What would overturn the verdict, in a sentence.
        checks: What the claim predicts, on both sides: on the side that fails, our condition says
            that the prediction is missed.
    """

    kind: Literal["conditional"]
    condition: str = ""
    overturn: str = ""
    checks: tuple[Check, ...] = ()

    _needs = ("note", "overturn", "condition", "checks")

    @model_validator(mode="after")
    def _both_sides(self) -> "Conditional":
        for case in ("holds", "fails") if self.checks else ():
            if case not in [check.case for check in self.checks]:
                raise ValueError(f'a conditional claim needs a check with case = "{case}"; add one')
        if any(not check.case for check in self.checks):
            raise ValueError('each check of a conditional claim needs its case: "holds" or "fails"')
        return self

    @property
    def verdict(self) -> Verdict:
        """What the numbers say; see `verdict_of`."""
        if not self.chapters:
            return "unmeasured"
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
_CLAIM: TypeAdapter[Claim] = TypeAdapter(Annotated[Claim, Field(discriminator="kind")])


# --- What the records hold ---


@dataclass(frozen=True)
class Reading:
    """The recorded values of a check: one for each run.

    Args:
        values: In the order of the runs.
        entry: As recorded, with tolerance and evidence.
        section: The experiment that measured them.
        about: What the record says of that experiment: command, date, commit, versions.
    """

    values: tuple[float, ...]
    entry: Entry
    section: str
    about: dict[str, Any]

    @property
    def n(self) -> int:
        """How many runs."""
        return len(self.values)

    @property
    def mean(self) -> float:
        """Of the runs."""
        return float(np.mean(self.values))

    @property
    def low(self) -> float:
        """Lower end of the interval."""
        return interval(self.values)[0]

    @property
    def high(self) -> float:
        """Upper end of the interval."""
        return interval(self.values)[1]


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


def _record(chapter: str) -> Record:
    """Load a record, once for each state of its file."""
    path = Record(chapter).path
    stamp = path.stat().st_mtime_ns if path.is_file() else 0
    return _record_of(chapter, path, stamp)


@lru_cache(maxsize=64)
def _record_of(chapter: str, path: Path, stamp: int) -> Record:
    return Record.load(chapter)


def verdict_of(claim: Claim) -> Verdict:
    """Compute a verdict from the recorded values.

    An identity or a measured claim *holds* when all of its checks are met, *fails* when one is
    missed, and is *undecided* otherwise. A conditional claim *holds when* its checks are met on one
    side of the condition and missed on the other; when they are met on both it holds, when they are
    missed on both it fails, and any other pattern is *not as predicted*: then our condition is wrong.

    Args:
        claim: A claim of the ledger.

    Raises:
        LedgerError: If a recorded number is missing.
    """
    return claim.verdict


# --- Reading the file ---


def read_ledger(path: Path | None = None) -> dict[str, Claim]:
    """Read the file by its schema, without a look at the records.

    Args:
        path: The file; the package's own by default.

    Returns:
        The claims by id, in the decks' order.

    Raises:
        LedgerError: On the first fault, with one sentence that says what to do.
    """
    path = LEDGER if path is None else path
    try:
        tables = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise LedgerError(f"{path.name} cannot be read: {error}") from None
    ledger = {claim_id: _claim(claim_id, table) for claim_id, table in tables.items()}
    order = sorted(ledger, key=lambda claim_id: (claim_id[0], int(claim_id[1:])))
    for found, expected in zip(ledger, order, strict=True):
        if found != expected:
            raise LedgerError(f"{found} stands where {expected} belongs; keep the decks' order.")
    return ledger


def load_ledger(path: Path | None = None, *, book: Path | None = None) -> dict[str, Claim]:
    """Read the ledger, and see that nothing was changed unsaid after its numbers were known.

    Args:
        path: The file; the package's own by default.
        book: Folder of the notebooks that `chapters` names; the checkout's by
            default, and not checked where there is none.

    Returns:
        The claims by id, in the decks' order.

    Raises:
        LedgerError: On the first fault, with one sentence that says what to do. A check that is
            missed is no fault.
    """
    ledger = read_ledger(path)
    book = BOOK if book is None else book
    for claim in ledger.values():
        for chapter in claim.chapters:
            if book.is_dir() and not (book / f"{chapter}.ipynb").is_file():
                known = [notebook.stem for notebook in book.glob("*.ipynb")]
                raise LedgerError(
                    f"{claim.id}: there is no notebook {chapter}.ipynb in the book"
                    + meant(chapter, known)
                )
        for check in claim.all_checks if claim.chapters else ():
            _check_log(claim, check)
    return ledger


def _check_log(claim: Claim, check: Check) -> None:
    """Raise unless a check is what it was when its record was made, or its log says why not."""
    try:
        about = check.reading.about
    except LedgerError as error:
        raise LedgerError(f"{claim.id}: {error}") from None
    then = about.get("checks", {}).get(f"{claim.id}/{check.name}", "not yet written")
    now = claim.registered(check)
    logged = any(
        f"`{check.name}`" in change.what and change.date >= about.get("date", "")
        for change in claim.log
    )
    if then != now and not logged:
        raise LedgerError(
            f"{claim.id}: check {check.name!r} reads {now!r}, but when its numbers were measured it "
            f"was {then!r}; measure again, or write an entry of the log that names `{check.name}`."
        )


def measure(claim_id: str, /, **fresh: Fresh) -> Claim:
    """Confirm a claim's recorded numbers with what this run computed.

    Args:
        claim_id: For instance `"A2"`.
        **fresh: For each check that is measured here, by its name: as many values as its `here`
            says (one may be a number). Where several chapters measure a claim, each gives the
            values of its own checks.

    Returns:
        The claim. What a page quotes are its recorded numbers.

    Raises:
        LedgerError: If the claim is unknown, has no numbers, or no verdict; if a check is missing,
            unknown, or recorded only; if with the fresh values a check comes out otherwise.
        RecordError: If a fresh value lies outside its record's tolerance.
    """
    ledger = load_ledger()
    if claim_id not in ledger:
        raise LedgerError(f"The ledger has no claim {claim_id!r}" + meant(claim_id, ledger))
    claim = ledger[claim_id]
    if claim.verdict == "shown":
        raise LedgerError(f"{claim_id} is shown, not judged; it has no card.")
    if claim.verdict == "unmeasured":
        raise LedgerError(
            f"{claim_id} is unmeasured. Try: enter its checks, with thresholds written before the "
            "run, and its chapters in rnncourse/claims.toml."
        )
    checks = {check.name: check for check in claim.all_checks}
    for name in fresh:
        if name not in checks:
            raise LedgerError(f"{claim_id} has no check {name!r}" + meant(name, checks))
        if not checks[name].here:
            raise LedgerError(f"{claim_id}: {name} is recorded only (here = 0); do not hand it in.")
    missing = [name for name, check in checks.items() if check.here and name not in fresh]
    if missing and (not fresh or len(claim.chapters) == 1):
        raise LedgerError(f"{claim_id} also needs fresh values for {', '.join(missing)}.")
    for name, values in fresh.items():
        checks[name].confirm(values)
    return claim


def download(ledger: dict[str, Claim]) -> str:
    """Return the ledger for machines, as JSON: the file's fields, the values, and the verdicts."""
    return json.dumps({claim_id: _row(claim) for claim_id, claim in ledger.items()}, indent=1)


def _row(claim: Claim) -> dict[str, Any]:
    row = {**claim.model_dump(mode="json", exclude_defaults=True), "verdict": claim.verdict}
    readings = [(check, check.reading) for check in claim.all_checks if claim.chapters]
    row["measured"] = {
        check.name: {
            "state": check.state,
            "values": list(reading.values),
            "mean": reading.mean,
            "interval": [reading.low, reading.high],
            "tolerance": reading.entry.tolerance,
            "baseline": check.compared_with,
            "about": {k: v for k, v in reading.about.items() if k not in ("checks", "runs")},
        }
        for check, reading in readings
    }
    return row


def _claim(claim_id: str, raw: object) -> Claim:
    """Build one claim from its table, or say what is wrong with it."""
    if not re.fullmatch(r"[A-E][1-9]\d*", claim_id) or not isinstance(raw, dict):
        raise LedgerError(f"{claim_id!r} is not a claim; a table is named like [A2] or [E10].")
    try:
        return _CLAIM.validate_python({"id": claim_id, **raw})
    except ValidationError as error:
        raise LedgerError(f"{claim_id}{_sentence(error, raw)}") from None


def _sentence(error: ValidationError, raw: dict[str, Any]) -> str:
    """Turn the first fault that the schema finds into a sentence that names the next move."""
    fault = error.errors()[0]
    kind, where = fault["type"], [*fault["loc"]]
    if where and where[0] == raw.get("kind"):
        where = where[1:]  # which of the classes
    place = "".join(_places(raw, where[:-1])) + ": "
    name = where[-1] if where else ""
    if kind == "union_tag_not_found":
        return ": the field 'kind' is missing; add it."
    if kind == "union_tag_invalid":
        return f": kind cannot be {raw['kind']!r}" + meant(
            str(raw["kind"]), ["shown", "identity", "measured", "conditional"]
        )
    if kind == "missing":
        return f"{place}the field {name!r} is missing; add it."
    if kind == "extra_forbidden":
        part = _CLASSES.get(next((str(w) for w in reversed(where[:-1]) if isinstance(w, str)), ""))
        known = (part or _BY_KIND[raw["kind"]]).model_fields
        return f"{place}unknown field {name!r}" + meant(str(name), known)
    if kind == "literal_error":
        known = re.findall(r"'([^']+)'", fault["ctx"]["expected"])
        return f"{place}{name} cannot be {fault['input']!r}" + meant(str(fault["input"]), known)
    message = fault["msg"].removeprefix("Value error, ")
    if not name:
        return f": {message}."
    got = repr(fault["input"])
    return f"{place}{name}: {message}; got {got[:60] + '…' if len(got) > 60 else got}."


_CLASSES: dict[str, type[_Part]] = {"checks": Check, "check": Check, "erratum": Erratum, "log": Change}
_BY_KIND: dict[str, type[_Part]] = {
    "shown": Shown, "identity": Measured, "measured": Measured, "conditional": Conditional
}  # fmt: skip


def _places(raw: Any, where: list[str | int]) -> Iterator[str]:
    """Name the way to a fault: a check by its name, other parts by theirs."""
    for step in where:
        try:
            raw = raw[step]
        except (KeyError, IndexError, TypeError):
            return
        if isinstance(step, int):
            name = raw.get("name") if isinstance(raw, dict) else None
            yield f", check {name!r}" if name else f", entry {step + 1}"
        elif step not in ("checks",):
            yield f", {step}"
