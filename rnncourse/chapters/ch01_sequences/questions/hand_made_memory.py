"""The open question: a memory of eight states, made by hand.

An answer says for each state and symbol which state comes next. The judge follows all sequences
of many lengths at once, with their exact probabilities, so the score is a number without noise.
"""

from collections.abc import Callable, Sequence

import numpy as np

from rnncourse.grading.writing import question

H = 8
LENGTHS = range(1, 64, 2)
POINTS_BY_SCORE = ((0.62, 1), (0.75, 2), (0.84, 3), (0.86, 4))  # share of right answers


def compute_accuracy(plan: Callable[[int, int], int], lengths: Sequence[int] = LENGTHS) -> float:
    """Return how often a network of eight states knows whether it has read more ones than zeros.

    Ones and zeros are equally likely, and so are the lengths. For each state the likelier answer
    is given, as a trained output layer would.

    Args:
        plan: From a state, 0 to 7, and a symbol, 0 or 1, to the next state; it starts in 0.
        lengths: Of the sequences; odd.

    Returns:
        The share of right answers, from 0.5 to 1.

    >>> compute_accuracy(lambda h, x: x, [1]), compute_accuracy(lambda h, x: 0, [1])
    (1.0, 0.5)
    """
    probs = np.zeros((H, max(lengths) + 1))  # of a state together with a number of ones
    probs[0, 0] = 1.0
    answer_probs = np.zeros((2, H))
    for t in range(1, max(lengths) + 1):
        half_probs, probs = probs / 2, 0 * probs
        for h in range(H):
            probs[plan(h, 0)] += half_probs[h]
            probs[plan(h, 1), 1:] += half_probs[h, :-1]
        if t in lengths:
            has_few_ones = np.arange(probs.shape[1]) < t / 2
            answer_probs += [
                probs[:, has_few_ones].sum(axis=1),
                probs[:, ~has_few_ones].sum(axis=1),
            ]
    return float(answer_probs.max(axis=0).sum() / len(lengths))


@question("01-states", 8, "Eight states", "project", returns="h_new")
def next_state(h, x):
    """Return the state, from 0 to 7, after reading x, 0 or 1, in state h."""
    level = (h + 3) % H
    level = min(level + 1, H - 1) if x else max(level - 1, 0)
    return (level - 3) % H


@next_state.inputs
def _sample_inputs(rng):
    pairs = [(h, x) for h in range(H) for x in (0, 1)]
    for i in rng.permutation(len(pairs)):
        yield pairs[i]


@next_state.measured(POINTS_BY_SCORE, "{:.3f} of the answers are right.".format)
def _measure_accuracy(cases, values, expected):
    answers = {case: int(value) for case, (value,) in zip(cases, values, strict=True)}
    return compute_accuracy(lambda h, x: answers[h, x])


@next_state.property("the next state is a whole number from 0 to 7")
def _is_a_state(arguments, h):
    """There are eight states, and a symbol can lead out of the last one, too."""
    return h == np.round(h) and 0 <= h < H


next_state.mistake("The symbol is the state", lambda h, x: x)(
    "Your state is the last symbol: all that came before is forgotten, and six of the eight states "
    "are never used."
)

next_state.mistake("The first symbol for ever", lambda h, x: h or 1 + x)(
    "Your state never leaves the first symbol: nothing that comes later can change it."
)

next_state.mistake("The state that never changes", lambda h, x: h)(
    "Your network stays in the state in which it starts, whatever it reads."
)

next_state.mistake("Steps counted", lambda h, x: (h + 1) % H)(
    "Your state counts the steps, whatever they hold. The symbol has to change something."
)

next_state.mistake("Ones counted until there are no more states", lambda h, x: min(h + x, H - 1))(
    "You count the ones, and after seven of them you are in the last state for good. How does your "
    "state learn of zeros?"
)

next_state.mistake("Ones counted in a ring", lambda h, x: (h + x) % H)(
    "You count the ones in a ring, so after eight of them all is forgotten. And how many zeros "
    "were there?"
)

next_state.mistake("Symbols that are the same in a row")(
    "A single zero takes your state back to where it started, however many ones there were.",
    lambda h, x: min(h + 1, H - 1) if x else 0,
)

next_state.mistake("The answer in the place of the state", lambda h, x: int(h + 2 * x - 1 > 0))(
    "You return an answer, 0 or 1, so your network has two states and no more. Return what has to "
    "be kept."
)
