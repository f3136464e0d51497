"""From the bytes of a notebook to its marks: the judge, who holds references and secrets."""

import contextlib
import hashlib
import hmac
import importlib.util
import math
import re
import secrets
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from functools import partial

from rnncourse.grading import judging
from rnncourse.grading.calling import CallOutcome
from rnncourse.grading.judging import (
    HARNESS_ERROR,
    NOT_STARTED,
    TIMEOUT,
    WRONG,
    Result,
    make_result,
)
from rnncourse.grading.output_signatures import make_output_signature
from rnncourse.grading.questions import NetworkComparison, Question
from rnncourse.grading.reading.notebooks import NotebookError
from rnncourse.grading.reading.submission import (
    Answer,
    Program,
    RequestedFunction,
    SubmissionReading,
)
from rnncourse.grading.registry import ASSIGNMENTS, load_questions
from rnncourse.grading.results import GRADED, INVALID, SubmissionResult, read_package_version
from rnncourse.grading.sandbox.child import READ_TIMEOUT
from rnncourse.grading.sandbox.isolation import LEVELS, NAMESPACES, NONE
from rnncourse.grading.sandbox.sandbox import Sandbox, SandboxError

OTHER_ASSIGNMENT = "This notebook looks like the one of "
"""How the sentence begins about a notebook that answers another assignment."""


@dataclass(frozen=True)
class GradingJob:
    """How submissions are graded.

    Args:
        assignment: Which assignment they answer; None to tell by the functions they define.
        secret: What hidden inputs are drawn from, with the submission; None for public ones.
        min_level: The weakest level of isolation that is accepted.
        max_level: The strongest one that is tried.
        only: Ids of the questions that are graded; all if there are none.
        salt: With the secret, what an earlier grading drew, to repeat it; "" to draw anew.
    """

    assignment: str | None = None
    secret: bytes | None = field(default=None, repr=False)
    min_level: str = NONE
    max_level: str = NAMESPACES
    only: tuple[str, ...] = ()
    salt: str = ""


_sandboxes: dict[str, Sandbox] = {}


def get_sandbox(max_level: str = NAMESPACES) -> Sandbox:
    """Return this process's sandbox; its processes are started when first needed."""
    if max_level not in _sandboxes:
        _sandboxes[max_level] = Sandbox(max_level)
    return _sandboxes[max_level]


def close_sandbox() -> None:
    """End the processes of this process's sandboxes."""
    while _sandboxes:
        _sandboxes.popitem()[1].close()


def grade_bytes(name: str, data: bytes, job: GradingJob) -> SubmissionResult:
    """Grade one submission. Whatever it holds, a result comes back.

    Raises:
        GradingError: If the job names an assignment that does not exist.
    """
    salt = job.salt or secrets.token_hex(4)
    result = SubmissionResult(
        name=name,
        sha256=hashlib.sha256(data).hexdigest(),
        size=len(data),
        assignment=job.assignment or "",
        status=GRADED,
        seed="public" if job.secret is None else f"secret {salt}",
        version=read_package_version(),
    )
    sandbox = get_sandbox(job.max_level)
    try:
        reading = _read_submission(sandbox, data, job)
    except NotebookError as error:
        return replace(result, status=INVALID, reason=str(error))
    except SandboxError as error:
        return replace(result, status=HARNESS_ERROR, reason=str(error))
    marks = _mark_answers(sandbox, reading, job, f"{result.sha256} {salt}")
    sandbox.renew()
    blank = not job.only and all(mark.status == NOT_STARTED for mark in marks)
    reasons = ["No question was answered."] if blank else []
    if reading.endless:
        reasons.append(
            f"Cell {reading.endless} never ends: its `while` has no way out. No mark changes."
        )
    reason, assignment = " ".join(reasons), reading.assignment
    result = replace(result, assignment=assignment, reason=reason, questions=marks)
    return _add_isolation(result, sandbox, job.min_level)


def _read_submission(sandbox: Sandbox, data: bytes, job: GradingJob) -> SubmissionReading:
    """Read a submission.

    Raises:
        NotebookError: If it cannot be read, or seems to be for another assignment.
        SandboxError: If no process can be had to read it.
    """
    names = [job.assignment] if job.assignment else list(ASSIGNMENTS)
    reading = sandbox.read(data, _list_tasks_by_assignment(names))
    if isinstance(reading, CallOutcome):
        if reading.stopped == TIMEOUT:
            raise NotebookError(f"Its code takes more than {READ_TIMEOUT:g} seconds to read.")
        raise NotebookError(f"Reading its code ended the whole process{reading.error}.")
    if job.assignment and (message := _explain_other_assignment(sandbox, data, reading)):
        raise NotebookError(message)
    return reading


def _mark_answers(
    sandbox: Sandbox, reading: SubmissionReading, job: GradingJob, key: str
) -> tuple[Result, ...]:
    """Grade the answers to those questions that are asked for."""
    pairs = zip(load_questions(reading.assignment).values(), reading.answers, strict=True)
    pairs = [(q, a) for q, a in pairs if not job.only or q.id in job.only]
    marker, results = Marker(sandbox), []
    for q, answer in pairs:
        make_seed = partial(derive_input_seed, key, q, job.secret)
        shared_seed = derive_input_seed(SHARED_INPUTS, q, job.secret)
        results.append(_mark_safely(marker, answer, q, make_seed, shared_seed))
    functions = [(q.function, a.uses) for q, a in pairs]
    return tuple(judging.explain_dependent_faults(functions, results))


def _add_isolation(result: SubmissionResult, sandbox: Sandbox, min_level: str) -> SubmissionResult:
    """Add how far answers were isolated; no mark stands if that was less than was asked for."""
    unmarked = replace(result, status=HARNESS_ERROR, questions=())
    try:
        level, notes = sandbox.level, sandbox.notes
    except SandboxError as error:
        return replace(unmarked, reason=str(error))
    if LEVELS.index(level) < LEVELS.index(min_level):
        reason = f"The isolation reached is {level!r}; at least {min_level!r} was asked for."
        return replace(unmarked, reason=reason, isolation=level, notes=notes)
    return replace(result, isolation=level, notes=notes)


def _list_tasks_by_assignment(names: Iterable[str]) -> dict[str, tuple[RequestedFunction, ...]]:
    return {name: list_tasks(load_questions(name).values()) for name in names}


def _explain_other_assignment(sandbox: Sandbox, data: bytes, reading: SubmissionReading) -> str:
    """Say which assignment a notebook without any answer seems to be for.

    It is "" if it has an answer, or less than half of the functions of any other.
    """
    if any(answer.is_defined or answer.unreadable for answer in reading.answers):
        return ""
    try:
        rereading = sandbox.read(data, _list_tasks_by_assignment(ASSIGNMENTS))
    except (NotebookError, SandboxError):
        return ""
    if isinstance(rereading, CallOutcome) or rereading.assignment == reading.assignment:
        return ""
    defined, total = sum(answer.is_defined for answer in rereading.answers), len(rereading.answers)
    if 2 * defined < total:
        return ""
    return (
        f"{OTHER_ASSIGNMENT}{rereading.assignment}: it defines {defined} of its "
        f"{total} functions, and none that {reading.assignment} asks for."
    )


def list_tasks(questions: Iterable[Question]) -> tuple[RequestedFunction, ...]:
    """Return what reading a submission has to know of questions."""
    return tuple(RequestedFunction(q.function, q.allowed_imports, q.id) for q in questions)


def derive_input_seed(key: str, question: Question, secret: bytes | None, run: int = 0) -> int:
    """Return the seed of the inputs of a run, from 0, so that no run knows another one's.

    The key is the submission's hash, and what was drawn: a second grading asks something else.
    Without a secret, inputs are public.
    """
    if secret is None:
        return run
    text = f"{key} {question.id} {run}".encode()
    return int.from_bytes(hmac.digest(secret, text, "sha256")[:8], "little")


SHARED_INPUTS = "every submission"
"""In place of a hash: inputs that all wrong answers get once more, to find those that agree."""
SLICE, DOWN_TO_ANSWER, DOWN_TO_END = "slice", "down_to_answer", "down_to_end"
CONCLUSIVE = judging.PASSED, judging.IN_PART, WRONG, NOT_STARTED, TIMEOUT
MAX_NOTEBOOK_SECONDS = 300.0
"""Seconds by the clock after which of a submission only slices begin any more."""


class Marker:
    """Marks the answers of one submission."""

    def __init__(self, sandbox: Sandbox) -> None:
        self._sandbox = sandbox
        self._slow_cell = math.inf  # down to this cell, the notebook as a whole takes too long
        self._seconds_left = MAX_NOTEBOOK_SECONDS

    def mark(self, answer: Answer, question: Question, make_seed: Callable[[int], int]) -> Result:
        """Grade the answer to one question.

        Once an answer was called, a later run gets the same inputs, or one that fails where it
        dislikes them would draw again; and it has to earn on inputs of its own, too.

        Raises:
            SandboxError: If no process can be had to run it.
        """
        if answer.unreadable:
            return make_result(question, judging.ERROR, f"{answer.unreadable}.")
        if not answer.is_defined or answer.blank:
            return make_result(question, NOT_STARTED)
        results: dict[str, Result] = {}
        n_called = 0
        first_run = DOWN_TO_ANSWER if answer.varies else SLICE
        for program_name in dict.fromkeys((first_run, SLICE, DOWN_TO_ANSWER, DOWN_TO_END)):
            if not self._may_run(answer, program_name):
                continue
            start = time.monotonic()
            results[program_name], was_called = self._run_on_first_and_own_inputs(
                answer, program_name, question, make_seed, n_called
            )
            n_called += was_called
            if program_name != SLICE:
                self._seconds_left -= time.monotonic() - start
            status = results[program_name].status
            if was_called and status in CONCLUSIVE and (status != TIMEOUT or program_name == SLICE):
                break  # values count the first time
        return _choose_result(answer, results)

    def _may_run(self, answer: Answer, program_name: str) -> bool:
        """Whether a program runs: a slice always, the others while there is time."""
        if program_name == SLICE:
            return True
        is_possible = self._seconds_left > 0 and getattr(answer, program_name)
        return bool(is_possible and _find_last_cell(answer, program_name) < self._slow_cell)

    def _run_on_first_and_own_inputs(
        self,
        answer: Answer,
        program_name: str,
        question: Question,
        make_seed: Callable[[int], int],
        run: int,
    ) -> tuple[Result, bool]:
        """Run a program as `_run` does, in a later run on inputs of two seeds: the worse counts."""
        result, was_called = self._run(answer, program_name, question, make_seed(0))
        if run and result.earned:  # an earlier run may have told it the inputs
            own_result, _ = self._run(answer, program_name, question, make_seed(run))
            result = min(result, own_result, key=lambda r: r.earned)
        return result, was_called

    def add_output_signature(
        self, answer: Answer, question: Question, seed: int, result: Result
    ) -> Result:
        """Add to a result what the answer gives for inputs that all submissions get.

        It comes after the mark and never changes it.
        """
        if isinstance(question.comparison, NetworkComparison):  # no two networks are alike
            return result
        outcomes: list[CallOutcome] = []
        with self._sandbox.child(question) as child:
            if child.define(answer.slice):
                return result
            cases = list(question.cases(seed))
            outcomes += [child.call(arguments) for arguments in cases]
        graded = judging.judge_calls(question, zip(cases, outcomes, strict=True))
        if graded.status != WRONG or graded.mistake:
            return result
        signature = make_output_signature(outcomes)
        return replace(result, output_signature=signature, shared_input_message=graded.message)

    def _run(
        self, answer: Answer, program_name: str, question: Question, seed: int
    ) -> tuple[Result, bool]:
        """Run a program, and say whether it came to the calls."""
        program = getattr(answer, program_name)
        if program_name == SLICE and answer.forbidden:
            return make_result(
                question, WRONG, judging.explain_forbidden_use(question, answer.forbidden)
            ), False
        with self._sandbox.child(question) as child:
            if outcome := child.define(program):
                if outcome.stopped == TIMEOUT:
                    self._slow_cell = min(self._slow_cell, _find_last_cell(answer, program_name))
                message = _explain_undefined(question, program, outcome)
                return make_result(question, outcome.stopped or judging.ERROR, message), False
            calls = ((a, child.call(a)) for a in question.cases(seed))
            return judging.judge_calls(question, calls), True


def _choose_result(answer: Answer, results: dict[str, Result]) -> Result:
    """Return the best; of equal ones that of the whole notebook, which is what its author sees."""
    names = () if answer.forbidden else (DOWN_TO_ANSWER, DOWN_TO_END)
    runs = [results[name] for name in names if name in results]
    reported = next((r for r in runs if r.status in (WRONG, judging.IN_PART)), None)
    return max(results.values(), key=lambda r: (r.earned, r is reported))


def _find_last_cell(answer: Answer, program_name: str) -> int:
    """Return the last cell of which a program runs something."""
    if program_name == DOWN_TO_ANSWER:
        return answer.cell
    return int(getattr(answer, program_name).statements[-1, 0])


def _explain_undefined(question: Question, program: Program, outcome: CallOutcome) -> str:
    numbers = sorted(set(program.statements[:, 0].tolist()))
    listed = ", ".join(map(str, numbers)) if len(numbers) < 9 else f"{numbers[0]} to {numbers[-1]}"
    cells = f"The code cells it needs ({listed})"
    if outcome.stopped == TIMEOUT:
        return f"{cells} did not finish within {question.seconds:g} seconds of computing."
    if outcome.stopped:
        return f"{cells} ended the whole process{outcome.error}."
    return outcome.error or f"`{question.function}` is {outcome.invalid}."


def _mark_safely(
    marker: Marker,
    answer: Answer,
    question: Question,
    make_seed: Callable[[int], int],
    shared_seed: int,
) -> Result:
    """Grade one question; a fault of the grader becomes a result that asks for a person.

    A seed that all submissions share is for what is compared, and never marked.
    """
    start = time.perf_counter()
    try:
        for name in question.packages:
            if importlib.util.find_spec(name) is None:
                message = f"It needs `{name}`, which is not installed here, so it is not marked."
                message += f" Try: pip install 'rnncourse[{name}]'"
                return make_result(question, HARNESS_ERROR, message)
        result = marker.mark(answer, question, make_seed)
        if result.status == WRONG and not (result.mistake or answer.forbidden):
            with contextlib.suppress(Exception):  # it is no part of the mark
                result = marker.add_output_signature(answer, question, shared_seed, result)
    except Exception as error:  # a bug of ours must cost no other question
        message = f"{type(error).__name__}: {error}"[:300]
        result = make_result(
            question, HARNESS_ERROR, f"The grader failed, not the answer. {message}"
        )
    result = replace(result, seconds=round(time.perf_counter() - start, 4))
    is_done = result.earned == result.points or result.status == NOT_STARTED
    return result if is_done else replace(result, **_find_code_and_line(answer, result))


def _find_code_and_line(answer: Answer, result: Result) -> dict:
    """Return the function of an answer, and its line that the message is about."""
    match = re.match(r"Line (\d+), `(.*?)`, raised ", result.message)
    line = int(match[1]) - answer.first + 1 if match else 0
    lines = answer.code.split("\n")
    is_inside = 0 < line <= len(lines) and lines[line - 1].strip() == match[2]
    return {"code": answer.code, "line": line if is_inside else 0}
