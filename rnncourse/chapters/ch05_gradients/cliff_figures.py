"""The figures on the cliff and on clipping.

One meaning for each color: orange is descent without a bound, blue with a bound on the norm, green
with a bound on the values, pink the wall, and gray the loss and what one compares with.
"""

from collections.abc import Mapping, Sequence

import numpy as np
from jaxtyping import Float

from rnncourse.chapters.ch05_gradients.cliff import H_0, bias_of, crossing, folds
from rnncourse.viz.figures import COLORS, Axes, Figure, figure, styled

KINDS = {"none": ("orange", "no bound"), "norm": ("blue", "norm"), "value": ("green", "values")}
INK = "#010203"
GRAY = [int(COLORS["gray"][i : i + 2], 16) / 255 for i in (1, 3, 5)]
DARKEST = 0.75  # how much color the highest loss has


def _shade(ax: Axes, ws: np.ndarray, bs: np.ndarray, losses: np.ndarray) -> None:
    """Lay the loss under a panel, as a picture: the higher, the grayer."""
    alpha = DARKEST * np.clip(losses / losses.max(), 0, 1)
    gray = np.broadcast_to(GRAY, (*losses.shape, 3))
    picture = np.concatenate([gray, alpha[..., None]], -1)
    box = (min(ws), max(ws), min(bs), max(bs))
    ax.imshow(picture, origin="lower", extent=box, aspect="auto", interpolation="bilinear")
    ax.grid(visible=False)
    ax.set(xlabel="$w$", ylabel="$b$", xlim=box[:2], ylim=box[2:])


@styled
def surface(
    ws: np.ndarray, bs: np.ndarray, losses: Float[np.ndarray, "b w"], at: float | int
) -> Figure:
    """Draw the loss over both weights, and a cut through it.

    Args:
        ws: Values of w.
        bs: Values of b.
        losses: A row for every b.
        at: Number of the w of the cut.
    """
    fig, (ax, cut) = figure(2, height=2.9)
    _shade(ax, ws, bs, losses)
    ax.axvline(ws[at], color=INK, lw=1, ls=":")
    ax.set_title("loss: gray is high")
    cut.plot(bs, losses[:, at], color=INK)
    cut.set(xlabel="$b$", ylabel="loss", title=f"along the dotted line, $w = {ws[at]:g}$")
    return fig


@styled
def paths(
    ws: np.ndarray,
    bs: np.ndarray,
    losses: Float[np.ndarray, "b w"],
    ways: Mapping[str, Float[np.ndarray, "U 2"]],
) -> Figure:
    """Draw where descent goes from one start: on the surface, and its w by update.

    Args:
        ws: Values of w.
        bs: Values of b.
        losses: A row for every b.
        ways: By kind of bound: the weights, update by update.
    """
    fig, (ax, right) = figure(2, height=3.0)
    _shade(ax, ws, bs, losses)
    for kind, path in ways.items():
        color, name = KINDS[kind]
        ax.plot(*np.transpose(path), ".-", color=COLORS[color], lw=1, ms=3, label=name)
        right.plot(np.arange(len(path)), path[:, 0], color=COLORS[color], label=name)
    ax.plot(*next(iter(ways.values()))[0], "o", color=INK, ms=5, label="_start")
    ax.set_title("from one start")
    right.axhline(4, color=COLORS["gray"], lw=1, ls=":")
    right.set(xlabel="updates", ylabel="$w$", title="$w$, update by update")
    fig.legend(*right.get_legend_handles_labels(), loc="outside upper left", ncols=3)
    return fig


@styled
def bifurcation(w: float, walls: Mapping[float, float]) -> Figure:
    """Draw the fixed points against the bias, and wall and folds over both weights.

    Args:
        w: Of the left panel.
        walls: By w the bias of the wall, found by running the network.
    """
    fig, (left, right) = figure(2, height=3.1)
    hs = np.linspace(0.02, 0.98, 400)
    bs = bias_of(hs, w)
    stable = w * hs * (1 - hs) < 1
    blocks = (hs < 0.5) & stable, ~stable, (hs > 0.5) & stable
    for some, style, name in zip(
        blocks, ("-", "--", "-"), ("stable", "unstable", "_stable"), strict=True
    ):
        left.plot(bs[some], hs[some], color=COLORS["blue"], ls=style, label=f"{name} fixed point")
    left.axhline(H_0, color=COLORS["gray"], ls=":", lw=1.2, label="first state")
    left.axvline(crossing(w), color=COLORS["pink"], label="wall")
    low, high = folds(w)
    left.set(xlabel="$b$", ylabel="$h$", title=f"fixed points, $w = {w:g}$")
    left.set(xlim=(low - 0.2, high + 0.2), ylim=(0, 1))
    many = np.linspace(4.0, max(walls), 60)
    edges = np.array([folds(v) for v in many])
    right.fill_between(many, *edges.T, color=COLORS["blue"], alpha=0.2, lw=0, label="three of them")
    right.plot(list(walls), list(walls.values()), ".", color=COLORS["pink"], label="_wall")
    right.set(xlabel="$w$", ylabel="$b$", title="wall and fixed points")
    handles = [left.get_legend_handles_labels(), right.get_legend_handles_labels()]
    fig.legend(*(a + b for a, b in zip(*handles, strict=True)), loc="outside upper left", ncols=3)
    return fig


@styled
def growth(steps: Sequence, longest: Mapping[float, Sequence]) -> Figure:
    """Draw the longest gradient at the wall against the number of steps.

    Args:
        steps: T.
        longest: By w: the power of ten of the length.
    """
    fig, (ax,) = figure(height=2.6)
    for (w, powers), marker in zip(longest.items(), "os", strict=False):
        kind = "where fixed points vanish" if w < 4.25 else "where a border is crossed"
        style = {"color": COLORS["pink"], "ls": "--" if w < 4.25 else "-", "marker": marker}
        ax.plot(steps, 10.0 ** np.array(powers), label=f"$w = {w:g}$, {kind}", **style)
    ax.set(xlabel="steps", ylabel="longest gradient", xscale="log", yscale="log")
    ax.set_xticks(steps, [str(n) for n in steps], minor=False)
    ax.minorticks_off()
    fig.legend(loc="outside upper left")
    return fig


@styled
def norms(traces: Mapping[str, Sequence], thresholds: Sequence) -> Figure:
    """Draw the length of the gradient, update by update.

    Args:
        traces: By learning rate: the length at every update; 0 where it is no number.
        thresholds: Lines to compare with.
    """
    fig, (ax,) = figure(height=2.7)
    for (name, lengths), style in zip(traces.items(), ("-", ":"), strict=False):
        shown = np.where(np.array(lengths) > 0, lengths, np.nan)
        at = np.arange(1, len(shown) + 1)
        ax.plot(at, shown, color=COLORS["orange"], ls=style, lw=1.2, label=name)
    for threshold in thresholds:
        ax.axhline(threshold, color=COLORS["blue"], lw=1, ls="--")
    ax.set(xlabel="update", ylabel="length of the gradient", yscale="log")
    fig.legend(loc="outside upper left", ncols=2)
    return fig


@styled
def bits(rows: Mapping[str, Sequence], baselines: Mapping[str, float]) -> Figure:
    """Draw the bits of each way of bounding a gradient: a dot a seed, and their mean.

    Args:
        rows: By name: the bits of every seed. The first word of the name decides the color.
        baselines: By name: the bits of what there is to compare with.
    """
    colors = {"none": "orange", "norm": "blue", "values": "green"}
    fig, (ax,) = figure(height=0.8 + 0.24 * len(rows))
    for y, (name, seeds) in enumerate(rows.items()):
        color = COLORS[colors.get(name.split()[0].rstrip(","), "gray")]
        style = {"ls": "", "color": color}
        ax.plot(seeds, [y] * len(seeds), marker="o", ms=4, alpha=0.5, label=f"_{name}", **style)
        ax.plot(np.mean(seeds), y, marker="|", ms=13, mew=2, label=f"_{name}, mean", **style)
    for name, x in baselines.items():
        ax.axvline(x, color=COLORS["gray"], lw=1, ls=":", label=name)
        ax.text(x, -0.7, name, ha="center", va="bottom")
    ax.set_yticks(range(len(rows)), list(rows))
    ax.set(xlabel="bits per character, validation text", ylim=(len(rows) - 0.4, -0.6))
    ax.grid(visible=False, axis="y")
    ax.grid(visible=True, axis="x")
    return fig


@styled
def bounds(
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
    styles = {"none": (":", "s"), "norm": ("-", "o"), "value": ("--", "^")}
    for ax, (xs, rows, word, title) in zip(axes, panels, strict=True):
        for kind, found in rows.items():
            (color, name), (style, marker) = KINDS[kind], styles[kind]
            runs, look = np.asarray(found), {"color": COLORS[color], "ls": style}
            ax.fill_between(xs, runs.min(1), runs.max(1), color=COLORS[color], alpha=0.2, lw=0)
            ax.plot(xs, runs.mean(1), marker=marker, label=name, **look)
        ax.set(xlabel=word, xscale="log", title=title)
        shown = xs if len(xs) < 7 else xs[::2]
        ax.set_xticks(shown, [f"{x:g}" for x in shown])
        ax.minorticks_off()
    axes[0].set_ylabel("bits per character")
    fig.legend(*axes[1].get_legend_handles_labels(), loc="outside upper left", ncols=3)
    return fig
