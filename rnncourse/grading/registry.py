"""Which questions there are: each chapter with a module `questions` brings its own."""

import importlib
from collections.abc import Iterable

from rnncourse.core.chapters import list_chapters
from rnncourse.core.suggestions import did_you_mean
from rnncourse.grading.questions import Question
from rnncourse.grading.writing import collect_questions

ASSIGNMENTS = {
    chapter.page: f"{chapter.package}.questions"
    for chapter in list_chapters()
    if chapter.has_module("questions")
}
"""Where the questions of an assignment are: a package of modules that each write some."""


class GradingError(ValueError):
    """A question or an assignment that does not exist."""


def load_questions(assignment: str) -> dict[str, Question]:
    """Return the questions of an assignment by id, in order.

    Raises:
        GradingError: If there is no such assignment.
    """
    if assignment not in ASSIGNMENTS:
        raise GradingError(
            f"There is no assignment {assignment!r}{did_you_mean(assignment, ASSIGNMENTS)}"
        )
    return {question.id: question for question in list_questions(ASSIGNMENTS[assignment])}


def list_questions(module: str) -> tuple[Question, ...]:
    """Return the questions of a module: its `QUESTIONS`, or those that are written in a package."""
    listed = getattr(importlib.import_module(module), "QUESTIONS", None)
    return collect_questions(module) if listed is None else listed


def find_question(question_id: str) -> Question:
    """Return a question of any assignment.

    Raises:
        GradingError: If there is no such question.
    """
    known: dict[str, Question] = {}
    for assignment in sorted(ASSIGNMENTS, key=lambda name: name[:2] != question_id[:2]):
        known |= load_questions(assignment)
        if question_id in known:
            return known[question_id]
    raise GradingError(f"There is no question {question_id!r}{did_you_mean(question_id, known)}")


def list_packages(questions: Iterable[Question]) -> dict[str, list[str]]:
    """Return the packages that answers use and the course does not install itself.

    Returns:
        By name of the package, the ids of the questions that need it.
    """
    packages: dict[str, list[str]] = {}
    for question in questions:
        for name in question.packages:
            if name != "numpy":
                packages.setdefault(name, []).append(question.id)
    return packages
