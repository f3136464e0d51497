"""The figures of the chapter on recurrent networks."""

from collections.abc import Mapping, Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from rnncourse.chapters.ch03_recurrence.tracing import Unrolled
from rnncourse.viz.figures import COLORS, figure, styled

SIGNS = {"matmul": "@", "add": "+", "tanh": "tanh"}
# In all figures: blue what enters, orange a state that comes back, pink an output that does (and
# running free), green the teacher, gray what has no weights of its own to compare with.
SHARED = {"W_xh": "blue", "W_hh": "orange", "b_h": "gray"}
WAYS = {"teacher_forced": ("green", "s"), "free_running": ("pink", "o")}
LINES = {"teacher forcing": "-", "scheduled sampling": "--"}
NETWORKS = [  # a broad line is seen below another
    ("orange", {"lw": 7, "alpha": 0.5}),
    ("pink", {"marker": "o"}),
    ("orange", {"marker": "D"}),
]
INK = "#010203"


@styled
def traced(unrolled: Unrolled) -> Figure:
    """Draw the recorded graph of some steps: operations from bottom to top, steps side by side.

    Args:
        unrolled: Of `hidden_step`; each weight is one node, underlined in the color of its arrows.
    """
    graph, places = unrolled.graph, _places(unrolled)
    fig, (ax,) = figure(height=4.2)
    ax.axis("off")
    ax.set(xlim=(-1.05, len(unrolled.states) - 0.15), ylim=(-1.75, 5.2))
    for start, end in graph.edges:
        name = graph.nodes[start]["name"]
        color = COLORS[SHARED[name]] if name in SHARED else INK
        arrow = {"arrowstyle": "-|>", "color": color, "shrinkA": 10, "shrinkB": 9, "lw": 1.1}
        ax.annotate("", places[end], places[start], arrowprops=arrow, zorder=1)
    for node, (x, y) in places.items():
        name = graph.nodes[node]["name"]
        text = SIGNS.get(name, f"${name[0]}_{{{name[2:]}}}$")
        ax.text(x, y, text, ha="center", va="center", zorder=3)
        if name in SHARED:
            ax.plot([x - 0.11, x + 0.11], [y - 0.27] * 2, color=COLORS[SHARED[name]], lw=3)
    for t, node in enumerate(unrolled.states, start=1):
        ax.text(places[node][0], places[node][1] + 0.35, f"$h_{t}$", ha="center", va="center")
    return fig


def _places(unrolled: Unrolled) -> dict[int, tuple[float, float]]:
    """Give every node a place: by its step and what it computes."""
    graph, steps = unrolled.graph, len(unrolled.states)
    middle = steps / 2  # from each of these places, straight arrows pass between all other nodes
    at = {"W_xh": (middle, -1.3), "W_hh": (-0.8, -1.3), "b_h": (steps - 0.35, 4.1)}
    places = {node: at[name] for name, node in unrolled.weights.items()}
    step, left = 0, []
    for node in graph:
        name = graph.nodes[node]["name"]
        if name == "h_0":
            places[node] = (-0.9, 4.6)
        if node in places:
            continue
        left.append(node)
        if node == unrolled.states[step]:  # x_t, x @ W_xh, h @ W_hh, their sum, + b_h, tanh
            at = [(0, 0), (0, 1), (-0.42, 2), (0, 2), (0, 3), (0, 4.6)]
            places |= {n: (step + dx, y) for n, (dx, y) in zip(left, at, strict=True)}
            step, left = step + 1, []
    return places


@styled
def recurrences() -> Figure:
    """Draw both recurrences, folded and unfolded over three steps."""
    fig, axes = figure(2, height=2.7)
    titles = "hidden recurrence (Elman)", "output recurrence (Jordan)"
    for ax, title in zip(axes, titles, strict=True):
        elman = ax is axes[0]
        ax.axis("off")
        ax.set(xlim=(-1.0, 4.6), ylim=(-0.9, 2.9), title=title)
        for column, t in enumerate(("t", 1, 2, 3)):
            at = {"x": (1.3 * column, 0), "h": (1.3 * column, 1.2), "y": (1.3 * column, 2.4)}
            _arrow(ax, at["x"], at["h"], "blue")
            _arrow(ax, at["h"], at["y"])
            for name, place in at.items():
                _node(ax, place, f"${name}_{t}$")
            if column > 1:
                before = (at["h"][0] - 1.3, at["h" if elman else "y"][1])
                _arrow(ax, before, at["h"], "orange" if elman else "pink")
        color, name = ("orange", "$W_{hh}$") if elman else ("pink", "$W_{yh}$")
        start, end = ((-0.13, 1.42), (-0.13, 0.98)) if elman else ((0, 2.4), (0, 1.2))
        bend = {"rad": 2.2, "shrink": 1} if elman else {"rad": 0.9}
        _arrow(ax, start, end, color, **bend)
        ax.text(-0.98, 0.5 if elman else 0.95, name, ha="left")
        for column in (2, 3):
            label = (1.3 * column - 0.65, 1.35) if elman else (1.3 * column - 0.55, 1.95)
            ax.text(*label, name, ha="center" if elman else "left")
        ax.text(1.38, 0.6, "$W_{xh}$", va="center")
        ax.text(1.38, 1.8, "$W_{hy}$", va="center")
        ax.text(0, -0.75, "folded", ha="center", va="center")
        ax.text(2.6, -0.75, "unfolded", ha="center", va="center")
        ax.axvline(0.72, color=COLORS["gray"], lw=0.8, ls=":")
    return fig


@styled
def graphical(steps: int = 5) -> Figure:
    """Draw a sequence as variables: each depends on all before it, directly or through a state."""
    fig, axes = figure(2, height=2.2)
    titles = ("all to all: a table for each", "through a state: one step for all")
    for ax, title in zip(axes, titles, strict=True):
        ax.axis("off")
        ax.set(xlim=(0.5, steps + 0.6), ylim=(-0.5, 2.0), title=title)
        for t in range(1, steps + 1):
            _node(ax, (t, 0), f"$w_{t}$")
    for end in range(2, steps + 1):
        for start in range(1, end):
            _arrow(axes[0], (start, 0), (end, 0), "gray", rad=-0.5 if end > start + 1 else 0)
        _arrow(axes[1], (end - 1, 0), (end - 0.5, 1.2), "blue")
        _arrow(axes[1], (end - 0.5, 1.2), (end, 0))
        _node(axes[1], (end - 0.5, 1.2), f"$h_{end - 1}$")
        if end > 2:
            _arrow(axes[1], (end - 1.5, 1.2), (end - 0.5, 1.2), "orange")
    return fig


@styled
def context() -> Figure:
    """Draw two ways to give a network one context for a whole sequence."""
    fig, axes = figure(2, height=2.3)
    for ax, title in zip(axes, ("at every step", "as the first state"), strict=True):
        every = ax is axes[0]
        ax.axis("off")
        ax.set(xlim=(-0.5, 3.6), ylim=(-0.4, 2.9), title=title)
        states = [(t, 1.2) for t in range(4)][every:]
        place = (2, 0) if every else states[0]
        for t, h in enumerate(states, start=int(every)):
            if t > every:
                _arrow(ax, (t - 1, 1.2), h, "orange")
            if every:
                _arrow(ax, place, h, "blue")
            if t:
                _arrow(ax, h, (t, 2.4))
                _node(ax, (t, 2.4), f"$y_{t}$")
                _node(ax, h, f"$h_{t}$")
        _node(ax, place, "$c$", COLORS["blue"])
    return fig


def _node(ax, place: tuple[float | int, float | int], text: str, color: str = INK) -> None:
    """Write a name in a circle of a color."""
    ax.text(*place, text, ha="center", va="center", zorder=3)
    ax.plot(*place, "o", ms=17, mfc="none", mec=color, mew=0.9, zorder=2)


def _arrow(ax, start, end, color: str = "", rad: float | int = 0, shrink: float | int = 9) -> None:
    """Draw an arrow from node to node, straight or bent."""
    style = {"arrowstyle": "-|>", "color": COLORS.get(color, INK), "lw": 1.2}
    style |= {"shrinkA": shrink, "shrinkB": shrink, "connectionstyle": f"arc3,rad={rad}"}
    ax.annotate("", end, start, arrowprops=style, zorder=1)


@styled
def exposure(updates: Sequence, curves: Mapping[str, Mapping], best: Mapping[str, float]) -> Figure:
    """Draw how many answers are right while networks are trained, task by task.

    Args:
        updates: How many.
        curves: By task, then by way and test ("teacher forcing, teacher_forced"): seeds by updates.
        best: What the true rule reaches on the last task, by test.
    """
    fig, axes = figure(len(curves), height=5.2, stacked=True, sharex=True)
    for ax, (task, rows) in zip(axes, curves.items(), strict=True):
        for name, values in rows.items():
            way, test = name.split(", ")
            color, marker = WAYS[test]
            low, high = values.min(0), values.max(0)
            ax.fill_between(updates, low, high, color=COLORS[color], alpha=0.15, lw=0)
            line = {"color": COLORS[color], "marker": marker, "label": name.replace("_", "-")}
            ax.plot(updates, values.mean(0), LINES[way], **line)
        ax.set(ylabel="right answers", ylim=(0, 1.04), title=task)
    for test, height in best.items():
        axes[-1].axhline(height, color=COLORS["gray"], ls=":")
        words = {"s": f"the true rule, {test}", "ha": "right", "va": "top", "fontsize": 8}
        axes[-1].text(updates[-1], height - 0.02, **words)
    axes[-1].set(xlabel="updates of training")
    fig.legend(*axes[0].get_legend_handles_labels(), loc="outside upper left", ncols=2)
    return fig


@styled
def parting(
    updates: Sequence, cosine: Sequence, other: Sequence, teacher_forced: Sequence
) -> Figure:
    """Draw whether two gradients point the same way while a network is trained.

    Args:
        updates: How many.
        cosine: Between the gradients told and free.
        other: Between two gradients told, of other sequences.
        teacher_forced: Right answers, told.
    """
    fig, (ax,) = figure(height=2.7)
    ax.plot(updates, other, color=COLORS["green"], marker="s", label="two draws, both told")
    ax.plot(updates, cosine, color=COLORS["pink"], marker="o", label="one draw, told and free")
    ax.plot(updates, teacher_forced, color=COLORS["gray"], ls=":", label="right answers, told")
    ax.set(xlabel="updates of training", ylabel="cosine, and right answers", ylim=(0, 1.04))
    fig.legend(loc="outside upper left", ncols=3)
    return fig


@styled
def longer(position: Sequence, curves: Mapping[str, np.ndarray], trained: int) -> Figure:
    """Draw accuracy by position in sequences longer than those of training.

    Args:
        position: The last step of every bin.
        curves: By name: accuracy of every seed, seeds by bins.
        trained: Length of the training sequences.
    """
    fig, (ax,) = figure(height=2.9)
    ax.axvspan(0, trained, color=COLORS["gray"], alpha=0.2, lw=0)
    ax.text(trained + 2, 0.03, "to the left: the length of training")
    for (name, rows), (color, style) in zip(curves.items(), NETWORKS, strict=False):
        ends = {"alpha": 0.2, "lw": 0, "label": f"_{name}"}  # two networks have one color
        ax.fill_between(position, rows.min(0), rows.max(0), color=COLORS[color], **ends)
        ax.plot(position, rows.mean(0), color=COLORS[color], label=name, **style)
    ax.set(xlabel="step of the sequence", ylabel="right answers", ylim=(0, 1.04))
    ax.set(xlim=(0, position[-1] + 2))
    fig.legend(loc="outside upper left", ncols=1)
    return fig


@styled
def straying(position: Sequence, strayed: np.ndarray, trained: int) -> Figure:
    """Draw how far states lie from their center, network by network.

    Args:
        position: The last step of every bin.
        strayed: Networks by bins; at 1, as near to a wrong sum as to the right one.
        trained: Length of the training sequences.
    """
    fig, ax = _each(position, strayed, "step of the sequence", "distance from its center")
    ax.axvspan(0, trained, color=COLORS["gray"], alpha=0.2, lw=0)
    ax.axhline(1, color=COLORS["gray"], ls=":")
    return fig


@styled
def lasting(left: Sequence, fall: Sequence) -> Figure:
    """Draw by how much accuracy falls, against what is left of an error, network by network.

    Args:
        left: Share of an error that is left 20 steps later.
        fall: Of right answers, at ten times the length of training.
    """
    fig, (ax,) = figure(height=2.9)
    ax.plot(left, fall, "o", color=COLORS["orange"], alpha=0.8, label="networks")
    ax.set(xlabel="share of an error left", ylabel="right answers lost", xlim=(0, None))
    return fig


@styled
def patience(updates: Sequence, rows: np.ndarray) -> Figure:
    """Draw how many answers are right along trainings, network by network.

    Args:
        updates: How many.
        rows: Right answers, networks by updates.
    """
    return _each(updates, rows, "updates of training", "right answers")[0]


def _each(xs: Sequence, rows: np.ndarray, xlabel: str, ylabel: str) -> tuple[Figure, Axes]:
    """Draw a line for every network."""
    fig, (ax,) = figure(height=2.9)
    for number, row in enumerate(rows, start=1):
        ax.plot(xs, row, color=COLORS["orange"], lw=1.0, label=f"network {number}")
    ax.set(xlabel=xlabel, ylabel=ylabel, xlim=(0, 1.01 * xs[-1]), ylim=(0, None))
    return fig, ax


@styled
def coarse(distinct: Sequence[int], rows: Sequence[Sequence]) -> Figure:
    """Draw right answers of output recurrence, by how much its answers say.

    Args:
        distinct: How many of ten sums the answers tell apart.
        rows: For each, the shares of right answers, one a network.
    """
    fig, (ax,) = figure(height=2.6)
    ax.axhline(1, color=COLORS["gray"], ls=":", label="what can be known")
    means = [np.mean(row) for row in rows]
    ax.plot(distinct, means, color=COLORS["pink"], label="output recurrence")
    for number, row in zip(distinct, rows, strict=True):
        ax.plot([number] * len(row), row, "o", color=COLORS["pink"], alpha=0.4, ms=4)
    ax.set(xlabel="sums that the answer tells apart", ylabel="right answers", ylim=(0, 1.06))
    ax.set_xticks(distinct)
    ax.legend(loc="lower right")
    return fig


@styled
def tables(
    orders: Sequence[int], numbers: Sequence, weights: float, bits: Sequence, network: float
) -> Figure:
    """Draw how many numbers full tables have, and how many bits they need, by order.

    Args:
        orders: Of the tables.
        numbers: In each table.
        weights: Of a recurrent network.
        bits: A character, by each table.
        network: Bits a character by the network.
    """
    fig, (left, ax) = figure(2, height=2.9)
    style = {"color": COLORS["gray"], "marker": "D", "label": "full table"}
    left.plot(orders, numbers, **style)
    left.axhline(weights, color=COLORS["orange"])
    left.set(yscale="log", xlabel="order of the table", ylabel="numbers", xticks=orders)
    ax.plot(orders, bits, **style)
    ax.axhline(network, color=COLORS["orange"], label="recurrent network")
    ax.set(xlabel="order of the table", ylabel="bits a character", xticks=orders, ylim=(0, None))
    fig.legend(*ax.get_legend_handles_labels(), loc="outside upper left", ncols=2)
    return fig
