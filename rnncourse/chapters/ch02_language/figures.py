"""The figures of the chapter on language models."""

from collections.abc import Mapping, Sequence

import numpy as np
from matplotlib.colors import to_rgb
from matplotlib.figure import Figure

from rnncourse.chapters.ch02_language.brackets import BINS, wilson_interval
from rnncourse.viz.figures import COLORS, figure, styled

_STYLES = [("pink", "D"), ("green", "^"), ("orange", "o"), ("blue", "s"), ("gray", "v")]


@styled
def skyline(text: str, bits: Mapping[str, Sequence | np.ndarray]) -> Figure:
    """Draw the surprise at every character of a text: one bar a character, one color a model.

    Args:
        text: The characters, about 60 at most.
        bits: For each model's name, the bits of every character; the first lies behind.
    """
    fig, (ax,) = figure(height=2.6)
    places = np.arange(len(text))
    styles = [(COLORS["gray"], 0.45, 0.9), (COLORS["blue"], 1.0, 0.5)]
    for (name, values), (color, alpha, width) in zip(bits.items(), styles, strict=True):
        ax.bar(places, values, width, color=color, alpha=alpha, label=name)
    ax.set_xticks(places, [c if c != " " else "\N{OPEN BOX}" for c in text], family="monospace")
    ax.tick_params(axis="x", length=0)
    highest = max(max(values) for values in bits.values())
    ax.set(ylabel="surprise (bits)", xlim=(-0.7, len(text) - 0.3), ylim=(0, 1.15 * highest))
    ax.legend(loc="upper right", ncols=2)
    return fig


@styled
def orders(bits: Mapping[str, np.ndarray]) -> Figure:
    """Draw bits per character against order: a line a smoothing, a band over the splits.

    Args:
        bits: For each smoothing, an array of splits by orders.
    """
    fig, (ax,) = figure(height=3.6)
    palette = [COLORS[c] for c in ("gray", "pink", "orange", "green", "blue")]
    markers = "sDo^v"
    for (name, values), color, marker in zip(bits.items(), palette, markers, strict=True):
        order = np.arange(1, values.shape[1] + 1)
        mean = values.mean(0)
        ax.fill_between(order, values.min(0), values.max(0), color=color, alpha=0.25, lw=0)
        ax.plot(order, mean, color=color, marker=marker, label=name)
    ax.set(xlabel="order n (context: n − 1 characters)", ylabel="held-out bits per character")
    ax.set(ylim=(1.5, 4.9), xticks=order)
    ax.legend(loc="upper center", ncols=2)
    return fig


@styled
def new_contexts(lengths: Sequence, shares: np.ndarray) -> Figure:
    """Draw the share of held-out contexts that were never seen, against their length."""
    fig, (ax,) = figure(height=2.6)
    ax.plot(lengths, 100 * shares.T, color=COLORS["blue"], marker="o")
    ax.set(xlabel="characters of context", ylabel="never seen in training (%)")
    ax.set(ylim=(-3, 103), xlim=(0, max(lengths) + 1), xticks=lengths)
    return fig


@styled
def brackets(rates: Mapping[str, Sequence | np.ndarray], counts: np.ndarray) -> Figure:
    """Draw how often the closing bracket is the likeliest character, by distance.

    Args:
        rates: By model, up to three: the share in each bin of distance.
        counts: Number of brackets in each bin, for the intervals.
    """
    fig, (ax,) = figure(height=3.0)
    places = np.arange(len(BINS))
    styles = (-0.12, "orange", "D"), (0, "green", "^"), (0.12, "blue", "o")
    for (name, rate), (shift, color, marker) in zip(rates.items(), styles, strict=True):
        rate = np.asarray(rate)
        ends = [wilson_interval(r * n, int(n)) for r, n in zip(rate, counts, strict=True)]
        errors = np.abs(np.array(ends).T - rate)
        style = {"color": COLORS[color], "marker": marker, "label": name}
        ax.errorbar(places + shift, 100 * rate, 100 * errors, lw=1.4, capsize=2, **style)
    ax.set_xticks(
        places, [f"{a}–{b}\nn = {int(n)}" for (a, b), n in zip(BINS, counts, strict=True)]
    )
    ax.set(xlabel="characters since the opening bracket", ylabel="closed by the model (%)")
    ax.set(ylim=(-2, 75))
    ax.legend()
    return fig


@styled
def bigrams(probs: np.ndarray, characters: str) -> Figure:
    """Draw P(next | previous) as a square of tiles: the darker, the likelier.

    Args:
        probs: One row a previous character, one column a next one.
        characters: Their names, in order.
    """
    fig, (ax,) = figure(height=5.6)
    tiles = np.zeros((*probs.shape, 4))
    tiles[..., :3] = to_rgb(COLORS["blue"])
    tiles[..., 3] = np.sqrt(probs)  # so that small probabilities show too
    ax.imshow(tiles, interpolation="none", aspect="auto")
    names = [c if c != " " else "\N{OPEN BOX}" for c in characters]
    ax.set_xticks(range(len(names)), names)
    ax.set_yticks(range(len(names)), names)
    ax.tick_params(length=0)
    ax.grid(False)
    ax.set(xlabel="next character", ylabel="previous character")
    return fig


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
