"""The figures of chapter 14.

Purple is the transformer, which attends; blue are recurrent networks, told apart by markers.
"""

from collections.abc import Mapping, Sequence

import numpy as np
from jaxtyping import Float
from matplotlib.figure import Figure

from rnncourse.viz.diagrams import INK, get_color
from rnncourse.viz.figures import COLORS, figure, name_rows, styled

MODEL_STYLES = {
    "transformer": ("purple", "o", "-"),
    "lstm": ("blue", "s", "-"),
    "gru": ("blue", "^", "--"),
    "no cache": ("purple", "D", "--"),
}
"""By model: color, marker, line."""
WORDS = {
    "transformer": "transformer",
    "lstm": "LSTM",
    "gru": "GRU",
    "no cache": "transformer, no cache",
}
VERDICTS = {
    "holds": (0.85, ""),
    "holds in part": (0.45, ""),
    "undecided": (0.15, ""),
    "fails as stated": (0, "////"),
    "fails": (0, "xxxxx"),
}
"""Judged claims by verdict: how dark, and a hatching."""


@styled
def plot_longest_chains(lengths: Sequence[int], operations: Mapping[str, Sequence[int]]) -> Figure:
    """Draw how many operations wait for each other, by the length of a text.

    Args:
        lengths: Symbols.
        operations: By what was done with them.
    """
    fig, (ax,) = figure(height=3.0)
    styles = zip("^Do", ("blue", "purple", "purple"), ("--", "--", "-"), strict=True)
    for (name, counts), (marker, color, line) in zip(operations.items(), styles, strict=False):
        ax.plot(lengths, counts, color=COLORS[color], marker=marker, ls=line, label=name)
    ax.set(xscale="log", yscale="log", xlabel="symbols", ylabel="operations one after another")
    ax.set_xticks(lengths, lengths)
    ax.minorticks_off()
    ax.yaxis.set_major_formatter("{x:,.0f}")
    fig.legend(loc="outside upper left", ncols=3)
    return fig


@styled
def plot_learning_curves(
    marks: Sequence[int],
    curves: Mapping[str, Float[np.ndarray, "S M"]],
    pace: Mapping[str, float],
    level: float,
) -> Figure:
    """Draw bits on validation text against updates, and against processor seconds.

    Args:
        marks: Updates after which the networks were scored.
        curves: Bits by network, a row for each seed.
        pace: Seconds of an update, by network.
        level: Bits of mere counting.
    """
    fig, panels = figure(2, height=3.4, sharey=True)
    for ax, by_time in zip(panels, (False, True), strict=True):
        for name, bits in curves.items():
            color, marker, line = MODEL_STYLES[name]
            xs = np.array(marks) * (pace[name] if by_time else 1)
            for n, seed in enumerate(bits):
                prefix = "_" if by_time or n else ""
                label = f"{prefix}{WORDS[name]}" + (f", seed {n}" if n else "")
                mark = "" if n else marker
                ax.plot(xs, seed, color=get_color(color), marker=mark, ls=line, label=label)
        ax.axhline(level, color=COLORS["gray"], ls=":", label="_counted" if by_time else "counted")
        ax.set(xscale="log", xlabel="processor seconds" if by_time else "updates")
        ax.set_title("against time" if by_time else "against text")
    panels[0].set(ylabel="bits per character")
    panels[0].set_xticks([25, 50, 100, 200, 400, 800], [25, 50, 100, 200, 400, 800])
    panels[1].set_xticks([1, 3, 10, 30, 100], [1, 3, 10, 30, 100])
    for ax in panels:
        ax.minorticks_off()
    fig.legend(loc="outside upper left", ncols=4)
    return fig


@styled
def plot_costs(
    lengths: Sequence[int],
    read: Mapping[str, Sequence[float]],
    write: Mapping[str, Sequence[float]],
) -> Figure:
    """Draw what a text costs to train on, and what its next character costs.

    Args:
        lengths: Characters.
        read: Milliseconds of a pass forward and back, by model.
        write: Milliseconds of one more character.
    """
    fig, panels = figure(2, height=3.2)
    for ax, times in zip(panels, (read, write), strict=True):
        for name, spent in times.items():
            color, marker, line = MODEL_STYLES[name]
            label = WORDS[name] if ax is panels[1] else f"_{name}"
            ax.plot(lengths, spent, color=get_color(color), marker=marker, ls=line, label=label)
        ax.set(xscale="log", yscale="log")
        ax.set_xticks(lengths, lengths)
        ax.minorticks_off()
        ax.yaxis.set_major_formatter("{x:,g}")
    panels[0].set(title="training on a text", xlabel="its characters", ylabel="milliseconds")
    panels[1].set(title="writing one character", xlabel="characters before it")
    fig.legend(loc="outside upper left", ncols=2)
    return fig


@styled
def plot_verdicts(counts: Mapping[str, Mapping[str, int]]) -> Figure:
    """Draw how many claims of each subject came out how.

    Args:
        counts: By subject, by verdict (`VERDICTS`).
    """
    fig, (ax,) = figure()
    ys = name_rows(ax, list(counts), columns=24)
    lefts = np.zeros(len(counts))
    for verdict, (alpha, hatch) in VERDICTS.items():
        widths = np.array([by_verdict.get(verdict, 0) for by_verdict in counts.values()])
        if not widths.any():
            continue
        options = {"fc": (INK, alpha), "ec": INK, "hatch": hatch, "lw": 0.6, "label": verdict}
        ax.barh(ys, widths, left=lefts, **options)
        lefts += widths
    ax.set_xticks(range(0, int(lefts.max()) + 1, 2))
    ax.set_xlabel("claims")
    fig.legend(loc="outside upper left", ncols=3)
    return fig
