"""The ledger: complete, consistent with its records, and impossible to write wrongly unseen."""

import ast
import json
from pathlib import Path

import pytest

from rnncourse.claims import BOOK, LedgerError, load_ledger, measure, verdict_of
from rnncourse.core.records import RecordError
from tests.ledgers import LEDGER, plant

ALL = [f"{deck}{i}" for deck, n in zip("ABCDE", (18, 16, 13, 13, 10), strict=True)
       for i in range(1, n + 1)]  # fmt: skip
NOTEBOOKS = sorted(BOOK.glob("*.ipynb"))


@pytest.fixture
def write_ledger(tmp_path, monkeypatch):
    return plant(tmp_path, monkeypatch)


# --- The course's own ledger ---


def test_the_ledger_holds_the_seventy_claims_in_order():
    assert (
        list(load_ledger()) == ALL
    )  # and every verdict follows: `FAULTS` plants those that do not


def calls_of(notebook: Path) -> list[str]:
    """The ids for which a notebook's cells call claim_card."""
    ids = []
    for cell in json.loads(notebook.read_text(encoding="utf-8"))["cells"]:
        lines = "".join(cell["source"]).splitlines() if cell["cell_type"] == "code" else []
        source = "\n".join("pass" if line.startswith(("%", "!")) else line for line in lines)
        for node in ast.walk(ast.parse(source)):
            if isinstance(node, ast.Call):
                name = getattr(node.func, "id", getattr(node.func, "attr", None))
                if name == "claim_card":
                    assert isinstance(node.args[0], ast.Constant), "write the id as a string"
                    ids.append(node.args[0].value)
    return ids


def test_calls_are_found_in_code_cells_only(tmp_path):
    cells = [("markdown", 'claim_card("A1")'), ("code", '%time 1\nviz.claim_card("A2", x=1)'),
             ("code", 'if True:\n    claim_card("B2")')]  # fmt: skip
    path = tmp_path / "01-demo.ipynb"
    path.write_text(json.dumps({"cells": [{"cell_type": k, "source": [s]} for k, s in cells]}))
    assert calls_of(path) == ["A2", "B2"]


@pytest.mark.parametrize("notebook", NOTEBOOKS, ids=lambda path: path.stem)
def test_a_chapter_shows_the_cards_of_its_claims_and_no_others(notebook):
    listed = [claim.id for claim in load_ledger().values() if notebook.stem in claim.chapters]
    assert sorted(calls_of(notebook)) == sorted(listed)


def test_every_check_is_confirmed_in_one_of_the_claim_s_chapters():
    for claim in load_ledger().values():
        if len(claim.chapters) > 1:  # where there is one, its card needs them all
            code = "".join((BOOK / f"{chapter}.ipynb").read_text() for chapter in claim.chapters)
            assert [c.name for c in claim.checks if f"{c.name}=" not in code] == [], claim.id


# --- Planted faults ---


def test_the_small_ledger_is_sound(write_ledger):
    ledger = load_ledger(write_ledger())
    assert [verdict_of(claim) for claim in ledger.values()] == [
        "holds",
        "unmeasured",
        "fails",
        "holds when",
    ]
    assert ledger["D9"].condition == "the matrix is normal"


FAULTS = {  # what is planted: text, its replacement, the sentence
    "unknown kind": ('kind = "measured"', 'kind = "measuredx"', "did you mean 'measured'"),
    "unknown status": ('status = "measured"', 'status = "done"', "A2: status cannot be 'done'"),
    "unknown field": ("verdict =", "verdct =", "unknown field 'verdct'; did you mean 'verdict'"),
    "unknown check field": ("unit =", "units =", "check 'bits': unknown field 'units'; did you"),
    "missing field": ('heading = "Inputs"\n', "", "B1: the field 'heading' is missing"),
    "empty words": ('"Both halves are true."', '" "', "A2: note must be words"),
    "wrong deck": ('deck = "B"', 'deck = "A"', "B1: deck must be 'B'"),
    "wrong order": ("[B1]\ndeck = \"B\"", "[A1]\ndeck = \"A\"", "A2 stands where A1 belongs"),
    "not an id": ("[B1]", "[Z1]", "'Z1' is not a claim"),
    "twice the same id": ("[B1]", "[A2]", "claims.toml cannot be read"),
    "unmeasured with a verdict": ('"unmeasured"', '"unmeasured"\nverdict = "holds"', "B1: an unm"),
    "measured without checks": ('kind = "conditional"\nstatus = "unmeasured"',
        'kind = "measured"\nstatus = "measured"', "B1: the field 'checks' is missing"),
    "no chapter": ('["02-demo"]', "[]", "A2: chapters must be a list with at least one"),
    "no such notebook": ("02-demo", "02-dmo", "no notebook 02-dmo.ipynb .* mean '02-demo'"),
    "two checks of one name": ('"bits"\nquantity', '"unseen"\nquantity', "two checks are named"),
    "name is no keyword": ('"unseen"', '"unseen 9"', "write it like unseen_9"),
    "record without key": ('"demo:bits"', '"demo"', "record must read FILE:KEY"),
    "no such number": ("demo:bits", "demo:bit", "A2: Check 'bits' has no recorded number"),
    "no such record": ("demo:bits", "dmo:bits", "'dmo' has no record"),
    "list for a number": ("demo:bits", "demo:list", "needs one finite number"),
    "unknown operator": ('op = "<"', 'op = "=="', "op cannot be '=='"),
    "threshold in quotes": ("threshold = 0.3", 'threshold = "0.3"', "must be a finite number"),
    "threshold true": ("threshold = 0.3", "threshold = true", "must be a finite number"),
    "says holds, fails": ("threshold = 0.3", "threshold = 0.5",
        r"A2: the written verdict is 'holds', .* 'fails' \(unseen = 0.41 misses"),
    "says fails, holds": ("threshold = 1e-12", "threshold = 1", "C1: .* 'fails', .* 'holds'"),
    "holds when, measured": ('"holds"\nnote', '"holds when lucky"\nnote', "numbers say 'holds'"),
    "plain holds, conditional": ("holds when the matrix is normal", "holds", "say 'holds when'"),
    "empty condition": ("holds when the matrix is normal", "holds when ", "lacks its condition"),
    "no failing case": ('case = "fails"', 'case = "holds"', 'needs a check with case = "fails"'),
    "no holding case": ('case = "holds"', 'case = "fails"', 'needs a check with case = "holds"'),
    "case missed": ("threshold = 100", "threshold = 1e6", "D9: every check of a conditional"),
    "case without condition": ('unit = "bits"', 'case = "holds"', "only a conditional claim"),
    "check is no table": ('[[C1.checks]]\nname = "gap"', "checks = [1]\n[X]", "each check as a ta"),
}  # fmt: skip


@pytest.mark.parametrize(("old", "new", "sentence"), FAULTS.values(), ids=list(FAULTS))
def test_a_planted_fault_is_named(write_ledger, old, new, sentence):
    assert old in LEDGER
    path = write_ledger(LEDGER.replace(old, new, 1))
    with pytest.raises(LedgerError, match=sentence):
        load_ledger(path)


def test_a_ledger_that_is_not_there_is_named(tmp_path):
    with pytest.raises(LedgerError, match=r"none.toml cannot be read"):
        load_ledger(tmp_path / "none.toml")


def test_an_empty_book_is_named(write_ledger, tmp_path):
    (tmp_path / "empty").mkdir()
    with pytest.raises(LedgerError, match=r"there is no notebook 02-demo.ipynb in the book\.$"):
        load_ledger(write_ledger(), book=tmp_path / "empty")


def test_without_a_book_chapters_are_not_looked_for(write_ledger, tmp_path):
    path = write_ledger(LEDGER.replace("02-demo", "02-elsewhere"))
    assert load_ledger(path, book=tmp_path / "none")["A2"].chapters == ("02-elsewhere",)


# --- Measuring ---


def test_measure_confirms_and_quotes_the_record(write_ledger):
    write_ledger()
    claim = measure("A2", unseen=0.4101, bits=1.8699)
    assert [check.recorded for check in claim.checks] == [0.41, 1.87]


def test_each_of_several_chapters_confirms_its_own_checks(write_ledger, tmp_path):
    write_ledger(LEDGER.replace('["02-demo"]', '["02-demo", "03-other"]', 1))
    (tmp_path / "book" / "03-other.ipynb").write_text("{}", encoding="utf-8")
    assert len(measure("A2", bits=1.87).checks) == 2
    with pytest.raises(LedgerError, match="A2 also needs a fresh value for unseen, bits"):
        measure("A2")
    with pytest.raises(RecordError, match=r"recorded as 1\.87"):
        measure("A2", bits=2.5)


@pytest.mark.parametrize(
    ("claim_id", "fresh", "error", "sentence"),
    [
        ("A22", {}, LedgerError, "no claim 'A22'; did you mean 'A2'"),
        ("Q", {}, LedgerError, "no claim 'Q'; known: A2, B1, C1, D9"),
        ("B1", {}, LedgerError, "B1 is unmeasured"),
        ("A2", {"unsen": 0.41, "bits": 1.87}, LedgerError, "'unsen'; did you mean 'unseen'"),
        ("A2", {"bits": 1.87}, LedgerError, "A2 also needs a fresh value for unseen"),
        ("A2", {"unseen": 0.43, "bits": 1.87}, RecordError, "recorded as 0.41; .* 0.43"),
        ("A2", {"unseen": float("nan"), "bits": 1.87}, RecordError, "nan"),
    ],
)
def test_measure_refuses(write_ledger, claim_id, fresh, error, sentence):
    write_ledger()
    with pytest.raises(error, match=sentence):
        measure(claim_id, **fresh)
