"""Honest answers to the chapters get full marks in the sandbox, however they are written."""

import json

import pytest

from rnncourse.grading import marking
from rnncourse.grading.judging import NOT_STARTED
from rnncourse.grading.marking import GradingJob, grade_bytes
from rnncourse.grading.registry import load_questions
from rnncourse.grading.results import GRADED
from rnncourse.grading.sandbox.isolation import LEVELS
from scripts import ROOT

from ..handed_in import IMPORT, SECRET, make_notebook
from .collected import CHAPTERS, every_answer, every_chapter

pytestmark = pytest.mark.slow
every_level = pytest.mark.parametrize(
    "level", [*(pytest.param(v, marks=pytest.mark.grading) for v in LEVELS[:-1]), LEVELS[-1]]
)


def read_notebook(folder, chapter):
    return (ROOT / folder / f"{chapter.ASSIGNMENT}.ipynb").read_bytes()


def grade_cells(chapter, data, level, ids):
    with pytest.MonkeyPatch.context() as patch:
        chosen = {q: load_questions(chapter.ASSIGNMENT)[q] for q in ids}
        patch.setattr(marking, "load_questions", lambda _: chosen)
        job = GradingJob(chapter.ASSIGNMENT, SECRET, max_level=level)
        return grade_bytes("handed-in.ipynb", data, job)


@every_level
@every_answer
def test_an_honest_answer_gets_full_marks(chapter, ids, cells, level, start_at_level):
    start_at_level(level)
    result = grade_cells(chapter, make_notebook(*(cell.strip("\n") for cell in cells)), level, ids)
    assert (result.status, result.isolation) == (GRADED, level)
    assert result.earned == result.points, [q.message for q in result.questions]


def grade_file(folder, chapter, level):
    """Grade a notebook whose functions tell its assignment."""
    job = GradingJob(None, SECRET, max_level=level)
    result = grade_bytes("a.ipynb", read_notebook(folder, chapter), job)
    assert result.assignment == chapter.ASSIGNMENT
    return result


@pytest.mark.grading
@pytest.mark.parametrize("level", LEVELS)
@every_chapter
def test_the_solutions_get_all_points(chapter, level, start_at_level):
    """In the gate `test_documented` grades them all, by the command and at the strongest level."""
    start_at_level(level)
    result = grade_file("solutions", chapter, level)
    questions = load_questions(chapter.ASSIGNMENT)
    points = sum(q.points for q in questions.values())
    assert (result.earned, result.points) == (points, points), [q.message for q in result.questions]
    trained = [q for q in result.questions if questions[q.question].has_optional_last]
    assert all("You are here" in q.message and not q.output_signature for q in trained)


@every_level
@every_chapter
def test_blanks_have_not_been_started(chapter, level, start_at_level):
    start_at_level(level)
    result = grade_file("exercises", chapter, level)
    assert {q.status for q in result.questions} == {NOT_STARTED}


@pytest.mark.parametrize(
    "chapter", [c for c in CHAPTERS if hasattr(c, "BY_HAND")], ids=lambda c: c.ASSIGNMENT[:2]
)
def test_an_answer_in_numpy_may_not_use_torch(chapter, start_at_level):
    question, line = chapter.BY_HAND
    cells = json.loads(read_notebook("solutions", chapter))["cells"]
    (answer,) = [c for c in cells if c["id"] == f"{question}-answer"]
    source = "".join(answer["source"]).replace(line, f"    import torch\n{line}")
    result = grade_cells(chapter, make_notebook(IMPORT, source), LEVELS[-1], [question])
    assert (result.earned, "it uses `torch`" in result.questions[0].message) == (0, True)
