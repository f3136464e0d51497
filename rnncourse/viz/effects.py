"""An effect and the smallest that matters: digits that never cross it, an interval plot."""

import html
import math
from decimal import Decimal

from rnncourse.claims import Check

TIMES, MINUS = "\N{MULTIPLICATION SIGN}", "\N{MINUS SIGN}"


def round_effect(value: float, check: Check) -> str:
    """Round for display, but never across the smallest effect that matters.

    Args:
        value: The number.
        check: Its check; the rounded number satisfies it exactly if the number does.

    Returns:
        At least three significant digits, as Python would read them.

    >>> check = Check(name="c", role="primary", quantity="q", record="r:k", over="seeds", op=">=",
    ...               smallest=0.3, against="a", baseline=0)
    >>> round_effect(0.41234, check), round_effect(0.29996, check)
    ('0.412', '0.29996')
    """
    value += 0.0  # no minus before a zero
    n_digits = len(str(int(abs(value))))  # digits before the point are not rounded away
    for precision in range(max(3, n_digits if n_digits < 17 else 3), 18):
        text = f"{value:.{precision}g}"
        if check.accepts(float(text)) == check.accepts(value):
            break
    return text


def format_number(text: str) -> str:
    """Set a number as HTML: thousands, a true minus, powers of ten.

    >>> format_number("2140000"), format_number("1e-12"), format_number("-0.50")
    ('2,140,000', '10<sup>−12</sup>', '−0.50')
    """
    number = Decimal(text)
    if number and not 1e-3 <= abs(number) < 1e7:
        mantissa, exponent = f"{number:e}".split("e")
        factor = "" if float(mantissa) == 1 else f"{mantissa.rstrip('0').rstrip('.')} {TIMES} "
        return f"{factor}10<sup>{int(exponent)}</sup>".replace("-", MINUS)
    return f"{number:,f}".replace("-", MINUS)


def draw_interval_plot(check: Check) -> str:
    """Draw runs as small dots above a line, their interval as a bar; the thick part is claimed.

    The line starts at zero where the numbers allow it; it is logarithmic when
    all of them are positive and a factor of 30 apart.
    """
    effect = check.effect
    points = [*effect.values, effect.low, effect.high, check.smallest]
    low, high = min(points), max(points)
    is_log = low > 0 and high > 30 * low
    if is_log:
        low, high = math.log10(low), math.log10(high)
        margin = 0.25 * (high - low)
    else:
        low, high = min(low, 0.0), max(high, 0.0)
        margin = 0.3 * (high - low)
    start = low if low == 0 else low - margin
    stop = high if high == 0 else high + margin

    def to_x(x: float) -> float:
        return round(3 + 94 * ((math.log10(x) if is_log else x) - start) / (stop - start), 1)

    threshold = to_x(check.smallest)
    left, right = (threshold, 100) if check.op == ">=" else (0, threshold)
    dots = "".join(
        f'<circle class="claim-run" cx="{x}%" cy="2.5" r="2.2" fill="currentColor"/>'
        for x in sorted({to_x(value) for value in effect.values})
    )
    interval_line = (
        f'<line class="claim-interval" x1="{to_x(effect.low)}%" x2="{to_x(effect.high)}%" y1="9" '
        'y2="9" stroke="currentColor" stroke-width="3"/>'
    )
    return (
        '<svg class="claim-interval-plot" width="220" height="18" aria-hidden="true">'
        '<line class="claim-scale" x1="0" x2="100%" y1="9" y2="9" stroke="currentColor"/>'
        f'<rect class="claim-region" x="{left}%" width="{right - left:.1f}%" y="6" height="6" '
        'rx="3" fill="currentColor" fill-opacity=".3"/>'
        f'<line class="claim-threshold" x1="{threshold}%" x2="{threshold}%" y1="1" '
        f'y2="17" stroke="currentColor" stroke-width="2"/>{interval_line}{dots}'
        f'<circle class="claim-dot" cx="{to_x(effect.mean)}%" cy="9" r="5.5" fill="currentColor"/>'
        "</svg>"
    )


def draw_effect_curve(checks: dict[float, Check], variable: str) -> str:
    """Draw the effect at each value of a sweep, with its interval, and what the claim asks for.

    A full dot is met, a cross is missed, a ring is too close to tell.
    """
    (first_check, *_), n = checks.values(), len(checks)
    bounds = [end for check in checks.values() for end in check.effect.interval]
    low, high = min(*bounds, first_check.smallest), max(*bounds, first_check.smallest)
    margin = 0.08 * (high - low) or 1.0

    def to_y(value: float) -> float:
        return round(8 + 80 * (high + margin - value) / (high - low + 2 * margin), 1)

    threshold, shapes, means = to_y(first_check.smallest), [], []
    for i, (value, check) in enumerate(checks.items()):
        x, effect = round(20 + 280 * (i + 0.5) / n, 1), check.effect
        mean_y, (bottom, top) = to_y(effect.mean), map(to_y, effect.interval)
        means.append(f"{x},{mean_y}")
        shape = f'<circle cx="{x}" cy="{mean_y}" r="4" fill="currentColor"/>'
        if check.state == "missed":
            shape = (
                f'<path d="M{x - 4:.1f} {mean_y - 4:.1f}l8 8m0 -8l-8 8" stroke="currentColor" '
                'stroke-width="2.5"/>'
            )
        if check.state == "open":
            shape = (
                f'<circle class="claim-ring" cx="{x}" cy="{mean_y}" r="3.5" fill="none" '
                'stroke="currentColor" stroke-width="2"/>'
            )
        shapes.append(
            f'<g class="claim-{check.state}"><path d="M{x} {bottom}V{top}" '
            f'stroke="currentColor" stroke-width="1.5" opacity=".5"/>{shape}</g>'
            f'<text x="{x}" y="104" text-anchor="middle">{format_value(value)}</text>'
        )
    bottom_y, top_y = (threshold, 8.0) if first_check.op == ">=" else (88.0, threshold)
    states = "; ".join(f"at {format_value(value)} {check.state}" for value, check in checks.items())
    return (
        '<svg class="claim-curve" viewBox="0 0 320 108" role="img" '
        f'aria-label="The effect by {html.escape(variable, quote=True)}: {states}.">'
        f'<rect class="claim-region" x="20" width="280" y="{top_y}" '
        f'height="{bottom_y - top_y:.1f}" fill="currentColor" fill-opacity=".09"/>'
        f'<line class="claim-threshold" x1="20" x2="300" y1="{threshold}" y2="{threshold}" '
        'stroke="currentColor" stroke-dasharray="4 3"/>'
        f'<path class="claim-scale" d="M{" ".join(means)}" fill="none" '
        f'stroke="currentColor" opacity=".6"/>{"".join(shapes)}</svg>'
    )


def format_value(value: float) -> str:
    """Set a value of a sweep as plain text."""
    return f"{value:,g}".replace("-", MINUS)
