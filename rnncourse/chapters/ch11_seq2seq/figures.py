"""The figures of lab report 11.

A color is a size of the vector: blue 64, orange 16, pink 8. Gray is no network.
"""

from collections.abc import Mapping, Sequence

import numpy as np
from matplotlib.figure import Figure

from rnncourse.viz.figures import COLORS, figure, styled

SIZES = {
    "wide": ("64", "blue", "o", "-"),
    "middle": ("16", "orange", "s", "--"),
    "narrow": ("8", "pink", "^", ":"),
}
"""By name: the numbers in the vector, color, marker and line."""


@styled
def lengths(
    exact: Mapping[str, Sequence[Sequence[float]]], chunks: Sequence[float], trained: int
) -> Figure:
    """Draw what is translated without a mistake, by the numbers in a list.

    Args:
        exact: By name of the size: for each length, from two on, the share of every seed.
        chunks: The same of the method without a network.
        trained: The longest list of the training.
    """
    fig, (ax,) = figure(height=3.2)
    for name, shares in exact.items():
        words, color, marker, line = SIZES[name]
        at = np.arange(2, 2 + len(shares))
        style = {"color": COLORS[color], "marker": marker}
        for seed in np.transpose(shares):
            ax.plot(at, seed, **style, ls="", ms=3, alpha=0.5, label=f"_{name}, a seed")
        ax.plot(at, np.mean(shares, 1), **style, ls=line, label=f"vector of {words}")
    at = np.arange(2, 2 + len(chunks))
    ax.plot(at, chunks, color=COLORS["gray"], ls="-.", label="chunks, no network")
    ax.axvline(trained + 0.5, color=COLORS["gray"], lw=1, ls=":")
    ax.text(trained + 0.55, 0.5, " longer than\n any trained", fontsize="small", va="center")
    ax.set(xlabel="numbers in the list", ylabel="translated without a mistake", ylim=(-0.03, 1.05))
    ax.set_xticks(at)
    fig.legend(*ax.get_legend_handles_labels(), loc="outside upper left", ncols=2)
    return fig
