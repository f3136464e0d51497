"""One trial of a question: its reference, one of its wrong answers, a short cut, or one mutant.

What is wrong has to lose on other inputs than the public ones, which can be known by heart, and
than the large ones, which are there for the time they take.

A trial is called with names and numbers only, so that any process can do it.
"""

import functools
import itertools
import time
from collections.abc import Callable, Collection, Iterator
from dataclasses import replace

import numpy as np

from rnncourse.grading.authoring.mutants import Mutant, MutantError, make_mutants, rebuild_reference
from rnncourse.grading.authoring.shortcuts import (
    find_paid_shortcuts,
    make_group_key,
    make_quick_cases,
)
from rnncourse.grading.calling import CallOutcome, call_quietly
from rnncourse.grading.judging import NOT_STARTED, PASSED, Result, judge_calls
from rnncourse.grading.questions import Arguments, NetworkComparison, Question, ScoreComparison
from rnncourse.grading.registry import list_questions

SEEDS, SEEDS_MEASURED, SEEDS_TRAINED, SEEDS_FLOAT32 = 10, 2, 20, 100
MISTAKE_SEEDS = 3
KILLED, SURVIVED, EQUIVALENT = "killed", "survived", "as good"


def count_seeds(question: Question) -> int:
    """Say on how many seeds a question is tried."""
    if isinstance(question.comparison, NetworkComparison):
        return SEEDS_TRAINED
    return SEEDS_MEASURED if isinstance(question.comparison, ScoreComparison) else SEEDS


def time_trial(function: Callable, *arguments: object) -> tuple[object, float]:
    """Make a trial; return what it returns, and the seconds that it computed."""
    start = time.process_time()
    return function(*arguments), time.process_time() - start


def try_reference(module: str, question_id: str) -> list[str]:
    """Return what is wrong with a question's reference, its properties and its blank."""
    question = _load_question(module, question_id)
    faults = []
    try:
        rebuilt = rebuild_reference(question.reference)
    except MutantError as error:
        return [str(error)]
    if isinstance(question.comparison, NetworkComparison):
        return [
            f"The reference gets {result.earned} points on seed {seed}: {result.message}"
            for seed in range(count_seeds(question))
            if (result := _grade_answer(question, question.reference, seed)).status != PASSED
        ]
    for seed in range(count_seeds(question)):
        cases = list(question.cases(seed))
        values = [call_quietly(question.reference, case, question).values for case in cases]
        for answer, label in ((question.reference, ""), (rebuilt, ", rebuilt from its source,")):
            result = _grade_answer(question, answer, seed)
            if (result.status, result.earned) != (PASSED, question.points):
                faults.append(f"The reference{label} gets {result.earned} points on seed {seed}.")
        if any(np.isnan(v).any() for outputs in values for v in outputs or ()):
            faults.append(f"The reference gives NaN on seed {seed}.")
        for property_ in question.properties if None not in values else ():
            holds = (property_.predicate(c, *v) for c, v in zip(cases, values, strict=True))
            if not (property_.predicate(cases, values) if property_.across_cases else all(holds)):
                faults.append(
                    f"On seed {seed} this is not true of the reference: {property_.statement}."
                )
        blank = _grade_answer(question, _answer_blank, seed)
        if (blank.status, blank.earned) != (NOT_STARTED, 0):
            faults.append(f"A blank gets {blank.earned} points, and is {blank.status!r}.")
    return faults


def try_float32(module: str, question_id: str) -> list[str]:
    """Return where the reference loses points in float32, if the question forgives float32.

    All its arguments are rounded to float32, so that it computes in it, and all its results.
    """
    question = _load_question(module, question_id)
    is_score = isinstance(question.comparison, ScoreComparison)
    if not is_score and not getattr(question.comparison, "forgives_float32", False):
        return []

    def answer(*arguments: object) -> object:
        return _round_to_float32(question.reference(*map(_round_to_float32, arguments)))

    return [
        f"The reference in float32 gets {result.earned} points on seed {seed}: {result.message}"
        for seed in range(SEEDS_MEASURED if is_score else SEEDS_FLOAT32)
        if (result := _grade_answer(question, answer, seed)).earned < question.points
    ]


def _round_to_float32(value: object) -> object:
    """Round real numbers, one by one in a tuple; leave all else as it is."""
    if isinstance(value, tuple):
        return tuple(map(_round_to_float32, value))
    real = isinstance(value, float) or getattr(value, "dtype", None) == np.float64
    return np.asarray(value, np.float32)[()] if real else value


def try_mistake(module: str, question_id: str, number: int) -> list[str]:
    """Return what is wrong with a wrong answer that a question lists."""
    question = _load_question(module, question_id)
    mistake, known_inputs = question.mistakes[number], _public_inputs(question)
    n_seeds = (
        MISTAKE_SEEDS
        if isinstance(question.comparison, NetworkComparison)
        else count_seeds(question)
    )
    unraised = {*mistake.raises}
    for seed, answer in itertools.product(range(n_seeds), mistake.answers):
        calls = [*_call_answer(question, answer, seed)]
        errors = {o.error_key: o.error_key.split(":")[0] for _, o in calls if o.error_key}
        unraised -= {*errors.values()}
        if raised := [key for key, name in errors.items() if name not in mistake.raises]:
            return [
                f"The wrong answer {mistake.name!r} raises {min(raised)!r} on seed {seed}, "
                "and does not say so in `raises`."
            ]
        new_calls = [
            pair for pair in calls if not seed or make_group_key(pair[0]) not in known_inputs
        ]
        result = judge_calls(question, calls)
        new_result = judge_calls(question, new_calls) if known_inputs else result
        if new_result.earned >= question.points:
            return [f"The wrong answer {mistake.name!r} gets all points on seed {seed}."]
        if result.mistake != mistake.name:
            return [
                f"The wrong answer {mistake.name!r} does not get its own hint on seed {seed}, "
                f"but: {result.message}"
            ]
    return [
        f"The wrong answer {mistake.name!r} never raises {name}, and says so in `raises`."
        for name in sorted(unraised)
    ]


_REASON = {
    True: "a reason for it: take it out of `shortcuts`",
    False: "no reason for it: draw a size or an input, or give a reason in `shortcuts`",
}


def try_short_cuts(module: str, question_id: str) -> list[str]:
    """Return the short cuts that a question pays without a reason, or names and does not pay."""
    question = _load_question(module, question_id)
    paid = find_paid_shortcuts(question)
    return [
        f"The short cut {name!r} earns points on {(n := paid.get(name, 0))} "
        f"secret{'s' * (n != 1)}, and the question has {_REASON[name in question.shortcuts]}."
        for name in paid.keys() ^ question.shortcuts.keys()
    ]


def try_mutant(module: str, question_id: str, number: int) -> str:
    """Say whether a mutant is killed: it loses points on every seed, or cannot even be built."""
    question = _load_question(module, question_id)
    try:
        answer = _list_mutants(module, question_id)[number].build()
    except Exception:  # a changed definition may raise anything
        return KILLED
    verdict, known_inputs = KILLED, _public_inputs(question)
    # Points do not depend on hints, and looking for one is most of the work: once is enough to see
    # that what this mutant returns does not break the search.
    without_hints = replace(question, mistakes=())
    for seed in range(count_seeds(question)):
        graded_question = without_hints if seed else question
        if _grade_answer(graded_question, answer, seed, known_inputs).earned < question.points:
            continue
        if not isinstance(question.comparison, ScoreComparison) or _beats(question, answer, seed):
            return SURVIVED
        verdict = EQUIVALENT
    return verdict


def _beats(question: Question, answer: Callable, seed: int) -> bool:
    """Say whether an answer to an open question scores a whole step more than the reference."""
    scores = [threshold for threshold, _ in question.comparison.steps]
    step = scores[-1] - scores[-2] if len(scores) > 1 else abs(scores[0])
    cases = list(question.cases(seed))
    expected = [call_quietly(question.reference, case, question).values for case in cases]
    values = [call_quietly(answer, case, question).values for case in cases]
    measure = question.comparison.measure
    return measure(cases, values, expected) > measure(cases, expected, expected) + step


def _grade_answer(
    question: Question, answer: Callable, seed: int, known_inputs: Collection = ()
) -> Result:
    return judge_calls(question, _call_answer(question, answer, seed, known_inputs))


def _call_answer(
    question: Question, answer: Callable, seed: int, known_inputs: Collection = ()
) -> Iterator[tuple[Arguments, CallOutcome]]:
    for case in make_quick_cases(question, seed):
        if not seed or make_group_key(case) not in known_inputs:
            yield case, call_quietly(answer, case, question)


def _public_inputs(question: Question) -> set[tuple]:
    """Return the public inputs; of an open question, which is measured on all its inputs, none."""
    return set() if question.is_open else set(map(make_group_key, make_quick_cases(question, 0)))


def _answer_blank(*arguments):
    raise NotImplementedError


def _load_question(module: str, question_id: str) -> Question:
    return next(q for q in list_questions(module) if q.id == question_id)


@functools.cache
def _list_mutants(module: str, question_id: str) -> list[Mutant]:
    return make_mutants(_load_question(module, question_id).reference)
