"""The line of a card with the numbers that decide."""

import re

from rnncourse.claims import Claim
from rnncourse.claims.kinds import NUMBER
from rnncourse.viz.effects import digits, pretty
from rnncourse.viz.text import inline


def answer(claim: Claim) -> str:
    """Return the line of a card with the numbers that decide, as HTML.

    An effect has its interval behind it; equal runs, their number.
    """
    numbers = {check.name: check for check in claim.checks}

    def number(match: re.Match) -> str:
        check, how = numbers[match[1]], match[2] or ""
        if how.startswith(":level"):
            level = check.reading.mean
            return f"<b>{f'{percent(level)} %' if '%' in how else pretty(f'{level:.3g}')}</b>"
        found, unit = check.effect, " percentage points" if how else ""

        def text(value: float) -> str:
            return pretty(percent(value) if unit else digits(value, check))

        ends = f"{text(found.low)} to {text(found.high)}"
        if found.low == found.high:
            ends = f"{found.n} of {found.n}"
        mean = text(found.mean)
        one = unit if mean.lstrip("−") != "1" else unit.removesuffix("s")
        return f"<b>{mean}{one}</b> ({ends})"

    return NUMBER.sub(number, inline(claim.answer))


def percent(share: float) -> str:
    """Round a share to whole percents, and where these would say all or nothing, finer.

    At most to a thousandth of a percent.

    >>> percent(0.9424), percent(0.9987), percent(0.0042), percent(1.0), percent(-0.0)
    ('94', '99.9', '0.4', '100', '0')
    """
    value = 100 * share + 0.0
    for places in range(4):
        text = f"{value:.{places}f}"
        if float(text) not in (0, 100) or value in (0, 100):
            break
    return text
