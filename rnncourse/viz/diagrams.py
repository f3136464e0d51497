"""One drawing language for the whole book: what a network is made of has one shape and one color.

A state is a blue rounded box, an input a gray square, a gate a green circle, a cell (the LSTM's
memory) a pink box, attention purple, a gradient an orange arrow that runs back. What is none of
these has the ink of the page.
"""

from collections.abc import Sequence

from matplotlib.axes import Axes
from matplotlib.colors import LinearSegmentedColormap, to_rgb
from matplotlib.figure import Figure
from matplotlib.patches import Circle, FancyArrowPatch, FancyBboxPatch

from rnncourse.viz.figures import COLORS, figure, styled

INK = "#010203"
PURPLE = "#8b68d6"
ROLES = {  # role: color and shape
    "input": (COLORS["gray"], "square"),
    "state": (COLORS["blue"], "box"),
    "gate": (COLORS["green"], "circle"),
    "cell": (COLORS["pink"], "box"),
    "attention": (PURPLE, "circle"),
    "gradient": (COLORS["orange"], "arrow"),
    "output": (INK, "square"),
}
Place = tuple[float, float]


def color_of(role: str) -> str:
    """Return the color of a role, or of one of `COLORS`; of none, the page's ink."""
    return ROLES[role][0] if role in ROLES else COLORS.get(role, INK)


def tints(color: str) -> LinearSegmentedColormap:
    """From nothing to a color, `#rrggbb`."""
    return LinearSegmentedColormap.from_list("tints", [f"{color}00", color])


def node(ax: Axes, place: Place, text: str, role: str = "", size: Place = (0.56, 0.56)) -> None:
    """Draw a part of a network: its shape and color are its role's, its middle is the place.

    Args:
        ax: Made by `canvas`.
        place: Of its middle, in the axes' units.
        text: In it; formulas between dollars.
        role: One of `ROLES`, or a color of `COLORS` for a box; without one it is a plain box.
        size: Width and height; a circle has the width.
    """
    (x, y), (w, h), color = place, size, color_of(role)
    look = {"fc": (*to_rgb(color), 0.12) if role else "none", "ec": color, "lw": 1.3, "zorder": 2}
    shape = ROLES[role][1] if role in ROLES else "box"
    if shape == "circle":
        ax.add_patch(Circle(place, w / 2, **look))
    else:
        round_ = 0.02 if shape == "square" else 0.3 * min(w, h)
        style = f"round,pad=0,rounding_size={round_}"
        ax.add_patch(FancyBboxPatch((x - w / 2, y - h / 2), w, h, style, **look))
    ax.text(x, y, text, ha="center", va="center", fontsize=10, zorder=3)


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
            color=color_of(role),
            lw=width,
            zorder=1,
        )
    )
    if text:
        x, y = (start[0] + end[0]) / 2, (start[1] + end[1]) / 2 + above
        ax.text(x, y, text, ha="center", va="center", fontsize=9)


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
    wide = max(width, 7.0)  # few parts are not blown up
    low = (low[0] - (wide - width) / 2, low[1])
    inches = 6.4 * height / wide + 0.3 * bool(titles)
    fig, axes = figure(panels, height=panels * inches, stacked=True)
    for ax, title in zip(axes, titles or [""] * panels, strict=True):
        ax.set_axis_off()
        ax.set(xlim=(low[0], low[0] + wide), ylim=(low[1], low[1] + height), aspect="equal")
        ax.set_title(title)
    return fig, axes


@styled
def apart(
    width: float, height: float, places: Sequence[tuple[float, float, float, float]]
) -> tuple[Figure, list[Axes]]:
    """Make bare axes in several places of one drawing; a phone shows them below each other.

    Args:
        width: Of the drawing, in units; it is as wide as the text.
        height: Of the drawing, in units.
        places: Of each axes: left, bottom, width, height, in units. Its own lower left is 0, 0.

    Returns:
        The figure, and its axes.
    """
    fig, axes = figure(len(places), height=6.4 * height / width)
    fig.set_layout_engine("none")
    for ax, (left, bottom, wide, high) in zip(axes, places, strict=True):
        ax.set_position((left / width, bottom / height, wide / width, high / height))
        ax.set_axis_off()
        ax.set(xlim=(0, wide), ylim=(0, high))
    return fig, axes
