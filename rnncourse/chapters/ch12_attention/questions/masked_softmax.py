"""From scores to weights: a softmax that does not see padding."""

import numpy as np

from rnncourse.core.arithmetic import softmax
from rnncourse.grading.writing import question


@question("12-weights", 1, "From scores to weights", "recall", returns="weights")
def weigh(scores, mask):
    """Return the weights of the real symbols, in scores' shape; padding has 0."""
    p = np.where(mask, np.exp(scores), 0)
    return p / p.sum(axis=1, keepdims=True)


@weigh.inputs
def _sample_inputs(rng):
    yield np.log([[1.0, 3.0, 4.0]]), np.array([[True, True, False]])
    yield np.array([[0.0, 1.0, 2.0], [2.0, -1.0, 0.5]]), np.array([[1, 1, 1], [1, 1, 0]], bool)
    for B, S in ((3, 5), (4, 4), (2, 7), rng.integers((13, 3), 20)):
        lengths = rng.integers(2, S, B)
        lengths[0] = S
        yield rng.normal(0, 1.5, (B, S)), np.arange(S) < lengths[:, None]


@weigh.property("the weights of a source sum to 1")
def _sums_to_one(arguments, weights):
    """Whatever is left out, the rest shares 1."""
    return np.allclose(weights.sum(axis=1), 1)


@weigh.property("padding has weight 0")
def _is_zero_at_padding(arguments, weights):
    """What is not real is not looked at."""
    return np.all(np.abs(weights[~arguments[1]]) < 1e-6)  # a score of -100 is as good


weigh.mistake("Over the batch")(
    "Your softmax runs over the texts of the batch. Which symbols compete for the look of one "
    "decoder?",
    lambda scores, mask: softmax(np.where(mask, scores, -1e9), axis=0),
    lambda scores, mask: np.where(mask, softmax(scores, axis=0), 0),
)

weigh.mistake("Over everything")(
    "Your weights sum to 1 over the whole batch. Each source has weights of its own.",
    lambda scores, mask: softmax(np.where(mask, scores, -1e9), axis=None),
)

weigh.mistake("The mask after the softmax")(
    "Padding has taken its share before you struck it out: the rest sums to less than 1.",
    lambda scores, mask: np.where(mask, softmax(scores), 0),
)

weigh.mistake("No mask", lambda scores, mask: softmax(scores))("You look at padding, too.")

weigh.mistake("Padding with score 0", lambda scores, mask: softmax(np.where(mask, scores, 0.0)))(
    "You gave padding the score 0. That is a score like any other, and its exponential is 1."
)

weigh.mistake("The mask turned around", lambda scores, mask: softmax(np.where(mask, -1e9, scores)))(
    "You look at padding alone. The mask is True at real symbols.",
    lambda scores, mask: weigh(scores, ~mask),
)

weigh.mistake("Not exponentials")(
    "You divided scores by their sum. Scores may be negative; weights are made of exponentials.",
    lambda scores, mask: scores * mask / (scores * mask).sum(axis=1, keepdims=True),
)

weigh.mistake("The hardest look")(
    "You gave all weight to the best symbol. A soft look-up gives each some.",
    lambda scores, mask: np.eye(scores.shape[1])[np.where(mask, scores, -1e9).argmax(axis=1)],
)

weigh.mistake("Left as exponentials", lambda scores, mask: np.where(mask, np.exp(scores), 0))(
    "You did not divide: the weights of a source should sum to 1."
)

weigh.mistake("The other sign", lambda scores, mask: weigh(-scores, mask))(
    "Your largest score has the smallest weight: there is a minus too many in the exponent."
)

weigh.mistake("Over the sources", {"axis=1": "axis=0"})(
    "Your softmax runs over the sources of the batch. The weights of each row sum to 1.",
)

weigh.mistake("All symbols alike", lambda scores, mask: mask / mask.sum(axis=1, keepdims=True))(
    "Your weights do not depend on the scores."
)
