"""Language identification: a name of a territory or a language goes in, its language comes out.

"Deutschland", "Saksa" and "Duitsland" are one country in German, Finnish and
Dutch. A sequence of characters goes in, one class comes out.

Half of the names are spelled alike in several languages: "Angola" in all
fourteen. They have no right answer, and are left out.

Source: the names of territories and languages of the Unicode CLDR (Unicode
License v3), as the package Babel (BSD-3-Clause) ships them. They are read from
the installed package and never redistributed here.
"""

import unicodedata
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from babel import Locale
from jaxtyping import Bool, Int

from rnncourse.data.padding import pad
from rnncourse.data.splits import Splits, check_pinned, split_items
from rnncourse.data.text import Vocabulary

LANGUAGES = {
    "de": "German",
    "en": "English",
    "es": "Spanish",
    "fi": "Finnish",
    "fr": "French",
    "hu": "Hungarian",
    "id": "Indonesian",
    "it": "Italian",
    "nl": "Dutch",
    "pl": "Polish",
    "pt": "Portuguese",
    "sv": "Swedish",
    "tr": "Turkish",
    "vi": "Vietnamese",
}
"""The classes, in their order: the CLDR's code and the English name."""

CODES = tuple(LANGUAGES)
PINNED_SHA256 = "d27d5d7aeadf6282dbc34268cf17eb118c113121f866160fec951cb54572ea41"
UNKNOWN = "\ufffd"
_LATIN = [c for c in (*range(0xC0, 0x180), *range(0x1EA0, 0x1EFA)) if chr(c).isalpha()]
ALPHABET = Vocabulary(
    UNKNOWN
    + "".join(map(chr, [*range(32, 127), *_LATIN]))
    + "ƠơƯưȘșȚț"  # Vietnamese and Romanian letters outside of those blocks
    + "–—’ʼ"
)
"""Printable ASCII and the Latin letters of Europe and Vietnam, after one sign for all others.

It is fixed before any name is seen, so that it is the same for every split, and
no held-out name has a say in it.
"""


@dataclass(frozen=True)
class PlaceName:
    """A name, in one language, of one territory or language.

    Args:
        text: The name as the CLDR spells it, capitals and accents included.
        language: The code of the language that it is written in, one of `CODES`.
        key: What it names: `"territory DE"` or `"language de_AT"`.
    """

    text: str
    language: str
    key: str


def read_names(languages: Iterable[str] = CODES) -> list[PlaceName]:
    """Read all names of territories and languages that Babel knows.

    Args:
        languages: Codes of CLDR locales, for instance `"de"`.

    Returns:
        The names, language by language, sorted by key; shared spellings are among them.

    Raises:
        babel.UnknownLocaleError: If Babel does not know a code.

    >>> {n.language: n.text for n in read_names(["de", "fi", "nl"]) if n.key == "territory DE"}
    {'de': 'Deutschland', 'fi': 'Saksa', 'nl': 'Duitsland'}
    """
    names = []
    for language in languages:
        locale = Locale.parse(language)
        for kind, table in (("territory", locale.territories), ("language", locale.languages)):
            names += [PlaceName(table[key], language, f"{kind} {key}") for key in sorted(table)]
    return names


def keep_unique_spellings(names: Iterable[PlaceName]) -> list[PlaceName]:
    """Keep the names whose spelling tells the language; each stands once.

    A spelling that two languages share, capitals aside, is dropped. Where one
    language calls two things by one name (Indonesian has "Jepang" for Japan and
    for Japanese), the first is kept.

    Args:
        names: What `read_names` returns.

    Returns:
        The names that are left, in their order.

    >>> names = [PlaceName("Kuba", "de", "territory CU"), PlaceName("Kuba", "pl", "territory CU")]
    >>> keep_unique_spellings([*names, PlaceName("Cuba", "es", "territory CU")])
    [PlaceName(text='Cuba', language='es', key='territory CU')]
    """
    names = list(names)
    n_languages = Counter(text for text, _ in {(n.text.casefold(), n.language) for n in names})
    firsts = {n.text.casefold(): n for n in reversed(names) if n_languages[n.text.casefold()] == 1}
    return [n for n in names if firsts.get(n.text.casefold()) is n]


def load_places(seed: int = 0) -> Splits[PlaceName]:
    """Return the names whose spelling tells their language, in three parts.

    The names are divided by a hash of what they name, so that no name of Germany
    is in the test if another one is in the training; Austrian German goes with
    German.

    Args:
        seed: Which division; the course uses 0, 1 and 2.

    Returns:
        6,517 names in 14 languages; `read_names` has 12,882.

    Warns:
        DataWarning: If the names are not those that the recorded numbers were
            measured on, because another version of Babel is installed.

    >>> places = load_places()
    >>> len(places.train), len(places.valid), len(places.test)
    (4997, 777, 743)
    >>> counts = Counter(n.language for part in places for n in part)
    >>> [counts[code] for code in ("de", "en", "es", "fi", "fr", "hu", "id")]
    [412, 318, 373, 424, 556, 547, 282]
    >>> [counts[code] for code in ("it", "nl", "pl", "pt", "sv", "tr", "vi")]
    [384, 425, 550, 410, 471, 648, 717]
    """
    names = keep_unique_spellings(read_names())
    lines = [f"{n.language} {n.key} {n.text}" for n in names]
    check_pinned("names of places", lines, PINNED_SHA256, ["babel"])
    return split_items(names, lambda name: name.key.split("_")[0], seed)


def encode_name(text: str) -> Int[np.ndarray, " T"]:
    """Turn any text into indices of `ALPHABET`.

    Args:
        text: A name; accents may be written as characters of their own.

    Returns:
        One index a character; 0 for a character outside of the alphabet.

    >>> ALPHABET.decode(encode_name("Åland / Ελλάδα"))
    'Åland / ������'
    """
    text = unicodedata.normalize("NFC", text)
    return ALPHABET.encode("".join(c if c in ALPHABET.characters else UNKNOWN for c in text))


def batch_names(
    names: Sequence[PlaceName],
) -> tuple[Int[np.ndarray, "T B"], Int[np.ndarray, " B"], Bool[np.ndarray, "T B"]]:
    """Turn names into a batch.

    Args:
        names: One or more names.

    Returns:
        Indices of `ALPHABET`, time first; the place of each name's language in
        `CODES`; and the mask, True at a real character.

    Raises:
        ValueError: If there is no name, or a language is not one of `CODES`.

    >>> names = [PlaceName("Saksa", "fi", ""), PlaceName("Alemania", "es", "")]
    >>> xs, targets, mask = batch_names(names)
    >>> xs.shape, targets.tolist(), mask.sum(axis=0).tolist()
    ((8, 2), [3, 2], [5, 8])
    """
    xs, mask = pad([encode_name(name.text) for name in names])
    return xs, np.array([CODES.index(name.language) for name in names]), mask
