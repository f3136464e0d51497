"""Clipping by value, and how far it turns a gradient."""

import numpy as np

from rnncourse.grading.questions import Tolerance
from rnncourse.grading.writing import question


@question(
    "05-value", 3, "Clipping by value, and how far it turns", "apply", returns="clipped cosine"
)
def clip_by_value(dW, threshold):
    """Return the clipped gradient, in dW's shape, and its cosine with dW."""
    clipped = np.clip(dW, -threshold, threshold)
    norms = np.sqrt(np.sum(dW**2) * np.sum(clipped**2))
    return clipped, np.sum(dW * clipped) / norms


@clip_by_value.inputs
def _sample_inputs(rng):
    yield np.array([[4.0, -3.0]]), 1.0
    yield np.array([[0.3, -0.4], [0.0, 0.1]]), 1.0
    yield np.array([[-4.0, 0.3], [0.4, 0.0]]), 0.5
    yield rng.normal(size=(3, 4)), 0.5
    yield 20 * rng.normal(size=(4, 2)) ** 3, 1.5
    yield -rng.uniform(1, 3, size=(2, 3)), 2.0
    yield rng.normal(size=rng.integers((13, 2), 30)), 0.75


@clip_by_value.property("no entry is larger than the threshold, above or below zero")
def _is_within_threshold(arguments, clipped, cosine):
    """Large negative entries are clipped, too."""
    return np.all(np.abs(clipped) <= arguments[1] * (1 + 1e-6))


@clip_by_value.property("entries within the threshold stay as they are")
def _leaves_small_entries(arguments, clipped, cosine):
    """Clipping by value looks at one entry at a time, and changes only those that are too large."""
    dW, threshold = arguments
    is_inside = np.abs(dW) <= threshold
    return Tolerance().agree(clipped[is_inside], dW[is_inside])


@clip_by_value.property("a cosine lies between -1 and 1, and here it is positive")
def _has_valid_cosine(arguments, clipped, cosine):
    """Divide by both lengths. No entry changes its sign, so the gradient turns by less than 90
    degrees."""
    return 0 < cosine <= 1 + 1e-6


@clip_by_value.property("where nothing is clipped, the cosine is 1")
def _has_cosine_1_unclipped(arguments, clipped, cosine):
    """A vector and itself have the same direction."""
    return np.max(np.abs(arguments[0])) > arguments[1] or np.isclose(cosine, 1)


clip_by_value.mistake("Clipped above only")(
    "You cut large positive entries only. A large negative entry pulls as hard.",
    {"np.clip(dW, -threshold, threshold)": "np.minimum(dW, threshold)"},
)

clip_by_value.mistake("The sign lost")(
    "You clipped the absolute values, and the signs are lost.",
    {"np.clip(dW, -threshold, threshold)": "np.minimum(np.abs(dW), threshold)"},
    {"-threshold": "0"},
)

clip_by_value.mistake("Clipped by norm")(
    "You multiplied the whole gradient by one factor: that is clipping by norm, and it turns "
    "nothing. By value, each entry is cut by itself.",
    {"np.clip(dW, -threshold, threshold)": "dW * min(1, threshold / np.sqrt(np.sum(dW**2)))"},
    {"np.clip(dW, -threshold, threshold)": "dW * min(1, threshold / np.max(np.abs(dW)))"},
    {"np.clip(dW, -threshold, threshold)": "dW * threshold / np.sqrt(np.sum(dW**2))"},
    {"np.clip(dW, -threshold, threshold)": "dW * threshold / np.max(np.abs(dW))"},
)

clip_by_value.mistake("Large entries set to zero")(
    "You set large entries to 0. They are to be cut to the threshold, and keep their sign.",
    {"np.clip(dW, -threshold, threshold)": "np.where(np.abs(dW) <= threshold, dW, 0.0)"},
)

clip_by_value.mistake("Only the sign left")(
    "You cut to 1, or keep the signs alone. Small entries stay, and large ones end at the "
    "threshold.",
    {"-threshold, threshold": "-1, 1"},
    {"np.clip(dW, -threshold, threshold)": "threshold * np.sign(dW)"},
    {"np.clip(dW, -threshold, threshold)": "np.sign(dW)"},
    {"np.clip(dW, -threshold, threshold)": "np.where(np.abs(dW) > threshold, np.sign(dW), dW)"},
)

clip_by_value.mistake("A product without lengths", {" / norms": ""})(
    "Your clipping is right. In the place of the cosine you give the product of the two gradients: "
    "divide it by both lengths."
)

clip_by_value.mistake("Divided by one length only")(
    "Your clipping is right. For the cosine, the product has to be divided by the length of the "
    "one gradient and by that of the other.",
    {"/ norms": "/ np.sum(dW**2)"},
    {"/ norms": "/ np.sum(clipped**2)"},
    {"/ norms": "/ np.sqrt(np.sum(dW**2))"},
    {"/ norms": "/ np.sqrt(np.sum(clipped**2))"},
)

clip_by_value.mistake("Squared lengths", {"np.sqrt": ""})(
    "Your clipping is right. For the cosine you divide by the squares of the lengths: take the "
    "roots."
)

clip_by_value.mistake("How much shorter, not how far turned")(
    "Your clipping is right. You tell how much shorter the gradient has become; the cosine tells "
    "how far it has turned.",
    {"np.sum(dW * clipped) / norms": "np.sqrt(np.sum(clipped**2) / np.sum(dW**2))"},
)

clip_by_value.mistake("The angle")(
    "Your clipping is right. You return the angle; asked for is its cosine.",
    {"np.sum(dW * clipped) / norms": "np.arccos(min(1.0, np.sum(dW * clipped) / norms))"},
    {"clipped, np": "clipped, np.degrees(np.arccos(min(1.0, np", "/ norms": "/ norms)))"},
    {"return clipped, ": "return clipped, 1 - "},
)

clip_by_value.mistake("The largest singular value for a length")(
    "Your clipping is right. For the lengths you took `np.linalg.norm(dW, 2)`, the largest "
    "singular value of a matrix. Here the matrix is a list of numbers.",
    {"/ norms": "/ np.linalg.norm(dW, 2) / np.linalg.norm(clipped, 2)"},
)

clip_by_value.mistake("Row by row")(
    "Your clipping is right. You took the cosine of each row, and the mean of these. The gradient "
    "is one vector with all entries in it.",
    {
        "**2)": ("**2, axis=1)", 2),
        "np.sum(dW * clipped) / norms": "np.mean(np.sum(dW * clipped, axis=1) / norms)",
    },
)
