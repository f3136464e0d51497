"""The figures on what a state still knows, and on what reaches the first step."""

from collections.abc import Mapping, Sequence

import numpy as np
from jaxtyping import Float

from rnncourse.viz.figures import COLORS, Figure, figure, styled

LINE = {"color": COLORS["gray"], "lw": 1, "ls": ":"}
CHANCE = 0.25


@styled
def plot_accuracy_by_lag(
    lags: Sequence, linear: Float[np.ndarray, " L"], known: Mapping[str, Float[np.ndarray, " L"]]
) -> Figure:
    """Draw what readers name of the same states, by lag.

    Args:
        lags: Steps since the symbol was read.
        linear: What a linear reader names.
        known: By how the state is stored: what a reader names who knows the other symbols.
    """
    fig, (ax,) = figure(height=2.9)
    ax.plot(lags, linear, color=COLORS["gray"], marker="s", label="linear reader")
    for (name, values), style in zip(known.items(), ("^--", "o-"), strict=True):
        ax.plot(lags, values, style, color=COLORS["blue"], label=f"knows the rest, {name}")
    ax.axhline(CHANCE, **LINE)
    ax.set(xlabel="steps since the symbol was read", ylabel="named rightly", ylim=(0, 1.05))
    fig.legend(*ax.get_legend_handles_labels(), loc="outside upper left", ncols=2)
    return fig


@styled
def plot_gradient_change_by_gain(gains: Sequence, powers: Mapping[str, Sequence]) -> Figure:
    """Draw how a gradient has changed when it reaches the first step, by the gain of the weights.

    Args:
        gains: Of random recurrent weights.
        powers: For `"tanh"` and `"relu"`, with such weights, and for `"rotation"` (tanh) and
            `"identity"` (ReLU), which have none: powers of ten, a row a gain.
    """
    fig, (ax,) = figure(height=3.0)
    styles = {
        "tanh": ("tanh, random weights", COLORS["orange"], "s", "-"),
        "rotation": ("tanh, a rotation", COLORS["orange"], "", "--"),
        "relu": ("ReLU, random weights", COLORS["gray"], "v", "-"),
        "identity": ("ReLU, the identity", COLORS["gray"], "", "--"),
    }
    for name, (label, color, marker, line) in styles.items():
        runs, style = np.asarray(powers[name]), {"color": color, "ls": line}
        band = {"color": color, "alpha": 0.2, "lw": 0, "label": f"_{label}"}
        ax.fill_between(gains, runs.min(1), runs.max(1), **band)
        ax.plot(gains, runs.mean(1), marker=marker, label=label, **style)
    ax.axhline(0, **LINE)
    ax.set(xlabel="gain of the random weights", ylabel="powers of ten, 50 steps", xscale="log")
    ax.set_xticks(gains, [f"{gain:g}" for gain in gains])
    ax.minorticks_off()
    fig.legend(*ax.get_legend_handles_labels(), loc="outside upper left", ncols=2)
    return fig
