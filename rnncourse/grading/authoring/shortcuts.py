"""Short cuts that no question may pay, whatever it draws from a secret.

They are the same number everywhere; and the right answer without one of its arguments. Who leaves
out an argument takes something else for it: 0, 1, what the first example had there, another
argument, or the size of another one. One reads nothing and counts its calls: it says in turn
what the student's own check wanted, whose seed is 0. Where one answer is right, there are more: one
that takes a whole number nearly, one less, one more, or 2 at most; one that knows only the sizes
that this check shows; and one that is right as long as nothing has more than twelve rows, as a loop
of a fixed length is. Of questions that train: weights that are the same number everywhere, and
weights at random.
"""

from collections.abc import Callable, Iterable, Iterator
from functools import partial

import numpy as np

from rnncourse.grading.calling import CallOutcome, call_quietly
from rnncourse.grading.comparing import is_same_outcome
from rnncourse.grading.judging import compute_expected_outcome, make_comparer
from rnncourse.grading.questions import Arguments, NetworkComparison, Question, Tolerance
from rnncourse.grading.values import measure_input

SECRET_SEEDS = range(1, 21)
_MIN_LARGE = 20_000  # numbers in an input
_MAX_ROWS = 12
CONSTANT, UNTRAINED, SIZES = "a constant", "no training", "the sizes of the check"
CALLS, LOOP = "the number of the call", "a loop of a fixed length"


def find_paid_shortcuts(question: Question) -> dict[str, int]:
    """Return on how many of `SECRET_SEEDS` each short cut earns points, if it does at all.

    Returns:
        From `CONSTANT`, `UNTRAINED`, `SIZES`, `CALLS`, `LOOP`, "without" or "nearly" and the name
        of an argument to a number; of several such answers the one that is paid most often counts.
    """
    shortcuts = list(_list_shortcuts(question))
    n_paid, n_calls_paid = [0] * len(shortcuts), 0
    shown_outcomes = _compute_right_outcomes(question, make_quick_cases(question, 0))
    for secret in SECRET_SEEDS:
        cases = make_quick_cases(question, secret)
        right_outcomes = _compute_right_outcomes(question, cases)
        if not isinstance(question.comparison, NetworkComparison):
            n_calls_paid += _earns_points(question, cases, shown_outcomes, right_outcomes)
        earns = _make_scorer(question, cases, right_outcomes)
        for n, (_, answer) in enumerate(shortcuts):
            n_paid[n] += earns(answer)
    # Few numbers agree by luck.
    paid = {CALLS: n_calls_paid if n_calls_paid > len(SECRET_SEEDS) / 2 else 0}
    for (name, _), n in zip(shortcuts, n_paid, strict=True):
        paid[name] = max(n, paid.get(name, 0))
    return {name: n for name, n in paid.items() if n}


def _compute_right_outcomes(question: Question, cases: Iterable[Arguments]) -> list[CallOutcome]:
    return [compute_expected_outcome(question, case) for case in cases]


def _earns_points(
    question: Question,
    cases: list[Arguments],
    outcomes: list[CallOutcome],
    right_outcomes: list[CallOutcome],
) -> bool:
    if len(outcomes) != len(cases) or any(o.values is None for o in (*outcomes, *right_outcomes)):
        return False
    return make_comparer(question, cases, outcomes, right_outcomes).score_calls()[0] > 0


def _make_scorer(
    question: Question, cases: list[Arguments], right_outcomes: list[CallOutcome]
) -> Callable[[Callable], bool]:
    """Return what says whether an answer earns points on these cases."""
    exact = question.comparison if isinstance(question.comparison, Tolerance) else None
    order = range(len(cases))
    if exact:
        order = sorted(order, key=lambda n: -measure_input(cases[n]))  # the largest tells most
    cases, right_outcomes = ([items[n] for n in order] for items in (cases, right_outcomes))

    def earns(answer: Callable) -> bool:
        outcomes: list[CallOutcome] = []
        for case, right_outcome in zip(cases, right_outcomes, strict=True):
            outcomes.append(call_quietly(answer, case, question))
            if outcomes[-1].values is None or (
                exact and not is_same_outcome(outcomes[-1], right_outcome, exact)
            ):
                return False
        return _earns_points(question, cases, outcomes, right_outcomes)

    return earns


def make_quick_cases(question: Question, seed: int) -> list[Arguments]:
    """Make the inputs, without a large one that is there for the time it takes."""
    cases = question.cases(seed)
    return [case for case in cases if not question.timeout_hint or measure_input(case) < _MIN_LARGE]


def _list_shortcuts(question: Question) -> Iterator[tuple[str, Callable]]:
    if isinstance(question.comparison, NetworkComparison):
        for number in (0, 1):
            yield CONSTANT, partial(_answer_constant, question, number)
        yield UNTRAINED, partial(_answer_untrained, question)
        return
    reference, cases = question.reference, make_quick_cases(question, 0)
    values = [v.ravel() for case in cases for v in call_quietly(reference, case, question).values]
    numbers = np.unique([0, 1, *np.concatenate(values).round()])
    for number in numbers[np.isfinite(numbers)][:20]:
        yield CONSTANT, partial(_answer_constant, question, number)
    for j, name in enumerate(question.arguments):
        example = cases[0][j]
        group_keys = zip(
            *(make_group_key(_list_substitutes(case, j, example)) for case in cases), strict=False
        )
        for n in {kind: n for n, kind in enumerate(group_keys)}.values():  # each kind of thing once
            yield f"without {name}", partial(_answer_without, reference, j, n, example)
    if not isinstance(question.comparison, Tolerance):
        return
    for j, name in enumerate(question.arguments):
        if isinstance(cases[0][j], int | np.integer) and not isinstance(cases[0][j], bool):
            for change in (lambda n: min(n, 2), lambda n: n - 1, lambda n: n + 1):
                yield f"nearly {name}", partial(_answer_perturbed, reference, j, change)
    known_sizes = {_measure_sizes(case) for case in cases}
    if any(map(any, known_sizes)):
        yield SIZES, lambda *case: reference(*case) if _measure_sizes(case) in known_sizes else None
    if any(map(_count_rows, cases)):
        yield LOOP, lambda *case: reference(*case) if _count_rows(case) <= _MAX_ROWS else None


def _answer_constant(question: Question, number: float, *case: object) -> object:
    constants = [np.full(v.shape, number) for v in compute_expected_outcome(question, case).values]
    return constants if len(constants) > 1 else constants[0]


def _answer_untrained(question: Question, *case: object) -> object:
    rng = np.random.default_rng(0)
    return [rng.normal(size=v.shape) for v in compute_expected_outcome(question, case).values]


def _answer_without(reference: Callable, j: int, n: int, example: object, *case: object) -> object:
    substitute = _list_substitutes(case, j, example)[n]
    return None if substitute is None else reference(*case[:j], substitute, *case[j + 1 :])


def _answer_perturbed(reference: Callable, j: int, change: Callable, *case: object) -> object:
    return reference(*case[:j], change(case[j]), *case[j + 1 :])


def _list_substitutes(case: Arguments, j: int, example: object) -> list:
    """List what somebody may take for argument number j who never reads it, or None."""
    remaining = case[:j] + case[j + 1 :]
    same_shaped = [a if np.shape(a) == np.shape(case[j]) else None for a in (example, *remaining)]
    if isinstance(case[j], str):
        return [*same_shaped, ""]
    numbers = [0, 1, *(n for a in remaining for n in np.shape(a))]
    numbers += [np.max(a, initial=-1) + 1 for a in remaining if np.asarray(a).dtype.kind == "i"]
    return [*same_shaped, *(np.full_like(case[j], n)[()] for n in numbers)]


def make_group_key(values: Iterable) -> tuple:
    """Return what tells things from others, of which one is not the same; None counts."""
    return tuple(None if value is None else np.asarray(value).tobytes() for value in values)


def _measure_sizes(case: Arguments) -> tuple:
    """Return the shapes of arrays, the lengths of texts, and whole numbers as they are."""
    integers = (int, np.integer)
    return tuple(
        len(a) if isinstance(a, str) else a if isinstance(a, integers) else np.shape(a)
        for a in case
    )


def _count_rows(case: Arguments) -> int:
    """Return how many rows, or signs, the longest array or text has."""
    return max((len(a) for a in case if isinstance(a, str) or np.ndim(a)), default=0)
