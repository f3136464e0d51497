"""Letters put together from parts, also such as no font has: a base, and a mark above or below it.

The base is drawn by a typeface. A mark is what a typeface adds to a letter that it has; it is moved
to where the base has its upper or its lower edge. So an *s* can have the ring that only other
letters have in fonts.
"""

import unicodedata
from dataclasses import dataclass
from functools import cache

import numpy as np
from jaxtyping import Bool, UInt8

from rnncourse.data.glyphs import INK, SIDE, SIZES, draw_glyph, list_letters

FACE = "DejaVuSans"
SIZE = SIZES[1]
MARGIN = 4
"""Pixels of the field around a picture that are cut off."""
MIN_INK = 8
"""Fainter ink than this, of 255, is no part of a mark."""
PREFERRED_BASES = "oeauncdstrzgwhlkm"
"""The letters whose mark is taken, in this order."""
DOTLESS = {"i": "ı", "j": "ȷ"}


@dataclass(frozen=True)
class Part:
    """A piece of ink.

    Args:
        ink: From 0, paper, to 255.
        top: Its first row, of a base; of a mark, rows from the base's edge: positive if apart.
        left: Its first column, of a base; of a mark, twice the columns from the base's middle to
            the mark's.
        above: Of a mark: whether it stands above.
    """

    ink: UInt8[np.ndarray, "h w"]
    top: int
    left: int
    above: bool = False


def is_above(mark: str) -> bool:
    """Say whether a combining mark stands above its letter."""
    return unicodedata.combining(mark) in (214, 216, 228, 230)


def _draw_field(char: str, reference: str | None = None) -> UInt8[np.ndarray, "40 40"]:
    return draw_glyph(char, FACE, SIZE, reference)[MARGIN : MARGIN + SIDE, MARGIN : MARGIN + SIDE]


def _crop(ink: np.ndarray, threshold: int) -> tuple[np.ndarray, int, int]:
    rows, columns = np.nonzero(ink > threshold)
    top, left = rows.min(), columns.min()
    return ink[top : rows.max() + 1, left : columns.max() + 1], int(top), int(left)


@cache
def draw_bases() -> dict[str, Part]:
    """Draw every letter without a mark, and the dotless i and j."""
    chars = [letter.char for letter in list_letters() if not letter.mark]
    return {char: Part(*_crop(_draw_field(char), MIN_INK)) for char in [*chars, *DOTLESS.values()]}


@cache
def extract_marks() -> dict[str, Part]:
    """Take every mark from one letter that has it."""
    marked = [letter for letter in list_letters() if letter.mark]
    order = {char: rank for rank, char in enumerate(PREFERRED_BASES)}
    parts = {}
    for letter in sorted(marked, key=lambda x: (x.mark, order.get(x.base, len(order)), x.char)):
        if letter.mark in parts:
            continue
        above = is_above(letter.mark)
        base = DOTLESS.get(letter.base, letter.base) if above else letter.base
        base_field = _draw_field(base, letter.char)
        mark_field = np.clip(_draw_field(letter.char).astype(int) - base_field, 0, 255).astype(
            np.uint8
        )
        ink, top, left = _crop(mark_field, MIN_INK)
        body, base_top, base_left = _crop(base_field, MIN_INK)
        gap = base_top - (top + len(ink)) if above else top - (base_top + len(body))
        offset = (2 * left + ink.shape[1]) - (2 * base_left + body.shape[1])
        parts[letter.mark] = Part(
            np.where(ink > MIN_INK, ink, 0).astype(np.uint8), gap, offset, above
        )
    return parts


def compose(
    base: str, mark: str = ""
) -> tuple[UInt8[np.ndarray, "40 40"], Bool[np.ndarray, "2 40 40"]]:
    r"""Put a letter together.

    Args:
        base: A letter without a mark.
        mark: A combining mark, or the empty string.

    Returns:
        The picture, and where base and mark have ink.

    >>> picture, regions = compose("q", "\u0301")  # a q with acute: no font has it
    >>> picture.shape, bool(regions[1].any())
    ((40, 40), True)
    """
    accent = extract_marks()[mark] if mark else None
    body = draw_bases()[DOTLESS.get(base, base) if accent and accent.above else base]
    layers = np.zeros((2, SIDE, SIDE), np.uint8)
    _paste(layers[0], body.ink, body.top, body.left)
    if accent:
        h, w = accent.ink.shape
        top = body.top - accent.top - h if accent.above else body.top + len(body.ink) + accent.top
        left = (2 * body.left + body.ink.shape[1] + accent.left - w) // 2
        _paste(layers[1], accent.ink, top, left)
    picture = np.minimum(layers.astype(int).sum(0), 255).astype(np.uint8)
    return picture, layers > INK


def _paste(layer: np.ndarray, ink: np.ndarray, top: int, left: int) -> None:
    """Lay ink into a layer; what lies beyond the edge is cut off."""
    for i, j in np.ndindex(ink.shape):
        if 0 <= top + i < SIDE and 0 <= left + j < SIDE:
            layer[top + i, left + j] = ink[i, j]
