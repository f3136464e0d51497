"""A small ledger of its own for the tests, with its records and a book of one chapter."""

from collections.abc import Callable
from pathlib import Path

from rnncourse import claims
from rnncourse.core import records

LEDGER = r"""
[A2]
deck = "A"
heading = "Motivation"
claim = "Counting needs the *Markov* assumption on $n - 1$ words."
kind = "measured"
status = "measured"
chapters = ["02-demo"]
verdict = "holds"
note = "Both halves are true."
[[A2.checks]]
name = "unseen"
quantity = "share of 9-grams never seen"
record = "demo:unseen/9"
op = ">="
threshold = 0.3
[[A2.checks]]
name = "bits"
quantity = "cost"
record = "demo:bits"
op = "<"
threshold = 2
unit = "bits"

[B1]
deck = "B"
heading = "Inputs"
claim = "Inputs have a fixed size."
kind = "conditional"
status = "unmeasured"

[C1]
deck = "C"
heading = "Windows"
claim = "A gap is zero."
kind = "identity"
status = "measured"
chapters = ["02-demo"]
verdict = "fails"
note = "It is not."
[[C1.checks]]
name = "gap"
quantity = "largest difference"
record = "demo:gap"
op = "<="
threshold = 1e-12

[D9]
deck = "D"
heading = "Gradient flow"
claim = "Above 1 explodes."
kind = "conditional"
status = "measured"
chapters = ["02-demo"]
verdict = "holds when the matrix is normal"
note = "A bound on one step."
[[D9.checks]]
name = "normal"
quantity = "growth"
record = "demo:normal"
op = ">"
threshold = 100
case = "holds"
[[D9.checks]]
name = "nilpotent"
quantity = "growth"
record = "demo:nilpotent"
op = "<"
threshold = 1
case = "fails"
"""
VALUES = {
    "unseen/9": 0.41,
    "bits": 1.87,
    "gap": 0.5,
    "normal": 31234.7,
    "nilpotent": 0.08,
    "list": [1.0, 2.0],
}


def plant(folder: Path, monkeypatch) -> Callable[..., Path]:
    """Return `write(text)`, which makes a text the ledger and gives its path."""
    record = records.Record("demo", "invented", folder=folder / "records")
    for key, value in VALUES.items():
        record.add(key, value, 0.01, "invented")
    record.save()
    (folder / "book").mkdir()
    (folder / "book" / "02-demo.ipynb").write_text("{}", encoding="utf-8")
    path = folder / "claims.toml"

    def write(text: str = LEDGER) -> Path:
        path.write_text(text, encoding="utf-8")
        return path

    monkeypatch.setattr(records, "FOLDER", folder / "records")
    monkeypatch.setattr(claims, "LEDGER", path)
    monkeypatch.setattr(claims, "BOOK", folder / "book")
    return write
