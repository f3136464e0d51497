"""Honest work gets full marks, at every level of isolation, whatever it looks like."""

import pytest

from rnncourse.grading.results import GRADED
from rnncourse.grading.sandbox.isolation import LEVELS

from ..handed_in import RIGHT, grade, notebook
from . import answers, forms, names
from .files import FILES

pytestmark = pytest.mark.slow
every_level = pytest.mark.parametrize("level", LEVELS)
CODE = {**answers.CODE, **names.CODE, **forms.CODE}
WITHOUT_PROJECT = [q for q in RIGHT if q != "02-better"]


def slug(name: object) -> str:
    return str(name).replace(" ", "-")


def test_there_are_many_cases():
    assert len(CODE) + len(FILES) >= 25


@every_level
@pytest.mark.parametrize("name", CODE, ids=slug)
def test_an_honest_answer_gets_full_marks(name, level, monkeypatch, reached):
    reached(level)
    ids, cells = CODE[name]
    result = grade(monkeypatch, notebook(*(c.strip("\n") for c in cells)), level, ids=ids)
    assert (result.status, result.isolation) == (GRADED, level)
    assert result.earned == result.points, [q.message for q in result.questions]


@every_level
@pytest.mark.parametrize("name", FILES, ids=slug)
def test_an_honest_file_gets_full_marks(name, level, monkeypatch, reached):
    reached(level)
    result = grade(monkeypatch, FILES[name], level, ids=WITHOUT_PROJECT)
    assert (result.status, result.reason) == (GRADED, "")
    assert result.earned == result.points, [q.message for q in result.questions if q.message]
