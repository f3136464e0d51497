"""The figures on what a state still knows.

A color is a kind of network: orange the tanh network with the usual weights, blue a rotation, pink
a gain of 1.5, green ReLU with the identity, gray the networks with gates. In `clouds` and
`stored` there is one network, and colors tell symbols and readers apart.
"""

from collections.abc import Mapping, Sequence

import numpy as np
from jaxtyping import Float, Int

from rnncourse.viz.figures import COLORS, Axes, Figure, figure, styled

LINE = {"color": COLORS["gray"], "lw": 1, "ls": ":"}
CHANCE = 0.25
STYLES = {
    "tanh": ("tanh, usual", "orange", "s", "-"),
    "rotation": ("tanh, rotation", "blue", "o", "-"),
    "gain-1.5": ("tanh, gain 1.5", "pink", "^", "-"),
    "identity": ("ReLU, identity", "green", "D", "-"),
    "relu": ("ReLU, usual", "gray", "v", "--"),
    "relu-scaled": ("ReLU, gain 1.4", "pink", "v", "--"),
    "gru": ("GRU", "gray", "P", "-"),
    "lstm": ("LSTM", "gray", "X", "--"),
}
"""By kind of network: its name, color, marker and line."""
CORNERS = np.array([[-1, -1], [1, -1], [1, 1], [-1, 1]])
SYMBOLS = (("blue", "o"), ("orange", "s"), ("green", "^"), ("pink", "D"))


@styled
def clouds(outputs: Mapping[int, Float[np.ndarray, "N 4"]], first: Int[np.ndarray, " N"]) -> Figure:
    """Draw what a reader says of each sequence: a panel for each number of steps.

    Args:
        outputs: By steps since the symbol was read: the reader's four outputs for each sequence.
        first: Which symbol each sequence began with, 0 to 3.
    """
    fig, axes = figure(len(outputs), height=2.3)
    for ax, (steps, output) in zip(axes, outputs.items(), strict=True):
        places = output @ CORNERS
        for symbol, (color, marker) in enumerate(SYMBOLS):
            style = {"color": COLORS[color], "marker": marker, "ls": "", "ms": 3, "alpha": 0.7}
            ax.plot(*places[first == symbol].T, label=f"symbol {symbol}", **style)
        words = {1: "1 step"}.get(steps, f"{steps} steps")
        right = float((output.argmax(1) == first).mean())
        ax.set(xlim=(-1.7, 1.7), ylim=(-1.7, 1.7), aspect="equal", xticks=[], yticks=[])
        ax.set(title=f"after {words}", xlabel=f"{right:.0%} named")
        ax.grid(visible=False)
    fig.legend(*axes[0].get_legend_handles_labels(), loc="outside upper left", ncols=4)
    return fig


@styled
def stored(
    lags: Sequence,
    linear: Float[np.ndarray, " L"],
    known: Mapping[str, Float[np.ndarray, " L"]],
) -> Figure:
    """Draw what readers name of the same states, by lag.

    Args:
        lags: Steps since the symbol was read.
        linear: What a linear reader names.
        known: By how the state is stored: what a reader names who knows the other symbols.
    """
    fig, (ax,) = figure(height=2.9)
    ax.plot(lags, linear, color=COLORS["orange"], marker="s", label="linear reader")
    colors = ("pink", "blue", "green")
    for (name, values), color, marker in zip(known.items(), colors, ("^", "o", "D"), strict=False):
        style = {"color": COLORS[color], "marker": marker}
        ax.plot(lags, values, label=f"knows the rest, {name}", **style)
    ax.axhline(CHANCE, **LINE)
    ax.set(xlabel="steps since the symbol was read", ylabel="named rightly", ylim=(0, 1.05))
    fig.legend(*ax.get_legend_handles_labels(), loc="outside upper left", ncols=2)
    return fig


@styled
def sides(
    lags: Sequence,
    named: Mapping[str, Mapping[str, np.ndarray]],
    decades: Mapping[str, Mapping[str, np.ndarray]],
) -> Figure:
    """Draw what is read, above, and what gradient comes back, below: a column for each training.

    Args:
        lags: Steps since the symbol was read.
        named: By training, then by kind: the share named rightly.
        decades: The same for the gradient, as a power of ten.
    """
    fig = figure(1, height=4.2)[0]
    fig.clear()
    grid = fig.subplots(2, len(named), sharex=True, sharey="row", squeeze=False)
    for column, training in enumerate(named):
        for ax, values in zip(grid[:, column], (named, decades), strict=True):
            _lines(ax, lags, values[training])
        grid[0, column].axhline(CHANCE, **LINE)
        grid[0, column].set(title=training, ylim=(0, 1.05))
        grid[1, column].axhline(0, **LINE)
        grid[1, column].set_ylim(-15, 9)
        grid[1, column].set_xlabel("steps since")
    grid[0, 0].set_ylabel("named rightly")
    grid[1, 0].set_ylabel("gradient, powers of ten")
    fig.legend(*grid[0, 0].get_legend_handles_labels(), loc="outside upper left", ncols=3)
    return fig


def _lines(ax: Axes, lags: Sequence, by_kind: Mapping[str, np.ndarray]) -> None:
    """Draw a line for each kind."""
    ax.grid(axis="y")
    ax.set_axisbelow(True)
    for kind, values in by_kind.items():
        label, color, marker, line = STYLES[kind]
        style = {"color": COLORS[color], "marker": marker, "ls": line, "ms": 3.5, "lw": 1.4}
        ax.plot(lags, values, label=label, **style)


@styled
def together(
    groups: Mapping[str, Mapping[str, tuple[np.ndarray, np.ndarray]]],
) -> Figure:
    """Draw what is read against the gradient: a panel for each training, a dot for each network.

    Args:
        groups: By training, then by kind: for each seed the gradient as a power of ten, and the
            share named rightly.
    """
    fig, axes = figure(len(groups), height=2.9, sharey=True)
    lowest = -16.0
    for ax, (training, kinds) in zip(axes, groups.items(), strict=True):
        for kind, (decades, right) in kinds.items():
            label, color, marker, line = STYLES[kind]
            style = {"color": COLORS[color], "marker": marker, "ls": "", "ms": 5, "alpha": 0.75}
            style["mfc"] = "none" if line == "--" else COLORS[color]
            ax.plot(np.maximum(decades, lowest), right, label=label, **style)
        ax.axhline(CHANCE, **LINE)
        ax.axvline(0, **LINE)
        ax.set(xlabel="gradient, powers of ten", title=training, ylim=(0, 1.05), xlim=(-17, 10))
    axes[0].set_ylabel("named rightly")
    fig.legend(*axes[0].get_legend_handles_labels(), loc="outside upper left", ncols=3)
    return fig


@styled
def learned(
    panels: Mapping[str, Mapping[str, Sequence]],
    levels: Mapping[str, float],
    label: str,
    log: bool = False,
) -> Figure:
    """Draw what plain networks reach: a panel for each task, a row of dots for each kind.

    Args:
        panels: By task, then by kind: a score for each seed, the lower the better.
        levels: By task: what the baseline scores.
        label: What the score is.
        log: Scores on a logarithmic scale.
    """
    fig, axes = figure(len(panels), height=2.4, sharey=True)
    for ax, (task, kinds) in zip(axes, panels.items(), strict=True):
        for y, (kind, seeds) in enumerate(kinds.items()):
            style = {"color": COLORS[STYLES[kind][1]], "label": f"_{kind}", "ls": ""}
            ax.plot(seeds, [y] * len(seeds), marker="o", ms=4, alpha=0.5, **style)
            ax.plot([np.mean(seeds)], [y], marker="|", ms=14, mew=2.5, **style)
        ax.axvline(levels[task], **LINE)
        ax.set_yticks(range(len(kinds)), [STYLES[kind][0] for kind in kinds])
        ax.set(title=task, xlabel=label, ylim=(len(kinds) - 0.5, -0.5))
        if log:
            ax.set_xscale("log")
        ax.grid(visible=False, axis="y")
        ax.grid(axis="x")
    return fig


@styled
def growth(gains: Sequence, sizes: Mapping[str, Sequence]) -> Figure:
    """Draw how large a state becomes, by the gain of the recurrent weights.

    Args:
        gains: Of normal recurrent weights.
        sizes: By cell, `"tanh"` or `"relu"`: log10 of the size of the last state.
    """
    fig, (ax,) = figure(height=2.6)
    names = {"tanh": ("tanh", "orange", "s"), "relu": ("ReLU", "green", "D")}
    for cell, values in sizes.items():
        label, color, marker = names[cell]
        ax.plot(gains, values, color=COLORS[color], marker=marker, label=label)
    ax.axvline(2**0.5, **LINE)
    ax.set(xlabel="gain", ylabel="size of a state, powers of ten")
    fig.legend(*ax.get_legend_handles_labels(), loc="outside upper left", ncols=2)
    return fig


@styled
def reaching(gains: Sequence, found: Mapping[str, Sequence]) -> Figure:
    """Draw how a gradient has changed when it reaches the first step, by the gain of the weights.

    Args:
        gains: Of random recurrent weights.
        found: For `"tanh"` and `"relu"`, with such weights, and for `"rotation"` (tanh) and
            `"identity"` (ReLU), which have none: powers of ten, a row a gain.
    """
    fig, (ax,) = figure(height=3.0)
    looks = {
        "tanh": ("tanh, random weights", "orange", "s", "-"),
        "rotation": ("tanh, a rotation", "blue", "", "--"),
        "relu": ("ReLU, random weights", "gray", "v", "-"),
        "identity": ("ReLU, the identity", "green", "", "--"),
    }
    for name, (label, color, marker, line) in looks.items():
        runs, look = np.asarray(found[name]), {"color": COLORS[color], "ls": line}
        ax.fill_between(gains, runs.min(1), runs.max(1), color=COLORS[color], alpha=0.2, lw=0)
        ax.plot(gains, runs.mean(1), marker=marker, label=label, **look)
    ax.axhline(0, **LINE)
    ax.set(xlabel="gain of the random weights", ylabel="powers of ten, 50 steps", xscale="log")
    ax.set_xticks(gains, [f"{gain:g}" for gain in gains])
    ax.minorticks_off()
    fig.legend(*ax.get_legend_handles_labels(), loc="outside upper left", ncols=2)
    return fig
