"""Attention against the truth, by kind of token, and beside what reads nothing or only counts."""

from collections.abc import Sequence

import numpy as np

from rnncourse.analysis.alignment import (
    Weights,
    best_offset,
    crossing,
    diagonal,
    score,
    scored,
    shifted,
    uniform,
)
from rnncourse.data.pairs import Pair
from rnncourse.models.lexicon import Lexicon

LISTS = {"swapped": ("units", "tens"), "und": ("joint",), "comma": ("comma",)}
"""Of lists, by name, the kinds of target tokens that are scored together; `units` and `tens` of
numbers with both are what changes places, and those of round numbers are scored with them."""
COUNTED = 4000
"""Training pairs that the counting aligner sees."""
TENSIONS = (0.0, 2.0, 5.0, 10.0)

Groups = dict[str, tuple[str, ...]]


def by_kind(
    weights: Sequence[Weights], pairs: Sequence[Pair], groups: Groups = LISTS, heads: bool = True
) -> dict[str, float]:
    """Score weights for each group of kinds: `GROUP/mass` and `GROUP/pointing`."""
    found = {}
    for name, kinds in groups.items():
        scores = score(weights, pairs, kinds, heads)
        found[f"{name}/mass"] = scores.mass
        found[f"{name}/pointing"] = scores.pointing
    return found


def sure(weights: Sequence[Weights], pairs: Sequence[Pair]) -> dict[str, float]:
    """Average the largest weight for each group of kinds: `GROUP/largest`, true or not."""
    found = {}
    for name, kinds in LISTS.items():
        largest = [
            looks[t].max()
            for looks, pair in zip(weights, pairs, strict=True)
            for t in scored(pair, kinds, heads=True)
        ]
        found[f"{name}/largest"] = float(np.mean(largest))
    return found


def on_commas(weights: Sequence[Weights], pairs: Sequence[Pair]) -> dict[str, float]:
    """Say how often the largest weight at a comma is on any comma, and how often on the first."""
    places = [
        (looks[t].argmax(), pair)
        for looks, pair in zip(weights, pairs, strict=True)
        for t in scored(pair, LISTS["comma"])
    ]
    return {
        "any": float(np.mean([pair.source[j] == "," for j, pair in places])),
        "first": float(np.mean([j == pair.source.index(",") for j, pair in places])),
    }


def crossed(weights: Sequence[Weights], pairs: Sequence[Pair]) -> dict[str, float]:
    """Score where units and tens change places: `crossed`, and `pointed` at both."""
    found = crossing(weights, pairs)
    return {"crossed": found.crossed, "pointed": found.pointed}


def chances(
    train: Sequence[Pair], pairs: Sequence[Pair], groups: Groups = LISTS, heads: bool = True
) -> dict[str, float]:
    """Score alignments that read nothing: uniform, the diagonal, and the best fixed offset.

    Args:
        train: Where the offset is searched, for each group its own.
        pairs: What is scored.
        groups: Of kinds.
        heads: Whether only first tokens of pieces count.

    Returns:
        By `NAME/GROUP/mass` and `NAME/GROUP/pointing`.
    """
    found = {}
    for name, look in {"uniform": uniform, "diagonal": diagonal}.items():
        scores = by_kind([look(pair) for pair in pairs], pairs, groups, heads)
        found |= {f"{name}/{key}": value for key, value in scores.items()}
    for group, kinds in groups.items():
        offset = best_offset(train, kinds, heads)
        scores = by_kind([shifted(p, offset) for p in pairs], pairs, {group: kinds}, heads)
        found |= {f"offset/{key}": value for key, value in scores.items()}
    return found


def counting(train: Sequence[Pair], valid: Sequence[Pair]) -> Lexicon:
    """Fit the counting aligner; its tension is the one that finds validation pairs likeliest.

    No truth is needed for that, and none is used.
    """
    rng = np.random.default_rng(0)
    some = [train[i] for i in rng.choice(len(train), min(COUNTED, len(train)), replace=False)]
    texts = [pair.source for pair in some], [pair.target for pair in some]
    tried = [Lexicon(tension=tension).fit(*texts) for tension in TENSIONS]
    return max(tried, key=lambda m: sum(m.log_prob(p.source, p.target) for p in valid))


def aligned(lexicon: Lexicon, pairs: Sequence[Pair]) -> list[Weights]:
    """Return the weights of the counting aligner, in the form of those of attention."""
    return [lexicon.weights(pair.source, pair.target) for pair in pairs]
