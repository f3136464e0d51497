"""The windows of a sequence."""

import numpy as np

from rnncourse.grading.writing import question


@question("01-windows", number=2, level="apply", points=2, returns="windows")
def windows(xs, k):
    """Windows."""
    T, B, D = xs.shape
    padded = np.concatenate([np.zeros((k - 1, B, D)), xs])
    return np.concatenate([padded[i : i + T] for i in range(k)], axis=2)


@windows.inputs
def _sequences(rng):
    yield np.array([5.0, 6.0, 7.0]).reshape(3, 1, 1), 2
    yield rng.normal(size=(4, 2, 3)), 1
    yield rng.normal(size=(5, 2, 2)), 3
    yield rng.normal(size=(3, 3, 2)), 4
    yield rng.normal(size=(2, 1, 1)), 5
    yield rng.normal(size=rng.integers((20, 2, 2), (40, 6, 6))), int(rng.integers(100, 200))


def _shifted(xs, lag):
    """Return what stands `lag` steps back at each step, or ahead if lag < 0; 0 outside."""
    T = len(xs)
    lag = int(np.clip(lag, -T, T))
    nothing = np.zeros_like(xs[: abs(lag)])
    if lag >= 0:
        return np.concatenate([nothing, xs[: T - lag]])
    return np.concatenate([xs[-lag:], nothing])


def _side_by_side(lags, shifted=_shifted):
    """Make a wrong answer: steps at other lags, or shifted by another rule."""
    return lambda xs, k: np.concatenate([shifted(xs, lag) for lag in lags(k)], axis=2)


def _oldest_first(k):
    return range(k - 1, -1, -1)


windows.mistake("A window that begins at its step", _side_by_side(lambda k: range(0, -k, -1)))(
    "Your windows look ahead: each begins at its step and reads what comes after it. A network "
    "that reads along does not know that yet."
)

windows.mistake("The step in the middle", _side_by_side(lambda k: range(k // 2, k // 2 - k, -1)))(
    "Your windows have their step in the middle, so half of each lies in the future. Here a "
    "window ends with its step."
)

windows.mistake("The newest first", _side_by_side(range))(
    "Your windows hold the right steps in reverse. Which one stands in front: the oldest or the "
    "newest?"
)

windows.mistake("The step itself left out", _side_by_side(lambda k: range(k, 0, -1)))(
    "Your windows end one step early: they hold the k steps before a step, without the step itself."
)

windows.mistake("No padding", lambda xs, k: windows(xs, k)[k - 1 :])(
    "You kept the windows that need no padding, and the first steps have none. There is one for "
    "every step."
)

windows.mistake("Around the end")(
    "The last steps of your sequence stand in front of the first: `np.roll` goes round in a ring, "
    "and so does an index below 0.",
    _side_by_side(_oldest_first, lambda xs, lag: np.roll(xs, lag, axis=0)),
)

windows.mistake("The first step repeated")(
    "You filled up with copies of the first step. What does the question put in front?",
    _side_by_side(_oldest_first, lambda xs, lag: xs[np.maximum(np.arange(len(xs)) - lag, 0)]),
)


@windows.mistake("Feature by feature")
def _by_feature(xs, k):
    """Your windows hold the right numbers in another order: one feature at all steps, then the
    next. Here all features of a step stand together."""
    windows = np.stack([_shifted(xs, lag) for lag in _oldest_first(k)], axis=3)
    return windows.reshape(*xs.shape[:2], -1)


windows.mistake("Windows along the batch")(
    "Your windows run along the batch: each mixes different sequences. Which axis is time?",
    lambda xs, k: np.swapaxes(windows(np.swapaxes(xs, 0, 1), k), 0, 1),
)

windows.mistake("Batch first", lambda xs, k: np.swapaxes(windows(xs, k), 0, 1))(
    "Your windows are right, and their first axis is the batch. In the course time comes first."
)

windows.mistake("One step too many", lambda xs, k: windows(xs, k + 1))(
    "Your windows hold one step too many: the step itself is one of the k."
)

windows.mistake("The steps added up", lambda xs, k: sum(_shifted(xs, lag) for lag in range(k)))(
    "You added up the steps of a window. Then nobody can tell them apart: they belong side by side."
)
