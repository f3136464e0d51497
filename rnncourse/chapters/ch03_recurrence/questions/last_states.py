"""The state at the last real step of sequences that have been padded."""

import numpy as np

from rnncourse.grading.writing import question


@question("03-last", 5, "The last real state", "apply", returns="h")
def last_states(hs, mask):
    """Return the state of each text at its last real token, `(B, H)`."""
    n_padding = mask[::-1].argmax(axis=0)
    return hs[::-1][n_padding, np.arange(mask.shape[1])]


@last_states.inputs
def _sample_inputs(rng):
    hs = np.array([[[1.0], [5.0]], [[2.0], [6.0]], [[3.0], [7.0]]])
    yield hs, np.array([[True, False], [True, True], [False, True]])
    yield _sample_batch(rng, 4, [(0, 3), (0, 1), (0, 2)])
    yield _sample_batch(rng, 4, [(0, 4), (0, 2)])
    yield _sample_batch(rng, 5, [(2, 5), (1, 4), (0, 5), (3, 4)])
    yield _sample_batch(rng, 3, [(0, 2), (1, 3), (0, 1)])
    yield _sample_batch(rng, 1, [(0, 1), (0, 1)])
    starts = rng.integers(4, size=rng.integers(5, 30))
    spans = np.stack([starts, starts + rng.integers(1, 5, size=len(starts))], axis=1)
    yield _sample_batch(rng, rng.integers(13, 20), spans)


def _sample_batch(rng, T, spans):
    """Draw states, and mark the steps from the first number of a span to before the second."""
    t = np.arange(T)[:, None]
    starts, stops = np.transpose(spans)
    return rng.normal(size=(T, len(spans), 3)), (starts <= t) & (t < stops)


def _make_answer(find_steps):
    """Make a wrong answer of a rule: from the mask to a step for every row."""
    return lambda hs, mask: hs[find_steps(mask), np.arange(hs.shape[1])]


def _find_last_steps(mask):
    return len(mask) - 1 - mask[::-1].argmax(axis=0)


last_states.mistake("The last step of the array", lambda hs, mask: hs[-1])(
    "You took the last step of the array. In a shorter sequence that is the state after its "
    "padding."
)

last_states.mistake("The mask as an index")(
    "`hs[mask]` puts the real states of all sequences into one list, step by step: no row of it "
    "says whose it is. Which step is the last one of each sequence?",
    lambda hs, mask: hs[mask],
    lambda hs, mask: hs[mask][-mask.shape[1] :],
)

last_states.mistake("A list step by step, cut by lengths")(
    "You cut `hs[mask]` by the lengths, as if one sequence stood behind the other. Time is the "
    "first axis: the list goes step by step. Turn both arrays round first.",
    lambda hs, mask: hs[mask][mask.sum(axis=0).cumsum() - 1],
)

last_states.mistake("The number of steps as an index", raises="IndexError")(
    "You used the number of real steps as an index, and came one step too far: Python counts from "
    "0.",
    _make_answer(lambda mask: mask.sum(axis=0)),
)

last_states.mistake(
    "The number of steps less one", _make_answer(lambda mask: mask.sum(axis=0) - 1)
)(
    "Right where the padding stands behind. With padding in front, the number of real steps does "
    "not say where they are."
)

last_states.mistake(
    "The step before the first padding", _make_answer(lambda mask: mask.argmin(axis=0) - 1)
)(
    "Right where the padding stands behind. You look for the first padding, and that may stand in "
    "front of the real steps."
)

last_states.mistake(
    "One step for the whole batch", _make_answer(lambda mask: mask.sum(axis=0).max() - 1)
)("You take one step for all sequences, that of the longest. Each has a last step of its own.")

last_states.mistake("The first real step", _make_answer(lambda mask: mask.argmax(axis=0)))(
    "You took the first real step. `argmax` stops at the first of several equal entries; where "
    "would it have to begin?"
)

last_states.mistake(
    "The state before the last step", _make_answer(lambda mask: _find_last_steps(mask) - 1)
)("You are one step early: the state before the last real step does not know the last token.")

last_states.mistake("The mean over the real steps")(
    "You took the mean over the real steps. That is a summary, too, but asked for is one state of "
    "each sequence.",
    lambda hs, mask: (hs * mask[:, :, None]).sum(axis=0) / mask.sum(axis=0)[:, None],
)

last_states.mistake("The padding set to 0", lambda hs, mask: (hs * mask[:, :, None])[-1])(
    "You set the states at padding to 0 and took the last step all the same. Where it is padding, "
    "nothing is left."
)

last_states.mistake("The mask read as batch by time", raises="IndexError")(
    "You looked for the last real entry along the batch, not along time. Which axis of `mask` is "
    "time?",
    _make_answer(lambda mask: _find_last_steps(mask.T)),
)

last_states.mistake("Every row at every row's step", lambda hs, mask: hs[_find_last_steps(mask)])(
    "Your steps are right, but you return all rows at each of them. Row b is needed at its own "
    "step only: two indices have to go together."
)

last_states.mistake("The place in the turned mask, not turned back")(
    "You looked for the last real token from the end, and took its distance from the end for its "
    "step. That is step `T - 1` less this number.",
    _make_answer(lambda mask: mask[::-1].argmax(axis=0)),
)
