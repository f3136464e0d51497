"""Recorded values: inside the tolerance the record speaks, outside it the cell fails."""

import json

import numpy as np
import pytest

from rnncourse.core.chapters import list_chapters
from rnncourse.core.records import FILE, Record, RecordError


@pytest.fixture
def small_record(tmp_path):
    record = Record("toy", "spread", {"command": "make measure"}, folder=tmp_path)
    record.add("bits", 2.0, 0.25, "spread over three seeds")
    record.add("bits_by_order", [4.0, 3.0, 2.0], 0.25, "spread over three seeds")
    return record


def test_each_entry_is_logged_at_level_info(small_record, caplog):
    with caplog.at_level("INFO", "rnncourse"):
        small_record.add("words", [1.23456, 3], 0, "a count")
    assert caplog.messages == ["words: [1.2346 3.    ]"]


@pytest.mark.parametrize("fresh", [2.0, 1.75, 2.25, np.float64(2.1), np.array(2.1)])
def test_confirm_returns_the_recorded_value_when_the_fresh_one_is_near(small_record, fresh):
    assert small_record.confirm("bits", fresh) == 2.0


@pytest.mark.parametrize(
    "fresh", [1.7499, 2.2501, -2.0, float("nan"), float("inf"), float("-inf"), [2.0], []]
)
def test_confirm_refuses_a_planted_wrong_number(small_record, fresh):
    with pytest.raises(RecordError, match="toy:bits"):
        small_record.confirm("bits", fresh)


@pytest.mark.parametrize("fresh", [[4, 3, 2], (4.25, 3.25, 1.75), np.array([4.1, 2.9, 2.0])])
def test_confirm_compares_a_list_entry_by_entry(small_record, fresh):
    assert small_record.confirm("bits_by_order", fresh) == [4.0, 3.0, 2.0]


@pytest.mark.parametrize(
    "fresh",
    [[4, 3], [4, 3, 2, 2], [[4, 3, 2]], 3.0, [4, 3, 2.3], [3.7, 3, 2], [4, float("nan"), 2]],
)
def test_one_wrong_entry_of_a_list_is_enough(small_record, fresh):
    with pytest.raises(RecordError, match="toy:bits_by_order"):
        small_record.confirm("bits_by_order", fresh)


def test_the_error_names_key_numbers_tolerance_and_next_move(small_record):
    message = (
        r"toy:bits_by_order was recorded as 3; this run gives 9, further away than 0\.25 "
        r"\(spread over three seeds\)\. Try: .*make measure\."
    )
    with pytest.raises(RecordError, match=message):
        small_record.confirm("bits_by_order", [4.1, 9, 2.5])


def test_the_error_shows_the_nan_before_any_other_difference(small_record):
    with pytest.raises(RecordError, match="this run gives nan"):
        small_record.confirm("bits_by_order", [99, float("nan"), 2])


def test_a_tolerance_of_zero_accepts_only_the_same_number(tmp_path):
    record = Record("toy", "spread", folder=tmp_path)
    record.add("count", 7, 0, "an exact count")
    assert record.confirm("count", 7) == 7
    with pytest.raises(RecordError):
        record.confirm("count", np.nextafter(7.0, 8.0))


def test_an_unknown_key_lists_the_known_ones(small_record):
    with pytest.raises(RecordError, match="no entry 'nats'; it records bits, bits_by_order"):
        small_record.value("nats")
    with pytest.raises(RecordError, match="no entry 'nats'"):
        small_record.confirm("nats", 1.0)
    with pytest.raises(RecordError, match="it records nothing"):
        Record("empty").value("bits")


def test_what_seeds_gave_is_entered_by_key_and_place(small_record):
    results = [{"loss": 1.0, "at": [2, 3]}, {"loss": 4.0, "at": [5, 6]}]
    small_record.add_by_seed("rnn", results, lambda key: (len(key), f"as {key}"))
    entries = {key: small_record.entry(key) for key in ("rnn/loss", "rnn/at/1", "rnn/at/2")}
    assert [entry.value for entry in entries.values()] == [[1, 4], [2, 5], [3, 6]]
    assert [entry.tolerance for entry in entries.values()] == [4, 2, 2]
    assert entries["rnn/at/2"].evidence == "as at"


def test_a_key_is_entered_once(small_record):
    with pytest.raises(RecordError, match="already has an entry 'bits'"):
        small_record.add("bits", 2.0, 0.25, "again")
    assert small_record.value("bits") == 2.0


@pytest.mark.parametrize("value", [float("nan"), float("inf"), [1.0, float("nan")], [[1.0], [2.0]]])
def test_only_finite_flat_numbers_are_recorded(small_record, value):
    with pytest.raises(RecordError, match="toy:new must be finite numbers in a flat list"):
        small_record.add("new", value, 0.1, "evidence")


@pytest.mark.parametrize(
    ("tolerance", "evidence"),
    [(-1e-9, "seen"), (float("nan"), "seen"), (float("inf"), "seen"), (0.1, ""), (0.1, " \n")],
)
def test_a_tolerance_is_finite_and_has_evidence(small_record, tolerance, evidence):
    with pytest.raises(RecordError, match="toy:new needs a"):
        small_record.add("new", 1.0, tolerance, evidence)


def test_what_is_saved_is_what_is_loaded(small_record, tmp_path):
    path = small_record.save()
    assert path == tmp_path / "toy" / "record.json"
    loaded = Record.load("toy", tmp_path)
    assert loaded.values == small_record.values
    assert loaded.value("bits_by_order") == [4.0, 3.0, 2.0]
    assert loaded.about == {"spread": {"command": "make measure"}}


def test_float64_survives_the_file_bit_by_bit(tmp_path):
    record = Record("toy", "spread", folder=tmp_path)
    numbers = [1 / 3, np.pi * 1e-300, 0.1 + 0.2, -1e300, 5e-324]
    record.add("numbers", numbers, 0, "exact")
    record.save()
    assert Record.load("toy", tmp_path).value("numbers") == numbers


def test_saving_replaces_the_whole_section_and_leaves_no_part(small_record, tmp_path):
    small_record.save()
    newer = Record("toy", "spread", folder=tmp_path)
    newer.add("other", 1.0, 0, "exact")
    newer.save()
    assert list(Record.load("toy", tmp_path).values) == ["other"]
    assert [p.name for p in (tmp_path / "toy").iterdir()] == ["record.json"]


def test_an_experiment_leaves_the_sections_of_others_alone(small_record, tmp_path):
    small_record.save()
    neighbor = Record("toy", "other", {"python": "3"}, folder=tmp_path)
    neighbor.add("seconds", 1.0, 0, "exact")
    neighbor.save()
    loaded = Record.load("toy", tmp_path)
    assert loaded.values == small_record.values | neighbor.values
    assert list(loaded.about) == ["spread", "other"]
    again = Record("toy", "other", folder=tmp_path)
    again.add("bits", 1.0, 0, "exact")
    with pytest.raises(RecordError, match="toy: other and spread both record 'bits'"):
        again.save()
    assert Record.load("toy", tmp_path) == loaded


def test_a_record_that_cannot_be_written_leaves_the_old_one(small_record, tmp_path):
    small_record.save()
    broken = Record("toy", "spread", {"made by": object()}, folder=tmp_path)
    with pytest.raises(TypeError):
        broken.save()
    assert Record.load("toy", tmp_path).values == small_record.values
    assert [p.name for p in (tmp_path / "toy").iterdir()] == ["record.json"]


def test_a_missing_record_lists_the_known_ones(small_record, tmp_path):
    small_record.save()
    with pytest.raises(RecordError, match=r"'tyo' has no record \(known: toy\)\. Try: make"):
        Record.load("tyo", tmp_path)
    with pytest.raises(RecordError, match=r"known: none"):
        Record.load("toy", tmp_path / "nowhere")


ENTRY = {"value": 1.0, "tolerance": 0.1, "evidence": "seen"}


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"\xff\xfe{}",
        b"[]",
        b'"values"',
        b'{"one": {}}',
        b'{"one": {"values": []}}',
        b'{"one": {"values": {"a": 1}}}',
        json.dumps({"one": {"values": {"a": {"value": 1.0, "tolerance": 0.1}}}}).encode(),
        json.dumps({"one": {"values": {"a": ENTRY | {"colour": "red"}}}}).encode(),
    ],
)
def test_a_file_that_is_not_a_record_says_so(tmp_path, body):
    (tmp_path / "bad").mkdir()
    (tmp_path / "bad" / "record.json").write_bytes(body)
    with pytest.raises(RecordError, match=r"bad/record\.json is not a record"):
        Record.load("bad", tmp_path)


RECORDED = [chapter.name for chapter in list_chapters() if (chapter.folder / FILE).is_file()]


@pytest.mark.parametrize("name", RECORDED)
def test_every_committed_record_confirms_itself_and_no_other_number(name):
    record = Record.load(name)
    assert record.values
    for key, entry in record.values.items():
        assert np.isfinite(entry.tolerance)
        assert entry.evidence.strip()
        assert record.confirm(key, entry.value) == entry.value
        smallest = 1e-9 * np.maximum(1, np.abs(entry.value))
        wrong = np.asarray(entry.value) + 1.01 * entry.tolerance + smallest
        with pytest.raises(RecordError, match=name):
            record.confirm(key, wrong)
