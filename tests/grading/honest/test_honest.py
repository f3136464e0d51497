"""Honest work gets full marks, at every level of isolation, whatever it looks like."""

import pytest

from rnncourse.grading.registry import ASSIGNMENTS, load_questions
from rnncourse.grading.results import GRADED
from rnncourse.grading.sandbox.isolation import LEVELS, NAMESPACES, NONE

from ..handed_in import DEEP, RIGHT, grade_notebook, make_notebook
from . import answers, forms, magics, mixed, names, settings, shown, tables, torches
from .files import FILES
from .in_ipython import run_in_ipython

grading = pytest.mark.grading
every_level = pytest.mark.parametrize("level", LEVELS)
PARTS = answers, forms, magics, mixed, names, settings, shown, tables, torches
AFTER_ALL = magics, mixed, settings, shown, tables, torches
"""Cases that are right in IPython after all their cells, too; in the others a name comes again."""
EVERYWHERE = answers, forms, names, torches
"""Cases that are tried at every level."""
CODE = {
    name: (ids, [cell.strip("\n") for cell in cells])
    for part in PARTS
    for name, (ids, cells) in part.CODE.items()
}
WITHOUT_PROJECT = [q for q in RIGHT if q not in ("02-better", "02-memory")]


def make_slug(name: object) -> str:
    return str(name).replace(" ", "-")


def mark_extra(part, level):
    """Return the mark of what is too much for the gate: all but PyTorch at the strongest level."""
    return () if part is torches and level == NAMESPACES else grading


def test_no_two_honest_cases_have_one_name():
    assert len(CODE) == sum(len(part.CODE) for part in PARTS)


@grading
@pytest.mark.parametrize("part", AFTER_ALL, ids=lambda part: part.__name__.rpartition(".")[2])
def test_the_cases_are_right_in_ipython(part):
    lost = run_in_ipython([CODE[name] for name in part.CODE])
    assert {name: marks for name, marks in zip(part.CODE, lost, strict=True) if marks} == {}


@pytest.mark.parametrize(
    ("name", "level"),
    [
        pytest.param(name, level, id=f"{make_slug(name)}-{level}", marks=mark_extra(part, level))
        for part in PARTS
        for level in (LEVELS if DEEP or part in EVERYWHERE else (NONE, NAMESPACES))
        for name in part.CODE
    ],
)
def test_an_honest_answer_gets_full_marks(name, level, monkeypatch, start_at_level):
    start_at_level(level)
    ids, cells = CODE[name]
    (assignment,) = (a for a in ASSIGNMENTS if ids[0] in load_questions(a))
    result = grade_notebook(
        monkeypatch, make_notebook(*cells), level, ids=ids, assignment=assignment
    )
    assert (result.status, result.isolation) == (GRADED, level)
    assert result.earned == result.points, [q.message for q in result.questions]


@grading
@every_level
@pytest.mark.parametrize("name", FILES, ids=make_slug)
def test_an_honest_file_gets_full_marks(name, level, monkeypatch, start_at_level):
    start_at_level(level)
    result = grade_notebook(monkeypatch, FILES[name], level, ids=WITHOUT_PROJECT)
    never_ends = "Cell 1 never ends: its `while` has no way out. No mark changes."
    reason = never_ends if name == "long computations" else ""
    assert (result.status, result.reason) == (GRADED, reason)
    assert result.earned == result.points, [q.message for q in result.questions if q.message]
