"""The figures of chapter 8.

In `beside` a color is what the paper says: orange critical, green no loss, gray neither;
blue is a cell that it does not have. In `lags` green is the GRU, orange the LSTM, pink the
LSTM whose output gate starts open.
"""

from collections.abc import Mapping, Sequence

import numpy as np
from matplotlib.figure import Figure

from rnncourse.chapters.ch08_gated_variants.variants import interval
from rnncourse.viz.figures import COLORS, figure, styled

PAPER = {
    "NFG": "orange",
    "NOAF": "orange",
    "NP": "green",
    "CIFG": "green",
    "GRU": "blue",
    "MUT1": "blue",
    "MUT3": "blue",
    "plain": "blue",
}
WORDS = {
    "orange": "paper: critical",
    "green": "paper: no loss",
    "gray": "paper: not singled out",
    "blue": "not in the paper",
}
MARKERS = {"orange": "s", "green": "D", "gray": "o", "blue": "^"}
CELLS = {"LSTM": ("orange", "s"), "LSTM, open": ("pink", "^"), "GRU": ("green", "D")}
LINE = {"color": COLORS["gray"], "lw": 1, "ls": ":"}


@styled
def beside(tasks: Mapping[str, Mapping[str, Sequence[float]]]) -> Figure:
    """Draw what every variant loses against the full LSTM, on each task.

    Args:
        tasks: By what is measured, by variant: the difference for each seed.
    """
    fig, axes = figure(len(tasks), height=4.2, sharey=True)
    for ax, (what, rows) in zip(axes, tasks.items(), strict=True):
        for y, (name, seeds) in enumerate(rows.items()):
            kind = PAPER.get(name, "gray")
            low, high = interval(list(seeds))
            style = {"color": COLORS[kind], "ls": "-"}
            ax.plot([low, high], [y, y], lw=2.5, alpha=0.4, label=f"_{name} interval", **style)
            ax.plot([np.mean(seeds)], [y], marker=MARKERS[kind], label=f"_{name}", **style)
        ax.axvline(0, **LINE)
        ax.set(xlabel=what, ylim=(len(rows) - 0.5, -0.5))
        ax.set_yticks(range(len(rows)), list(rows))
        ax.grid(visible=False, axis="y")
        ax.grid(axis="x")
    for kind, words in WORDS.items():
        axes[0].plot([], [], color=COLORS[kind], marker=MARKERS[kind], ls="", label=words)
    fig.legend(*axes[0].get_legend_handles_labels(), loc="outside upper left", ncols=2)
    return fig


@styled
def live(rows: Mapping[str, Sequence[float]]) -> Figure:
    """Draw the error that each cell leaves: a dot for each seed, a bar for the mean.

    Args:
        rows: By variant.
    """
    fig, (ax,) = figure(height=2.8)
    for y, (name, seeds) in enumerate(rows.items()):
        style = {"color": COLORS[PAPER.get(name, "gray")], "ls": ""}
        ax.plot(seeds, [y] * len(seeds), marker="o", ms=4, alpha=0.6, label=f"_{name}", **style)
        mean = [np.mean(seeds)]
        ax.plot(mean, [y], marker="|", ms=14, mew=2.5, label=f"_{name} mean", **style)
    ax.set_yticks(range(len(rows)), list(rows))
    ax.set(xlabel="error left on sums", ylim=(len(rows) - 0.5, -0.5))
    ax.set_xlim(left=0)
    ax.grid(visible=False, axis="y")
    ax.grid(axis="x")
    return fig


@styled
def lags(steps: Sequence[int], when: Mapping[str, np.ndarray]) -> Figure:
    """Draw after how many updates a symbol is named, by how long ago it was read.

    Args:
        steps: Since it was read.
        when: By cell: updates, a row for each lag and a column for each seed.
    """
    fig, (ax,) = figure(height=3.0)
    for shift, (name, updates) in zip((0.97, 1.0, 1.03), when.items(), strict=False):
        color, marker = CELLS[name]
        x = shift * np.array(steps)
        ax.plot(x, updates.mean(1), color=COLORS[color], marker=marker, label=name)
        for n, seeds in enumerate(updates.T):
            style = {"color": COLORS[color], "ls": "", "marker": ".", "alpha": 0.5}
            ax.plot(x, seeds, label=f"_{name}, seed {n}", **style)
    ax.set(xlabel="steps since the symbol was read", ylabel="updates until it is named")
    ax.set_xscale("log")
    ax.set_xticks(steps, [str(n) for n in steps])
    ax.minorticks_off()
    ax.set_ylim(bottom=0)
    fig.legend(*ax.get_legend_handles_labels(), loc="outside upper left", ncols=3)
    return fig
