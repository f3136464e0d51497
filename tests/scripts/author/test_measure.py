"""make measure: what there is to run, and that each record was made by it, from pinned data."""

import datetime
import importlib
import json
import re
import subprocess
import sys
from functools import partial
from importlib.metadata import version
from types import SimpleNamespace

import pytest

from rnncourse.claims import LedgerError, load_ledger
from rnncourse.core.chapters import list_chapters
from rnncourse.core.records import FILE, Record, provenance
from scripts.author import code_hash
from tests.claims.ledgers import edit_record


def list_pinned_fingerprints(name: str) -> set[str]:
    """The fingerprints that the loader of some data holds: one, or one for each language."""
    result = importlib.import_module(f"rnncourse.data.{name}").PINNED_SHA256
    return {*result.values()} if isinstance(result, dict) else {result}


def list_fingerprints(meta: dict) -> list[tuple[str, str]]:
    """What a record says that it was made from: the name of a loader, and a fingerprint."""
    result = []
    for key, value in meta.items():
        if key == "data_sha256":
            result += value.items()
        elif key.endswith("_sha256") and key != "weights_sha256":
            result.append((key.removesuffix("_sha256"), value))
    return result


@pytest.fixture
def measure_script(monkeypatch):
    monkeypatch.delitem(sys.modules, "scripts.author.measure", raising=False)
    return importlib.import_module("scripts.author.measure")


@pytest.fixture
def script(measure_script, monkeypatch, tmp_path):
    def make_run(chapter, name):
        def run():
            record = Record(chapter, name, folder=tmp_path)
            record.add(f"{name}/seven", 7.0, 0, "exact")
            return record

        return run

    names = ("ch08_a/one", "ch08_a/two", "ch09_b/three")
    known = {name: make_run(*name.split("/")) for name in names}
    monkeypatch.setattr(measure_script, "collect_experiments", lambda: known)
    return measure_script


def read_refusal(call, capsys) -> str:
    """What a command says that ends with 2 and prints nothing else."""
    capsys.readouterr()
    with pytest.raises(SystemExit) as end:
        call()
    assert end.value.code == 2
    output = capsys.readouterr()
    assert output.out == ""
    (line,) = output.err.splitlines()
    return line.partition(": ")[2]


def test_an_unknown_experiment_is_a_usage_error_in_one_sentence(script, capsys):
    sentence = read_refusal(lambda: script.main(["ch08_a/one", "ch08"]), capsys)
    assert sentence == "No experiment ch08; there are: ch08_a/one, ch08_a/two, ch09_b/three."


def test_experiments_write_their_sections(script, tmp_path, capsys):
    assert script.main(["ch08_a/two"]) == 0
    assert "ch08_a/two: ch08_a/record.json written after" in capsys.readouterr().out
    assert list(Record.load("ch08_a", tmp_path).about) == ["two"]
    assert script.main(["ch08_a"]) == 0
    assert sorted(Record.load("ch08_a", tmp_path).about) == ["one", "two"]
    assert not (tmp_path / "ch09_b").exists()
    assert script.main([]) == 0
    assert Record.load("ch09_b", tmp_path).value("three/seven") == 7.0


def test_every_section_belongs_to_an_experiment_and_the_other_way_round(measure_script):
    recorded = [c.name for c in list_chapters() if (c.folder / FILE).is_file()]
    sections = {f"{name}/{section}" for name in recorded for section in Record.load(name).about}
    assert sections == set(measure_script.collect_experiments())


@pytest.mark.parametrize(
    "chapter",
    [c for c in list_chapters() if (c.folder / FILE).is_file()],
    ids=lambda chapter: chapter.name,
)
def test_records_were_made_from_pinned_data(chapter):
    for meta in Record.load(chapter.name).about.values():
        result = list_fingerprints(meta)
        assert result or meta["data"].strip()
        assert [name for name, value in result if value not in list_pinned_fingerprints(name)] == []
        assert set(provenance()) - {"torch"} <= set(meta)
        assert meta["commit"]
        assert meta["date"] >= "2026"
    for section, meta in Record.load(chapter.name).about.items():
        assert meta["command"] == f"make measure ONLY={chapter.name}/{section}"


def format_today() -> str:
    return datetime.datetime.now(datetime.UTC).date().isoformat()


def test_a_section_holds_date_and_commit(script, measure_script, tmp_path, monkeypatch):
    a2 = load_ledger()["A2"]
    check = a2.checks[0].model_copy(update={"record": "ch08_a:one/seven"})
    expected = [(check.record, "A2/new", a2.describe_check(check)), ("ch08_a:else", "A3/x", "")]
    monkeypatch.setattr(measure_script, "list_registered_checks", lambda: expected)
    days = [format_today()]
    script.main(["ch08_a/one"])
    days.append(format_today())  # perhaps midnight is between
    meta = Record.load("ch08_a", tmp_path).about["one"]
    assert meta["checks"] == {"A2/new": a2.describe_check(check)}
    assert meta["command"] == "make measure ONLY=ch08_a/one"
    assert meta["date"] in days
    assert meta["function"] == f"{__name__}.run"
    assert re.fullmatch(r"[0-9a-f]{10}\+?|unknown", meta["commit"])


def test_a_second_run_keeps_expectations(script, measure_script, tmp_path, monkeypatch):
    """The same seeds give the same numbers: a threshold that follows them is no prediction."""

    def explain(**texts):
        rows = [("ch08_a:one/seven", f"A2/{name}", text) for name, text in texts.items()]
        monkeypatch.setattr(measure_script, "list_registered_checks", lambda: rows)
        assert script.main(["ch08_a/one"]) == 0
        return Record.load("ch08_a", tmp_path).about["one"]

    first = {"a": "primary: >= 8 over seeds; 0a", "b": "secondary: >= 1 over seeds; 0b", "c": "x"}
    record_about = explain(**first)
    assert record_about["checks"] == {f"A2/{name}": text for name, text in first.items()}
    assert "since" not in record_about
    path = tmp_path / "ch08_a" / "record.json"
    edit_record(path, lambda raw: raw["one"]["about"].update(date="2026-11-19"))
    again = explain(a="primary: >= 7 over seeds; 0c", b=first["b"], d="new")
    assert again["checks"] == {"A2/a": first["a"], "A2/b": first["b"], "A2/c": "x",
                               "A2/d": "not yet written"}  # fmt: skip
    assert again["since"] == "2026-11-19"
    assert again["date"] == record_about["date"]
    edit_record(path, lambda raw: raw["one"]["about"].update(date="2026-11-20"))
    assert explain(**first)["since"] == "2026-11-19"


def test_an_unreadable_ledger_stops_any_run(script, measure_script, monkeypatch, capsys):
    def raise_error():
        raise LedgerError("A2: unknown field 'nota'.")

    monkeypatch.setattr(measure_script, "list_registered_checks", raise_error)
    sentence = read_refusal(lambda: script.main(["ch08_a/one"]), capsys)
    assert sentence == "A2: unknown field 'nota'."


def test_one_call_has_one_commit(script, measure_script, tmp_path, monkeypatch, capsys):
    states = iter(["aaaaaaaaaa+", "bbbbbbbbbb"])
    monkeypatch.setattr(measure_script, "describe_commit", lambda: next(states))
    assert script.main(["ch08_a"]) == 0
    abouts = Record.load("ch08_a", tmp_path).about.values()
    assert {meta["commit"] for meta in abouts} == {"aaaaaaaaaa+"}
    assert "Files differ from commit aaaaaaaaaa: no claim may rest" in capsys.readouterr().err


def test_the_commit_says_whether_files_differ_from_it(measure_script, monkeypatch, tmp_path):
    def git(*words):
        subprocess.run(["git", "-c", "user.name=a", "-c", "user.email=a@b", *words], cwd=tmp_path,
                       check=True, capture_output=True)  # fmt: skip

    monkeypatch.setattr(measure_script, "ROOT", tmp_path)
    assert measure_script.describe_commit() == "unknown"
    git("init")
    (tmp_path / "file").write_text("1")
    (tmp_path / "ch").mkdir()
    (tmp_path / "ch" / "record.json").write_text("1")
    git("add", ".")
    git("commit", "-m", "one")
    clean = measure_script.describe_commit()
    assert re.fullmatch("[0-9a-f]{10}", clean)
    (tmp_path / "ch" / "record.json").write_text("2")  # what make measure itself writes
    assert measure_script.describe_commit() == clean
    (tmp_path / "file").write_text("2")
    assert measure_script.describe_commit() == clean + "+"


def test_an_unused_section_leaves_its_record(measure_script, monkeypatch, tmp_path, capsys):
    for name in ("kept", "old", "read"):
        record = Record("ch08_a", name, folder=tmp_path)
        record.add(f"{name}/seven", 7.0, 0, "exact")
        record.save()
    monkeypatch.setattr("rnncourse.core.records.FOLDER", tmp_path)
    monkeypatch.setattr(measure_script, "collect_experiments", lambda: {"ch08_a/kept": None})
    monkeypatch.setattr(
        measure_script, "list_registered_checks", lambda: [("ch08_a:read/seven", "A1/seven", "")]
    )
    assert measure_script.main(["ch08_a/old"], drop=True) == 0
    assert set(Record.load("ch08_a").about) == {"kept", "read"}
    for name, sentence in (
        ("ch08_a/kept", "ch08_a/kept is still measured."),
        ("ch08_a/read", "A1/seven in claims.toml reads ch08_a:read/seven."),
        ("ch08_a/none", "ch08_a has no section 'none'; it has: kept, read."),
        ("ch09_b/old", "'ch09_b' has no record"),
    ):
        call = partial(measure_script.main, [name], drop=True)
        assert read_refusal(call, capsys).startswith(sentence)
    assert set(Record.load("ch08_a").about) == {"kept", "read"}


@pytest.fixture
def hash_package(monkeypatch, tmp_path):
    """Return what gives the digits of `run` in a small package; names of files are changed."""
    monkeypatch.setattr(code_hash, "ROOT", tmp_path)
    run = SimpleNamespace(
        __module__="rnncourse.chapters.ch08_a.one", __code__=SimpleNamespace(co_qualname="run")
    )
    chapter = tmp_path / "rnncourse" / "chapters" / "ch08_a"
    (chapter / "weights").mkdir(parents=True)
    (chapter / "tools").mkdir()
    files = {
        "__init__.py": "",
        "one.py": "from rnncourse.chapters.ch08_a.tools import fit\nRATE = 0.1\nNAME = 'net'\n"
        "def run(T):\n    return fit(T, RATE, NAME)\n",
        "tools/__init__.py": "from rnncourse.chapters.ch08_a.tools.fitting import fit\n",
        "tools/fitting.py": "def fit(T, rate, name):\n    return T * rate\n"
        "def other():\n    return 1\n",
        "weights/net.bin": "1",
        "weights/other.bin": "1",
    }

    def compute_digits(**changed_files):
        names = {name.replace("/", "_").partition(".")[0]: name for name in files}
        texts = files | {names[name]: text for name, text in changed_files.items()}
        for name, text in texts.items():
            (chapter / name).write_text(text)
        for cached in (code_hash._read_module, code_hash._dump_definition):
            cached.cache_clear()
        return code_hash.hash_code(run)

    return compute_digits, files


def test_changed_code_is_found_and_a_comment_is_not(hash_package):
    digits, files = hash_package
    one, two = files["one.py"], files["tools/fitting.py"]
    documented = one.replace("(T):", '(T: int) -> float:  # why\n    """Say it."""')
    assert digits() == digits(one=documented) == digits(tools_fitting=two.replace("1", "2"))
    result = {digits(), digits(one=one.replace("0.1", "0.2"))}
    assert len(result | {digits(tools_fitting=two.replace("*", "/"))}) == 3


@pytest.mark.parametrize(
    ("how", "call"),
    [
        ("from rnncourse.chapters.ch08_a.tools import fitting", "fitting.fit"),
        ("import rnncourse.chapters.ch08_a.tools.fitting as fitting", "fitting.fit"),
        ("from .tools import fitting", "fitting.fit"),
        ("from .tools import fit", "fit"),
        ("from . import tools", "tools.fit"),
    ],
)
def test_code_is_followed_however_it_is_imported(hash_package, how, call):
    digits, files = hash_package
    one = f"{how}\ndef run(T):\n    return {call}(T, 1, 'x')\n"
    divided = files["tools/fitting.py"].replace("*", "/")
    assert digits(one=one) != digits(one=one, tools_fitting=divided)


def test_stored_weights_that_the_code_names_are_hashed(hash_package):
    digits, _ = hash_package
    assert digits() == digits(weights_other="2") != digits(weights_net="2")


def test_weights_that_a_run_has_written_are_hashed(hash_package, tmp_path):
    digits, _ = hash_package
    before = digits()
    (tmp_path / "rnncourse/chapters/ch08_a/weights/net.txt").write_text("3")
    assert digits() != before


def test_changed_code_is_named_until_it_is_stamped(script, monkeypatch, tmp_path, capsys):
    monkeypatch.setattr("rnncourse.core.records.FOLDER", tmp_path)
    script.main(["ch08_a", "ch09_b"])
    monkeypatch.setattr(script, "hash_code", lambda run: "changed")
    for names, why, sentence in (
        ([], "a new name", "say which: "),
        (["a new name"], "all", "say why no number has moved: "),
    ):
        assert read_refusal(partial(script.main, names, stamp=why), capsys).startswith(sentence)
    assert script.main(["ch08_a/one"], stamp="a new name") == 0
    assert script.main(stale=True) == 1
    assert capsys.readouterr().out == "ch08_a/one is stamped\nch08_a/two\nch09_b/three\n"
    assert script.main(["all"], stamp="another name") == script.main(stale=True) == 0
    raw = json.loads((tmp_path / "ch08_a" / "record.json").read_text())
    (first,), (other,) = (raw[name]["stamps"] for name in ("one", "two"))
    assert (first["why"], other["why"]) == ("a new name", "another name")
    assert first["date"] >= "2026"
    assert re.fullmatch(r"[0-9a-f]{10}\+?|unknown", first["commit"])
    call = partial(script.main, ["all"], stamp="a third name")
    assert read_refusal(call, capsys).startswith("nothing is stamped: ")
    monkeypatch.setattr(script, "hash_code", lambda run: "again")
    assert script.main(["ch08_a"], stamp="a third name") == 0
    raw = json.loads((tmp_path / "ch08_a" / "record.json").read_text())
    assert [raw[name]["stamps"][-1]["why"] for name in ("one", "two")] == ["a third name"] * 2
    assert raw["one"]["stamps"][:-1] == [first]
    assert Record.load("ch08_a").value("one/seven") == 7.0
    assert script.main(["ch08_a/two"]) == 0  # measured again: nobody has to vouch for it
    again = json.loads((tmp_path / "ch08_a" / "record.json").read_text())
    assert again["one"]["stamps"] == raw["one"]["stamps"]
    assert "stamps" not in again["two"]


def test_an_unmeasured_section_cannot_be_stamped(script, monkeypatch, tmp_path, capsys):
    monkeypatch.setattr("rnncourse.core.records.FOLDER", tmp_path)
    script.main(["ch08_a"])
    capsys.readouterr()
    assert script.main(stale=True) == script.main(["all"], stamp="a new name") == 1
    assert capsys.readouterr().out == "ch09_b/three was never measured\n" * 2


def test_other_versions_are_reported_and_not_stale(script, monkeypatch, tmp_path, capsys):
    monkeypatch.setattr("rnncourse.core.records.FOLDER", tmp_path)
    script.main([])
    for chapter, section in (("ch08_a", "one"), ("ch09_b", "three")):
        edit_record(
            tmp_path / chapter / "record.json",
            lambda raw, name=section: raw[name]["about"].update(numpy="1.0", torch="2.13.0+cpu"),
        )
    capsys.readouterr()
    assert script.main(stale=True) == 0
    pin = version("numpy")
    sentence = f"2 sections were measured with numpy 1.0; {pin} is pinned\n"
    assert capsys.readouterr().out == sentence
