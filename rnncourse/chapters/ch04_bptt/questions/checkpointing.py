"""The open question: going back through many steps with room for a few states.

To go back through a step one needs the state before it. Where not all states fit into memory,
some are stored and the others computed again from them. An answer says which state to store
next; the judge counts the steps forward that its plan costs, next to the fewest there can be.
"""

import functools
from collections.abc import Callable

import numpy as np

from rnncourse.grading.writing import question

POINTS_BY_SCORE = ((0.9, 1), (0.95, 2), (0.99, 3), (0.999, 4))  # share of the fewest steps
"""Whoever looks at the length alone, or at the places alone, does not come to the first."""
LENGTHS, MAX_POSITIONS = (45, 55), 4


def count_forward_steps(next_stop: Callable[[int, int], int], n: int, s: int) -> int:
    """Count the steps forward that it takes to go back through n steps.

        cost(n, s) = m + cost(n - m, s - 1) + cost(m, s),   m = next_stop(n, s)
        cost(1, s) = 0,   cost(n, 0) = (n - 1) + (n - 2) + ... + 1

    Args:
        next_stop: A plan, as the question asks for it.
        n: How many steps there are; the state before them is stored.
        s: How many further states may be stored at a time.

    Returns:
        The number of steps.

    >>> [count_forward_steps(lambda n, s: n // 2, 4, s) for s in (1, 0)]
    [4, 6]
    """

    @functools.cache
    def count_from(n: int, s: int) -> int:
        if n == 1 or s == 0:
            return n * (n - 1) // 2
        m = int(next_stop(n, s))
        return m + count_from(n - m, s - 1) + count_from(m, s)

    return count_from(n, s)


@question("04-memory", 8, "Backward in little memory", "project", returns="m", seconds=30.0)
def next_stop(n, s):
    """Return after how many of n steps the next state is stored, with s places for states."""
    return 1 + int(np.argmin([_count_steps(m, n, s) for m in range(1, n)]))


def _count_steps(m, n, s, has_advance=True):
    advance = m if has_advance else 0
    further_steps = (_count_fewest_steps(*args, has_advance) for args in ((n - m, s - 1), (m, s)))
    return advance + sum(further_steps)


@functools.cache
def _count_fewest_steps(n, s, has_advance=True):
    """Return the fewest forward steps to go back through n steps, with s places.

    Without an advance the steps to a state that is stored cost nothing.
    """
    if s == 0:
        return n * (n - 1) // 2
    return min([_count_steps(m, n, s, has_advance) for m in range(1, n)], default=0)


@next_stop.inputs
def _sample_inputs(rng):
    pairs = [
        (n, s) for n in range(2, rng.integers(*LENGTHS) + 1) for s in range(1, MAX_POSITIONS + 1)
    ]
    for i in rng.permutation(len(pairs)):
        yield pairs[i]


def _describe_score(score):
    if score > 0.9999:
        return "No plan takes fewer steps."
    return f"The best plans take {score:.0%} of the forward steps that yours take."


@next_stop.measured(POINTS_BY_SCORE, _describe_score)
def _measure_score(cases, values, expected):
    """How many steps are needed at least, for each that the answer takes; 1 is the best."""
    answers = {case: int(value) for case, (value,) in zip(cases, values, strict=True)}
    max_n = max(n for n, _ in cases)
    ratios = []
    for s in range(1, MAX_POSITIONS + 1):
        n_steps = count_forward_steps(lambda n, s: answers[n, s], max_n, s)
        ratios.append(_count_fewest_steps(max_n, s) / n_steps)
    return float(np.mean(ratios))


@next_stop.property("m is a whole number from 1 to n − 1")
def _is_a_step(arguments, m):
    """The state after m of the n steps is stored next; the first one is there already, and the last
    one is not needed."""
    return m == np.round(m) and 1 <= m <= arguments[0] - 1


next_stop.mistake("The very next state", lambda n, s: 1)(
    "You store the first states there are, and no place is left for the others: from the last one "
    "that you stored, most of the sequence is computed again and again."
)

next_stop.mistake("The state that is needed first", lambda n, s: n - 1)(
    "You go to the state that the next step back needs, and store that alone. Then all the way is "
    "gone again for each state. What could have been stored on the way?"
)

next_stop.mistake("As many steps as places", lambda n, s: min(s, n - 1))(
    "The number of places is not a distance. With few places and many steps the states that you "
    "store all lie at the beginning."
)

next_stop.mistake("The square root of the length", lambda n, s: max(1, int(np.sqrt(n))))(
    "A distance of √n is good if there are √n places. Here s of them are left: how far apart are s "
    "states that share n steps?"
)

next_stop.mistake("The way there counted as free")(
    "You chose what is cheapest to do on both sides of the stored state, and did not count the m "
    "steps that it takes to get there.",
    {"_count_steps(m, n, s)": "_count_steps(m, n, s, has_advance=False)"},
)

next_stop.mistake("Counted from the end", lambda n, s: n - next_stop(n, s))(
    "You return how many steps lie behind the stored state. Asked for is how many lie before it."
)

next_stop.mistake("The cost, not the place", lambda n, s: _count_fewest_steps(n, s))(
    "You return how many steps forward the plan costs. Asked for is where it stores the next state."
)
