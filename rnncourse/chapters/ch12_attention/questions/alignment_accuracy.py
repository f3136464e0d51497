"""Alignment scored: how often the largest weight is on the truth."""

import numpy as np

from rnncourse.core.arithmetic import take_along_last
from rnncourse.grading.writing import question


@question("12-pointing", 6, "How often attention points at the truth", "apply", returns="share")
def pointing(weights, truth):
    """Return the share of rows, among those with a truth, whose largest weight is on it."""
    has_truth = truth >= 0
    return np.mean(weights.argmax(axis=2)[has_truth] == truth[has_truth])


@pointing.inputs
def _sample_inputs(rng):
    yield (
        np.array([[[0.2, 0.8, 0.0]], [[0.6, 0.4, 0.0]], [[1.0, 0.0, 0.0]]]),
        np.array([[1], [1], [-1]]),
    )
    yield np.array([[[0.2, 0.8]], [[0.6, 0.4]], [[0.3, 0.7]]]), np.array([[1], [0], [0]])
    sizes = rng.integers((13, 3, 3), (20, 12, 12))
    for T, B, S in ((4, 3, 5), (6, 4, 4), (5, 2, 5), (7, 5, 6), sizes):
        weights = rng.dirichlet(0.6 * np.ones(S), (T, B))
        is_on_largest = rng.random((T, B)) < 0.6
        truth = np.where(is_on_largest, weights.argmax(axis=2), rng.integers(0, S, (T, B)))
        lengths = rng.integers(1, T, B)
        lengths[0] = T
        truth[np.arange(T)[:, None] >= lengths] = -1
        truth[rng.random((T, B)) < 0.15] = -1
        truth[0, 0] = weights[0, 0].argmax()
        yield weights, truth


@pointing.property("the share lies between 0 and 1")
def _is_fraction(arguments, accuracy):
    """A share of the symbols that are scored."""
    return 0 <= accuracy <= 1


pointing.mistake("Padding scored")(
    "You score symbols that have no truth: those of padding, and those that only join. -1 is no "
    "place, though it may index one.",
    lambda weights, truth: np.mean(weights.argmax(axis=2) == truth),
    lambda weights, truth: np.mean(weights.argmax(axis=2) == np.maximum(truth, 0)),
)

pointing.mistake("No truth taken for right")(
    "You score symbols that have no truth, and each counts as found.",
    lambda weights, truth: np.mean((weights.argmax(axis=2) == truth) | (truth < 0)),
)

pointing.mistake("The first place taken for none")(
    "You leave out symbols whose truth is place 0. That is a place: -1 says that there is none.",
    lambda weights, truth: np.mean(weights.argmax(axis=2)[truth > 0] == truth[truth > 0]),
)

pointing.mistake("The mass")(
    "That is the mean weight on the truth. Asked for is how often the largest weight is there.",
    lambda weights, truth: take_along_last(weights, np.maximum(truth, 0))[truth >= 0].mean(),
)


@pointing.mistake("Texts averaged")
def _average_over_texts(weights, truth):
    """You averaged the shares of the texts. Every symbol counts alike, in short texts and long."""
    is_hit, has_truth = weights.argmax(axis=2) == truth, truth >= 0
    has_target = has_truth.any(axis=0)
    return np.mean([is_hit[has_truth[:, b], b].mean() for b in np.flatnonzero(has_target)])


pointing.mistake("The smallest weight")(
    "You looked where the smallest weight is.",
    lambda weights, truth: np.mean(weights.argmin(axis=2)[truth >= 0] == truth[truth >= 0]),
)

pointing.mistake("More than half")(
    "You ask for more than half of the weight. The largest weight may be less than half.",
    lambda weights, truth: np.mean(
        take_along_last(weights, np.maximum(truth, 0))[truth >= 0] > 0.5
    ),
)

pointing.mistake("A number, not a share")(
    "You counted. Divide by the symbols that are scored.",
    lambda weights, truth: np.sum((weights.argmax(axis=2) == truth) & (truth >= 0)),
)

pointing.mistake("The share that misses", lambda weights, truth: 1 - pointing(weights, truth))(
    "That is the share of symbols whose largest weight is elsewhere."
)
