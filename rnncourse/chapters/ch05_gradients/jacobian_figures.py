"""The figures on the product of Jacobians.

Orange is a gradient that comes back, gray what one compares it with.
"""

from collections.abc import Mapping, Sequence

import numpy as np

from rnncourse.viz.figures import COLORS, Axes, Figure, figure, styled

ORANGE, GRAY = COLORS["orange"], COLORS["gray"]
LINE = {"color": GRAY, "lw": 1, "ls": ":"}


def _label_powers(ax: Axes) -> None:
    """Label the vertical axis, of logarithms, as powers of ten."""
    ax.yaxis.set_major_formatter(lambda log, _: f"$10^{{{log:.0f}}}$")
    ax.locator_params(axis="y", nbins=7, integer=True)


def _draw_runs(ax: Axes, xs: Sequence, rows: Sequence, **style) -> None:
    """Draw means, and the range of the runs: a row for each x."""
    runs = np.asarray(rows)
    ax.fill_between(xs, runs.min(1), runs.max(1), color=style["color"], alpha=0.2, lw=0)
    ax.plot(xs, runs.mean(1), **style)


@styled
def plot_first_grow(
    norms: Sequence,
    radius: float | int,
    curves: Mapping[str, Sequence],
    skews: Sequence,
    max_lengths: Mapping[str, Sequence],
) -> Figure:
    """Draw a matrix whose powers grow before they vanish, and networks with such matrices.

    Args:
        norms: Of the powers of the small matrix, from 0 on.
        radius: Its spectral radius, for comparison.
        curves: Of the large matrix: by network, linear first, the logarithms of the lengths.
        skews: How far from normal the matrices of the last panel are.
        max_lengths: By network, linear first: the greatest lengths, a row for each of these.
    """
    fig, axes = figure(3, height=3.0)
    steps = np.arange(len(norms))
    axes[0].plot(steps, norms, color=ORANGE, label="norm of the power")
    axes[0].plot(steps, radius**steps, color=GRAY, ls="--", label="spectral radius to the power")
    axes[0].set(xlabel="steps", ylabel="norm", title="two units, linear", ylim=(0, None))
    for name, style in zip(curves, ("-", (0, (1, 1))), strict=True):
        axes[1].plot(curves[name], color=ORANGE, ls=style, label=f"gradient, {name}")
        _draw_runs(axes[2], skews, max_lengths[name], color=ORANGE, ls=style, label=f"_{name}")
    axes[1].axhline(0, **LINE)
    axes[1].set(xlabel="steps back", title="64 units, one matrix")
    axes[2].set(xlabel="skew", ylabel="greatest length")
    for ax in axes[1:]:
        _label_powers(ax)
    handles = [ax.get_legend_handles_labels() for ax in axes[:2]]
    fig.legend(*(a + b for a, b in zip(*handles, strict=True)), loc="outside upper left", ncols=2)
    return fig


@styled
def plot_growth_by_size(
    sigmas: Sequence, by_sigma: Sequence, strengths: Sequence, by_radius: Mapping[float, Sequence]
) -> Figure:
    """Draw how fast a gradient grows, against the size of the weights and of the inputs.

    Args:
        sigmas: Largest singular values.
        by_sigma: Powers of ten a step, a row for each of these.
        strengths: Of the inputs.
        by_radius: By spectral radius: powers of ten a step, a row a strength.
    """
    fig, axes = figure(2, height=3.0, sharey=True)
    _draw_runs(axes[0], sigmas, by_sigma, color=ORANGE, marker="o", label="_weak inputs")
    styles = zip(by_radius, ("--", "-", ":"), "so^", strict=True)
    for radius, style, marker in styles:
        options = {"color": ORANGE, "ls": style, "marker": marker}
        _draw_runs(axes[1], strengths, by_radius[radius], label=f"radius {radius:g}", **options)
    labels = "largest singular value", "strength of the inputs"
    for ax, label, ticks in zip(axes, labels, (sigmas[::2], strengths), strict=True):
        ax.axhline(0, **LINE)
        ax.set(xlabel=label, xscale="log")
        ax.set_xticks(ticks, [f"{tick:g}" for tick in ticks])
        ax.minorticks_off()
    axes[0].axvline(1, **LINE)
    axes[0].set_ylabel("powers of ten a step")
    fig.legend(*axes[1].get_legend_handles_labels(), loc="outside upper left", ncols=3)
    return fig


@styled
def plot_growth_by_radius(radii: Sequence, rates: Sequence, usual: float) -> Figure:
    """Draw how fast one gradient grows or decays, against the spectral radius.

    Args:
        radii: Spectral radii.
        rates: Powers of ten a step, a row for each of these.
        usual: The radius of the usual weights, marked by a line.
    """
    fig, (ax,) = figure(height=2.8)
    ax.axhspan(-0.01, 0.01, color=GRAY, alpha=0.25, lw=0)
    _draw_runs(ax, radii, rates, color=ORANGE, marker="o", label="_one gradient")
    for x, row in zip(radii, rates, strict=True):
        ax.plot([x] * len(row), row, ".", color=ORANGE, alpha=0.5, ms=4)
    ax.axvline(usual, **LINE)
    ax.text(usual * 1.03, 0.05, "usual weights")
    ax.set(xlabel="spectral radius", ylabel="powers of ten a step", xscale="log")
    ax.set_xticks(radii, [f"{x:g}" for x in radii])
    ax.minorticks_off()
    return fig
