"""A small ledger of its own for the tests, with its records and a book of one chapter."""

import json
import tomllib
from collections.abc import Callable
from pathlib import Path

from rnncourse.claims import ledger, read_ledger
from rnncourse.claims.tables import build_claim
from rnncourse.core import records
from rnncourse.core.seeds import CONFIRMING

LEDGER = r"""
[A2]
deck = "A"
heading = "Motivation"
claim = "Counting needs the *Markov* assumption on $n - 1$ words."
short = "Needs *Markov*"
answer = "{gain:points} more; {gain:level%} in all"
kind = "measured"
chapters = ["02-demo"]
overturn = "A text in which most contexts were seen."
note = "Both halves are true."
[[A2.checks]]
name = "gain"
role = "primary"
quantity = "share of 9-grams never seen"
record = "demo:unseen/9"
over = "seeds"
op = ">="
smallest = 0.05
against = "bigrams"
baseline = "demo:unseen/2"
here = 2
[[A2.checks]]
name = "bits"
role = "secondary"
quantity = "cost"
record = "demo:bits"
over = "seeds"
op = "<="
smallest = -0.5
against = "chance"
baseline = 3
unit = "bits"
here = 1

[B1]
deck = "B"
heading = "Inputs"
claim = "Inputs have a fixed size."
kind = "conditional"

[C1]
deck = "C"
heading = "Windows"
claim = "A gap is zero."
short = "A gap is zero"
answer = "it is {gap}"
kind = "measured"
chapters = ["02-demo"]
overturn = "No gap."
note = "It is not."
[[C1.checks]]
name = "gap"
role = "primary"
quantity = "largest difference"
record = "demo:gap"
over = "documents"
op = "<="
smallest = 1e-12
against = "none"
baseline = 0

[D1]
deck = "D"
heading = "Definition"
claim = "A network is a network."
words = "network: *network*"
kind = "shown"
chapters = ["02-demo"]
ran = "Both were run: the gap is 0."
tests = ["tests/test_demo.py::test_it"]

[D9]
deck = "D"
heading = "Memory"
claim = "What was read is lost."
short = "What was read is lost"
answer = "{kept:points} above chance; {kept:level%} in all"
kind = "conditional"
chapters = ["02-demo"]
overturn = "A symbol that is read."
note = "Untrained."
[D9.sweep]
variable = "the number of units"
values = [16, 32, 64]
source = "none"
stated = 32
chosen = "our choice: the slide names no number"
figure = "memory"
region = "up to {high} units"
by_slide = true
[[D9.checks]]
name = "kept"
role = "primary"
quantity = "how often a symbol is named"
record = "demo:kept/32"
over = "seeds"
op = "<="
smallest = 0.1
against = "chance"
baseline = 0.25
[[D9.log]]
date = "2026-11-20"
what = "`kept` asked for 0.2."
why = "A fifth is much."
"""
SEEN = [0.001 * i - 0.0045 for i in range(10)]
VALUES = {
    "unseen/9": [0.8 + x for x in SEEN],
    "unseen/2": [0.6 + 13 * x for x in SEEN],
    "bits": [1.87 + x for x in SEEN],
    "gap": [0.5 + x for x in SEEN],
    "kept/16": [0.26 + x for x in SEEN],
    "kept/32": [0.5 + x for x in SEEN],
    "kept/64": [0.9 + x for x in SEEN],
    "one": 1.87,
    "two": [1.0, 2.0],
}


def add_log_entry(text: str, claim_id: str, date: str = "2026-11-21") -> str:
    """Return a ledger's text with an entry of the log that says how all checks of a claim read."""
    claim = build_claim(claim_id, tomllib.loads(text)[claim_id])
    outcomes = dict.fromkeys(("gain", "bits", "gap", "kept"), "dropped")
    outcomes |= {check.name: claim.describe_check(check) for check in claim.checks}
    reads = "\n".join(f"reads.{name} = {json.dumps(words)}" for name, words in outcomes.items())
    return f'{text}\n[[{claim_id}.log]]\ndate = "{date}"\nwhat = "x"\nwhy = "w"\n{reads}\n'


def edit_record(path: Path, change: Callable[[dict], None]) -> None:
    """Change a record's file by hand, as it was written before records were given a checksum."""
    raw = json.loads(path.read_text(encoding="utf-8"))
    for section in raw.values():
        section.pop("checksum", None)
    change(raw)
    path.write_text(json.dumps(raw), encoding="utf-8")


def plant_ledger(folder: Path, monkeypatch) -> Callable[..., Path]:
    """Return `write(text)`, which makes a text the ledger and gives its path."""
    (folder / "book").mkdir()
    (folder / "book" / "02-demo.ipynb").write_text("{}", encoding="utf-8")
    path = folder / "claims.toml"
    path.write_text(LEDGER, encoding="utf-8")
    checks = {
        f"{claim.id}/{check.name}": claim.describe_check(check)
        for claim in read_ledger(path).values()
        for check in claim.checks
    }
    meta = {"command": "make measure", "date": "2026-11-19", "commit": "abc", "python": "3.11.7",
             "function": "demo.run", "numpy": "2.4.6", "checks": checks,
             "seeds": [*CONFIRMING]}  # fmt: skip
    record = records.Record("demo", "invented", meta, folder=folder / "records")
    for key, value in VALUES.items():
        record.add(key, value, 0.01 if key != "gap" else 1e-13, "invented")
    record.save()

    def write(text: str = LEDGER) -> Path:
        path.write_text(text, encoding="utf-8")
        return path

    monkeypatch.setattr(records, "FOLDER", folder / "records")
    monkeypatch.setattr(ledger, "LEDGER", path)
    monkeypatch.setattr(ledger, "BOOK", folder / "book")
    return write
