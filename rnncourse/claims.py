"""The claims ledger: what the slides claim, what was measured, and the verdict.

`claims.toml` holds one table a claim. A claim that was measured has *checks*:
a quantity, a predicate with its threshold (fixed before the measurement), and
the place of the recorded number. The verdict is written by hand, so that it
reads well, and `load_ledger` refuses a file in which it does not follow from
the numbers. A chapter calls `measure` with what it has just computed.
"""

import math
import operator
import re
import tomllib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from rnncourse.core.records import Record, RecordError
from rnncourse.core.tables import TomlTable, meant

LEDGER = Path(__file__).with_name("claims.toml")
BOOK = Path(__file__).parents[1] / "book"  # absent when the package is installed alone

KINDS = ("identity", "measured", "conditional")
STATUSES = ("unmeasured", "measured")
CASES = ("holds", "fails")
OPS: dict[str, Callable[[float, float], bool]] = {
    "<=": operator.le,
    ">=": operator.ge,
    "<": operator.lt,
    ">": operator.gt,
}
WHEN = "holds when "

_ALWAYS = ("deck", "heading", "claim", "kind", "status")
_MEASURED = ("chapters", "verdict", "note", "checks")
_CHECK = ("name", "quantity", "record", "op", "threshold", "unit", "case")


class LedgerError(ValueError):
    """The ledger contradicts itself, or is asked for what it does not hold."""


@dataclass(frozen=True)
class Check:
    """One predicate of a claim.

    Args:
        name: The keyword under which a chapter hands in its fresh value.
        quantity: What was measured, in words.
        record: Where the recorded number lies, as `FILE:KEY`.
        op: One of `<=`, `>=`, `<`, `>`.
        threshold: What the number is compared with; fixed before the measurement.
        unit: For display, for instance `"bits"` or `"%"`.
        case: For a conditional claim, the side of the condition: holds or fails.
    """

    name: str
    quantity: str
    record: str
    op: str
    threshold: float
    unit: str = ""
    case: str = ""

    def accepts(self, value: float) -> bool:
        """Whether `value` satisfies the predicate."""
        return OPS[self.op](value, self.threshold)

    @property
    def recorded(self) -> float:
        """The recorded number; `LedgerError` when there is none."""
        file, key = self.record.split(":", 1)
        try:
            value = Record.load(file).value(key)
        except RecordError as error:
            raise LedgerError(f"Check {self.name!r} has no recorded number: {error}") from None
        if isinstance(value, list) or not math.isfinite(value):
            raise LedgerError(
                f"Check {self.name!r} needs one finite number; {self.record} is {value!r}. "
                "Try: record the number itself under a key of its own."
            )
        return float(value)

    @property
    def passes(self) -> bool:
        """Whether the recorded number satisfies the predicate."""
        return self.accepts(self.recorded)

    def confirm(self, fresh: float) -> None:
        """Compare a fresh value with the record (`RecordError` when it has left the tolerance)."""
        file, key = self.record.split(":", 1)
        Record.load(file).confirm(key, fresh)


@dataclass(frozen=True)
class Claim:
    """One claim of the slides, in the course's own words. The fields are those of the file."""

    id: str
    deck: str
    heading: str
    claim: str
    kind: str
    status: str
    chapters: tuple[str, ...] = ()
    verdict: str = ""
    note: str = ""
    checks: tuple[Check, ...] = ()

    @property
    def condition(self) -> str:
        """The words after "holds when"; empty for other verdicts."""
        return self.verdict.removeprefix(WHEN) if self.verdict.startswith(WHEN) else ""


def verdict_of(claim: Claim) -> str:
    """Compute a verdict from the recorded numbers.

    Args:
        claim: A claim of the ledger.

    Returns:
        `"unmeasured"`, `"holds"`, `"holds when"` (conditional claims whose
        checks all pass) or `"fails"` (any check does not pass).

    Raises:
        LedgerError: If a recorded number is missing.
    """
    if claim.status == "unmeasured":
        return "unmeasured"
    if not all(check.passes for check in claim.checks):
        return "fails"
    return "holds when" if claim.kind == "conditional" else "holds"


def load_ledger(path: Path | None = None, *, book: Path | None = None) -> dict[str, Claim]:
    """Read the ledger and hold every written verdict against its numbers.

    Args:
        path: The file; the package's own by default.
        book: Folder of the notebooks that `chapters` names; the checkout's by
            default, and not checked where there is none.

    Returns:
        The claims by id, in the decks' order.

    Raises:
        LedgerError: On the first fault, with one sentence that says what to do.
    """
    path = LEDGER if path is None else path
    book = BOOK if book is None else book
    try:
        tables = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise LedgerError(f"{path.name} cannot be read: {error}") from None
    ledger = {claim_id: _claim(claim_id, table) for claim_id, table in tables.items()}
    order = sorted(ledger, key=lambda claim_id: (claim_id[0], int(claim_id[1:])))
    for found, expected in zip(ledger, order, strict=True):
        if found != expected:
            raise LedgerError(f"{found} stands where {expected} belongs; keep the decks' order.")
    for claim in ledger.values():
        for chapter in claim.chapters:
            if book.is_dir() and not (book / f"{chapter}.ipynb").is_file():
                known = [notebook.stem for notebook in book.glob("*.ipynb")]
                raise LedgerError(
                    f"{claim.id}: there is no notebook {chapter}.ipynb in the book"
                    + meant(chapter, known)
                )
        _check_verdict(claim)
    return ledger


def measure(claim_id: str, /, **fresh: float) -> Claim:
    """Confirm a claim's recorded numbers with what this run computed.

    Args:
        claim_id: For instance `"A2"`.
        **fresh: One fresh value for each check of the claim, by the check's name. Where several
            chapters measure a claim, each gives the values of its own checks.

    Returns:
        The claim. What a page quotes are its recorded numbers.

    Raises:
        LedgerError: If the claim is unknown or has no checks yet, or if a
            check is missing or unknown.
        RecordError: If a fresh value lies outside its record's tolerance.
    """
    ledger = load_ledger()
    if claim_id not in ledger:
        raise LedgerError(f"The ledger has no claim {claim_id!r}" + meant(claim_id, ledger))
    claim = ledger[claim_id]
    if claim.status == "unmeasured":
        raise LedgerError(
            f"{claim_id} is unmeasured. Try: enter its checks, with thresholds fixed before the "
            'measurement, and status = "measured" in rnncourse/claims.toml.'
        )
    names = [check.name for check in claim.checks]
    for name in fresh:
        if name not in names:
            raise LedgerError(f"{claim_id} has no check {name!r}" + meant(name, names))
    missing = [name for name in names if name not in fresh]
    if missing and (not fresh or len(claim.chapters) == 1):
        raise LedgerError(f"{claim_id} also needs a fresh value for {', '.join(missing)}.")
    for check in claim.checks:
        if check.name in fresh:
            check.confirm(fresh[check.name])
    return claim


def _claim(claim_id: str, raw: object) -> Claim:
    """Build one claim from its table, or say what is wrong with it."""
    if not re.fullmatch(r"[A-E][1-9]\d*", claim_id) or not isinstance(raw, dict):
        raise LedgerError(f"{claim_id!r} is not a claim; a table is named like [A2] or [E10].")
    table = TomlTable(claim_id, raw, LedgerError)
    status, kind = table.choice("status", STATUSES), table.choice("kind", KINDS)
    deck, heading, claim = (table.words(name) for name in ("deck", "heading", "claim"))
    if deck != claim_id[0]:
        table.fault(f"deck must be {claim_id[0]!r}; got {deck!r}.")
    if status == "unmeasured":
        for name in set(raw) & set(_MEASURED):
            table.fault(f"an unmeasured claim has no {name}; remove it or change the status.")
        table.only(_ALWAYS)
        return Claim(claim_id, deck, heading, claim, kind, status)
    table.only(_ALWAYS + _MEASURED)
    checks = tuple(_check(claim_id, kind, entry) for entry in table.items("checks"))
    names = [check.name for check in checks]
    for name in names:
        if names.count(name) > 1:
            table.fault(f"two checks are named {name!r}; rename one.")
    for case in CASES if kind == "conditional" else ():
        if case not in [check.case for check in checks]:
            table.fault(f'a conditional claim needs a check with case = "{case}"; add one.')
    chapters = tuple(map(str, table.items("chapters")))
    verdict, note = table.words("verdict"), table.words("note")
    return Claim(claim_id, deck, heading, claim, kind, status, chapters, verdict, note, checks)


def _check(claim_id: str, kind: str, raw: object) -> Check:
    """Build one check from its table, or say what is wrong with it."""
    if not isinstance(raw, dict):
        raise LedgerError(f"{claim_id}: write each check as a table, [[{claim_id}.checks]].")
    table = TomlTable(f"{claim_id}, check {raw.get('name', '?')!r}", raw, LedgerError)
    conditional = kind == "conditional"
    if "case" in raw and not conditional:
        table.fault("only a conditional claim's checks have a case; remove it.")
    table.only(_CHECK)
    check = Check(
        name=table.words("name"),
        quantity=table.words("quantity"),
        record=table.words("record"),
        op=table.choice("op", OPS),
        threshold=table.number("threshold"),
        unit=table.words("unit") if raw.get("unit") else "",
        case=table.choice("case", CASES) if conditional else "",
    )
    if not check.name.isidentifier():
        table.fault("a name is used as a keyword in Python; write it like unseen_9.")
    if not re.fullmatch(r"[\w-]+:\S+", check.record):
        table.fault(f"record must read FILE:KEY; got {check.record!r}.")
    return check


def _check_verdict(claim: Claim) -> None:
    """Raise unless the written verdict follows from the recorded numbers."""
    try:
        computed = verdict_of(claim)
        missed = [f"{c.name} = {c.recorded:g}" for c in claim.checks if not c.passes]
    except LedgerError as error:
        raise LedgerError(f"{claim.id}: {error}") from None
    if claim.kind == "conditional" and missed:
        raise LedgerError(
            f"{claim.id}: every check of a conditional claim must pass, but {', '.join(missed)} "
            "does not; the condition is not the right one."
        )
    if claim.verdict == WHEN.strip():
        raise LedgerError(f"{claim.id}: the verdict lacks its condition; write holds when ….")
    written = "holds when" if claim.condition else claim.verdict or "unmeasured"
    if written != computed:
        why = f" ({', '.join(missed)} misses its threshold)" if missed else ""
        raise LedgerError(
            f"{claim.id}: the written verdict is {claim.verdict!r}, but its numbers say "
            f"{computed!r}{why}; change the verdict, never the threshold."
        )
