"""One row for each student: the attempt that counts, or why there is none."""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from rnncourse.grading.batch.submissions import EMPTY, NO_NOTEBOOK, Submission
from rnncourse.grading.classes.dates import localize_time
from rnncourse.grading.classes.joining import Member
from rnncourse.grading.classes.lateness import LatePolicy
from rnncourse.grading.classes.layouts import CANVAS, Owner
from rnncourse.grading.judging import HARNESS_ERROR, NOT_STARTED, make_result
from rnncourse.grading.registry import load_questions
from rnncourse.grading.results import (
    GRADED,
    INVALID,
    MISSING,
    SubmissionResult,
    read_package_version,
)
from rnncourse.grading.texts import clean_text, join_first

LATEST, BEST = "latest", "best"
_MAX_NAMED = 12
UNDATED_ATTEMPTS = "nobody can tell which is the latest, so the best one counts."
NO_FILES_NOTE = "Nothing came from"
"""How a note of the class begins that names some of those whom the list has one by one."""


@dataclass(frozen=True)
class Attempt:
    """Something that a student handed in, graded; its owner and time, if they are known."""

    submission: Submission
    owner: Owner | None
    result: SubmissionResult
    days_late: int = 0
    time: datetime | None = None

    @property
    def is_dated(self) -> bool:
        """Whether its time is known, or Canvas, which says of each file whether it is late."""
        return bool(self.time or (self.owner and self.owner.platform == CANVAS))

    @property
    def is_answer(self) -> bool:
        """Whether anything was written, or only the grader knows."""
        if self.result.needs_person:
            return True
        return any(q.status != NOT_STARTED for q in self.result.questions)


@dataclass(frozen=True)
class StudentRow:
    """A student with what counts, if anything does; corrections by hand are not in it yet."""

    member: Member
    result: SubmissionResult
    counted: Attempt | None = None
    days_late: int = 0


def choose_assignment(results: Iterable[SubmissionResult], requested: str | None) -> str:
    """Return the assignment that a class answers: the one given, or what most notebooks answer."""
    if requested:
        return requested
    n_results = Counter(r.assignment for r in results if r.status == GRADED and r.questions)
    return max(n_results, key=lambda name: n_results[name], default="")


def fill_questions(result: SubmissionResult, assignment: str) -> SubmissionResult:
    """Give a result without questions those of its assignment: 0 of its points, not 0 of 0."""
    name = result.assignment or assignment
    if result.questions or not name:
        return result
    status = HARNESS_ERROR if result.status == HARNESS_ERROR else NOT_STARTED
    questions = tuple(make_result(question, status) for question in load_questions(name).values())
    return replace(result, assignment=name, questions=questions)


def make_student_row(
    member: Member,
    grade: Callable[[Submission], SubmissionResult],
    assignment: str,
    attempt_rule: str = LATEST,
    policy: LatePolicy | None = None,
    time: datetime | None = None,
) -> StudentRow:
    """Choose what counts for a student: the `latest` attempt, or the `best`.

    The time is when the student last handed in, for attempts that do not say it themselves; where
    their order is known, for the last one only.
    """
    policy = policy or LatePolicy()
    attempts = []
    last_owner = _find_last_owner([owner for _, owner in member.handed_in])
    for submission, owner in member.handed_in:
        submitted_at = (owner and owner.time) or (time if last_owner in (None, owner) else None)
        submitted_at = submitted_at and localize_time(submitted_at, policy.zone)
        is_late = bool(owner and owner.late)
        days_late = policy.count_days_late(member.student, submitted_at, is_late)
        attempts.append(Attempt(submission, owner, grade(submission), days_late, submitted_at))
    matching = [a for a in attempts if a.result.assignment in ("", assignment)]
    answers = [a for a in matching if a.is_answer]
    blank = [a for a in matching if a.result.status == GRADED and not a.is_answer]
    ungraded = [a for a in matching if a.result.status != GRADED and not a.is_answer]
    if candidates := answers or blank or ungraded:
        counted, explanation = (
            _select_attempt(answers, attempt_rule, policy) if answers else (candidates[0], "")
        )
        return _make_row(
            member, counted, explanation, [a for a in attempts if a is not counted], assignment
        )
    reason, status = _explain_no_attempt(member, attempts, assignment)
    file = member.rejected[0].name if member.rejected else ""
    choice = _list_other_attempts(attempts)
    result = SubmissionResult("", "", 0, assignment, status, reason, file=file, choice=choice)
    return StudentRow(
        member, fill_questions(replace(result, version=read_package_version()), assignment)
    )


def _find_last_owner(owners: Sequence[Owner | None]) -> Owner | None:
    """Return whose attempt is the last one; None where nobody can tell."""
    orders = [owner.order if owner else 0 for owner in owners]
    platforms = {owner.platform if owner else "" for owner in owners}
    if len(platforms) != 1 or not all(orders) or len({*orders}) < len(orders):
        return None
    return max(owners, key=lambda owner: owner.order)


def _select_attempt(
    candidates: Sequence[Attempt], attempt_rule: str, policy: LatePolicy
) -> tuple[Attempt, str]:
    """Choose one of several, and say why it is that one."""
    by_content = {a.result.sha256 or a.submission.name: a for a in reversed(candidates)}
    if len(by_content) == 1:
        return min(candidates, key=lambda a: a.days_late), ""
    opening = f"{len(by_content)} notebooks answer this assignment: "

    def net_points(attempt: Attempt) -> float:
        return attempt.result.earned - policy.compute_cost(attempt.result.earned, attempt.days_late)

    chosen = max(candidates, key=lambda a: (not a.result.needs_person, net_points(a)))
    if attempt_rule == BEST:
        return chosen, f"{opening}the best one counts."
    if all(a.time for a in candidates) and len({a.time for a in candidates}) > 1:
        return max(candidates, key=lambda a: a.time), f"{opening}the latest one counts."
    if latest := _find_last_owner([a.owner for a in candidates]):
        return next(a for a in candidates if a.owner is latest), f"{opening}the latest one counts."
    return chosen, f"{opening}{UNDATED_ATTEMPTS}"


def _make_row(
    member: Member, counted: Attempt, reason: str, uncounted: Sequence[Attempt], assignment: str
) -> StudentRow:
    result = fill_questions(counted.result, assignment)
    sentences = (
        [f"Counted: `{_shorten(counted.submission)}`.", reason, _list_other_attempts(uncounted)]
        if uncounted
        else []
    )
    choice = " ".join(filter(None, sentences))
    result = replace(result, file=counted.submission.name, choice=choice)
    return StudentRow(member, result, counted, counted.days_late)


def _explain_no_attempt(
    member: Member, attempts: Sequence[Attempt], assignment: str
) -> tuple[str, str]:
    if attempts:
        names = sorted({a.result.assignment for a in attempts if a.result.assignment})
        return f"Nothing for {assignment}: what was handed in is for {', '.join(names)}.", INVALID
    if member.rejected:
        reason = member.rejected[0].reason
        if all(submission.reason == EMPTY for submission in member.rejected):
            return "The folder is empty: nothing was handed in.", MISSING
        names = join_first([f"`{_shorten(submission)}`" for submission in member.rejected], 3)
        why = "" if reason in (EMPTY, NO_NOTEBOOK) else f" {reason}"
        return f"No notebook was handed in, but {names}.{why}", INVALID
    if member.owners:
        return "The platform lists a submission, and there is no file.", MISSING
    return "Nothing was handed in.", MISSING


def _shorten(submission: Submission) -> str:
    return clean_text(submission.parts[-1] if submission.parts else submission.name, 80).replace(
        "`", "'"
    )


def _list_other_attempts(attempts: Sequence[Attempt]) -> str:
    if not attempts:
        return ""
    shown = [f"`{_shorten(a.submission)}` ({_describe_attempt(a)})" for a in attempts[:_MAX_NAMED]]
    more = [f"{len(attempts) - _MAX_NAMED} more"] if len(attempts) > _MAX_NAMED else []
    return f"Not counted: {', '.join([*shown, *more])}."


def _describe_attempt(attempt: Attempt) -> str:
    result = attempt.result
    if result.status != GRADED:
        return clean_text(result.reason, 120).rstrip(".")
    if not attempt.is_answer:
        return "no answer in it"
    return f"{result.assignment}, {result.earned} of {result.points} points"
