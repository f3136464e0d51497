"""The figures of the lab report.

Networks that are compared: pink is an LSTM, gray a plain network; orange a gradient.
In `plot_error_by_kind` the page's ink has peepholes, and gray has none.
"""

from collections.abc import Mapping, Sequence

import numpy as np
from matplotlib.figure import Figure

from rnncourse.viz.diagrams import INK
from rnncourse.viz.figures import COLORS, figure, styled

LINE = {"color": COLORS["gray"], "lw": 1, "ls": ":"}


@styled
def plot_networks_that_learned(
    rows: Mapping[str, tuple[int, int, float, float]], colors: Mapping[str, str]
) -> Figure:
    """Draw how many networks of each kind have learned.

    Args:
        rows: By kind: how many learned, of how many, and the ends of an interval for the share.
        colors: By kind.
    """
    fig, (ax,) = figure(height=3.4)
    for y, (kind, (learned, n, low, high)) in enumerate(rows.items()):
        color = COLORS[colors[kind]]
        ax.plot([low, high], [y, y], color=color, lw=3, alpha=0.35, label=f"_{kind} interval")
        ax.plot([learned / n], [y], color=color, marker="o", ls="", ms=6, label=f"_{kind}")
    ax.set_yticks(range(len(rows)), list(rows))
    ax.set(xlabel="share that learned", xlim=(-0.03, 1.03), ylim=(len(rows) - 0.5, -0.5))
    ax.grid(visible=False, axis="y")
    ax.grid(axis="x")
    return fig


@styled
def plot_error_by_kind(rows: Mapping[str, Sequence | np.ndarray]) -> Figure:
    """Draw the error that networks leave: a row of dots for each kind.

    Args:
        rows: By kind: the share of the error left, for each seed.
    """
    fig, (ax,) = figure(height=2.3)
    colors = (COLORS["gray"], INK) * 2
    for y, ((kind, errors), color) in enumerate(zip(rows.items(), colors, strict=True)):
        style = {"color": color, "label": f"_{kind}", "ls": ""}
        ax.plot(errors, [y] * len(errors), marker="o", ms=4, alpha=0.5, **style)
        ax.plot([np.mean(errors)], [y], marker="|", ms=14, mew=2.5, **style)
    ax.axvline(1, **LINE)
    ax.set_yticks(range(len(rows)), list(rows))
    ax.set(xlabel="error left", xlim=(-0.03, 1.05), ylim=(len(rows) - 0.5, -0.5))
    ax.grid(visible=False, axis="y")
    ax.grid(axis="x")
    return fig


@styled
def plot_forget_biases(
    biases: Sequence[int], far: Sequence[np.ndarray], start: Sequence[np.ndarray]
) -> Figure:
    """Draw what is left of a gradient after 200 steps back, by the first bias of the forget gate.

    Args:
        biases: Of the gate.
        far: For each of them the length as a power of ten, of all seeds, far from the start.
        start: The same back to the start.
    """
    fig, (ax,) = figure(height=2.8)
    for lengths, marker, ls, label in (
        (start, "s", "--", "back to the empty start"),
        (far, "o", "-", "far from it"),
    ):
        style = {"color": COLORS["orange"], "marker": marker, "mfc": "none"}
        ax.plot(biases, np.mean(lengths, axis=1), ls=ls, label=label, **style)
        for bias, values in zip(biases, lengths, strict=True):
            dot_style = {"ls": "", "ms": 3, "alpha": 0.4, "label": f"_{label}, {bias}"}
            ax.plot(np.full(len(values), bias), values, **{**style, **dot_style})
    ax.axhline(0, **LINE)
    ax.set(xlabel="first bias of the forget gate", ylabel="length, powers of ten", xticks=biases)
    fig.legend(loc="outside upper left", ncols=2)
    return fig
