"""Reversing sequences within their own lengths: padding stays at the end."""

import numpy as np

from rnncourse.grading.writing import question


@question("09-reverse", 1, "Turned around, padding stays", "recall", returns="reversed_xs")
def reverse_padded(xs, lengths):
    """Return each sequence reversed within its own length, in xs's shape."""
    reversed_xs = np.array(xs)
    for b, n in enumerate(lengths):
        reversed_xs[:n, b] = xs[:n, b][::-1]
    return reversed_xs


@reverse_padded.inputs
def _sample_inputs(rng):
    yield np.array([[1.0, 4.0], [2.0, 5.0], [3.0, 0.0]])[..., None], np.array([3, 2])
    sizes = rng.integers((13, 3, 3), (20, 12, 12))
    for T, B, D, pad in ((4, 3, 2, 0), (5, 2, 3, 0), (3, 4, 1, 0), (6, 3, 2, -1), (*sizes, -1)):
        lengths = rng.integers(1, T, B)
        lengths[0] = T
        is_real = np.arange(T)[:, None] < lengths
        yield np.where(is_real[..., None], rng.normal(0, 1.5, (T, B, D)), pad), lengths


@reverse_padded.property("turned twice, all is as it was")
def _undoes_itself(arguments, reversed_xs):
    """Turning is its own undoing."""
    xs, lengths = arguments
    return np.allclose(reverse_padded(reversed_xs, lengths), xs)


reverse_padded.mistake("Padding turned, too", lambda xs, lengths: xs[::-1])(
    "You turned the whole column, so that short sequences begin with padding. A direction that "
    "reads backward would read the padding first. Turn each within its own length."
)

reverse_padded.mistake("The batch turned", lambda xs, lengths: xs[:, ::-1])(
    "You turned the order of the sequences. Time is the first axis, the batch the second."
)

reverse_padded.mistake("The entries turned")(
    "You turned the entries of each vector. It is the steps that change places.",
    lambda xs, lengths: xs[..., ::-1] if xs.shape[2] > 1 else xs,
    lambda xs, lengths: xs,
)

reverse_padded.mistake("All by the first length")(
    "You turned all sequences within the length of one of them. Each has its own.",
    lambda xs, lengths: np.concatenate([xs[: lengths.min()][::-1], xs[lengths.min() :]]),
)

reverse_padded.mistake("Padding set to 0")(
    "You set padding to 0. It stays as it is, whatever stands there.",
    lambda xs, lengths: np.where(
        (np.arange(len(xs))[:, None] < lengths)[..., None], reverse_padded(xs, lengths), 0
    ),
)

reverse_padded.mistake("One step too far", lambda xs, lengths: reverse_padded(xs, lengths + 1))(
    "You took one step of padding along. The last real step stands at `lengths - 1`."
)


@reverse_padded.mistake("Steps and entries turned")
def _turn_steps_and_entries(xs, lengths):
    """You turned the entries of each vector as well. `np.flip` without an axis turns all of them:
    say `axis=0`."""
    return reverse_padded(xs, lengths)[..., ::-1]


def _stop_before_first_step(xs, lengths):
    reversed_xs = np.array(xs)
    for b, n in enumerate(lengths):
        reversed_xs[: n - 1, b] = xs[n - 1 : 0 : -1, b]
    return reversed_xs


reverse_padded.mistake("One step too few")(
    "You left out a real step. `[:n]` has the steps 0 to n - 1, all of them; `[n - 1:0:-1]` ends "
    "before step 0.",
    lambda xs, lengths: reverse_padded(xs, lengths - 1),
    _stop_before_first_step,
)


@reverse_padded.mistake("Overwritten before it was read")
def _turn_in_one_array(xs, lengths):
    """You read from the array that you write to: behind the middle it holds what you have
    written. Read from `xs`."""
    turned = np.array(xs)
    for b, n in enumerate(lengths):
        for t in range(n):
            turned[t, b] = turned[n - 1 - t, b]
    return turned
