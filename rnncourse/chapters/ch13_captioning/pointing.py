"""Where attention looks, against where each word's ink is, and beside what looks without a reason.

A look is *on* a region if the place with the largest weight has ink of it. Beside that stand: a
place drawn at random, a place drawn among those with ink, and the one place that is best for a
word over all images that are scored. The last is chosen knowing the truth, so it is a hard rival.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import torch
from jaxtyping import Bool, Float, Int

from rnncourse.chapters.ch13_captioning.captioning import SHIFT, captions_of, still
from rnncourse.data.glyphs import Glyphs, on_grid
from rnncourse.models.captioner import Captioner

WAYS = ("peak", "mass", "chance", "ink", "fixed")


@dataclass(frozen=True)
class Attended:
    """What a captioner looked at when it was told a word.

    Args:
        word: The word.
        part: 0: it names a base; 1: a mark.
        weights: Of each place.
        region: Which places have ink of that base or mark.
        ink: Which have any ink.
    """

    word: str
    part: int
    weights: Float[np.ndarray, " K"]
    region: Bool[np.ndarray, " K"]
    ink: Bool[np.ndarray, " K"]


@torch.no_grad()
def attention_of(model: Captioner, some: Glyphs, shift: int = SHIFT) -> list[Attended]:
    """Look at pictures of one letter, while the captions are told.

    Args:
        model: Which captioner.
        some: The letters.
        shift: Pixels by which one may lie off the middle, in each direction.
    """
    images, regions = still(some, shift)
    _, weights = model.teacher_forced(images, captions_of(some.letters))
    places, found = on_grid(regions), []
    for n, letter in enumerate(some.letters):
        timed = [(1, 0), *((t, 1) for t in range(len(letter.words))[letter.marked])]
        for t, part in timed:
            truth, ink = places[n, part], places[n].any(0)
            if truth.any():  # a mark may lie beyond the edge
                found.append(Attended(letter.words[t], part, weights[n, t].numpy(), truth, ink))
    return found


def pointing(found: Sequence[Attended]) -> dict[str, float]:
    """Score looks at bases and at marks.

    Returns:
        By `base/WAY` and `mark/WAY`, as `WAYS` names them; and by `.../over`, how much more often
        the peak is on the region than the best fixed place is.
    """
    scores = {}
    for name, part in (("base", 0), ("mark", 1)):
        some = [attended for attended in found if attended.part == part]
        truth = np.array([attended.region for attended in some])
        weights = np.array([attended.weights for attended in some])
        ink = np.array([attended.ink for attended in some])
        values = {
            "peak": peak(some),
            "mass": (weights * truth).sum(1).mean(),
            "chance": truth.mean(),
            "ink": ((truth & ink).sum(1) / ink.sum(1)).mean(),
            "fixed": fixed(some),
        }
        values["over"] = values["peak"] - values["fixed"]
        scores |= {f"{name}/{way}": float(value) for way, value in values.items()}
    return scores


def peak(some: Sequence[Attended]) -> float:
    """Return how often the largest weight is on the region."""
    return float(np.mean([attended.region[attended.weights.argmax()] for attended in some]))


def fixed(some: Sequence[Attended]) -> float:
    """Return how often the one place that is best for a word over all looks is on the region."""
    truth = np.array([attended.region for attended in some])
    words = np.array([attended.word for attended in some])
    best = sum(truth[words == word].sum(0).max() for word in set(words.tolist()))
    return float(best / len(some))


@torch.no_grad()
def distinct_regions(model: Captioner, some: Glyphs, shift: int = SHIFT) -> float:
    """Return the share of captions whose words are all looked up at places of their own.

    Args:
        model: Which captioner.
        some: The letters; their captions are told.
        shift: Pixels by which one may lie off the middle, in each direction.
    """
    _, weights = model.teacher_forced(still(some, shift)[0], captions_of(some.letters))
    return own(weights.argmax(2).numpy(), [len(letter.words) for letter in some.letters])


def own(peaks: Int[np.ndarray, "N T"], lengths: Sequence[int]) -> float:
    """Return the share of rows whose first entries, so many of each, are all different."""
    rows = zip(peaks.tolist(), lengths, strict=True)
    return float(np.mean([len({*row[:count]}) == count for row, count in rows]))


def moved(found: Sequence[Attended]) -> float:
    """Return how often a mark's first word is looked up at another place than its base."""
    pairs = [(a, b) for a, b in pairwise(found) if (a.part, b.part) == (0, 1)]
    return float(np.mean([a.weights.argmax() != b.weights.argmax() for a, b in pairs]))
