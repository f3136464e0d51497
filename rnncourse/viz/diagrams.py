"""One drawing language for the whole book: what a network is made of has one shape and one color.

A state is a blue rounded box, an input a gray square, a gate a green circle, a cell (the LSTM's
memory) a pink box, attention purple, a gradient an orange arrow that runs back. What is none of
these has the ink of the page.
"""

from collections.abc import Mapping, Sequence

from matplotlib.axes import Axes
from matplotlib.colors import to_rgb
from matplotlib.figure import Figure
from matplotlib.patches import Circle, FancyArrowPatch, FancyBboxPatch

from rnncourse.viz.figures import COLORS, figure, styled

INK = "#010203"
PURPLE = "#8b68d6"
ROLES = {  # role: color, shape, what it is
    "input": (COLORS["gray"], "square", "input $x$"),
    "state": (COLORS["blue"], "box", "state $h$"),
    "gate": (COLORS["green"], "circle", "gate"),
    "cell": (COLORS["pink"], "box", "cell $c$"),
    "attention": (PURPLE, "circle", "attention"),
    "gradient": (COLORS["orange"], "arrow", "gradient"),
    "output": (INK, "square", "output $y$"),
}
Place = tuple[float, float]


def color_of(role: str) -> str:
    """Return the color of a role, or of one of `COLORS`; of none, the page's ink."""
    return ROLES[role][0] if role in ROLES else COLORS.get(role, INK)


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


@styled
def unrolled(
    inputs: Sequence[str],
    outputs: Mapping[int, str] | Sequence[str] = (),
    *,
    layers: int = 1,
    both_directions: bool = False,
    gradient_to: int | None = None,
) -> Figure:
    """Draw a recurrent network unrolled in time, from left to right.

    Args:
        inputs: What is read, a word or a formula a step.
        outputs: What is written: at every step, or at those that are named.
        layers: States above each other.
        both_directions: Whether a second chain runs from right to left above the first.
        gradient_to: Draws the gradient's way back from the last output to the state of this step.
    """
    rows = 2 if both_directions else layers
    steps, out = len(inputs), dict(outputs if isinstance(outputs, Mapping) else enumerate(outputs))
    top = 1.1 * rows + (1.0 if out else 0.3)
    fig, (ax,) = canvas(steps + 0.4, top + 0.75, low=(-0.7, -0.75))
    for t, word in enumerate(inputs):
        node(ax, (t, -0.4), word, "input")
        for row in range(rows):
            y = 0.65 + 1.1 * row
            back = both_directions and row == 1
            name = rf"$h_{{{t + 1}}}$"
            if rows > 1:
                over = ("right", "left")[row]
                name = rf"$h_{{{t + 1}}}^{{{row + 1}}}$"
                name = rf"$\over{over}arrow{{h}}_{{{t + 1}}}$" if both_directions else name
            node(ax, (t, y), name, "state")
            if t:
                ends = ((t - 0.71, y), (t - 0.29, y))
                arrow(ax, *(ends[::-1] if back else ends), "state")
            if back:
                arrow(ax, (t - 0.18, -0.1), (t - 0.18, y - 0.3), bend=-0.32)
            else:
                arrow(ax, (t, -0.1 if not row else y - 0.81), (t, y - 0.3))
        if t in out:
            y = 0.65 + 1.1 * rows
            arrow(ax, (t, y - 0.81), (t, y - 0.3))
            node(ax, (t, y), out[t], "output")
    if gradient_to is not None:
        y = 0.65 - 0.2
        for t in range(steps - 1, gradient_to, -1):
            arrow(ax, (t - 0.29, y), (t - 0.71, y), "gradient")
    return fig


@styled
def stack(layers: Sequence[Sequence[str]], role: str = "state") -> Figure:
    """Draw boxes on top of each other, each feeding the next one up.

    Args:
        layers: From the lowest; in each, the names of its parts, side by side.
        role: Of all of them.
    """
    wide = max(map(len, layers))
    fig, (ax,) = canvas(2.2 * wide, 1.1 * len(layers) - 0.1, low=(-1.1, -0.5))
    for row, names in enumerate(layers):
        for column, name in enumerate(names):
            node(ax, (2.2 * column, 1.1 * row), name, role, (1.8, 0.6))
            if row:
                arrow(ax, (2.2 * column, 1.1 * row - 0.79), (2.2 * column, 1.1 * row - 0.32))
    return fig


Tree = str | tuple
"""A leaf's word, or a name and its subtrees: `("and", "dogs", ("and", "cats", "mice"))`."""


@styled
def tree(root: Tree, role: str = "state") -> Figure:
    """Draw a tree, its root above: leaves are inputs, inner nodes have a role.

    Args:
        root: A word, or a tuple of a name and its subtrees.
        role: Of the inner nodes.
    """
    places: list[tuple[float, int, str, list]] = []

    def lay(part: Tree, leaves: int) -> tuple[float, int, int]:
        if isinstance(part, str):
            places.append((leaves, 0, part, []))
            return leaves, 0, leaves + 1
        children = []
        for child in part[1:]:
            x, height, leaves = lay(child, leaves)
            children.append((x, height))
        x = sum(x for x, _ in children) / len(children)
        height = 1 + max(height for _, height in children)
        places.append((x, height, part[0], children))
        return x, height, leaves

    _, height, leaves = lay(root, 0)
    fig, (ax,) = canvas(leaves, height + 0.9, low=(-0.5, -0.45))
    for x, y, name, children in places:
        node(ax, (x, y), name, role if children else "input", (0.72, 0.56))
        for below, low in children:
            arrow(ax, (below, low + 0.3), (x + 0.2 * (below - x), y - 0.3))
    return fig


@styled
def attention(words: Sequence[str], weights: Sequence[float], query: str = "$s$") -> Figure:
    """Draw one step of attention: a query asks all states, and gets their weighted mean.

    Args:
        words: The inputs, whose states are asked.
        weights: Attention weights, one a word; a line is as wide as its weight.
        query: The state that asks.
    """
    last = len(words) - 1
    fig, (ax,) = canvas(last + 3.2, 4.1, low=(-0.7, -0.75))
    for t, (word, weight) in enumerate(zip(words, weights, strict=True)):
        node(ax, (t, -0.4), word, "input")
        node(ax, (t, 0.65), f"$h_{{{t + 1}}}$", "state")
        arrow(ax, (t, -0.1), (t, 0.35))
        if t:
            arrow(ax, (t - 0.71, 0.65), (t - 0.29, 0.65), "state")
        end = (last / 2 + 0.12 * (t - last / 2), 2.2)
        arrow(ax, (t, 0.95), end, "attention", width=0.5 + 3.5 * weight)
        side, beside = ("left", 0.1) if t > last / 2 else ("right", -0.1)
        ax.text(t + beside, 1.2, f"{weight:.2f}", ha=side, fontsize=8.5)
    node(ax, (last / 2, 2.5), "Σ", "attention")
    node(ax, (last + 1.7, 0.65), query, "state")
    arrow(ax, (last + 1.4, 0.8), (last / 2 + 0.34, 2.4), "attention", bend=0.15, text="asks")
    arrow(ax, (last / 2, 2.8), (last / 2, 3.2))
    ax.text(last / 2 + 0.1, 3.15, "context", va="center")
    return fig


@styled
def legend() -> Figure:
    """Draw the parts, with their names: the key to every drawing of the book."""
    fig, (ax,) = canvas(8.4, 1.5, low=(-0.7, -1.0))
    for place, (role, (_, shape, name)) in enumerate(ROLES.items()):
        x = 1.18 * place
        if shape == "arrow":
            arrow(ax, (x + 0.3, 0), (x - 0.3, 0), role, width=2)
        else:
            node(ax, (x, 0), "", role)
        ax.text(x, -0.6, name, ha="center", va="center", fontsize=9)
    return fig
