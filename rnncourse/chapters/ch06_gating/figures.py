"""The figures of the lab report: green is a gate, gray are series that are compared."""

from collections.abc import Mapping, Sequence

import numpy as np

from rnncourse.viz.figures import COLORS, Figure, figure, styled

STYLES = {
    "io": ("no forget gate", ":", "s"),
    "fo": ("no input gate", "--", "o"),
    "if": ("no output gate", "-.", "^"),
}
"""By the gates that are left: a name, a line, a marker."""
TASKS = {
    "reset": "sum since a reset",
    "marked": "sum of marked",
    "asked": "sum when asked",
}
"""What the figures call the tasks that are made for one gate each."""
CELLS = {"gru": ("orange", "-", "o"), "lstm": ("gray", "--", "s")}
"""In `opened`: color, line and marker."""


@styled
def removed(
    ratios: Mapping[str, Mapping[str, tuple[float, float, float]]],
) -> Figure:
    """Draw what it costs to take a gate out: a row for each gate, a column for each task.

    Args:
        ratios: By task, then by the gates that are left: how many times as much error as the full
            cell leaves, and the ends of its interval.
    """
    fig, (ax,) = figure(height=3.1)
    kinds = list(next(iter(ratios.values())))
    for column, task in enumerate(ratios):
        for row, kind in enumerate(kinds):
            ratio, low, high = ratios[task][kind]
            shade = float(np.clip(np.log2(max(ratio, 1)) / 6, 0.03, 0.75))
            box = {"color": COLORS["green"], "alpha": shade, "lw": 0}
            ax.fill_between([column - 0.47, column + 0.47], row - 0.45, row + 0.45, **box)
            ax.text(column, row - 0.1, f"×{ratio:.2g}", ha="center", va="center", size=15)
            ax.text(column, row + 0.25, f"{low:.2g} to {high:.2g}", ha="center", va="center")
    ax.set_xticks(range(len(ratios)), [TASKS[task] for task in ratios])
    ax.set_yticks(range(len(kinds)), [STYLES[kind][0] for kind in kinds])
    ax.set(ylim=(len(kinds) - 0.5, -0.5), xlim=(-0.5, len(ratios) - 0.5))
    ax.tick_params(length=0, top=False)
    ax.spines[:].set_visible(False)
    ax.grid(visible=False)
    return fig


@styled
def needs(
    sizes: Sequence[int],
    costs: Mapping[str, Sequence[np.ndarray]],
    least: Sequence[np.ndarray],
) -> Figure:
    """Draw what it costs to take out the gate that a task needs, by the number of units.

    Args:
        sizes: How many units.
        costs: By the gates that are left: for each size the additional error of all seeds.
        least: The same, of each seed for the gate that it misses least.
    """
    fig, (ax,) = figure(height=3.0)
    for kind, values in costs.items():
        name, line, marker = STYLES[kind]
        means = [np.mean(some) for some in values]
        ax.plot(sizes, means, line, color=COLORS["gray"], marker=marker, lw=1, label=name)
    found = np.array(least)
    ax.plot(sizes, found.mean(1), color=COLORS["green"], marker="D", label="the gate missed least")
    ax.fill_between(sizes, found.min(1), found.max(1), color=COLORS["green"], alpha=0.15, lw=0)
    ax.set(xscale="log", xlabel="units", ylabel="more error without")
    ax.set_xticks(sizes, [str(size) for size in sizes])
    ax.minorticks_off()
    fig.legend(*ax.get_legend_handles_labels(), loc="outside upper left", ncols=2)
    return fig


@styled
def opened(
    biases: Sequence[float],
    curves: Mapping[str, Sequence[Sequence[float]]],
    plain: Sequence[float],
) -> Figure:
    """Draw how much of a gradient comes back, by the first bias of the gate that keeps.

    Args:
        biases: Of the gates.
        curves: By cell, one of `CELLS`: for each bias the powers of ten of all seeds.
        plain: Those of plain networks, which have no gate.
    """
    fig, (ax,) = figure(height=2.6)
    ax.axhline(np.mean(plain), color=COLORS["gray"], lw=1.2, ls=":", label="plain")
    for cell, (color, line, marker) in CELLS.items():
        found, style = np.array(curves[cell]), {"color": COLORS[color]}
        ax.plot(biases, found.mean(1), line, label=cell.upper(), marker=marker, ms=4, **style)
        ax.fill_between(biases, found.min(1), found.max(1), alpha=0.15, lw=0, **style)
    ax.set(xlabel="first bias of the gate that keeps", ylabel="powers of ten, 50 steps")
    ax.set_xticks(biases)
    ax.legend(loc="center right")
    return fig
