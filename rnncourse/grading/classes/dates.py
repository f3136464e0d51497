"""Times as platforms write them, Moodle in English and German.

One without its zone is in the zone of this machine.
"""

import re
from datetime import datetime

_MONTHS = "January February March April May June July August September October November December"
_GERMAN = "Januar Februar März April Mai Juni Juli August September Oktober November Dezember"
_MONTH = {
    name.casefold(): number
    for names in (_MONTHS, _GERMAN)
    for number, name in enumerate(names.split(), start=1)
}
_MOODLE = re.compile(
    r"(?:\w+, )?(\d{1,2})\.? (\w+) (\d{4}),? (\d{1,2}):(\d\d)(?: ?([AP]M))?", re.IGNORECASE
)


def moment(text: str) -> datetime | None:
    """Read a time; None if there is none, or nobody could tell.

    >>> moment("2026-10-05 23:59:59.123456789 Z").isoformat()
    '2026-10-05T23:59:59.123456+00:00'
    >>> moment("Monday, 5 October 2026, 11:59 PM").hour
    23
    >>> moment("Montag, 5. Oktober 2026, 23:59").hour
    23
    """
    text = text.strip()
    if match := _MOODLE.fullmatch(text):
        day, month, year, hour, minute, half = match.groups()
        hours = int(hour) % 12 + 12 * (half.upper() == "PM") if half else int(hour)
        numbers = (int(year), _MONTH.get(month.casefold(), 0), int(day), hours, int(minute))
        try:
            return datetime(*numbers).astimezone()
        except (ValueError, OverflowError, OSError):
            return None
    text = re.sub(r"(\.\d{6})\d+", r"\1", text)
    text = re.sub(r" (UTC|Z)$", "Z", re.sub(r" ([+-]\d\d:?\d\d)$", r"\1", text))
    try:
        read = datetime.fromisoformat(text)
        return read if read.tzinfo else read.astimezone()
    except (ValueError, OverflowError, OSError):
        return None
