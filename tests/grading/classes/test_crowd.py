"""A class of 60 goes through in one command, and every student comes out once."""

import csv
import io
import json
import shutil
import zipfile
from collections import Counter

import pytest

from rnncourse.cli import main
from rnncourse.grading import marking
from rnncourse.grading.results import SubmissionResult

from ..students import read_rows
from . import crowd

pytestmark = pytest.mark.grading  # 56 notebooks are judged
NO_MARK = ("missing", "broken", "html", "pdf", "text")
RULES = "due = 2026-10-05T23:59:00+00:00\npercent_per_day = 10\n"


@pytest.fixture(scope="module")
def secret_file(tmp_path_factory):
    path = tmp_path_factory.mktemp("secret") / "secret.txt"
    path.write_text("a secret of 24 characters")
    return path


@pytest.fixture(scope="module")
def grade_class(tmp_path_factory, secret_file):
    """Return a function that grades the class as a platform hands it out; once each.

    The notebooks are the same in every layout, so each is judged once, for all of them.
    """
    done = {}
    kept = tmp_path_factory.mktemp("kept")

    def graded(layout, *more):
        key = (layout, *more)
        if key not in done:
            folder = tmp_path_factory.mktemp(layout)
            path, roster = crowd.LAYOUTS[layout](folder)
            (folder / "rules.toml").write_text(RULES)
            options = ["--roster", roster, "--late-rules", folder / "rules.toml"]
            options += [*(["--column", "PS 2"] if layout == "canvas" else []), *more]
            call = ["grade", path, "--out", folder / "out", "--secret-file", secret_file, *options]
            shutil.copytree(kept, folder / "out" / "results")
            assert main([str(a) for a in call]) == 1  # some could not be graded
            shutil.copytree(folder / "out" / "results", kept, dirs_exist_ok=True)
            done[key] = folder / "out"
        return done[key]

    yield graded
    marking.close_sandbox()


def read_results(out):
    submissions = json.loads((out / "results.json").read_text("utf-8"))["submissions"]
    return [SubmissionResult.from_json(s) for s in submissions]


LAYOUTS = [*crowd.LAYOUTS]


@pytest.mark.parametrize("layout", LAYOUTS)
def test_no_student_is_lost(grade_class, layout):
    out = grade_class(layout)
    table = read_rows(out / "marks.csv")
    by_id = {row["student"]: row for row in table}
    keys = {"moodle": lambda p: p.email}
    key = keys.get(layout, lambda p: p.sid)
    assert len(table) == len(by_id) == sum(crowd.KINDS.values()) == 60
    assert set(by_id) == {key(p) for p in crowd.list_pupils()}
    late = {"canvas": 21.6, "moodle": 19.2, "gradescope": 19.2}.get(layout, 24.0)
    for p in crowd.list_pupils():
        row = by_id[key(p)]
        wanted = late if p.kind == "late" else p.mark
        mark = "" if row["status"] == "invalid" else f"{wanted:g}"  # unreadable is no zero
        assert (p.kind, row["mark"], row["points"]) == (p.kind, mark, "24")
    unreadable = sum(crowd.KINDS[kind] for kind in ("broken", "html", "pdf", "text"))
    missing = crowd.KINDS["missing"]
    graded = 60 - unreadable - missing
    statuses = Counter(row["status"] for row in table)
    assert statuses == {"graded": graded, "invalid": unreadable, "missing": missing}


@pytest.mark.parametrize("layout", LAYOUTS)
def test_mistakes_have_their_names(grade_class, layout):
    result = Counter(
        q.mistake for r in read_results(grade_class(layout)) for q in r.questions if q.mistake
    )
    assert sorted(result.values()) == [crowd.KINDS["sums"], crowd.KINDS["nats"]]


@pytest.mark.parametrize("layout", LAYOUTS)
def test_extra_notebooks_are_listed_and_count_nothing(grade_class, layout):
    listed = [r for r in read_results(grade_class(layout)) if "scratch" in r.choice]
    extra = [p for p in crowd.list_pupils() if len(p.files()) > 1 and p.kind == "right"]
    assert len(listed) == len(extra) > 5
    assert {r.mark for r in listed} == {24.0}


def test_names_of_students_are_escaped_everywhere(grade_class):
    out = grade_class("canvas")
    for path in out.rglob("*"):
        if path.suffix in (".csv", ".md", ".html", ".json", ".xml"):
            text = path.read_text("utf-8-sig")
            assert "\u202e" not in text
            assert path.suffix not in (".html", ".xml") or "<b>Bo" not in text
    for path in (out / "marks.csv", out / "gradebook" / "canvas.csv"):
        cells = [c for row in csv.reader(io.StringIO(path.read_text("utf-8-sig"))) for c in row]
        assert not [cell for cell in cells if cell.startswith(("=", "+", "@"))]
    assert len([*(out / "report").glob("*.html")]) == 60 + len(("index", "class", "similar"))


def test_canvas_takes_the_gradebook_back(grade_class):
    """The rules of Canvas's importer, on the file."""
    book = (grade_class("canvas") / "gradebook" / "canvas.csv").read_text("utf-8")
    head, possible, *lines = csv.reader(io.StringIO(book))
    assert not book.startswith("\ufeff")
    assert head[0].startswith("Student")
    assert head[1] == "ID"
    assert head[2:5] == ["SIS User ID", "SIS Login ID", "Section"]
    assert head[5:] == ["PS 2 (99)"]
    assert "Points Possible" in possible[0]
    assert possible[5] == "24"
    marks = {line[1]: line[5] for line in lines}
    assert len(lines) == len(marks) == 60
    for p in crowd.list_pupils():
        late = "21.6" if p.kind == "late" else str(p.mark)
        assert marks[str(p.user)] == ("" if p.kind in NO_MARK else late)
    assert {line[2] for line in lines} == {p.sid for p in crowd.list_pupils()}
    assert {line[4] for line in lines} == {"A, B"}


def test_canvas_takes_the_feedback_back(grade_class):
    """The first two numbers between underscores are the user, and a file of the submission."""
    with zipfile.ZipFile(grade_class("canvas") / "feedback" / "canvas.zip") as archive:
        names = archive.namelist()
    by_user = {}
    for p in crowd.list_pupils():
        if p.kind != "text":
            files = {str(700000 + 10 * p.number + order) for *_, order in p.files()}
            by_user |= {str(p.user): files} if files else {}
    numbers = [[part for part in name.split("_") if part.isdecimal()][:2] for name in names]
    assert {user for user, _ in numbers} == set(by_user)
    assert len(names) == len(by_user)
    assert all(file in by_user[user] for user, file in numbers)


def test_moodle_takes_the_worksheet_back(grade_class):
    book = (grade_class("moodle") / "gradebook" / "moodle.csv").read_text("utf-8")
    lines = list(csv.DictReader(io.StringIO(book)))
    assert {"Identifier", "Grade", "Last modified (grade)"} <= set(lines[0])
    assert "Feedback comments" not in lines[0]  # so that Moodle leaves them as they are
    marks = {line["Identifier"]: line["Grade"] for line in lines}
    assert len(marks) == len(lines) == 60
    for p in crowd.list_pupils():
        late = "19.2" if p.kind == "late" else str(p.mark)
        assert marks[f"Participant {p.user}"] == ("" if p.kind in NO_MARK else late)


def test_moodle_takes_the_feedback_back(grade_class):
    """A part of the path has four parts between underscores: name, number, kind, plugin."""
    with zipfile.ZipFile(grade_class("moodle") / "feedback" / "moodle.zip") as archive:
        names = archive.namelist()
    users = []
    for name in names:
        folder, file = name.split("/")
        info = folder.split("_")
        assert (len(info), info[2:], file) == (4, ["assignsubmission", "file"], "feedback.html")
        users.append(int(info[1]))
    assert sorted(users) == [p.user for p in crowd.list_pupils() if p.kind != "missing"]


def test_the_same_command_again_grades_nothing(grade_class, tmp_path, secret_file, monkeypatch):
    path, roster = crowd.write_canvas(tmp_path)
    shutil.copytree(grade_class("canvas") / "results", tmp_path / "results")

    def refuse(*_):
        raise AssertionError("nothing is left to do")

    monkeypatch.setattr("rnncourse.grading.batch.workers.Workers.send", refuse)
    call = ["grade", path, "--out", tmp_path, "--secret-file", secret_file, "--roster", roster]
    assert main([str(a) for a in call]) == 1  # some could not be graded
    assert len(read_rows(tmp_path / "marks.csv")) == 60
