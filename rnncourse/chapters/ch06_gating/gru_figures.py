"""The figures of the page on the GRU.

One meaning for each color: blue is the GRU, green the one that resets before the product, orange
the LSTM, pink what is marked, and gray a plain network.
"""

from collections.abc import Mapping, Sequence

import numpy as np
from jaxtyping import Float

from rnncourse.viz.figures import COLORS, Axes, Figure, figure, styled

INK = "#010203"
Numbers = Sequence[float] | np.ndarray
CELLS = {"plain": "gray", "tanh": "gray", "gru": "blue", "before": "green", "lstm": "orange"}
BLUE = [int(COLORS["blue"][i : i + 2], 16) / 255 for i in (1, 3, 5)]
LOST = 0.1
"""Networks that leave more of the error than this have not learned their task."""


@styled
def held(
    values: Float[np.ndarray, " T"],
    marked: Float[np.ndarray, " T"],
    held: Float[np.ndarray, " T"],
    gates: Mapping[str, Float[np.ndarray, "T _"]],
) -> Figure:
    """Draw a sequence, what is to be held, and the update gates of networks that hold it.

    Args:
        values: The inputs.
        marked: Where they are to be taken.
        held: What is asked for.
        gates: By title: z of every unit; units are sorted by their mean.
    """
    fig, axes = figure(1 + len(gates), height=1.7 * (1 + len(gates)), stacked=True, sharex=True)
    steps, taken = np.arange(1, len(values) + 1), marked > 0
    top = axes[0]
    top.step(steps, held, where="post", color=INK, lw=1.2)
    top.plot(steps[~taken], values[~taken], "o", color=COLORS["gray"], ms=3)
    top.plot(steps[taken], values[taken], "o", color=COLORS["pink"], ms=6)
    top.set(title="inputs, and the line to be held", ylabel="value", ylim=(-1.1, 1.1))
    for ax, (title, z) in zip(axes[1:], gates.items(), strict=True):
        order = np.argsort(z.mean(0))
        picture = np.empty((z.shape[1], len(z), 4))
        picture[..., :3], picture[..., 3] = BLUE, z[:, order].T
        box = (0.5, len(z) + 0.5, 0.5, z.shape[1] + 0.5)
        ax.imshow(picture, origin="lower", extent=box, aspect="auto", interpolation="nearest")
        ax.grid(visible=False)
        ax.set(title=title, ylabel="unit", yticks=[1, z.shape[1]])
    axes[-1].set(xlabel="step", xlim=(0.5, len(values) + 0.5))
    return fig


@styled
def by_rate(
    rates: Sequence[float],
    panels: Mapping[str, Mapping[str, tuple[Numbers, Numbers]]],
) -> Figure:
    """Draw how near gates are to their ends, by the rate they were trained with.

    Args:
        rates: Learning rates.
        panels: By title, then by task: the shares and the errors left, two seeds for each rate in
            turn; networks that did not learn are left out.
    """
    fig, axes = figure(len(panels), height=2.9, sharey=True)
    names = "blue", "orange", "green"
    for ax, (title, tasks) in zip(axes, panels.items(), strict=True):
        for color, (task, (shares, left)) in zip(names, tasks.items(), strict=False):
            kept = np.where(np.array(left) < LOST, shares, np.nan).reshape(len(rates), -1)
            some = ~np.isnan(kept).all(1)
            middle = [np.nanmean(row) for row in kept[some]]
            x = np.array(rates)
            ax.plot(x[some], middle, color=COLORS[color], label=task)
            for seed in kept.T:
                ax.plot(x, seed, "o", color=COLORS[color], ms=3.5)
        ax.set(xscale="log", title=title, xlabel="learning rate", ylim=(0, 1.02))
    axes[0].set_ylabel("gates near an end")
    axes[0].legend(loc="upper left")
    return fig


@styled
def histograms(bins: Numbers, shares: Mapping[str, Numbers]) -> Figure:
    """Draw how gates are spread between 0 and 1.

    Args:
        bins: Their edges.
        shares: By title: the share of each.
    """
    fig, axes = figure(len(shares), height=2.3, sharey=True)
    for ax, (title, heights) in zip(axes, shares.items(), strict=True):
        ax.stairs(heights, bins, fill=True, color=COLORS["blue"])
        ax.set(title=title, xlabel="$z$", xlim=(0, 1), xticks=[0, 0.5, 1])
    axes[0].set_ylabel("share of gates")
    return fig


def _dots(ax: Axes, rows: Mapping[str, tuple[str, Numbers]]) -> None:
    """Draw a row of dots for each kind, and its mean on the axis's logarithmic scale."""
    for y, (cell, errors) in enumerate(rows.values()):
        color, x = COLORS[CELLS[cell]], np.array(errors)
        ax.plot(x, np.full(len(x), y), "o", color=color, ms=4, alpha=0.7)
        ax.plot(np.exp(np.log(x).mean()), y, "|", color=INK, ms=14, mew=1.6)
    ax.set(xscale="log", ylim=(len(rows) - 0.5, -0.5), yticks=range(len(rows)))
    ax.set_yticklabels(list(rows))
    ax.grid(axis="x")
    ax.grid(visible=False, axis="y")


@styled
def errors(panels: Mapping[str, Mapping[str, tuple[str, Numbers]]]) -> Figure:
    """Draw what networks of several kinds leave of the error.

    Args:
        panels: By title, then by name: a kind of cell, and the error of each seed.
    """
    fig, axes = figure(len(panels), height=2.6, sharey=True)
    for ax, (title, rows) in zip(axes, panels.items(), strict=True):
        _dots(ax, rows)
        ax.set(title=title, xlabel="error left")
    return fig


@styled
def flow(panels: Mapping[str, Mapping[str, Sequence[float]]]) -> Figure:
    """Draw how a gradient changes on its way back.

    Args:
        panels: By title, then by cell: powers of ten at every lag, from lag 0.
    """
    fig, axes = figure(len(panels), height=2.6, sharey=True)
    names = {"tanh": "plain", "gru": "GRU", "lstm": "LSTM"}
    lines = {"tanh": "-", "gru": "-", "lstm": "--"}
    for ax, (title, curves) in zip(axes, panels.items(), strict=True):
        for cell, curve in curves.items():
            color = COLORS[CELLS[cell]]
            ax.plot(range(len(curve)), curve, lines[cell], color=color, label=names[cell])
        ax.set(title=title, xlabel="steps back")
    axes[0].set_ylabel("powers of ten")
    axes[0].legend(loc="lower left")
    return fig


@styled
def opened(
    biases: Sequence[float], curves: Mapping[str, Sequence[Numbers]], plain: Numbers
) -> Figure:
    """Draw how much of a gradient comes back, by the first bias of the gate that keeps.

    Args:
        biases: Of the gates.
        curves: By cell: for each bias the powers of ten of all seeds.
        plain: Those of plain networks, which have no gate.
    """
    fig, (ax,) = figure(height=2.6)
    ax.axhline(np.mean(plain), color=COLORS["gray"], lw=1.2, label="plain")
    for cell, line, marker in (("gru", "-", "o"), ("lstm", "--", "s")):
        found = np.array(curves[cell])
        style = {"color": COLORS[CELLS[cell]], "marker": marker, "ms": 4}
        ax.plot(biases, found.mean(1), line, label=cell.upper(), **style)
        ax.fill_between(biases, found.min(1), found.max(1), color=style["color"], alpha=0.15, lw=0)
    ax.set(xlabel="first bias of the gate that keeps", ylabel="powers of ten, 50 steps")
    ax.set_xticks(biases)
    ax.legend(loc="center right")
    return fig
