"""Special values of every type earn nothing, in any question, and satisfy no property."""

import functools
import itertools
import warnings
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from rnncourse.grading.calling import CallOutcome, call_quietly
from rnncourse.grading.judging import WRONG, judge_calls
from rnncourse.grading.questions import Question
from rnncourse.grading.registry import ASSIGNMENTS, load_questions
from rnncourse.grading.values import InvalidValues, to_values

from .handed_in import DEEP
from .in_process import answer_by_reference
from .planted import QUESTIONS as PLANTED

QUESTIONS = {q.id: q for assignment in ASSIGNMENTS for q in load_questions(assignment).values()}
every_question = pytest.mark.parametrize("question", QUESTIONS, scope="module")

WHOLE, REAL, COMPLEX = "bhilqBHILQ", "efdg", "FDG"
TINY, HUGE = np.finfo(float).smallest_subnormal, np.finfo(float).max
SPECIAL = np.nan, np.inf, -np.inf, -0.0, 0.0, TINY, -TINY, HUGE, -HUGE, 0.5, 1.0, -1.0, 2.0**53
IMAGINARY = 1j, complex(0, np.nan), complex(1, np.inf), complex(np.nan, 0), complex(1, 1e-300)


def remember_reference(question_id: str) -> Question:
    """Return the question with a reference that remembers; hints do not matter, points do."""
    remembered = iter(answer_by_reference(question_id)[1])

    @functools.wraps(QUESTIONS[question_id].reference)
    def reference(*_):
        values = next(remembered)
        return values if len(values) > 1 else values[0]

    return replace(QUESTIONS[question_id], reference=reference, mistakes=())


def grade_answer(question_id: str, make):
    """Judge an answer that makes each value of the right one's shape."""
    question, (cases, right) = remember_reference(question_id), answer_by_reference(question_id)
    calls = []
    with warnings.catch_warnings(action="ignore"), np.errstate(all="ignore"):
        for case, values in zip(cases, right, strict=True):
            answer = tuple(make(v.shape) for v in values)
            read = to_values(answer if len(answer) > 1 else answer[0], question.returns)
            invalid = isinstance(read, InvalidValues)
            calls.append(
                (case, CallOutcome(invalid=read.fault) if invalid else CallOutcome(values=read))
            )
    return judge_calls(question, calls)


def wrap_integers(code: str, target: int):
    """Make whole numbers of a type, none of them negative, whose sum wraps around to a target."""
    bits, max_value = 8 * np.dtype(code).itemsize, int(np.iinfo(code).max)

    def make(shape):
        array = np.zeros(shape, code)
        left = 2**bits + target
        for place in np.ndindex(shape):
            array[place] = min(left, max_value)
            left -= int(array[place])
        return array

    return make


MAKERS = {
    **{f"{v}": lambda shape, v=v: np.full(shape, v) for v in SPECIAL},
    **{f"{v}": lambda shape, v=v: np.full(shape, v) for v in IMAGINARY},
    **{
        f"{edge} of {code}": lambda shape, code=code, edge=edge: np.full(
            shape, getattr(np.iinfo(code), edge), code
        )
        for code in WHOLE
        for edge in ("min", "max")
    },
    **{f"wraps to {t} in {code}": wrap_integers(code, t) for code in WHOLE for t in (0, 1)},
    **{
        f"{'max'} of {code}": lambda shape, code=code: np.full(shape, np.finfo(code).max, code)
        for code in REAL + COMPLEX
    },
    "all true": lambda shape: np.ones(shape, bool),
    "all false": lambda shape: np.zeros(shape, bool),
    "no axis": lambda shape: 0.5,
    "one entry": lambda shape: np.full((1,) * max(len(shape), 1), 1.0),
    "one entry, one axis more": lambda shape: np.full((1, *shape), 1.0),
    "empty": lambda shape: np.zeros((0, *shape[1:])),
    "nothing": lambda shape: [],
    "huge whole numbers": lambda shape: np.full(shape, 10**30, object),
    "NaN and infinity": lambda shape: np.resize([np.nan, np.inf, -np.inf], shape),
    "both zeros": lambda shape: np.resize([0.0, -0.0], shape),
    "huge of both signs": lambda shape: np.resize([HUGE, -HUGE], shape),
    "a point of infinite mass": lambda shape: np.resize([np.inf, 0.0, 0.0], shape),
}


@pytest.mark.grading
@every_question
def test_special_values_earn_nothing(question):
    results = {name: grade_answer(question, make) for name, make in MAKERS.items()}
    assert {name: (r.status, r.earned) for name, r in results.items()} == dict.fromkeys(
        MAKERS, (WRONG, 0)
    )
    assert all(result.message for result in results.values())


@every_question
def test_a_single_non_finite_number_is_reported_first(question):
    cases, right = answer_by_reference(question)
    for spoiled, value in itertools.product(range(len(right[0])), [np.nan, np.inf, -np.inf]):
        calls = []
        for case, values in zip(cases, right, strict=True):
            copies = [v.copy() for v in values]
            if np.isfinite(copies[spoiled]).all():
                copies[spoiled].flat[-1:] = value
            calls.append((case, CallOutcome(values=tuple(copies))))
        result = judge_calls(remember_reference(question), calls)
        definition = QUESTIONS[question]
        # a prediction costs its point only
        if definition.has_optional_last and spoiled == len(right[0]) - 1:
            assert 0 < result.earned < definition.points
            continue
        assert (result.earned, result.status) == (0, WRONG)
        assert "a finite number is expected" in result.message


@every_question
def test_no_reference_is_nan(question):
    assert not any(np.isnan(v).any() for values in answer_by_reference(question)[1] for v in values)


NEGATIVE = {"03-echo"}
"""Questions whose properties say what an answer is not: NaN is not that, either."""


@every_question
def test_no_property_is_true_of_nan(question):
    cases, right = answer_by_reference(question)
    nans = [tuple(np.full(v.shape, np.nan) for v in values) for values in right]
    for property_ in QUESTIONS[question].properties if question not in NEGATIVE else ():
        with np.errstate(all="ignore"):
            if property_.across_cases:
                assert not property_.predicate(cases, nans), property_.statement
            else:
                holds = [bool(property_.predicate(c, *v)) for c, v in zip(cases, nans, strict=True)]
                assert not all(holds), property_.statement


@pytest.mark.parametrize("score", [np.nan, np.inf, -np.inf])
def test_a_score_that_is_no_number_earns_nothing(score):
    question = next(q for q in PLANTED if q.id == "99-open")
    measured = replace(question.comparison, measure=lambda *_: score)
    question = replace(question, comparison=measured)
    calls = [(case, call_quietly(question.reference, case, question)) for case in question.cases(0)]
    assert judge_calls(question, calls).earned == 0


@pytest.mark.grading
@every_question
@settings(max_examples=150 if DEEP else 25, deadline=None)
@given(data=st.data())
def test_drawn_values_earn_nothing(question, data):
    """A few numbers of one type, repeated: special ones and their neighbors come first."""
    code = data.draw(st.sampled_from([*"?", *WHOLE, *REAL, *COMPLEX]))
    array = data.draw(arrays.arrays(code, st.integers(1, 4)))
    result = grade_answer(question, lambda shape: np.resize(array, shape))
    assert (result.earned, result.status) == (0, WRONG)


def test_every_wrong_value_is_reported_even_at_the_edge_of_the_tolerance():
    question = next(q for q in PLANTED if q.id == "99-cancels")
    tried = 0
    for right in (1e6, -1e6, 1.0, 1e-3):
        question = replace(question, reference=_make_constant(right))
        for share in np.linspace(0.99999, 1.00002, 31):
            answer = right + share * np.sign(right) * (1e-5 + 1e-5 * abs(right))
            calls = [((np.zeros(1),), CallOutcome(values=(np.array(answer),)))]
            result = judge_calls(question, calls)
            assert result.earned or "expected" in result.message
            tried += not result.earned
    assert tried > 30


def _make_constant(value):
    return lambda numbers: value
