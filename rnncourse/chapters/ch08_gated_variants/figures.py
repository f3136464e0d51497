"""The figures of chapter 8.

A color is the role of the part that is missing or changed: green a gate, blue what the state shows,
pink what goes into the cell or comes from it. The whole LSTM has the ink of the page. A marker of
`beside` is what the paper says of a variant.
"""

from collections.abc import Mapping, Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from rnncourse.core.intervals import interval
from rnncourse.viz.diagrams import INK, arrow, canvas, color_of, node
from rnncourse.viz.figures import COLORS, figure, styled

WORDS = {
    "NFG NOAF": ("s", "paper: most critical"),
    "NIG NOG NIAF": ("o", "paper: worse on speech and handwriting"),
    "FGR": ("^", "paper: no gain"),
    "NP CIFG": ("D", "paper: no difference"),
    "GRU": ("x", "not in the paper"),
}
"""By cells: a marker, and what Greff et al. (2017) say of them."""
CELLS = {
    "V": ("whole LSTM", ""),
    "NIG": ("no input gate", "gate"),
    "NFG": ("no forget gate", "gate"),
    "NOG": ("no output gate", "gate"),
    "CIFG": ("coupled gates", "gate"),
    "FGR": ("gates see gates", "gate"),
    "NIAF": ("no input tanh", "cell"),
    "NOAF": ("no output tanh", "state"),
    "NP": ("no peepholes", "cell"),
    "GRU": ("GRU", "gray"),
}
"""By the paper's name: a cell in words, and the role of what is missing or changed in it."""
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


def _cell(name: str) -> tuple[str, str]:
    """Return a cell in words, and its color; one that the paper does not name is gray."""
    words, role = CELLS.get(name, (name, "gray"))
    return words, color_of(role)


def wiring() -> Figure:
    """Draw the LSTM with all that can be taken out, each part by the name of what lacks it."""
    fig, (ax,) = canvas(9.2, 4.7)
    top, low, bus = 3.5, 1.75, 0.68
    node(ax, (0.55, top), r"$c_{t-1}$", "cell", (0.8, 0.56))
    node(ax, (5.6, top), r"$c_t$", "cell", (0.7, 0.56))
    node(ax, (8.6, top), r"$h_t$", "state", (0.7, 0.56))
    for x in (2.1, 7.6):
        node(ax, (x, top), "×", "", (0.36, 0.36))
    node(ax, (4.3, top), "+", "", (0.36, 0.36))
    node(ax, (4.3, 2.65), "×", "", (0.36, 0.36))
    node(ax, (6.65, top), "tanh", "", (0.72, 0.46))
    node(ax, (5.15, low), "tanh", "", (0.72, 0.46))
    for x, name in ((2.1, "f"), (3.5, "i"), (7.6, "o")):
        node(ax, (x, low), f"${name}_t$", "gate")
    node(ax, (0.55, 1.0), "$x_t$", "input", (0.7, 0.5))
    node(ax, (0.55, 0.36), r"$h_{t-1}$", "state", (0.8, 0.5))
    ax.plot([1.0, 7.6], [bus, bus], color=INK, lw=1.2, zorder=1)
    for x, high in ((2.1, 0.29), (3.5, 0.29), (5.15, 0.24), (7.6, 0.29)):
        arrow(ax, (x, bus), (x, low - high))
    for role, start, end in (
        ("cell", (0.97, top), (1.9, top)),
        ("cell", (2.3, top), (4.1, top)),
        ("cell", (4.5, top), (5.23, top)),
        ("", (5.97, top), (6.27, top)),
        ("", (7.03, top), (7.4, top)),
        ("state", (7.8, top), (8.23, top)),
        ("gate", (2.1, low + 0.3), (2.1, top - 0.2)),
        ("gate", (7.6, low + 0.3), (7.6, top - 0.2)),
        ("", (4.3, 2.85), (4.3, top - 0.2)),
        ("gate", (3.7, low + 0.22), (4.15, 2.5)),
        ("", (5.0, low + 0.25), (4.45, 2.5)),
    ):
        arrow(ax, start, end, role, width=2.4 if role == "cell" else 1.4)
    for start, end, bend in (
        ((0.7, top - 0.3), (1.83, low + 0.15), 0.2),
        ((0.95, top - 0.25), (3.27, low + 0.2), 0.05),
        ((5.75, top - 0.3), (7.33, low + 0.15), 0.2),
    ):
        arrow(ax, start, end, "cell", width=0.8, bend=bend)
    ax.plot([2.4, 3.2], [low, low], color=COLORS["green"], lw=1.4, ls=":")
    _names(ax)
    return fig


def _names(ax: Axes) -> None:
    """Write beside each part what the cell without it is called."""
    for x, y, text in (
        (2.1, 1.28, "NFG"),
        (3.5, 1.28, "NIG"),
        (7.6, 1.28, "NOG"),
        (5.15, 1.28, "NIAF"),
        (6.65, 3.95, "NOAF"),
        (0.75, 2.25, "NP"),
        (2.8, 1.9, "CIFG"),
    ):
        x, side = (x + 0.32, "left") if y == 1.28 else (x, "center")
        ax.text(x, y, text, ha=side, va="center", fontsize=8.5, weight="bold")


@styled
def beside(tasks: Mapping[str, Mapping[str, Sequence[float]]]) -> Figure:
    """Draw what every variant loses against the full LSTM, on each task.

    Args:
        tasks: By what is measured, by variant: the difference for each seed.
    """
    fig, axes = figure(len(tasks), height=4.8, sharey=True)
    for ax, (what, rows) in zip(axes, tasks.items(), strict=True):
        for y, (name, seeds) in enumerate(rows.items()):
            low, high = interval(list(seeds))
            words, color = _cell(name)
            ax.plot([low, high], [y, y], color=color, lw=3, alpha=0.4, label=f"_{words} interval")
            marker = next(one for cells, (one, _) in WORDS.items() if name in cells.split())
            ax.plot([np.mean(seeds)], [y], color=color, marker=marker, ms=6, label=f"_{words}")
        ax.axvline(0, **LINE)
        ax.set(xlabel=what, ylim=(len(rows) - 0.5, -0.5))
        ax.set_yticks(range(len(rows)), [_cell(name)[0] for name in rows])
        ax.grid(visible=False, axis="y")
        ax.grid(axis="x")
    for marker, words in WORDS.values():
        axes[0].plot([], [], color=INK, marker=marker, ls="", label=words)
    fig.legend(*axes[0].get_legend_handles_labels(), loc="outside upper left", ncols=1)
    return fig


@styled
def left(tasks: Mapping[str, Mapping[str, Sequence[float]]]) -> Figure:
    """Draw the error that each cell leaves on each task: a dot for each seed.

    Args:
        tasks: By task, by the cell's name: what each seed leaves.
    """
    most = max(map(len, tasks.values()))
    fig, axes = figure(len(tasks), height=0.9 + 0.32 * most, sharey=True)
    for ax, (what, rows) in zip(axes, tasks.items(), strict=True):
        for y, (name, seeds) in enumerate(rows.items()):
            words, color = _cell(name)
            ax.plot(seeds, [y] * len(seeds), "o", ms=7, alpha=0.6, color=color, label=words)
        ax.axvline(1, **LINE)
        ax.set(xlabel=f"{what}: error left", ylim=(len(rows) - 0.5, -0.5), xlim=(6e-4, 1.5))
        ax.set_xscale("log")
        ax.set_xticks([0.001, 0.01, 0.1, 1], ["0.001", "0.01", "0.1", "1"])
        ax.minorticks_off()
        ax.set_yticks(range(len(rows)), [_cell(name)[0] for name in rows])
        ax.grid(visible=False, axis="y")
        ax.grid(axis="x")
    return fig


@styled
def rates(candidates: Sequence[float], curves: Mapping[str, np.ndarray]) -> Figure:
    """Draw the error that each cell leaves by its learning rate: means of seeds.

    Args:
        candidates: Learning rates.
        curves: By cell: errors, a row for each rate and a column for each seed.
    """
    fig, (ax,) = figure(height=3.4)
    for name, errors in curves.items():
        (words, color), (marker, line) = _cell(name), STYLES[name]
        ax.plot(candidates, errors.mean(1), color=color, marker=marker, ls=line, label=words)
    ax.set(xlabel="learning rate of Adam", ylabel="error left on sums")
    ax.set_xscale("log")
    ax.set_yscale("log")
    ax.set_xticks(candidates, [f"{rate:g}" for rate in candidates])
    ax.set_yticks([0.03, 0.1, 0.3, 1], ["0.03", "0.1", "0.3", "1"])
    ax.minorticks_off()
    fig.legend(*ax.get_legend_handles_labels(), loc="outside upper left", ncols=3)
    return fig
