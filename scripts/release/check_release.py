"""Check that a release is one: python -m scripts.release.check_release TAG [NOTES].

The tag, the version in pyproject.toml, CITATION.cff and CHANGELOG.md have to agree, and the change
log has to give the version a date. Where the address of the repository is known, by the variable
RNNCOURSE_REPOSITORY, CITATION.cff has to name it. What the change log says is written to the file
NOTES.
"""

import os
import re
import tomllib
from pathlib import Path

from scripts import ROOT, Argument, fail, run_script


def read_version() -> str:
    """Return the version that pyproject.toml gives."""
    return tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]["version"]


def read_cited_version(citation: str) -> str:
    """Return the version that CITATION.cff gives, or ''."""
    match = re.search(r"^version: *[\"']?([^\s\"']+)", citation, re.MULTILINE)
    return match[1] if match else ""


def find_section(changes: str, number: str) -> tuple[str, str]:
    """Return what stands beside a version's heading in the change log, and the text below it."""
    heading = rf"^## {re.escape(number)} - (.+)\n((?:(?!## ).*\n?)*)"
    match = re.search(heading, changes, re.MULTILINE)
    return (match[1].strip(), match[2].strip()) if match else ("", "")


def list_faults(tag: str, number: str, citation: str, changes: str, address: str = "") -> list[str]:
    """Say in one sentence each what is not ready for a release."""
    faults, (date, text) = [], find_section(changes, number)
    if tag != f"v{number}":
        faults.append(f"the tag is {tag!r}, and pyproject.toml has the version {number!r}")
    if (cited := read_cited_version(citation)) != number:
        faults.append(f"CITATION.cff has the version {cited!r}, and pyproject.toml {number!r}")
    line = f"repository-code: {address}"
    if address and line not in citation.splitlines():
        faults.append(f"CITATION.cff does not say where the course is: give it the line {line!r}")
    if not text:
        faults.append(f"CHANGELOG.md says nothing under '## {number} - DATE'")
    elif not re.fullmatch(r"\d{4}-\d\d-\d\d", date):
        faults.append(f"CHANGELOG.md has no date for {number}, but {date!r}")
    return faults


def main(tag: str, notes: Path | None) -> None:
    number = read_version()
    changes = (ROOT / "CHANGELOG.md").read_text("utf-8")
    citation = (ROOT / "CITATION.cff").read_text("utf-8")
    address = os.environ.get("RNNCOURSE_REPOSITORY", "")
    if faults := list_faults(tag, number, citation, changes, address):
        fail(*(f"{fault}." for fault in faults), code=1)
    if notes:
        notes.write_text(find_section(changes, number)[1] + "\n", encoding="utf-8")


if __name__ == "__main__":
    run_script(
        main,
        Argument("tag", metavar="TAG"),
        Argument("notes", nargs="?", type=Path, metavar="NOTES"),
    )
