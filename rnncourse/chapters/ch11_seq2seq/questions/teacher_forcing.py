"""The inputs of a decoder under teacher forcing."""

import numpy as np

from rnncourse.grading.writing import question


@question("11-shifted", 1, "The decoder's inputs under teacher forcing", "recall", returns="inputs")
def shift_right(target, start):
    """Return what the decoder reads before each step, in target's shape."""
    return np.concatenate([np.full_like(target[:1], start), target[:-1]])


@shift_right.inputs
def _sample_inputs(rng):
    yield np.array([[3], [4], [2]]), 1
    yield np.array([[5, 3], [6, 2], [2, 0], [0, 0]]), 1
    yield np.array([[2, 2, 2]]), 7
    yield rng.integers(3, 30, (7, 4)), 1
    yield rng.integers(3, 30, (4, 6)), 2
    yield rng.integers(3, 30, rng.integers((13, 2), 30)), 1


@shift_right.property("before its first symbol the decoder reads `start`")
def _begins_with_start(arguments, inputs):
    """The first row stands before the first symbol of each target."""
    return np.array_equal(inputs[0], np.full(len(inputs[0]), arguments[1]))


shift_right.mistake("The answer itself", lambda target, start: target)(
    "You feed the decoder the symbol that it is to predict. It would learn to copy its input, and "
    "free-running it has nothing to copy."
)

shift_right.mistake("One row too many")(
    "You put `start` in front and kept all the rest. After the last symbol nothing is predicted, "
    "so the last symbol is never an input.",
    lambda target, start: np.concatenate([np.full_like(target[:1], start), target]),
)

shift_right.mistake("Moved the wrong way")(
    "You moved the target up: the decoder reads the symbol after the one it is to predict.",
    lambda target, start: np.concatenate([target[1:], np.full_like(target[:1], start)]),
)

shift_right.mistake("Rolled around", lambda target, start: np.roll(target, 1, axis=0))(
    "The first row is the last one of the target. `np.roll` brings what falls off at the end back "
    "in front; there `start` belongs."
)

shift_right.mistake("Nothing in front", lambda target, start: target[:-1])(
    "You left out the last symbol, and put nothing in front: the first symbol would be predicted "
    "from itself."
)

shift_right.mistake("The start in the place of the first symbol")(
    "You wrote `start` over the first symbol. Nothing may be written over: the first symbol is "
    "the input before the second.",
    lambda target, start: np.concatenate([np.full_like(target[:1], start), target[1:]]),
)


@shift_right.mistake("Along the batch")
def _shift_along_batch(target, start):
    """You moved the texts of the batch, not the steps. Time is the first axis."""
    return np.concatenate([np.full_like(target[:, :1], start), target[:, :-1]], axis=1)


shift_right.mistake("The first symbol twice")(
    "Before the first symbol you feed the first symbol. The decoder must not know it yet.",
    lambda target, start: np.concatenate([target[:1], target[:-1]]),
)

shift_right.mistake("Zero in front")(
    "You put 0 in front. What stands before the first symbol is `start`.",
    lambda target, start: np.concatenate([np.zeros_like(target[:1]), target[:-1]]),
)


@shift_right.mistake("Rolled through the batch")
def _roll_flattened(target, start):
    """You moved all numbers on by one place, through the batch. `np.roll` without an axis takes
    the array as one line; and what falls off at its end comes back in front."""
    return np.roll(target, 1)


@shift_right.mistake("Rolled through the batch, with the start in front")
def _roll_flattened_behind_start(target, start):
    """You moved all numbers on by one place, through the batch: `np.roll` without an axis takes
    the array as one line. Time is axis 0."""
    inputs = np.roll(target, 1)
    inputs[0] = start
    return inputs
