"""The ledger's file: read by its schema, held against its records, and confirmed by a run.

What is changed in a check after its numbers are known goes into the claim's log. A record says
which predicates stood when it was made, so that a change without a log entry is found.
"""

import json
import tomllib
from pathlib import Path
from typing import Any

from rnncourse.claims.checks import Check, LedgerError, Recomputed
from rnncourse.claims.kinds import Claim
from rnncourse.claims.readings import load_record
from rnncourse.claims.tables import build_claim
from rnncourse.core.records import FILE, Record, RecordError
from rnncourse.core.suggestions import did_you_mean

LEDGER = Path(__file__).parents[1] / "claims.toml"
BOOK = Path(__file__).resolve().parents[2] / "book"  # absent when the package is installed alone
UNWRITTEN = "not yet written"
"""What stands for a check that was thought of after its numbers were known."""

DROPPED = "dropped"
"""What the log says of a check that is gone."""


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
    ledger = {claim_id: build_claim(claim_id, table) for claim_id, table in tables.items()}
    order = sorted(ledger, key=lambda claim_id: (claim_id[0], int(claim_id[1:])))
    for name, expected in zip(ledger, order, strict=True):
        if name != expected:
            raise LedgerError(f"{name} stands where {expected} belongs; keep the decks' order.")
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
                    + did_you_mean(chapter, known)
                )
        _check_sweep(claim)
        for check in claim.checks if claim.chapters else ():
            _check_log(claim, check)
    _check_removals(ledger)
    return ledger


def _check_log(claim: Claim, check: Check) -> None:
    """Raise unless a check is what it was when its record was made, or its log says why not."""
    try:
        about = check.effect.about
    except LedgerError as error:
        raise LedgerError(f"{claim.id}: {error}") from None
    registered = about.get("checks", {}).get(f"{claim.id}/{check.name}", UNWRITTEN)
    current = claim.describe_check(check)
    if registered != current and not _is_logged(claim, check.name, current, about):
        raise LedgerError(
            f"{claim.id}: check {check.name!r} reads {current!r}, but when its numbers were "
            f"measured it was {registered!r}; add an entry of the log with the reason, and with "
            f"reads.{check.name} = {json.dumps(current, ensure_ascii=False)}."
        )


def _check_sweep(claim: Claim) -> None:
    """Raise unless there are numbers at every value of a sweep."""
    for checks in claim.checks_by_value.values() if claim.chapters else ():
        for check in checks:
            try:
                _ = check.effect
            except LedgerError as error:
                raise LedgerError(f"{claim.id}: {error}") from None


def _check_removals(ledger: dict[str, Claim]) -> None:
    """Raise if a check whose numbers are known has left the ledger, or its page, unsaid."""
    for path in sorted(Record("any").path.parents[1].glob(f"*/{FILE}")):
        chapter = path.parent.name
        try:
            sections = load_record(chapter).about.values()
        except RecordError as error:
            raise LedgerError(str(error)) from None
        for about in sections:
            for check_id in about.get("checks", {}):
                claim_id, name = check_id.split("/", 1)
                if fault := _describe_loss(ledger.get(claim_id), name, about):
                    raise LedgerError(
                        f"{claim_id} {fault}, whose numbers are in the record of {chapter}; put it "
                        f"back, or add an entry of the log with the reason, and with "
                        f'reads.{name} = "{DROPPED}".'
                    )


def _describe_loss(claim: Claim | None, name: str, about: dict[str, Any]) -> str:
    """Say what a claim has lost of what a record was made for; empty if nothing, or if told."""
    if claim is None:
        return f"has left the ledger, with its check {name!r}"
    if name not in [check.name for check in claim.checks]:
        fault = f"has lost its check {name!r}"
    elif claim.checks and not claim.chapters:
        fault = f"has lost its chapters, and with them the check {name!r}"
    else:
        return ""
    return "" if _is_logged(claim, name, DROPPED, about) else fault


def _is_logged(claim: Claim, name: str, reading: str, about: dict[str, Any]) -> bool:
    """Whether an entry of the log, not older than the numbers, says how a check reads now."""
    return any(
        change.reads.get(name) == reading and change.date >= find_first_run(about)
        for change in claim.log
    )


def find_first_run(about: dict[str, Any]) -> str:
    """Since when the numbers of a section are known: the day of its first run for a check."""
    return about.get("since", about.get("date", ""))


def confirm_claim(claim_id: str, /, **recomputed: Recomputed) -> Claim:
    """Confirm a claim's recorded numbers with what this run computed.

    Args:
        claim_id: For instance `"A2"`.
        **recomputed: For each check that is measured here, by its name: as many values as its
            `here` says (one may be a number). Where several chapters measure a claim, each gives
            the values of its own checks.

    Returns:
        The claim. What a page quotes are its recorded numbers.

    Raises:
        LedgerError: If the claim is unknown, has no numbers, or no verdict; if a check is missing,
            unknown, or recorded only; if with the fresh values a check comes out otherwise.
        RecordError: If a fresh value lies outside its record's tolerance.
    """
    ledger = load_ledger()
    if claim_id not in ledger:
        raise LedgerError(f"The ledger has no claim {claim_id!r}" + did_you_mean(claim_id, ledger))
    claim = ledger[claim_id]
    if claim.verdict == "shown":
        raise LedgerError(f"{claim_id} is shown, not judged; it has no card.")
    if claim.verdict == "unmeasured":
        raise LedgerError(
            f"{claim_id} is unmeasured. Try: enter its checks, written before the run, and its "
            "chapters in rnncourse/claims.toml."
        )
    checks = {check.name: check for check in claim.checks}
    for name in recomputed:
        if name not in checks:
            raise LedgerError(f"{claim_id} has no check {name!r}" + did_you_mean(name, checks))
        if not checks[name].here:
            raise LedgerError(f"{claim_id}: {name} is recorded only (here = 0); do not hand it in.")
    missing = [name for name, check in checks.items() if check.here and name not in recomputed]
    if missing and (not recomputed or len(claim.chapters) == 1):
        raise LedgerError(f"{claim_id} also needs fresh values for {', '.join(missing)}.")
    for name, values in recomputed.items():
        checks[name].confirm(values)
    return claim


VERDICT_WORDS = {  # computed verdict: words after its count; what surprises first
    "fails": ("fails", "fail"),
    "fails as stated": ("fails as stated", "fail as stated"),
    "undecided": ("is undecided", "are undecided"),
    "holds in part": ("holds in part", "hold in part"),
    "holds": ("holds", "hold"),
}


def export_ledger(ledger: dict[str, Claim]) -> str:
    """Return the ledger for machines, as JSON: the file's fields, the values, and the verdicts."""
    return json.dumps({claim_id: _make_row(claim) for claim_id, claim in ledger.items()}, indent=1)


def _make_row(claim: Claim) -> dict[str, Any]:
    row = {**claim.model_dump(mode="json", exclude_defaults=True), "verdict": claim.verdict}
    row["measured"] = {
        check.name: {
            **_export_check(check),
            "tolerance": check.reading.entry.tolerance,
            "baseline": check.baseline_mean,
            "about": {k: v for k, v in check.reading.about.items() if k not in ("checks", "runs")},
        }
        for check in claim.checks
        if claim.chapters
    }
    if claim.checks_by_value:
        row["swept"] = {
            f"{value:g}": {check.name: _export_check(check) for check in checks}
            for value, checks in claim.checks_by_value.items()
        }
    return row


def _export_check(check: Check) -> dict[str, Any]:
    effect = check.effect
    return {
        "state": check.state,
        "values": list(check.reading.values),
        "mean": effect.mean,
        "interval": [effect.low, effect.high],
    }
