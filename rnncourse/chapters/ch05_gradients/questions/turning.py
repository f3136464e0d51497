"""Clipping by value, and how far it turns a gradient."""

import numpy as np

from rnncourse.grading.questions import Close
from rnncourse.grading.writing import question


@question("05-value", number=3, level="apply", points=2, returns="clipped cosine")
def clip_by_value(dW, threshold):
    """Clipping by value, and how far it turns."""
    clipped = np.clip(dW, -threshold, threshold)
    lengths = np.sqrt(np.sum(dW**2) * np.sum(clipped**2))
    return clipped, np.sum(dW * clipped) / lengths


@clip_by_value.inputs
def _(rng):
    yield np.array([[4.0, -3.0]]), 1.0
    yield np.array([[0.3, -0.4], [0.0, 0.1]]), 1.0
    yield np.array([[-4.0, 0.3], [0.4, 0.0]]), 0.5
    yield rng.normal(size=(3, 4)), 0.5
    yield 20 * rng.normal(size=(4, 2)) ** 3, 1.5
    yield -rng.uniform(1, 3, size=(2, 3)), 2.0
    yield rng.normal(size=rng.integers((13, 2), 30)), 0.75


@clip_by_value.truth("no entry is larger than the threshold, above or below zero")
def _(arguments, clipped, cosine):
    """Large negative entries are clipped, too."""
    return np.all(np.abs(clipped) <= arguments[1] * (1 + 1e-6))


@clip_by_value.truth("entries within the threshold stay as they are")
def _(arguments, clipped, cosine):
    """Clipping by value looks at one entry at a time, and changes only those that are too large."""
    dW, most = arguments
    inside = np.abs(dW) <= most
    return Close().agree(clipped[inside], dW[inside])


@clip_by_value.truth("a cosine lies between -1 and 1, and here it is positive")
def _(arguments, clipped, cosine):
    """Divide by both lengths. No entry changes its sign, so the gradient turns by less than 90
    degrees."""
    return 0 < cosine <= 1 + 1e-6


@clip_by_value.truth("where nothing is clipped, the cosine is 1")
def _(arguments, clipped, cosine):
    """A vector and itself have the same direction."""
    return np.max(np.abs(arguments[0])) > arguments[1] or np.isclose(cosine, 1)


def _length(array):
    return np.sqrt(np.sum(array**2))


def _cosine(a, b):
    return np.sum(a * b) / (_length(a) * _length(b))


def _clipped(rule):
    """Make a wrong answer of another way to clip; its cosine is right."""

    def answer(dW, threshold):
        clipped = rule(dW, threshold)
        return clipped, _cosine(dW, clipped)

    return answer


def _told(measure):
    """Make a wrong answer of another number for the cosine; the clipping is right."""

    def answer(dW, threshold):
        clipped = np.clip(dW, -threshold, threshold)
        return clipped, measure(dW, clipped)

    return answer


clip_by_value.mistake("Clipped above only", _clipped(np.minimum))(
    "You cut large positive entries only. A large negative entry pulls as hard."
)

clip_by_value.mistake("The sign lost")(
    "You clipped the absolute values, and the signs are lost.",
    _clipped(lambda dW, most: np.minimum(np.abs(dW), most)),
    _clipped(lambda dW, most: np.clip(dW, 0, most)),
)

clip_by_value.mistake("Clipped by norm")(
    "You multiplied the whole gradient by one factor: that is clipping by norm, and it turns "
    "nothing. By value, each entry is cut by itself.",
    _clipped(lambda dW, most: dW * min(1, most / _length(dW))),
    _clipped(lambda dW, most: dW * min(1, most / np.max(np.abs(dW)))),
    _clipped(lambda dW, most: dW * most / _length(dW)),
    _clipped(lambda dW, most: dW * most / np.max(np.abs(dW))),
)

clip_by_value.mistake("Large entries set to zero")(
    "You set large entries to 0. They are to be cut to the threshold, and keep their sign.",
    _clipped(lambda dW, most: np.where(np.abs(dW) <= most, dW, 0.0)),
)

clip_by_value.mistake("Only the sign left")(
    "You cut to 1, or keep the signs alone. Small entries stay, and large ones end at the "
    "threshold.",
    _clipped(lambda dW, most: np.clip(dW, -1, 1)),
    _clipped(lambda dW, most: most * np.sign(dW)),
    _clipped(lambda dW, most: np.sign(dW)),
    _clipped(lambda dW, most: np.where(np.abs(dW) > most, np.sign(dW), dW)),
)

clip_by_value.mistake("A product without lengths", _told(lambda dW, clipped: np.sum(dW * clipped)))(
    "Your clipping is right. In the place of the cosine you give the product of the two gradients: "
    "divide it by both lengths."
)

clip_by_value.mistake("Divided by one length only")(
    "Your clipping is right. For the cosine, the product has to be divided by the length of the "
    "one gradient and by that of the other.",
    _told(lambda dW, clipped: np.sum(dW * clipped) / np.sum(dW**2)),
    _told(lambda dW, clipped: np.sum(dW * clipped) / np.sum(clipped**2)),
    _told(lambda dW, clipped: np.sum(dW * clipped) / _length(dW)),
    _told(lambda dW, clipped: np.sum(dW * clipped) / _length(clipped)),
)

clip_by_value.mistake("Squared lengths")(
    "Your clipping is right. For the cosine you divide by the squares of the lengths: take the "
    "roots.",
    _told(lambda dW, clipped: np.sum(dW * clipped) / np.sum(dW**2) / np.sum(clipped**2)),
)

clip_by_value.mistake("How much shorter, not how far turned")(
    "Your clipping is right. You tell how much shorter the gradient has become; the cosine tells "
    "how far it has turned.",
    _told(lambda dW, clipped: _length(clipped) / _length(dW)),
)

clip_by_value.mistake("The angle")(
    "Your clipping is right. You return the angle; asked for is its cosine.",
    _told(lambda dW, clipped: np.arccos(min(1.0, _cosine(dW, clipped)))),
    _told(lambda dW, clipped: np.degrees(np.arccos(min(1.0, _cosine(dW, clipped))))),
    _told(lambda dW, clipped: 1 - _cosine(dW, clipped)),
)

clip_by_value.mistake("The largest singular value for a length")(
    "Your clipping is right. For the lengths you took `np.linalg.norm(dW, 2)`, the largest "
    "singular value of a matrix. Here the matrix is a list of numbers.",
    _told(
        lambda dW, clipped: (
            np.sum(dW * clipped) / np.linalg.norm(dW, 2) / np.linalg.norm(clipped, 2)
        )
    ),
)

clip_by_value.mistake("Row by row")(
    "Your clipping is right. You took the cosine of each row, and the mean of these. The gradient "
    "is one vector with all entries in it.",
    _told(lambda dW, clipped: np.mean([_cosine(*rows) for rows in zip(dW, clipped, strict=True)])),
)
