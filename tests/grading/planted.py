"""Questions with planted faults, for the self-check; and calls that end badly, for its workers."""

import os
import signal
import time
from dataclasses import replace
from pathlib import Path

import numpy as np

from rnncourse.grading.questions import (
    EXACT,
    Equivalent,
    Mistake,
    Property,
    Question,
    ScoreComparison,
    Tolerance,
)

# --- How many numbers lie above a limit ---


def _count_above(numbers, limit):
    return np.sum(numbers > limit)


def _sample_strong(rng):
    yield np.array([1, 2, 2, 5, 6]), 2
    yield rng.integers(9, size=rng.integers(20, 400)), 4


def _sample_weak(rng):
    """Never a number that equals the limit."""
    yield np.array([1, 3, 3, 5]), 2
    yield rng.integers(9, size=rng.integers(20, 400)), 4.5


def _sample_short(rng):
    """Always of one size, with one limit."""
    yield np.array([1, 2, 2, 5, 6]), 2
    yield rng.integers(9, size=20), 2


def _sample_pairs(rng):
    """Two numbers, then more."""
    yield np.array([3, 2]), 2
    yield from _sample_strong(rng)


BOUNDARY = "_count_above: `return np.sum(numbers > limit)` -> `return np.sum(numbers >= limit)`"
BELOW = Mistake("Below", lambda numbers, limit: np.sum(numbers < limit), "Count those above.")
TWICE = Mistake("Below, once more", BELOW.answer, "Another hint.")
MISSPELT = Mistake("Below", lambda numbers, limit: np.summ(numbers < limit), "Count those above.")
THIRD = Mistake("One too many", lambda a, limit: _count_above(a, limit) + (a[2] >= 0), "From 0 on.")
RIGHT = Mistake("Counted by hand", lambda numbers, limit: sum(numbers > limit), "Use NumPy.")


def _make_question(name, inputs=_sample_strong, mistakes=(BELOW,), **more):
    fixed = {"title": "Above", "level": "apply", "points": 2, "function": "above"}
    more = {"reference": _count_above, "returns": ("count",), "comparison": EXACT} | more
    return Question(f"99-{name}", **fixed, inputs=inputs, mistakes=mistakes, **more)


# --- References of other kinds ---


def _count_digits(number):
    count = 0
    while number > 0:
        number //= 10
        count += 1
    return count


def _sample_numbers(rng):
    yield (0,)
    for power in rng.uniform(0, 9, size=30):
        yield (int(10**power),)
        yield (10 ** int(power) - 1,)
        yield (10 ** int(power),)


def _answer_nearly(target):
    return 0.9 * target


def _sum_difference(numbers):
    return np.sum(numbers)


def _sample_cancelling(rng):
    yield (np.array([1e4, -1e4 + rng.uniform()]),)


def _compute_ratio(numbers):
    return np.sum(numbers) / np.sum(numbers > 0)


def _sample_normal(rng):
    yield (np.zeros(3),)
    yield (rng.normal(size=3),)


def _sample_targets(rng):
    yield (2.0,)
    yield (rng.uniform(1, 2),)


def _score_fit(cases, values, expected):
    return float(np.mean([v[0] / c[0] for c, v in zip(cases, values, strict=True)]))


def _look_up_known(arguments, count):
    return {int(_count_above(*arguments)): True}[int(count)]


def _count_moodily(numbers, limit):
    if numbers[0] > 4:
        raise ValueError("not today")
    return np.sum(numbers > limit)


QUESTIONS = (
    _make_question("good"),
    _make_question("weak", _sample_weak),
    _make_question(
        "marked", _sample_weak, equivalent=(Equivalent(BOUNDARY, "No number is the limit."),)
    ),
    _make_question("stale", equivalent=(Equivalent(BOUNDARY, "No number is the limit."),)),
    _make_question("unreasoned", _sample_weak, equivalent=(Equivalent(BOUNDARY, " "),)),
    _make_question("hint", mistakes=(BELOW, TWICE)),
    _make_question("misspelt", mistakes=(MISSPELT,)),
    _make_question("said", _sample_pairs, (replace(THIRD, raises=("IndexError",)),)),
    _make_question("unsaid", _sample_pairs, (THIRD,)),
    _make_question("never", mistakes=(replace(BELOW, raises=("IndexError",)),)),
    _make_question("passes", mistakes=(BELOW, RIGHT)),
    _make_question(
        "property", properties=(Property("it is odd", lambda a, count: count % 2 == 1),)
    ),
    _make_question(
        "across", properties=(Property("all are odd", lambda c, v: False, across_cases=True),)
    ),
    _make_question("short", _sample_short, shortcuts={"a constant": "No reason."}),
    _make_question("raises", reference=_count_moodily),
    _make_question("breaks", properties=(Property("it is known", _look_up_known),)),
    _make_question(
        "cancels", _sample_cancelling, (), reference=_sum_difference, comparison=Tolerance()
    ),
    _make_question(
        "digits",
        _sample_cancelling,
        (),
        reference=_sum_difference,
        comparison=Tolerance(1e-9, 1e-9),
    ),
    _make_question("nan", _sample_normal, (), reference=_compute_ratio, comparison=Tolerance()),
    _make_question("lambda", reference=lambda numbers, limit: np.sum(numbers > limit)),
    _make_question("loops", _sample_numbers, (), reference=_count_digits),
    _make_question(
        "open",
        _sample_targets,
        (),
        reference=_answer_nearly,
        comparison=ScoreComparison(
            _score_fit, ((0.5, 1), (0.8, 2)), lambda score: f"It is {score:.2f}."
        ),
    ),
)

# --- Calls ---


def square_number(x):
    return x * x


def loop_forever():
    while True:
        pass


def kill_the_parent(note):
    Path(note).write_text(str(os.getpid()))
    os.kill(os.getppid(), signal.SIGKILL)
    time.sleep(3600)


def exit_process(code):
    os._exit(code)


def raise_an_error():
    raise KeyError("x")


def raise_a_lambda():
    raise KeyError(lambda: 0)


def give_a_lambda():
    return lambda: 0


def eat_memory(gigabytes):
    return len(bytearray(gigabytes << 30))


def read_thread_limit():
    return os.environ["OMP_NUM_THREADS"]
