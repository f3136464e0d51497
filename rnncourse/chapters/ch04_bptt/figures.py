"""The figures of the lab report.

Blue is a state that is carried on, the page's ink what is measured; gray is what one compares with.
"""

from collections.abc import Mapping, Sequence

import numpy as np
from matplotlib.figure import Figure

from rnncourse.viz.diagrams import INK
from rnncourse.viz.figures import COLORS, figure, styled

LINE = {"color": COLORS["gray"], "lw": 1, "ls": ":"}


@styled
def plot_recall(
    results: Mapping[str, Mapping[str, Mapping[int, Sequence]]],
    reach: Sequence,
    untrained: Sequence[float],
) -> Figure:
    """Draw what is learned against the window: a panel a task, a line a way of starting a window.

    Args:
        results: By task, then by way ("reset" and "carried"), then by k: the accuracy of each
            seed.
        reach: For each task the k from which on the symbol lies in the window.
        untrained: For each task the accuracy of a readout whose cell is never trained.
    """
    fig, axes = figure(len(results), height=3.1, sharey=True)
    panels = zip(axes, results.items(), reach, untrained, strict=True)
    for ax, (task, by_start), first_k, level in panels:
        for (start, by_k), (color, marker), shift in zip(
            by_start.items(), [("gray", "s"), ("blue", "o")], (-0.12, 0.12), strict=True
        ):
            ks = list(by_k)
            for k in ks:
                accuracies = by_k[k]
                ax.plot(
                    [k + shift] * len(accuracies),
                    accuracies,
                    ls="",
                    marker=".",
                    ms=3.5,
                    alpha=0.5,
                    color=COLORS[color],
                    label=f"_state {start}, each seed",
                )
            medians = [np.median(by_k[k]) for k in ks]
            ax.plot(ks, medians, color=COLORS[color], marker=marker, label=f"state {start}")
        ax.axhline(level, color=INK, ls="--", lw=1.5, label="cell never trained")
        ax.axhline(0.25, **LINE)
        ax.axvspan(first_k - 0.5, max(ks) + 0.6, color=COLORS["gray"], alpha=0.18, lw=0)
        ax.set(
            title=task, xlabel="k, steps of a window", ylim=(0.1, 1.04), xlim=(0.3, max(ks) + 0.6)
        )
        ax.xaxis.get_major_locator().set_params(integer=True)
    axes[0].set_ylabel("named rightly")
    fig.legend(*axes[0].get_legend_handles_labels(), loc="outside upper left", ncols=3)
    return fig


@styled
def plot_costs(lengths: Sequence, seconds: Mapping, memory: Mapping) -> Figure:
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
            values.items(), [(COLORS["gray"], "s"), (INK, "o")], strict=True
        ):
            ax.plot(lengths, row, color=color, marker=marker, label=name)
        ax.set(xlabel="T, steps of the sequence", ylabel=label, xlim=(0, None), ylim=(0, None))
    fig.legend(*axes[0].get_legend_handles_labels(), loc="outside upper left", ncols=2)
    return fig
