"""The figures of chapter 8.

In the drawing of the cell a color is a role. Cells that are compared are gray, the whole LSTM has
the ink of the page. A marker of `plot_difference_from_lstm` is what the paper says of a variant.
"""

from collections.abc import Mapping, Sequence

import numpy as np
from matplotlib.figure import Figure

from rnncourse.core.intervals import interval
from rnncourse.viz.diagrams import INK, arrow, canvas, node, operation, polyline
from rnncourse.viz.figures import COLORS, figure, label_line_ends, styled

WORDS = {
    "NFG NOAF": ("s", "paper: most critical"),
    "NIG NOG NIAF": ("o", "paper: worse on speech and handwriting"),
    "FGR": ("^", "paper: no gain"),
    "NP CIFG": ("D", "paper: no difference"),
    "GRU": ("x", "not in the paper"),
}
"""By cells: a marker, and what Greff et al. (2017) say of them."""
VARIANT_NAMES = {
    "V": "whole LSTM",
    "NIG": "no input gate",
    "NFG": "no forget gate",
    "NOG": "no output gate",
    "CIFG": "coupled gates",
    "FGR": "gates see gates",
    "NIAF": "no input tanh",
    "NOAF": "no output tanh",
    "NP": "no peepholes",
    "GRU": "GRU",
}
"""By the paper's name: a cell in words."""
LINE = {"color": COLORS["gray"], "lw": 1, "ls": ":"}
STYLES = {
    "V": ("s", "-"),
    "CIFG": ("D", "-"),
    "NFG": ("v", "--"),
    "NOG": ("^", ":"),
    "NOAF": ("o", "--"),
    "GRU": ("x", "-."),
}
"""Of the curves over the learning rate: marker and line."""


def _describe_cell(name: str) -> tuple[str, str]:
    """Return a cell in words, and its color."""
    return VARIANT_NAMES.get(name, name), INK if name == "V" else COLORS["gray"]


def draw_wiring() -> Figure:
    """Draw the LSTM with all that can be taken out, each part by the name of what lacks it."""
    fig, (ax,) = canvas(10.2, 3.7)
    top, low, bus, peep = 3.36, 1.62, 0.66, 2.86
    node(ax, (0.5, top), r"$c_{t-1}$", "cell", (0.84, 0.56))
    node(ax, (9.0, top), r"$c_t$", "cell", (0.72, 0.56))
    node(ax, (9.0, 0.66), r"$h_t$", "state", (0.72, 0.56))
    for center, text in (((2, top), "×"), ((4.7, top), "+"), ((4.7, low), "×"), ((9.0, low), "×")):
        operation(ax, center, text)
    node(ax, (5.9, low), "tanh", "", (0.92, 0.46))
    node(ax, (9.0, 2.46), "tanh", "", (0.92, 0.46))
    for x, name in ((2.0, "f"), (3.5, "i"), (7.3, "o")):
        node(ax, (x, low), f"${name}_t$", "gate", (0.6, 0.6))
    node(ax, (0.5, 1.0), "$x_t$", "input", (0.7, 0.5))
    node(ax, (0.5, 0.32), r"$h_{t-1}$", "state", (0.84, 0.5))
    ax.plot([0.86, 1.24, 1.24, 0.93], [1.0, 1.0, 0.32, 0.32], color=INK, lw=1.4, zorder=1)
    ax.plot([1.24, 7.3], [bus, bus], color=INK, lw=1.4, zorder=1)
    for x, gap in ((2.0, 0.32), (3.5, 0.32), (5.9, 0.25), (7.3, 0.32)):
        arrow(ax, (x, bus), (x, low - gap))
    for role, start, end in (
        ("cell", (0.94, top), (1.81, top)),
        ("cell", (2.19, top), (4.51, top)),
        ("cell", (4.89, top), (8.62, top)),
        ("", (9.0, top - 0.3), (9.0, 2.71)),
        ("", (9.0, 2.22), (9.0, low + 0.19)),
        ("state", (9.0, low - 0.19), (9.0, 0.96)),
        ("gate", (2.0, low + 0.32), (2.0, top - 0.19)),
        ("gate", (3.82, low), (4.51, low)),
        ("gate", (7.62, low), (8.81, low)),
        ("", (5.42, low), (4.89, low)),
        ("", (4.7, low + 0.19), (4.7, top - 0.19)),
    ):
        arrow(ax, start, end, role, width=2.4 if role == "cell" else 1.4)
    for corners in (  # peepholes
        [(0.5, top - 0.3), (0.5, low), (1.68, low)],
        [(0.5, peep), (3.5, peep), (3.5, low + 0.32)],
        [(8.74, top - 0.3), (8.74, peep), (7.3, peep), (7.3, low + 0.32)],
    ):
        polyline(ax, corners, "cell", 0.8)
    ax.plot([2.32, 3.18], [low, low], color=COLORS["green"], lw=1.4, ls=":")
    for x, y, text, side in (
        (2.22, 0.94, "NFG", "left"),
        (3.72, 0.94, "NIG", "left"),
        (6.12, 0.94, "NIAF", "left"),
        (7.52, 0.94, "NOG", "left"),
        (9.2, 1.98, "NOAF", "left"),
        (1.25, peep - 0.2, "NP", "center"),
        (8.02, peep - 0.2, "NP", "center"),
        (2.75, low + 0.2, "CIFG", "center"),
    ):
        ax.text(x, y, text, ha=side, va="center", fontsize=9, weight="bold")
    return fig


@styled
def plot_difference_from_lstm(tasks: Mapping[str, Mapping[str, Sequence[float]]]) -> Figure:
    """Draw what every variant loses against the full LSTM, on each task.

    Args:
        tasks: By what is measured, by variant: the difference for each seed.
    """
    fig, axes = figure(len(tasks), height=3.5, sharey=True)  # a phone shows all three
    for ax, (task, rows) in zip(axes, tasks.items(), strict=True):
        for y, (name, seeds) in enumerate(rows.items()):
            low, high = interval(list(seeds))
            words, _ = _describe_cell(name)
            ax.plot([low, high], [y, y], color=INK, lw=3, alpha=0.3, label=f"_{words} interval")
            marker = next(m for cells, (m, _) in WORDS.items() if name in cells.split())
            ax.plot([np.mean(seeds)], [y], color=INK, marker=marker, ms=6, label=f"_{words}")
        ax.axvline(0, **LINE)
        ax.margins(x=0.12)
        ax.set(xlabel=task, ylim=(len(rows) - 0.5, -0.5))
        ax.set_yticks(range(len(rows)), [_describe_cell(name)[0] for name in rows])
        ax.grid(visible=False, axis="y")
        ax.grid(axis="x")
    for marker, words in WORDS.values():
        axes[0].plot([], [], color=INK, marker=marker, ls="", label=words)
    fig.legend(*axes[0].get_legend_handles_labels(), loc="outside upper left", ncols=1)
    return fig


@styled
def plot_error_by_cell(tasks: Mapping[str, Mapping[str, Sequence[float]]]) -> Figure:
    """Draw the error that each cell leaves on each task: a dot for each seed.

    Args:
        tasks: By task, by the cell's name: what each seed leaves.
    """
    n_rows = max(map(len, tasks.values()))
    fig, axes = figure(len(tasks), height=0.9 + 0.32 * n_rows, sharey=True)
    for ax, (task, rows) in zip(axes, tasks.items(), strict=True):
        for y, (name, seeds) in enumerate(rows.items()):
            words, color = _describe_cell(name)
            ax.plot(seeds, [y] * len(seeds), "o", ms=7, alpha=0.6, color=color, label=words)
        ax.axvline(1, **LINE)
        ax.set(xlabel=f"{task}: error left", ylim=(len(rows) - 0.5, -0.5), xlim=(6e-4, 1.5))
        ax.set_xscale("log")
        ax.set_xticks([0.001, 0.01, 0.1, 1], ["0.001", "0.01", "0.1", "1"])
        ax.minorticks_off()
        ax.set_yticks(range(len(rows)), [_describe_cell(name)[0] for name in rows])
        ax.grid(visible=False, axis="y")
        ax.grid(axis="x")
    return fig


@styled
def plot_errors_by_rate(candidates: Sequence[float], curves: Mapping[str, np.ndarray]) -> Figure:
    """Draw the error that each cell leaves by its learning rate: means of seeds.

    Args:
        candidates: Learning rates.
        curves: By cell: errors, a row for each rate and a column for each seed.
    """
    fig, (ax,) = figure(height=4.2)
    for name, errors in curves.items():
        (words, color), (marker, line) = _describe_cell(name), STYLES[name]
        style = {"color": color, "lw": 2.4 if name == "V" else 1.2, "ms": 6, "mfc": "none"}
        ax.plot(candidates, errors.mean(1), marker=marker, ls=line, label=words, **style)
    ax.set(xlabel="learning rate of Adam", ylabel="error left on sums")
    ax.set_xscale("log")
    ax.set_yscale("log")
    ax.set_xticks(candidates, [f"{rate:g}" for rate in candidates])
    ax.set_yticks([0.03, 0.1, 0.3, 1], ["0.03", "0.1", "0.3", "1"])
    ax.minorticks_off()
    label_line_ends(ax)
    return fig
