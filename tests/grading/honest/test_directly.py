"""Honest answers to the chapters get all points without a sandbox, too.

That no named mistake does is in `tests/grading/test_questions.py`, for every question.
"""

from rnncourse.grading.registry import load_questions

from ..in_process import expect_all_points
from .collected import ANSWERS, HERE, every_answer


@every_answer
def test_honest_answers_get_all_points(chapter, ids, cells):
    expect_all_points(load_questions(chapter.ASSIGNMENT), ids, cells)


def test_every_chapter_with_questions_has_honest_answers():
    folders = {path.parent.name for path in HERE.glob("*/test_questions.py")}
    assert folders <= {c.__name__.split(".")[-2] for c, *_ in (a.values for a in ANSWERS)}
