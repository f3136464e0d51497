"""Every question of the course: its reference, its wrong answers, and whatever else may come."""

import functools
import itertools
import re
from dataclasses import replace

import numpy as np
import pytest

from rnncourse.claims import load_ledger
from rnncourse.grading import judging
from rnncourse.grading.authoring import shortcuts
from rnncourse.grading.authoring.shortcuts import (
    SECRET_SEEDS,
    find_paid_shortcuts,
    make_quick_cases,
)
from rnncourse.grading.authoring.trials import try_float32
from rnncourse.grading.calling import call_quietly
from rnncourse.grading.checks import grade
from rnncourse.grading.comparing import is_same_outcome
from rnncourse.grading.judging import (
    COMPARERS,
    ERROR,
    NOT_STARTED,
    PASSED,
    WRONG,
    compute_expected_outcome,
    make_comparer,
)
from rnncourse.grading.questions import NetworkComparison, Tolerance
from rnncourse.grading.registry import ASSIGNMENTS, load_questions

QUESTIONS = [q for assignment in ASSIGNMENTS for q in load_questions(assignment).values()]
BY_ID = {q.id: q for q in QUESTIONS}


@functools.cache
def remember_draws(question_id):
    """Return the question with inputs that are drawn once for a seed.

    Every call of an answer copies its arguments: nothing can change what is remembered.
    """
    question, inputs_by_state = BY_ID[question_id], {}

    def sample_inputs(rng):
        state = rng.bit_generator.state["state"]["state"]
        if state not in inputs_by_state:
            inputs_by_state[state] = list(question.inputs(rng))
        return inputs_by_state[state]

    return replace(question, inputs=sample_inputs)


EXPECTED = {}
"""What the reference gives, by question and case; `remember_draws` keeps the cases."""


def remember_expected(question, case):
    key = question.id, id(case)
    if key not in EXPECTED:
        EXPECTED[key] = compute_expected_outcome(question, case)
    return EXPECTED[key]


@pytest.fixture
def remember(monkeypatch):
    """Return what makes a question with its draws; what the reference gives is computed once."""
    monkeypatch.setattr(judging, "compute_expected_outcome", remember_expected)
    return remember_draws


def mark_slow(question, number=0):
    """Mark what takes seconds; in the gate, one answer is trained for each mistake."""
    in_gate = not (question.has_optional_last and number)
    return [pytest.mark.slow] * question.is_open + [pytest.mark.grading] * (not in_gate)


SHOWN = ("banana", "an"), ("x", "x"), ("hello", "lo"), ("hello", "z"), ("caaab", "aa")
every_question = pytest.mark.parametrize(
    "question", [pytest.param(q, id=q.id, marks=mark_slow(q)) for q in QUESTIONS]
)
every_mistake = pytest.mark.parametrize(
    ("question", "answer", "hint", "seeds"),
    [
        pytest.param(q, answer, m.hint, seeds, id=f"{q.id}: {m.name}", marks=mark_slow(q, k))
        for q in QUESTIONS
        for n, m in enumerate(q.mistakes)
        for k, answer in enumerate(m.answers)
        # Where networks train, one mistake is tried on seed 0, the next on seed 1.
        for seeds in [[n % 2] if q.has_optional_last else range(2 if q.is_open else 10)]
    ],
)


@pytest.mark.parametrize("cls", COMPARERS)
def test_a_comparison_of_ones_own_is_made_as_that_which_it_extends(cls):
    question = next(q for q in QUESTIONS if type(q.comparison) is cls)
    own = type("Own", (cls,), {})(**vars(question.comparison))
    assert type(make_comparer(replace(question, comparison=own), [], [], [])) is COMPARERS[cls]


def test_every_chapter_ends_with_a_project():
    for assignment in ASSIGNMENTS:
        assert [*load_questions(assignment).values()][-1].level == "project", assignment


def test_there_are_enough_questions_and_mistakes(record_property):
    measured = {chapter for claim in load_ledger().values() for chapter in claim.chapters}
    for assignment in sorted(measured & set(ASSIGNMENTS)):
        if (result := len(load_questions(assignment))) < 7:
            remark = f"{assignment} has a claim, and {result} questions: it should have seven"
            record_property("remark", remark)
    for question in QUESTIONS:
        assert len(question.mistakes) >= 3, question.id
        hints = [m.hint for m in question.mistakes]
        names = [m.name for m in question.mistakes]
        assert len({*hints}) == len({*names}) == len(hints)


def test_ids_and_functions_are_unique():
    assert len({q.id for q in QUESTIONS}) == len({q.function for q in QUESTIONS}) == len(QUESTIONS)


@every_question
def test_the_reference_gets_all_points_on_every_seed(question):
    """Where networks train, on one: solutions try 0, `test_training` 100, `selfcheck` tries 20."""
    for seed in [1] if question.has_optional_last else range(4 if question.is_open else 20):
        result = grade(question, question.reference, seed)
        assert (result.status, result.earned) == (PASSED, question.points), result.message


@pytest.mark.slow
@every_mistake
def test_a_mistake_loses_points_and_gets_its_own_hint(question, answer, hint, seeds, remember):
    for seed in seeds:
        result = grade(remember(question.id), answer, seed)
        assert result.message.startswith(hint)
        assert question.is_open or result.status == WRONG
        assert result.earned < question.points


@pytest.mark.grading
@every_question
def test_no_two_mistakes_give_the_same_values(question):
    tolerance = question.comparison if isinstance(question.comparison, Tolerance) else Tolerance()
    trains = isinstance(question.comparison, NetworkComparison)
    for seed in () if trains else range(2 if question.is_open else 10):
        cases = list(question.cases(seed))
        by_name = {
            (m.name, n): [call_quietly(answer, c, question) for c in cases]
            for m in question.mistakes
            for n, answer in enumerate(m.answers)
        }
        for name, outcomes in by_name.items():
            assert any(o.values is not None for o in outcomes), name
        for (name_a, first), (name_b, second) in itertools.combinations(by_name.items(), 2):
            same = [is_same_outcome(a, b, tolerance) for a, b in zip(first, second, strict=True)]
            assert not all(same), (name_a, name_b)


def mark_shortcuts(q):
    """Say where short cuts are tried: a network's in the gate, those of a score beside it."""
    return mark_slow(q) if q.has_optional_last else [pytest.mark.grading] * q.is_open


@pytest.mark.parametrize(
    "question", [pytest.param(q, id=q.id, marks=mark_shortcuts(q)) for q in QUESTIONS]
)
def test_no_short_cut_is_paid_without_a_reason(question, monkeypatch):
    if question.has_optional_last:  # a network is judged for each; `selfcheck` draws 20
        monkeypatch.setattr(shortcuts, "SECRET_SEEDS", SECRET_SEEDS[:3])
    assert find_paid_shortcuts(question).keys() == question.shortcuts.keys()
    assert all(question.shortcuts.values())
    assert not (question.has_optional_last and question.shortcuts)


LOOKED_UP = {case: BY_ID["02-continuations"].reference(*case) for case in SHOWN}


def mask_to_last_token(tokens, lengths):
    """Read the mask off the batch: what stands above a token is one, too."""
    batch, _ = BY_ID["01-pad"].reference(tokens, lengths)
    return batch, np.cumsum(batch[::-1], axis=0)[::-1] > 0


def answer_in_turn(question):
    """Answer with what the check of this question wants, call by call, whatever is given."""
    expected = [question.reference(*case) for case in question.cases(0)]
    following = itertools.cycle(expected)
    return lambda *_: next(following)


def count_inputs(reads, answers):
    """Take one input and one answer for one to one, whenever they come."""
    one_to_one = (reads.sum(axis=0) == 1).all() and (answers.sum(axis=0) == 1).all()
    return 0 if one_to_one else BY_ID["01-shape"].reference(reads, answers)


def sample_paths(widths, dilations):
    """Try 20,000 ways through the layers at random."""
    reach = np.sum((widths - 1) * dilations)
    taps = np.random.default_rng(0).integers(0, widths, size=(20_000, len(widths)))
    return reach, np.isin(np.arange(reach + 1), taps @ dilations)


def clip_by_some_entries(*gradients_and_threshold):
    *gradients, threshold = gradients_and_threshold
    norm = np.linalg.norm([np.linalg.norm(g.ravel()[:64]) for g in gradients])
    return tuple(g * min(1, threshold / max(norm, 1e-12)) for g in gradients)


def compute_in_longdouble(hs, W_hh, v):
    """Never bring the vector back to length 1: numbers of 80 bits last longer."""
    v = v.astype(np.longdouble)
    before = np.sqrt(np.sum(v**2))
    for h in hs:
        v = v @ W_hh * (1 - h**2)
    return float(np.log(np.sqrt(np.sum(v**2)) / before) / len(hs))


def answer_without_lengths(prompts, answers, lengths, end):
    return BY_ID["01-teacher"].reference(prompts, answers, (answers > 0).sum(axis=0), end)


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        ("01-windows", lambda xs, k: BY_ID["01-windows"].reference(xs, min(k, 50))),
        ("01-pad", mask_to_last_token),
        ("01-teacher", answer_without_lengths),
        ("01-shape", answer_in_turn(BY_ID["01-shape"])),
        ("01-shape", count_inputs),
        ("01-states", lambda h, x: 1),
        ("01-reach", sample_paths),
        ("05-clip", clip_by_some_entries),
        ("05-exponent", compute_in_longdouble),
        ("11-search", lambda *a: BY_ID["11-search"].reference(*a[:2], min(a[2], 3), a[3])),
        ("02-continuations", lambda *case: LOOKED_UP.get(case, len({*case[0]}))),
    ],
)
def test_answers_once_overpaid_earn_nothing(question, answer):
    for secret in SECRET_SEEDS:
        assert grade(BY_ID[question], answer, secret).earned == 0, secret


@pytest.mark.parametrize(
    "question", [pytest.param(q, id=q.id, marks=mark_slow(q)) for q in QUESTIONS if q.properties]
)
def test_properties_are_true_of_the_reference(question):
    cases = list(question.cases(7))
    values = [call_quietly(question.reference, c, question).values for c in cases]
    for truth in question.properties:
        if truth.across_cases:
            assert truth.predicate(cases, values), truth.statement
        else:
            assert all(truth.predicate(c, *v) for c, v in zip(cases, values, strict=True)), (
                truth.statement
            )


@every_question
def test_inputs_are_the_same_for_a_seed_and_others_for_another(question):
    def as_bytes(argument):
        array = np.asarray(argument)
        content = repr(array.tolist()) if array.dtype.hasobject else array.tobytes()
        return array.shape, array.dtype.str, content

    def sample_bytes(seed):
        cases = make_quick_cases(question, seed)[:8]
        return [[as_bytes(a) for a in case if not callable(a)] for case in cases]

    assert sample_bytes(0) == sample_bytes(0) != sample_bytes(1)


@pytest.mark.grading
@every_question
def test_float32_is_forgiven_but_where_digits_are_asked_for(question):
    module = next(m for a, m in ASSIGNMENTS.items() if question.id in load_questions(a))
    assert try_float32(module, question.id) == []


class Strange:
    """An object that answers with an error to whatever is asked."""

    def __array__(self, *args, **kwargs):
        raise RuntimeError("no")

    def __len__(self):
        raise RuntimeError("no")

    __eq__ = __repr__ = __str__ = __float__ = __iter__ = __getitem__ = __len__
    __hash__ = None


def make_endless():
    box = []
    box.append(box)
    return box


GARBAGE = {
    "None": lambda: None,
    "string": lambda: "seven",
    "number": lambda: 7,
    "huge": lambda: 10**400,
    "NaN": lambda: float("nan"),
    "infinity": lambda: -np.inf,
    "complex": lambda: 1j,
    "dict": lambda: {"h": 1},
    "set": lambda: {1, 2},
    "generator": lambda: (i for i in range(3)),
    "type": lambda: int,
    "function": lambda: len,
    "object": Strange,
    "pair of objects": lambda: (Strange(), Strange()),
    "endless": make_endless,
    "empty": lambda: np.zeros((0, 3)),
    "pair": lambda: (np.zeros(3), np.ones((2, 2))),
    "pair of None": lambda: (None, None),
    "five": lambda: (1, 2, 3, 4, 5),
    "ragged": lambda: [[1], [2, 3]],
    "objects": lambda: np.array([None, "a"], dtype=object),
    "dates": lambda: np.array(["2020-01-01"], dtype="datetime64[D]"),
    "strings": lambda: np.array(["a", "b"]),
    "masked": lambda: np.ma.masked_array([1.0, 2.0], [True, False]),
    "matrix": lambda: np.zeros(3).view(np.recarray),
    "records": lambda: np.zeros(3, dtype=[("a", float)]),
    "bytes": lambda: b"\x00",
    "many axes": lambda: np.zeros((1,) * 20),
}


OF_EACH_KIND = {(type(q.comparison), min(len(q.returns), 3), q.is_open): q for q in QUESTIONS}
"""A question for each way that the judge goes: how it compares, one value or more, open or not."""


@pytest.mark.parametrize("garbage", GARBAGE)
@pytest.mark.parametrize("question", OF_EACH_KIND.values(), ids=lambda q: q.id)
def test_garbage_is_wrong_and_never_raises(question, garbage, remember):
    result = grade(remember(question.id), lambda *args: GARBAGE[garbage]())
    assert (result.status, result.earned) == (WRONG, 0)
    assert result.message


@every_question
def test_random_arrays_of_the_right_shape_never_raise(question, remember):
    rng, question = np.random.default_rng(0), remember(question.id)
    right = [compute_expected_outcome(question, case).values for case in question.cases(0)]
    shapes = [[tuple(n or 2 for n in v.shape) for v in values] for values in right]
    for scale in (0, 1, np.nan, np.inf, 1e300):
        calls = iter(shapes)

        def noise(*_, scale=scale, calls=calls):
            actual = tuple(scale * rng.normal(size=shape) for shape in next(calls))
            return actual if len(actual) > 1 else actual[0]

        result = grade(question, noise)
        assert (result.status, result.earned) == (WRONG, 0)
        assert re.search(r"[.?]$", result.message)


def raise_blank(*args):
    raise NotImplementedError


def exit_with_3(*args):
    raise SystemExit(3)


def take_eleven_arguments(a, b, c, d, e, f, g, h, i, j, k):
    return 0


def recurse_forever(*args):
    return recurse_forever(*args)


@every_question
def test_blanks_and_errors_earn_nothing_and_are_told_apart(question, remember):
    question = remember(question.id)
    assert grade(question, None).status == NOT_STARTED
    assert grade(question, raise_blank).status == NOT_STARTED
    assert grade(question, [1]).status == WRONG
    for answer in (exit_with_3, take_eleven_arguments, recurse_forever, lambda: 0):
        result = grade(question, answer)
        assert (result.status, result.earned) == (ERROR, 0)
        assert result.message
