"""The figures of the chapter on recurrent networks."""

from collections.abc import Mapping, Sequence

import numpy as np
from matplotlib.figure import Figure

from rnncourse.chapters.ch03_recurrence.tracing import Unrolled
from rnncourse.viz.figures import COLORS, figure, styled

SIGNS = {"matmul": "@", "add": "+", "tanh": "tanh"}
SHARED = {"W_xh": "blue", "W_hh": "orange", "b_h": "green"}
WAYS = [("green", "s"), ("blue", "o")]  # told by the teacher, and on its own
NETWORKS = [  # blue: the state comes back, pink: the output; a broad line is seen below another
    ("blue", {"lw": 7, "alpha": 0.6}),
    ("pink", {"marker": "o"}),
    ("blue", {"marker": "D"}),
]


@styled
def traced(unrolled: Unrolled) -> Figure:
    """Draw the recorded graph of some steps: operations from bottom to top, steps side by side.

    Args:
        unrolled: Of `hidden_step`; each weight is one node, underlined in the color of its arrows.
    """
    graph, steps = unrolled.graph, len(unrolled.states)
    fig, (ax,) = figure(height=4.2)
    ax.axis("off")
    ax.set(xlim=(-1.05, steps - 0.15), ylim=(-1.75, 5.2))
    places = _places(unrolled)
    ink = "#010203"
    for start, end in graph.edges:
        name = graph.nodes[start]["name"]
        color = COLORS[SHARED[name]] if name in SHARED else ink
        arrow = {"arrowstyle": "-|>", "color": color, "shrinkA": 10, "shrinkB": 9, "lw": 1.1}
        ax.annotate("", places[end], places[start], arrowprops=arrow, zorder=1)
    for node, (x, y) in places.items():
        name = graph.nodes[node]["name"]
        text = SIGNS.get(name, f"${name[0]}_{{{name[2:]}}}$")
        ax.text(x, y, text, ha="center", va="center", zorder=3)
        if name in SHARED:
            ax.plot([x - 0.11, x + 0.11], [y - 0.27] * 2, color=COLORS[SHARED[name]], lw=3)
    for t, node in enumerate(unrolled.states, start=1):
        x, y = places[node]
        ax.text(x, y + 0.35, f"$h_{t}$", ha="center", va="center")
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
        if node in places:
            continue
        if name == "h_0":
            places[node] = (-0.9, 4.6)
            continue
        left.append(node)
        if node == unrolled.states[step]:  # x_t, x @ W_xh, h @ W_hh, their sum, + b_h, tanh
            at = [(0, 0), (0, 1), (-0.42, 2), (0, 2), (0, 3), (0, 4.6)]
            places |= {n: (step + dx, y) for n, (dx, y) in zip(left, at, strict=True)}
            step, left = step + 1, []
    return places


@styled
def exposure(updates: Sequence, curves: Mapping[str, np.ndarray], steps: Mapping) -> Figure:
    """Draw accuracy while a network is trained, and along the sequence at one moment of it.

    Args:
        updates: How many.
        curves: By name: accuracy of every seed, seeds by updates.
        steps: By name: accuracy at every step of the sequence.
    """
    fig, axes = figure(2, height=2.9, sharey=True)
    for (name, rows), (color, marker) in zip(curves.items(), WAYS, strict=False):
        low, high = rows.min(0), rows.max(0)
        axes[0].fill_between(updates, low, high, color=COLORS[color], alpha=0.2, lw=0)
        axes[0].plot(updates, rows.mean(0), color=COLORS[color], marker=marker, label=name)
    for row, (color, marker) in zip(steps.values(), WAYS, strict=False):
        places = np.arange(1, len(row) + 1)
        axes[1].plot(places, row, color=COLORS[color], marker=marker, markersize=3)
    axes[0].set(xlabel="updates of training", ylabel="right answers", ylim=(0, 1.04))
    axes[1].set(
        xlabel="step of the sequence", title="along the sequence", xticks=(1, 5, 10, 15, 20)
    )
    axes[0].set_title("while it learns")
    fig.legend(*axes[0].get_legend_handles_labels(), loc="outside upper left", ncols=2)
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
def parameters(orders: Sequence, table: Sequence, stored: Sequence, network: float) -> Figure:
    """Draw how many numbers a model has, against how many characters it looks back.

    Args:
        orders: n of the n-grams.
        table: Free numbers of a full table.
        stored: Counts that are not zero, of all orders up to n.
        network: Weights of a recurrent network.
    """
    fig, (ax,) = figure(height=2.9)
    ax.plot(orders, table, color=COLORS["gray"], marker="D", label="full table")
    ax.plot(orders, stored, color=COLORS["orange"], marker="s", label="counts above zero")
    ax.axhline(network, color=COLORS["blue"], label="recurrent network, any length")
    ax.set(yscale="log", xlabel="order n", ylabel="numbers", xticks=orders)
    fig.legend(loc="outside upper left", ncols=2)
    return fig
