"""The figures of the lesson.

Colors are roles: gray is what is read, blue the state, green a gate, pink the cell, orange a
gradient on its way back; networks that are compared are gray, and what they answer is ink.
"""

from collections.abc import Mapping, Sequence

import numpy as np
from jaxtyping import Float

from rnncourse.viz.diagrams import (
    INK,
    arrow,
    canvas,
    canvas_at,
    fade_in_colormap,
    make_stage_filter,
    node,
    operation,
    polyline,
)
from rnncourse.viz.figures import COLORS, Axes, Figure, figure, styled

GATE_NAMES = {"i": "write", "f": "keep", "o": "show"}
RUN_NAMES = {"tanh": "plain tanh", "relu identity": "ReLU from the identity"}
"""In `plot_learning_curves`, by kind of network; another kind is a forget bias."""
START_MARKERS = {0: "o", 1: "s", 3: "^", 10: "D", 30: "v"}
"""In `plot_growth`, by how full the cells begin."""


def _draw_step(ax: Axes, stage: str, numbers: Mapping[str, str]) -> None:
    """Draw the step of an LSTM; what has no part in the stage is pale."""
    draw_part = make_stage_filter(ax, stage)

    def write_number(ax: Axes, x: float, y: float, text: str, ha: str = "center") -> None:
        ax.text(x, y, text, ha=ha, va="center", fontsize=9.5, weight="bold")

    draw_part("keep", node, (0, 2.9), "$c_{t-1}$", "cell", (0.95, 0.6))
    draw_part("add show", node, (7.2, 2.9), "$c_t$", "cell", (0.8, 0.6))
    draw_part("show", node, (7.2, 1.35), "$h_t$", "state", (0.8, 0.6))
    draw_part("keep", polyline, [(0.5, 2.9), (1.37, 2.9)], "cell", 2.6)
    draw_part("keep add", polyline, [(1.83, 2.9), (3.37, 2.9)], "cell", 2.6)
    draw_part("add", polyline, [(3.83, 2.9), (6.78, 2.9)], "cell", 2.6)
    for x, gate, stages in ((1.6, "f", "keep"), (2.85, "i", "write"), (5.15, "o", "show")):
        draw_part(stages, node, (x, 1.35), f"${gate}$", "gate", (0.66, 0.66))
        draw_part(stages, polyline, [(x, 0.35), (x, 1.0)], "", 1.1)
    draw_part("write", node, (4.35, 1.35), "$g$", "", (0.6, 0.6))
    draw_part("write", polyline, [(4.35, 0.35), (4.35, 1.03)], "", 1.1)
    draw_part("keep", operation, (1.6, 2.9), "×")
    draw_part("keep", polyline, [(1.6, 1.7), (1.6, 2.66)], "gate", 1.6)
    draw_part("write", operation, (3.6, 2.1), "×")
    draw_part("write", polyline, [(2.85, 1.7), (2.85, 2.1), (3.36, 2.1)], "gate", 1.6)
    draw_part("write", polyline, [(4.35, 1.67), (4.35, 2.1), (3.84, 2.1)], "")
    draw_part("add", operation, (3.6, 2.9), "+")
    draw_part("write add", polyline, [(3.6, 2.34), (3.6, 2.66)], "")
    draw_part("show", polyline, [(6.1, 2.86), (6.1, 2.4)], "")
    draw_part("show", node, (6.1, 2.15), "tanh", "", (0.9, 0.44))
    draw_part("show", polyline, [(6.1, 1.92), (6.1, 1.6)], "")
    draw_part("show", operation, (6.1, 1.35), "×")
    draw_part("show", polyline, [(5.5, 1.35), (5.86, 1.35)], "gate", 1.2)
    draw_part("show", polyline, [(6.34, 1.35), (6.79, 1.35)], "state", 1.2)
    ax.plot([0.75, 5.15], [0.35, 0.35], color=INK, lw=1.1, alpha=0.6)
    ax.text(0.1, 0.35, "$x_t, h_{t-1}$", ha="center", va="center", fontsize=9.5)
    for x, y, name, stages, ha in (
        (0, 3.45, "c_old", "keep", "center"),
        (1.76, 2.1, "f", "keep", "left"),
        (2.6, 3.25, "kept", "keep add", "center"),
        (2.7, 2.2, "i", "write", "right"),
        (4.5, 2.2, "g", "write", "left"),
        (3.76, 2.5, "new", "write add", "left"),
        (7.2, 3.45, "c", "add show", "center"),
        (5.15, 1.95, "o", "show", "center"),
        (7.2, 0.82, "h", "show", "center"),
    ):
        if stage in stages.split():
            write_number(ax, x, y, numbers[name], ha)


@styled
def draw_stages(numbers: Mapping[str, str]) -> Figure:
    """Draw the step of an LSTM in four stages, with the numbers of one unit.

    Args:
        numbers: By part (`c_old f kept i g new c o h`), as it is written.
    """
    width, height = 8.4, 4.4
    boxes = [(x, y, width, height) for y in (height, 0) for x in (0, width)]
    titles = {
        "keep": "1. keep:  $f \\odot c_{t-1}$",
        "write": "2. write:  $i \\odot g$",
        "add": "3. add:  $c_t$",
        "show": "4. show:  $h_t = o \\odot \\tanh(c_t)$",
    }
    fig, axes = canvas_at(2 * width, 2 * height, boxes, [*titles.values()])
    for ax, stage in zip(axes, titles, strict=True):
        _draw_step(ax, stage, numbers)
        ax.set(xlim=(-0.7, width - 0.7), ylim=(-0.05, height - 0.05))
    return fig


@styled
def plot_answers(panels: Mapping[str, tuple[Sequence, Sequence]]) -> Figure:
    """Draw what networks answer against what is right.

    Args:
        panels: By title: the right numbers, and the answers.
    """
    fig, axes = figure(len(panels), height=2.75, sharey=True)
    for ax, (title, (targets, outputs)) in zip(axes, panels.items(), strict=True):
        ax.plot([-1, 1], [-1, 1], color=INK, lw=0.8, ls=":", label="_right")
        ax.plot(targets, outputs, ".", color=INK, ms=3.5, alpha=0.6, label=title)
        ax.set(title=title, xlabel="the starred number", xlim=(-1.05, 1.05), ylim=(-1.3, 1.3))
        ax.set_xticks((-1, 0, 1))
        ax.set_yticks((-1, 0, 1))
    axes[0].set_ylabel("what it answers")
    return fig


@styled
def draw_gradient_paths(steps: int = 2) -> Figure:
    """Draw a gradient's two ways back: along the cells, and through the states."""
    step = 2.4
    fig, (ax,) = canvas(step * steps + 1.6, 4.0, low=(-0.8, -0.9))
    for t in range(steps + 1):
        x = step * t
        name = "t" if t == steps else f"t-{steps - t}"
        node(ax, (x, 2.2), f"$c_{{{name}}}$", "cell", (0.7, 0.56))
        node(ax, (x, 0), f"$h_{{{name}}}$", "state", (0.7, 0.56))
        arrow(ax, (x - 0.12, 1.9), (x - 0.12, 0.3), "cell", width=1.0)
        if t < steps:
            width = 2.2 * 0.45 ** (steps - t - 1)
            arrow(ax, (x + 0.02, 0.3), (x + 0.02, 1.9), "gradient", width=width)
        if t:
            middle = x - step / 2
            arrow(ax, (x - step + 0.37, 2.32), (middle - 0.28, 2.32), "cell", width=2.2)
            arrow(ax, (middle + 0.28, 2.32), (x - 0.37, 2.32), "cell", width=2.2)
            node(ax, (middle, 2.2), r"$\times f$", "gate")
            arrow(ax, (x - 0.37, 2.06), (middle + 0.28, 2.06), "gradient", width=2.4)
            arrow(ax, (middle - 0.28, 2.06), (x - step + 0.37, 2.06), "gradient", width=2.4)
            node(ax, (middle, 0), "$W_{hh}$", size=(0.92, 0.56))
            arrow(ax, (x - step + 0.37, 0.12), (middle - 0.48, 0.12), "state", width=1.0)
            arrow(ax, (middle + 0.1, 0.29), (x - 0.4, 1.95), "state", width=1.0)
            width = 2.2 * 0.45 ** (steps - t)
            arrow(ax, (x - 0.3, 1.88), (middle + 0.3, 0.29), "gradient", width=width)
            arrow(ax, (middle - 0.48, -0.12), (x - step + 0.37, -0.12), "gradient", width=width)
    middle = step * steps / 2
    ax.text(middle, 2.82, "cell to cell: times $f$, no matrix", ha="center", fontsize=9.5)
    label = "through the states: a matrix and slopes at every step"
    ax.text(middle, -0.75, label, ha="center", fontsize=9.5)
    return fig


@styled
def plot_gradient_reach(
    steps_back: Sequence[int], positions: Sequence[int], decades: Float[np.ndarray, "P K"]
) -> Figure:
    """Draw how a gradient's length has changed, by how far it went and where it arrived.

    Args:
        steps_back: Steps back.
        positions: Symbols between the start and the cell where it arrives.
        decades: Powers of ten, by place and steps back.
    """
    fig, (ax,) = figure(height=3.8)  # with air around a phone's letters
    # Not up to full orange, where a dark page's light numbers could not be read.
    ax.imshow(decades, cmap=fade_in_colormap(COLORS["orange"]), vmin=0, vmax=3.9, aspect="auto")
    for row, column in np.ndindex(decades.shape):
        value = decades[row, column]
        factor = 10**value
        text = f"{factor:.1f}" if factor < 3 else f"{factor:.0f}"
        ax.text(column, row, text, ha="center", va="center", fontsize=9)
    ax.grid(visible=False)
    ax.set_xticks(range(len(steps_back)), steps_back)
    ax.set_yticks(range(len(positions)), [f"{p}" if p else "start" for p in positions])
    ax.set(xlabel="steps back", ylabel="symbols read before")
    ax.tick_params(length=0)
    for side in ax.spines.values():
        side.set_visible(False)
    return fig


@styled
def plot_growth(
    runs: Mapping[int, tuple[Float[np.ndarray, " N"], Float[np.ndarray, " N"]]], slope: float
) -> Figure:
    """Draw how fast a gradient grows against how much of a nudge the cells show.

    Args:
        runs: By how full the cells begin, one of `START_MARKERS`: what units show of a nudge, and
            the growth of the gradient per step, in powers of ten.
        slope: Of the line that is drawn through 0.
    """
    fig, (ax,) = figure(height=3.0)
    ax.plot([0, 0.52], [0, 0.52 * slope], color=INK, lw=0.8, ls=":", label="_in proportion")
    for start, (visible, growth) in runs.items():
        style = {"ls": "", "marker": START_MARKERS[start], "ms": 5, "mfc": "none", "mew": 1.3}
        label = "cells start empty" if not start else f"at ±{start}"
        color = COLORS["orange"] if not start else COLORS["gray"]
        ax.plot(visible, growth, color=color, label=label, **style)
    ax.set(xlabel="part of a nudge of the cell that $h$ shows", ylabel="powers of ten a step")
    ax.set(xlim=(-0.01, 0.53), ylim=(-0.003, 0.057))
    fig.legend(loc="outside upper left", ncols=5)
    return fig


def _smooth(ys: Sequence) -> np.ndarray:
    """Root of the mean of the last updates' losses."""
    return np.array([np.mean(ys[max(0, t - 19) : t + 1]) ** 0.5 for t in range(len(ys))])


@styled
def plot_learning_curves(runs: Mapping[int | str, Sequence[Sequence]], constant: float) -> Figure:
    """Draw the typical error in the course of training: a panel a network, a line a seed.

    Args:
        runs: By kind of network, one of `RUN_NAMES`, which stand in the left column, or the forget
            bias of an LSTM: for each seed a squared error an update.
        constant: The typical error of who always answers 0.
    """
    columns = [[kind for kind in runs if (kind in RUN_NAMES) == is_plain] for is_plain in (1, 0)]
    fig = Figure(figsize=(6.4, 3.9), layout="constrained")
    grid = fig.subplots(max(map(len, columns)), len(columns), squeeze=False)
    longest = max(len(errors) for curves in runs.values() for errors in curves)
    for kinds, column in zip(columns, grid.T, strict=True):
        panels = column[len(column) - len(kinds) :]  # their lower ends stand in line
        for kind, ax in zip(kinds, panels, strict=True):
            for seed, errors in enumerate(runs[kind]):
                updates = np.arange(0, len(errors), 5)
                ys = _smooth(errors)[updates]
                ax.plot(updates, ys, color=INK, lw=1.4, label=f"_seed {seed}")
            ax.axhline(constant, color=INK, lw=0.8, ls=":")
            ax.set_title(RUN_NAMES.get(kind, f"LSTM, forget bias {kind}"))
            ax.set(ylim=(0, 0.75), xlim=(0, longest), yticks=(0, 0.5))
            ax.tick_params(labelbottom=kind == kinds[-1])
            ax.grid(axis="y")
        panels[-1].set_xlabel("updates")
        column[1].set_ylabel("typical error")
    if len(columns[0]) < len(grid):
        grid[0, 0].set_axis_off()
        grid[0, 0].text(0, 0.5, "a line: a seed\ndotted: always 0", va="center")
    return fig


@styled
def plot_decay(gates: Mapping[str, float]) -> Figure:
    """Draw cells that were written once, and then left to their forget gate.

    Args:
        gates: By a word and a number, what the forget gate keeps at each step. The last curve has
            its whole name, the others, which stand close to each other, the number.
    """
    fig, (ax,) = figure(height=3.6)
    steps = np.geomspace(1, 200, 101)
    for alpha, (name, kept) in zip(np.linspace(0.5, 1, len(gates)), gates.items(), strict=True):
        ax.plot(steps, kept**steps, color=COLORS["pink"], alpha=alpha, label=f"_{name}")
        tau = -1 / np.log(kept)
        ax.plot(tau, 1 / np.e, "o", color=COLORS["pink"], ms=5, label=f"_{name}, time")
        label = name if alpha == 1 else name.split()[-1]
        ax.text(1.1 * tau, 1 / np.e + 0.05, label)
    ax.axhline(1 / np.e, color=INK, lw=0.8, ls=":")
    ax.text(195, 1 / np.e + 0.06, "$1/e$", ha="right")
    ax.set(xscale="log", xlabel="steps since it was written", ylabel="left in the cell")
    ax.set(xlim=(1, 200), ylim=(0, 1.03))
    ax.set_xticks((1, 3, 10, 30, 60, 100), ("1", "3", "10", "30", "60", "100"))
    ax.minorticks_off()
    return fig


@styled
def plot_unit_and_gates(
    xs: Float[np.ndarray, "T 3"],
    outputs: Float[np.ndarray, " T"],
    gates: Mapping[str, Float[np.ndarray, " T"]],
    cell: Float[np.ndarray, " T"],
) -> Figure:
    """Draw one unit of a trained LSTM as it reads a list: its cell, and a timetable of its gates.

    Args:
        xs: What is read: a number, whether it is starred, whether it is a question.
        outputs: What the network answers at each step.
        gates: `i`, `f` and `o`, a value from 0 to 1 for each step.
        cell: The cell after each step, on the scale of the numbers.
    """
    heights = {"height_ratios": (5, 1, 1, 1)}
    fig, axes = figure(4, height=4.9, stacked=True, sharex=True, **heights)
    fig.get_layout_engine().set(hspace=0, h_pad=0.03)
    top, steps = axes[0], np.arange(len(xs))
    stars, questions = np.flatnonzero(xs[:, 1]), np.flatnonzero(xs[:, 2])
    unmarked = np.flatnonzero((xs[:, 1] == 0) & (xs[:, 2] == 0))
    top.plot(unmarked, xs[unmarked, 0], ".", color=COLORS["gray"], ms=4, alpha=0.7, label="read")
    top.plot(steps, cell, color=COLORS["pink"], lw=2.4, label="cell")
    top.plot(stars, xs[stars, 0], "*", color=INK, ms=11, label="starred")
    hollow = {"mfc": "none", "mec": INK, "mew": 1.4, "ms": 9}
    top.plot(questions, outputs[questions], "o", label="answer", **hollow)
    top.set(ylim=(-1.1, 1.1), yticks=(-1, 0, 1), xlim=(-2, len(xs)))
    events = top.secondary_xaxis("top")
    events.set_xticks([*stars, *questions], [*"★" * len(stars), *"?" * len(questions)])
    for ax, gate in zip(axes[1:], ("i", "f", "o"), strict=True):
        ax.fill_between(steps, 0, gates[gate], step="mid", color=COLORS["green"], alpha=0.75, lw=0)
        style = {"color": COLORS["green"], "lw": 0.6, "drawstyle": "steps-mid"}
        ax.plot(steps, gates[gate], label=GATE_NAMES[gate], **style)
        ax.set(ylim=(0, 1.25), yticks=[])
        ax.set_ylabel(GATE_NAMES[gate], rotation=0, ha="right", va="center")
    for ax in axes:
        ax.tick_params(axis="x", length=0)
        for star in stars:
            ax.axvline(star, color=INK, lw=0.8, ls=":", alpha=0.6, zorder=0)
    axes[-1].set_xlabel("step")
    return fig
