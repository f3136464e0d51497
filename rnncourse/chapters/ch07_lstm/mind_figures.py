"""The figures on what single cells know.

Blue is a cell that is low, orange one that is high; orange is also the network whose cell is held,
gray what it is compared with.
"""

from collections.abc import Mapping, Sequence

import numpy as np
from jaxtyping import Float

from rnncourse.viz.figures import COLORS, Axes, Figure, figure, styled

ROW = 64
"""Characters in a row of colored text."""


def _write(ax: Axes, text: str, values: Float[np.ndarray, " T"], low: float, high: float) -> None:
    """Write a text in rows, each character on a tile whose color is a value."""
    rows = -(-len(text) // ROW)
    for t, (character, value) in enumerate(zip(text, values, strict=True)):
        row, column = divmod(t, ROW)
        depth = float(np.clip((value - low) / (high - low), 0, 1))
        color, strength = ("orange", 2 * depth - 1) if depth > 0.5 else ("blue", 1 - 2 * depth)
        place = column - 0.5, -row - 0.42
        left, low_edge = place
        xs, ys = (
            [left, left + 1, left + 1, left],
            [low_edge, low_edge, low_edge + 0.84, low_edge + 0.84],
        )
        ax.fill(xs, ys, color=COLORS[color], alpha=0.75 * strength, linewidth=0)
        ax.text(column, -row, character, family="monospace", size=7.4, ha="center", va="center")
    ax.set(xlim=(-1, ROW), ylim=(-rows + 0.4, 0.6), xticks=[], yticks=[])
    ax.grid(visible=False)
    for spine in ax.spines.values():
        spine.set_visible(False)


@styled
def written(
    text: str, rows: Mapping[str, Float[np.ndarray, " T"]], low: float, high: float
) -> Figure:
    """Write a text in color, once for each row of values.

    Args:
        text: The characters.
        rows: By title: a value for each character.
        low: The value that is deep blue.
        high: The value that is deep orange.
    """
    lines = -(-len(text) // ROW)
    fig, axes = figure(len(rows), height=len(rows) * (0.3 + 0.22 * lines), stacked=True)
    for ax, (title, values) in zip(axes, rows.items(), strict=True):
        _write(ax, text, values, low, high)
        ax.set_title(title)
    return fig


@styled
def held(others: Sequence, one: float) -> Figure:
    """Draw what holding each cell does to the surprise of the closing bracket.

    Args:
        others: Extra bits for all cells but one.
        one: Extra bits for that one.
    """
    fig, (ax,) = figure(height=2.2)
    ordered = np.sort(np.asarray(others, float))
    ax.plot(ordered, np.arange(len(ordered)), ".", color=COLORS["gray"], label="every other cell")
    ax.plot([one], [len(ordered)], "D", color=COLORS["orange"], label="the bracket cell")
    ax.axvline(0, color=COLORS["gray"], lw=1, ls=":")
    ax.set(xlabel="extra bits for the closing bracket", ylabel="cells, in order", yticks=[])
    ax.legend(loc="lower right")
    return fig
