"""Figures that follow the page: inline SVG whose text has the color of the prose around it."""

import base64
import hashlib
import html
import io
import re
import textwrap
from collections.abc import Sequence
from typing import Any

import matplotlib as mpl
import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.image import imread
from matplotlib.lines import Line2D
from matplotlib.text import Text
from matplotlib.transforms import ScaledTranslation
from scipy.optimize import isotonic_regression

from rnncourse.viz.figure_csv import count_points, format_figure_csv
from rnncourse.viz.formulas import flow_formulas, name_formulas
from rnncourse.viz.text import render_inline

COLORS = {
    "blue": "#3b82c4",
    "orange": "#d97706",
    "green": "#159a74",
    "pink": "#c2569b",
    "purple": "#8b68d6",
    "gray": "#808a94",
}
"""Told apart by readers with color-blindness, and at least 3:1 on white and on the dark page."""

_INK = "#010203"  # stands for the page's own text color until the figure is written
_STYLE = {
    "axes.edgecolor": _INK,
    "axes.labelcolor": _INK,
    "axes.prop_cycle": mpl.cycler(color=list(COLORS.values())),
    "axes.spines.right": False,
    "axes.spines.top": False,
    "axes.titlesize": 10,
    "axes.titleweight": "bold",
    "axes.titlelocation": "left",
    "font.size": 9,
    "grid.alpha": 0.18,
    "grid.color": _INK,
    "grid.linewidth": 0.6,
    "legend.frameon": False,
    "lines.linewidth": 1.8,
    "lines.markersize": 4.5,
    "svg.fonttype": "none",
    "text.color": _INK,
    "xtick.color": _INK,
    "ytick.color": _INK,
}


styled = mpl.rc_context(_STYLE)
"""Decorator of every function that draws: its artists take the course's style."""


@styled
def figure(
    panels: int = 1, height: float = 3.0, stacked: bool = False, **options: Any
) -> tuple[Figure, list[Axes]]:
    """Make a figure in the course's style.

    Args:
        panels: How many, side by side.
        height: In inches; the width is that of the text, 6.4.
        stacked: One below the other instead, so that many lines can be told apart on a phone.
        **options: Passed on to `Figure.subplots`, such as `sharey=True`.

    Returns:
        The figure, and its axes from left to right, or from top to bottom.
    """
    fig = Figure(figsize=(6.4, height), layout="constrained")
    rows, columns = (panels, 1) if stacked else (1, panels)
    axes = fig.subplots(rows, columns, squeeze=False, **options).ravel()
    for ax in axes:
        ax.grid(axis="y")
        ax.set_axisbelow(True)
    return fig, list(axes)


@styled
def label_line_ends(ax: Axes) -> None:
    """Write the name of every line beside its right end: no legend, and no name upon another.

    Call it last, since a name stands by where its line ends on the page. Rows of letters have the
    height that they need on a phone, which enlarges them, and between names there is more room.

    Args:
        ax: Its lines have labels; one that begins with `_` is not written.
    """
    fig = ax.figure
    fig.get_layout_engine().set(rect=(0, 0, 0.92, 1))
    fig.draw_without_rendering()
    points = 72 / fig.dpi
    lines = [line for line in ax.lines if line.get_label()[:1] != "_"]
    ends = [points * ax.transData.transform(line.get_xydata()[-1])[1] for line in lines]
    lines = [lines[n] for n in np.argsort(ends)]
    names = [textwrap.fill(line.get_label(), 14) for line in lines]
    heights = 19 * np.array([1.4 + name.count("\n") for name in names])
    middles = np.cumsum(heights) - heights / 2
    lowest, highest = points * ax.bbox.y0, points * ax.bbox.y1 - heights.sum()
    starts = isotonic_regression(np.sort(ends) - middles).x.clip(lowest, highest)
    shifts = starts + middles - np.sort(ends)
    leader = {"arrowstyle": "-", "color": COLORS["gray"], "lw": 0.6, "shrinkA": 0, "shrinkB": 5}
    options = {"textcoords": "offset points", "va": "center"}
    for line, name, shift in zip(lines, names, shifts, strict=True):
        end = line.get_xydata()[-1]
        ax.annotate("", end, (20, shift), arrowprops=leader, **options)
        weight = "bold" if line.get_color() == _INK else "normal"
        ax.annotate(name, end, (33, shift), weight=weight, **options)
        mark = Line2D(*end[:, None])
        mark.update_from(line)
        place = ScaledTranslation(26 / 72, shift / 72, fig.dpi_scale_trans)
        mark.set(transform=ax.transData + place, label="_mark", clip_on=False)
        ax.add_artist(mark)


def name_rows(ax: Axes, names: Sequence[str], columns: int = 20) -> np.ndarray:
    """Write names beside the rows of a panel, from its top, and make the figure high enough.

    A name breaks into lines of about one length. Each row is as high as the lines of its name,
    which a phone enlarges, and a little more.

    Args:
        ax: The one panel of a figure.
        names: Of the rows.
        columns: Letters in a line at the most.

    Returns:
        Where the rows are along the y axis, whose unit is a line of letters.
    """
    broken = []
    for name in names:
        n_lines = len(textwrap.wrap(name, columns))
        widths = range(max(map(len, name.split())), columns + 1)
        width = next(width for width in widths if len(textwrap.wrap(name, width)) == n_lines)
        broken.append(textwrap.fill(name, width))
    heights = np.array([1.4 + name.count("\n") for name in broken])
    middles = np.cumsum(heights) - heights / 2
    ax.set_yticks(middles, broken)
    ax.set_ylim(heights.sum(), 0)
    ax.grid(visible=False, axis="y")
    ax.figure.set_figheight(0.8 + 0.27 * heights.sum())
    return middles


class FigureOutput:
    """A figure as HTML; its plain form is the description."""

    def __init__(self, svg: str, alt: str, caption: str, name: str, data: str = ""):
        self.svg, self.alt, self.caption, self.name, self.data = svg, alt, caption, name, data

    def _repr_html_(self) -> str:
        data = self.data.replace("</", "<\\/")
        # The points are named and counted outside, where a test of the notebook compares them.
        points = html.escape(count_points(self.data), quote=True)
        attributes = f'class="rc-data" data-points="{points}"'
        points_script = f'\n<script type="text/csv" {attributes}>\n{data}</script>' if data else ""
        return (
            f'<figure class="rc-figure" id="fig-{self.name}">'
            f'<div class="rc-drawing">{self.svg}</div>\n'
            f"<figcaption>{render_inline(self.caption)}</figcaption>{points_script}</figure>"
        )

    def __repr__(self) -> str:
        return f"Figure: {self.alt}"


def draw_divider(fig: Figure, y: float) -> None:
    """Draw a thin line across a figure, between two rows of panels.

    Args:
        fig: The figure.
        y: How high, from 0 at its foot to 1 at its top.
    """
    fig.add_artist(Line2D([0.01, 0.99], [y, y], color=_INK, lw=0.6, alpha=0.4))


def show(fig: Figure, *, alt: str, caption: str, name: str) -> FigureOutput:
    """Turn a figure into inline SVG with a description, a caption, and its data.

    Args:
        fig: Made by `figure`.
        alt: What the figure shows, for readers who do not see it.
        caption: A sentence that says what to see; math between dollars, code between backticks.
        name: The place in the page is `#fig-NAME`, and the prose refers to it with a `ref` role.
            The page gives the number.

    Returns:
        An object that a notebook displays when it is the last value of a cell.

    Raises:
        ValueError: If description or caption say next to nothing, the name is no plain word, or
            no panel says what the numbers along its axes are.
    """
    if len(alt.split()) < 5:
        raise ValueError("Describe the figure in a sentence: what is drawn, and what to see.")
    if len(caption.split()) < 4:
        raise ValueError("Give the figure a caption: one sentence that says what to see.")
    if not re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", name):
        raise ValueError(f"A figure's name is of small letters, digits and hyphens, not {name!r}.")
    buffer = io.StringIO()
    salt = hashlib.sha256(alt.encode()).hexdigest()[:8]
    with mpl.rc_context({**_STYLE, "svg.hashsalt": salt}):
        fig.draw_without_rendering()
        if unlabeled := _find_unlabeled_axes(fig):
            raise ValueError(f"Say what the numbers along {' and '.join(unlabeled)} are: a label.")
        name_formulas(fig)
        fig.savefig(buffer, format="svg", transparent=True, metadata={"Date": None})
    drawing = _adapt_svg(buffer.getvalue(), alt, salt)
    return FigureOutput(drawing, alt, caption, name, format_figure_csv(fig))


def _find_unlabeled_axes(fig: Figure) -> list[str]:
    """Find which of x and y has numbers along it in a panel, and a label in none."""
    axes = [axis for ax in fig.axes if ax.axison for axis in (ax.xaxis, ax.yaxis)]
    numbered = {axis.axis_name for axis in axes if any(map(_is_number, axis.get_ticklabels()))}
    return sorted(numbered - {axis.axis_name for axis in axes if axis.get_label_text()})


def _is_number(tick: Text) -> bool:
    return bool(re.fullmatch(r"[\W\d]*\d[\W\d]*", tick.get_text().replace("mathdefault", "")))


def _adapt_svg(svg: str, alt: str, salt: str) -> str:
    """Make of matplotlib's file an element that takes the colors and the font of its page."""
    svg = svg[svg.index("<svg") :].strip()
    svg = re.sub(r"\s*<metadata>.*?</metadata>", "", svg, flags=re.S)
    # matplotlib's style element would reach every drawing of the page; here it stays on this one
    svg = re.sub(r"<style.*?</style>", "", svg, flags=re.S)
    svg = svg.replace("<svg ", '<svg stroke-linejoin="round" stroke-linecap="butt" ', 1)
    # space between the letters of a formula would have the size of the page's text
    svg = flow_formulas(re.sub(r"\s+(?=<tspan|</text>)", "", svg))
    svg = svg.replace(_INK, "currentColor")
    svg = re.sub(r"'DejaVu Sans'[^;\"]*", "system-ui, sans-serif", svg)
    svg = re.sub(r' id="(legend|link|matplotlib\.axis)_\d+"', _name_by_class, svg)
    svg = re.sub(r'<image xlink:href="data:image/png;base64,\s*([^"]+)"', _mark_opaque, svg)
    svg = _scope_ids(svg, f"rc-{salt}-")
    label = html.escape(alt, quote=True)
    svg = svg.replace("<svg ", f'<svg role="img" aria-label="{label}" ', 1)
    return re.sub(r' (width|height)="[\d.]+pt"', "", svg, count=2)


def _name_by_class(match: re.Match) -> str:
    """Name legend and axes by a class, for tests that measure what overlaps.

    Axes with the gid `link_1` hold lines between panels: a phone, which shows these below each
    other, leaves the lines out.
    """
    return f' class="rc-{match[1].removeprefix("matplotlib.")}"'


def _mark_opaque(match: re.Match) -> str:
    """Name what is opaque by a class: on a dark page the white of its paper is softer."""
    opaque = imread(io.BytesIO(base64.b64decode(match[1])))[..., 3].min() == 1
    return match[0] + ' class="rc-paper"' * bool(opaque)


def _scope_ids(svg: str, prefix: str) -> str:
    """Make the ids that are referred to unique in a page, and drop the others."""
    references = set(re.findall(r'(?:url\(#|href="#)([^)"]+)', svg))
    svg = re.sub(
        r' id="([^"]+)"', lambda m: f' id="{prefix}{m[1]}"' if m[1] in references else "", svg
    )
    return re.sub(r'(url\(#|href="#)', rf"\g<1>{prefix}", svg)


def glue(name: str, value: object, form: str = "{}") -> None:
    """Give a number of this run a name, for the prose to quote with a `glue:text` role.

    Args:
        name: What the prose calls it.
        value: The number.
        form: How to print it, for instance `"{:.2f}"`.
    """
    from myst_nb import glue as give  # only where a page is made

    give(name, form.format(value), display=False)
