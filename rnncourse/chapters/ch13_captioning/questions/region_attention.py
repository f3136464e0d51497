"""Soft attention over the places of an image, for a batch."""

import numpy as np

from rnncourse.grading.writing import question


@question("13-places", 2, "Attention over places", "apply", points=3, returns="weights z")
def attend_regions(h, regions, W_a):
    """Return the weight of each place, `(B, K)`, and the contexts, `(B, C)`."""
    scores = np.einsum("bh,hc,bkc->bk", h, W_a, regions)
    weights = np.exp(scores - np.logaddexp.reduce(scores, axis=1, keepdims=True))
    return weights, np.einsum("bk,bkc->bc", weights, regions)


@attend_regions.inputs
def _sample_inputs(rng):
    sizes = rng.integers((13, 13, 2, 2), (20, 20, 9, 9))
    for B, K, C, H in ((2, 3, 2, 1), (2, 4, 3, 2), (4, 4, 4, 4), (3, 5, 2, 3), (2, 6, 3, 3), sizes):
        yield rng.normal(size=(B, H)), rng.normal(size=(B, K, C)), rng.normal(size=(H, C))


@attend_regions.property("the weights of an image sum to 1")
def _is_distribution(arguments, weights, z):
    """Places of one image compete; images do not."""
    return np.all(weights > 0) and np.allclose(weights.sum(axis=1), 1)


@attend_regions.property("z is the mean of the places under the weights")
def _is_weighted_mean(arguments, weights, z):
    """What is summed are the vectors of the places."""
    return np.allclose(z, (weights[:, :, None] * arguments[1]).sum(axis=1), atol=1e-6)


attend_regions.mistake("Over the images", {"axis=1": "axis=0"})(
    "Your softmax runs over the images of the batch. The places of one image compete."
)

attend_regions.mistake("Over everything", {"scores, axis=1, keepdims=True": "scores.ravel()"})(
    "Your weights sum to 1 over the whole batch. Each image has weights of its own."
)

attend_regions.mistake("Each place for itself")(
    "You took a sigmoid of each score. Then the weights of an image do not sum to 1.",
    {"logaddexp.reduce(scores, axis=1, keepdims=True)": "logaddexp(scores, 0)"},
)

attend_regions.mistake("The best place alone")(
    "You gave all weight to one place: that is hard attention, and it has no gradient.",
    {"return": "weights = np.eye(scores.shape[1])[scores.argmax(axis=1)]\n    return"},
)

attend_regions.mistake("All places alike")(
    "Your z is the plain mean of the places. Use the weights.",
    {"weights, regions": "np.full_like(weights, 1 / weights.shape[1]), regions"},
)

attend_regions.mistake("Divided once more")(
    "You took the mean of what is already weighed: the weights sum to 1, so z is a sum.",
    {"weights, regions": "weights / weights.shape[1], regions"},
)

attend_regions.mistake("Scores in the place of weights")(
    "The softmax is missing.", {"return": "weights = scores\n    return"}
)
