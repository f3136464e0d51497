"""The line of a card with the numbers that decide."""

import re

from rnncourse.claims import Claim
from rnncourse.claims.kinds import NUMBER
from rnncourse.viz.effects import format_number, round_effect
from rnncourse.viz.text import render_inline


def format_answer(claim: Claim) -> str:
    """Return the line of a card with the numbers that decide, as HTML."""

    def replace_number(match: re.Match) -> str:
        name, swept, unit = match.groups(default="")
        checks = claim.checks_by_value[float(swept[1:])] if swept else claim.quoted_checks
        check = next(check for check in checks if check.name == name)
        if unit.startswith(":level"):
            level = check.reading.mean
            if "%" in unit:
                return f"<b>{format_percent(level)} %</b>"
            return f"<b>{format_number(f'{level:.3g}')}</b>"
        effect = check.effect.mean
        if unit == ":points":
            mean = format_number(format_percent(effect))
            return f"<b>{mean} percentage point{'' if mean.lstrip('−') == '1' else 's'}</b>"
        if unit in (":times", ":hundred"):
            return f"<b>{format_factor(abs(effect) * (100 if unit == ':hundred' else 1))}</b>"
        return (
            f"<b>{format_number(f'{abs(effect):.2g}' if unit else round_effect(effect, check))}</b>"
        )

    return NUMBER.sub(replace_number, render_inline(claim.answer))


def format_factor(powers: float) -> str:
    """Set a number of powers of ten as the factor that it stands for.

    >>> format_factor(0.72), format_factor(2.58), format_factor(12.06)
    ('5.2', '380', '10<sup>12</sup>')
    """
    return format_number(f"{10**powers:.2g}") if powers < 3 else f"10<sup>{powers:.0f}</sup>"


def format_percent(fraction: float) -> str:
    """Round a share to whole percents, and where these would say all or nothing, finer.

    At most to a thousandth of a percent.

    >>> [format_percent(share) for share in (0.9424, 0.9987, 0.0042, 1.0, -0.0)]
    ['94', '99.9', '0.4', '100', '0']
    """
    value = 100 * fraction + 0.0
    for decimals in range(4):
        text = f"{value:.{decimals}f}"
        if float(text) not in (0, 100) or value in (0, 100):
            break
    return text
