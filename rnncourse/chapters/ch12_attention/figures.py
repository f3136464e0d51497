"""The figures of lab report 12.

Purple is attention, gray what has no attention, the page's ink the truth.
"""

from collections.abc import Mapping, Sequence

import numpy as np
from jaxtyping import Float
from matplotlib.figure import Figure

from rnncourse.chapters.ch12_attention.lesson_figures import PURPLES
from rnncourse.data.pairs import TokenPair
from rnncourse.viz.diagrams import INK, get_color
from rnncourse.viz.figures import COLORS, figure, styled


@styled
def plot_attention_map(weights: Float[np.ndarray, "T S"], pair: TokenPair) -> Figure:
    """Draw where a decoder looks when it writes each token of one target, and the truth over it.

    Args:
        weights: A row for each token of the target.
        pair: Its source, its target and which belong together.
    """
    fig, (ax,) = figure(height=3.4)
    T, S = weights.shape
    ax.imshow(weights, cmap=PURPLES, vmin=0, vmax=1, aspect="auto", interpolation="none")
    truth = [(j, t) for t, links in enumerate(pair.links) for j in links]
    style = {"facecolors": "none", "edgecolors": INK, "linewidths": 1.2}
    ax.scatter(*zip(*truth, strict=True), s=70, label="truth", **style)
    ax.set_xticks(range(S), pair.source, rotation=90)
    ax.set_yticks(range(T), pair.target)
    ax.set(xlabel="source", ylabel="target")
    ax.grid(False)
    fig.legend(loc="outside upper left")
    return fig


@styled
def plot_right_by_length(
    exact: Mapping[str, tuple[str, Sequence[Sequence[float]]]], trained: int
) -> Figure:
    """Draw what is translated without a mistake, by the numbers in a list.

    Args:
        exact: By name in the legend: color, and for each length, from two on, every seed's share.
        trained: The longest list of the training.
    """
    fig, (ax,) = figure(height=3.2)
    styles = zip("os^D", ("-", "--", ":", "-."), strict=True)
    for (name, (color, shares)), (marker, line) in zip(exact.items(), styles, strict=False):
        ks = np.arange(2, 2 + len(shares))
        style = {"color": get_color(color), "marker": marker}
        for seed in np.transpose(shares):
            ax.plot(ks, seed, **style, ls="", ms=3, alpha=0.5, label=f"_{name}, a seed")
        ax.plot(ks, np.mean(shares, 1), **style, ls=line, label=name)
        ax.set_xticks(ks)
    ax.axvline(trained + 0.5, color=COLORS["gray"], lw=1, ls=":")
    ax.text(trained + 0.7, 0.85, "longer than\nany trained", va="center")
    ax.set(xlabel="numbers in the list", ylabel="translated without a mistake", ylim=(-0.03, 1.05))
    fig.legend(*ax.get_legend_handles_labels(), loc="outside upper left", ncols=2)
    return fig


@styled
def plot_errors_by_cpu_time(
    readers: Mapping[str, tuple[str, Sequence[float], Sequence[float]]],
) -> Figure:
    """Draw the words that are said wrongly, by the CPU seconds that went into a reader.

    Args:
        readers: By name: color, seconds, percent of words; two lines and three points.
    """
    fig, (ax,) = figure(height=3.4)
    # at which point of its own each is named, how far from there, and which end of the name is near
    labels = (0, (8, 4), "left"), (1, (-5, -9), "right"), (0, (9, 0), "left")
    labels += (0, (6, 11), "right"), (0, (6, -11), "right")
    for (name, (color, seconds, errors)), marker, (point, shift, alignment) in zip(
        readers.items(), "osD^v", labels, strict=True
    ):
        ax.plot(seconds, errors, marker + "-", color=get_color(color), label=name)
        style = {"textcoords": "offset points", "ha": alignment, "va": "center"}
        ax.annotate(name, (seconds[point], errors[point]), shift, **style)
    ax.set(xscale="log", ylim=(0, 90), xlabel="CPU seconds", ylabel="words said wrongly (%)")
    return fig
