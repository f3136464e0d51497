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


def _above(numbers, limit):
    return np.sum(numbers > limit)


def _strong(rng):
    yield np.array([1, 2, 2, 5, 6]), 2
    yield rng.integers(9, size=rng.integers(20, 400)), 4


def _weak(rng):
    """Never a number that equals the limit."""
    yield np.array([1, 3, 3, 5]), 2
    yield rng.integers(9, size=rng.integers(20, 400)), 4.5


def _short(rng):
    """Always of one size, with one limit."""
    yield np.array([1, 2, 2, 5, 6]), 2
    yield rng.integers(9, size=20), 2


def _pairs(rng):
    """Two numbers, then more."""
    yield np.array([3, 2]), 2
    yield from _strong(rng)


BOUNDARY = "_above: `return np.sum(numbers > limit)` -> `return np.sum(numbers >= limit)`"
BELOW = Mistake("Below", lambda numbers, limit: np.sum(numbers < limit), "Count those above.")
TWICE = Mistake("Below, once more", BELOW.answer, "Another hint.")
MISSPELT = Mistake("Below", lambda numbers, limit: np.summ(numbers < limit), "Count those above.")
THIRD = Mistake("One too many", lambda a, limit: _above(a, limit) + (a[2] >= 0), "From 0 on.")
RIGHT = Mistake("Counted by hand", lambda numbers, limit: sum(numbers > limit), "Use NumPy.")


def _question(name, inputs=_strong, mistakes=(BELOW,), **more):
    fixed = {"title": "Above", "level": "apply", "points": 2, "function": "above"}
    more = {"reference": _above, "returns": ("count",), "comparison": EXACT} | more
    return Question(f"99-{name}", **fixed, inputs=inputs, mistakes=mistakes, **more)


# --- References of other kinds ---


def _digits(number):
    count = 0
    while number > 0:
        number //= 10
        count += 1
    return count


def _numbers(rng):
    yield (0,)
    for power in rng.uniform(0, 9, size=30):
        yield (int(10**power),)
        yield (10 ** int(power) - 1,)
        yield (10 ** int(power),)


def _nearly(target):
    return 0.9 * target


def _difference(numbers):
    return np.sum(numbers)


def _cancelling(rng):
    yield (np.array([1e4, -1e4 + rng.uniform()]),)


def _ratio(numbers):
    return np.sum(numbers) / np.sum(numbers > 0)


def _no_numbers(rng):
    yield (np.zeros(3),)
    yield (rng.normal(size=3),)


def _targets(rng):
    yield (2.0,)
    yield (rng.uniform(1, 2),)


def _fitted(cases, values, expected):
    return float(np.mean([v[0] / c[0] for c, v in zip(cases, values, strict=True)]))


def _known(arguments, count):
    return {int(_above(*arguments)): True}[int(count)]


def _moody(numbers, limit):
    if numbers[0] > 4:
        raise ValueError("not today")
    return np.sum(numbers > limit)


QUESTIONS = (
    _question("good"),
    _question("weak", _weak),
    _question("marked", _weak, equivalent=(Equivalent(BOUNDARY, "No number is the limit."),)),
    _question("stale", equivalent=(Equivalent(BOUNDARY, "No number is the limit."),)),
    _question("unreasoned", _weak, equivalent=(Equivalent(BOUNDARY, " "),)),
    _question("hint", mistakes=(BELOW, TWICE)),
    _question("misspelt", mistakes=(MISSPELT,)),
    _question("said", _pairs, (replace(THIRD, raises=("IndexError",)),)),
    _question("unsaid", _pairs, (THIRD,)),
    _question("never", mistakes=(replace(BELOW, raises=("IndexError",)),)),
    _question("passes", mistakes=(BELOW, RIGHT)),
    _question("property", properties=(Property("it is odd", lambda a, count: count % 2 == 1),)),
    _question(
        "across", properties=(Property("all are odd", lambda c, v: False, across_cases=True),)
    ),
    _question("short", _short, shortcuts={"a constant": "No reason."}),
    _question("raises", reference=_moody),
    _question("breaks", properties=(Property("it is known", _known),)),
    _question("cancels", _cancelling, (), reference=_difference, comparison=Tolerance()),
    _question("digits", _cancelling, (), reference=_difference, comparison=Tolerance(1e-9, 1e-9)),
    _question("nan", _no_numbers, (), reference=_ratio, comparison=Tolerance()),
    _question("lambda", reference=lambda numbers, limit: np.sum(numbers > limit)),
    _question("loops", _numbers, (), reference=_digits),
    _question(
        "open",
        _targets,
        (),
        reference=_nearly,
        comparison=ScoreComparison(
            _fitted, ((0.5, 1), (0.8, 2)), lambda score: f"It is {score:.2f}."
        ),
    ),
)

# --- Calls ---


def square(x):
    return x * x


def loop():
    while True:
        pass


def kill_the_parent(note):
    Path(note).write_text(str(os.getpid()))
    os.kill(os.getppid(), signal.SIGKILL)
    time.sleep(3600)


def leave(code):
    os._exit(code)


def raise_an_error():
    raise KeyError("x")


def raise_a_lambda():
    raise KeyError(lambda: 0)


def give_a_lambda():
    return lambda: 0


def eat(gigabytes):
    return len(bytearray(gigabytes << 30))


def threads():
    return os.environ["OMP_NUM_THREADS"]
