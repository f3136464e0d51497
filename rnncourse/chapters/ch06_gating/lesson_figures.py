"""The figures of the lesson.

Colors are roles: gray is what is read, blue a state, green a gate, pink what a memory keeps;
networks that are compared are gray, and what they answer is ink.
"""

from collections.abc import Mapping, Sequence

import numpy as np
from jaxtyping import Float

from rnncourse.viz.diagrams import (
    INK,
    canvas_at,
    make_stage_filter,
    node,
    operation,
    polyline,
)
from rnncourse.viz.figures import COLORS, Axes, Figure, figure, label_line_ends, styled

GREEN = [int(COLORS["green"][i : i + 2], 16) / 255 for i in (1, 3, 5)]


def _replace_hyphens(text: str) -> str:
    return text.replace("-", "−")


@styled
def plot_answers(
    xs: Float[np.ndarray, "T 2"],
    answers: Float[np.ndarray, " T"],
    panels: Mapping[str, Float[np.ndarray, " T"]],
) -> Figure:
    """Draw what networks answer as they read a list with starred numbers.

    Args:
        xs: Of every step a number, and whether it is starred.
        answers: What is right.
        panels: By title: what a network answers.
    """
    fig, axes = figure(len(panels), height=2.4 * len(panels), stacked=True, sharex=True)
    steps, stars = np.arange(1, len(xs) + 1), xs[:, 1] > 0
    for ax, (title, outputs) in zip(axes, panels.items(), strict=True):
        ax.step(steps, answers, where="mid", color=INK, lw=0.9, ls=":", label="right")
        style = {"color": COLORS["gray"], "ls": ""}
        ax.plot(steps[~stars], xs[~stars, 0], "o", ms=4.2, alpha=0.7, label="_read", **style)
        ax.plot(steps[stars], xs[stars, 0], "*", ms=13, label="_starred", zorder=3, **style)
        ax.plot(steps, outputs, color=INK, lw=1.8, label="answers")
        ax.set(title=title, ylabel="number", ylim=(-1.15, 1.15), yticks=(-1, 0, 1))
    axes[-1].set(xlabel="step", xlim=(0, len(xs) + 0.5))
    label_line_ends(axes[0])
    return fig


def _draw_unit(ax: Axes, z: int, old_cell: float, value: float) -> None:
    """Draw a step of the unit with one gate; the way that the gate shuts is pale."""
    draw, new_cell = make_stage_filter(ax, "keep" if z else "write"), old_cell if z else value
    node(ax, (0, 2.6), "$c_{t-1}$", "cell", (0.95, 0.6))
    node(ax, (6.2, 2.6), "$c_t$", "cell", (0.8, 0.6))
    polyline(ax, [(0.5, 2.6), (1.67, 2.6)], "cell", 2.6)
    draw("keep", polyline, [(2.13, 2.6), (3.77, 2.6)], "cell", 2.6)
    polyline(ax, [(4.23, 2.6), (5.78, 2.6)], "cell", 2.6)
    operation(ax, (1.9, 2.6), "×")
    operation(ax, (4, 2.6), "+")
    operation(ax, (4, 1.6), "×")
    node(ax, (1.9, 1.05), "$z$", "gate", (0.66, 0.66))
    polyline(ax, [(1.9, 1.4), (1.9, 2.36)], "gate", 1.6)
    polyline(ax, [(2.25, 1.05), (3, 1.05), (3, 1.6), (3.76, 1.6)], "gate", 1.6)
    ax.text(3.12, 1.22, "$1-z$", ha="left", va="center", fontsize=9)
    node(ax, (5.35, 1.05), "$v$", "", (0.6, 0.6))
    polyline(ax, [(5.35, 1.37), (5.35, 1.6), (4.24, 1.6)], "")
    draw("write", polyline, [(4, 1.84), (4, 2.36)], "", 1.3)
    for x in (1.9, 5.35):
        polyline(ax, [(x, 0.1), (x, 0.7)], "", 1.1)
    ax.plot([0.75, 5.35], [0.1, 0.1], color=INK, lw=1.1, alpha=0.6)
    node(ax, (0.3, 0.1), "$x_t$", "input", (0.6, 0.52))
    style = {"ha": "center", "va": "center", "fontsize": 9.5, "weight": "bold"}
    ax.text(0, 3.14, _replace_hyphens(f"{old_cell:.1f}"), **style)
    ax.text(6.2, 3.14, _replace_hyphens(f"{new_cell:.1f}"), **style)
    ax.text(1.4, 1.45, str(z), **style)
    ax.text(6.1, 1.05, _replace_hyphens(f"{value:.1f}"), **style)


@styled
def draw_unit(old_cell: float, unstarred: float, starred: float) -> Figure:
    """Draw two steps of the unit with one gate: at a number without a star, and at a starred one.

    Args:
        old_cell: What the memory holds.
        unstarred: The number without a star.
        starred: The number with one.
    """
    width, height = 7.4, 4.3
    boxes = [(0, 0, width, height), (width, 0, width, height)]
    fig, axes = canvas_at(2 * width, height, boxes, ("no star: keep", "a star: replace"))
    for ax, z, value in zip(axes, (1, 0), (unstarred, starred), strict=True):
        _draw_unit(ax, z, old_cell, value)
        ax.set(xlim=(-0.7, width - 0.7), ylim=(-0.35, height - 0.35))
    return fig


def _draw_gru(ax: Axes, stage: str, numbers: Mapping[str, str]) -> None:
    """Draw the step of a GRU; what has no part in the stage is pale."""
    draw = make_stage_filter(ax, stage)
    both_stages, propose, divide = "propose divide", "propose", "divide"
    draw(both_stages, node, (0, 3.3), "$h_{t-1}$", "state", (0.95, 0.6))
    draw(divide, node, (7.4, 3.3), "$h_t$", "state", (0.8, 0.6))
    draw(divide, polyline, [(0.5, 3.3), (3.07, 3.3)], "cell", 2.6)
    draw(divide, polyline, [(3.53, 3.3), (5.57, 3.3)], "cell", 2.6)
    draw(divide, polyline, [(6.03, 3.3), (6.98, 3.3)], "cell", 2.6)
    draw(divide, operation, (3.3, 3.3), "×")
    draw(divide, operation, (5.8, 3.3), "+")
    draw(divide, operation, (5.8, 2.3), "×")
    draw(divide, node, (3.3, 1.75), "$z$", "gate", (0.66, 0.66))
    draw(divide, polyline, [(3.3, 2.1), (3.3, 3.06)], "gate", 1.6)
    draw(divide, polyline, [(3.65, 1.75), (4.1, 1.75), (4.1, 2.3), (5.56, 2.3)], "gate", 1.6)
    draw(divide, Axes.text, 4.25, 2.06, "$1-z$", ha="left", va="center", fontsize=9)
    draw(divide, polyline, [(5.8, 2.54), (5.8, 3.06)], "", 1.3)
    draw(propose, node, (1.1, 1.15), "$r$", "gate", (0.66, 0.66))
    draw(propose, operation, (1.98, 2.2), "×")
    draw(propose, polyline, [(0, 2.98), (0, 2.2), (0.33, 2.2)], "state", 1.3)
    draw(propose, node, (0.8, 2.2), "$W_{hn}$", "", (0.94, 0.6))
    draw(propose, polyline, [(1.27, 2.2), (1.74, 2.2)], "state", 1.3)
    draw(propose, polyline, [(1.45, 1.15), (1.98, 1.15), (1.98, 1.96)], "gate", 1.6)
    draw(both_stages, node, (5.8, 1.2), "$n$", "", (0.6, 0.6))
    draw(propose, polyline, [(2.22, 2.2), (2.55, 2.2), (2.55, 1.0), (5.48, 1.0)], "state", 1.3)
    draw(divide, polyline, [(5.8, 1.52), (5.8, 2.06)], "", 1.3)
    draw(propose, polyline, [(1.1, 0.1), (1.1, 0.8)], "", 1.1)
    draw(divide, polyline, [(3.3, 0.1), (3.3, 1.4)], "", 1.1)
    draw(propose, polyline, [(5.8, 0.1), (5.8, 0.88)], "", 1.1)
    ax.plot([0.5, 5.8], [0.1, 0.1], color=INK, lw=1.1, alpha=0.6)
    ax.text(0.35, 0.1, "$x_t, h_{t-1}$", ha="right", va="center", fontsize=9.5)
    style = {"va": "center", "fontsize": 9.5, "weight": "bold"}
    for x, y, name, stages, ha in (
        (0, 3.92, "h", both_stages, "center"),
        (0.68, 1.15, "r", propose, "right"),
        (4.7, 1.26, "seen", propose, "center"),
        (6.22, 1.2, "n", both_stages, "left"),
        (3.06, 2.6, "z", divide, "right"),
        (4.5, 3.58, "kept", divide, "center"),
        (6.12, 2.6, "written", divide, "left"),
        (7.4, 3.92, "new", divide, "center"),
    ):
        if stage in stages.split():
            ax.text(x, y, _replace_hyphens(numbers[name]), ha=ha, **style)


@styled
def draw_gru(numbers: Mapping[str, str]) -> Figure:
    """Draw the step of a GRU in two stages, with the numbers of one unit.

    Args:
        numbers: By part (`h r seen n z kept written new`), as it is written.
    """
    width, height = 9.3, 5.3
    boxes = [(0, 0, width, height), (width, 0, width, height)]
    titles = {"propose": "1. propose: $r$ and $n$", "divide": "2. divide: $z$"}
    fig, axes = canvas_at(2 * width, height, boxes, [*titles.values()])
    for ax, stage in zip(axes, titles, strict=True):
        _draw_gru(ax, stage, numbers)
        ax.set(xlim=(-1.1, width - 1.1), ylim=(-0.35, height - 0.35))
    return fig


@styled
def plot_memory_and_gates(
    xs: Float[np.ndarray, "T 2"],
    answers: Float[np.ndarray, " T"],
    gates: Mapping[str, Float[np.ndarray, "T H"]],
) -> Figure:
    """Draw a list, what is to be held, and the update gates of networks that hold it.

    Args:
        xs: Of every step a number, and whether it is starred.
        answers: What is right.
        gates: By title: z of every unit; units are sorted by their mean.
    """
    fig, axes = figure(1 + len(gates), height=1.9 * (1 + len(gates)), stacked=True, sharex=True)
    steps, stars, top = np.arange(1, len(xs) + 1), xs[:, 1] > 0, axes[0]
    top.step(steps, answers, where="mid", color=INK, lw=1.2, ls=":")
    top.plot(steps[~stars], xs[~stars, 0], "o", color=COLORS["gray"], ms=2.5)
    top.plot(steps[stars], xs[stars, 0], "*", color=COLORS["gray"], ms=9)
    top.set(ylabel="number", ylim=(-1.15, 1.15), yticks=(-1, 0, 1))
    top.set_title("the list, and the number to be held", pad=9)
    for ax, (title, z) in zip(axes[1:], gates.items(), strict=True):
        order = np.argsort(z.mean(0))
        picture = np.empty((z.shape[1], len(z), 4))
        picture[..., :3], picture[..., 3] = GREEN, z[:, order].T
        box = (0.5, len(z) + 0.5, 0.5, z.shape[1] + 0.5)
        ax.imshow(picture, origin="lower", extent=box, aspect="auto", interpolation="nearest")
        ax.grid(visible=False)
        ax.set(ylabel="unit", yticks=[1, z.shape[1]])
        ax.set_title(title, pad=9)  # a phone grows its letters, with room
    axes[-1].set(xlabel="step", xlim=(0.5, len(xs) + 0.5))
    return fig


@styled
def plot_sharpness(
    rates: Mapping[float, Sequence[float]], updates: Mapping[int, Sequence[float]]
) -> Figure:
    """Draw how many gates are near an end, by learning rate, and by how long is trained.

    Args:
        rates: By learning rate: the share of each network.
        updates: By the number of updates: the same.
    """
    fig, axes = figure(2, height=2.7, sharey=True)
    for ax, by_setting, title, label in (
        (axes[0], rates, "500 updates", "learning rate"),
        (axes[1], updates, "a rate of 0.01", "updates"),
    ):
        x, shares = np.array([*by_setting]), np.array([*by_setting.values()])
        ax.plot(x, shares.mean(1), color=COLORS["green"], lw=1.6)
        for seed in shares.T:
            ax.plot(x, seed, "o", color=COLORS["green"], ms=3, alpha=0.6)
        ax.set(title=title, xlabel=label, xscale="log", ylim=(0, 1.02))
        ax.set_xticks(x, [f"{value:,g}" for value in x])
        ax.minorticks_off()
    axes[0].set_ylabel("gates near 0 or 1")
    return fig
