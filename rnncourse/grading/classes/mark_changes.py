"""Whose mark moved since the run before."""

from collections.abc import Sequence
from dataclasses import dataclass

from rnncourse.grading.reports.exports import format_csv
from rnncourse.grading.results import SubmissionResult

_HEAD = ("name", "student", "before", "after", "questions")


@dataclass(frozen=True)
class MarkChange:
    """A mark that was another one, or none, and is None now if a person has to look first."""

    name: str
    student: str
    before: float | None
    after: float | None
    questions: tuple[str, ...]

    def __str__(self) -> str:
        texts = ["?" if m is None else f"{m:g}" for m in (self.before, self.after)]
        about = f" ({', '.join(self.questions)})" if self.questions else ""
        return f"{self.name}: {texts[0]} → {texts[1]}{about}"


def list_mark_changes(
    before: Sequence[SubmissionResult], after: Sequence[SubmissionResult]
) -> list[MarkChange]:
    """List the marks that moved; who was not there before has not moved."""
    previous_results = {_make_key(result): result for result in before}
    changes = []
    for new in after:
        if (previous := previous_results.get(_make_key(new))) and _mark(previous) != _mark(new):
            points = {q.question: q.earned for q in previous.questions}
            changed_questions = tuple(
                q.question for q in new.questions if points.get(q.question) != q.earned
            )
            changes.append(
                MarkChange(new.name, new.student, _mark(previous), _mark(new), changed_questions)
            )
    return changes


def format_mark_changes_csv(changes: Sequence[MarkChange]) -> str:
    """Write them as a table."""
    rows = [(m.name, m.student, m.before, m.after, " ".join(m.questions)) for m in changes]
    return format_csv([_HEAD, *rows])


def _make_key(result: SubmissionResult) -> tuple[str, str]:
    return (result.student, "") if result.student else ("", result.name)


def _mark(result: SubmissionResult) -> float | None:
    return result.mark if result.has_mark else None
