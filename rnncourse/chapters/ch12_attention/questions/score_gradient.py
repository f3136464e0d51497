"""The gradient of the scores: through the mean, then through the softmax."""

import numpy as np

from rnncourse.core.arithmetic import softmax
from rnncourse.grading.writing import question


@question("12-slope", 4, "The gradient of the scores", "build", returns="d_scores")
def score_gradient(weights, values, d_context):
    """Return the gradient of the loss by the scores, `(S,)`."""
    d_weights = values @ d_context
    return weights * (d_weights - weights @ d_weights)


@score_gradient.inputs
def _sample_inputs(rng):
    yield np.array([0.25, 0.75]), np.array([[1.0], [3.0]]), np.array([2.0])
    yield np.array([0.0, 1.0, 0.0]), np.eye(3), np.array([1.0, 2.0, 3.0])
    for S, E in ((3, 3), (5, 2), (4, 6), (7, 1), rng.integers((13, 2), 20)):
        yield rng.dirichlet(np.ones(S)), rng.normal(0, 1.5, (S, E)), rng.normal(0, 1.5, E)


@score_gradient.property("the gradients of the scores sum to 0")
def _sums_to_zero(arguments, d_scores):
    """Where all scores rise by the same, no weight changes."""
    return np.isclose(np.sum(d_scores), 0, atol=1e-4)


score_gradient.mistake("As if the softmax were diagonal")(
    "You treat each weight as a function of its own score alone. Raise one score, and all other "
    "weights fall.",
    {"(d_weights - weights @ d_weights)": "(1 - weights) * d_weights"},
)

score_gradient.mistake("The mean forgotten", {" - weights @ d_weights": ""})(
    "What is missing is the part by which the other weights fall: each score is compared with the "
    "mean of what the values bring."
)

score_gradient.mistake("The diagonal forgotten")(
    "You have how each score moves the other weights, and not how it moves its own: the slope of "
    "weight i by score i is w_i - w_i^2, and the first part is missing.",
    {"(d_weights - weights @ d_weights)": "-(weights @ d_weights)"},
    {"(d_weights": "(weights * d_weights"},
)

score_gradient.mistake("The other weights rise, too", {"- weights": "+ weights"})(
    "Up to a sign: where one score rises, the other weights fall, so the mean is subtracted."
)

score_gradient.mistake("The sum in the place of the mean")(
    "You compare with the sum of what the values bring. Compare with their mean under the weights.",
    {"weights @ d_weights": "np.sum(d_weights)"},
)

score_gradient.mistake("A second softmax")(
    "You took the softmax of the weights. They are what the softmax has given already.",
    lambda weights, *args: score_gradient(softmax(weights), *args),
)

score_gradient.mistake("The plain mean", {"weights @ d_weights": "np.mean(d_weights)"})(
    "You compare with the plain mean. The mean that counts is the one under the weights."
)

score_gradient.mistake("Not through the softmax")(
    "That is the gradient of the weights. The scores lie behind a softmax.",
    {"weights * (d_weights - weights @ d_weights)": "d_weights"},
)

score_gradient.mistake("The weight forgotten", {"return weights *": "return"})(
    "You left out the weight in front: a symbol with no weight gets no gradient."
)

score_gradient.mistake("The sign turned", lambda *args: -score_gradient(*args))(
    "Right up to the sign. The gradient is positive where a value brings more loss than the mean "
    "under the weights does."
)

score_gradient.mistake("The weights twice")(
    "You multiplied by the weights twice.",
    lambda weights, *args: weights * score_gradient(weights, *args),
)

score_gradient.mistake("The context forgotten")(
    "You took sums of the values. How much each direction counts says `d_context`.",
    lambda weights, values, d_context: score_gradient(weights, values, np.ones(len(d_context))),
)
