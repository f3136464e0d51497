"""Looks scored, beside the best fixed place."""

import numpy as np

from rnncourse.grading.writing import question


@question("13-pointing", 6, "Looks against the truth", "build", returns="peak fixed")
def peak_and_fixed(weights, regions):
    """Return the accuracy of the largest weight, and of the best fixed place."""
    peak = regions[np.arange(len(weights)), weights.argmax(axis=1)].mean()
    return peak, regions.mean(axis=0).max()


@peak_and_fixed.inputs
def _sample_inputs(rng):
    yield (
        np.array([[0.7, 0.2, 0.1], [0.1, 0.3, 0.6], [0.5, 0.4, 0.1]]),
        np.array([[1, 1, 0], [0, 0, 1], [1, 0, 0]], bool),
    )
    order = np.ix_(rng.permutation(4), rng.permutation(3))
    yield (  # one place is in every region and has little weight; another has more, in half of them
        np.array([[0.1, 0.2, 0.7], [0.6, 0.3, 0.1], [0.2, 0.1, 0.7], [0.5, 0.2, 0.3]])[order],
        np.array([[0, 1, 1], [0, 1, 0], [0, 1, 1], [1, 1, 0]], bool)[order],
    )
    for N, K in ((4, 4), (6, 5), (9, 6), (12, 8), *rng.integers((13, 4), 20, size=(4, 2))):
        regions = rng.random((N, K)) < 0.35
        regions[np.arange(N), rng.integers(0, K, N)] = True
        yield rng.dirichlet(np.full(K, 0.5), N), regions


@peak_and_fixed.property("both are shares")
def _are_fractions(arguments, peak, fixed):
    """Of all looks."""
    return 0 <= peak <= 1 and 0 <= fixed <= 1


peak_and_fixed.mistake("The mass")(
    "Your first number is the mean weight on the region. Asked for is how often the largest weight "
    "is there.",
    {"return peak": "return (weights * regions).sum(axis=1).mean()"},
)

peak_and_fixed.mistake("The largest weight of all")(
    "You took one place for all looks. Each look has a largest weight of its own.",
    {"np.arange(len(weights)), weights.argmax(axis=1)": ":, weights.max(axis=0).argmax()"},
)

peak_and_fixed.mistake("Chance", {"regions.mean(axis=0).max()": "regions.mean()"})(
    "Your second number is the share of places in a region: what a look at random would find."
)

peak_and_fixed.mistake("The best place of each look")(
    "You chose a place for each look: that is always right. A fixed place is the same for all.",
    {"regions.mean(axis=0).max()": "regions.max(axis=1).mean()"},
)

peak_and_fixed.mistake("The place that is looked at most")(
    "Your fixed place is where the network looks most. The rival knows nothing of the network: it "
    "is the place that is right most often.",
    {"regions.mean(axis=0).max()": "regions[:, weights.mean(axis=0).argmax()].mean()"},
)

peak_and_fixed.mistake("Counts", {"mean": ("sum", 2)})(
    "You counted. Divide by the number of looks."
)

peak_and_fixed.mistake("The place with the largest mass")(
    "Your fixed place is the one with the most weight in the regions. Asked for is the one that is "
    "in the most regions, whatever the network looks at.",
    {"regions.mean(axis=0).max()": "regions[:, (weights * regions).sum(axis=0).argmax()].mean()"},
)

peak_and_fixed.mistake(
    "The best look", {"regions.mean(axis=0).max()": "regions.mean(axis=1).max()"}
)(
    "Your second number goes over the places of each look. A fixed place is a column: take the "
    "mean over the looks."
)
