"""The windows of a sequence."""

import numpy as np

from rnncourse.grading.writing import question


@question("01-windows", 2, "Windows", "apply", returns="windows")
def windows(xs, k):
    """Return the last k inputs of every step, side by side, `(T, B, k D)`."""
    T, B, D = xs.shape
    padded_xs = np.concatenate([np.zeros((k - 1, B, D)), xs])
    return np.concatenate([padded_xs[i : i + T] for i in range(k)], axis=2)


@windows.inputs
def _sample_inputs(rng):
    yield np.array([5.0, 6.0, 7.0]).reshape(3, 1, 1), 2
    yield rng.normal(size=(4, 2, 3)), 1
    yield rng.normal(size=(5, 2, 2)), 3
    yield rng.normal(size=(3, 3, 2)), 4
    yield rng.normal(size=(2, 1, 1)), 5
    yield rng.normal(size=rng.integers((20, 2, 2), (40, 6, 6))), int(rng.integers(100, 200))


windows.mistake("A window that begins at its step")(
    "Your windows look ahead: each begins at its step and reads what comes after it. A network "
    "that reads along does not know that yet.",
    {"np.zeros((k - 1, B, D)), xs": "xs, np.zeros((k - 1, B, D))"},
)

windows.mistake("The step in the middle")(
    "Your windows have their step in the middle, so half of each lies in the future. Here a "
    "window ends with its step.",
    {"k - 1, B, D)), xs": "k // 2, B, D)), xs, np.zeros((k, B, D))"},
)

windows.mistake("The newest first", {"range(k)": "reversed(range(k))"})(
    "Your windows hold the right steps in reverse. Which one stands in front: the oldest or the "
    "newest?"
)

windows.mistake("The step itself left out", {"k - 1": "k"})(
    "Your windows end one step early: they hold the k steps before a step, without the step itself."
)

windows.mistake("No padding", lambda xs, k: windows(xs, k)[k - 1 :])(
    "You kept the windows that need no padding, and the first steps have none. There is one for "
    "every step."
)

windows.mistake("Around the end")(
    "The last steps of your sequence stand in front of the first: `np.roll` goes round in a ring, "
    "and so does an index below 0.",
    {"np.concatenate([np.zeros((k - 1, B, D)), xs])": "xs[np.arange(1 - k, T) % T]"},
)

windows.mistake("The first step repeated")(
    "You filled up with copies of the first step. What does the question put in front?",
    {"np.concatenate([np.zeros((k - 1, B, D)), xs])": "xs[np.arange(1 - k, T).clip(0)]"},
)

windows.mistake("Feature by feature")(
    "Your windows hold the right numbers in another order: one feature at all steps, then the "
    "next. Here all features of a step stand together.",
    {"np.concatenate([padded_xs": "np.stack([padded_xs", "axis=2)": "axis=3).reshape(T, B, -1)"},
)

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

windows.mistake(
    "The steps added up", {"np.concatenate([padded_xs": "sum([padded_xs", ", axis=2": ""}
)("You added up the steps of a window. Then nobody can tell them apart: they belong side by side.")

windows.mistake("Zeros where a window is not full")(
    "Where a window begins before the sequence, all of it is zero. Only its missing steps are: it "
    "still holds those that have come.",
    lambda xs, k: windows(xs, k) * (np.arange(len(xs)) >= k - 1)[:, None, None],
)


@windows.mistake("Filled up behind")
def _fill_up_behind(xs, k):
    """Where a window begins before the sequence, you filled it up behind its last step. The missing
    steps come first, and so do their zeros."""
    T, B, D = xs.shape
    filled = np.zeros((T, B, k * D))
    for t in range(T):
        window = np.concatenate(xs[max(0, t - k + 1) : t + 1], axis=1)
        filled[t, :, : window.shape[1]] = window
    return filled


@windows.mistake("The batch in the place of the steps")
def _reshape_without_moving_axes(xs, k):
    """A `reshape` of `(k, B, D)` to `(B, k * D)` mixes the sequences: it keeps the order of the
    numbers in memory. Move the batch to the front before."""
    T, B, D = xs.shape
    padded_xs = np.concatenate([np.zeros((k - 1, B, D)), xs])
    return np.array([padded_xs[t : t + k].reshape(B, k * D) for t in range(T)])
