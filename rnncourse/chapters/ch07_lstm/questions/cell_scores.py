"""The best of many cells, chosen on one text and scored on another."""

import numpy as np

from rnncourse.grading.writing import question

MIN_LEAD = 0.02
"""How much further from 1/2 the area of the best cell is than that of the second."""


def _compute_auc(c, is_inside, tie_value=0.5):
    gaps = c[is_inside][:, None] - c[~is_inside][None]
    return np.mean(gaps > 0) + tie_value * np.mean(gaps == 0)


@question("07-score", 5, "The best cell, scored on another text", "build", returns="cell auc")
def score_cells(cs, truth, cs_new, truth_new):
    """Return the best cell of one text, and its area under the curve on the other."""
    offsets = np.array([_compute_auc(c, truth) - 0.5 for c in cs.T])
    cell = np.argmax(np.abs(offsets))
    auc = _compute_auc(cs_new[:, cell], truth_new)
    return cell, 0.5 + np.sign(offsets[cell]) * (auc - 0.5)


@score_cells.inputs
def _sample_inputs(rng):
    yield (  # the only cell is low where the bracket is open; with ties
        *(np.array([[0.0], [0.0], [1.0], [2.0]]), np.array([True, True, False, False])),
        *(np.array([[1.0], [1.0], [0.0], [3.0]]), np.array([True, False, True, False])),
    )
    order = rng.permutation(5)
    yield (  # the means of cell 1 are far apart by one place alone
        np.array([[2.0, 40.0], [3.0, 0.0], [0.0, 1.0], [1.0, 2.0], [1.0, 3.0]])[order],
        order < 2,
        *(np.array([[0.0, 0.0], [1.0, 9.0], [2.0, 1.0], [3.0, 8.0]]), np.arange(4) % 2 == 1),
    )
    for T, H, offset, sign in ((9, 2, 1.0, -1), (12, 5, 0.0, 1), (30, 4, 2.0, -1), (25, 8, 0.6, 1)):
        yield _sample_states(rng, T, H, offset, sign)
    yield _sample_flipped_sign(rng)
    for offset in (0.4, 1.2):
        yield _sample_states(rng, 16, 6, offset, 1)
    yield _sample_states(rng, rng.integers(10, 40), rng.integers(3, 20), 1.0, 1)


def _sample_states(rng, T, H, signal, sign):
    """Draw cells of two texts, one of which tells something.

    Values are eighths, which float32 holds, so some tie; the best cell is ahead of the second.
    """
    distances = np.zeros(H)
    while np.diff(np.sort(distances)[-2:]) < MIN_LEAD:
        truths = [rng.permutation(np.arange(T) % 3 == 0) for _ in range(2)]
        cell_states = [rng.normal(size=(T, H)) for _ in range(2)]
        for c, truth in zip(cell_states, truths, strict=True):
            c[:, H // 2] += sign * signal * truth + 3.0
            c[:] = np.round(8 * c) / 8
        distances = np.array([abs(_compute_auc(c, truths[0]) - 0.5) for c in cell_states[0].T])
    return cell_states[0], truths[0], cell_states[1], truths[1]


def _sample_flipped_sign(rng):
    """Draw two texts between which the best cell changes its direction."""
    c, truth, c_new, truth_new = _sample_states(rng, 20, 3, 2.5, -1)
    c_new[:, 1] = 6 - c_new[:, 1]
    return c, truth, c_new, truth_new


@score_cells.property("the area lies between 0 and 1")
def _is_fraction(arguments, cell, auc):
    """It is a share of pairs: one place inside, one outside."""
    return 0 <= auc <= 1


@score_cells.property("the area is a whole number of half pairs, divided by the number of pairs")
def _is_whole_in_half_pairs(arguments, cell, auc):
    """Look at all pairs of a place inside and a place outside: no threshold is chosen."""
    is_inside = arguments[3]
    n_half_pairs = 2 * auc * np.sum(is_inside) * np.sum(~is_inside)
    return abs(n_half_pairs - np.rint(n_half_pairs)) < 0.02


score_cells.mistake("Scored on the text it was chosen on")(
    "You score the cell on the text that it was chosen on. The best of many looks good there by "
    "luck alone. Score it on the other text.",
    {"cs_new[:, cell], truth_new": "cs[:, cell], truth"},
)

score_cells.mistake("Chosen on the new text")(
    "You choose the cell on the text on which you score it. Then the new text is not new any more.",
    {"truth) -": "truth_new) -", "in cs.T": "in cs_new.T"},
    {"truth) -": "truth_new) -", "in cs.T": "in cs_new.T", "np.abs": ""},
    {"offsets =": "cs, truth = np.r_[cs, cs_new], np.r_[truth, truth_new]\n    offsets ="},
)

score_cells.mistake("The direction chosen on the new text")(
    "You choose the cell on the first text, but whether high or low means inside, on the second. A "
    "cell that turned around between the texts is a bad one, and must score below one half.",
    {"np.sign(offsets[cell]) * (auc - 0.5)": "abs(auc - 0.5)"},
)

score_cells.mistake("Only cells that are high inside")(
    "A cell may be low where a bracket is open: that tells as much. Which area is the furthest "
    "from chance?",
    {"np.abs": ""},
    {"np.abs": "", "np.sign(offsets[cell]) * ": ""},
)

score_cells.mistake("The direction left out", {"np.sign(offsets[cell]) * ": ""})(
    "Right for cells that are high inside. One that was low inside on the first text has to be "
    "turned around."
)

score_cells.mistake("The direction the wrong way round", {"0.5 + np": "0.5 - np"})(
    "You turn around the cells that are high inside, and leave those that are low. It is the other "
    "way round."
)

score_cells.mistake("Ties counted as won, or as lost")(
    "Your answer differs where a value inside and one outside are equal. Such a pair counts one "
    "half.",
    *(
        {"truth)": f"truth, {tie_value})", "truth_new)": f"truth_new, {tie_value})"}
        for tie_value in (1, 0)
    ),
)

score_cells.mistake("Means compared, not places")(
    "You choose the cell whose means differ most. A cell of large values wins then, whether it "
    "tells anything or not. Take the area of each.",
    {"_compute_auc(c, truth) - 0.5": "c[truth].mean() - c[~truth].mean()"},
)


@score_cells.mistake("The correlation")
def _return_correlation(cs, truth, cs_new, truth_new):
    """You return a correlation. Asked for is the share of pairs in which the place inside is
    higher."""
    cell, _ = score_cells(cs, truth, cs_new, truth_new)
    return cell, abs(np.corrcoef(cs_new[:, cell] + 1e-9 * truth_new, truth_new)[0, 1])


score_cells.mistake("Cells counted from 1", {"return cell": "return cell + 1"})(
    "Right, except that you count the cells from 1. The first one is cell 0."
)
