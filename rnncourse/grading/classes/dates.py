"""Times as platforms write them, Moodle in English and German.

One that is written without its zone has none here: the zone of the machine that grades is another
one, most often, than that of who wrote it. What has to be compared is `localize_time` first.
"""

import re
from datetime import UTC, datetime, tzinfo

_ENGLISH = "January February March April May June July August September October November December"
_GERMAN = "Januar Februar März April Mai Juni Juli August September Oktober November Dezember"
_MONTH_NUMBERS = {
    name.casefold(): number
    for names in (_ENGLISH, _GERMAN)
    for number, name in enumerate(names.split(), start=1)
}
_MOODLE = re.compile(
    r"(?:\w+, )?(\d{1,2})\.? (\w+) (\d{4}),? (\d{1,2}):(\d\d)(?: ?([AP]M))?", re.IGNORECASE
)

_YEARS = 1900, 9000
"""Between these every zone has every time."""


def parse_time(text: str) -> datetime | None:
    """Read a date with its time; None if it is none. It has a zone if the text has.

    >>> parse_time("2026-10-05 23:59:59.123456789 Z").isoformat()
    '2026-10-05T23:59:59.123456+00:00'
    >>> parse_time("Monday, 5 October 2026, 11:59 PM").hour
    23
    >>> parse_time("Montag, 5. Oktober 2026, 23:59").hour
    23
    """
    text = text.strip()
    if match := _MOODLE.fullmatch(text):
        day, month, year, hour, minute, half = match.groups()
        if half and int(hour) > 12:
            return None
        hours = int(hour) % 12 + 12 * (half.upper() == "PM") if half else int(hour)
        date = f"{year}-{_MONTH_NUMBERS.get(month.casefold(), 0):02}-{int(day):02}"
        text = f"{date} {hours:02}:{minute}"
    text = re.sub(r"(\.\d{6})\d+", r"\1", text)
    text = re.sub(r" (UTC|Z)$", "Z", re.sub(r" ([+-]\d\d:?\d\d)$", r"\1", text))
    try:
        time = datetime.fromisoformat(text)
    except (ValueError, OverflowError, OSError):
        return None
    return time if ":" in text and _YEARS[0] < time.year < _YEARS[1] else None  # not a date alone


def localize_time(time: datetime, zone: tzinfo | None) -> datetime:
    """Return a time in a zone: one that has none is taken to be written in this zone.

    Where there is no deadline, there is no zone, and only the order matters.
    """
    zone = zone or UTC
    return time.astimezone(zone) if time.tzinfo else time.replace(tzinfo=zone)


def format_time(time: datetime) -> str:
    """Write a time with its zone, so that nobody has to guess.

    >>> format_time(parse_time("2026-10-05T23:59:00+02:00"))
    '2026-10-05 23:59 (UTC+02:00)'
    """
    seconds = f"{time:%S}".replace("00", "")
    return f"{time:%Y-%m-%d %H:%M}{seconds and ':'}{seconds} (UTC{time.isoformat()[-6:]})"
