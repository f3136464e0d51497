"""The solutions are a source that nbgrader takes: it makes the exercises and marks the answers.

Where an instructor has nbgrader in an environment of its own, that needs this package, too.
"""

import csv
import os
import shutil
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest

from rnncourse.grading import marking
from rnncourse.grading.registry import ASSIGNMENTS, load_questions
from scripts import ROOT

from .students import find_exercise

PROGRAM = Path(sys.executable).with_name("nbgrader")
SETTINGS = ROOT / "book" / "_assets" / "nbgrader_config.py"
STUB = "    # YOUR CODE HERE\n    raise NotImplementedError()"

pytestmark = pytest.mark.grading
every_assignment = pytest.mark.parametrize("assignment", ASSIGNMENTS)


def run_nbgrader(course: Path, *arguments: str | Path) -> str:
    """Run one of its commands in the folder of a course, and return what it prints."""
    own = {f"{name}_DIR": str(course / "jupyter") for name in ("JUPYTER_CONFIG", "JUPYTER_DATA")}
    path = f"{PROGRAM.parent}{os.pathsep}{os.environ['PATH']}"  # it starts others by name
    environment = {**os.environ, **own, "IPYTHONDIR": str(course / "ipython"), "PATH": path}
    done = subprocess.run(
        [PROGRAM, *arguments], cwd=course, env=environment, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def read_notebook(path: Path) -> nbformat.NotebookNode:
    return nbformat.read(path, as_version=4)


def grade_notebook(nb: nbformat.NotebookNode) -> dict[str, nbformat.NotebookNode]:
    """Return the cells that nbgrader knows, by its name for them."""
    return {c.metadata.nbgrader.grade_id: c for c in nb.cells if "nbgrader" in c.metadata}


def write_answers(nb: nbformat.NotebookNode, answers: dict[str, str]) -> nbformat.NotebookNode:
    """Write answers into a notebook: from a question's id to the code of its cell."""
    for question, source in answers.items():
        grade_notebook(nb)[f"{question}-answer"].source = source
    return nb


@pytest.fixture(scope="module")
def released_course(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("course")
    shutil.copy(SETTINGS, folder / "nbgrader_config.py")
    for assignment in ASSIGNMENTS:
        source = folder / "source" / assignment
        source.mkdir(parents=True)
        shutil.copy(ROOT / "solutions" / f"{assignment}.ipynb", source)
        run_nbgrader(folder, "generate_assignment", assignment)
    return folder


def find_release(course: Path, assignment: str) -> Path:
    return course / "release" / assignment / f"{assignment}.ipynb"


def read_solutions(assignment: str) -> dict[str, str]:
    cells = grade_notebook(read_notebook(ROOT / "solutions" / f"{assignment}.ipynb"))
    return {q: cells[f"{q}-answer"].source for q in load_questions(assignment)}


@every_assignment
def test_the_release_of_nbgrader_equals_the_exercises(released_course, assignment):
    release = read_notebook(find_release(released_course, assignment))
    exercises = read_notebook(find_exercise(assignment))
    exercises.cells = [c for c in exercises.cells if not c.id.endswith("-setup")]
    blank = [c.source.replace(STUB, "    raise NotImplementedError") for c in release.cells]
    assert blank == [c.source for c in exercises.cells]
    assert [c.cell_type for c in release.cells] == [c.cell_type for c in exercises.cells]


@every_assignment
def test_points_of_nbgrader_equal_those_of_the_questions(released_course, assignment):
    cells = grade_notebook(read_notebook(find_release(released_course, assignment))).values()
    points = {c.metadata.nbgrader.grade_id: c.metadata.nbgrader.points for c in cells}
    questions = load_questions(assignment).values()
    assert {i: p for i, p in points.items() if p} == {f"{q.id}-check": q.points for q in questions}


@every_assignment
def test_nbgrader_validates_release_and_solutions(released_course, assignment, tmp_path):
    release = find_release(released_course, assignment)
    output = run_nbgrader(released_course, "validate", release)
    assert f"VALIDATION FAILED ON {len(load_questions(assignment))} CELL(S)!" in output
    assert "Traceback" not in output  # a blank is no error, it earns nothing
    complete = tmp_path / "complete.ipynb"
    nbformat.write(write_answers(read_notebook(release), read_solutions(assignment)), complete)
    assert "Success! Your notebook passes all the tests." in run_nbgrader(
        released_course, "validate", complete
    )


def test_marks_of_nbgrader_equal_the_graders(released_course):
    assignment = "02-language-models"
    right = read_solutions(assignment)
    wrong = right["02-bits"].replace("nats / np.log(2)", "nats")
    part = """\
def better_next(base, past):
    probs = np.array(base)
    for n in range(2, min(3, len(past) - 1) + 1):
        text = bytes(past.tolist())
        after = [text[i + n] for i in range(len(text) - n) if text[i : i + n] == text[-n:]]
        if after:
            counts = np.bincount(after, minlength=len(base))
            probs = (counts + 4 * probs) / (len(after) + 4)
    return probs"""
    students = {
        "ann": right,
        "ben": {"02-bits": wrong, "02-step": right["02-step"]},
        "eve": {"02-better": part},
    }
    assert wrong != right["02-bits"]
    points = {}
    for student, answers in students.items():
        path = released_course / "submitted" / student / assignment / f"{assignment}.ipynb"
        path.parent.mkdir(parents=True)
        nbformat.write(
            write_answers(read_notebook(find_release(released_course, assignment)), answers), path
        )
        points[student] = marking.grade_bytes(
            student, path.read_bytes(), marking.GradingJob()
        ).earned
    marking.close_sandbox()
    run_nbgrader(released_course, "autograde", assignment)
    run_nbgrader(released_course, "export", "--to", "marks.csv")
    with (released_course / "marks.csv").open(encoding="utf-8", newline="") as file:
        all_rows = [row for row in csv.DictReader(file) if row["assignment"] == assignment]
    rows = {row["student_id"]: row for row in all_rows}
    total = sum(q.points for q in load_questions(assignment).values())
    assert {float(row["max_score"]) for row in rows.values()} == {total}
    assert {student: float(row["score"]) for student, row in rows.items()} == points
    assert (points["ann"], points["ben"]) == (total, 2)
    assert 0 < points["eve"] < 4  # partial credit passes through
