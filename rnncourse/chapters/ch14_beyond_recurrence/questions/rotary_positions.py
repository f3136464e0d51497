"""Rotary positions: every pair of numbers is turned by its place."""

import numpy as np

from rnncourse.grading.writing import question


@question("14-rotate", 3, "A place as a turn", "apply", returns="rotated")
def apply_rotary(x, first):
    """Return x, `(T, D)`, with each pair of numbers rotated by its position."""
    T, D = x.shape
    t = first + np.arange(T)[:, None]
    angles = t / 10000 ** (np.arange(0, D, 2) / D)
    z = (x[:, 0::2] + 1j * x[:, 1::2]) * np.exp(1j * angles)
    return np.stack([z.real, z.imag], axis=2).reshape(T, D)


@apply_rotary.inputs
def _sample_inputs(rng):
    yield np.ones((3, 2)), 0
    yield np.array([[1.0, 0.0, 1.0, 0.0], [0.0, 1.0, 0.0, 1.0]]), 5
    sizes = (rng.integers((13, 2, 2), (20, 9, 9)) * (1, 2, 3)).tolist()
    for T, D, first in ((1, 4, 3), (3, 4, 0), (4, 6, 7), (2, 8, 30), (5, 2, 2), sizes):
        yield rng.normal(size=(T, D)), first


@apply_rotary.property("lengths stay")
def _keeps_lengths(arguments, rotated):
    """A turn does not make a vector longer."""
    return np.allclose(np.linalg.norm(rotated, axis=1), np.linalg.norm(arguments[0], axis=1))


apply_rotary.mistake("Places from 0", {"first + ": ""})(
    "Your places begin at 0. With a cache, the symbols of a call are not the first ones."
)

apply_rotary.mistake("Places from 1", {"first + ": "first + 1 + "})(
    "Your places are one too large: the first symbol of a text has place 0."
)

apply_rotary.mistake("All pairs alike", {" / 10000 ** (np.arange(0, D, 2) / D)": ""})(
    "You turned all pairs by the same angle. Slow pairs tell far places apart."
)

apply_rotary.mistake("The exponent without its 2", {"0, D, 2": "D // 2"})(
    "The i-th pair has the exponent 2i / D, so that the slowest one has nearly 1."
)

apply_rotary.mistake("The other way", {"1j * angles": "-1j * angles"})(
    "You turned clockwise. Products of queries and keys would be the same; the convention is not."
)

apply_rotary.mistake("Pairs from the two halves")(
    "You paired the first half with the second. A pair are neighbors here.",
    {
        "0::2": ": D // 2",
        "1::2": "D // 2 :",
        "np.stack([z.real, z.imag], axis=2)": "np.hstack([z.real, z.imag])",
    },
)

apply_rotary.mistake("Added")(
    "You added sines and cosines. That is another way; here vectors are turned.",
    {"(x[:, 0::2] + 1j * x[:, 1::2]) *": "x[:, 0::2] + 1j * x[:, 1::2] +"},
)

apply_rotary.mistake("One place for all", {"np.arange(T)": "np.zeros(T)"})(
    "All your rows stand at the first place. The next row has the next place."
)

apply_rotary.mistake("In degrees", {"1j * angles": "1j * np.deg2rad(angles)"})(
    "You took the angles for degrees. They are radians, as `np.cos` takes them."
)

apply_rotary.mistake("The 2 twice", {"/ D)": "/ D * 2)"})(
    "The exponent is 2i / D, with i = 0, 1, 2: your steps of 2 are multiplied by 2 once more."
)

apply_rotary.mistake("Faster and faster", {"t / 10000": "t * 10000.0"})(
    "You multiplied by 10000 ** (2i / D). Later pairs turn more slowly: divide."
)

apply_rotary.mistake("Joined as two halves")(
    "You took neighbors, and put them back as two halves. The turned pair stands where it was.",
    {"np.stack([z.real, z.imag], axis=2)": "np.hstack([z.real, z.imag])"},
)

apply_rotary.mistake("Written over too early")(
    "You wrote the new a over the old one, and computed the new b from it. Keep the old a.",
    {"z.imag]": "z.real * np.sin(angles) + x[:, 1::2] * np.cos(angles)]"},
)

apply_rotary.mistake("The pairs counted from 1", {"np.arange(0, D, 2)": "np.arange(2, D + 2, 2)"})(
    "Your first pair has i = 1. It has i = 0, and turns by the whole place."
)

apply_rotary.mistake("The two of a pair exchanged", {"[z.real, z.imag]": "[z.imag, z.real]"})(
    "The two numbers of your pairs are exchanged: a cos w − b sin w comes first."
)


@apply_rotary.mistake("No minus")
def _add_both(x, first):
    """You added where a sine is taken away: the first number is a cos w − b sin w. As it is, no
    vector keeps its length."""
    turned = apply_rotary(x, first)
    turned[:, ::2] = 2 * x[:, ::2] * apply_rotary(_mark_first(x), first)[:, ::2] - turned[:, ::2]
    return turned


def _mark_first(x):
    marked = np.zeros_like(x)
    marked[:, ::2] = 1
    return marked
