"""Questions checked by machine: do their inputs tell right answers from wrong ones?

The reference must get all points, in float32 as well where that is forgiven, and
a blank none; a short cut gets some only where the question says why; each known
wrong answer must lose points and get its own hint; and every mutant of the
reference, one small fault put in by a machine, must lose points on every seed.

An open question (`ScoreComparison`) has many right answers, and a mutant may be one of
them. There, only a mutant that scores a whole step more than the reference
survives: nothing but looking at the answers gains so much. A question that
trains (`NetworkComparison`) has no mutants: its reference earns all points on 20 seeds, and
each wrong answer is recognized on 3.
"""

from collections.abc import Collection, Iterator, Sequence
from concurrent.futures import Future
from dataclasses import dataclass

from rnncourse.grading.authoring import trials
from rnncourse.grading.authoring.mutants import Mutant, make_mutants
from rnncourse.grading.batch.pool import Pool, WorkerDiedError, limit_memory
from rnncourse.grading.judging import CRASH, ERROR, MEMORY, TIMEOUT
from rnncourse.grading.questions import NetworkComparison, Question, ScoreComparison
from rnncourse.grading.registry import list_questions

MAX_EQUIVALENT = 0.02
"""The share of an assignment's mutants that may be marked equivalent."""

MAX_SECONDS = 600.0
"""Seconds of computing that checking the reference, or a wrong answer, may take."""

EXTRA_SECONDS = 1.0
"""Seconds of computing that every mutant has, on top of what checking the reference took."""


@dataclass(frozen=True)
class QuestionFindings:
    """What was found out about one question: its seeds, wrong answers, and mutants.

    Of the mutants, those that `survived` got all points and are not marked; `equivalent` ones are
    marked; `as_good` ones are right answers to an open question. All else that is wrong are the
    faults, as sentences. The seconds are of computing, over all processes.
    """

    question: str
    points: int
    n_seeds: int
    mistakes: int
    n_mutants: int
    survived: tuple[Mutant, ...]
    equivalent: int
    as_good: int
    faults: tuple[str, ...]
    seconds: float

    @property
    def n_killed(self) -> int:
        """How many mutants lost points on every seed."""
        return self.n_mutants - len(self.survived) - self.equivalent - self.as_good


@dataclass(frozen=True)
class Findings:
    """What was found out about an assignment, and what is wrong with it as a whole."""

    assignment: str
    questions: tuple[QuestionFindings, ...]
    faults: tuple[str, ...] = ()

    @property
    def passed(self) -> bool:
        """Whether there is nothing to mend."""
        return not self.faults and not any(q.faults or q.survived for q in self.questions)


def check_questions(assignment: str, module: str, only: Collection[str] = ()) -> Findings:
    """Check the questions of an assignment on all cores, or only those with some ids."""
    questions = [q for q in list_questions(module) if not only or q.id in only]
    with Pool(initializer=limit_memory) as pool:
        findings = tuple(_check_questions(questions, module, pool))
    n_mutants = sum(q.n_mutants for q in findings)
    n_marked = sum(len(q.equivalent) for q in questions)
    too_many = (
        f"{n_marked} of {n_mutants} mutants are marked equivalent, and at most "
        f"{MAX_EQUIVALENT:.0%} may be: make the references plainer."
    )
    return Findings(
        assignment, findings, (too_many,) if n_marked > MAX_EQUIVALENT * n_mutants else ()
    )


def format_findings(findings: Findings) -> Iterator[str]:
    """Write findings as lines: a table of the questions, survivors, then everything else."""
    headings = "points seeds wrong_answers mutants killed equivalent as_good survived seconds"
    rows = [[findings.assignment, *(heading.replace("_", " ") for heading in headings.split())]]
    for q in findings.questions:
        numbers = q.points, q.n_seeds, q.mistakes, q.n_mutants, q.n_killed, q.equivalent, q.as_good
        rows.append([q.question, *map(str, (*numbers, len(q.survived))), f"{q.seconds:.1f}"])
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    for name, *cells in rows:
        aligned = (cell.rjust(width) for cell, width in zip(cells, widths[1:], strict=True))
        yield "  ".join([name.ljust(widths[0]), *aligned])
    for q in findings.questions:
        yield from (f"{q.question}: a mutant gets all points: {m}" for m in q.survived)
        yield from (f"{q.question}: {fault}" for fault in q.faults)
    yield from findings.faults
    yield "Nothing to mend." if findings.passed else "There is something to mend."


@dataclass(frozen=True)
class _TrialResult:
    """What became of a trial: its value, or how it was lost; what an error said; its seconds."""

    value: object = None
    lost: str = ""
    message: str = ""
    seconds: float = 0.0


def _await_trial(future: Future, limit: float) -> _TrialResult:
    try:
        value, seconds = future.result()
        return _TrialResult(value, seconds=seconds)
    except TimeoutError:
        return _TrialResult(lost=TIMEOUT, seconds=limit)
    except MemoryError:
        return _TrialResult(lost=MEMORY)
    except WorkerDiedError:
        return _TrialResult(lost=CRASH)
    except Exception as error:
        return _TrialResult(lost=ERROR, message=f"{type(error).__name__}: {error}")


def _check_questions(
    questions: Sequence[Question], module: str, pool: Pool
) -> Iterator[QuestionFindings]:
    """First what the question says itself, then its mutants, in the time that this took."""
    calls: dict[tuple, tuple] = {}
    for question in questions:
        calls[question.id, "reference"] = trials.try_reference, module, question.id
        calls[question.id, "float32"] = trials.try_float32, module, question.id
        calls[question.id, "short cuts"] = trials.try_short_cuts, module, question.id
        for n in range(len(question.mistakes)):
            calls[question.id, n] = trials.try_mistake, module, question.id, n
    futures = {
        key: pool.submit(trials.time_trial, *call, limit=MAX_SECONDS) for key, call in calls.items()
    }
    first_results = {key: _await_trial(future, MAX_SECONDS) for key, future in futures.items()}
    mutant_trials: dict[tuple, tuple[Future, float]] = {}
    # Open questions take longest, so they come first.
    for question in sorted(questions, key=lambda q: not isinstance(q.comparison, ScoreComparison)):
        reference = first_results[question.id, "reference"]
        if isinstance(question.comparison, NetworkComparison):
            continue  # the score ends at the reference, so no fault put into it can gain
        if not reference.lost and not reference.value:
            for n in range(len(make_mutants(question.reference))):
                limit = EXTRA_SECONDS + reference.seconds
                call = trials.try_mutant, module, question.id, n
                future = pool.submit(trials.time_trial, *call, limit=limit)
                mutant_trials[question.id, n] = future, limit
    mutant_results = {key: _await_trial(*trial) for key, trial in mutant_trials.items()}
    for question in questions:
        own_results = [
            [r for (name, _), r in results.items() if name == question.id]
            for results in (first_results, mutant_results)
        ]
        yield _combine_results(question, *own_results)


def _combine_results(
    question: Question,
    first_results: Sequence[_TrialResult],
    mutant_results: Sequence[_TrialResult],
) -> QuestionFindings:
    """Put together what was found out about a question, in the order in which it was tried."""
    mutants = make_mutants(question.reference) if mutant_results else []
    pairs = list(zip(mutants, mutant_results, strict=True))
    survivors = [m for m, r in pairs if not r.lost and r.value == trials.SURVIVED]
    marked_changes = {e.change for e in question.equivalent}
    faults = []
    for result in first_results:
        fault = f"Checking it ended in {result.lost}. {result.message}".strip()
        faults += [fault] if result.lost else result.value
    faults += [f"Judging a mutant raised {r.message}: {m}" for m, r in pairs if r.lost == ERROR]
    for mark in question.equivalent:
        if mutant_results and mark.change not in {m.change for m in survivors}:
            faults.append(f"This is marked equivalent, and no such mutant survives: {mark.change}")
        if not mark.reason.strip():
            faults.append(f"The equivalent mutant needs a reason: {mark.change}")
    return QuestionFindings(
        question.id,
        question.points,
        trials.count_seeds(question),
        len(question.mistakes),
        len(mutants),
        tuple(m for m in survivors if m.change not in marked_changes),
        sum(m.change in marked_changes for m in survivors),
        sum(not r.lost and r.value == trials.EQUIVALENT for r in mutant_results),
        tuple(faults),
        sum(r.seconds for r in (*first_results, *mutant_results)),
    )
