"""The figures of the chapter on sequences."""

from collections.abc import Mapping, Sequence

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from rnncourse.viz.figures import COLORS, figure, styled


@styled
def past_the_window(
    lags: Sequence, curves: Mapping[str, Sequence], reach: int, chance: float = 0.25
) -> Figure:
    """Draw what is remembered against how long ago it came.

    Args:
        lags: Steps between the symbol and the answer.
        curves: By network: for each lag the shares named rightly, one a seed; their median is
            joined by a line, and each is a dot.
        reach: Steps of the window; a symbol `reach - 1` steps ago is its first.
        chance: Drawn as a dotted line.
    """
    fig, (ax,) = figure(height=2.7)
    ax.axvspan(0, reach - 0.5, color=COLORS["gray"], alpha=0.15, lw=0)
    styles = [("gray", "s", "-"), ("blue", "o", "-"), ("blue", "^", "--")]
    for (name, rows), (color, marker, line) in zip(curves.items(), styles, strict=False):
        middle = [sorted(row)[len(row) // 2] for row in rows]
        ax.plot(lags, middle, color=COLORS[color], marker=marker, ls=line, label=name)
        for row in zip(*rows, strict=True):
            ax.plot(lags, row, color=COLORS[color], marker=marker, ls="none", alpha=0.6)
    ax.axhline(chance, color=COLORS["gray"], lw=1.4, ls=":", label="chance")
    ax.set(xlabel="steps ago", ylabel="named rightly", ylim=(0, 1.05), xlim=(1, max(lags) + 0.5))
    ax.set_xticks(range(2, max(lags) + 1, 2))
    ax.legend(loc="center left")
    return fig


@styled
def by_width(
    windows: Mapping[int, Sequence], states: Mapping[str, Sequence], table: Sequence
) -> Figure:
    """Draw the shares of right answers of windows against their width, and those of states beside.

    Args:
        windows: By width: shares, one a division of the data; those of one division are joined.
        states: By name, the same.
        table: The same for a table that looks at four tokens before; its median is a dotted line.
    """
    fig, (ax,) = figure(height=2.9)
    places = range(len(windows) + len(states))
    first = len(windows)
    for row in zip(*windows.values(), strict=True):
        ax.plot(places[:first], [100 * x for x in row], color=COLORS["gray"], marker="s", lw=1)
    for row in zip(*states.values(), strict=True):
        ax.plot(places[first:], [100 * x for x in row], color=COLORS["blue"], marker="o", lw=1)
    middle = 100 * sorted(table)[len(table) // 2]
    ax.axhline(middle, color=COLORS["gray"], ls=":", lw=1.4)
    ax.text(places[-1] + 0.3, middle - 1, "table: four tokens before", ha="right", va="top")
    ax.set_xticks(places, [*(f"window\n{k}" for k in windows), *(f"state\n{n}" for n in states)])
    ax.set(ylabel="right roles (%)", ylim=(50, 92))
    return fig


@styled
def by_training(rows: Mapping[str, Sequence[Sequence]]) -> Figure:
    """Draw the shares of right answers of two networks, by how much each was trained.

    Args:
        rows: By network: for as before, four times the clips, the updates, and both, the shares of
            right answers, one a division.
    """
    fig, (ax,) = figure(height=2.6)
    ticks = ("as before", "4 times\nthe clips", "4 times\nthe updates", "both")
    for (name, found), (face, shift) in zip(
        rows.items(), [("none", -0.08), (COLORS["gray"], 0.08)], strict=True
    ):
        places = [i + shift for i in range(len(ticks))]
        for row in zip(*found, strict=True):
            percents = [100 * x for x in row]
            ax.plot(places, percents, "s", color=COLORS["gray"], mfc=face, label=name)
            name = None  # in the legend once
    ax.set_xticks(range(len(ticks)), ticks)
    ax.set(ylabel="right (%)", ylim=(91, 100.5), xlim=(-0.5, len(ticks) - 0.5))
    ax.legend(loc="lower right")
    return fig


@styled
def when_to_ask(
    after: Sequence[int],
    asked: Mapping[str, Sequence[Sequence]],
    amounts: Mapping[str, Mapping[int, Sequence]],
) -> Figure:
    """Draw right verdicts: by the words after the sentence, by reviews, and by updates.

    Args:
        after: Words after the writer's sentence, at most.
        asked: By how the network is asked, for each of these the shares of right verdicts.
        amounts: By what is varied where most words follow, and by how many of it, the shares when
            the network is asked at the end.
    """
    fig, axes = figure(1 + len(amounts), height=2.9, sharey=True)
    styles = {"asked at the end": ("blue", "o", "-"), "asked after every word": ("gray", "s", "--")}
    for name, rows in asked.items():
        _dots(axes[0], after, rows, name, *styles[name])
    axes[0].set(xlabel="words after the sentence", ylabel="right verdicts (%)", xticks=after)
    for ax, (name, rows) in zip(axes[1:], amounts.items(), strict=True):
        _dots(ax, range(len(rows)), rows.values(), "_end", *styles["asked at the end"])
        ax.set_xticks(range(len(rows)), [f"{n:,}" for n in rows])
        ax.set(xlabel=name)
    fig.legend(loc="outside upper left", ncols=2)
    return fig


@styled
def state_added(updates: Sequence[int], found: Mapping[str, Sequence[Sequence]]) -> Figure:
    """Draw bits per character by the number of updates, for a window and for one with a state.

    Args:
        updates: How many.
        found: By network, for each of these the bits of every seed.
    """
    fig, (ax,) = figure(height=2.8)
    for (name, rows), (color, marker, line) in zip(
        found.items(), [("gray", "s", "-"), ("blue", "o", "--")], strict=True
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


def _dots(ax: Axes, xs, rows, label: str, color: str, marker: str, line: str) -> None:
    """Draw every seed as a dot, and their means as a line."""
    rows = [[100 * value for value in row] for row in rows]
    means = [sum(row) / len(row) for row in rows]
    ax.plot(xs, means, color=COLORS[color], ls=line, label=label)
    for x, row in zip(xs, rows, strict=True):
        ax.plot([x] * len(row), row, marker, color=COLORS[color], ls="none", alpha=0.4, ms=4)
