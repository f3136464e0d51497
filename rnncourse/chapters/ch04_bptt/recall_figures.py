"""The figures on what a window that ends short of a symbol does to it; colors as in `figures`."""

from collections.abc import Mapping, Sequence

import numpy as np
from scipy.special import stdtrit

from rnncourse.chapters.ch04_bptt.figures import LINE, Figure
from rnncourse.viz.diagrams import INK
from rnncourse.viz.figures import COLORS, figure, name_rows, styled


@styled
def plot_first_symbol(by_name: Mapping[str, Mapping[int, Sequence]], copied: Mapping) -> Figure:
    """Draw accuracy, what the first symbol leaves, and what a new readout finds, by window.

    Args:
        by_name: By window, for each seed: "right", the accuracy; "trace", how far the symbols are
            apart after the first step, against the start; "shown", the accuracy of a new readout.
        copied: "right" and "trace" for the longest window that is too short.
    """
    fig, axes = figure(3, height=2.8)
    labels = {"right": "named rightly", "trace": "trace left", "shown": "by a new readout"}
    levels = {"right": 0.25, "trace": 1.0, "shown": 0.25}
    for ax, (name, by_k) in zip(axes, by_name.items(), strict=True):
        ks = list(by_k)
        for k in ks:
            style = {"ls": "", "marker": ".", "ms": 3.5, "alpha": 0.5, "label": "_seeds"}
            ax.plot([k] * len(by_k[k]), by_k[k], color=COLORS["gray"], **style)
        medians = [np.median(by_k[k]) for k in ks]
        ax.plot(ks, medians, color=INK, marker="o", label="one set of weights")
        label = "a copy reads the first symbol"
        if name in copied:
            style = {"color": INK, "marker": "D", "mfc": "none", "ls": "", "ms": 8}
            ax.plot([ks[-2]], [np.median(copied[name])], label=label, **style)
        ax.axhline(levels[name], **LINE)
        ax.axvspan(ks[-1] - 0.5, ks[-1] + 0.6, color=COLORS["gray"], alpha=0.18, lw=0)
        ax.set(xlabel="k, steps of the window", ylabel=labels[name], xlim=(0.5, ks[-1] + 0.6))
        ax.set(xticks=ks, ylim=(0, None if name == "trace" else 1.05))
    fig.legend(*axes[0].get_legend_handles_labels(), loc="outside upper left", ncols=2)
    return fig


@styled
def plot_controls(rows: Mapping[str, Sequence], untrained: Mapping[str, Sequence]) -> Figure:
    """Draw what is named rightly in several ways to train: a row a way, a dot a seed.

    A bar marks the mean; a line, its 95 % interval by Student's t.

    Args:
        rows: By way: the accuracy of each seed.
        untrained: The same for ways in which the cell is never trained.
    """
    fig, (ax,) = figure()
    all_rows = {**rows, **untrained}
    ys = name_rows(ax, list(all_rows))
    for y, (name, accuracies) in zip(ys, all_rows.items(), strict=True):
        color = COLORS["gray"] if name in untrained else INK
        style, n = {"color": color, "label": f"_{name}"}, len(accuracies)
        mean, sem = np.mean(accuracies), np.std(accuracies, ddof=1) / n**0.5
        half = stdtrit(n - 1, 0.975) * sem
        ax.plot(accuracies, [y] * n, ls="", marker="o", ms=4, alpha=0.5, **style)
        ax.plot([mean], [y], ls="", marker="|", ms=16, mew=2.5, **style)
        ax.plot([mean - half, min(1, mean + half)], [y, y], lw=1.5, **style)
    ax.axvline(0.25, **LINE)
    ax.set(xlabel="named rightly", xlim=(0.2, 1.03))
    return fig


@styled
def plot_chunks(
    shares: Sequence, accuracies: Mapping[str, Sequence[Sequence]], longest_chunk_accuracy: float
) -> Figure:
    """Draw how often a symbol is named, by the length of the chunks in which it was learned.

    Args:
        shares: Lengths of a chunk over the lag.
        accuracies: "carried" and "reset": for each of these, what every seed names rightly.
        longest_chunk_accuracy: The same, learned in the longest chunks: the mean, a dashed line.
    """
    fig, (ax,) = figure(height=2.9)
    ax.axvspan(shares[0] * 0.9, 1, color=COLORS["gray"], alpha=0.18, lw=0)
    for name, color, marker in (("carried", "blue", "o"), ("reset", "gray", "s")):
        for x, row in zip(shares, accuracies[name], strict=True):
            ax.plot([x] * len(row), row, marker, color=COLORS[color], ls="none", alpha=0.35, ms=4)
        means = [np.mean(row) for row in accuracies[name]]
        ax.plot(shares, means, color=COLORS[color], marker=marker, label=f"state {name}")
    ax.axhline(
        longest_chunk_accuracy, color=COLORS["blue"], ls="--", lw=1.2, label="chunks of eight lags"
    )
    ax.axhline(0.25, **LINE)
    ax.set(
        xscale="log", xlabel="length of a chunk, in lags", ylabel="named rightly", ylim=(0, 1.05)
    )
    ax.set_xticks(shares, [f"{x:g}" for x in shares])
    ax.set_xlim(shares[0] * 0.9, shares[-1] * 1.1)
    ax.minorticks_off()
    fig.legend(*ax.get_legend_handles_labels(), loc="outside upper left", ncols=3)
    return fig
