"""The line of a card with the numbers that decide."""

import re

from rnncourse.claims import Claim
from rnncourse.claims.kinds import NUMBER
from rnncourse.viz.effects import digits, pretty
from rnncourse.viz.text import inline


def answer(claim: Claim) -> str:
    """Return the line of a card with the numbers that decide, as HTML."""

    def number(match: re.Match) -> str:
        name, value, how = match.groups(default="")
        checks = claim.swept[float(value[1:])] if value else claim.quoted
        check = next(check for check in checks if check.name == name)
        if how.startswith(":level"):
            level = check.reading.mean
            return f"<b>{f'{percent(level)} %' if '%' in how else pretty(f'{level:.3g}')}</b>"
        effect = check.effect.mean
        if how == ":points":
            mean = pretty(percent(effect))
            return f"<b>{mean} percentage point{'' if mean.lstrip('−') == '1' else 's'}</b>"
        if how in (":times", ":hundred"):
            return f"<b>{factor(abs(effect) * (100 if how == ':hundred' else 1))}</b>"
        return f"<b>{pretty(f'{abs(effect):.2g}' if how else digits(effect, check))}</b>"

    return NUMBER.sub(number, inline(claim.answer))


def factor(powers: float) -> str:
    """Set a number of powers of ten as the factor that it stands for.

    >>> factor(0.72), factor(2.58), factor(12.06)
    ('5.2', '380', '10<sup>12</sup>')
    """
    return pretty(f"{10**powers:.2g}") if powers < 3 else f"10<sup>{powers:.0f}</sup>"


def percent(fraction: float) -> str:
    """Round a share to whole percents, and where these would say all or nothing, finer.

    At most to a thousandth of a percent.

    >>> percent(0.9424), percent(0.9987), percent(0.0042), percent(1.0), percent(-0.0)
    ('94', '99.9', '0.4', '100', '0')
    """
    value = 100 * fraction + 0.0
    for places in range(4):
        text = f"{value:.{places}f}"
        if float(text) not in (0, 100) or value in (0, 100):
            break
    return text
