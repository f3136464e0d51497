"""From scores to weights that do not see what comes later."""

import numpy as np

from rnncourse.core.arithmetic import softmax
from rnncourse.grading.writing import question


@question("14-mask", 1, "Weights that do not see the future", "recall", returns="weights")
def causal_weights(scores):
    """Return the weights of what is not later, in scores' shape; the rest has 0."""
    T, S = scores.shape
    is_visible = np.arange(S) <= np.arange(T)[:, None] + S - T
    p = np.where(is_visible, np.exp(scores), 0)
    return p / p.sum(axis=1, keepdims=True)


@causal_weights.inputs
def _sample_inputs(rng):
    yield (np.log([[1.0, 2.0, 5.0], [1.0, 3.0, 7.0], [1.0, 1.0, 2.0]]),)
    yield (np.log([[1.0, 3.0, 4.0, 8.0], [1.0, 2.0, 3.0, 4.0]]),)
    yield (np.array([[0.5, -1.0, 2.0]]),)
    for T, S in ((4, 4), (5, 5), (2, 6), rng.integers((13, 3), 40).cumsum()):
        yield (rng.normal(0, 1.5, (T, S)),)


@causal_weights.property("the weights of a symbol sum to 1")
def _sums_to_one(arguments, weights):
    """Whatever is hidden, the rest shares 1."""
    return np.allclose(weights.sum(axis=1), 1)


@causal_weights.property("the last symbol sees all, itself too")
def _sees_all_at_the_end(arguments, weights):
    """Nothing comes after it."""
    return np.all(weights[-1] > 0)


def _mark_visible(scores, shift=0):
    """Which keys each symbol sees: `shift` more than itself, counted from the end."""
    T, S = scores.shape
    return np.arange(S) <= np.arange(T)[:, None] + S - T + shift


def _make_hiding_answer(score, shift=0):
    """Make a wrong answer that gives what is hidden this score."""
    return lambda scores: softmax(np.where(_mark_visible(scores, shift), scores, score))


causal_weights.mistake("One symbol too far", _make_hiding_answer(-1e9, 1))(
    "Your symbols see the one that comes next: the answer. In training the loss would fall far "
    "below what is possible."
)

causal_weights.mistake(
    "Not itself", _make_hiding_answer(-1e9, -1), _make_hiding_answer(-np.inf, -1)
)("Your symbols see those before them, but not themselves. The first one would see nothing.")

causal_weights.mistake("The mask after the softmax")(
    "What is hidden has taken its share before you struck it out: the rest sums to less than 1.",
    lambda scores: np.where(_mark_visible(scores), softmax(scores), 0),
)

causal_weights.mistake("Counted from the first key")(
    "With more keys than queries, the queries are the last symbols: the first of them has S - T "
    "symbols before it.",
    lambda scores: softmax(np.where(np.tri(*scores.shape, dtype=bool), scores, -1e9)),
)

causal_weights.mistake("Hidden with score 0", _make_hiding_answer(0.0))(
    "You gave what is hidden the score 0. That is a score like any other; its exponential is 1."
)

causal_weights.mistake("No mask", softmax)(
    "All your symbols see the whole text, also what comes later."
)

causal_weights.mistake("The mask turned around")(
    "Your symbols see themselves and what comes later.",
    lambda scores: softmax(np.where(_mark_visible(scores, -1), -1e9, scores)),
)

causal_weights.mistake("Over the queries")(
    "Your columns sum to 1. Keys compete for one query: each row has a softmax of its own.",
    lambda scores: softmax(np.where(_mark_visible(scores), scores, -1e9), axis=0),
)

causal_weights.mistake(
    "Not divided", lambda scores: np.where(_mark_visible(scores), np.exp(scores), 0)
)("You did not divide by the sum of a row: exponentials are no weights yet.")

causal_weights.mistake("Infinity times 0")(
    "You multiplied infinity by a mask of zeros and ones. Infinity times 0 is NaN: choose with "
    "`np.where` in its place.",
    lambda scores: softmax(scores - np.inf * ~_mark_visible(scores)),
)

causal_weights.mistake("Equal weights")(
    "All that is seen has the same weight in your answer. The scores say how much each counts.",
    lambda scores: _mark_visible(scores) / _mark_visible(scores).sum(axis=1, keepdims=True),
)

causal_weights.mistake("Hidden in part")(
    "You made the scores of what is hidden a little smaller. It still has some weight: only minus "
    "infinity makes that 0.",
    lambda scores: softmax(scores - 1.0 * ~_mark_visible(scores)),
    lambda scores: softmax(scores - 10.0 * ~_mark_visible(scores)),
)
