"""How far back a stack of windows looks."""

import numpy as np

from rnncourse.grading.writing import question


@question("01-reach", 7, "How far back?", "build", returns="reach seen")
def seen_lags(widths, dilations):
    """Return the largest lag that is seen, and which are, an array with a place for each lag."""
    path_counts = np.ones(1)
    for k, d in np.transpose([widths, dilations]):
        taps = np.zeros((k - 1) * d + 1)
        taps[::d] = True
        path_counts = np.convolve(path_counts, taps)
    return len(path_counts) - 1, path_counts > 0


@seen_lags.inputs
def _sample_inputs(rng):
    yield np.array([2, 2]), np.array([1, 3])
    yield np.array([3]), np.array([2])
    yield np.array([1]), np.array([4])
    yield np.array([3, 3]), np.array([1, 1])
    yield rng.permutation([2, 3, 2]), np.array([3, 3, 64])
    yield np.full(4, 2), rng.permutation([1, 2, 4, 8])
    yield rng.permutation([2, 3, 4, 5]), rng.permutation([2, 3, 6, 6])
    stack = rng.integers(2, 4, size=5), rng.integers(1, 6, size=5)
    for k, d in (stack, ([3] * 10, [1] + [2] * 9)):  # 3 ** 10 ways, a single one to lag 1
        layers = np.ones((2, rng.integers(len(d) + 1, 40)), int)
        layers[:, : len(d)] = k, d
        yield tuple(rng.permutation(layers, axis=1))


seen_lags.property(
    "the step itself is seen: every layer reads it",
    predicate=lambda _, reach, seen: np.all(seen[:1] > 0),
)


@seen_lags.property("the largest lag is seen")
def _sees_largest_lag(arguments, reach, seen):
    """It is the one at which every layer goes back as far as it can."""
    return np.all(seen[-1:] > 0)


def _make_joining_answer(combine):
    """Make a wrong answer: from the lags that each layer reads to those of the whole stack."""

    def answer(widths, dilations):
        pairs = np.transpose([widths, dilations]).tolist()
        offsets = combine([range(0, (k - 1) * d + 1, d) for k, d in pairs])
        return max(offsets), np.isin(np.arange(max(offsets) + 1), [*offsets])

    return answer


seen_lags.mistake("A layer goes back by its width", {"(k - 1)": "k"})(
    "Each layer of yours goes back one tap too far. One of its k taps is the step itself."
)

seen_lags.mistake("Dilation forgotten", {"(k - 1) * d + 1": "k", "::d": ":"})(
    "The taps of your layers are always neighbors. How many steps lie between two of them?"
)

seen_lags.mistake("Dilation taken for a gap", {"dilations])": "dilations + 1])"})(
    "Your taps lie too far apart: you skip as many steps as the dilation says. With a dilation of "
    "1 they are neighbors."
)

seen_lags.mistake("Dilation taken for a stride", {"dilations])": "np.cumprod(dilations)])"})(
    "You multiply the dilations of the layers, as the strides of a network that gets coarser are. "
    "Here every layer has a value at every step, and its dilation counts steps."
)

seen_lags.mistake("The step in the middle", {"(k - 1)": "(k - 1) // 2"})(
    "Your layers go back half their width, as if the step stood in the middle. Here it stands at "
    "the end."
)

seen_lags.mistake("The last layer alone", {"np.convolve(path_counts, taps)": "taps"})(
    "This is what the last layer reads of the layer below it. And what does that one know?"
)

seen_lags.mistake("The first layer alone")(
    "This is what the first layer reads. Each further layer reads it at several steps.",
    {"np.transpose([widths, dilations])": "[(widths[0], dilations[0])]"},
)

seen_lags.mistake(
    "The layers side by side", _make_joining_answer(lambda layers: set().union(*layers))
)(
    "You put the lags of the layers together, as if each of them read the input. In a stack a "
    "layer goes back from where the layer above it has gone already."
)

seen_lags.mistake("The widths multiplied")(
    "You multiply the widths. From layer to layer, what has been gone back is added.",
    lambda widths, dilations: (np.prod(widths) - 1, np.ones(np.prod(widths))),
)

seen_lags.mistake("Gaps overlooked", {"path_counts > 0": "np.ones(len(path_counts))"})(
    "Your reach is right, but not every lag up to it is seen. Look at a single layer with a large "
    "dilation."
)

seen_lags.mistake("All layers with one tap")(
    "You let all layers take the same tap: all the first, all the second. Each layer takes any of "
    "its taps, whatever the others take.",
    _make_joining_answer(
        lambda layers: {
            sum(lags[min(i, len(lags) - 1)] for lags in layers)
            for i in range(max(map(len, layers)))
        }
    ),
)

seen_lags.mistake("Steps counted, not lags", {"len(path_counts) - 1": "len(path_counts)"})(
    "Your reach is one too large: it counts the step itself. The step itself lies 0 steps back."
)

seen_lags.mistake("How often, not whether", {"path_counts > 0": "path_counts"})(
    "You count the paths from each lag to the answer. Asked for is only whether there is one: True "
    "or False."
)

seen_lags.mistake("The widths added up")(
    "You added up the widths. A layer with a width of k goes back k - 1 of its own dilations: one "
    "of its k taps is the step itself.",
    lambda widths, dilations: (np.sum(widths) - 1, np.ones(np.sum(widths))),
    lambda widths, dilations: (np.sum(widths), np.ones(np.sum(widths) + 1)),
)

seen_lags.mistake("The lags themselves", {"path_counts > 0": "np.flatnonzero(path_counts)"})(
    "You listed the lags that are seen. Asked for is a place for every lag from 0 to `reach`, True "
    "where it is seen."
)
