"""Grading in this process, without a sandbox: what tests of a chapter's questions share."""

import functools
from collections.abc import Callable, Iterable, Mapping, Sequence

import numpy as np

from rnncourse.grading.authoring.shortcuts import make_quick_cases
from rnncourse.grading.calling import call_quietly
from rnncourse.grading.checks import grade
from rnncourse.grading.judging import PASSED
from rnncourse.grading.questions import Question
from rnncourse.grading.registry import find_question

from .students import define_names


def expect_all_points(
    questions: Mapping[str, Question], ids: Iterable[str], cells: Sequence[str]
) -> None:
    """Run a student's cells and fail unless the functions in them earn all their points.

    Args:
        questions: By id.
        ids: Of those that the cells answer.
        cells: As the student wrote them, one after the other.
    """
    namespace = define_names("\n".join(cells))
    for question_id in ids:
        question = questions[question_id]
        result = grade(question, namespace[question.function])
        assert (result.status, result.earned) == (PASSED, question.points), result.message


def make_cases(question_id: str, seeds: int | Iterable[int] = 3) -> list[tuple[tuple, object]]:
    """Return the inputs of a question on some seeds, or the first few, each with what is right."""
    question, seeds = find_question(question_id), range(seeds) if isinstance(seeds, int) else seeds
    return [(a, question.reference(*a)) for seed in seeds for a in question.cases(seed)]


@functools.cache
def answer_by_reference(question_id: str) -> tuple[list, list]:
    """Return the inputs of a question on one seed, and what the reference gives: it trains once."""
    question = find_question(question_id)
    result = make_quick_cases(question, 100 if question.has_optional_last else 3)
    return result, [call_quietly(question.reference, case, question).values for case in result]


def answer_in_float32(question: Question) -> Callable[..., object]:
    """Return the right answer to a question, computed with half as many digits."""
    return lambda *arguments: np.float32(question.reference(*arguments))
