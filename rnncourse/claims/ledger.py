"""The ledger's file: read by its schema, held against its records, and confirmed by a run.

What is changed in a check after its numbers are known goes into the claim's log. A record says
which predicates stood when it was made, so that a change without a log entry is found.
"""

import json
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any

from pydantic import Field, TypeAdapter, ValidationError

from rnncourse.claims.checks import Check, Fresh, LedgerError, Part
from rnncourse.claims.kinds import Change, Claim, Conditional, Erratum, Measured, Shown
from rnncourse.core.words import meant

LEDGER = Path(__file__).parents[1] / "claims.toml"
BOOK = Path(__file__).parents[2] / "book"  # absent when the package is installed alone

_CLAIM: TypeAdapter[Claim] = TypeAdapter(Annotated[Claim, Field(discriminator="kind")])


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
            f"{claim.id}: check {check.name!r} reads {now!r}, but when its numbers were measured "
            f"it was {then!r}; measure again, or name `{check.name}` in an entry of the log."
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


_CLASSES: dict[str, type[Part]] = {
    "checks": Check,
    "check": Check,
    "erratum": Erratum,
    "log": Change,
}
_BY_KIND: dict[str, type[Part]] = {
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
