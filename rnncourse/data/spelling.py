"""Numbers from 0 to 99,999 in words, in pieces that know which digits they say.

A number has a group of thousands and a rest. The facts of a group are its
hundreds, tens and units, and the words "hundred" and "thousand" themselves.
A piece may say two of them: "thirteen" says tens and units.

Source of the words: they equal those of num2words 0.5.14 (tests/data/test_spelling.py)
for every number in English and German. Above 99,999 num2words is no reference for German: it
writes "einhunderteinstausend" for 101,000, where German says "einhunderteintausend".
"""

from collections.abc import Callable, Iterator
from functools import cache

from rnncourse.data.pairs import Piece

LANGUAGES = {"digits": "digits", "en": "English", "de": "German"}
MAX_NUMBER = 100_000

_TEXTS = {
    "en": (
        "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen "
        "fifteen sixteen seventeen eighteen nineteen twenty thirty forty fifty sixty seventy "
        "eighty ninety"
    ),
    "de": (
        "null ein zwei drei vier fünf sechs sieben acht neun zehn elf zwölf dreizehn vierzehn "
        "fünfzehn sechzehn siebzehn achtzehn neunzehn zwanzig dreißig vierzig fünfzig sechzig "
        "siebzig achtzig neunzig"
    ),
}
_EN, _DE = (text.split() for text in _TEXTS.values())


@cache
def spell_pieces(number: int, language: str) -> tuple[Piece, ...]:
    """Write a number in words, in pieces.

    Args:
        number: From 0 to 99,999.
        language: One of `LANGUAGES`; `"digits"` writes 21345, a piece a digit.

    Returns:
        The pieces; joined, they are the numeral.

    Raises:
        ValueError: If the number or the language is another one.

    >>> [piece.text for piece in spell_pieces(345, "de")]
    ['drei', 'hundert', 'fünf', 'und', 'vierzig']
    >>> [piece.facts for piece in spell_pieces(45, "en")]
    [('tens',), ('joint',), ('units',)]
    """
    if language not in LANGUAGES:
        raise ValueError(f"language must be one of {', '.join(LANGUAGES)}; got {language!r}.")
    if not 0 <= number < MAX_NUMBER:
        raise ValueError(f"number must lie in 0 ... {MAX_NUMBER - 1}; got {number}.")
    return tuple(_WRITERS[language](number))


def spell_number(number: int, language: str) -> str:
    """Write a number in words.

    >>> spell_number(21_345, "de"), spell_number(81, "en")
    ('einundzwanzigtausenddreihundertfünfundvierzig', 'eighty-one')
    """
    return "".join(piece.text for piece in spell_pieces(number, language))


def _make_piece(text: str, group: str, *facts: str, kind: str = "") -> Piece:
    """Make a piece of a group; its kind is its facts, unless they have a name of their own."""
    return Piece(text, tuple(group + fact for fact in facts), kind or "+".join(facts))


def _spell_digits(number: int) -> list[Piece]:
    facts = ["thousands: tens", "thousands: units", "hundreds", "tens", "units"]
    digits = str(number)
    return [
        Piece(digit, (fact,), fact.removeprefix("thousands: "))
        for digit, fact in zip(digits, facts[-len(digits) :], strict=True)
    ]


def _spell_english(number: int) -> Iterator[Piece]:
    thousands, remainder = divmod(number, 1000)
    if thousands:
        yield from _spell_english_group(thousands, "thousands: ")
        yield _make_piece(" thousand", "", "thousand")
        if remainder:
            yield Piece(" and " if remainder < 100 else ", ")
    if remainder or not thousands:
        yield from _spell_english_group(remainder, "")


def _spell_english_group(number: int, group: str) -> Iterator[Piece]:
    hundreds, below = divmod(number, 100)
    if hundreds:
        yield _make_piece(_EN[hundreds], group, "hundreds")
        yield _make_piece(" hundred", group, "hundred")
        if below:
            yield Piece(" and ")
    if not below and hundreds:
        return
    tens, units = divmod(below, 10)
    if below < 20:
        yield _make_piece(_EN[below], group, *_facts_below_twenty(below), kind=_choose_kind(below))
        return
    yield _make_piece(_EN[18 + tens], group, "tens")
    if units:
        yield _make_piece("-", group, "joint")
        yield _make_piece(_EN[units], group, "units")


def _facts_below_twenty(number: int) -> tuple[str, ...]:
    """Return the facts of a number below twenty: ten and above, one word says both digits."""
    return ("tens", "units") if number >= 10 else ("units",)


def _choose_kind(number: int) -> str:
    return "teen" if number >= 10 else "units"


def _spell_german(number: int) -> Iterator[Piece]:
    """Write German: the units stand before the tens."""
    thousands, remainder = divmod(number, 1000)
    for value, group, is_last in ((thousands, "thousands: ", False), (remainder, "", True)):
        if is_last and thousands and not remainder:
            return
        hundreds, below = divmod(value, 100)
        if hundreds:
            yield _make_piece(_DE[hundreds], group, "hundreds")
            yield _make_piece("hundert", group, "hundred")
        tens, units = divmod(below, 10)
        if tens > 1:
            if units:
                yield _make_piece(_DE[units], group, "units")
                yield _make_piece("und", group, "joint")
            yield _make_piece(_DE[18 + tens], group, "tens")
        elif below or (is_last and not number):
            text = _DE[below] + ("s" if below == 1 and is_last else "")
            yield _make_piece(text, group, *_facts_below_twenty(below), kind=_choose_kind(below))
        if group and value:
            yield _make_piece("tausend", "", "thousand")


_WRITERS: dict[str, Callable] = {"digits": _spell_digits, "en": _spell_english, "de": _spell_german}
