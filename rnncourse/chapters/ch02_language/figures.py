"""The figures of the chapter on language models."""

from collections.abc import Mapping, Sequence

import numpy as np
from matplotlib.colors import LinearSegmentedColormap, PowerNorm, to_rgba
from matplotlib.figure import Figure

from rnncourse.chapters.ch02_language.brackets import BINS, wilson_interval
from rnncourse.viz.figures import COLORS, figure, styled

_COUNTS, _NETWORK = COLORS["blue"], COLORS["orange"]
"""Of the best counts, and of the network that this page loads, in every figure."""
_MODELS = {  # by the beginning of a name, where models of several kinds meet
    "order 3": ("gray", "D"),
    "order 5": ("pink", "^"),
    "order 9": ("blue", "o"),
    "tanh": ("gray", "D"),
    "LSTM": ("pink", "^"),
    "GRU, a": ("orange", "o"),
    "GRU of": ("orange", "s"),
    "larger": ("green", "v"),
}


@styled
def skyline(text: str, bits: Mapping[str, Sequence | np.ndarray]) -> Figure:
    """Draw the surprise at every character of a text: one bar a character, one color a model.

    Args:
        text: The characters, about 60 at most.
        bits: For each model's name, the bits of every character; the first lies behind.
    """
    fig, (ax,) = figure(height=2.6)
    places = np.arange(len(text))
    gray, blue = COLORS["gray"], _COUNTS
    styles = [(0.86, to_rgba(gray, 0.25), gray), (0.5, blue, blue)]
    for (name, values), (width, face, edge) in zip(bits.items(), styles, strict=True):
        ax.bar(places, values, width, color=face, edgecolor=edge, linewidth=0.8, label=name)
    ax.set_xticks(places, [c if c != " " else "\N{OPEN BOX}" for c in text], family="monospace")
    ax.tick_params(axis="x", length=0)
    highest = max(max(values) for values in bits.values())
    ax.set(ylabel="surprise (bits)", xlim=(-0.7, len(text) - 0.3), ylim=(0, 1.05 * highest))
    fig.legend(loc="outside upper left", ncols=2)
    return fig


@styled
def orders(bits: Mapping[str, np.ndarray]) -> Figure:
    """Draw bits per character against order: a line a smoothing, a band over the splits.

    Args:
        bits: For each smoothing, an array of splits by orders.
    """
    fig, (ax,) = figure(height=3.6)
    palette = [COLORS[c] for c in ("gray", "pink", "orange", "green", "blue")]
    markers = "sD^vo"
    for (name, values), color, marker in zip(bits.items(), palette, markers, strict=True):
        order = np.arange(1, values.shape[1] + 1)
        mean = values.mean(0)
        ax.fill_between(order, values.min(0), values.max(0), color=color, alpha=0.25, lw=0)
        ax.plot(order, mean, color=color, marker=marker, label=name)
    ax.set(xlabel="order n (context: n − 1 characters)", ylabel="held-out bits per character")
    ax.set(ylim=(1.5, 4.9), xticks=order)
    fig.legend(loc="outside upper left", ncols=3)
    return fig


@styled
def new_contexts(lengths: Sequence, shares: np.ndarray) -> Figure:
    """Draw the share of held-out contexts that were never seen, one line a split."""
    fig, (ax,) = figure(height=2.6)
    for split, share in enumerate(shares):
        ax.plot(lengths, 100 * share, color=_COUNTS, marker="o", label=f"split {split}")
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
    for (name, rate), shift in zip(rates.items(), (-0.12, 0, 0.12), strict=True):
        rate, (color, marker) = np.asarray(rate), _look(name)
        ends = [wilson_interval(r * n, int(n)) for r, n in zip(rate, counts, strict=True)]
        errors = np.abs(np.array(ends).T - rate)
        style = {"color": COLORS[color], "marker": marker, "label": name}
        ax.errorbar(places + shift, 100 * rate, 100 * errors, lw=1.4, capsize=2, **style)
    ax.set_xticks(
        places, [f"{a}–{b}\nn = {int(n)}" for (a, b), n in zip(BINS, counts, strict=True)]
    )
    ax.set(xlabel="characters since the opening bracket", ylabel="closed by the model (%)")
    ax.set(ylim=(-2, 68))
    fig.legend(loc="outside upper left", ncols=3)
    return fig


def _look(name: str) -> tuple[str, str]:
    """Color and marker of a model, by its name."""
    return next(look for start, look in _MODELS.items() if name.startswith(start))


@styled
def bigrams(probs: np.ndarray, characters: str) -> Figure:
    """Draw P(next | previous) as a square of tiles: the fuller, the likelier.

    Args:
        probs: One row a previous character, one column a next one.
        characters: Their names, in order.
    """
    fig, (ax,) = figure(height=5.6)
    fuller = LinearSegmentedColormap.from_list("fuller", [to_rgba(_COUNTS, a) for a in (0, 1)])
    norm = PowerNorm(0.5, 0, 1)  # so that small probabilities show too
    ax.imshow(probs, fuller, norm, interpolation="none", aspect="auto")
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
    ax.plot(np.arange(1, len(bits) + 1), bits, color=_NETWORK, lw=1.2, label="network")
    for name, value in references.items():
        ax.axhline(value, color=COLORS["gray"], lw=1, ls="--", label=name)
        ax.annotate(
            name, (1, value), (5, 0), ("axes fraction", "data"), "offset points", va="center"
        )
    ax.set(xlabel="updates", ylabel="bits per character", xlim=(0, len(bits)))
    return fig


@styled
def against_time(curves: Mapping[str, tuple[Sequence, Sequence]], line: float) -> Figure:
    """Draw validation bits against seconds of training, one curve a network.

    Args:
        curves: By name: seconds, and bits per character.
        line: Bits of order 9, drawn across.
    """
    fig, (ax,) = figure(height=3.4)
    for name, (seconds, bits) in curves.items():
        color, marker = _look(name)
        style = {"color": COLORS[color], "marker": marker, "markersize": 3.5}
        ax.plot(seconds, bits, lw=0.9 if name.endswith("minute") else 1.8, label=name, **style)
    ax.axhline(line, color=_COUNTS, lw=1.4, ls="--", label="order 9, counted")
    ax.set(xscale="log", xlabel="CPU seconds of training", ylabel="validation bits per character")
    ax.set(xlim=(1, None), ylim=(1.4, 4.2))
    fig.legend(loc="outside upper left", ncols=2)
    return fig
