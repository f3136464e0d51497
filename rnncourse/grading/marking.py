"""From the bytes of a notebook to its marks: the judge, who holds references and secrets."""

import hashlib
import hmac
import importlib.metadata
import importlib.util
import re
import time
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from rnncourse.grading.checks import ASSIGNMENTS, questions_of
from rnncourse.grading.judging import (
    BY_HAND,
    ERROR,
    HARNESS_ERROR,
    IN_PART,
    NOT_STARTED,
    TIMEOUT,
    WRONG,
    Result,
    judge,
    verdict,
)
from rnncourse.grading.notebooks import Cell, NotebookError, read
from rnncourse.grading.questions import Question
from rnncourse.grading.results import GRADED, INVALID, SubmissionResult
from rnncourse.grading.running import Outcome
from rnncourse.grading.sandbox.isolation import LEVELS, NAMESPACES, NONE
from rnncourse.grading.sandbox.sandbox import Child, Found, Sandbox, SandboxError


@dataclass(frozen=True)
class Job:
    """How submissions are graded.

    Args:
        assignment: Which assignment they answer; None to tell by the functions they define.
        secret: What hidden inputs are drawn from, with the submission; None for public ones.
        least: The weakest level of isolation that is accepted.
        highest: The strongest one that is tried.
    """

    assignment: str | None = None
    secret: bytes | None = field(default=None, repr=False)
    least: str = NONE
    highest: str = NAMESPACES


_sandboxes: dict[str, Sandbox] = {}


def sandbox(highest: str = NAMESPACES) -> Sandbox:
    """Return this process's sandbox; its processes are started when first needed."""
    if highest not in _sandboxes:
        _sandboxes[highest] = Sandbox(highest)
    return _sandboxes[highest]


def close() -> None:
    """End the processes of this process's sandboxes."""
    while _sandboxes:
        _sandboxes.popitem()[1].close()


def grade_bytes(name: str, data: bytes, job: Job) -> SubmissionResult:
    """Grade one submission. Whatever it holds, a result comes back.

    Args:
        name: What to call it.
        data: The file.
        job: How to grade it.

    Raises:
        GradingError: If the job names an assignment that does not exist.
    """
    result = SubmissionResult(
        name=name,
        sha256=hashlib.sha256(data).hexdigest(),
        size=len(data),
        assignment=job.assignment or "",
        status=GRADED,
        seed="public" if job.secret is None else "secret",
        version=importlib.metadata.version("rnncourse"),
    )
    runner = sandbox(job.highest)
    runner.start()  # it gets ready while the notebook is read
    try:
        cells = read(data)
        assignment = job.assignment or assignment_of(cells)
    except NotebookError as error:
        return replace(result, status=INVALID, reason=str(error))
    questions = questions_of(assignment).values()
    result = replace(result, assignment=assignment)
    marks = tuple(_mark(runner, cells, q, seed(data, q, job.secret)) for q in questions)
    runner.renew()
    try:
        level, notes = runner.level, runner.notes
    except SandboxError as error:
        return replace(result, status=HARNESS_ERROR, reason=str(error))
    if LEVELS.index(level) < LEVELS.index(job.least):
        reason = f"The isolation reached is {level!r}; at least {job.least!r} was asked for."
        return replace(result, status=HARNESS_ERROR, reason=reason, isolation=level, notes=notes)
    return replace(result, questions=marks, isolation=level, notes=notes)


def assignment_of(cells: Sequence[Cell]) -> str:
    """Tell which assignment a notebook answers: the one most of whose functions it defines.

    Raises:
        NotebookError: If it defines no function of any assignment.
    """
    code = "\n".join(cell.source for cell in cells)
    defined = set(re.findall(r"^[ \t]*(?:def[ \t]+)?(\w+)[ \t]*(?:\(|=(?!=))", code, re.MULTILINE))
    shares = {
        name: sum(q.function in defined for q in questions_of(name).values())
        for name in ASSIGNMENTS
    }
    best = max(shares, key=shares.__getitem__)
    if not shares[best]:
        raise NotebookError("The notebook defines no function that any assignment asks for.")
    return best


def seed(data: bytes, question: Question, secret: bytes | None) -> int:
    """Return the seed of a question's inputs: 0 in public, else from secret and submission."""
    if secret is None:
        return 0
    text = hashlib.sha256(data).digest() + question.id.encode()
    return int.from_bytes(hmac.digest(secret, text, "sha256")[:8], "little")


def mark(runner: Sandbox, cells: Sequence[Cell], question: Question, number: int) -> Result:
    """Grade the answer to one question.

    Args:
        runner: Where the answer runs.
        cells: The notebook.
        question: The question.
        number: The seed of its inputs.

    Raises:
        SandboxError: If no process can be had to run it.
    """
    result, below = _run(runner, cells, question, number)
    if below and result.status in (WRONG, ERROR, IN_PART):
        # Cells below may define a name again: it counts what either meaning earns.
        other, _ = _run(runner, cells, question, number, early=True)
        result = max(result, other, key=lambda r: r.earned)
    return result


def _run(
    runner: Sandbox, cells: Sequence[Cell], question: Question, number: int, early: bool = False
) -> tuple[Result, bool]:
    with runner.child(question) as child:
        found = child.prepare(cells, early)
        if isinstance(found, Outcome):
            message = "The notebook could not be taken apart."
            return verdict(question, found.stopped, message), False
        return _judged(child, found, question, number), found.below


def _judged(child: Child, found: Found, question: Question, number: int) -> Result:
    if found.offence:
        return verdict(question, WRONG, BY_HAND.format(found.offence))
    if found.unreadable and not found.found:
        where = f"The cell that defines `{question.function}` cannot be read"
        return verdict(question, ERROR, f"{where}: {found.unreadable}.")
    if not found.found or found.blank:
        return verdict(question, NOT_STARTED)
    if outcome := child.define():
        return verdict(question, outcome.stopped or ERROR, _undefined(question, outcome))
    return judge(question, ((a, child.call(a)) for a in question.cases(number)))


def _undefined(question: Question, outcome: Outcome) -> str:
    if outcome.stopped == TIMEOUT:
        return f"The cells it needs did not finish within {question.seconds:g} seconds."
    if outcome.stopped:
        return f"The cells it needs ended the whole process{outcome.error}."
    return outcome.error or f"`{question.function}` is {outcome.odd}."


def _mark(runner: Sandbox, cells: Sequence[Cell], question: Question, number: int) -> Result:
    """Grade one question; a fault of the grader becomes a result that asks for a person."""
    start = time.perf_counter()
    try:
        for name in question.packages:
            if importlib.util.find_spec(name) is None:
                told = f"It needs `{name}`, which is not installed here, so it is not marked."
                told += f" Try: pip install 'rnncourse[{name}]'"
                return verdict(question, HARNESS_ERROR, told)
        result = mark(runner, cells, question, number)
    except Exception as error:  # a bug of ours must cost no other question
        told = f"{type(error).__name__}: {error}"[:300]
        result = verdict(question, HARNESS_ERROR, f"The grader failed, not the answer. {told}")
    return replace(result, seconds=round(time.perf_counter() - start, 4))
