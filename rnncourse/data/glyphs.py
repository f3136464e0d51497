"""Pictures with true captions: letters, as fonts draw them, and their official Unicode names.

The picture of a letter with a mark is captioned by its name, less the words that all names share:
LATIN SMALL LETTER E WITH ACUTE is `small e with acute`. A font draws the letter with its mark and
the letter alone from the same pen position; so it is known, pixel by pixel, which part of a picture
each word is about.

The pictures are divided in two ways. Some *combinations* of letter and mark are held out: every
word of theirs is seen in training, never together. And one family of *typefaces* is held out.

Source: DejaVu Fonts 2.37 and STIX Fonts 1.1, which come with Matplotlib under their own free
licenses; nothing of them is redistributed here. Names: the Unicode Character Database of Python.
"""

import importlib.util
import unicodedata
from collections import Counter
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
from fontTools.ttLib import TTFont
from jaxtyping import Bool, Int, UInt8
from PIL import Image, ImageDraw, ImageFont

FACES = tuple(
    f"DejaVu{family}{style}"
    for family, slope in (("Sans", "Oblique"), ("SansMono", "Oblique"), ("Serif", "Italic"))
    for style in ("", "-Bold", f"-{slope}", f"-Bold{slope}")
)
HELD_OUT_FACES = ("STIXGeneral", "STIXGeneralBol", "STIXGeneralItalic", "STIXGeneralBolIta")
SIZES = (26, 28, 30)
"""Pixels of an em; training draws one of them, what is scored has the middle one."""
SIDE, FIELD_SIDE = 40, 48
"""Pixels of a picture, and of what it is cut from."""
MIN_LETTERS = 8
"""Letters in which a word must occur, or those with it are left out."""
INK = 90
"""From this gray on, of 255, a pixel counts as ink."""
EXCLUDED_CHARS = tuple("ďľťĽģĢķĶļĻņŅŗŖ")
"""Left out: fonts draw the caron of these as an apostrophe, the cedilla of these as a comma."""
PARTS = ("train", "valid", "combos", "faces", "both")
"""Training; held-out combinations to choose on, and others to score; training captions in held-out
typefaces; and the held-out combinations to score, in held-out typefaces."""
PINNED_SHA256 = "e003da888f69b89826b5aa944989bb92c2bf585a00b3089f32165c53a128ee74"
_BASELINE = 0.67
_DOTLESS = {"i": "ı", "j": "ȷ"}
_ABOVE_CLASSES = (214, 216, 228, 230)  # classes of marks that stand above


@dataclass(frozen=True)
class Letter:
    """A letter with at most one mark.

    Args:
        char: The letter.
        words: Its caption.
        base: The letter without its mark.
        mark: The combining mark, or the empty string.
    """

    char: str
    words: tuple[str, ...]
    base: str
    mark: str

    @property
    def mark_slice(self) -> slice:
        """The places of the mark's words in the caption; empty without a mark."""
        return slice(self.words.index("with") + 1 if self.mark else len(self.words), None)


@dataclass(frozen=True)
class Glyphs:
    """Pictures of letters.

    Args:
        letters: The letter of each picture.
        faces: The typeface of each.
        images: By size: how dark a pixel is, from 0, paper, to 255.
        regions: At the middle size, where base and mark have ink.
    """

    letters: tuple[Letter, ...]
    faces: tuple[str, ...]
    images: UInt8[np.ndarray, "N 3 48 48"]
    regions: Bool[np.ndarray, "N 2 48 48"]

    def __len__(self) -> int:
        return len(self.letters)


def parse_letter(char: str) -> Letter | None:
    """Read a letter's official name, if it is a Latin one with at most one mark.

    >>> parse_letter("ė").words, parse_letter("ė").base
    (('small', 'e', 'with', 'dot', 'above'), 'e')
    >>> parse_letter("ế") is parse_letter("&") is None
    True
    """
    words = unicodedata.name(char, "").lower().split()
    if words[:1] != ["latin"] or words[2:3] != ["letter"] or words[1] not in ("small", "capital"):
        return None
    words = (words[1], *words[3:])
    base, *marks = unicodedata.normalize("NFD", char)
    is_standard = not words[2:] or (words[2] == "with" and len(marks) == 1)
    if len(words[1]) > 1 or len(marks) > 1 or not is_standard:
        return None
    return Letter(char, words, base, "".join(marks))


def find_font_folder() -> Path:
    """Find the folder of Matplotlib's fonts, without loading Matplotlib."""
    spec = importlib.util.find_spec("matplotlib")
    return Path(spec.origin).parent / "mpl-data" / "fonts" / "ttf"


@cache
def _list_characters(face: str) -> frozenset[str]:
    """List the characters that a typeface has."""
    with TTFont(find_font_folder() / f"{face}.ttf", lazy=True) as font:
        return frozenset(map(chr, font.getBestCmap()))


@cache
def list_letters() -> tuple[Letter, ...]:
    """List the letters whose words all occur in `MIN_LETTERS` letters or more."""
    chars = sorted(frozenset.union(*map(_list_characters, FACES)) - frozenset(EXCLUDED_CHARS))
    candidates = [letter for letter in map(parse_letter, chars) if letter is not None]
    while True:
        counts = Counter(word for letter in candidates for word in letter.words)
        common = [x for x in candidates if all(counts[word] >= MIN_LETTERS for word in x.words[2:])]
        if len(common) == len(candidates):
            return tuple(candidates)
        candidates = common


@cache
def choose_held_out() -> dict[str, frozenset[str]]:
    """Choose the combinations for `valid` and `combos`: a twelfth, and a sixth, of the marked.

    No word of theirs is left in fewer than three letters of the training, and the base of each is
    there too, in the same case.
    """
    rng, marked = np.random.default_rng(0), [x for x in list_letters() if x.mark]
    word_counts = Counter(word for x in list_letters() for word in x.words)
    base_counts = Counter(x.base for x in list_letters())
    chosen: dict[str, list[str]] = {"valid": [], "combos": []}
    sizes = {"valid": len(marked) // 12, "combos": len(marked) // 6}
    for i in rng.permutation(len(marked)):
        part = next((p for p, size in sizes.items() if len(chosen[p]) < size), None)
        if part is None:
            break
        letter = marked[i]
        if min(word_counts[word] for word in letter.words) > 3 and base_counts[letter.base] > 1:
            chosen[part].append(letter.char)
            word_counts.subtract(letter.words)
            base_counts[letter.base] -= 1
    return {part: frozenset(chars) for part, chars in chosen.items()}


@cache
def _load_font(face: str, size: int) -> ImageFont.FreeTypeFont:
    path = str(find_font_folder() / f"{face}.ttf")
    return ImageFont.truetype(path, 2 * size, layout_engine=ImageFont.Layout.BASIC)


def draw_glyph(
    char: str, face: str, size: int, base: str | None = None
) -> UInt8[np.ndarray, "48 48"]:
    """Draw a character in the middle of a field of 48 pixels; at twice the size, then averaged.

    Args:
        char: What to draw.
        face: In which typeface.
        size: Pixels of an em.
        base: The character whose width decides where the pen begins; `char` itself by default.
    """
    font, field = _load_font(face, size), Image.new("L", (2 * FIELD_SIDE, 2 * FIELD_SIDE), 0)
    pen = FIELD_SIDE - font.getlength(base or char) / 2
    position = (pen, 2 * FIELD_SIDE * _BASELINE)
    ImageDraw.Draw(field).text(position, char, font=font, fill=255, anchor="ls")
    return np.asarray(field.resize((FIELD_SIDE, FIELD_SIDE), Image.Resampling.BOX))


def _draw_with_regions(letter: Letter, face: str) -> tuple[np.ndarray, np.ndarray] | None:
    """Draw a letter and its regions; None where the font draws it in another way."""
    images = np.stack([draw_glyph(letter.char, face, size) for size in SIZES])
    base = letter.base
    if letter.mark and unicodedata.combining(letter.mark) in _ABOVE_CLASSES:
        base = _DOTLESS.get(base, base)
    if base not in _list_characters(face):
        return None
    base_image = draw_glyph(base, face, SIZES[1], letter.char).astype(int)
    difference = images[1].astype(int) - base_image
    regions = np.stack([base_image > INK, difference > INK])
    contains_base = np.maximum(-difference, 0).sum() < 0.03 * base_image.sum()
    if letter.mark and not (contains_base and regions[1].sum() > 6):
        return None
    return images, regions


@cache
def load_glyphs() -> dict[str, Glyphs]:
    """Draw all letters in all typefaces, and divide them (three seconds).

    Returns:
        By name, one of `PARTS`.
    """
    unseen_chars, pictures_by_part = choose_held_out(), {part: [] for part in PARTS}
    for letter in list_letters():
        is_known = not any(letter.char in chars for chars in unseen_chars.values())
        for face in (*FACES, *HELD_OUT_FACES):
            is_held_out = face in HELD_OUT_FACES
            seen_part, unseen_part = ("faces", "both") if is_held_out else ("train", "combos")
            part = seen_part if is_known else unseen_part
            if letter.char in unseen_chars["valid"]:
                part = None if is_held_out else "valid"
            if part is None or letter.char not in _list_characters(face):
                continue
            if (picture := _draw_with_regions(letter, face)) is not None:
                pictures_by_part[part].append((letter, face, *picture))
    splits = {}
    for part, pictures in pictures_by_part.items():
        drawn_letters, face, images, regions = zip(*pictures, strict=True)
        splits[part] = Glyphs(drawn_letters, face, np.stack(images), np.stack(regions))
    return splits


def crop_fields(
    fields: np.ndarray, tops: Int[np.ndarray, " N"], lefts: Int[np.ndarray, " N"]
) -> np.ndarray:
    """Cut pictures of 40 pixels out of fields of 48.

    Args:
        fields: `N 48 48`, of any kind.
        tops: The first row of each, 0 to 8; 4 is the middle.
        lefts: The first column.
    """
    rows = tops[:, None, None] + np.arange(SIDE)[:, None]
    columns = lefts[:, None, None] + np.arange(SIDE)
    return fields[np.arange(len(fields))[:, None, None], rows, columns]


@cache
def vocabulary() -> tuple[str, ...]:
    """Return padding, start and stop, then all words of captions; the stored network has `then`."""
    words = {word for letter in list_letters() for word in letter.words} | {"then"}
    return ("", "<s>", "</s>", *sorted(words))
