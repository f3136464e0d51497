"""The figures of the chapter on sequences."""

from collections.abc import Mapping, Sequence

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from rnncourse.viz.figures import COLORS, figure, styled

SHAPES = {  # at which of the steps it reads, and answers
    "one to one": ((0,), (0,), 1),
    "one to many": ((0,), (0, 1, 2), 3),
    "many to one": ((0, 1, 2), (2,), 3),
    "many to many,\nin step": ((0, 1, 2), (0, 1, 2), 3),
    "many to many,\nafter the input": ((0, 1, 2), (3, 4), 5),
}


@styled
def five_shapes() -> Figure:
    """Draw the five shapes: inputs below, the chain of states, outputs above."""
    widths = [steps for _, _, steps in SHAPES.values()]
    fig, axes = figure(len(SHAPES), height=2.1, gridspec_kw={"width_ratios": widths})
    for ax, (name, (reads, answers, steps)) in zip(axes, SHAPES.items(), strict=True):
        ax.axis("off")
        ax.set(xlim=(-0.6, steps - 0.4), ylim=(-0.5, 3.4))
        ax.text((steps - 1) / 2, 3.2, name, ha="center", va="top", fontsize=8)
        for t in range(steps):
            _box(ax, t, 1, "blue")
            if t:
                _arrow(ax, (t - 0.72, 1), (t - 0.28, 1))
            if t in reads:
                _box(ax, t, 0, "gray")
                _arrow(ax, (t, 0.3), (t, 0.72))
            if t in answers:
                _box(ax, t, 2, "orange")
                _arrow(ax, (t, 1.3), (t, 1.72))
    return fig


def _box(ax: Axes, x: int, y: int, color: str) -> None:
    ax.add_patch(Rectangle((x - 0.25, y - 0.25), 0.5, 0.5, color=COLORS[color], lw=0))


def _arrow(ax: Axes, start: tuple, end: tuple) -> None:
    style = {"arrowstyle": "-|>", "color": "#010203", "lw": 1, "shrinkA": 0, "shrinkB": 0}
    ax.annotate("", end, start, arrowprops=style)


@styled
def past_the_window(
    lags: Sequence, curves: Mapping[str, Sequence], reach: int, chance: float = 0.25
) -> Figure:
    """Draw what is remembered against how long ago it came.

    Args:
        lags: Steps between the symbol and the answer.
        curves: By network: the share named rightly.
        reach: Steps of the window; a symbol `reach - 1` steps ago is its first.
        chance: Drawn as a dotted line.
    """
    fig, (ax,) = figure(height=2.7)
    ax.axvspan(0, reach - 0.5, color=COLORS["pink"], alpha=0.13, lw=0)
    for (name, row), (color, marker) in zip(
        curves.items(), [("pink", "s"), ("blue", "o")], strict=True
    ):
        ax.plot(lags, row, color=COLORS[color], marker=marker, label=name)
    ax.axhline(chance, color=COLORS["gray"], lw=1.4, ls=":", label="chance")
    ax.set(xlabel="steps ago", ylabel="named rightly", ylim=(0, 1.05), xlim=(1, max(lags) + 0.5))
    ax.legend(loc="center left")
    return fig
