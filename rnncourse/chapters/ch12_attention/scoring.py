"""Attention against the truth, by kind of token, and beside what reads nothing."""

from collections.abc import Sequence

from rnncourse.analysis.alignment import (
    Weights,
    diagonal_weights,
    fit_offset,
    score_alignment,
    shifted_weights,
)
from rnncourse.data.pairs import TokenPair

TOKEN_GROUPS = {"swapped": ("units", "tens"), "und": ("joint",), "comma": ("comma",)}
"""Of lists, by name, the kinds of target tokens that are scored together; `units` and `tens` of
numbers with both are what changes places, and those of round numbers are scored with them."""


def score_by_kind(weights: Sequence[Weights], pairs: Sequence[TokenPair]) -> dict[str, float]:
    """Return `GROUP/pointing`: the share whose largest weight lies on the truth."""
    return {
        f"{name}/pointing": score_alignment(weights, pairs, kinds, first_only=True).argmax_accuracy
        for name, kinds in TOKEN_GROUPS.items()
    }


def score_baselines(train: Sequence[TokenPair], pairs: Sequence[TokenPair]) -> dict[str, float]:
    """Score what reads nothing: the diagonal, and the best fixed offset.

    Args:
        train: Where the offset is searched, for each group its own.
        pairs: What is scored.

    Returns:
        By `NAME/GROUP/pointing`.
    """
    scores = score_by_kind([diagonal_weights(pair) for pair in pairs], pairs)
    values = {f"diagonal/{key}": value for key, value in scores.items()}
    for group, kinds in TOKEN_GROUPS.items():
        offset = fit_offset(train, kinds, first_only=True)
        scores = score_alignment(
            [shifted_weights(pair, offset) for pair in pairs], pairs, kinds, first_only=True
        )
        values[f"offset/{group}/pointing"] = scores.argmax_accuracy
    return values
