"""One drawing language for the whole book: what a network is made of has one shape and one color.

A state is a blue rounded box, an input a gray square, a gate a green circle, a cell (the LSTM's
memory) a pink box, attention purple, a gradient an orange arrow that runs back. What is none of
these has the ink of the page; an answer is a square in ink on the bare page, with bold letters.
"""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import LinearSegmentedColormap, to_rgb
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.offsetbox import AnnotationBbox, DrawingArea
from matplotlib.patches import Circle, FancyArrowPatch, FancyBboxPatch
from matplotlib.text import Text

from rnncourse.viz.figures import COLORS, figure, styled

INK = "#010203"
PALE_ALPHA, PALE_TEXT_ALPHA = 0.16, 0.55
"""How much is seen of what has no part in a stage, and of its letters."""
ROLES = {  # role: color and shape
    "input": (COLORS["gray"], "square"),
    "state": (COLORS["blue"], "box"),
    "gate": (COLORS["green"], "circle"),
    "cell": (COLORS["pink"], "box"),
    "attention": (COLORS["purple"], "circle"),
    "gradient": (COLORS["orange"], "arrow"),
    "output": (INK, "square"),
}
Place = tuple[float, float]


def get_color(role: str) -> str:
    """Return the color of a role, or of one of `COLORS`; of none, the page's ink."""
    return ROLES[role][0] if role in ROLES else COLORS.get(role, INK)


def fade_in_colormap(color: str) -> LinearSegmentedColormap:
    """From nothing to a color, `#rrggbb`."""
    return LinearSegmentedColormap.from_list("fade_in_colormap", [f"{color}00", color])


def node(ax: Axes, center: Place, text: str, role: str = "", size: Place = (0.56, 0.56)) -> None:
    """Draw a part of a network: its shape and color are its role's, its middle is `center`.

    Args:
        ax: Made by `canvas`.
        center: In the axes' units.
        text: In it, bold in an answer; formulas between dollars.
        role: One of `ROLES`, or a color of `COLORS` for a box; without one it is a plain box.
        size: Width and height; a circle has the width.
    """
    (x, y), (w, h), color = center, size, get_color(role)
    is_answer = role == "output"
    patch_style = {
        "fc": "none" if is_answer or not role else (*to_rgb(color), 0.12),
        "ec": color,
        "lw": 1.8 if is_answer else 1.3,
        "zorder": 2,
    }
    shape = ROLES[role][1] if role in ROLES else "box"
    if shape == "circle":
        ax.add_patch(Circle(center, w / 2, **patch_style))
    else:
        radius = 0.02 if shape == "square" else 0.3 * min(w, h)
        style = f"round,pad=0,rounding_size={radius}"
        ax.add_patch(FancyBboxPatch((x - w / 2, y - h / 2), w, h, style, **patch_style))
    weight = "bold" if is_answer else "normal"
    ax.text(x, y, text, ha="center", va="center", fontsize=10, weight=weight, zorder=3)


def arrow(
    ax: Axes,
    start: Place,
    end: Place,
    role: str = "",
    *,
    width: float = 1.4,
    bend: float = 0.0,
    text: str = "",
    above: float = 0.14,
) -> None:
    """Draw an arrow from place to place.

    Args:
        ax: Made by `canvas`.
        start: Where it begins.
        end: Its head.
        role: Whose color it has.
        width: Of the line, in points; the head grows with it.
        bend: 0 is straight; what is above 0 bends to the left of its way.
        text: Beside its middle.
        above: How far above the middle.
    """
    head = 4.5 + 2.2 * width**0.7
    ax.add_patch(
        FancyArrowPatch(
            start,
            end,
            arrowstyle=f"-|>,head_length={head / 10:.2f},head_width={head / 20:.2f}",
            connectionstyle=f"arc3,rad={bend}",
            mutation_scale=10,
            shrinkA=0,
            shrinkB=0,
            color=get_color(role),
            lw=width,
            zorder=1,
        )
    )
    if text:
        x, y = (start[0] + end[0]) / 2, (start[1] + end[1]) / 2 + above
        ax.text(x, y, text, ha="center", va="center", fontsize=9)


def polyline(ax: Axes, points: Sequence[Place], role: str = "", width: float = 1.4) -> None:
    """Draw a way of straight pieces from place to place, with a head at its end.

    Args:
        ax: Made by `canvas` or `canvas_at`.
        points: Two or more.
        role: Whose color it has.
        width: Of the line, in points.
    """
    if len(points) > 2:
        ax.plot(*np.transpose(points[:-1]), color=get_color(role), lw=width, zorder=1)
    arrow(ax, points[-2], points[-1], role, width=width)


def operation(ax: Axes, center: Place, text: str) -> None:
    """Draw what is done to the numbers that meet at a place, such as × or +, in a small circle."""
    ax.plot(*center, "o", ms=12, mec=INK, mfc="none", mew=1.1)
    ax.text(*center, text, ha="center", va="center", fontsize=10)


def make_stage_filter(ax: Axes, stage: str) -> Callable[..., None]:
    """Return a function that draws a part of one of several drawings of the same thing.

    `draw_part(stages, draw, ...)` calls `draw(ax, ...)`; outside of these stages, names with spaces
    between them, what it draws is pale.
    """

    def draw_part(stages: str, draw: Callable, *args, **options) -> None:
        artists_before = set(ax.get_children())
        draw(ax, *args, **options)
        if stage not in stages.split():
            for artist in set(ax.get_children()) - artists_before:
                artist.set_alpha(PALE_TEXT_ALPHA if isinstance(artist, Text) else PALE_ALPHA)

    return draw_part


SAMPLE = ((0, 4), (12, 4), (24, 4))
TICK = ((13, 4), (16.5, 0.5), (23, 9))


def labeled(
    ax: Axes, center: Place, name: str, points: Sequence[Place] = SAMPLE, **style: Any
) -> None:
    """Write a curve's name in bold from a place on, and before it a short piece of the curve.

    Args:
        ax: With the curve.
        center: Where the name begins, in the axes' units.
        name: Of the curve.
        points: Of the piece, in points of the page: `SAMPLE`, a marker in its middle, or `TICK`.
        **style: Of the curve, as `Line2D` takes it.
    """
    ax.text(*center, name, va="center", weight="bold")
    box = DrawingArea(24, 8)
    box.add_artist(Line2D(*np.transpose(points), **{"color": INK, "markevery": [1], **style}))
    options = {"boxcoords": "offset points", "box_alignment": (1, 0.5), "frameon": False}
    ax.add_artist(AnnotationBbox(box, center, (-4, 0), pad=0, **options))


def chain(
    ax: Axes,
    place: Place,
    names: Sequence[str],
    reads: Sequence[str] = (),
    *,
    step: float = 1.0,
    down: float = 1.05,
    size: Place = (0.56, 0.56),
) -> None:
    """Draw states from left to right, each joined to the next, and below them what they read.

    Args:
        ax: Made by `canvas` or `canvas_at`.
        place: Of the first state.
        names: What stands in the states.
        reads: What stands in the inputs, from the first state on; there may be more of them.
        step: From a state to the next.
        down: From a state to its input.
        size: Of an input.
    """
    x, y = place
    for t, name in enumerate(names):
        node(ax, (x + step * t, y), name, "state")
        if t:
            arrow(ax, (x + step * (t - 1) + 0.29, y), (x + step * t - 0.29, y), "state")
    for t, letter in enumerate(reads):
        node(ax, (x + step * t, y - down), letter, "input", size)
        if t < len(names):
            arrow(ax, (x + step * t, y - down + size[1] / 2 + 0.02), (x + step * t, y - 0.3))


@styled
def unrolled(read: str, states: Sequence[str], outputs: Sequence[str], size: Place) -> Figure:
    """Draw a network over time with the numbers of its states, and what it says at each step.

    Args:
        read: The letters that it reads.
        states: The numbers, in lines.
        outputs: Above each state, what the network says.
        size: Of a state.
    """
    width, height = size
    top = 0.3 + height / 2 + 0.96
    fig, (ax,) = canvas(2.1 * len(read) + 0.5, top + 1.9, low=(-1.35, -1.45))
    for n, (letter, numbers, output) in enumerate(zip(read, states, outputs, strict=True)):
        x = 2.1 * n
        node(ax, (x, -1.05), letter, "input")
        node(ax, (x, 0.3), numbers, "state", size)
        node(ax, (x, top), output, "output", (1.2, 0.56))
        arrow(ax, (x, -0.76), (x, 0.28 - height / 2))
        arrow(ax, (x, 0.32 + height / 2), (x, top - 0.3))
        if n:
            arrow(ax, (x - 2.08 + width / 2, 0.3), (x - width / 2 - 0.02, 0.3), "state")
    for y, name in ((-1.05, "$x_t$"), (0.3, "$h_t$"), (top, "next")):
        ax.text(-1.3, y, name, va="center")
    return fig


def attention_bars(
    ax: Axes, xs: Sequence[float], low: float, weights: Sequence[float], below: bool = False
) -> None:
    """Draw attention weights as bars side by side, each with its number.

    Args:
        ax: Made by `canvas` or `canvas_at`.
        xs: Middles of the bars.
        low: Their lower end.
        weights: From 0 to 1.
        below: Whether the numbers stand below the bars, to the right of their middles.
    """
    color = get_color("attention")
    for x, weight in zip(xs, weights, strict=True):
        ax.bar(x, 1.1 * weight, 0.4, bottom=low, color=color, zorder=2)
        ax.plot([x - 0.3, x + 0.3], [low, low], color=color, lw=1)
        dx, dy, ha = (0.1, -0.28, "left") if below else (0, 0.1 + 1.1 * weight, "center")
        ax.text(x + dx, low + dy, f"{weight:.2f}", ha=ha, fontsize=8)


@styled
def canvas(
    width: float, height: float, panels: int = 1, titles: Sequence[str] = (), low: Place = (0, 0)
) -> tuple[Figure, list[Axes]]:
    """Make bare axes on which one unit is as long to the right as up.

    Args:
        width: Of a panel, in units; the panels stand below each other.
        height: Of a panel, in units.
        panels: How many.
        titles: Of the panels.
        low: The lower left corner.

    Returns:
        The figure, as wide as the text, and its axes.
    """
    full_width = max(width, 7.0)  # few parts are not blown up
    low = (low[0] - (full_width - width) / 2, low[1])
    inches = 6.4 * height / full_width + 0.3 * bool(titles)
    fig, axes = figure(panels, height=panels * inches, stacked=True)
    for ax, title in zip(axes, titles or [""] * panels, strict=True):
        ax.set_axis_off()
        ax.set(xlim=(low[0], low[0] + full_width), ylim=(low[1], low[1] + height), aspect="equal")
        ax.set_title(title)
    return fig, axes


@styled
def canvas_at(
    width: float,
    height: float,
    boxes: Sequence[tuple[float, float, float, float]],
    titles: Sequence[str] = (),
) -> tuple[Figure, list[Axes]]:
    """Make bare axes in several places of one drawing; a phone shows them below each other.

    Args:
        width: Of the drawing, in units; it is as wide as the text.
        height: Of the drawing, in units.
        boxes: Of each axes: left, bottom, width, height, in units. Its own lower left is 0, 0.
        titles: Of the axes, inside, at the top.

    Returns:
        The figure, and its axes.
    """
    fig, axes = figure(len(boxes), height=6.4 * height / width)
    fig.set_layout_engine("none")
    titles = titles or [""] * len(axes)
    for ax, title, (left, bottom, box_width, box_height) in zip(axes, titles, boxes, strict=True):
        ax.set_title(title, y=1.0, pad=-11)
        ax.set_position((left / width, bottom / height, box_width / width, box_height / height))
        ax.set_axis_off()
        ax.set(xlim=(0, box_width), ylim=(0, box_height))
    return fig, axes
