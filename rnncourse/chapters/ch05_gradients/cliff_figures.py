"""The figures on the cliff and on clipping.

Blue are states; descents that are compared have grays and markers, and the wall the page's ink.
"""

from collections.abc import Mapping, Sequence

import numpy as np

from rnncourse.chapters.ch05_gradients.cliff import (
    H_0,
    compute_crossing_bias,
    fixed_point_bias,
    fold_biases,
)
from rnncourse.viz.diagrams import INK
from rnncourse.viz.figures import COLORS, Figure, figure, styled

GRAY = COLORS["gray"]
BOUND_STYLES = {
    "none": ((GRAY, ":", "s"), "no bound"),
    "norm": ((INK, "-", "o"), "norm"),
    "value": ((GRAY, "--", "^"), "values"),
}
"""By kind of bound: color, line and marker; its name."""


@styled
def plot_bifurcation(w: float, walls: Mapping[float, float]) -> Figure:
    """Draw the fixed points against the bias, and wall and folds over both weights.

    Args:
        w: Of the left panel.
        walls: By w the bias of the wall, found by running the network.
    """
    fig, (left, right) = figure(2, height=3.1)
    hs = np.linspace(0.02, 0.98, 400)
    bs = fixed_point_bias(hs, w)
    stable = w * hs * (1 - hs) < 1
    branches = (hs < 0.5) & stable, ~stable, (hs > 0.5) & stable
    for branch, style, name in zip(
        branches, ("-", "--", "-"), ("stable", "unstable", "_stable"), strict=True
    ):
        left.plot(
            bs[branch], hs[branch], color=COLORS["blue"], ls=style, label=f"{name} fixed point"
        )
    left.axhline(H_0, color=COLORS["gray"], ls=":", lw=1.2, label="first state")
    left.axvline(compute_crossing_bias(w), color=INK, label="wall")
    low, high = fold_biases(w)
    left.set(xlabel="$b$", ylabel="$h$", title=f"fixed points, $w = {w:g}$")
    left.set(xlim=(low - 0.2, high + 0.2), ylim=(0, 1))
    ws = np.linspace(4.0, max(walls), 60)
    edges = np.array([fold_biases(v) for v in ws])
    right.fill_between(ws, *edges.T, color=COLORS["blue"], alpha=0.2, lw=0, label="three of them")
    right.plot(list(walls), list(walls.values()), ".", color=INK, label="_wall")
    right.set(xlabel="$w$", ylabel="$b$", title="wall and fixed points")
    handles = [left.get_legend_handles_labels(), right.get_legend_handles_labels()]
    fig.legend(*(a + b for a, b in zip(*handles, strict=True)), loc="outside upper left", ncols=3)
    return fig


@styled
def plot_bounds(
    rates: Sequence,
    by_rule: Mapping[str, Sequence],
    high_rates: Sequence,
    as_printed: Mapping[str, Sequence],
    factors: Sequence,
    by_bound: Mapping[str, Sequence],
) -> Figure:
    """Draw bits against the learning rate, twice, and at one rate against the threshold.

    Means, and the range of the seeds.

    Args:
        rates: Learning rates.
        by_rule: By kind, `"none"` or `"norm"`: bits of every seed, a row a rate.
        high_rates: Learning rates at which the gradient explodes.
        as_printed: By kind, at the deck's thresholds: bits of every seed, a row a rate.
        factors: What thresholds are multiplied by.
        by_bound: By kind, `"norm"` or `"value"`: bits of every seed, a row a factor.
    """
    fig, axes = figure(3, height=3.0, sharey=True)
    panels = (
        (rates, by_rule, "learning rate", "norm at most 0.25"),
        (high_rates, as_printed, "learning rate", "the deck's thresholds"),
        (factors, by_bound, "threshold, times the deck's", "rate 4.2"),
    )
    for ax, (xs, rows, label, title) in zip(axes, panels, strict=True):
        for kind, bits in rows.items():
            (color, style, marker), name = BOUND_STYLES[kind]
            runs, options = np.asarray(bits), {"color": color, "ls": style}
            band = {"color": color, "alpha": 0.2, "lw": 0, "label": f"_{name}"}
            ax.fill_between(xs, runs.min(1), runs.max(1), **band)
            ax.plot(xs, runs.mean(1), marker=marker, label=name, **options)
        ax.set(xlabel=label, xscale="log", title=title)
        ticks = xs if len(xs) < 7 else xs[::2]
        ax.set_xticks(ticks, [f"{x:g}" for x in ticks])
        ax.minorticks_off()
    axes[0].set_ylabel("bits per character")
    fig.legend(*axes[1].get_legend_handles_labels(), loc="outside upper left", ncols=3)
    return fig
