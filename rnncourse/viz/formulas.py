"""Formulas in a drawing, letter after letter in the font of the page.

Matplotlib puts each letter of a text with math where its own font would have it. In a narrower
font such a text looks spaced out; so only what mathematics asks for is kept: the steps up and
down, and the spaces around signs.
"""

import html
import re
from functools import cache
from itertools import pairwise

from matplotlib.figure import Figure
from matplotlib.font_manager import findfont
from matplotlib.ft2font import FT2Font
from matplotlib.text import Text

_ANCHORS = {"left": "start", "center": "middle", "right": "end"}
_LETTER = re.compile(r'<tspan x="([-\d.]+)" y="([-\d.]+)" style="([^"]*)">([^<]*)</tspan>')
_TEXT = re.compile(
    r'(?:<g id="formula-(\w+)-\d+">(\s*(?:<!--.*?-->\s*)?<g[^>]*>\s*))?'
    rf"<text>((?:{_LETTER.pattern})+)</text>",
    re.S,
)


def name_formulas(fig: Figure) -> None:
    """Note at each text with math how it is aligned, for `flow_formulas` to read."""
    for n, text in enumerate(fig.findobj(Text)):
        if "$" in text.get_text() and text.get_gid() is None:
            angle = text.get_rotation() % 360
            text.set_gid(f"formula-{'center' if angle else text.get_ha()}-{n}")


def flow_formulas(svg: str) -> str:
    """Let the letters of each formula follow one another; what stands above another stays.

    Args:
        svg: As matplotlib writes it, with no space between the letters of a formula.
    """
    return _TEXT.sub(_flow_text, svg)


def _flow_text(match: re.Match) -> str:
    alignment, prefix = match[1], match[2] or ""
    letters = [
        (float(x), float(y), re.sub("; opacity.*", "", style), html.unescape(letter))
        for x, y, style, letter in _LETTER.findall(match[3])  # the group has the opacity, too
    ]
    letters.sort(key=lambda letter: letter[0])
    right_edges = [x + _measure_advance(style, text) for x, _, style, text in letters]
    gaps = [0.0, *(b[0] - end for end, (_, b) in zip(right_edges, pairwise(letters), strict=False))]
    if min(gaps) < -1:
        return match[0]
    anchor = _ANCHORS.get(alignment or "left", "start")
    start = {"start": 0.0, "middle": max(right_edges) / 2, "end": max(right_edges)}[anchor]
    runs: list[list[str]] = []
    previous: tuple[float, str] | None = None
    for gap, (_, y, style, text) in zip(gaps, letters, strict=True):
        if previous is None:
            runs.append([f'x="{start:g}" y="{y:g}" style="{style}"', text])
        elif previous == (y, style) and gap < 0.5:
            runs[-1][1] += text
        else:
            attributes = f'dx="{gap:.2f}" ' if gap >= 0.5 else ""
            attributes += f'dy="{y - previous[0]:.2f}" ' if y != previous[0] else ""
            runs.append([f'{attributes}style="{style}"', text])
        previous = (y, style)
    spans = "".join(f"<tspan {start}>{html.escape(text, False)}</tspan>" for start, text in runs)
    group = f"<g>{prefix}" if alignment else ""
    return f'{group}<text text-anchor="{anchor}">{spans}</text>'


def _measure_advance(style: str, letter: str) -> float:
    """Return the width of a letter in the font that matplotlib set it in."""
    (size,) = re.findall(r"font-size: ([\d.]+)px", style)
    return float(size) * _measure_width(letter, "oblique" in style, "font-weight" in style)


@cache
def _measure_width(letter: str, oblique: bool, bold: bool) -> float:
    font = FT2Font(
        findfont(f"DejaVu Sans:{'oblique' if oblique else 'roman'}:{'bold' if bold else 'regular'}")
    )
    font.set_size(10, 72)
    return font.load_char(ord(letter)).linearHoriAdvance / 655360
