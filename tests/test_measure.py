"""make measure: what there is to run, and that each record was made by it, from pinned data."""

import sys
from pathlib import Path

import pytest

from rnncourse.core.chapters import chapters
from rnncourse.core.records import FILE, Record, provenance
from rnncourse.data import clips, corpus, numerals, places, roles

SCRIPTS = Path(__file__).parents[1] / "scripts"
PINS = {
    "corpus_sha256": corpus.PINNED_SHA256,
    "data_sha256": {
        **{n: d.PINNED_SHA256 for n, d in (("places", places), ("roles", roles), ("clips", clips))},
        "numerals": numerals.PINNED_SHA256["en"],
    },
}


@pytest.fixture
def measure(monkeypatch):
    """Return the script."""
    monkeypatch.syspath_prepend(SCRIPTS)
    monkeypatch.delitem(sys.modules, "measure", raising=False)
    return __import__("measure")


@pytest.fixture
def three(measure, monkeypatch, tmp_path):
    """Return the script with three experiments of two chapters."""

    def experiment(chapter, name):
        def run():
            record = Record(chapter, name, folder=tmp_path)
            record.add(f"{name}/seven", 7.0, 0, "exact")
            return record

        return run

    names = ("ch08_a/one", "ch08_a/two", "ch09_b/three")
    known = {name: experiment(*name.split("/")) for name in names}
    monkeypatch.setattr(measure, "experiments", lambda: known)
    return measure


def test_an_unknown_experiment_is_a_usage_error_in_one_sentence(three, capsys):
    assert three.main(["ch08_a/one", "ch08"]) == 2
    out = capsys.readouterr()
    assert out.out == ""
    assert out.err == "No experiment ch08; there are: ch08_a/one, ch08_a/two, ch09_b/three.\n"


def test_experiments_write_their_sections(three, tmp_path, capsys):
    assert three.main(["ch08_a/two"]) == 0
    assert "ch08_a/two: ch08_a/record.json written after" in capsys.readouterr().out
    assert list(Record.load("ch08_a", tmp_path).about) == ["two"]
    assert three.main(["ch08_a"]) == 0
    assert sorted(Record.load("ch08_a", tmp_path).about) == ["one", "two"]
    assert not (tmp_path / "ch09_b").exists()
    assert three.main([]) == 0
    assert Record.load("ch09_b", tmp_path).value("three/seven") == 7.0


def test_every_section_belongs_to_an_experiment_and_the_other_way_round(measure):
    recorded = [c.name for c in chapters() if (c.folder / FILE).is_file()]
    sections = {f"{name}/{section}" for name in recorded for section in Record.load(name).about}
    assert sections == set(measure.experiments())


@pytest.mark.parametrize("chapter", chapters(), ids=lambda chapter: chapter.name)
def test_records_were_made_from_pinned_data(chapter):
    if not (chapter.folder / FILE).is_file():
        return
    for about in Record.load(chapter.name).about.values():
        pins = {key: about[key] for key in PINS if key in about}
        assert pins or about["data"] == "drawn at random"
        assert pins == {key: PINS[key] for key in pins}
        assert about["command"] == "make measure"
        assert set(provenance()) <= set(about)
