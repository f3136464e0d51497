"""The figures of lessons 2 and 2b. Gray is an input, or counting; blue is a state, or a network."""

from collections.abc import Mapping, Sequence

import numpy as np

from rnncourse.chapters.ch02_language.figures import plot_character_bits
from rnncourse.viz import diagrams
from rnncourse.viz.diagrams import INK, arrow, canvas, node
from rnncourse.viz.figures import COLORS, Figure, figure, styled

_GRAY, _BLUE = COLORS["gray"], COLORS["blue"]
_STYLES = {  # by name: color, marker, line, filled
    "counts": (_GRAY, "o", "--", False),
    "counts that remember": (_GRAY, "o", "-", True),
    "network": (_BLUE, "s", "--", False),
    "network that remembers": (_BLUE, "s", "-", True),
    "both that remember": (INK, "D", "-", True),
}


_PLACES = {
    "counts that remember": (2e6, 1.515, "left"),
    "network": (1.3e6, 1.6, "left"),
    "network that remembers": (1.3e6, 1.42, "left"),
    "both that remember": (2.4e7, 1.355, "right"),
}
"""Where the names of curves and points stand, by their left or right end."""


def _style(name: str) -> dict:
    color, marker, line, filled = _STYLES[name]
    face = color if filled else "none"
    return {"color": color, "marker": marker, "ls": line, "mfc": face, "label": name}


def plot_cache_bits(text: str, plain: np.ndarray, remembering: np.ndarray) -> Figure:
    """Draw the bits of each character under a network, without a cache and with one.

    Args:
        text: The characters, about 60 at most.
        plain: Bits of each, under the network.
        remembering: The same with a cache.
    """
    bits = {"network": plain, "network that remembers": remembering}
    return plot_character_bits(text, bits, _BLUE)


def draw_unrolled(read: str, states: np.ndarray, chances: np.ndarray, letters: str) -> Figure:
    """Draw a network of three units, step by step, with its numbers.

    Args:
        read: The letters that it reads.
        states: A row a letter.
        chances: The probabilities of each next letter, a row a letter read.
        letters: What the columns of `chances` mean.
    """
    numbers = ["\n".join(f"{v:+.2f}" for v in h).replace("-", "−") for h in states]
    outputs = [f"{letters[p.argmax()]}  {100 * p.max():.0f} %" for p in chances]
    return diagrams.unrolled(read, numbers, outputs, (1, 1.25))


@styled
def draw_cache_matches(earlier: Sequence[str], now: str, length: int) -> Figure:
    """Draw a look-up in what was read: where the last characters stood, and what followed them.

    Args:
        earlier: Pieces of the text that begin with those characters, the oldest first.
        now: The end of what was read so far; its last characters are looked up.
        length: How many.
    """
    n_columns, rows = max(map(len, earlier)) + 3.6, len(earlier)
    fig, (ax,) = canvas(0.62 * n_columns, 0.9 * rows + 0.9, low=(-2.4, -0.9 * rows - 0.45))
    for row, piece in enumerate(earlier):
        ax.text(-0.55, -0.9 * row, "earlier", ha="right", va="center", fontsize=9)
        for n, letter in enumerate(piece):
            role = "input" if n < length else "output" if n == length else ""
            node(ax, (0.62 * n, -0.9 * row), letter.replace(" ", "\N{OPEN BOX}"), role, (0.5, 0.5))
    y, x = -0.9 * rows, 0.62 * length
    ax.text(-0.55, y, "now", ha="right", va="center", fontsize=9)
    for n, letter in enumerate(now[-length:]):
        node(ax, (0.62 * n, y), letter, "input", (0.5, 0.5))
    node(ax, (x, y), "?", "output", (0.5, 0.5))
    arrow(ax, (x, y + 0.62), (x, y + 0.28))
    followers = [piece[length] for piece in earlier]
    label = ", ".join(f"{c}: {followers.count(c)} of {rows}" for c in dict.fromkeys(followers))
    ax.text(x + 0.5, y, label, va="center", fontsize=10)
    return fig


@styled
def plot_bits_by_stored_numbers(
    n_stored: Sequence[float],
    bits_by_smoothing: Mapping[str, Sequence[float]],
    points_by_model: Mapping[str, tuple[float, float]],
) -> Figure:
    """Draw bits against stored numbers: of all orders of counting, and of other models.

    Args:
        n_stored: Counts that an order stores, with those below it; order 1 first.
        bits_by_smoothing: Bits of each order.
        points_by_model: Stored numbers and bits.
    """
    fig, (ax,) = figure(height=3.6)
    for name, bits in bits_by_smoothing.items():
        ax.plot(n_stored, bits, markersize=3, lw=1, **_style(name))
    for order in (5, 7, 9, 29):
        ax.annotate(
            f"counts, order {order}" if order == 5 else f"order {order}",
            (n_stored[order - 1], bits_by_smoothing["counts"][order - 1]),
            (4, 7),
            textcoords="offset points",
        )
    for name, (number, bits) in points_by_model.items():
        style = _style(name) | {"ls": "none", "markersize": 8}
        ax.plot([number], [bits], **style)
    ax.set(xscale="log", xlabel="numbers stored", ylabel="bits per character")
    ax.set(xlim=(1.5e5, 6e7), ylim=(1.3, 1.95))
    ax.set_xticks([1e6, 1e7], ["1 million", "10 million"])
    for name, (x, y, side) in _PLACES.items():
        ax.text(x, y, name, ha=side, va="center")
    return fig


@styled
def plot_new_words(bits_by_name: Mapping[str, Sequence[float]], counts: Sequence[int]) -> Figure:
    """Draw what a new word costs, the first time in its document, the second, and so on.

    Args:
        bits_by_name: By name, bits a letter at each time.
        counts: How many words come so often.
    """
    fig, (ax,) = figure(height=3.0)
    positions = np.arange(len(counts))
    for name, values in bits_by_name.items():
        ax.plot(positions, values, **_style(name))
    times = ("first time", "second", "third", "fourth")
    labels = [f"{time}\n{n} words" for time, n in zip(times, counts, strict=True)]
    ax.set_xticks(positions, labels)
    ax.set(ylabel="bits a letter", ylim=(0, 5), xlim=(-0.3, len(counts) - 0.7))
    fig.legend(loc="outside upper left", ncols=2)
    return fig


@styled
def plot_zipf(ranked: Sequence[int], words: Sequence[str]) -> Figure:
    """Draw how often words come, the most frequent first, and the line of Zipf's law.

    Args:
        ranked: How often each word comes, falling.
        words: The first few, to be named.
    """
    fig, (ax,) = figure(height=2.8)
    ranks = np.unique(np.geomspace(1, len(ranked), 200).astype(int))
    ax.plot(ranks, ranked[0] / ranks, color=INK, lw=1, ls="--")
    ax.plot(ranks, np.array(ranked)[ranks - 1], color=_GRAY, marker="o", markersize=3, ls="none")
    for n, word in enumerate(words, start=1):
        ax.annotate(word, (n, ranked[n - 1]), (6 * n - 8, 7), textcoords="offset points")
    ax.set(xscale="log", yscale="log", xlabel="rank of the word", ylabel="occurrences")
    ax.set_ylim(top=6 * ranked[0])
    for axis in (ax.xaxis, ax.yaxis):
        axis.set_major_formatter("{x:,.0f}")
    return fig


@styled
def draw_backoff_chain(
    contexts: Sequence[str], counts: Sequence[int], kinds: Sequence[int], chances: Sequence[float]
) -> Figure:
    """Draw a request that is passed from a context to the next shorter one.

    Args:
        contexts: The longest first.
        counts: How often each was seen.
        kinds: How many different characters came after it.
        chances: What each says of the character that is asked for.
    """
    step = 0.9
    fig, (ax,) = canvas(8.0, step * len(contexts) - 0.24, low=(-2.0, 0.58 - step * len(contexts)))
    rows = zip(contexts, counts, kinds, chances, strict=True)
    for n, (context, times, different, chance) in enumerate(rows):
        y, name = -step * n, context.replace(" ", "\N{OPEN BOX}") or "(none)"
        node(ax, (0, y), name, "input", (1.3, 0.58))
        ax.text(0.85, y, f"{times:,} times,\n{different} followed", va="center")
        node(ax, (3.9, y), f"1 in {float(f'{1 / chance:.2g}'):,.0f}", "output", (1.8, 0.58))
        if n:
            arrow(ax, (0, y + step - 0.31), (0, y + 0.31))
            arrow(ax, (3.9, y + 0.31), (3.9, y + step - 0.31))
    return fig
