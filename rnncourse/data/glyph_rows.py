"""Pictures of two letters side by side, anywhere in a field, captioned in order.

In a picture of one letter each word's region lies where it lies in all of them, within a few
pixels, so that one fixed place would do for a look. Here it would not: the pair begins anywhere.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from jaxtyping import Bool, Float

from rnncourse.data.glyphs import Glyphs, Letter, cut

WIDTH = 96
"""Pixels of a row; it is as high as the picture of a letter."""
APART = (28, 34)
"""Pixels from the middle of one letter to that of the next: from, to."""
EDGE = 16
"""Pixels from the edge of the field to the middle of a letter, at least."""
BARE = 0.5
"""Share of letters without a mark."""
THEN = "then"


@dataclass(frozen=True)
class Rows:
    """Pictures of two letters.

    Args:
        letters: The two letters of each.
        images: From 0, paper, to 1.
        regions: Where base and mark of the first have ink, and of the second.
    """

    letters: tuple[tuple[Letter, Letter], ...]
    images: Float[np.ndarray, "N 40 96"]
    regions: Bool[np.ndarray, "N 2 2 40 96"]

    @property
    def captions(self) -> list[tuple[str, ...]]:
        """The words of the first letter, `then`, and those of the second."""
        return [(*one.words, THEN, *two.words) for one, two in self.letters]

    def where(self, row: int) -> list[tuple[int, int, int]]:
        """List word, letter and part, 0 for the base, 1 for the mark, where a word has a region."""
        found, at = [], 0
        for k, letter in enumerate(self.letters[row]):
            found.append((at + 1, k, 0))
            found += [(at + t, k, 1) for t in range(len(letter.words))[letter.marked]]
            at += len(letter.words) + 1
        return found


def draw_rows(some: Glyphs, count: int, rng: np.random.Generator, noise: float = 0.0) -> Rows:
    """Draw pictures of two letters of one typeface or two.

    Args:
        some: What to draw from.
        count: How many pictures.
        rng: The source of randomness.
        noise: Spread of what is added to each pixel; letters are then also fainter.
    """
    bare = np.array([not letter.mark for letter in some.letters])
    kinds = [np.flatnonzero(~bare), np.flatnonzero(bare)]
    if not all(map(len, kinds)):
        kinds = [np.arange(len(some))] * 2
    plain = (rng.random((2, count)) < BARE).astype(int)
    which = np.array([[rng.choice(kinds[k]) for k in row] for row in plain])
    apart = rng.integers(APART[0], APART[1] + 1, count)
    first = rng.integers(EDGE, WIDTH - EDGE - apart + 1)
    images = np.zeros((count, 40, WIDTH + 40), np.float32)
    regions = np.zeros((count, 2, 2, 40, WIDTH + 40), bool)
    down = rng.integers(1, 8, count)
    middle = np.full(count, 4)
    for k, centers in enumerate((first, first + apart)):
        ink = cut(some.images[which[k], 1], down, middle)
        parts = [cut(some.regions[which[k], p], down, middle) for p in (0, 1)]
        for n, left in enumerate(centers):
            there = images[n, :, left : left + 40]  # 20 more on each side, cut off below
            np.maximum(there, ink[n] / 255, out=there)
            for p in (0, 1):
                regions[n, k, p, :, left : left + 40] = parts[p][n]
    images, regions = images[..., 20:-20], regions[..., 20:-20]
    if noise:
        images = images * rng.uniform(0.7, 1, (count, 1, 1)).astype(np.float32)
        images = images + rng.normal(0, noise, images.shape).astype(np.float32)
    pairs = tuple((some.letters[a], some.letters[b]) for a, b in zip(*which, strict=True))
    return Rows(pairs, images, regions)


def together(parts: Sequence[Glyphs]) -> Glyphs:
    """Put pictures of letters together."""
    return Glyphs(
        sum((part.letters for part in parts), ()),
        sum((part.faces for part in parts), ()),
        np.concatenate([part.images for part in parts]),
        np.concatenate([part.regions for part in parts]),
    )
