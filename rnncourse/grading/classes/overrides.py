"""Corrections by hand: a table of students, questions, points and reasons.

They come before the cost of being late, which is a share of the points as corrected.

The marks of the grader are kept as they are, so a correction survives every new run.
"""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from rnncourse.grading.classes.roster import normalize_id
from rnncourse.grading.classes.tables import ClassDataError, read_table
from rnncourse.grading.questions import Question
from rnncourse.grading.results import GRADED, SubmissionResult
from rnncourse.grading.texts import clean_text

COLUMNS = ("student", "question", "points", "reason")


@dataclass(frozen=True)
class Override:
    """The points that a person gives a student, by the number in the class."""

    member: int
    question: str
    points: int
    reason: str
    row: int


def read_overrides(
    path: Path, find_members: Callable[[str], Sequence[int]], questions: Mapping[str, Question]
) -> list[Override]:
    """Read corrections, all of which must make sense; `find_members` gives all that a name means.

    Raises:
        ClassDataError: If one is not understood: a sentence for each.
    """
    table = read_table(path, "table of corrections", COLUMNS)
    columns = {name: table.column(name) for name in COLUMNS}
    if missing := [repr(name) for name, column in columns.items() if not column]:
        raise ClassDataError(
            f"The table of corrections {str(path)!r} has no column {' and no '.join(missing)}."
        )
    overrides: dict[tuple[int, str], Override] = {}
    faults = []
    for number, cells in table.rows:
        fields = {name: cells[column] for name, column in columns.items()}
        entry = _parse_override(number, fields, find_members, questions)
        if isinstance(entry, Override) and (
            before := overrides.get((entry.member, entry.question))
        ):
            entry = f"corrects what row {before.row} has corrected"
        if isinstance(entry, str):
            faults.append(f"Row {number} of the corrections {entry}.")
        else:
            overrides[entry.member, entry.question] = entry
    if faults:
        raise ClassDataError("\n".join(faults))
    return list(overrides.values())


def _parse_override(
    row: int,
    fields: Mapping[str, str],
    find_members: Callable[[str], Sequence[int]],
    questions: Mapping[str, Question],
) -> Override | str:
    name, question, points = fields["student"], fields["question"], fields["points"]
    if not normalize_id(name):
        return "names no student"
    members = find_members(name)
    if len(members) != 1:
        why = "which could mean several students" if members else "who is not in the class"
        return f"names {clean_text(name, 60)!r}, {why}"
    if question not in questions:
        return f"names the question {clean_text(question, 60)!r}, which does not exist"
    max_points = questions[question].points
    if not re.fullmatch(r"\d{1,4}", points):
        shortened = clean_text(points, 30)
        return f"gives {shortened!r} points: a whole number from 0 to {max_points} is possible"
    if int(points) > max_points:
        return f"gives {points} points, and {question} has {max_points}"
    if not fields["reason"]:
        return "gives no reason, and the student will read it"
    return Override(members[0], question, int(points), clean_text(fields["reason"], 500), row)


def apply_override(result: SubmissionResult, overrides: Iterable[Override]) -> SubmissionResult:
    """Return a result with the points that a person gave: it counts as graded, whatever came.

    Raises:
        ClassDataError: If a question is not one of those asked here.
    """
    by_question = {override.question: override for override in overrides}
    question_ids = {q.question for q in result.questions}
    if misplaced := next(
        (override for q, override in by_question.items() if q not in question_ids), None
    ):
        raise ClassDataError(
            f"Row {misplaced.row} of the corrections is about {misplaced.question}, and "
            f"{result.assignment or 'what was handed in'} does not ask that."
        )
    questions = tuple(
        replace(q, earned=by_question[q.question].points, by_hand=by_question[q.question].reason)
        if q.question in by_question
        else q
        for q in result.questions
    )
    result = replace(result, questions=questions)
    if not by_question or result.status == GRADED or result.needs_person:
        return result
    # Nothing of it ran
    return replace(result, status=GRADED, status_found=result.status, isolation="")
