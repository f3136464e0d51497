"""The figures on backpropagation through time.

One meaning for each color, through the whole chapter: blue is a trained network, orange one that is
not trained, pink what comes back, green what is trained in windows with the state carried, and gray
what one compares with.
"""

from collections.abc import Mapping, Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from rnncourse.viz.figures import COLORS, figure, styled

INK = "#010203"
LINE = {"color": COLORS["gray"], "lw": 1, "ls": ":"}


@styled
def pairs(grids: Mapping[str, np.ndarray]) -> Figure:
    """Draw how often each way from a use of W to a loss is counted.

    Args:
        grids: By title: `T T`, a row a loss, a column a use; the half above the diagonal is empty.
            The more often, the deeper the color.
    """
    fig, axes = figure(len(grids), height=2.75 if len(grids) < 4 else 2.3)
    for ax, (title, counts) in zip(axes, grids.items(), strict=True):
        T = len(counts)
        for t, k in zip(*np.tril_indices(T), strict=True):
            style = {"fc": COLORS["pink"], "ec": "none", "alpha": min(1, 0.2 * counts[t, k])}
            ax.add_patch(Rectangle((k + 0.54, t + 0.54), 0.92, 0.92, **style))
            ax.text(k + 1, t + 1, f"{counts[t, k]:g}", ha="center", va="center")
        ax.set(xlim=(0.5, T + 0.5), ylim=(T + 0.5, 0.5), aspect="equal", title=title)
        ax.set(xticks=range(1, T + 1), yticks=range(1, T + 1), xlabel="W at step")
        ax.tick_params(length=0)
        ax.grid(visible=False)
    axes[0].set_ylabel("loss of step")
    return fig


@styled
def unrolled(T: int = 4, cut: int | None = None) -> Figure:
    """Draw a network over time: what goes forward, what comes back, and where it is cut.

    Args:
        T: Steps.
        cut: After which step the state is detached; None for nowhere.
    """
    fig, (ax,) = figure(height=3.4)
    ax.axis("off")
    ax.set(xlim=(-0.9, T - 0.6), ylim=(-1.3, 2.4))
    middle = (T - 1) / 2
    for t in range(T):
        for y, name in enumerate((f"$x_{t + 1}$", f"$h_{t + 1}$", f"$L_{t + 1}$")):
            ax.plot(t, y, "o", ms=NODE, mec=INK, mfc="none", mew=1.2, clip_on=False)
            ax.text(t, y, name, ha="center", va="center")
        _arrows(ax, (t, 0), (t, 1), back=False)
        _arrows(ax, (t, 1), (t, 2))
        if t:
            _arrows(ax, (t - 1, 1), (t, 1))
        if t == cut:  # a bar through the arrow back, and that one only
            ax.plot([t - 0.54, t - 0.46], [0.83, 1.02], color=INK, lw=3)
            ax.text(t - 0.5, 0.62, "detach", ha="center")
        style = {"arrowstyle": "-|>", "color": COLORS["pink"], "lw": 1.2, "ls": "--"}
        style |= {"shrinkA": NODE / 2 + 1, "shrinkB": 1}
        end = middle + 0.12 * (t - middle), -0.91
        ax.annotate("", end, (t, 1), arrowprops=style, zorder=0)
    box = {"boxstyle": "round", "ec": INK, "fc": "none"}
    words = "one $W_{hh}$: the shares of all steps add up"
    ax.text(middle, -1.05, words, ha="center", va="center", bbox=box)
    _arrows(ax, (-0.75, 1), (0, 1), back=False)
    ax.text(-0.75, 1, "$h_0$", ha="center", va="center")
    return fig


NODE = 25  # diameter of a node in points


def _arrows(ax: Axes, start: tuple, end: tuple, back: bool = True) -> None:
    """Draw an arrow forward, and beside it one that comes back; both touch the nodes."""
    aside = np.array([0, 0.07]) if start[1] == end[1] else np.array([-0.04, 0])
    style = {"arrowstyle": "-|>", "lw": 1.2, "shrinkA": NODE / 2, "shrinkB": NODE / 2}
    if not back:
        aside = 0 * aside
    ax.annotate("", end + aside, start + aside, arrowprops={**style, "color": INK})
    if back:
        pink = {**style, "color": COLORS["pink"]}
        ax.annotate("", start - aside, end - aside, arrowprops=pink)


@styled
def by_window(
    windows: Sequence, curves: Mapping[str, np.ndarray], other: Mapping[str, float]
) -> Figure:
    """Draw cosine and length of truncated gradients against the window.

    Args:
        windows: The k.
        curves: By network: cosine and length for every k, `K 2`.
        other: By network: the cosine with the gradient of another stretch of text.
    """
    fig, axes = figure(2, height=2.9)
    titles = "cosine with the whole gradient", "length, relative to the whole"
    for column, (ax, title) in enumerate(zip(axes, titles, strict=True)):
        for (name, values), (color, marker) in zip(
            curves.items(), [("orange", "s"), ("blue", "o")], strict=True
        ):
            ax.plot(windows, values[:, column], color=COLORS[color], marker=marker, label=name)
            if not column:
                label = f"{name}, another text"
                ax.axhline(other[name], color=COLORS[color], lw=1.5, ls=":", label=label)
        ax.set(xscale="log", xlabel="k, steps of a window", title=title, ylim=(-0.03, 1.05))
        ax.set_xticks(windows, [str(k) for k in windows], minor=False)
        ax.minorticks_off()
    fig.legend(*axes[0].get_legend_handles_labels(), loc="outside upper left", ncols=2)
    return fig


@styled
def recall(
    results: Mapping[str, Mapping[str, Mapping[int, Sequence]]],
    reach: Sequence,
    alone: Sequence[float],
) -> Figure:
    """Draw what is learned against the window: a panel a task, a line a way of starting a window.

    Args:
        results: By task, then by way ("reset" and "carried"), then by k: the accuracy of each
            seed.
        reach: For each task the k from which on the symbol lies in the window.
        alone: For each task the accuracy of a readout whose cell is never trained.
    """
    fig, axes = figure(len(results), height=3.1, sharey=True)
    for ax, (task, ways), first, level in zip(axes, results.items(), reach, alone, strict=True):
        for (way, by_k), (color, marker), shift in zip(
            ways.items(), [("gray", "s"), ("green", "o")], (-0.12, 0.12), strict=True
        ):
            ks = list(by_k)
            for k in ks:
                seeds = by_k[k]
                ax.plot(
                    [k + shift] * len(seeds),
                    seeds,
                    ls="",
                    marker=".",
                    ms=3.5,
                    alpha=0.5,
                    color=COLORS[color],
                    label=f"_state {way}, each seed",
                )
            medians = [np.median(by_k[k]) for k in ks]
            ax.plot(ks, medians, color=COLORS[color], marker=marker, label=f"state {way}")
        ax.axhline(level, color=COLORS["orange"], ls="--", lw=1.5, label="cell never trained")
        ax.axhline(0.25, **LINE)
        ax.axvspan(first - 0.5, max(ks) + 0.6, color=COLORS["gray"], alpha=0.18, lw=0)
        ax.set(
            title=task, xlabel="k, steps of a window", ylim=(0.1, 1.04), xlim=(0.3, max(ks) + 0.6)
        )
        ax.xaxis.get_major_locator().set_params(integer=True)
    axes[0].set_ylabel("named rightly")
    fig.legend(*axes[0].get_legend_handles_labels(), loc="outside upper left", ncols=3)
    return fig


@styled
def costs(lengths: Sequence, seconds: Mapping, memory: Mapping) -> Figure:
    """Draw time and memory of one gradient against the length of the sequence.

    Args:
        lengths: T.
        seconds: By way of computing: seconds for every T.
        memory: The same in megabytes.
    """
    fig, axes = figure(2, height=2.7)
    for ax, values, label in zip(
        axes, (seconds, memory), ("milliseconds", "megabytes at the most"), strict=True
    ):
        for (name, row), (color, marker) in zip(
            values.items(), [("gray", "s"), ("green", "o")], strict=True
        ):
            ax.plot(lengths, row, color=COLORS[color], marker=marker, label=name)
        ax.set(xlabel="T, steps of the sequence", ylabel=label, xlim=(0, None), ylim=(0, None))
    fig.legend(*axes[0].get_legend_handles_labels(), loc="outside upper left", ncols=2)
    return fig


@styled
def predicted(
    before: Mapping[str, Sequence], after: Mapping[str, Sequence], level: float
) -> Figure:
    """Draw what is learned with a short window against what the untrained state shows.

    Args:
        before: By kind of setting: for each setting how often a readout of the untrained state
            names the symbol.
        after: The same settings: the accuracy after training. The first two kinds are filled.
        level: From where on a state is said to show the symbol.
    """
    fig, (ax,) = figure(height=2.9)
    green = COLORS["green"]
    styles = [("o", green), ("^", green), ("o", "none"), ("^", "none")]
    for name, (marker, inside) in zip(before, styles, strict=True):
        style = {"ls": "", "marker": marker, "ms": 6, "mfc": inside, "mec": green, "alpha": 0.75}
        ax.plot(before[name], after[name], color=green, label=name, **style)
    ax.axhline(0.25, **LINE)
    ax.axvspan(level, 1.03, color=COLORS["gray"], alpha=0.18, lw=0)
    ax.set(
        xlabel="read from the untrained state",
        ylabel="named rightly after training",
        xlim=(0.2, 1.03),
        ylim=(0.2, 1.04),
    )
    fig.legend(loc="outside upper left", ncols=2)
    return fig


@styled
def midstream(gains: Sequence, read: Mapping, back: Mapping) -> Figure:
    """Draw what can be read back and which gradient comes back, against the gain.

    Medians, and the range of the networks.

    Args:
        gains: What a rotation is multiplied by, `G`.
        read: By number of units: the share of symbols that are named, `G N`: a row a gain, a
            column a network.
        back: By number of units: the length of the gradient, as a share, `G N`.
    """
    fig, axes = figure(2, height=2.8)
    panels = (
        (read, "symbol read from the state", {"ylim": (0, 1.06)}),
        (back, "gradient that comes back", {"yscale": "log"}),
    )
    for ax, (values, title, more) in zip(axes, panels, strict=True):
        orange = COLORS["orange"]  # none of them is trained
        for (H, rows), (style, marker) in zip(
            values.items(), [(":", "s"), ("--", "^"), ("-", "o")], strict=True
        ):
            runs = np.asarray(rows)
            ax.fill_between(gains, runs.min(1), runs.max(1), color=orange, alpha=0.2, lw=0)
            label = f"{H} units"
            ax.plot(gains, np.median(runs, 1), color=orange, ls=style, marker=marker, label=label)
        ax.set(xlabel="gain of the rotation", title=title, **more)
    axes[0].axhline(0.25, **LINE)
    axes[1].axhline(1, **LINE)
    fig.legend(*axes[0].get_legend_handles_labels(), loc="outside upper left", ncols=3)
    return fig
