"""The figure of lab report 1."""

from collections.abc import Mapping, Sequence

from matplotlib.figure import Figure

from rnncourse.viz.figures import COLORS, figure, styled


@styled
def plot_bits_with_state(updates: Sequence[int], bits: Mapping[str, Sequence[Sequence]]) -> Figure:
    """Draw bits per character by the number of updates, for a window and for two with a state.

    Args:
        updates: How many.
        bits: By network, for each of these the bits of every seed.
    """
    fig, (ax,) = figure(height=2.8)
    for (name, rows), (color, marker, line) in zip(
        bits.items(), [("gray", "s", "-"), ("blue", "o", "--"), ("blue", "^", ":")], strict=True
    ):
        means = [sum(row) / len(row) for row in rows]
        ax.plot(updates, means, color=COLORS[color], ls=line, marker=marker, ms=5, label=name)
        for n, row in zip(updates, rows, strict=True):
            ax.plot([n] * len(row), row, marker, color=COLORS[color], ls="none", alpha=0.3, ms=4)
    ax.set(xscale="log", xlabel="updates", ylabel="bits per character")
    ax.set_xticks(updates, [f"{n:,}" for n in updates])
    ax.minorticks_off()
    ax.legend(loc="upper right")
    return fig
