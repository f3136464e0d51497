"""The figures of chapter 9.

Gray reads forward, orange backward, blue both ways; green reads forward and answers a token later.
"""

from collections.abc import Mapping, Sequence

import numpy as np
from matplotlib.figure import Figure

from rnncourse.viz.figures import COLORS, figure, styled

WAYS = {
    "forward": ("gray", "s"),
    "backward": ("orange", "v"),
    "both": ("blue", "o"),
    "delay 1": ("green", "D"),
}
"""By name: color and marker."""
NAMES = {"both": "both ways", "delay 1": "forward, a token later"}
"""What the legends call them, where it is another name."""


@styled
def two_lines(
    lines: Sequence[str], names: Sequence[str], chances: Mapping[str, Sequence[Sequence[float]]]
) -> Figure:
    """Draw what two taggers give a name in two lines that begin alike.

    Args:
        lines: The two.
        names: Of the roles that are drawn.
        chances: By way: for each line, the probability of each of these roles.
    """
    fig, panels = figure(2, height=2.4, sharey=True)
    at = np.arange(len(names))
    for n, (ax, line) in enumerate(zip(panels, lines, strict=True)):
        for i, (way, rows) in enumerate(chances.items()):
            label = NAMES.get(way, way)
            ax.barh(at + 0.36 * i - 0.18, rows[n], 0.34, color=COLORS[WAYS[way][0]], label=label)
        ax.set_yticks(at, names)
        ax.set(title=line, xlabel="probability", xlim=(0, 1.02))
        ax.grid(axis="x")
    panels[0].invert_yaxis()
    fig.legend(*panels[0].get_legend_handles_labels(), loc="outside upper left", ncols=2)
    return fig


@styled
def by_role(recalls: Mapping[str, Mapping[str, Sequence[float]]]) -> Figure:
    """Draw which share of the identifiers of each role gets it.

    Args:
        recalls: By way, by role: the share of every seed.
    """
    fig, (ax,) = figure(height=3.6)
    roles = [*next(iter(recalls.values()))]
    for i, (way, found) in enumerate(recalls.items()):
        color, marker = WAYS[way]
        for row, role in enumerate(roles):
            name = NAMES.get(way, way)
            label = name if not row else f"_{name}, {role}"
            seeds = np.atleast_1d(found[role])
            up = np.full(len(seeds), row - 0.27 + 0.18 * i)
            ax.plot(seeds, up, marker, color=COLORS[color], label=label, alpha=0.8)
    ax.set_yticks(range(len(roles)), roles)
    ax.set(xlabel="share that gets its role", xlim=(0, 1.02), ylim=(len(roles) - 0.5, -0.5))
    ax.grid(axis="x")
    fig.legend(*ax.get_legend_handles_labels(), loc="outside upper left", ncols=4)
    return fig


@styled
def positions(at: Mapping[str, Sequence[float]], up: Sequence[float]) -> Figure:
    """Draw how often the sign of the next change is told, by the position in the window.

    Args:
        at: By way: the share at each position.
        up: How often the next change is a rise, at each position.
    """
    fig, (ax,) = figure(height=3.0)
    for way, accuracies in at.items():
        color, marker = WAYS[way]
        months = np.arange(1, len(accuracies) + 1)
        style = {"color": COLORS[color], "marker": marker, "ms": 3.5}
        ax.plot(months, accuracies, label=NAMES.get(way, way), **style)
    ax.plot(months, up, color=COLORS["pink"], ls=":", label="always a rise")
    ax.set_xticks([1, 8, 16, 24, len(months)])
    ax.set(xlabel="month of the window", ylabel="next month told", ylim=(0.4, 1.03))
    fig.legend(*ax.get_legend_handles_labels(), loc="outside upper left", ncols=3)
    return fig


DEPTHS = {
    "shallow": ("gray", "s"),
    "input": ("green", "^"),
    "output": ("orange", "v"),
    "transition": ("blue", "o"),
    "with a skip": ("pink", "D"),
    "larger weights": ("pink", "x"),
    "two layers": ("orange", "^"),
    "four layers": ("pink", "D"),
}
"""By kind of network: color and marker."""


@styled
def fading(tens: Mapping[str, Sequence[float]], distances: Sequence[int]) -> Figure:
    """Draw how a gradient fades, in powers of ten.

    Args:
        tens: By kind of network: the logarithm at each distance.
        distances: In steps.
    """
    fig, (ax,) = figure(height=3.4)
    for name, values in tens.items():
        color, marker = DEPTHS[name]
        line = "--" if name == "larger weights" else "-"
        ax.plot(distances, values, line, color=COLORS[color], marker=marker, label=name)
    ax.set(xlabel="steps back", ylabel="gradient, powers of ten")
    fig.legend(*ax.get_legend_handles_labels(), loc="outside upper left", ncols=3)
    return fig


@styled
def recalled(accuracies: Mapping[str, Sequence[float]], chance: float) -> Figure:
    """Draw how many sequences each network recalls.

    Args:
        accuracies: By kind of network: of every seed.
        chance: What guessing gets.
    """
    fig, (ax,) = figure(height=2.8)
    for row, (name, seeds) in enumerate(accuracies.items()):
        color, marker = DEPTHS[name]
        places = row + np.linspace(-0.2, 0.2, len(seeds))
        ax.plot(seeds, places, marker, color=COLORS[color], label=f"_{name}")
    ax.axvline(chance, color=COLORS["gray"], ls=":", lw=1)
    ax.set_yticks(range(len(accuracies)), accuracies)
    ax.set(xlabel="first symbol named", xlim=(0, 1.03), ylim=(len(accuracies) - 0.5, -0.5))
    ax.grid(axis="x")
    return fig


@styled
def added(accuracies: Mapping[int, Sequence[float]], shallow: Sequence[float]) -> Figure:
    """Draw how many sequences are named, by the nonlinear steps that depth adds on the way.

    Args:
        accuracies: By the steps: of every seed.
        shallow: Of every seed, where there are none.
    """
    fig, (ax,) = figure(height=2.8)
    every = [shallow, *accuracies.values()]
    style = {"color": COLORS["blue"], "marker": "o"}
    for at, seeds in enumerate(every):
        ax.plot([at] * len(seeds), seeds, **style, ls="", ms=3, alpha=0.5, label=f"_{at}, a seed")
    ax.plot(range(len(every)), [np.mean(seeds) for seeds in every], **style, label="mean")
    ax.axhline(float(np.mean(shallow)), color=COLORS["gray"], ls=":", lw=1)
    ax.set_xticks(range(len(every)), ["none", *map(str, accuracies)])
    ax.set(xlabel="nonlinear steps more on the way", ylabel="first symbol named", ylim=(0.2, 1.03))
    return fig


@styled
def through_layers(lengths: Mapping[str, Sequence[float]]) -> Figure:
    """Draw how long the gradient is that reaches the input through more and more layers.

    Args:
        lengths: By kind of stack: for one layer, two, and so on.
    """
    fig, (ax,) = figure(height=2.8)
    marks = (("gray", "s"), ("blue", "o"), ("green", "^"))
    for (name, values), (color, marker) in zip(lengths.items(), marks, strict=True):
        layers = 2 ** np.arange(len(values))
        ax.plot(layers, values, color=COLORS[color], marker=marker, label=name)
    ax.set(xscale="log", yscale="log", xlabel="layers", ylabel="gradient at the input")
    ax.set_xticks(layers, layers)
    low, high = ax.get_ylim()
    marked = [n for n in (0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 50) if low <= n <= high]
    ax.set_yticks(marked, marked)
    ax.minorticks_off()
    fig.legend(*ax.get_legend_handles_labels(), loc="outside upper left", ncols=3)
    return fig


@styled
def learning_curves(way: Mapping[str, Sequence[Sequence[float]]]) -> Figure:
    """Draw how the bits of a character fall as networks are trained.

    Args:
        way: By kind of network: seconds that were used, and the bits that were needed then.
    """
    fig, (ax,) = figure(height=3.2)
    for name, (seconds, bits) in way.items():
        color, marker = DEPTHS[name]
        ax.plot(seconds, bits, color=COLORS[color], marker=marker, label=name)
    ax.set(xlabel="seconds of the processor", ylabel="bits a character")
    fig.legend(*ax.get_legend_handles_labels(), loc="outside upper left", ncols=4)
    return fig
