"""Pages around the lessons: numbers read from records, and hours that follow from the lessons."""

import re

import pytest

from rnncourse.core.records import Record, RecordError
from scripts import ROOT
from scripts.sphinx_ext.measured import format_record_value

BOOK = ROOT / "book"
SYLLABUS = (BOOK / "syllabus.md").read_text(encoding="utf-8")
MEASURED = re.findall(r"\{measured\}`([^`]+)`", (BOOK / "practice.md").read_text(encoding="utf-8"))


def test_a_number_is_that_of_the_record():
    values = Record.load("ch07_lstm").value("lag/learned/tanh")
    assert format_record_value("ch07_lstm:lag/learned/tanh sum") == f"{sum(values):.0f}"
    assert format_record_value("ch07_lstm:lag/learned/tanh") == f"{sum(values) / len(values):.0f}"
    share = format_record_value("ch07_lstm:lag/learned/tanh .0%")
    assert share == f"{10 * sum(values):.0f}\N{NARROW NO-BREAK SPACE}%"
    updates = Record.load("ch08_gated_variants").value("long/when/20/LSTM, open")
    assert (
        format_record_value("ch08_gated_variants:long/when/20/LSTM, open most")
        == f"{max(updates):.0f}"
    )
    assert (
        format_record_value("ch08_gated_variants:long/when/20/LSTM, open [1] .1f")
        == f"{updates[1]:.1f}"
    )


def test_a_question_that_has_no_answer_is_refused():
    with pytest.raises(RecordError):
        format_record_value("ch07_lstm:no such key")
    with pytest.raises(ValueError, match="names no record"):
        format_record_value("lag/learned/lstm-3 sum")


@pytest.mark.parametrize("query", MEASURED)
def test_every_number_of_the_page_is_there(query):
    assert re.fullmatch(r"[−\d.]+(\N{NARROW NO-BREAK SPACE}%)?", format_record_value(query))


def test_no_measured_number_is_typed_by_hand():
    """What stands in digits is a setting, a count of networks or a lesson, and no percentage."""
    text = (BOOK / "practice.md").read_text(encoding="utf-8")
    assert len(MEASURED) > 30
    plain = re.sub(r"\{measured\}`[^`]+`|\]\([^)]*\)", "", text)
    assert "%" not in plain
    assert set(re.findall(r"\d[\d.,]*\d|\d", plain)) <= {
        *("0", "1", "3", "5", "10", "20", "100", "300", "400", "4", "11", "14"),
        *("32", "3,000", "0.25", "0.59", "0.9"),
    }


@pytest.mark.parametrize(
    ("left", "right", "form"),
    [
        ("ch08_gated_variants:long/when/100/GRU", "ch08_gated_variants:long/when/100/LSTM", "<"),
        ("ch06_gating:sharp/error/0.1", "ch06_gating:starred/plain/0.01", "<"),
        ("ch07_lstm:lag/when/lstm-chrono", "ch07_lstm:lag/when/lstm-5", "<"),
        ("ch08_gated_variants:test/sum/NP", "ch08_gated_variants:test/sum/V", "<"),
        ("ch05_gradients:bounds/rate/norm/3", "ch05_gradients:bounds/rate/none/3", "<"),
        ("ch04_bptt:D5/reset/2", "ch04_bptt:D5/carried/2", "<"),
        ("ch09_bidirectional:directions/forward", "ch09_bidirectional:directions/both", "<"),
        ("ch12_attention:exact/none/6", "ch12_attention:exact/general/6", "<"),
        ("ch11_seq2seq:short_training/1/0/exact", "ch11_seq2seq:short_training/4/0/exact", "<"),
        ("ch02_language:C1/with_state/3000", "ch02_language:C1/window/3000", "<"),
    ],
)
def test_a_default_is_better_in_the_mean(left, right, form):
    low, high = (Record.load(n).value(k) for n, k in (x.split(":") for x in (left, right)))
    assert sum(low) / len(low) < sum(high) / len(high)


def test_the_readme_says_how_large_the_package_is():
    def lines(*patterns):
        files = {path for pattern in patterns for path in ROOT.glob(pattern)}
        return sum(len(path.read_text(encoding="utf-8").splitlines()) for path in files)

    questions = lines("rnncourse/chapters/*/questions/**/*.py")
    actual = [lines("rnncourse/**/*.py"), questions]
    actual += [lines("rnncourse/chapters/**/*.py") - questions, lines("rnncourse/grading/**/*.py")]
    actual += [lines("tests/**/*.py")]
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    part = text.partition("What is large:")[2].partition("models themselves")[0]
    stated_sizes = [int(number.replace(",", "")) for number in re.findall(r"\d+,000", part)]
    assert stated_sizes == pytest.approx(actual, rel=0.06)


def read_minutes(page: str) -> float:
    text = (BOOK / f"{page}.ipynb").read_text(encoding="utf-8")
    time = re.search(r"\*\*Time:\*\* (?:about )?(.*?) to read", text)[1]
    words = {"an hour": 60, "two hours": 120}
    return words[time] if time in words else float(time.removesuffix(" minutes"))


def test_the_hours_of_a_week_follow_from_what_its_lessons_say():
    rows = re.findall(r"(?m)^\| (\d+) \| (.*?) \| (.*?) \| (.*?) \| (\d+) \|$", SYLLABUS)
    assert [int(week) for week, *_ in rows] == list(range(1, 11))
    assert f"{sum(int(row[-1]) for row in rows)} hours in all" in SYLLABUS
    taught = []
    for week, lessons, papers, _, hours in rows:
        names = re.findall(r"\]\(([^)]+)[.]ipynb\)", lessons)
        taught += names
        result = 2 * sum(map(read_minutes, names)) / 60 + 2 * papers.count("cite:t")
        assert abs(int(hours) - result - 4 * (week == "10")) <= 1, (week, result)
    lessons = sorted(path.stem for path in BOOK.glob("[01]*.ipynb"))
    assert sorted(taught) == lessons


def test_the_front_page_has_the_section_in_which_readers_see_how_far_they_are():
    (place,) = re.findall(
        r'querySelector\("#([\w-]+)"\)', (BOOK / "_assets/progress.js").read_text("utf-8")
    )
    heads = re.findall(r"(?m)^## (.*)$", (BOOK / "index.md").read_text("utf-8"))
    assert place in [head.lower().replace(" ", "-") for head in heads]
