"""The ledger: complete, decided by its records alone, and impossible to change unseen."""

import ast
import json
import re
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import t as student

from rnncourse.claims import (
    BOOK,
    Check,
    LedgerError,
    ShownClaim,
    confirm_claim,
    interval,
    load_ledger,
    read_ledger,
)
from rnncourse.claims.kinds import NUMBER
from rnncourse.claims.parts import Sweep
from rnncourse.claims.readings import bootstrap
from rnncourse.core import records
from rnncourse.core.records import Record, RecordError
from scripts import ROOT
from tests.claims.ledgers import LEDGER, SEEN, VALUES, add_log_entry, edit_record, plant_ledger

ALL = [f"{deck}{i}" for deck, n in zip("ABCDE", (18, 16, 13, 13, 10), strict=True)
       for i in range(1, n + 1)]  # fmt: skip
NOTEBOOKS = sorted(BOOK.glob("*.ipynb"))
COURSE = load_ledger()
JUDGED = [c for c in COURSE.values() if c.chapters and not isinstance(c, ShownClaim)]


@pytest.fixture
def write_ledger(tmp_path, monkeypatch):
    return plant_ledger(tmp_path, monkeypatch)


@pytest.fixture
def record_values(write_ledger, tmp_path):
    """Return a function that records other values for the small ledger, as the same run."""

    def record_values(**values):
        record = Record.load("demo")
        new = Record("demo", "invented", record.about["invented"], folder=tmp_path / "records")
        for key, value in (VALUES | values).items():
            tolerance = record.entry(key).tolerance if key in VALUES else 0.0
            new.add(key, value, tolerance, "invented")
        new.save()

    return record_values


# --- The course's own ledger ---


def test_the_ledger_holds_the_seventy_claims_in_order():
    assert list(COURSE) == ALL


def list_card_calls(notebook: Path) -> list[tuple[str, set[str]]]:
    """The ids for which a notebook's cells call claim_card, and the checks they hand in."""
    calls = []
    for cell in json.loads(notebook.read_text(encoding="utf-8"))["cells"]:
        lines = "".join(cell["source"]).splitlines() if cell["cell_type"] == "code" else []
        source = "\n".join("pass" if line.startswith(("%", "!")) else line for line in lines)
        for node in ast.walk(ast.parse(source)):
            if isinstance(node, ast.Call):
                name = getattr(node.func, "id", getattr(node.func, "attr", None))
                if name == "claim_card":
                    assert isinstance(node.args[0], ast.Constant), "write the id as a string"
                    calls.append((node.args[0].value, {word.arg for word in node.keywords}))
    return calls


def test_calls_are_found_in_code_cells_only(tmp_path):
    cells = [("markdown", 'claim_card("A1")'), ("code", '%time 1\nviz.claim_card("A2", x=1)'),
             ("code", 'if True:\n    claim_card("B2")')]  # fmt: skip
    path = tmp_path / "01-demo.ipynb"
    path.write_text(json.dumps({"cells": [{"cell_type": k, "source": [s]} for k, s in cells]}))
    assert list_card_calls(path) == [("A2", {"x"}), ("B2", set())]


@pytest.mark.parametrize("notebook", NOTEBOOKS, ids=lambda path: path.stem)
def test_a_chapter_shows_the_cards_of_its_claims_and_no_others(notebook):
    listed = [claim.id for claim in JUDGED if notebook.stem in claim.chapters]
    assert sorted(claim_id for claim_id, _ in list_card_calls(notebook)) == sorted(listed)


@pytest.mark.parametrize("claim", JUDGED, ids=lambda claim: claim.id)
def test_cards_get_exactly_the_values_measured_in_the_notebook(claim):
    calls = [call for n in NOTEBOOKS if n.stem in claim.chapters for call in list_card_calls(n)]
    handed = [name for claim_id, names in calls if claim_id == claim.id for name in names]
    assert sorted(handed) == sorted(check.name for check in claim.checks if check.here)


@pytest.mark.parametrize("claim", JUDGED, ids=lambda claim: claim.id)
def test_records_say_when_by_what_and_from_which_commit(claim):
    for check in claim.checks:
        meta = check.reading.about
        assert {"command", "function", "date", "commit", "numpy", "python"} <= set(meta), check
        assert not meta["commit"].endswith("+"), f"{check.record}: measured on a changed tree"


def test_tests_named_by_shown_claims_exist():
    for claim in COURSE.values():
        for name in claim.tests if isinstance(claim, ShownClaim) else ():
            path, _, function = name.partition("::")
            assert f"def {function}(" in (ROOT / path).read_text(encoding="utf-8"), claim.id


def test_a_sweep_is_drawn_in_its_chapter():
    for claim in JUDGED:
        if sweep := getattr(claim, "sweep", None):
            pages = [BOOK / f"{chapter}.ipynb" for chapter in claim.chapters]
            drawn = "".join(page.read_text(encoding="utf-8") for page in pages)
            assert f'name=\\"{sweep.figure}\\"' in drawn, claim.id


def test_a_range_without_a_source_says_when_it_was_chosen():
    for claim in JUDGED:
        source = getattr(getattr(claim, "sweep", None), "source", "")
        assert not source.startswith("none") or "chosen before the" in source, claim.id


# --- The interval and the three answers ---


@given(st.lists(st.floats(-1e3, 1e3), min_size=3, max_size=12, unique=True))
def test_the_interval_is_student_s(values):
    low, high = interval(values)
    error = np.std(values, ddof=1) / len(values) ** 0.5
    assert np.allclose((low, high), student.interval(0.95, len(values) - 1, np.mean(values), error))


def test_one_run_alone_is_sure_of_nothing():
    assert interval([0.3]) == (-np.inf, np.inf)


def test_the_interval_covers_the_mean_in_19_of_20_cases():
    draws = np.random.default_rng(5).normal(3.0, 2.0, (4000, 5))
    ends = np.array([interval([*map(float, row)]) for row in draws])
    covered = ((ends[:, 0] < 3) & (ends[:, 1] > 3)).mean()
    assert abs(covered - 0.95) < 0.012


@pytest.mark.parametrize(
    ("ends", "state"),
    [((0.31, 0.5), "met"), ((0.3, 0.3), "met"), ((0.2, 0.5), "open"), ((0.1, 0.29), "missed")],
)
def test_an_interval_meets_misses_or_leaves_open_the_threshold(ends, state):
    check = Check(name="c", role="primary", quantity="q", record="r:k", over="seeds", op=">=",
                  smallest=0.3, against="a", baseline=0)  # fmt: skip
    assert check.state_of_interval(*ends) == state


def test_documents_have_an_interval_by_drawing_them_again():
    values = (*np.random.default_rng(1).exponential(2.0, 400),)
    np.testing.assert_allclose(bootstrap(values), interval(values), atol=0.03)
    assert bootstrap(values, 0.8)[0] > bootstrap(values)[0]


def test_an_interval_is_wider_for_more_confidence():
    low, high = interval([1.0, 2.0, 3.0, 4.0], 0.975)
    expected = student.interval(0.975, 3, 2.5, np.std([1, 2, 3, 4], ddof=1) / 2)
    np.testing.assert_allclose((low, high), expected)


# --- Verdicts, each of which the numbers can bring about ---


def list_verdicts():
    return {claim_id: claim.verdict for claim_id, claim in load_ledger().items()}


def test_the_small_ledger_is_sound(write_ledger):
    write_ledger()
    assert list_verdicts() == {
        "A2": "holds",
        "B1": "unmeasured",
        "C1": "fails",
        "D1": "shown",
        "D9": "fails as stated",
    }


@pytest.mark.parametrize(
    ("key", "shift", "claim_id", "verdict"),
    [
        ("unseen/9", -0.2, "A2", "fails"),
        ("unseen/9", -0.15, "A2", "undecided"),
        ("bits", 1.0, "A2", "fails"),
        ("bits", 0.63, "A2", "undecided"),
        ("gap", -0.6, "C1", "holds"),
        ("gap", -0.5, "C1", "undecided"),
    ],
)
def test_numbers_alone_turn_a_verdict(record_values, key, shift, claim_id, verdict):
    record_values(**{key: [value + shift for value in VALUES[key]]})
    assert list_verdicts()[claim_id] == verdict


def test_an_effect_is_judged_run_by_run(write_ledger):
    write_ledger()
    gain = load_ledger()["A2"].checks[0]
    np.testing.assert_allclose(gain.effect.values, [0.2 - 12 * x for x in SEEN])
    np.testing.assert_allclose((gain.effect.low, gain.effect.high), interval(gain.effect.values))
    assert gain.reading.mean == pytest.approx(0.8)


def test_a_tolerance_is_no_part_of_the_interval(write_ledger):
    """The lower end lies 0.0005 above the smallest effect, and the tolerance is 0.01."""
    write_ledger(add_log_entry(LEDGER.replace("smallest = 0.05", "smallest = 0.1735"), "A2"))
    assert load_ledger()["A2"].checks[0].state == "met"


def test_a_sweep_says_where_a_claim_holds_that_fails_as_stated(write_ledger):
    write_ledger()
    claim = load_ledger()["D9"]
    assert claim.states_by_value == {16.0: "met", 32.0: "missed", 64.0: "missed"}
    assert claim.verdict == "fails as stated"
    assert claim.condition == "up to 16 units"


@pytest.mark.parametrize(
    ("values", "verdict", "when"),
    [
        ((0.26, 0.27, 0.26), "holds", "where the number of units is 16 to 64"),
        ((0.26, 0.27, 0.9), "holds in part", "up to 32 units"),
        ((0.9, 0.26, 0.27), "holds in part", "where the number of units is 32 to 64"),
        ((0.9, 0.26, 0.9), "holds in part", "where the number of units is 32"),
        ((0.26, 0.9, 0.27), "fails as stated", "where the number of units is 16 or 64"),
        ((0.9, 0.9, 0.9), "fails", ""),
        ((0.26, 0.3505, 0.9), "undecided", "up to 16 units"),
        ((0.3505, 0.9, 0.9), "undecided", ""),
    ],
)
def test_the_values_of_a_sweep_decide(record_values, values, verdict, when):
    result = zip((16, 32, 64), values, strict=True)
    record_values(**{f"kept/{n}": [value + x for x in SEEN] for n, value in result})
    claim = load_ledger()["D9"]
    assert (claim.verdict, claim.condition) == (verdict, when)


def test_one_of_two_checks_fails_a_claim_by_a_wider_interval(record_values):
    """The values miss by an interval of 95 %, and are open by one of 97.5 %."""
    end = 2.5 + 0.0024  # 2.5 standard errors of 0.00096 above the limit
    record_values(bits=[end + x for x in SEEN])
    claim = load_ledger()["A2"]
    bits = claim.checks[1]
    assert bits.state_of_interval(*bits.effect.interval) == "missed"
    assert (bits.state, claim.verdict) == ("open", "undecided")


@pytest.mark.parametrize(
    ("seeds", "message"),
    [([*range(10)], "measured with others"), ([100], "with others"), (None, r"list\(CONFIRMING\)")],
)
def test_seeds_of_trials_judge_nothing(write_ledger, tmp_path, seeds, message):
    write_ledger()
    path = tmp_path / "records" / "demo" / records.FILE

    def change_seeds(raw):
        meta = raw["invented"]["about"]
        meta.pop("seeds")
        meta.update({"seeds": seeds} if seeds else {})

    edit_record(path, change_seeds)
    with pytest.raises(LedgerError, match=f"'gain' needs the confirming seeds, 100 .*{message}"):
        load_ledger()


@pytest.mark.parametrize("values", [(0.26, 0.9, 0.9), (0.26, 0.3505, 0.9), (0.9, 0.9, 0.26)])
def test_a_sweep_value_chosen_by_us_fails_no_claim(write_ledger, record_values, values):
    result = zip((16, 32, 64), values, strict=True)
    record_values(**{f"kept/{n}": [value + x for x in SEEN] for n, value in result})
    path = write_ledger(LEDGER.replace("by_slide = true\n", ""))
    assert load_ledger(path)["D9"].verdict == "holds in part"


@pytest.mark.parametrize(
    ("region", "met", "sentence"),
    [
        ("from {low} on", [32, 64], "from 32 on"),
        ("from {low} to {high}", [32], "from 32 to 32"),
        ("up to {high} and from {low} on", [16, 64], "up to 16 and from 64 on"),
        ("from {low} on", [16], "where the number of units is 16"),
    ],
)
def test_a_region_in_words_needs_its_shape(region, met, sentence):
    sweep = Sweep(variable="the number of units", values=(16, 32, 64), stated=32, chosen="c",
                  source="s", figure="f", region=region)  # fmt: skip
    assert sweep.describe_where(met) == sentence


def test_the_regions_of_the_course_are_said_in_words_and_what_is_quoted_lies_inside():
    regions = [claim for claim in JUDGED if claim.checks_by_value and claim.verdict != "holds"]
    assert [c.id for c in regions if c.condition.startswith(f"where {c.sweep.variable} is ")] == []
    for claim in (claim for claim in regions if claim.verdict == "holds in part"):
        first = NUMBER.search(claim.answer)[2] or f"@{claim.sweep.stated:g}"
        assert float(first[1:]) == claim.quoted_at, f"{claim.id}: quote a value at which it holds"
        assert {check.state for check in claim.quoted_checks} == {"met"}


# --- Changes after the run ---


@pytest.mark.parametrize(
    ("claim_id", "old", "new"),
    [
        ("A2", "smallest = 0.05", "smallest = 0.04"),
        ("A2", '">="', '"<="'),
        ("A2", '"seeds"', '"stretches"'),
        ("A2", "share of 9-grams", "share"),
        ("A2", "bigrams", "pairs"),
        ("A2", '"demo:unseen/2"', "0.6"),
        ("A2", '"demo:unseen/9"', '"demo:bits"'),
        ("D9", "the number of units", "the number of cells"),
        ("D9", "[16, 32, 64]", "[16, 32, 64, 128]"),
    ],
)
def test_a_change_after_the_run_needs_a_log_entry(record_values, write_ledger, claim_id,
                                                          old, new):  # fmt: skip
    record_values(**{"kept/128": VALUES["kept/64"]})
    before, head, text = LEDGER.partition(f"[{claim_id}]")
    text = before + head + text.replace(old, new, 1)
    with pytest.raises(LedgerError, match="when its numbers were measured it was"):
        load_ledger(write_ledger(text))
    load_ledger(write_ledger(add_log_entry(text, claim_id, "2026-11-19")))
    with pytest.raises(LedgerError, match="measured it was"):  # a log from before the run
        load_ledger(write_ledger(add_log_entry(text, claim_id, "2026-11-18")))


def test_a_log_entry_covers_no_later_change(write_ledger):
    text = add_log_entry(LEDGER.replace("smallest = 0.05", "smallest = 0.04"), "A2")
    load_ledger(write_ledger(text))
    text = text.replace("smallest = 0.04", "smallest = 0.03")
    with pytest.raises(
        LedgerError, match=r'with reads\.gain = "primary: >= 0\.03 over seeds; [0-9a-f]'
    ):
        load_ledger(write_ledger(text))
    load_ledger(write_ledger(add_log_entry(text, "A2")))


BITS = LEDGER[LEDGER.index('[[A2.checks]]\nname = "bits"') : LEDGER.index("[B1]")]
C1 = LEDGER[LEDGER.index("[C1]") : LEDGER.index("[D1]")]


@pytest.mark.parametrize(
    ("claim_id", "old", "new", "sentence"),
    [
        ("A2", BITS, "", "A2 has lost its check 'bits', whose numbers are in the record of demo"),
        ("A2", '["02-demo"]', "[]", "A2 has lost its chapters"),
        ("C1", C1, "", "C1 has left the ledger, with its check 'gap'"),
    ],
)
def test_a_check_removed_after_the_run_needs_a_log_entry(
    write_ledger, claim_id, old, new, sentence
):
    text = LEDGER.replace(old, new, 1)
    with pytest.raises(LedgerError, match=sentence):
        load_ledger(write_ledger(text))
    if old == BITS:  # the claim stands; of the others no entry can say otherwise
        load_ledger(write_ledger(add_log_entry(text, claim_id)))


def test_a_check_added_after_the_run_needs_a_log_entry(write_ledger):
    secondary_check = C1[C1.index("[[C1.checks]]") :].replace('"primary"', '"secondary"')
    with pytest.raises(LedgerError, match=r"check 'more' reads .* it was 'not yet written'"):
        load_ledger(write_ledger(LEDGER + secondary_check.replace('"gap"', '"more"')))


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("0.7955", "0.9955"),
        ('"tolerance": 0.01', '"tolerance": 0.5'),
        ("secondary: <= -0.5 over", "secondary: <= -0.4 over"),
        ("2026-11-19", "2026-11-18"),
    ],
)
def test_a_record_that_was_edited_by_hand_is_refused(write_ledger, tmp_path, old, new):
    write_ledger()
    path = tmp_path / "records" / "demo" / records.FILE
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new, 1))
    with pytest.raises(LedgerError, match=r"invented was edited by hand\. Try: make measure"):
        load_ledger()


# --- Planted faults ---

SWEEP = LEDGER[LEDGER.index("[D9.sweep]") : LEDGER.index("[[D9.checks]]")]
FAULTS = {  # what is planted: text, its replacement, the sentence
    "unknown kind": ('kind = "measured"', 'kind = "measuredx"', "A2: kind cannot .* mean 'measu"),
    "no kind": ('kind = "measured"\n', "", "A2: the field 'kind' is missing"),
    "unknown field": ("note =", "nota =", "A2: unknown field 'nota'; did you mean 'note'"),
    "unknown check field": ("unit =", "units =", "A2, check 'bits': unknown field 'units'; d"),
    "unknown log field": ("what =", "wat =", "D9, log, entry 1: the field 'what' is missing"),
    "unknown sweep field": ("figure =", "figures = 1\nfigure =", "D9, sweep: .* mean 'figure'"),
    "missing field": ('heading = "Inputs"\n', "", "B1: the field 'heading' is missing"),
    "empty words": ('"Motivation"', '" "', "A2: heading must not be empty; got ' '"),
    "empty note": ('"Both halves are true."', '""', "A2: a claim that has chapters needs .*'note'"),
    "no overturn": ('overturn = "No gap."\n', "", "C1: a claim that has chapters needs .*overturn"),
    "nothing ran": ('ran = "Both were run: the gap is 0."\n', "", "D1: a claim .* 'ran'"),
    "shown with checks": ('ran = "Both', 'checks = []\nran = "Both', "D1: unknown field"),
    "wrong deck": ('deck = "B"', 'deck = "A"', "B1: deck must be 'B'"),
    "wrong order": ("[B1]\ndeck = \"B\"", "[A1]\ndeck = \"A\"", "A2 stands where A1 belongs"),
    "not an id": ("[B1]", "[Z1]", "'Z1' is not a claim"),
    "twice the same id": ("[B1]", "[A2]", "claims.toml cannot be read"),
    "measured without checks": ('kind = "conditional"\n\n',
        'kind = "measured"\nchapters = ["02-demo"]\nshort = "x"\nanswer = "x"\noverturn = "x"\n'
        'note = "x"\n\n', "B1: a claim that has chapters needs the field 'checks'"),
    "an answer of nothing": ("{gain:points}", "{gan:points}", "the answer names the check 'gan'"),
    "no number": ("{gain:points} more; {gain:level%} in all", "more", r"write \{gain\} or \{gain:"),
    "no slide's words": ('words = "network: *network*"\n', "", "D1: a claim .* 'words'"),
    "a short claim that is long": ("Needs", "Needs" * 20, "A2: short .* at most 60 char"),
    "a long note": ("Both halves", "word " * 81, "A2: the note has 83 words; write at most 80"),
    "no such notebook": ("02-demo", "02-dmo", "no notebook 02-dmo.ipynb .* mean '02-demo'"),
    "two checks of one name": ('"bits"\nrole', '"gain"\nrole', "two checks are named 'gain'"),
    "name is no keyword": ('"gain"', '"gain 9"', "A2, check 'gain 9': name must be a k"),
    "no role": ('role = "primary"\n', "", "A2, check 'gain': the field 'role' is missing"),
    "an unknown role": ('role = "primary"', 'role = "first"', "role cannot be 'first'"),
    "two primaries": ('role = "secondary"', 'role = "primary"', "A2: it has one primary check"),
    "record without key": ('"demo:bits"', '"demo"', "A2, check 'bits': record must be CH"),
    "no such number": ("demo:bits", "demo:bit", "A2: Check 'bits' has no recorded number"),
    "no such record": ("demo:bits", "dmo:bits", "'dmo' has no record"),
    "a single number": ("demo:unseen/9", "demo:one", "has 1 seeds; an interval needs 10"),
    "few runs": ("demo:unseen/9", "demo:two", "has 2 seeds; an interval needs 10"),
    "more here than there are": ("here = 2", "here = 11", "fewer recorded runs than here = 11"),
    "here in quotes": ("here = 2", 'here = "2"', "A2, check 'gain': here must be"),
    "unknown operator": ('op = "<="', 'op = "<"', "check 'bits': op cannot be '<'; did you"),
    "no smallest effect": ("smallest = 0.05\n", "", "the field 'smallest' is missing"),
    "an effect of nothing": ("smallest = 0.05", "smallest = 0", "A2, .*the smallest effect that"),
    "smallest in quotes": ("smallest = 0.05", 'smallest = "0.05"', "smallest must be a number"),
    "smallest true": ("smallest = 0.05", "smallest = true", "smallest must be a number"),
    "smallest infinite": ("smallest = 0.05", "smallest = inf", "smallest must be a finite"),
    "no baseline": ('baseline = "demo:unseen/2"\n', "", "the field 'baseline' is missing"),
    "baseline in words": ('"demo:unseen/2"', '"chance"', "check 'gain': baseline must be a number"),
    "no such baseline": ('"demo:unseen/2"', '"demo:unseen/3"', "no entry 'unseen/3'"),
    "unpaired": ('"demo:unseen/2"', '"demo:two"', "paired with its baseline, run by run; it has"),
    "compared with nothing": ('against = "bigrams"\n', "", "the field 'against' is missing"),
    "no sweep": (SWEEP, "", "D9: a claim that has chapters needs the field 'sweep'"),
    "a sweep in two pairs": ("[D9.sweep]", "[[D9.sweep]]", r"D9: sweep must be .*\[A2\.sweep\]"),
    "a sweep elsewhere": ("[D9.sweep]", "[C1.sweep]", "C1: unknown field 'sweep'"),
    "a disorder": ("[16, 32, 64]", "[16, 64, 32]", "D9, sweep: the values of a sweep rise"),
    "two values": ("[16, 32, 64]", "[16, 32]", "D9, sweep: values .* at least 3"),
    "stated nowhere": ("stated = 32", "stated = 33", "D9, sweep: stated = 33 is no value"),
    "chosen by nobody": ('chosen = "our choice: the slide names no number"\n', "",
        "D9, sweep: the field 'chosen' is missing"),
    "another value": ("demo:kept/32", "demo:kept/64", "the check 'kept' must end with '/32'"),
    "a value without numbers": ("[16, 32, 64]", "[16, 32, 128]", "D9: .*no entry 'kept/128'"),
    "a date that is none": ("2026-11-20", "20 Nov", "D9, log, entry 1: date "),
    "a day that there is not": ("2026-11-20", "2026-19-39", "date must be a day, like 2026"),
    "a date without quotes": ('"2026-11-20"', "2026-11-20", "date must be words in quotes"),
    "chapters no list": ('["02-demo"]', '"02-demo"', r'A2: chapters must be a list: \["…"\]'),
    "one pair of brackets": ("[[C1.checks]]", "[C1.checks]", r"C1: checks must be .*\[\[A2\.ch"),
    "log a number": ('kind = "conditional"\n\n', 'kind = "conditional"\nlog = 3\n\n',
        "B1: log must be a list"),
    "log a list of words": ('kind = "conditional"\n\n', 'kind = "conditional"\nlog = ["x"]\n\n',
        "B1, log: entry 1 must be a table"),
    "another id inside": ('deck = "B"', 'deck = "B"\nid = "B2"', "B1: .* remove the field 'id'"),
    "check is no table": ('[[C1.checks]]\nname = "gap"', "checks = [1]\n[X]", "C1"),
    "a verdict by hand": ('note = "It', 'verdict = "holds"\nnote = "It', "unknown field 'verdict'"),
}  # fmt: skip


@pytest.mark.parametrize(("old", "new", "sentence"), FAULTS.values(), ids=list(FAULTS))
def test_a_planted_fault_is_named(write_ledger, old, new, sentence):
    assert old in LEDGER
    path = write_ledger(LEDGER.replace(old, new, 1))
    with pytest.raises(LedgerError, match=sentence) as caught:
        load_ledger(path)
    assert "\n" not in str(caught.value)


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


def test_a_claim_without_its_record_can_be_read(write_ledger):
    path = write_ledger(LEDGER.replace("demo:bits", "demo:not_yet"))
    assert list(read_ledger(path)) == ["A2", "B1", "C1", "D1", "D9"]


# --- Measuring ---


def test_measure_confirms_and_quotes_the_record(write_ledger):
    write_ledger()
    claim = confirm_claim("A2", gain=[0.7956, 0.8], bits=1.8699)
    assert [check.reading.values for check in claim.checks] == [
        tuple(VALUES["unseen/9"]), tuple(VALUES["bits"])]  # fmt: skip


def test_a_claim_of_recorded_runs_has_nothing_to_hand_in(write_ledger):
    write_ledger()
    assert confirm_claim("D9").verdict == "fails as stated"
    with pytest.raises(LedgerError, match="kept is recorded only"):
        confirm_claim("D9", kept=0.5)


def test_each_of_several_chapters_confirms_its_own_checks(write_ledger, tmp_path):
    write_ledger(LEDGER.replace('["02-demo"]', '["02-demo", "03-other"]', 1))
    (tmp_path / "book" / "03-other.ipynb").write_text("{}", encoding="utf-8")
    assert len(confirm_claim("A2", bits=1.87).checks) == 2
    with pytest.raises(LedgerError, match="A2 also needs fresh values for gain, bits"):
        confirm_claim("A2")
    with pytest.raises(RecordError, match=r"recorded as 1\.8655"):
        confirm_claim("A2", bits=2.5)


@pytest.mark.parametrize(
    ("claim_id", "fresh", "error", "sentence"),
    [
        ("A22", {}, LedgerError, "no claim 'A22'; did you mean 'A2'"),
        ("Q", {}, LedgerError, "no claim 'Q'; known: A2, B1, C1, D1, D9"),
        ("B1", {}, LedgerError, "B1 is unmeasured"),
        ("D1", {}, LedgerError, "D1 is shown, not judged"),
        ("A2", {"gan": 0.8, "bits": 1.87}, LedgerError, "'gan'; did you mean 'gain'"),
        ("A2", {"bits": 1.87}, LedgerError, "A2 also needs fresh values for gain"),
        ("A2", {"gain": [0.8, 0.81], "bits": 1.87}, RecordError, "0.7965; .* gives 0.81"),
        ("A2", {"gain": 0.8, "bits": 1.87}, LedgerError, "measured again 2 times; got 1"),
        ("A2", {"gain": [0.8, float("nan")], "bits": 1.87}, RecordError, "nan"),
    ],
)
def test_measure_refuses_wrong_claims_and_values(write_ledger, claim_id, fresh, error, sentence):
    write_ledger()
    with pytest.raises(error, match=sentence):
        confirm_claim(claim_id, **fresh)


def test_fresh_values_are_held_against_the_smallest_effect_too(write_ledger, tmp_path):
    """Each within its tolerance of the record, but so far apart that nothing is decided."""
    write_ledger()
    path = tmp_path / "records" / "demo" / records.FILE
    edit_record(path, lambda raw: raw["invented"]["values"]["unseen/9"].update(tolerance=0.6))
    assert confirm_claim("A2", gain=[0.9, 0.7], bits=1.87).checks[0].state == "met"
    with pytest.raises(LedgerError, match="gain is met by its record and open by this run"):
        confirm_claim("A2", gain=[1.39, 0.2], bits=1.87)


def test_no_verdict_is_written_by_hand():
    text = (ROOT / "rnncourse" / "claims.toml").read_text(encoding="utf-8")
    assert not re.search(r"^verdict\b", text, re.MULTILINE)
