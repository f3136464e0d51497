"""The figures of chapter 7's first page.

A color is a start: gray a plain network, orange a bias of 0 of the gate that keeps, pink a larger
one for all units, blue chrono biases, green a forget gate that is 1. In `left` pink has peepholes,
and gray has none. In `remembered` green is a GRU.
"""

from collections.abc import Mapping, Sequence

import numpy as np
from matplotlib.figure import Figure

from rnncourse.viz.figures import COLORS, figure, styled

INK = "#010203"  # the color of the page's text
LINE = {"color": COLORS["gray"], "lw": 1, "ls": ":"}
STARTS = {
    "plain": ("plain tanh network", "gray", "v"),
    "bias-0": ("LSTM, forget bias 0", "orange", "s"),
    "bias-1": ("LSTM, forget bias 1", "pink", "^"),
    "chrono": ("LSTM, chrono biases", "blue", "o"),
    "open": ("LSTM, f = 1", "green", "D"),
}
"""By start: its name, color and marker."""
READING = {
    "tanh": ("plain tanh network", "gray", "v", "-"),
    "gru": ("GRU", "green", "D", "-"),
    "lstm": ("LSTM", "orange", "s", "-"),
    "tanh/untrained": ("plain, untrained", "gray", "v", "--"),
    "gru/untrained": ("GRU, untrained", "green", "D", "--"),
    "lstm/untrained": ("LSTM, untrained", "orange", "s", "--"),
    "chrono/untrained": ("LSTM, chrono, untrained", "blue", "o", "--"),
    "tanh/asked": ("plain, asked for the thing", "pink", "^", "-"),
    "words": ("counted words", "blue", "", ":"),
}
"""In `remembered`, by network: its name, color, marker and line."""


@styled
def cell() -> Figure:
    """Draw one step of the LSTM; the cell's own way is the bold line at the top."""
    fig, (ax,) = figure(height=2.9)
    ax.axis("off")
    ax.set(xlim=(-0.9, 10.9), ylim=(-0.75, 3.95))
    for ways, lw in ((CARRIED, 2.6), (WAYS, 1.1)):
        for way in ways:
            ax.plot(*np.transpose(way[:-1]), color=INK, lw=lw, zorder=1)  # up to its last bend
            style = {"arrowstyle": "-|>", "color": INK, "lw": lw, "shrinkA": 0, "shrinkB": 0}
            ax.annotate("", way[-1], way[-2], arrowprops=style, zorder=1)
    for (x, y), word in BOXES.items():
        frame = {"boxstyle": "round", "fc": "none", "ec": INK, "lw": 1}
        ax.text(x, y, word, ha="center", va="center", bbox=frame)
    for (x, y), sign in SIGNS.items():
        ax.plot(x, y, "o", ms=15, mec=INK, mfc="none", mew=1)
        ax.text(x, y, sign, ha="center", va="center")
    for (x, y), name in NAMES.items():
        ax.text(x, y, name, ha="center", va="center")
    return fig


CARRIED = [[(0, 3.3), (1.7, 3.3)], [(2.3, 3.3), (4.4, 3.3)], [(5, 3.3), (9.9, 3.3)]]
"""What the cell runs along in `cell`; all places are in the figure's own units."""
WAYS = [
    [(0.5, 0), (7.3, 0), (7.3, 0.8)],
    *([(x, 0), (x, 0.8)] for x in (2, 4, 5.4)),
    [(2, 1.45), (2, 2.95)],
    [(4, 1.45), (4, 2.2), (4.4, 2.2)],
    [(5.4, 1.45), (5.4, 2.2), (5, 2.2)],
    [(4.7, 2.55), (4.7, 2.95)],
    [(8.8, 3.3), (8.8, 2.55)],
    [(8.8, 1.85), (8.8, 1.45)],
    [(7.55, 1.1), (8.5, 1.1)],
    [(9.1, 1.1), (9.9, 1.1)],
]
BOXES = {(2, 1.1): "σ", (4, 1.1): "σ", (5.4, 1.1): "tanh", (7.3, 1.1): "σ", (8.8, 2.2): "tanh"}
SIGNS = {(2, 3.3): "×", (4.7, 3.3): "+", (4.7, 2.2): "×", (8.8, 1.1): "×"}
NAMES = {
    (-0.45, 3.3): "$c_{t-1}$",
    (10.3, 3.3): "$c_t$",
    (10.3, 1.1): "$h_t$",
    (-0.2, 0): "$x_t, h_{t-1}$",
    (2.3, 1.75): "$f_t$",
    (3.7, 1.75): "$i_t$",
    (5.7, 1.75): "$g_t$",
    (7.95, 1.4): "$o_t$",
    (4.4, -0.5): "a matrix for each of the four",
    (6.9, 3.65): "no matrix on this way",
}


@styled
def back(
    steps: Sequence,
    whole: Mapping[str, Sequence | np.ndarray],
    direct: Mapping[str, Sequence | np.ndarray] | None = None,
) -> Figure:
    """Draw what is left of an error, by steps back.

    Args:
        steps: Back from where the error is.
        whole: By start: the length of the whole error, as a power of ten.
        direct: The same for what goes from cell to cell alone; drawn with dashes.
    """
    fig, (ax,) = figure(height=3.2)
    for start, values in whole.items():
        label, color, marker = STARTS[start]
        ax.plot(steps, values, color=COLORS[color], marker=marker, label=label)
    for start, values in (direct or {}).items():
        label, color, marker = STARTS[start]
        style = {"color": COLORS[color], "marker": marker, "mfc": "none", "ls": "--", "lw": 1.2}
        ax.plot(steps, values, label=f"{label}: cell to cell alone", **style)
    ax.axhline(0, **LINE)
    ax.set(xlabel="steps back", ylabel="length of the error, powers of ten")
    fig.legend(*ax.get_legend_handles_labels(), loc="outside upper left", ncols=2)
    return fig


@styled
def cell_decay(cells: Mapping[str, Sequence | np.ndarray]) -> Figure:
    """Draw cells that were written once and then left to their forget gates.

    Args:
        cells: By label: the cell after every step.
    """
    fig, (ax,) = figure(height=2.6)
    colors = ("orange", "pink", "blue", "green")
    for (label, values), color, ls in zip(
        cells.items(), colors, ("-", "--", "-.", "-"), strict=False
    ):
        ax.plot(values, color=COLORS[color], ls=ls, label=label)
    ax.set(xlabel="step", ylabel="cell", ylim=(-0.05, 1.05))
    fig.legend(*ax.get_legend_handles_labels(), loc="outside upper left", ncols=4)
    return fig


@styled
def learned(rows: Mapping[str, tuple[int, int, float, float]], colors: Mapping[str, str]) -> Figure:
    """Draw how many networks of each kind have learned.

    Args:
        rows: By kind: how many learned, of how many, and the ends of an interval for the share.
        colors: By kind.
    """
    fig, (ax,) = figure(height=3.4)
    for y, (kind, (learned, n, low, high)) in enumerate(rows.items()):
        color = COLORS[colors[kind]]
        ax.plot([low, high], [y, y], color=color, lw=3, alpha=0.35, label=f"_{kind} interval")
        ax.plot([learned / n], [y], color=color, marker="o", ls="", ms=6, label=f"_{kind}")
    ax.set_yticks(range(len(rows)), list(rows))
    ax.set(xlabel="share that learned", xlim=(-0.03, 1.03), ylim=(len(rows) - 0.5, -0.5))
    ax.grid(visible=False, axis="y")
    ax.grid(axis="x")
    return fig


@styled
def left(rows: Mapping[str, Sequence | np.ndarray]) -> Figure:
    """Draw the error that networks leave: a row of dots for each kind.

    Args:
        rows: By kind: the share of the error left, for each seed.
    """
    fig, (ax,) = figure(height=2.3)
    colors = ("gray", "pink", "gray", "pink")
    for y, ((kind, seeds), color) in enumerate(zip(rows.items(), colors, strict=True)):
        style = {"color": COLORS[color], "label": f"_{kind}", "ls": ""}
        ax.plot(seeds, [y] * len(seeds), marker="o", ms=4, alpha=0.5, **style)
        ax.plot([np.mean(seeds)], [y], marker="|", ms=14, mew=2.5, **style)
    ax.axvline(1, **LINE)
    ax.set_yticks(range(len(rows)), list(rows))
    ax.set(xlabel="error left", xlim=(-0.03, 1.05), ylim=(len(rows) - 0.5, -0.5))
    ax.grid(visible=False, axis="y")
    ax.grid(axis="x")
    return fig


@styled
def remembered(
    distances: Sequence[int],
    answers: Mapping[str, np.ndarray],
    things: Mapping[str, np.ndarray],
    longest: int,
) -> Figure:
    """Draw what is right, or can be read, at the end of reviews, by how long they go on.

    Args:
        distances: Words after the first sentence.
        answers: By network, one of `READING`: shares of right answers, a row for each distance and
            a column for each seed.
        things: The same of what linear readers name.
        longest: Words that followed in training, at most: up to there the ground is shaded.
    """
    fig, axes = figure(2, height=3.7, sharey=True)
    places = np.arange(len(distances))
    for ax, lines, chance in zip(axes, (answers, things), (1 / 2, 1 / 6), strict=True):
        ax.axvspan(-0.4, np.interp(longest, distances, places), color=COLORS["gray"], alpha=0.1)
        ax.axhline(chance, **LINE)
        for name, learned in lines.items():
            label, color, marker, ls = READING[name]
            style = {"color": COLORS[color], "ls": ls, "marker": marker, "label": label}
            ax.plot(places, learned.mean(1), mfc=None if ls == "-" else "none", **style)
            ends = learned.min(1), learned.max(1)
            ax.fill_between(places, *ends, color=COLORS[color], alpha=0.12, lw=0)
        ax.set_xticks(places, [str(d) for d in distances])
        ax.set(xlabel="words after the first sentence", ylim=(0, 1.04))
    axes[0].set(title="did the writer like it?", ylabel="share right")
    axes[1].set_title("what was named first?")
    handles = {}
    for ax in axes:
        for handle, label in zip(*ax.get_legend_handles_labels(), strict=True):
            handles.setdefault(label, handle)
    fig.legend(handles.values(), handles, loc="outside upper left", ncols=3)
    return fig


@styled
def carried(steps: Sequence[int], changes: Sequence[np.ndarray]) -> Figure:
    """Draw by how much an error changes on its way back with a forget gate of 1.

    Args:
        steps: Back from where the error is.
        changes: For each of them the powers of ten, whichever way, of all seeds.
    """
    fig, (ax,) = figure(height=2.6)
    _, color, marker = STARTS["open"]
    ax.plot(steps, np.mean(changes, axis=1), color=COLORS[color], marker=marker)
    for step, found in zip(steps, changes, strict=True):
        ax.plot(np.full(len(found), step), found, "o", color=COLORS[color], ms=3, alpha=0.5)
    ax.axhline(0, **LINE)
    ax.set(xlabel="steps back", ylabel="change, powers of ten")
    return fig


@styled
def forget_biases(biases: Sequence[int], lengths: Sequence[np.ndarray]) -> Figure:
    """Draw what is left of an error after 200 steps back, by the first bias of the forget gate.

    Args:
        biases: Of the gate.
        lengths: For each of them the length as a power of ten, of all seeds.
    """
    fig, (ax,) = figure(height=2.6)
    _, color, marker = STARTS["bias-1"]
    ax.plot(biases, np.mean(lengths, axis=1), color=COLORS[color], marker=marker)
    for bias, found in zip(biases, lengths, strict=True):
        ax.plot(np.full(len(found), bias), found, "o", color=COLORS[color], ms=3, alpha=0.5)
    ax.axhline(0, **LINE)
    ax.set(xlabel="first bias of the forget gate", ylabel="length, powers of ten", xticks=biases)
    return fig
