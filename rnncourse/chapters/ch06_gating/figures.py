"""The figures on gates and what they are for.

A color is a gate, in all of them: orange the forget gate, blue the input gate, green the output
gate, pink the full cell, gray what has no gates.
"""

from collections.abc import Mapping, Sequence

import numpy as np
from jaxtyping import Bool, Float

from rnncourse.viz.figures import COLORS, Figure, figure, styled

STYLES = {
    "io": ("no forget gate", "orange", "s"),
    "fo": ("no input gate", "blue", "o"),
    "if": ("no output gate", "green", "^"),
    "ifo": ("full cell", "pink", "D"),
    "f": ("forget gate only", "orange", "s"),
    "i": ("input gate only", "blue", "o"),
    "o": ("output gate only", "green", "^"),
    "plain": ("plain", "gray", "v"),
}
"""By the gates that are there: a name, a color, a marker."""
TASKS = {
    "reset": "sum since a reset",
    "marked": "sum of marked",
    "asked": "sum when asked",
}
"""What the figures call the tasks that are made for one gate each."""
MEAN = {"marker": "|", "color": COLORS["gray"], "ms": 13, "mew": 2.5}


@styled
def stream(
    values: Float[np.ndarray, " T"],
    marked: Bool[np.ndarray, " T"],
    truth: Float[np.ndarray, " T"],
    answers: Mapping[str, Float[np.ndarray, " T"]],
) -> Figure:
    """Draw a stream of values, some of them marked, and what networks answer.

    Args:
        values: One a step.
        marked: Which of them count.
        truth: The right answers.
        answers: By name, those of networks; the first is the plain one.
    """
    fig, (above, below) = figure(2, height=3.6, stacked=True, sharex=True)
    steps = np.arange(1, len(values) + 1)
    style = {"ls": "", "ms": 4}
    above.plot(steps[~marked], values[~marked], "x", color=COLORS["gray"], label="noise", **style)
    above.plot(steps[marked], values[marked], "o", color=COLORS["orange"], label="marked", **style)
    above.set(ylabel="value")
    below.step(steps, truth, where="mid", color=COLORS["orange"], lw=5, alpha=0.4, label="truth")
    for (name, some), color in zip(answers.items(), ("gray", "pink"), strict=True):
        below.plot(
            steps, some, color=COLORS[color], ls="--" if color == "gray" else "-", label=name
        )
    below.set(xlabel="step", ylabel="sum of the marked")
    handles, labels = above.get_legend_handles_labels()
    more, words = below.get_legend_handles_labels()
    fig.legend(handles + more, labels + words, loc="outside upper left", ncols=3)
    return fig


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
            box = {"color": COLORS[STYLES[kind][1]], "alpha": shade, "lw": 0}
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
def dots(
    panels: Mapping[str, Mapping[str, Sequence[float]]],
    names: Mapping[str, str] | None = None,
    label: str = "error left",
    height: float = 2.6,
) -> Figure:
    """Draw a dot for each seed, and a bar at the geometric mean: a panel for each task.

    Args:
        panels: By title, then by kind: the error that each network leaves.
        names: What kinds are called, if not as in `STYLES`.
        label: Of the axis.
        height: Of the figure.
    """
    fig, axes = figure(len(panels), height=height, sharey=True, sharex=True)
    for ax, (title, rows) in zip(axes, panels.items(), strict=True):
        for row, (kind, values) in enumerate(rows.items()):
            _, color, marker = STYLES.get(kind, STYLES["plain"])
            style = {"color": COLORS[color], "marker": marker, "ls": "", "ms": 4, "alpha": 0.6}
            ax.plot(values, np.full(len(values), row), **style)
            ax.plot([np.exp(np.mean(np.log(values)))], [row], ls="", **MEAN)
        called = {k: STYLES[k][0] for k in rows} if names is None else names
        ax.set_yticks(range(len(rows)), [called[kind] for kind in rows])
        ax.set(title=title, xscale="log", xlabel=label, ylim=(len(rows) - 0.5, -0.5))
        ax.grid(axis="x")
    return fig


@styled
def units(
    sizes: Sequence[int], left: Mapping[str, Mapping[str, Sequence[Sequence[float]]]]
) -> Figure:
    """Draw the error that is left against the number of units: a panel for each task.

    Args:
        sizes: How many units.
        left: By task, then by kind: for each size the errors of all seeds.
    """
    fig, axes = figure(len(left), height=3.0, sharey=True)
    for ax, (task, kinds) in zip(axes, left.items(), strict=True):
        for kind, values in kinds.items():
            name, color, marker = STYLES[kind]
            means = [np.exp(np.mean(np.log(some))) for some in values]
            ax.plot(sizes, means, color=COLORS[color], marker=marker, label=name)
        ax.set(xscale="log", yscale="log", xlabel="units", title=TASKS[task])
        ax.set_xticks(sizes, [str(size) for size in sizes])
        ax.minorticks_off()
    axes[0].set_ylabel("error left")
    fig.legend(*axes[0].get_legend_handles_labels(), loc="outside upper left", ncols=4)
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
        name, color, marker = STYLES[kind]
        means = [np.mean(some) for some in values]
        ax.plot(sizes, means, color=COLORS[color], marker=marker, lw=1, ls="--", label=name)
    found = np.array(least)
    ax.plot(sizes, found.mean(1), color=COLORS["pink"], marker="D", label="the gate missed least")
    ax.fill_between(sizes, found.min(1), found.max(1), color=COLORS["pink"], alpha=0.15, lw=0)
    ax.set(xscale="log", xlabel="units", ylabel="more error without")
    ax.set_xticks(sizes, [str(size) for size in sizes])
    ax.minorticks_off()
    fig.legend(*ax.get_legend_handles_labels(), loc="outside upper left", ncols=2)
    return fig
