"""The figures of lab report 12.

Purple is attention, gray what reads nothing or has no attention, the page's ink the truth. Green is
the aligner that counts.
"""

from collections.abc import Mapping, Sequence

import numpy as np
from jaxtyping import Float
from matplotlib.axes import Axes
from matplotlib.colors import LinearSegmentedColormap
from matplotlib.figure import Figure

from rnncourse.data.pairs import Pair
from rnncourse.viz.diagrams import INK, PURPLE, color_of
from rnncourse.viz.figures import COLORS, figure, styled

KINDS = {"swapped": "units and tens", "und": "und", "comma": "comma"}
"""What is scored together, by name, in the words of the figures."""
ALIGNERS = {
    "attention": ("attention", "o"),
    "counting": ("green", "D"),
    "diagonal": ("gray", "s"),
    "offset": ("gray", "v"),
}
"""By name: color and marker."""


def shades(color: str) -> LinearSegmentedColormap:
    """From nothing to a color."""
    return LinearSegmentedColormap.from_list("shades", [f"{color}00", color])


def draw_map(ax: Axes, weights: Float[np.ndarray, "T S"], pair: Pair) -> None:
    """Draw where a decoder looks, and the truth over it."""
    T, S = weights.shape
    ax.imshow(weights, cmap=shades(PURPLE), vmin=0, vmax=1, aspect="auto", interpolation="none")
    truth = [(j, t) for t, links in enumerate(pair.links) for j in links]
    style = {"facecolors": "none", "edgecolors": INK, "linewidths": 1.2}
    ax.scatter(*zip(*truth, strict=True), s=70, label="truth", **style)
    ax.set_xticks(range(S), pair.source, rotation=90)
    ax.set_yticks(range(T), pair.target)
    ax.set(xlabel="source", ylabel="target")
    ax.grid(False)


@styled
def attention_map(weights: Float[np.ndarray, "T S"], pair: Pair) -> Figure:
    """Draw where a decoder looks when it writes each token of one target.

    Args:
        weights: A row for each token of the target.
        pair: Its source, its target and which belong together.
    """
    fig, (ax,) = figure(height=3.4)
    draw_map(ax, weights, pair)
    fig.legend(loc="outside upper left")
    return fig


@styled
def lengths(exact: Mapping[str, tuple[str, Sequence[Sequence[float]]]], trained: int) -> Figure:
    """Draw what is translated without a mistake, by the numbers in a list.

    Args:
        exact: By name in the legend: color, and for each length, from two on, every seed's share.
        trained: The longest list of the training.
    """
    fig, (ax,) = figure(height=3.2)
    marks = zip("os^D", ("-", "--", ":", "-."), strict=True)
    for (name, (color, shares)), (marker, line) in zip(exact.items(), marks, strict=False):
        at = np.arange(2, 2 + len(shares))
        style = {"color": color_of(color), "marker": marker}
        for seed in np.transpose(shares):
            ax.plot(at, seed, **style, ls="", ms=3, alpha=0.5, label=f"_{name}, a seed")
        ax.plot(at, np.mean(shares, 1), **style, ls=line, label=name)
        ax.set_xticks(at)
    ax.axvline(trained + 0.5, color=COLORS["gray"], lw=1, ls=":")
    ax.text(trained + 0.55, 0.5, " longer than\n any trained", fontsize="small", va="center")
    ax.set(xlabel="numbers in the list", ylabel="translated without a mistake", ylim=(-0.03, 1.05))
    fig.legend(*ax.get_legend_handles_labels(), loc="outside upper left", ncols=2)
    return fig


@styled
def map_and_scores(
    weights: Float[np.ndarray, "T S"], pair: Pair, pointing: Mapping[str, Mapping[str, object]]
) -> Figure:
    """Draw one map with its truth, and beside it how often the largest weight is on the truth.

    Args:
        weights: Of the map.
        pair: Its pair.
        pointing: By name of the aligner (`ALIGNERS`), by kind (`KINDS`): the share of every seed,
            or a single number.
    """
    fig, (left, right) = figure(2, height=3.4, width_ratios=(3, 2))
    draw_map(left, weights, pair)
    rows = np.arange(len(KINDS))
    for i, (name, shares) in enumerate(pointing.items()):
        color, marker = ALIGNERS[name]
        style = {"color": color_of(color), "marker": marker, "ls": ""}
        up = 0.24 - 0.16 * i
        for row, kind in zip(rows, KINDS, strict=True):
            seeds = np.atleast_1d(shares[kind])
            label = name if not row else f"_{name}, {kind}"
            right.plot(seeds, np.full(len(seeds), row - up), label=label, alpha=0.8, **style)
    right.set_yticks(rows, KINDS.values())
    right.set(xlabel="largest weight on the truth", xlim=(-0.05, 1.05), ylim=(2.5, -0.5))
    right.grid(axis="x")
    handles = [ax.get_legend_handles_labels() for ax in (left, right)]
    fig.legend(*(a + b for a, b in zip(*handles, strict=True)), loc="outside upper left", ncols=3)
    return fig


@styled
def removals(lost: Mapping[str, Mapping[str, Mapping[str, Sequence[float]]]]) -> Figure:
    """Draw how often the answer changes when a symbol is taken away.

    Args:
        lost: By way, `"hidden"` or `"blanked"`; by which symbol is gone; by kind of what is
            written (`KINDS`): the share of every seed.
    """
    fig, panels = figure(2, height=3.0, sharey=True)
    titles = {"hidden": "hidden from attention", "blanked": "blanked in the source"}
    marks = {"swapped": ("blue", "o", -0.15), "comma": ("pink", "D", 0.15)}
    for ax, (way, found) in zip(panels, lost.items(), strict=True):
        for row, groups in enumerate(found.values()):
            for group, shares in groups.items():
                color, marker, up = marks[group]
                label = KINDS[group] if not row else f"_{KINDS[group]}, {row}"
                style = {"color": COLORS[color], "marker": marker, "ls": "", "alpha": 0.7}
                ax.plot(shares, np.full(len(shares), row + up), label=label, **style)
        ax.set_yticks(range(len(found)), found)
        ax.set(title=titles[way], xlabel="answer changed", xlim=(-0.05, 1.05))
        ax.set_ylim(len(found) - 0.5, -0.5)
        ax.grid(axis="x")
    fig.legend(*panels[0].get_legend_handles_labels(), loc="outside upper left", ncols=2)
    return fig


@styled
def costs(
    lengths: Sequence[int],
    seconds: Mapping[str, Sequence[float]],
    saved: Mapping[str, Sequence[float]],
) -> Figure:
    """Draw what looking costs, by the length of source and target.

    Args:
        lengths: Symbols of the source, and of the target.
        seconds: By what was timed.
        saved: Bytes that are kept for the backward pass, by what was counted.
    """
    fig, (left, right) = figure(2, height=3.0)
    marks = {
        "GRU": ("gray", "D"),
        "dot": ("green", "^"),
        "general": ("orange", "s"),
        "additive": ("blue", "o"),
    }
    for ax, found in ((left, seconds), (right, saved)):
        for name, amounts in found.items():
            color, marker = marks[name]
            ax.plot(lengths, amounts, color=COLORS[color], marker=marker, label=name)
        ax.set(xscale="log", yscale="log", xlabel="symbols of source and of target")
        ax.set_xticks(lengths[::2], lengths[::2])
        ax.minorticks_off()
    left.set_ylabel("seconds")
    right.set_ylabel("bytes kept for training")
    fig.legend(*left.get_legend_handles_labels(), loc="outside upper left", ncols=4)
    return fig
