"""The figures of the lesson: blue is a state, orange a gradient that comes back."""

from collections.abc import Mapping, Sequence

import numpy as np

from rnncourse.viz.diagrams import INK, TICK, arrow, canvas, labeled, make_stage_filter, node
from rnncourse.viz.figures import COLORS, Figure, figure, styled


@styled
def draw_unit_over_time(states: Sequence[float], w: float) -> Figure:
    """Draw one unit over time: the states, and what comes back from the last of them.

    Args:
        states: From the first state to the last, which is the loss.
        w: The weight; each step back multiplies by it.
    """
    last = len(states) - 1
    fig, (ax,) = canvas(1.6 * last + 1.4, 2.25, low=(-0.7, -1.4))
    frame = {"boxstyle": "round,pad=0.2", "fc": "none", "ec": COLORS["orange"]}
    for t, h in enumerate(states):
        x = 1.6 * t
        node(ax, (x, 0), f"{h:g}", "state")
        ax.text(x, 0.55, f"$h_{t}$" if t < last else f"$h_{t} = L$", ha="center", va="center")
        if t:
            arrow(ax, (x - 1.29, 0.1), (x - 0.31, 0.1), "state", text=rf"$\times\,{w:g} + 1$")
            arrow(ax, (x - 0.31, -0.12), (x - 1.29, -0.12), "gradient")
            factor = w ** (last - t)
            label = rf"$h_{t - 1} \times {factor:g} = {states[t - 1] * factor:g}$"
            arrow(ax, (x - 0.8, -0.2), (x - 0.8, -0.95), "gradient", width=1.0)
            ax.text(x - 0.8, -1.2, label, ha="center", va="center", fontsize=10)
            ax.text(x, -0.58, f"{factor:g}", ha="center", fontsize=11, weight="bold", bbox=frame)
    ax.text(0, -0.58, "$dL/dh$", ha="center", fontsize=11)
    return fig


@styled
def draw_unrolled(T: int = 4, cut: int | None = None) -> Figure:
    """Draw a network over time: what goes forward, what comes back, and where it is cut.

    Args:
        T: Steps.
        cut: After which step the state is detached; the rest is pale. None for nowhere.
    """
    step = 1.7
    fig, (ax,) = canvas(step * T + 1.0, 4.3, low=(-1.7, -1.4))
    middle = step * (T - 1) / 2
    draw_part = make_stage_filter(ax, "whole" if cut is None else "cut")
    draw_part("whole", node, (-1.3, 1.2), "$h_0$", "state")
    for t in range(T):
        x = step * t
        near = "whole cut" if cut in (t, t + 1) else "whole"
        draw_part("whole", node, (x, 0), f"$x_{t + 1}$", "input")
        draw_part(near, node, (x, 1.2), f"$h_{t + 1}$", "state")
        draw_part("whole", node, (x, 2.5), f"$L_{t + 1}$")
        draw_part("whole", arrow, (x, 0.3), (x, 0.9))
        draw_part("whole", arrow, (x - 0.1, 1.5), (x - 0.1, 2.2))
        draw_part("whole", arrow, (x + 0.1, 2.2), (x + 0.1, 1.5), "gradient")
        previous = x - step + 0.3 if t else -1.0
        stages = "whole cut" if t == cut else "whole"
        draw_part(stages, arrow, (previous, 1.3), (x - 0.3, 1.3), "state")
        if t:
            draw_part(stages, arrow, (x - 0.3, 1.1), (previous, 1.1), "gradient")
        if t == cut:  # a bar through the arrow back, and that one only
            ax.plot([x - 0.91, x - 0.79], [0.95, 1.22], color=INK, lw=3, zorder=4)
            ax.text(x - step / 2, 0.68, "detach", ha="center", weight="bold")
        draw_part("whole", arrow, (x + 0.24, 0.92), (x + 0.48, -0.6), "gradient", width=0.8)
    label = "one $W_{hh}$: the shares of all steps add up"
    draw_part("whole", node, (middle + 0.2, -0.9), label, size=(step * T - 0.6, 0.56))
    return fig


@styled
def plot_path_counts(grids: Mapping[str, np.ndarray], right: str = "") -> Figure:
    """Draw how often each way from a use of W to a loss is counted.

    Args:
        grids: By title: `T T`, a row a loss, a column a use; the half above the diagonal is empty.
            The more often, the deeper the color.
        right: The title of the one that is correct, if one is; a tick marks it.
    """
    fig, axes = figure(len(grids), height=2.75 if len(grids) < 4 else 2.3)
    for ax, (title, counts) in zip(axes, grids.items(), strict=True):
        T = len(counts)
        for t, k in zip(*np.tril_indices(T), strict=True):
            style = {"fc": COLORS["orange"], "ec": "none", "alpha": min(0.6, 0.15 * counts[t, k])}
            ax.bar(k + 1, 0.92, 0.92, t + 0.54, **style)
            ax.text(k + 1, t + 1, f"{counts[t, k]:g}", ha="center", va="center")
        ax.set(xlim=(0.5, T + 0.5), ylim=(T + 0.5, 0.5), aspect="equal", title=title)
        ax.set(xticks=range(1, T + 1), yticks=range(1, T + 1), xlabel="W at step")
        ax.tick_params(length=0)
        ax.grid(visible=False)
        if title == right:
            labeled(ax, (2.85, 1), "correct", TICK, lw=2.0)
    axes[0].set_ylabel("loss of step")
    return fig


@styled
def plot_window_costs(by_name: Mapping[str, Mapping[int, Sequence]]) -> Figure:
    """Draw what a window costs: how often the symbol is named, and what is left of its trace.

    Args:
        by_name: By window, for each seed: "right", the accuracy; "trace", how far the symbols are
            apart in the memory after the first step, against the start.
    """
    fig, axes = figure(2, height=2.7)
    titles = {"right": "named rightly", "trace": "trace in the memory"}
    labels = {"right": "share of sequences", "trace": "multiple of the start"}
    levels = {"right": (0.25, "guessing", 0.6, "left")}
    levels["trace"] = (1.0, "before training", 5.15, "right")  # where the median is far below
    inks = INK, COLORS["pink"]
    for ax, (name, by_k), ink in zip(axes, by_name.items(), inks, strict=True):
        ks = list(by_k)
        for k in ks:
            ax.plot([k] * len(by_k[k]), by_k[k], ".", color=COLORS["gray"], label="_seeds")
        ax.plot(ks, [np.median(by_k[k]) for k in ks], "o-", color=ink, label="_median")
        level, label, x, side = levels[name]
        ax.axhline(level, color=INK, lw=0.8, ls=":")
        ax.text(x, level, label, fontsize=8, va="bottom", ha=side)
        ax.axvspan(ks[-1] - 0.5, ks[-1] + 0.6, color=COLORS["gray"], alpha=0.18, lw=0)
        ax.set(xlabel="steps of the window", title=titles[name], ylabel=labels[name])
        ax.set_xlim(0.5, ks[-1] + 0.6)
        ax.set(xticks=ks, ylim=(0, None if name == "trace" else 1.05))
    return fig
