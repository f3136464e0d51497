"""Clipping by norm, over the gradients of all parameters together."""

import numpy as np

from rnncourse.grading.questions import Tolerance
from rnncourse.grading.writing import question


@question("05-clip", 2, "Clipping by norm", "apply", returns="dW_xh dW_hh db_h")
def clip_by_norm(dW_xh, dW_hh, db_h, threshold):
    """Return the three gradients, together at most as long as the threshold."""
    norm = np.sqrt(np.sum(dW_xh**2) + np.sum(dW_hh**2) + np.sum(db_h**2))
    factor = threshold / max(norm, threshold)
    return factor * dW_xh, factor * dW_hh, factor * db_h


@clip_by_norm.inputs
def _sample_inputs(rng):
    yield np.array([[2.0]]), np.array([[-4.0]]), np.array([4.0]), 3.0
    yield np.array([[2.0]]), np.array([[-4.0]]), np.array([4.0]), 6.0
    yield np.zeros((1, 2)), np.zeros((2, 2)), np.zeros(2), 1.0
    yield *_sample_gradients(rng, D=2, H=3, norm=0.6), 0.9
    yield *_sample_gradients(rng, D=3, H=2, norm=0.6), 0.5
    yield *_sample_gradients(rng, D=3, H=4, norm=40.0), 5.0
    yield *_sample_gradients(rng, D=2, H=2, norm=1.2), 1.1
    yield *_sample_gradients(rng, *rng.integers(10, 30, size=2), norm=2.0), 1.5


def _sample_gradients(rng, D, H, norm):
    """Draw gradients of a given norm; those of W_hh are the largest, as they are in training."""
    gradients = rng.normal(size=(D, H)), 2 * rng.normal(size=(H, H)), rng.normal(size=H)
    factor = norm / _compute_norm(*gradients)
    return tuple(factor * dW for dW in gradients)


def _compute_norm(*gradients):
    return np.sqrt(sum(np.sum(dW**2) for dW in gradients))


@clip_by_norm.property("a gradient that is no longer than the threshold stays as it is")
def _leaves_short_gradients(arguments, *clipped_gradients):
    """Clipping only ever shortens, and a gradient of zeros stays one of zeros."""
    *gradients, threshold = arguments
    is_short = _compute_norm(*gradients) <= threshold
    return not is_short or all(map(Tolerance().agree, clipped_gradients, gradients))


@clip_by_norm.property(
    "after clipping, the norm of all gradients together is at most the threshold"
)
def _is_within_threshold(arguments, *clipped_gradients):
    """Put all their entries into one long vector: its length is what counts."""
    return _compute_norm(*clipped_gradients) <= arguments[-1] * (1 + 1e-5)


@clip_by_norm.property(
    "clipping by norm keeps the direction: every entry shrinks by the same factor"
)
def _keeps_direction(arguments, *clipped_gradients):
    """One factor, for all entries of all three arrays."""
    v, v_clipped = (
        np.concatenate([*map(np.ravel, arrays)]) for arrays in (arguments[:-1], clipped_gradients)
    )
    return Tolerance().agree(v_clipped * _compute_norm(v), v * _compute_norm(v_clipped))


def _make_arraywise_clip(clip):
    """Make a wrong answer of a rule for one array and the threshold."""

    def answer(*arguments):
        *gradients, threshold = arguments
        return tuple(clip(dW, threshold) for dW in gradients)

    return answer


def _make_norm_clip(compute_norm):
    """Make a wrong answer of what it takes for the norm of all gradients."""

    def answer(*arguments):
        *gradients, threshold = arguments
        factor = threshold / max(compute_norm(*gradients), threshold)
        return tuple(factor * dW for dW in gradients)

    return answer


clip_by_norm.mistake("The norm without its root", {"np.sqrt": ""})(
    "Your norm is the sum of the squares: its root is missing. Then gradients are made far too "
    "short, and those shorter than 1 can slip through."
)

clip_by_norm.mistake("Compared with the root, divided without it, or the other way round")(
    "You compare one number with the threshold and divide by another: one of them is the norm, the "
    "other its square. Compute the norm once.",
    {"threshold / max(norm, threshold)": "threshold / norm**2 if norm > threshold else 1.0"},
    {"threshold / max(norm, threshold)": "threshold / norm if norm**2 > threshold else 1.0"},
)

clip_by_norm.mistake("Each array by itself")(
    "You clip each array by its own norm. Then the large ones shrink more than the small ones, and "
    "the direction changes. Measure the length of all of them together.",
    _make_arraywise_clip(lambda dW, threshold: dW * threshold / max(_compute_norm(dW), threshold)),
)

clip_by_norm.mistake("Short gradients made longer")(
    "You bring every gradient to the threshold, also those that are shorter. Clipping leaves a "
    "short gradient alone.",
    {"threshold / max(norm, threshold)": "threshold / norm if norm else 1.0"},
    {"threshold / max(norm, threshold)": "np.divide(threshold, norm)"},
)

clip_by_norm.mistake("Clipped by value")(
    "You clip every entry by itself: that is clipping by value, the next question, and turns the "
    "direction. Here all entries shrink by one factor.",
    _make_arraywise_clip(lambda dW, threshold: np.clip(dW, -threshold, threshold)),
    _make_arraywise_clip(lambda dW, threshold: np.minimum(dW, threshold)),
)

clip_by_norm.mistake("The largest entry for the norm")(
    "You hold the largest entry against the threshold. A gradient with many entries is longer than "
    "its largest one: take the root of the sum of all squares.",
    _make_norm_clip(lambda *dWs: max(np.abs(dW).max() for dW in dWs)),
)

clip_by_norm.mistake("The lengths of the three added")(
    "You added the lengths of the three arrays. Lengths do not add up, their squares do.",
    _make_norm_clip(lambda *dWs: sum(map(_compute_norm, dWs))),
)

clip_by_norm.mistake("The entries' sizes added")(
    "You added the absolute values of the entries. The length of a vector is the root of the sum "
    "of the squares.",
    _make_norm_clip(lambda *dWs: sum(np.abs(dW).sum() for dW in dWs)),
)

clip_by_norm.mistake("The largest singular value of a matrix")(
    "For a matrix you took its largest singular value, as `np.linalg.norm(W, 2)` does. Here a "
    "matrix is a long list of numbers: all of its entries count.",
    _make_norm_clip(lambda *dWs: _compute_norm(*(np.linalg.norm(dW, 2) for dW in dWs))),
    _make_norm_clip(lambda *dWs: sum(np.linalg.norm(dW, 2) for dW in dWs)),
)

clip_by_norm.mistake("The root of the mean square")(
    "You divided by the number of entries: that is how large an entry is on average. Asked for is "
    "the length of the whole.",
    {"np.sqrt(": "np.sqrt(1 / (dW_xh.size + dW_hh.size + db_h.size)) * np.sqrt("},
)

clip_by_norm.mistake("Brought to length 1")(
    "A long gradient of yours ends with length 1, not with that of the threshold.",
    {"threshold / max(norm, threshold)": "1 / norm if norm > threshold else 1.0"},
)

clip_by_norm.mistake("Divided by the threshold")(
    "You divided by the threshold alone. What is left then still depends on how long the gradient "
    "was; it should end exactly at the threshold.",
    {"threshold / max(norm, threshold)": "1 / threshold if norm > threshold else 1.0"},
)

clip_by_norm.mistake("Long gradients thrown away")(
    "You set a long gradient to 0. Then nothing is learned from that step; clipping keeps its "
    "direction.",
    {"threshold / max(norm, threshold)": "float(norm <= threshold)"},
)

clip_by_norm.mistake("Nothing but the recurrent weights")(
    "You measured, or clipped, `dW_hh` alone. All parameters take the step together.",
    {"np.sum(dW_xh**2) + ": "", " + np.sum(db_h**2)": ""},
    lambda dW_xh, dW_hh, db_h, threshold: (
        dW_xh,
        dW_hh * threshold / max(_compute_norm(dW_hh), threshold),
        db_h,
    ),
)
