"""From what a function gave to a verdict, and to the sentence that helps most.

The judge looks at values only, so it does not matter where the function ran.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np

from rnncourse.grading.calling import CallOutcome
from rnncourse.grading.comparing import (
    Comparer,
    ScoreComparer,
    ToleranceComparer,
    format_arguments,
)
from rnncourse.grading.questions import (
    Arguments,
    NetworkComparison,
    Question,
    ScoreComparison,
    Tolerance,
)
from rnncourse.grading.training import NetworkComparer, explain_rise

NOT_STARTED, PASSED, IN_PART, WRONG, ERROR = "not started", "passed", "in part", "wrong", "error"
TIMEOUT, MEMORY, CRASH, HARNESS_ERROR = "timeout", "memory", "crash", "harness error"

COMPARERS = {
    Tolerance: ToleranceComparer,
    ScoreComparison: ScoreComparer,
    NetworkComparison: NetworkComparer,
}


@dataclass(frozen=True)
class Result:
    """The verdict on one question.

    Args:
        status: One of the nine above; a harness error is ours, and never a zero to be believed.
        message: What to know; code between backticks.
        seconds: What judging it took.
        mistake: The name of the known mistake whose values these are; "" if it is none.
        by_hand: Why a person has set the points; "" if the grader did.
        output_signature: Of values that are wrong and no known mistake's, numbers that tell them
            from others: they come from inputs that are the same for all submissions.
        shared_input_message: What is wrong with these values, told by the smallest of these inputs.
        code: The function of an answer that has not all points, as it stands in the notebook.
        line: The line of it, from 1, that raised the error; 0 where none can be named.
        progress: How far a trained network came from the baseline, 0, to the reference, 1; None
            where none was judged.
    """

    question: str
    title: str
    status: str
    earned: int
    points: int
    message: str = ""
    seconds: float = 0.0
    mistake: str = ""
    by_hand: str = ""
    output_signature: tuple[float, ...] = ()
    shared_input_message: str = ""
    code: str = ""
    line: int = 0
    progress: float | None = None


def explain_forbidden_use(question: Question, name: str) -> str:
    """Say that an answer uses what it may not."""
    may = ", ".join(f"`{package}`" for package in question.packages)
    return f"The answer may import {may} and the standard library only, and it uses `{name}`."


def make_result(question: Question, status: str, message: str = "", earned: int = 0) -> Result:
    """Make the result of a question."""
    return Result(question.id, question.title, status, earned, question.points, message)


@np.errstate(all="ignore")  # an answer may hold any number
def judge_calls(question: Question, calls: Iterable[tuple[Arguments, CallOutcome]]) -> Result:
    """Judge what became of all calls, which are read one by one, so that a blank costs one call.

    Returns:
        Passed, or the most helpful fault: first a known mistake, then two results exchanged, an
        error, a wrong shape, a broken property, then the first entry that differs.
    """
    pairs: list[tuple[Arguments, CallOutcome]] = []
    for arguments, outcome in calls:
        if outcome.blank and not pairs:
            return make_result(question, NOT_STARTED)
        if outcome.stopped:
            return make_result(
                question, outcome.stopped, explain_stop(question, arguments, outcome)
            )
        pairs.append((arguments, outcome))
    expected = [compute_expected_outcome(question, arguments) for arguments, _ in pairs]
    comparer = make_comparer(question, [a for a, _ in pairs], [o for _, o in pairs], expected)
    return replace(
        _judge_values(comparer),
        progress=comparer.evaluation and round(comparer.evaluation.progress, 4),
    )


def _judge_values(comparer: Comparer) -> Result:
    question = comparer.question
    earned, remark = comparer.score_calls()
    if earned < question.points:  # right values break a property only by rounding
        if mistake := comparer.find_mistake():
            message = remark or comparer.describe_safe_difference()
            status = IN_PART if earned else WRONG
            result = make_result(question, status, f"{mistake.hint} {message}".strip(), earned)
            return replace(result, mistake=mistake.name)
        if comparer.swapped:
            a, b = comparer.swapped
            hint = f"`{a}` and `{b}` come in the wrong order: return {', '.join(question.returns)}."
            return replace(make_result(question, WRONG, hint), mistake=f"{a} and {b} exchanged")
        if fault := comparer.describe_first_error():
            memory = any(outcome.memory for outcome in comparer.outcomes)
            return make_result(question, MEMORY if memory else ERROR, fault)
        if fault := comparer.first_fault:
            change = comparer.describe_in_place_change()
            return make_result(question, WRONG, f"{fault} Your {change}" if change else fault)
        message = explain_rise(comparer.evaluation) if comparer.evaluation else ""
        remark = f"{message} {remark}".strip()
    if fault := comparer.describe_in_place_change():
        message = "The values are right, but your" if earned == question.points else "Your"
        return make_result(question, WRONG, f"{message} {fault} {remark}".strip())
    status = PASSED if earned == question.points else IN_PART if earned else WRONG
    return make_result(question, status, remark, earned)


def explain_stop(question: Question, arguments: Arguments, outcome: CallOutcome) -> str:
    """Say in which call an answer was stopped, and why."""
    late = f"It did not finish within {question.seconds:g} seconds. {question.timeout_hint}"
    why = {
        TIMEOUT: late.strip(),
        MEMORY: "It needed more memory than an answer may use.",
        CRASH: f"It ended the whole process{outcome.error}.",
    }[outcome.stopped]
    return f"{why} {format_arguments(question, arguments)}"


def explain_dependent_faults(
    functions: Iterable[tuple[str, Iterable[str]]], results: Sequence[Result]
) -> Iterator[Result]:
    """Say of a wrong answer that it uses another question's, which is wrong: one fault, not two.

    For each question, there are its function, and those of others that the answer uses.
    """
    pairs = list(zip(functions, results, strict=True))
    faulty = WRONG, ERROR, TIMEOUT
    failed = {function: r.question for (function, _), r in pairs if r.status in faulty}
    for (function, uses), result in pairs:
        wrong_names = (name for name in uses if name in failed and name != function)
        needed = next(wrong_names, "") if result.status in faulty else ""
        hint = (
            f"This question uses your `{needed}`, which was wrong in question {failed.get(needed)}."
        )
        blame = {
            "message": f"{hint} {result.message}",
            "output_signature": (),
            "shared_input_message": "",
        }
        yield replace(result, **blame) if needed else result


def find_comparer(question: Question) -> type[Comparer]:
    """Return what compares the answers of a question: that of its comparison's nearest class."""
    return next(COMPARERS[base] for base in type(question.comparison).__mro__ if base in COMPARERS)


def make_comparer(question: Question, *parts: object) -> Comparer:
    """Return the comparer of a question's kind."""
    return find_comparer(question)(question, *parts)


def compute_expected_outcome(question: Question, arguments: Arguments) -> CallOutcome:
    """Return what the reference gives; of networks, which differ, only the form."""
    return find_comparer(question).reference(question, arguments)
