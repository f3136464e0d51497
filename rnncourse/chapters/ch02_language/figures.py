"""The figures of the chapter on language models."""

from collections.abc import Mapping, Sequence
from itertools import pairwise

import numpy as np
from matplotlib.colors import LinearSegmentedColormap, PowerNorm, to_rgba
from matplotlib.figure import Figure

from rnncourse.chapters.ch02_language.brackets import BINS
from rnncourse.core.intervals import wilson_interval
from rnncourse.viz.diagrams import INK
from rnncourse.viz.figures import COLORS, figure, styled

_GRAY, _BLUE = COLORS["gray"], COLORS["blue"]
"""Of counting, and of networks, which have a state, in every figure."""
_MODEL_STYLES = {  # by the beginning of a name, where several models meet: color, marker, line
    "order 3": ("gray", "D", ":"),
    "order 9": ("gray", "^", "--"),
    "best order": ("gray", "o", "-"),
    "counts": ("gray", "o", "-"),
    "tanh": ("blue", "D", ":"),
    "LSTM": ("blue", "^", "--"),
    "GRU, 1": ("blue", "o", "-."),
    "GRU of": ("blue", "s", "-"),
}


@styled
def plot_character_bits(
    text: str, bits: Mapping[str, Sequence | np.ndarray], color: str = _GRAY
) -> Figure:
    """Draw the bits of every character of a text: one bar a character, in three lines.

    Args:
        text: The characters, about 60 at most.
        bits: For each model's name, the bits of every character; the first lies behind.
        color: Of the bars.
    """
    fig, axes = figure(3, height=4.2, stacked=True)
    starts = [text.rindex(" ", 0, n * len(text) // 3 + 4) + 1 for n in (1, 2)]
    lines = [range(*pair) for pair in pairwise([0, *starts, len(text)])]
    highest = max(max(values) for values in bits.values())
    for ax, line in zip(axes, lines, strict=True):
        for (name, values), width, share in zip(bits.items(), (0.86, 0.5), (0.25, 1), strict=True):
            style = {"color": to_rgba(color, share), "edgecolor": color, "linewidth": 0.8}
            ax.bar(line, [values[position] for position in line], width, label=name, **style)
        letters = [text[position].replace(" ", "\N{OPEN BOX}") for position in line]
        ax.set_xticks(line, letters, family="monospace")
        ax.tick_params(axis="x", length=0)
        ax.set(ylabel="bits", ylim=(0, 1.05 * highest), yticks=range(0, int(highest) + 1, 4))
        ax.set_xlim(line[0] - 0.7, line[0] + max(map(len, lines)) - 0.3)
    fig.legend(*axes[0].get_legend_handles_labels(), loc="outside upper left", ncols=2)
    return fig


@styled
def plot_bits_by_order(bits: Mapping[str, np.ndarray]) -> Figure:
    """Draw bits per character against order: a line a smoothing, a band over the splits.

    A second panel magnifies the means of those that go furthest.

    Args:
        bits: For each smoothing, an array of splits by orders; some may end before others.
    """
    fig, (ax, zoomed) = figure(2, height=3.3, width_ratios=[3, 2])
    styles = (_GRAY, "s", ":"), (_GRAY, "D", "-."), (_GRAY, "^", "--"), (INK, "v", "-")
    styles = *styles, (_GRAY, "o", "-")  # the best, as in every figure
    longest = max(values.shape[1] for values in bits.values())
    for (name, values), (color, marker, line) in zip(bits.items(), styles, strict=True):
        order, mean = np.arange(1, values.shape[1] + 1), values.mean(0)
        style = {"color": color, "marker": marker, "ls": line, "markersize": 4}
        low, high = values.min(0), values.max(0)
        ax.fill_between(order, low, high, color=color, alpha=0.25, lw=0, label=f"_{name}")
        ax.plot(order, mean, label=name, **style)
        if len(order) == longest:
            zoomed.plot(order[5:], mean[5:], label=f"_{name}", **style)
            zoomed.text(longest, mean[-1] + 0.006, name, ha="right")
        else:
            ax.text(len(order) + 0.8, mean[-1], name)
    ax.set(xlabel="order n (context: n − 1 characters)", ylabel="held-out bits per character")
    ax.set(ylim=(1.5, 4.9), xticks=[1, *range(8, longest + 1, 8)])
    zoomed.set(xlabel="order n, from 6", xticks=[6, *range(12, longest + 1, 6)])
    ax.text(longest, 1.82, "both Kneser-Ney", ha="right")
    return fig


@styled
def plot_new_contexts(lengths: Sequence, shares: np.ndarray) -> Figure:
    """Draw the share of held-out contexts that were never seen, one line a split."""
    fig, (ax,) = figure(height=2.6)
    for split, share in enumerate(shares):
        ax.plot(lengths, 100 * share, color=_GRAY, marker="o", label=f"split {split}")
    ax.set(xlabel="characters of context", ylabel="never seen in training (%)")
    ax.set(ylim=(-3, 103), xlim=(0, max(lengths) + 1), xticks=lengths)
    return fig


@styled
def plot_closed_brackets(rates: Mapping[str, Sequence | np.ndarray], counts: np.ndarray) -> Figure:
    """Draw how often the closing bracket is the likeliest character, by distance.

    Args:
        rates: By model: the share in each bin of distance.
        counts: Number of brackets in each bin, for the intervals.
    """
    fig, (ax,) = figure(height=3.0)
    positions = np.arange(len(BINS))
    for (name, rate), shift in zip(
        rates.items(), np.linspace(-0.12, 0.12, len(rates)), strict=True
    ):
        rate, (color, marker, line) = np.asarray(rate), _style(name)
        ends = [wilson_interval(round(r * n), int(n)) for r, n in zip(rate, counts, strict=True)]
        errors = np.abs(np.array(ends).T - rate)
        style = {"color": COLORS[color], "marker": marker, "ls": line, "label": name}
        ax.errorbar(positions + shift, 100 * rate, 100 * errors, lw=1.4, capsize=2, **style)
    ax.set_xticks(
        positions, [f"{a}–{b}\nn = {int(n)}" for (a, b), n in zip(BINS, counts, strict=True)]
    )
    ax.set(xlabel="characters since the opening bracket", ylabel="closed by the model (%)")
    ax.set(ylim=(-2, 82))
    fig.legend(loc="outside upper left", ncols=3)
    return fig


def _style(name: str) -> tuple[str, str, str]:
    """Color, marker and line of a model, by its name."""
    return next(style for start, style in _MODEL_STYLES.items() if name.startswith(start))


@styled
def plot_bigrams(probs: np.ndarray, characters: str) -> Figure:
    """Draw P(next | previous) as a square of tiles: the fuller, the likelier.

    Args:
        probs: One row a previous character, one column a next one.
        characters: Their names, in order.
    """
    fig, (ax,) = figure(height=6.0)  # not higher: its letters are read on a slide
    colormap = LinearSegmentedColormap.from_list("fuller", [to_rgba(_GRAY, a) for a in (0, 1)])
    norm = PowerNorm(0.5, 0, 1)  # so that small probabilities show too
    ax.imshow(probs, colormap, norm, interpolation="none", aspect="auto")
    names = [c if c != " " else "\N{OPEN BOX}" for c in characters]
    ax.set_xticks(range(len(names)), names)
    ax.set_yticks(range(len(names)), names)
    ax.tick_params(length=0)
    ax.grid(False)
    ax.set(xlabel="next character", ylabel="previous character")
    return fig


@styled
def plot_learning_curve(
    losses: Sequence, held_out: Mapping, references: Mapping[str, float]
) -> Figure:
    """Draw bits per character while a network trains, with horizontal lines to compare.

    Args:
        losses: Of every update on its window of training text, in nats.
        held_out: Bits per character on held-out text, by the number of updates before.
        references: Bits per character of other models on the same held-out text, by name.
    """
    fig, (ax,) = figure(height=2.8)
    fig.get_layout_engine().set(rect=(0, 0, 0.96, 1))  # a phone grows the names, with room
    bits = np.asarray(losses) / np.log(2)
    steps = np.arange(1, len(bits) + 1)
    ax.plot(steps, bits, color=_BLUE, lw=0.8, alpha=0.55, label="training windows")
    updates, scores = list(held_out), list(held_out.values())
    ax.plot(updates, scores, color=_BLUE, marker="s", lw=1.8, label="held-out text")
    for name, value in references.items():
        ax.axhline(value, color=_GRAY, lw=1, ls="--")
        ax.annotate(
            name, (1, value), (5, 0), ("axes fraction", "data"), "offset points", va="center"
        )
    ax.set(xlabel="updates", ylabel="bits per character", xlim=(0, len(bits) + 3))
    fig.legend(loc="outside upper left", ncols=2)
    return fig


@styled
def plot_bits_by_training_time(
    curves: Mapping[str, tuple[Sequence, Sequence]], best: float
) -> Figure:
    """Draw validation bits against seconds of training, one curve a network.

    Args:
        curves: By name: seconds, and bits per character.
        best: Bits of the best order of counting, drawn across.
    """
    fig, (ax,) = figure(height=3.4)
    for name, (seconds, bits) in curves.items():
        color, marker, line = _style(name)
        style = {"color": COLORS[color], "marker": marker, "markersize": 3.5, "ls": line}
        ax.plot(seconds, bits, lw=0.9 if name.endswith("updates") else 1.8, label=name, **style)
    ax.axhline(best, color=_GRAY, lw=1.4, ls="--", label="best order, counted")
    ax.set(xscale="log", xlabel="CPU seconds of training", ylabel="validation bits per character")
    ax.set(xlim=(1, None), ylim=(1.4, 4.2))
    fig.legend(loc="outside upper left", ncols=2)
    return fig


@styled
def plot_counts_against_ratio(times: Sequence[int], ratios: Mapping[str, Sequence]) -> Figure:
    """Draw how often runs come, over what the ratio of counts says, by how often they were counted.

    Args:
        times: The least count of each group.
        ratios: By kind of symbol, what comes, as a share of what is expected.
    """
    fig, (ax,) = figure(height=2.8)
    ax.axhline(1, color=COLORS["gray"], ls=":")
    styles = {"words": ("o", "-"), "characters": ("D", "--")}
    for name, shares in ratios.items():
        marker, line = styles[name]
        ax.plot(times, shares, color=_GRAY, marker=marker, ls=line, label=name)
    ax.set(xscale="log", xlabel="times a run of three was counted", ylim=(0, 1.1))
    ax.set(ylabel="came, over expected")
    ax.set_xticks(times, map(str, times))
    ax.minorticks_off()
    ax.legend(loc="lower right")
    return fig
