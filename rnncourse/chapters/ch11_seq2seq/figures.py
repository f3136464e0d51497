"""The figures of chapter 11.

A color is a size of the vector: blue 64, orange 16, pink 8; green is a source read from its end.
Gray is what has not learned, or is no network.
"""

from collections.abc import Mapping, Sequence

import numpy as np
from matplotlib.figure import Figure

from rnncourse.viz.figures import COLORS, Axes, figure, styled

Point = tuple[float | int, float | int]
SIZES = {
    "wide": ("64", "blue", "o", "-"),
    "middle": ("16", "orange", "s", "--"),
    "narrow": ("8", "pink", "^", ":"),
}
"""By name: the numbers in the vector, color, marker and line."""


SOURCE, TARGET = ("2", "1"), ("ein", "und", "zwanzig", "<end>")
"""What the two networks of the drawing read and write."""


def _arrow(ax: Axes, start: Point, end: Point, color: str = "gray", **style: object) -> None:
    """Draw an arrow between two nodes, behind them."""
    look = {"arrowstyle": "->", "color": COLORS[color], "shrinkA": 11, "shrinkB": 12, **style}
    ax.annotate("", end, start, arrowprops=look, zorder=1)


def _state(ax: Axes, point: Point, name: str, color: str) -> None:
    """Draw a state: its symbol in a circle."""
    ax.plot(*point, "o", ms=21, mfc="none", mec=COLORS[color], mew=1.6, label="_state")
    ax.text(*point, f"${name}$", ha="center", va="center", zorder=3)


def _word(ax: Axes, point: Point, word: str) -> None:
    ax.text(*point, word, ha="center", va="center", zorder=3)


@styled
def two_networks() -> Figure:
    """Draw the encoder, the vector z, and the decoder twice: told what is right, and on its own."""
    fig, (ax,) = figure(height=3.4)
    for j, word in enumerate(SOURCE):
        _state(ax, (j, 2.0), f"h_{j + 1}", "blue")
        _word(ax, (j, 1.0), word)
        _arrow(ax, (j, 1.0), (j, 2.0))
        _arrow(ax, (j, 2.0), (j + 1.0 + 0.6 * (j + 1 == len(SOURCE)), 2.0), "blue")
    z = (len(SOURCE) + 0.6, 2.0)
    _state(ax, z, "z", "pink")
    for low, title in ((2.6, "told the right symbols: training"), (-0.8, "on its own: use")):
        told = low > 0
        ax.text(4.1, low + 2.65, title)
        before = z
        for i, word in enumerate(TARGET):
            x = 4.7 + 1.25 * i
            state, above = (x, low + 1.0), (x, low + 2.0)
            _state(ax, state, f"s_{i + 1}", "green")
            _word(ax, above, word)
            _arrow(ax, before, state, "green" if i else "pink")
            _arrow(ax, state, above)
            if told or not i:
                _word(ax, (x, low), TARGET[i - 1] if i else "<start>")
                _arrow(ax, (x, low), state, "orange" if i else "gray")
            if not told and i:
                _arrow(ax, (x - 1.25, low + 2.0), state, "orange", ls="--")
            before = state
    ax.set(xlim=(-0.4, 9.1), ylim=(-1.2, 5.6))
    ax.axis("off")
    return fig


@styled
def lengths(
    exact: Mapping[str, Sequence[Sequence[float]]], chunks: Sequence[float], trained: int
) -> Figure:
    """Draw what is translated without a mistake, by the numbers in a list.

    Args:
        exact: By name of the size: for each length, from two on, the share of every seed.
        chunks: The same of the method without a network.
        trained: The longest list of the training.
    """
    fig, (ax,) = figure(height=3.2)
    for name, shares in exact.items():
        words, color, marker, line = SIZES[name]
        at = np.arange(2, 2 + len(shares))
        style = {"color": COLORS[color], "marker": marker}
        for seed in np.transpose(shares):
            ax.plot(at, seed, **style, ls="", ms=3, alpha=0.5, label=f"_{name}, a seed")
        ax.plot(at, np.mean(shares, 1), **style, ls=line, label=f"vector of {words}")
    at = np.arange(2, 2 + len(chunks))
    ax.plot(at, chunks, color=COLORS["gray"], ls="-.", label="chunks, no network")
    ax.axvline(trained + 0.5, color=COLORS["gray"], lw=1, ls=":")
    ax.text(trained + 0.55, 0.5, " longer than\n any trained", fontsize="small", va="center")
    ax.set(xlabel="numbers in the list", ylabel="translated without a mistake", ylim=(-0.03, 1.05))
    ax.set_xticks(at)
    fig.legend(*ax.get_legend_handles_labels(), loc="outside upper left", ncols=2)
    return fig


@styled
def positions(
    ways: Mapping[str, Sequence[Sequence[float]]], read: Mapping[str, Sequence[float]]
) -> Figure:
    """Draw, by the place of a number in its list, what is translated, and what is read from z.

    Args:
        ways: `"forward"` and `"reversed"`: for each place the share right of every seed.
        read: By who reads, `"trained"`, `"untrained"` or `"guess"`: the share of digits named.
    """
    fig, (left, right) = figure(2, height=2.8, sharey=True)
    styles = {"forward": ("blue", "o", "-"), "reversed": ("green", "D", "--")}
    for way, shares in ways.items():
        color, marker, line = styles[way]
        style = {"color": COLORS[color], "marker": marker}
        at = np.arange(1, 1 + len(shares))
        for seed in np.transpose(shares):
            left.plot(at, seed, **style, ls="", ms=3, alpha=0.5, label=f"_{way}, a seed")
        left.plot(at, np.mean(shares, 1), **style, ls=line, label=f"source {way}")
    marks = {
        "trained": ("blue", "o", "-"),
        "untrained": ("gray", "v", "--"),
        "guess": ("gray", "", ":"),
    }
    for who, shares in read.items():
        color, marker, line = marks[who]
        style = {"color": COLORS[color], "marker": marker, "ls": line}
        name = {"guess": "always the same digit"}.get(who, f"read from z, {who}")
        right.plot(np.arange(1, 1 + len(shares)), shares, label=name, **style)
    left.set(title="numbers translated", xlabel="place in the list", ylabel="share right")
    right.set(title="digits read from z", xlabel="place in the list", ylim=(-0.03, 1.05))
    for ax in (left, right):
        ax.set_xticks(at)
    handles = [ax.get_legend_handles_labels() for ax in (left, right)]
    fig.legend(*(a + b for a, b in zip(*handles, strict=True)), loc="outside upper left", ncols=2)
    return fig
