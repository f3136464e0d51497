"""Rotary positions: every pair of numbers is turned by its place."""

import numpy as np

from rnncourse.grading.writing import question


@question("14-turn", number=3, level="apply", points=2, returns="turned")
def apply_rotary(x, first):
    """A place as a turn."""
    T, D = x.shape
    t = first + np.arange(T)[:, None]
    w = t / 10000 ** (np.arange(0, D, 2) / D)
    z = (x[:, 0::2] + 1j * x[:, 1::2]) * np.exp(1j * w)
    return np.stack([z.real, z.imag], axis=2).reshape(T, D)


@apply_rotary.inputs
def _(rng):
    yield np.ones((3, 2)), 0
    yield np.array([[1.0, 0.0, 1.0, 0.0], [0.0, 1.0, 0.0, 1.0]]), 5
    drawn = (rng.integers((13, 2, 2), (20, 9, 9)) * (1, 2, 3)).tolist()
    for T, D, first in ((1, 4, 3), (3, 4, 0), (4, 6, 7), (2, 8, 30), (5, 2, 2), drawn):
        yield rng.normal(size=(T, D)), first


@apply_rotary.truth("lengths stay")
def _(arguments, rotated):
    """A turn does not make a vector longer."""
    return np.allclose(np.linalg.norm(rotated, axis=1), np.linalg.norm(arguments[0], axis=1))


def _neighbors(x):
    return x[:, 0::2], x[:, 1::2]


def _right(t, first, i, D):
    return (first + t) / 10000 ** (2 * i / D)


def _with(angle=_right, sign=1.0, cut=_neighbors, put=lambda *pair: np.stack(pair, axis=2)):
    """Make a wrong answer with other angles, turned the other way, or of other pairs."""

    def answer(x, first):
        T, D = x.shape
        w = angle(np.arange(T)[:, None], first, np.arange(D // 2), D)
        a, b = cut(x)
        both = a * np.cos(w) - sign * b * np.sin(w), sign * a * np.sin(w) + b * np.cos(w)
        return put(*both).reshape(T, D)

    return answer


apply_rotary.mistake("Places from 0", _with(lambda t, first, i, D: t / 10000 ** (2 * i / D)))(
    "Your places begin at 0. With a cache, the symbols of a call are not the first ones."
)

apply_rotary.mistake("Places from 1")(
    "Your places are one too large: the first symbol of a text has place 0.",
    _with(lambda t, first, i, D: (first + t + 1) / 10000 ** (2 * i / D)),
)

apply_rotary.mistake("All pairs alike", _with(lambda t, first, i, D: (first + t) + 0.0 * i))(
    "You turned all pairs by the same angle. Slow pairs tell far places apart."
)

apply_rotary.mistake("The exponent without its 2")(
    "The i-th pair has the exponent 2i / D, so that the slowest one has nearly 1.",
    _with(lambda t, first, i, D: (first + t) / 10000 ** (i / D)),
)

apply_rotary.mistake("The other way", _with(sign=-1.0))(
    "You turned clockwise. Products of queries and keys would be the same; the convention is not."
)

apply_rotary.mistake("Pairs from the two halves")(
    "You paired the first half with the second. A pair are neighbors here.",
    _with(cut=lambda x: np.split(x, 2, axis=1), put=lambda *pair: np.hstack(pair)),
)


@apply_rotary.mistake("Added")
def _(x, first):
    """You added sines and cosines. That is another way; here vectors are turned."""
    T, D = x.shape
    w = _right(np.arange(T)[:, None], first, np.arange(D // 2), D)
    return x + np.stack([np.cos(w), np.sin(w)], axis=2).reshape(T, D)


apply_rotary.mistake("One place for all")(
    "All your rows stand at the first place. The next row has the next place.",
    _with(lambda t, first, i, D: (first + 0 * t) / 10000 ** (2 * i / D)),
)

apply_rotary.mistake("In degrees")(
    "You took the angles for degrees. They are radians, as `np.cos` takes them.",
    _with(lambda t, first, i, D: np.deg2rad(_right(t, first, i, D))),
)

apply_rotary.mistake("The 2 twice")(
    "The exponent is 2i / D, with i = 0, 1, 2: your steps of 2 are multiplied by 2 once more.",
    _with(lambda t, first, i, D: (first + t) / 10000 ** (4 * i / D)),
)

apply_rotary.mistake("Faster and faster")(
    "You multiplied by 10000 ** (2i / D). Later pairs turn more slowly: divide.",
    _with(lambda t, first, i, D: (first + t) * 10000.0 ** (2 * i / D)),
)

apply_rotary.mistake("Joined as two halves", _with(put=lambda *pair: np.hstack(pair)))(
    "You took neighbors, and put them back as two halves. The turned pair stands where it was."
)


@apply_rotary.mistake("Written over too early")
def _(x, first):
    """You wrote the new a over the old one, and computed the new b from it. Keep the old a."""
    T, D = x.shape
    w = _right(np.arange(T)[:, None], first, np.arange(D // 2), D)
    a, b = x[:, 0::2], x[:, 1::2]
    new = a * np.cos(w) - b * np.sin(w)
    return np.stack([new, new * np.sin(w) + b * np.cos(w)], axis=2).reshape(T, D)
