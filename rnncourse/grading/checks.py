"""The call under an exercise: it grades a function as it is in the kernel."""

import importlib
import re
import sys
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager, nullcontext
from types import FunctionType

from rnncourse.core.suggestions import find_nearest_name
from rnncourse.grading import judging
from rnncourse.grading.calling import CallOutcome, call_quietly
from rnncourse.grading.judging import ERROR, NOT_STARTED, PASSED, WRONG, Result
from rnncourse.grading.progress import progress_bar
from rnncourse.grading.questions import Arguments, NetworkComparison, Question
from rnncourse.grading.reading.contents import Notebook
from rnncourse.grading.reading.notebooks import CodeCell
from rnncourse.grading.reading.submission import explain_misnaming, find_last_function
from rnncourse.grading.registry import ASSIGNMENTS, find_question, load_questions
from rnncourse.grading.reports.panels import KnownMistakes, Report
from rnncourse.grading.rules import find_forbidden_use


def grade(question: Question, answer: object, seed: int = 0) -> Result:
    """Grade one answer in this process, None for none: a result comes, whatever the answer does."""
    if answer is None:
        return judging.make_result(question, NOT_STARTED)
    if not callable(answer):
        message = f"`{question.function}` is not a function: was its name given to something else?"
        return judging.make_result(question, WRONG, message)
    with _use_one_thread() if not question.is_open else nullcontext():
        result = judging.judge_calls(question, _call_answer(question, answer, seed))
    name = find_forbidden_use(answer, question.allowed_imports)
    if name and result.status != NOT_STARTED:
        return judging.make_result(question, WRONG, judging.explain_forbidden_use(question, name))
    return result


@contextmanager
def _use_one_thread() -> Iterator[None]:
    """Let PyTorch compute in one thread, as where marks count: small inputs need no more.

    On a busy machine threads that wait for each other take many times as long.
    """
    torch = sys.modules.get("torch")
    n_threads = torch.get_num_threads() if torch else 0
    if torch:
        torch.set_num_threads(1)
    try:
        yield
    finally:
        if torch:
            torch.set_num_threads(n_threads)


def _call_answer(
    question: Question, answer: Callable, seed: int
) -> Iterator[tuple[Arguments, CallOutcome]]:
    """Call an answer with all inputs, which have one deadline together, as where marks count."""
    seconds_left = question.seconds
    for case in question.cases(seed):
        start = time.process_time()
        yield case, call_quietly(answer, case, question, max(seconds_left, 0.001))
        seconds_left -= time.process_time() - start


def check(question_id: str, namespace: Mapping[str, object] | None = None) -> Report:
    """Grade the answer to one question.

    Args:
        question_id: For instance `"02-bigrams"`.
        namespace: Where the functions are; by default what the notebook has defined.

    Returns:
        A report with the answer's status, and what to look at.

    Raises:
        GradingError: If there is no such question. No answer can make it raise.
    """
    return Report((_grade_question(find_question(question_id), _get_names(namespace)),))


def check_all(assignment: str, namespace: Mapping[str, object] | None = None) -> Report:
    """Grade the answers to all questions of an assignment, in one report.

    Args:
        assignment: For instance `"02-language-models"`.
        namespace: Where the functions are; by default what the notebook has defined.

    Raises:
        GradingError: If there is no such assignment. No answer can make it raise.
    """
    names = _get_names(namespace)
    questions = load_questions(assignment).values()
    return Report(tuple(_grade_question(question, names) for question in questions))


def _grade_question(question: Question, names: Mapping[str, object]) -> Result:
    trains = isinstance(question.comparison, NetworkComparison) and callable(
        names.get(question.function)
    )
    with progress_bar(question.seconds) if trains else nullcontext():
        result = grade(question, names.get(question.function))
    if result.status != PASSED and (fault := _explain_unreadable_cell(question.function, names)):
        # What is defined is older, or none
        return judging.make_result(question, ERROR, f"{fault}.")
    if result.status == NOT_STARTED:
        functions = [name for name, value in names.items() if isinstance(value, FunctionType)]
        near_name = find_nearest_name(
            question.function, functions, exact=True
        ) or _find_function_above(question, names, functions)
        if near_name:
            return judging.make_result(
                question, ERROR, f"{explain_misnaming(question.function, near_name)}."
            )
    return result


def _explain_unreadable_cell(function: str, names: Mapping[str, object]) -> str:
    """Say that the cell which defines a function and ran last cannot be read, and why; or ""."""
    history = names.get("In")
    cells = [*enumerate(map(str, history))] if type(history) is list else []
    definition = rf"\b(def|class)\s+{re.escape(function)}\b"
    for number, source in reversed(cells):
        if re.search(definition, source):
            return Notebook([CodeCell(number, source)]).explain_left_out(
                function, before=r"\b(def|class)\s+"
            )
    return ""


def _find_function_above(
    question: Question, names: Mapping[str, object], own_functions: Iterable[str]
) -> str:
    """Return what the cell defines that ran before the check, if it is no question's; or ""."""
    history = names.get("In")
    *_, cell, call = ["", "", *(history if type(history) is list else [])]
    if f'check("{question.id}")' not in str(call):
        return ""
    functions = {q.function for name in ASSIGNMENTS for q in load_questions(name).values()}
    return find_last_function(str(cell), question.function, {*own_functions} - functions)


def list_mistakes(question_id: str) -> KnownMistakes:
    """List the wrong answers that people give to a question: to be read after solving it.

    Raises:
        GradingError: If there is no such question.
    """
    return KnownMistakes(find_question(question_id))


def _get_names(namespace: Mapping[str, object] | None) -> Mapping[str, object]:
    return vars(importlib.import_module("__main__")) if namespace is None else namespace
