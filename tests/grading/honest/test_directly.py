"""Honest answers to the chapters get all points without a sandbox, too.

That no named mistake does is in `tests/grading/test_questions.py`, for every question.
"""

from rnncourse.grading.registry import ASSIGNMENTS, load_questions

from ..in_process import expect_all_points
from .collected import ANSWERS, CHAPTERS, every_answer, every_chapter


@every_answer
def test_honest_answers_get_all_points(chapter, ids, cells):
    expect_all_points(load_questions(chapter.ASSIGNMENT), ids, cells)


@every_chapter
def test_every_question_with_one_right_answer_has_an_honest_one(chapter):
    """So a wrong reference is found: each is held against what was written independently of it."""
    answered = {i for c, ids, _ in (a.values for a in ANSWERS) if c is chapter for i in ids}
    questions = load_questions(chapter.ASSIGNMENT).values()
    assert {q.id for q in questions if not q.has_optional_last} <= answered


def test_every_assignment_has_honest_answers():
    assert {c.ASSIGNMENT for c in CHAPTERS} | {"02-language-models"} == {*ASSIGNMENTS}
