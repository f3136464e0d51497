"""One vector for a whole sequence: where each direction has read everything."""

import numpy as np

from rnncourse.grading.writing import question


@question("09-ends", 3, "Where each direction ends", "apply", returns="summary")
def summarize(output, lengths):
    """Return the two states of each sequence that have read all of it, `(B, 2 H)`."""
    H = output.shape[2] // 2
    columns = np.arange(len(lengths))
    return np.concatenate([output[lengths - 1, columns, :H], output[0, :, H:]], axis=1)


@summarize.inputs
def _sample_inputs(rng):
    yield np.arange(12.0).reshape(3, 1, 4), np.array([2])
    sizes = rng.integers((13, 3, 3), (20, 12, 12))
    for T, B, H in ((4, 3, 2), (5, 2, 3), (3, 4, 1), (6, 3, 2), sizes):
        lengths = rng.integers(1, T, B)
        lengths[0], lengths[-1] = 1, T
        yield rng.normal(0, 1.5, (T, B, 2 * H)), lengths


def _join_halves(forward, backward):
    H = forward.shape[1] // 2
    return np.concatenate([forward[:, :H], backward[:, H:]], axis=1)


def _take_last_outputs(output, lengths):
    return np.array([output[n - 1, b] for b, n in enumerate(lengths)])


summarize.mistake("`output[-1]`", lambda output, lengths: output[-1])(
    "You took the last step for both. The backward direction starts there: it has read one step, "
    "or padding."
)

summarize.mistake("The last real step for both", _take_last_outputs)(
    "At the last real step the backward direction has read one symbol. It has read all of them at "
    "the first step."
)

summarize.mistake("The first step for both", lambda output, lengths: output[0])(
    "At the first step the forward direction has read one symbol."
)

summarize.mistake("The halves exchanged")(
    "You took the backward state at the last step and the forward one at the first: each where it "
    "has read least.",
    lambda output, lengths: _join_halves(output[0], _take_last_outputs(output, lengths)),
)

summarize.mistake("The forward state behind the padding")(
    "Your forward state is that of the last row, which is padding for short sequences.",
    lambda output, lengths: _join_halves(output[-1], output[0]),
)

summarize.mistake("One step off")(
    "The last real step stands at `lengths - 1`.",
    lambda output, lengths: _join_halves(
        np.array([output[n - 2, b] for b, n in enumerate(lengths)]), output[0]
    ),
)

summarize.mistake("The mean of all steps", lambda output, lengths: output.mean(axis=0))(
    "You took a mean. Asked for are the two states that have read everything."
)

summarize.mistake("The length as an index", raises="IndexError")(
    "You used the length as an index, and came one step too far. Places count from 0: the last "
    "real step stands at `lengths - 1`.",
    lambda output, lengths: _join_halves(output[lengths, np.arange(len(lengths))], output[0]),
)
