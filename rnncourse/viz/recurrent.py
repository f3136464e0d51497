"""The figures on recurrent language models."""

from collections.abc import Mapping, Sequence

import numpy as np
from matplotlib.figure import Figure

from rnncourse.viz.figures import COLORS, figure, styled

_STYLES = [("pink", "D"), ("green", "^"), ("orange", "o"), ("blue", "s"), ("gray", "v")]


@styled
def learning(losses: Sequence, references: Mapping[str, float]) -> Figure:
    """Draw bits per character while a network trains, with horizontal lines to compare.

    Args:
        losses: Of every update, in nats.
        references: Bits per character of other models, by name.
    """
    fig, (ax,) = figure(height=2.8)
    bits = np.asarray(losses) / np.log(2)
    ax.plot(np.arange(1, len(bits) + 1), bits, color=COLORS["blue"], lw=1.2, label="network")
    for name, value in references.items():
        ax.axhline(value, color=COLORS["gray"], lw=1, ls="--")
        ax.annotate(name, (0, value), xytext=(0, 3), textcoords="offset points")
    ax.set(xlabel="updates", ylabel="bits per character", xlim=(0, None))
    return fig


@styled
def against_time(curves: Mapping[str, tuple[Sequence, Sequence]], line: float) -> Figure:
    """Draw validation bits against seconds of training, one curve a network.

    Args:
        curves: By name: seconds, and bits per character.
        line: Bits of order 9, drawn across.
    """
    fig, (ax,) = figure(height=3.4)
    for (name, (seconds, bits)), (color, marker) in zip(curves.items(), _STYLES, strict=False):
        ax.plot(seconds, bits, color=COLORS[color], marker=marker, markersize=3.5, label=name)
    ax.axhline(line, color=COLORS["gray"], lw=1, ls="--")
    ax.annotate("order 9", (1, line), xytext=(4, 4), textcoords="offset points")
    ax.set(xscale="log", xlabel="CPU seconds of training", ylabel="validation bits per character")
    ax.set(xlim=(1, None), ylim=(1.4, 4.2))
    ax.legend()
    return fig
