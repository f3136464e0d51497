"""The figures of the chapter on recurrent networks."""

from collections.abc import Mapping, Sequence

import numpy as np
from matplotlib.figure import Figure

from rnncourse.viz import diagrams
from rnncourse.viz.diagrams import INK, arrow, canvas, node
from rnncourse.viz.figures import COLORS, figure, styled

MODES = {"teacher_forced": ("o", "teacher-forced"), "free_running": ("D", "free-running")}
LINES = {"teacher forcing": "-", "scheduled sampling": "--"}
STYLES = [  # open squares are seen around another line's marks
    {"marker": "s", "color": COLORS["gray"], "ls": "", "ms": 9, "mfc": "none"},
    {"marker": "o", "color": INK},
    {"marker": "D", "color": COLORS["gray"]},
]


@styled
def plot_laps(drawn: Mapping[str, np.ndarray], points: np.ndarray) -> Figure:
    """Draw what networks drew, side by side, on the figure that they were to draw.

    Args:
        drawn: By what is said above it: the points, `T 2`.
        points: Of the figure, `T 2`.
    """
    fig, axes = figure(len(drawn), height=2.3)
    heights = np.concatenate([points, *drawn.values()])[:, 1]
    ylim = (heights.min() - 0.1, heights.max() + 0.1)
    for ax, (title, path) in zip(axes, drawn.items(), strict=True):
        ax.plot(*points.T, color=COLORS["gray"], lw=5, alpha=0.35, label="the figure")
        (line,) = ax.plot(*path.T, color=INK, lw=1.1, label="drawn")
        line.get_path().should_simplify = False  # book/_assets/pens.js draws it point by point
        ax.plot(*path[-1], "o", color=INK, ms=4, label="_end")
        ax.set(title=title, aspect="equal", xlim=(-1.35, 1.35), ylim=ylim)
        ax.set(xticks=[], yticks=[])  # the axes stay on: their numbers are the figure's
        ax.spines[:].set_visible(False)
    return fig


def draw_unrolled(read: str, states: np.ndarray, chances: np.ndarray, letters: str) -> Figure:
    """Draw a network of two units, step by step, with its numbers.

    Args:
        read: The letters that it reads.
        states: A row a letter.
        chances: The probabilities of each next letter, a row a letter read.
        letters: What the columns of `chances` mean.
    """
    numbers = [
        "\n".join(f"{round(v):+d}" if abs(v) > 0.5 else "0" for v in h).replace("-", "−")
        for h in states
    ]
    outputs = [f"{letters[p.argmax()]}  {100 * p.max():.0f} %" for p in chances]
    return diagrams.unrolled(read, numbers, outputs, (0.9, 1.0))


@styled
def draw_recurrences() -> Figure:
    """Draw both recurrences, unrolled over three steps: a state comes back, or an answer does."""
    titles = "hidden recurrence (Elman)", "output recurrence (Jordan)"
    fig, axes = canvas(7.4, 3.1, 2, titles, low=(-1.0, -0.5))
    for ax in axes:
        is_elman = ax is axes[0]
        for t in range(1, 4):
            x = 2.4 * (t - 1)
            node(ax, (x, 0), f"$x_{t}$", "input")
            node(ax, (x, 1.05), f"$h_{t}$", "state")
            node(ax, (x, 2.1), f"$y_{t}$", "output")
            arrow(ax, (x, 0.3), (x, 0.75))
            arrow(ax, (x, 1.35), (x, 1.8))
            if t == 1:
                ax.text(x + 0.28, 0.5, "$W_{xh}$", va="center", fontsize=9)
                ax.text(x + 0.28, 1.55, "$W_{hy}$", va="center", fontsize=9)
            elif is_elman:
                arrow(ax, (x - 2.1, 1.05), (x - 0.3, 1.05), "state", text="$W_{hh}$", above=0.22)
            else:
                arrow(ax, (x - 2.1, 2.0), (x - 0.3, 1.2), text="$W_{yh}$", above=0.3)
    return fig


@styled
def plot_forced_and_free(
    shares: Mapping[str, np.ndarray], bounds: Mapping[str, np.ndarray]
) -> Figure:
    """Draw how many answers are right at each step, forced and free, and what nobody can beat.

    Args:
        shares: By mode, as in `MODES`: a share a step.
        bounds: The same, of who knows the rule.
    """
    fig, (ax,) = figure(height=2.9)
    steps = np.arange(1, len(next(iter(shares.values()))) + 1)
    for name, (marker, label) in MODES.items():
        ax.plot(steps, bounds[name], color=COLORS["gray"], lw=5, alpha=0.4, label="_best")
        ax.plot(steps, shares[name], marker, color=INK, label=f"network, {label}")
    ax.plot([], [], color=COLORS["gray"], lw=5, alpha=0.4, label="nobody can do better")
    ax.set(
        xlabel="step", ylabel="right answers", ylim=(0, 1.04), xticks=range(0, len(steps) + 1, 5)
    )
    fig.legend(*ax.get_legend_handles_labels(), loc="outside upper left", ncols=3)
    return fig


@styled
def plot_exposure(
    updates: Sequence, curves: Mapping[str, Mapping], best: Mapping[str, float]
) -> Figure:
    """Draw how many answers are right while networks are trained, task by task.

    Args:
        updates: How many.
        curves: By task, then by way and mode ("teacher forcing, teacher_forced"): seeds by updates.
        best: What the true rule reaches on the last task, by mode.
    """
    fig, axes = figure(len(curves), height=5.2, stacked=True, sharex=True)
    for ax, (task, rows) in zip(axes, curves.items(), strict=True):
        for name, values in rows.items():
            way, mode = name.split(", ")
            marker, label = MODES[mode]
            color = INK if mode == "teacher_forced" else COLORS["gray"]
            ax.fill_between(updates, values.min(0), values.max(0), color=color, alpha=0.12, lw=0)
            line = {"color": color, "marker": marker, "label": f"{way}, {label}"}
            ax.plot(updates, values.mean(0), LINES[way], **line)
        ax.set(ylabel="right answers", ylim=(0, 1.04), title=task)
    for mode, height in best.items():
        axes[-1].axhline(height, color=COLORS["gray"], ls=":")
        label = {"s": f"the true rule, {MODES[mode][1]}", "ha": "right", "va": "top"}
        axes[-1].text(updates[-1], height - 0.06, **label)
    axes[-1].set(xlabel="updates of training")
    fig.legend(*axes[0].get_legend_handles_labels(), loc="outside upper left", ncols=2)
    return fig


@styled
def plot_accuracy_by_position(
    position: Sequence, curves: Mapping[str, np.ndarray], trained: int
) -> Figure:
    """Draw accuracy by position in sequences longer than those of training.

    Args:
        position: The last step of every bin.
        curves: By name: accuracy of every seed, seeds by bins.
        trained: Length of the training sequences.
    """
    fig, (ax,) = figure(height=2.9)
    ax.axvline(trained, color=INK, lw=0.8, ls=":", label="_trained")
    ax.text(trained + 2, 0.03, "to the left: the length of training")
    for (name, rows), style in zip(curves.items(), STYLES, strict=False):
        band = {"color": style["color"], "alpha": 0.2, "lw": 0, "label": f"_{name}"}
        ax.fill_between(position, rows.min(0), rows.max(0), **band)
        ax.plot(position, rows.mean(0), label=name, **style)
    ax.set(xlabel="step of the sequence", ylabel="right answers", ylim=(0, 1.07))
    ax.set(xlim=(0, position[-1] + 4))
    fig.legend(loc="outside upper left", ncols=1)
    return fig


@styled
def plot_long_trainings(updates: Sequence, rows: np.ndarray) -> Figure:
    """Draw how many answers are right along trainings, network by network.

    Args:
        updates: How many.
        rows: Right answers, networks by updates.
    """
    fig, (ax,) = figure(height=2.9)
    for number, row in enumerate(rows, start=1):
        ax.plot(updates, row, color=INK, lw=0.9, alpha=0.7, label=f"network {number}")
    ax.set(xlabel="updates of training", ylabel="right answers", ylim=(0, None))
    ax.set(xlim=(0, 1.01 * updates[-1]))
    return fig
