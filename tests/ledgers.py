"""A small ledger of its own for the tests, with its records and a book of one chapter."""

import json
import tomllib
from collections.abc import Callable
from pathlib import Path

from rnncourse.claims import ledger, read_ledger
from rnncourse.claims.tables import claim_of
from rnncourse.core import records
from rnncourse.core.seeds import CONFIRMING

LEDGER = r"""
[A2]
deck = "A"
heading = "Motivation"
claim = "Counting needs the *Markov* assumption on $n - 1$ words."
short = "Needs *Markov*"
answer = "a cost of {long}, or {long:%}"
kind = "measured"
chapters = ["02-demo"]
overturn = "A text in which most contexts were seen."
note = "Both halves are true."
[[A2.checks]]
name = "unseen"
quantity = "share of 9-grams never seen"
record = "demo:unseen/9"
over = "splits"
op = ">="
threshold = 0.3
against = "bigrams"
baseline = 0.1
here = 2
[[A2.checks]]
name = "bits"
quantity = "cost"
record = "demo:bits"
over = "exact"
op = "<"
threshold = 2
unit = "bits"
here = 1
[[A2.checks]]
name = "long"
quantity = "cost of a long run"
record = "demo:long"
over = "seeds"
op = "<"
threshold = 2
against = "chance"
baseline = "demo:chance"

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
kind = "identity"
chapters = ["02-demo"]
overturn = "A gap."
note = "It is not."
[[C1.checks]]
name = "gap"
quantity = "largest difference"
record = "demo:gap"
over = "exact"
op = "<="
threshold = 1e-12
here = 1
[C1.erratum]
printed = "$a < b$"
right = "$a > b$"
[C1.erratum.check]
name = "slip"
quantity = "what the printed form is off by"
record = "demo:slip"
over = "seeds"
op = ">="
threshold = 0.1

[D1]
deck = "D"
heading = "Definition"
claim = "A network is a network."
kind = "shown"
chapters = ["02-demo"]
ran = "Both were run: the gap is 0."
tests = ["tests/test_demo.py::test_it"]

[D9]
deck = "D"
heading = "Gradient flow"
claim = "Above 1 explodes."
short = "Above 1 explodes"
answer = "{normal} against {nilpotent}"
kind = "conditional"
condition = "the matrix is normal"
chapters = ["02-demo"]
overturn = "A normal matrix that does not explode."
note = "A bound on one step."
[[D9.checks]]
name = "normal"
quantity = "growth"
record = "demo:normal"
over = "seeds"
op = ">"
threshold = 100
case = "holds"
[[D9.checks]]
name = "nilpotent"
quantity = "growth"
record = "demo:nilpotent"
over = "seeds"
op = ">"
threshold = 100
case = "fails"
[[D9.log]]
date = "2026-11-20"
what = "`normal` asked for 10."
why = "Ten is rounding."
reads.normal = "conditional: > 100 over seeds, case holds; demo:normal, growth"
"""
THIRD = r"""
[E1]
deck = "E"
heading = "Gates"
claim = "A gated network names more."
short = "Gates name more"
answer = "{gain:points} more; {gain:level%} in all"
kind = "measured"
chapters = ["02-demo"]
overturn = "A plain network that names as many."
note = "Of 32 units."
[[E1.checks]]
name = "gain"
role = "primary"
quantity = "share of names"
record = "demo:gated"
over = "seeds"
op = ">="
smallest = 0.05
against = "a plain network"
baseline = "demo:plain"
[[E1.checks]]
name = "longer"
role = "secondary"
quantity = "share of long names"
record = "demo:gated"
over = "seeds"
op = ">="
smallest = 0.1
against = "chance"
baseline = 0.25

[E2]
deck = "E"
heading = "Memory"
claim = "What was read is lost."
short = "What was read is lost"
answer = "{kept:points} above chance; {kept:level%} in all"
kind = "conditional"
chapters = ["02-demo"]
overturn = "A symbol that is read."
note = "Untrained."
[E2.sweep]
variable = "the number of units"
values = [16, 32, 64]
stated = 32
chosen = "our choice: the slide names no number"
figure = "memory"
[[E2.checks]]
name = "kept"
role = "primary"
quantity = "share of symbols that are named"
record = "demo:kept/32"
over = "seeds"
op = "<="
smallest = 0.1
against = "chance"
baseline = 0.25
"""
"""Two claims in the third form; what they record is not among what the small ledger's run was for,
so that each needs an entry of the log (`third`)."""
SEEN = [0.001 * i - 0.0045 for i in range(10)]
VALUES = {
    "unseen/9": [0.41, 0.42, 0.4],
    "bits": 1.87,
    "long": [1.0, 1.1, 1.2, 1.1],
    "chance": [3.0, 3.2],
    "gap": 0.5,
    "slip": [0.4, 0.5, 0.6],
    "normal": [31234.7, 31000.0, 32000.5],
    "nilpotent": [0.08, 0.07, 0.09],
    "two": [1.0, 2.0],
    "gated": [0.8 + x for x in SEEN],
    "plain": [0.6 + 13 * x for x in SEEN],
    "kept/16": [0.26 + x for x in SEEN],
    "kept/32": [0.5 + x for x in SEEN],
    "kept/64": [0.9 + x for x in SEEN],
}


def third(text: str = THIRD) -> str:
    """Return the small ledger with claims in the third form, as it can be loaded."""
    found = LEDGER + text
    for claim_id in ("E1", "E2"):
        found = logged(found, claim_id) if f"[{claim_id}]" in text else found
    return found


NAMES = ("unseen", "unseen_9", "bits", "long", "gap", "slip", "normal", "nilpotent", "more")


def logged(text: str, claim_id: str, date: str = "2026-11-21") -> str:
    """Return a ledger's text with an entry of the log that says how all checks of a claim read."""
    claim = claim_of(claim_id, tomllib.loads(text)[claim_id])
    now = dict.fromkeys(NAMES, "dropped")
    now |= {check.name: claim.registered(check) for check in claim.all_checks}
    reads = "\n".join(f"reads.{name} = {json.dumps(words)}" for name, words in now.items())
    return f'{text}\n[[{claim_id}.log]]\ndate = "{date}"\nwhat = "x"\nwhy = "w"\n{reads}\n'


def edit(path: Path, change: Callable[[dict], None]) -> None:
    """Change a record's file by hand, as it was written before records were sealed."""
    raw = json.loads(path.read_text(encoding="utf-8"))
    for section in raw.values():
        section.pop("seal", None)
    change(raw)
    path.write_text(json.dumps(raw), encoding="utf-8")


def plant(folder: Path, monkeypatch) -> Callable[..., Path]:
    """Return `write(text)`, which makes a text the ledger and gives its path."""
    (folder / "book").mkdir()
    (folder / "book" / "02-demo.ipynb").write_text("{}", encoding="utf-8")
    path = folder / "claims.toml"
    path.write_text(LEDGER, encoding="utf-8")
    checks = {
        f"{claim.id}/{check.name}": claim.registered(check)
        for claim in read_ledger(path).values()
        for check in claim.all_checks
    }
    about = {"command": "make measure", "date": "2026-11-19", "commit": "abc", "python": "3.11.7",
             "function": "demo.run", "numpy": "2.4.6", "checks": checks,
             "seeds": [*CONFIRMING]}  # fmt: skip
    record = records.Record("demo", "invented", about, folder=folder / "records")
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
