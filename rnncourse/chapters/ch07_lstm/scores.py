"""How well cells tell a feature: the best of many, on a text that it was not chosen on."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from jaxtyping import Bool, Float, Int

from rnncourse.chapters.ch07_lstm.cell_states import CellStates, Feature, auc, explained_variance

RIDGE = 1e-3


@dataclass(frozen=True)
class BestCell:
    """The cell that tells a feature best.

    Args:
        cell: Its number, counted from 0.
        score: On another text than it was chosen on: AUC if the feature is true or false, else R^2.
        chosen: The same on the text that it was chosen on.
        sign: 1 if larger values mean yes, -1 if smaller ones do.
    """

    cell: int
    score: float
    chosen: float
    sign: int = 1


def choose_best_cell(first: CellStates, a: Feature, second: CellStates, b: Feature) -> BestCell:
    """Choose the best cell on one text, with its direction, and score it on another.

    Only places count where the last characters do not show the feature.

    Args:
        first: The states on the text to choose on.
        a: The feature there.
        second: The states on the text to score on.
        b: The feature there.
    """
    X, Z, y, z = first.c[a.hidden], second.c[b.hidden], a.values[a.hidden], b.values[b.hidden]
    if a.is_binary:
        areas = auc(X, y)
        cell = int(np.abs(areas - 0.5).argmax())
        sign = 1 if areas[cell] > 0.5 else -1
        score = auc(sign * Z[:, [cell]], z)[0]
        return BestCell(cell, float(score), float(max(areas[cell], 1 - areas[cell])), sign)
    shares = [explained_variance(column, y, column, y) for column in X.T]
    cell = int(np.argmax(shares))
    return BestCell(cell, explained_variance(X[:, cell], y, Z[:, cell], z), shares[cell])


def score_all_cells(first: CellStates, a: Feature, second: CellStates, b: Feature) -> float:
    """Score a linear readout of all cells, fitted to one text, on another."""
    X, Z, y = first.c[a.hidden], second.c[b.hidden], a.values[a.hidden]
    center = X.mean(0)
    X, Z = np.c_[X - center, np.ones(len(X))], np.c_[Z - center, np.ones(len(Z))]
    X, Z = X.astype(np.float64), Z.astype(np.float64)
    w = np.linalg.solve(X.T @ X + len(X) * RIDGE * np.eye(X.shape[1]), X.T @ y)
    return score_prediction(Z @ w, a, b)


def score_prediction(predicted: Float[np.ndarray, " T"], a: Feature, b: Feature) -> float:
    """Score what was told at the places that count: AUC, or the share of the variance."""
    y, z = a.values[a.hidden], b.values[b.hidden]
    if a.is_binary:
        return float(auc(predicted[:, None], z)[0])
    return float(1 - ((z - predicted) ** 2).mean() / ((z - y.mean()) ** 2).mean())


def predict_from_window(
    ids: Int[np.ndarray, " R"],
    values: Float[np.ndarray, " R"],
    new_ids: Int[np.ndarray, " T"],
    k: int,
    pseudo_counts: Sequence[float],
    mask: Bool[np.ndarray, " R"] | None = None,
) -> Float[np.ndarray, "N T"]:
    """Guess a feature from the last k characters, by what it was after them in another text.

        m_0 = mean,   m_j = (sum of the values after these j characters + n * m_(j-1))
                            / (how often they occurred + n),   n a pseudo-count

    Args:
        ids: The text to learn from.
        values: The feature after each of its characters.
        new_ids: The text to guess on.
        k: Characters that the rule sees, the last one included; at most 9.
        pseudo_counts: How often a run must occur to weigh as much as the shorter one; N
            of them to try.
        mask: At which of its characters there is something to learn; at all without it.

    Returns:
        m_k after each character of `new_ids`, a row for each n; at its first characters what is
        before them is 0.
    """
    mask = np.ones(len(ids), bool) if mask is None else mask
    values, weights = values[mask], np.asarray(pseudo_counts, float)[:, None]
    guess = np.full((len(weights), len(new_ids)), values.mean())
    codes, new_codes = np.zeros(len(ids), np.int64), np.zeros(len(new_ids), np.int64)
    for j in range(k):
        shifted = (np.r_[np.zeros(j, np.int64), a[: len(a) - j]] for a in (ids, new_ids))
        codes, new_codes = (a * 96 + s for a, s in zip((codes, new_codes), shifted, strict=True))
        runs, inverse, counts = np.unique(codes[mask], return_inverse=True, return_counts=True)
        sums = np.bincount(inverse, values)
        index = np.searchsorted(runs, new_codes).clip(max=len(runs) - 1)
        is_known = runs[index] == new_codes
        count, total = np.where(is_known, counts[index], 0), np.where(is_known, sums[index], 0)
        guess = (total + weights * guess) / (count + weights)
    return guess


def half_interval(
    first: CellStates, a: Feature, second: CellStates, b: Feature, best: BestCell, text: str
) -> float:
    """Return how far the score of a cell goes, up or down, where its text is drawn again.

    Args:
        first: The states on the text that the cell was chosen on.
        a: The feature there.
        second: The states on the text that it is scored on.
        b: The feature there.
        best: The cell.
        text: The second text; its paragraphs are drawn, with replacement, 200 times.

    Returns:
        Half of what lies between the scores that 2.5 % and 97.5 % of the draws stay below.
    """
    paragraph = np.cumsum(np.array(list(text)) == "\n")
    positions = [np.flatnonzero(b.hidden & (paragraph == p)) for p in range(paragraph[-1] + 1)]
    rng, scores = np.random.default_rng(0), []
    x, y = first.c[a.hidden, best.cell], a.values[a.hidden]
    for _ in range(200):
        drawn = rng.integers(len(positions), size=len(positions))
        resampled = np.concatenate([positions[p] for p in drawn])
        values, truth = second.c[resampled, best.cell], b.values[resampled]
        if a.is_binary:
            scores.append(auc(best.sign * values[:, None], truth)[0])
        else:
            scores.append(explained_variance(x, y, values, truth))
    low, high = np.quantile(scores, [0.025, 0.975])
    return float(high - low) / 2
