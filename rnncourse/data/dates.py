"""Dates from one form to another: the day, the month and the year change places.

"November 22, 2026" is "22. November 2026" in German, "2026. november 22." in
Hungarian, and 2026-11-22 for a machine (ISO 8601). The patterns are cut into
day, month and year, so the true alignment is known.

Source: the long patterns and the names of months of the Unicode CLDR (Unicode License v3),
as the package Babel (BSD-3-Clause) ships them. They are read from the installed package,
never redistributed here, and the tests hold them against `babel.dates.format_date`.
"""

import re
from collections.abc import Iterable
from datetime import date, timedelta
from functools import cache

from babel import Locale

from rnncourse.data.padding import check_pinned, divide, hashed
from rnncourse.data.pairs import END, START, Pair, PairData, Piece, make_pair, vocabulary

LOCALES = {
    "en": "English",
    "de": "German",
    "fr": "French",
    "es": "Spanish",
    "sv": "Swedish",
    "fi": "Finnish",
    "pl": "Polish",
    "hu": "Hungarian",
    "lt": "Lithuanian",
}
"""Locales written in Latin letters: most say the day first, English the month, the last two
the year."""

ISO = "iso"
FIRST, DAYS = date(1900, 1, 1), 73_049
"""The dates lie in the 200 years from 1900 to 2099."""

PINNED_SHA256 = "af73b0a272f70f405e4a9e95c3cd868adefc0005eb4c7ea163d8c60a9235959a"
_FIELD = re.compile(r"'([^']*)'|(y)|(M+)|(d)|([^'yMd]+)")


def date_pieces(day: date, locale: str) -> tuple[Piece, ...]:
    """Write a date in the long form of a locale, in pieces.

    Each digit of the year is a fact of its own, since it is copied; day and month are one each.

    Args:
        day: What to write.
        locale: One of `LOCALES`, or `"iso"`.

    Raises:
        ValueError: If the locale is another one.

    >>> [piece.text for piece in date_pieces(date(2026, 3, 1), "hu")]
    ['2', '0', '2', '6', '. ', 'március', ' ', '1', '.']
    >>> "".join(piece.text for piece in date_pieces(date(2026, 3, 1), "iso"))
    '2026-03-01'
    """
    if locale == ISO:
        month = Piece(f"{day.month:02}", ("month",), "month")
        two = Piece(f"{day.day:02}", ("day",), "day")
        return *_year(day.year), Piece("-"), month, Piece("-"), two
    if locale not in LOCALES:
        known = ", ".join((*LOCALES, ISO))
        raise ValueError(f"locale must be one of {known}; got {locale!r}.")
    pattern, months = _written(locale)
    pieces: list[Piece] = []
    for quoted, y, m, d, plain in _FIELD.findall(pattern):
        if y:
            pieces += _year(day.year)
        elif m:
            pieces.append(Piece(months[day.month], ("month",), "month"))
        elif d:
            pieces.append(Piece(str(day.day), ("day",), "day"))
        else:
            pieces.append(Piece(quoted or plain))
    return tuple(pieces)


def _year(year: int) -> list[Piece]:
    return [Piece(digit, (f"year {i}",), "year") for i, digit in enumerate(str(year))]


@cache
def _written(locale: str) -> tuple[str, dict[int, str]]:
    """Return the long pattern of a locale and its names of months inside a date."""
    known = Locale.parse(locale)
    return known.date_formats["long"].pattern, dict(known.months["format"]["wide"])


def date_pair(day: date, source: str, target: str) -> Pair:
    """Write one date in two forms, a token a character.

    >>> pair = date_pair(date(2026, 3, 1), "de", "iso")
    >>> "".join(pair.source), "".join(pair.target)
    ('1. März 2026', '2026-03-01')
    >>> pair.links[-2:]
    ((0,), (0,))
    """
    return make_pair(date_pieces(day, source), date_pieces(day, target), day.isoformat())


def draw_days(size: int, seed: int = 0) -> list[date]:
    """Return different days from 1900 to 2099, in a fixed random order.

    A larger size adds days and takes none away.

    Raises:
        ValueError: If there are not so many days, or less than one is wanted.

    >>> [day.isoformat() for day in draw_days(2)]
    ['2086-05-06', '1935-03-11']
    """
    if not 1 <= size <= DAYS:
        raise ValueError(f"size must lie in 1 ... {DAYS}; got {size}.")
    order = sorted(range(DAYS), key=lambda n: hashed(f"{seed}:day:{n}"))
    return [FIRST + timedelta(days=n) for n in order[:size]]


def load_dates(
    sources: Iterable[str] = ("en", "de", "fr", "hu"),
    target: str = ISO,
    size: int = 6000,
    seed: int = 0,
) -> PairData:
    """Return dates in two forms; a day is in one part only, in all its languages.

    Args:
        sources: One or more of `LOCALES`: the days are dealt to them in turn. Nothing tells the
            network which language it reads.
        target: One of `LOCALES`, or `"iso"`.
        size: How many dates.
        seed: Which dates, and which division.

    Raises:
        ValueError: If a locale is another one, there is none, or there are not so many days.

    Warns:
        DataWarning: If patterns or months are not those that the recorded numbers were
            measured on, because another version of Babel is installed.

    >>> dates = load_dates(size=1000)
    >>> len(dates.train), len(dates.valid), len(dates.test)
    (788, 111, 101)
    >>> "".join(dates.test[0].source), "".join(dates.test[0].target)
    ('1998. május 18.', '1998-05-18')
    """
    sources = tuple(sources)
    if not sources:
        raise ValueError("load_dates() needs at least one source. Try: sources=('en',).")
    shown = [str(_written(locale)) for locale in LOCALES]
    check_pinned("dates", shown, PINNED_SHA256, ["babel"])
    dealt = [(day, sources[i % len(sources)]) for i, day in enumerate(draw_days(size, seed))]
    parts = divide(dealt, lambda item: item[0].isoformat(), seed)
    train, valid, test = (
        tuple(date_pair(day, source, target) for day, source in part) for part in parts
    )
    return PairData(train, valid, test, _tokens(*sources), (END, START, *_tokens(target)))


@cache
def _tokens(*locales: str) -> tuple[str, ...]:
    days = [date(1900 + n, 1 + n % 12, 1 + n % 28) for n in range(200)]
    return vocabulary(date_pieces(day, locale) for locale in locales for day in days)
