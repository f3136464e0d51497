"""Which wrong ideas a class holds: those with a name, and those that may deserve one."""

import logging
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from rnncourse.grading.calling import call_quietly
from rnncourse.grading.comparing import format_arguments
from rnncourse.grading.output_signatures import are_same_signatures
from rnncourse.grading.overview.statistics import select_graded
from rnncourse.grading.questions import (
    EXACT,
    SEPARATOR,
    Mistake,
    NetworkComparison,
    Question,
    Tolerance,
)
from rnncourse.grading.registry import GradingError, load_questions
from rnncourse.grading.results import SubmissionResult
from rnncourse.grading.values import all_close, measure_input

_LOG = logging.getLogger(__name__)
_NUMBERS = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")
_MAX_NUMBERS = 12  # numbers of an argument or a value, that a board has room for


@dataclass(frozen=True)
class Misconception:
    """A known mistake, and who made it.

    Args:
        holders: Places of the students in the class.
        sentence: What a teacher could say next day.
        board: A small example, right and wrong, to put on the board; "" if there is none.
    """

    question: str
    title: str
    name: str
    holders: tuple[int, ...]
    of: int
    sentence: str
    board: str = ""


@dataclass(frozen=True)
class UnknownMistake:
    """Students whose answers give the same wrong values, which no known mistake gives."""

    question: str
    title: str
    holders: tuple[int, ...]
    shared_input_message: str


def list_misconceptions(results: Sequence[SubmissionResult]) -> list[Misconception]:
    """List the known mistakes that somebody made, the most frequent first."""
    holders_by_mistake: dict[tuple[str, str, str, str], list[int]] = {}
    graded_ids = {id(r) for r in select_graded(results)}
    for index, result in enumerate(results):
        for q in result.questions if id(result) in graded_ids else ():
            for name in q.mistake.split(SEPARATOR) if q.mistake else ():
                key = result.assignment, q.question, q.title, name
                holders_by_mistake.setdefault(key, []).append(index)
    misconceptions = []
    for (assignment, question, title, name), holders in holders_by_mistake.items():
        mistake, question_object = _find_declaration(assignment, question, name)
        count = _NUMBERS[len(holders)] if len(holders) < len(_NUMBERS) else len(holders)
        name_in_sentence = name[:1].lower() + name[1:] if name[1:2].islower() else name
        sentence = f"In “{title}”, {count} of you had this: {name_in_sentence}."
        board = ""
        if mistake is not None:
            sentence += f" {mistake.hint}"
            board = find_contrast(question_object, mistake)
        indices = tuple(holders)
        misconceptions.append(
            Misconception(question, title, name, indices, len(graded_ids), sentence, board)
        )
    return sorted(misconceptions, key=lambda m: (-len(m.holders), m.question, m.name))


def _find_declaration(
    assignment: str, question: str, name: str
) -> tuple[Mistake | None, Question | None]:
    """Find a mistake where it is declared; a result may come from another version."""
    try:
        question_object = load_questions(assignment)[question]
    except (GradingError, KeyError, ImportError):  # of another version; a package is missing
        return None, None
    return next((m for m in question_object.mistakes if m.name == name), None), question_object


def find_contrast(question: Question, mistake: Mistake) -> str:
    """Return the smallest input for which a mistake shows, with what is right and what comes.

    It is a sentence, or "" where no input is small enough for a board, or a network was trained.
    """
    if isinstance(question.comparison, NetworkComparison):
        return ""
    tolerance = question.comparison if isinstance(question.comparison, Tolerance) else EXACT
    try:
        cases = sorted((c for s in range(2) for c in question.cases(s)), key=measure_input)
        for arguments in cases:
            if measure_input(arguments) > 3 * _MAX_NUMBERS:
                return ""
            if max(measure_input([a]) for a in arguments) > _MAX_NUMBERS:
                continue
            expected = call_quietly(question.reference, arguments, question).values
            for answer in mistake.answers:
                actual = call_quietly(answer, arguments, question).values
                if expected is None or actual is None or all_close(actual, expected, tolerance):
                    continue
                for name, a, b in zip(question.returns, expected, actual, strict=True):
                    if not all_close((b,), (a,), tolerance) and max(a.size, b.size) <= _MAX_NUMBERS:
                        case = format_arguments(question, arguments).removeprefix("This was for ")
                        right, wrong = _format_array(a), _format_array(b)
                        message = f"`{name}` is {right}; with the mistake it is {wrong}."
                        return f"For {case[:-1]}: {message}"
    except Exception:  # a page about a class needs no example
        _LOG.info("no example of %s, %s", question.id, mistake.name, exc_info=True)
    return ""


def _format_array(value: np.ndarray) -> str:
    form = {"float_kind": "{:.4g}".format}
    return " ".join(np.array2string(value, separator=", ", formatter=form).split())


def group_unknown_mistakes(results: Sequence[SubmissionResult]) -> list[UnknownMistake]:
    """List groups of students with the same wrong values that no known mistake explains."""
    groups: dict[tuple[str, str], list[tuple[tuple, str, str, list[int]]]] = {}
    graded_ids = {id(r) for r in select_graded(results)}
    for index, result in enumerate(results):
        for q in result.questions if id(result) in graded_ids else ():
            if (signature := q.output_signature) and not q.mistake:
                groups_of_question = groups.setdefault((result.assignment, q.question), [])
                group = next(
                    (g for g in groups_of_question if are_same_signatures(g[0], signature)), None
                )
                if group is None:
                    group = signature, q.title, q.shared_input_message, []
                    groups_of_question.append(group)
                group[3].append(index)
    unknown = [
        UnknownMistake(question, title, tuple(holders), message)
        for (_, question), groups_of_question in groups.items()
        for _, title, message, holders in groups_of_question
        if len(set(holders)) > 1
    ]
    return sorted(unknown, key=lambda group: (-len(group.holders), group.question))
