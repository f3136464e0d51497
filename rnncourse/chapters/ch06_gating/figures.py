"""The figure of the lab report."""

from collections.abc import Mapping, Sequence

import numpy as np

from rnncourse.viz.figures import COLORS, Figure, figure, styled

CELL_STYLES = {"gru": ("-", "o"), "lstm": ("--", "s")}
"""In `plot_gradient_by_gate_bias`: line and marker."""


@styled
def plot_gradient_by_gate_bias(
    biases: Sequence[float], curves: Mapping[str, Sequence[Sequence[float]]], plain: Sequence[float]
) -> Figure:
    """Draw how much of a gradient comes back, by the first bias of the gate that keeps.

    Args:
        biases: Of the gates.
        curves: By cell, one of `CELL_STYLES`: for each bias the powers of ten of all seeds.
        plain: Those of plain networks, which have no gate.
    """
    fig, (ax,) = figure(height=2.6)
    ax.axhline(np.mean(plain), color=COLORS["gray"], lw=1.2, ls=":", label="plain")
    for cell, (line, marker) in CELL_STYLES.items():
        curve, style = np.array(curves[cell]), {"color": COLORS["orange"]}
        ax.plot(biases, curve.mean(1), line, label=cell.upper(), marker=marker, ms=4, **style)
        ax.fill_between(
            biases, curve.min(1), curve.max(1), alpha=0.15, lw=0, label=f"_{cell.upper()}", **style
        )
    ax.set(xlabel="first bias of the gate that keeps", ylabel="powers of ten, 50 steps")
    ax.set_xticks(biases)
    ax.legend(loc="center right")
    return fig
