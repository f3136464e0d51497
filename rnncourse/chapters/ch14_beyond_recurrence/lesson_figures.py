"""The drawings of chapter 14's lesson.

One color a role, in every drawing: orange asks (query), blue is looked at (key, and the weights),
green is what is handed over (value), pink is the feed-forward network. The ink of the page is what
flows past all of them, the residual stream. In `exact` gray is one vector.
"""

from collections.abc import Mapping, Sequence

import numpy as np
from jaxtyping import Float

from rnncourse.viz.diagrams import INK, Place, color_of, node
from rnncourse.viz.figures import COLORS, Axes, Figure, figure, shades, styled

LOOKS = shades("blue")


def _arrow(ax: Axes, start: Place, end: Place, color: str = "", rad: float = 0, **more) -> None:
    """Draw an arrow from place to place, straight or bent."""
    style = {"arrowstyle": "-|>", "color": color_of(color), "lw": 1.2, "shrinkA": 0, "shrinkB": 0}
    style |= {"connectionstyle": f"arc3,rad={rad}", **more}
    ax.annotate("", end, start, arrowprops=style, zorder=1)


def _rgb(color: str) -> tuple[float, float, float]:
    """The three parts of a color, from 0 to 1."""
    return tuple(int(COLORS[color][i : i + 2], 16) / 255 for i in (1, 3, 5))


def _bare(ax: Axes, x: Place, y: Place) -> None:
    ax.axis("off")
    ax.set(xlim=x, ylim=y)


@styled
def two_ways(words: Sequence[str], first: int) -> Figure:
    """Draw how a word reaches the last one: handed on, state by state, or fetched.

    Args:
        words: What has been read; the last one is where the next word is written.
        first: The place of the word that is needed there.
    """
    fig, axes = figure(2, height=3.5, stacked=True)
    last = len(words) - 1
    for ax, title in zip(axes, ("recurrence: handed on", "attention: fetched"), strict=True):
        recurs = ax is axes[0]
        _bare(ax, (-0.7, last + 2.2), (-0.6, 2.25 if recurs else 2.6))
        ax.set_title(title)
        for t, word in enumerate(words):
            chosen = "blue" if t == first else "orange" if t == last else ""
            ax.text(t, -0.25, word, ha="center", va="center")
            ax.plot(t, 1, "o", ms=15, mfc="none", mec=color_of(chosen), mew=1.4, zorder=2)
            _arrow(ax, (t, 0.05), (t, 0.68))
            if recurs and t:
                on = t > first
                _arrow(ax, (t - 0.76, 1), (t - 0.24, 1), "green" if on else "", lw=2.4 if on else 1)
        if not recurs:
            _arrow(ax, (first, 1.36), (last - 0.12, 1.36), "green", rad=-0.32, lw=2.4)
        _arrow(ax, (last + 0.26, 1), (last + 0.8, 1))
        ax.text(last + 0.95, 1, "vierzig", va="center", weight="bold")
    return fig


@styled
def head(words: Sequence[str], weights: Sequence[float]) -> Figure:
    """Draw one look of a head: a query meets the keys, and fetches the values.

    Args:
        words: The last one asks.
        weights: Of the look, one a word.
    """
    fig, (ax,) = figure(height=3.9)
    last = len(words) - 1
    _bare(ax, (-1.6, last + 2.3), (-0.6, 6.3))
    for y, name in ((1.3, "keys"), (2.75, "weights"), (4.5, "values")):
        ax.text(-1.55, y, name, va="center")
    ax.text(-1.55, 5.95, "output", va="center")
    for t, (word, weight) in enumerate(zip(words, weights, strict=True)):
        ax.text(t, -0.2, word, ha="center", va="center")
        _arrow(ax, (t, 0.1), (t, 0.9))
        node(ax, (t, 1.3), f"$k_{t + 1}$", "blue", (0.62, 0.7))
        ax.bar(t, 1.25 * weight, 0.5, bottom=2.25, color=color_of("blue"), zorder=2)
        ax.plot([t - 0.32, t + 0.32], [2.25, 2.25], color=color_of("blue"), lw=1)
        above = 2.25 + 1.25 * weight + 0.22
        ax.text(t, above, f"{weight:.2f}", ha="center", va="center", fontsize=8)
        ax.text(t, 3.9, "×", ha="center", va="center")
        node(ax, (t, 4.5), f"$v_{t + 1}$", "green", (0.62, 0.7))
        ax.plot([t, last / 2], [4.9, 5.6], color=color_of("green"), lw=0.6 + 4 * weight, zorder=1)
    node(ax, (last / 2, 5.95), "sum", "green", (0.9, 0.62))
    asks = last + 1.25
    node(ax, (asks, 0.9), f"$q_{last + 1}$", "orange", (0.62, 0.7))
    ax.text(asks + 0.4, 0.9, "query", va="center")
    _arrow(ax, (last + 0.3, -0.2), (asks, 0.5), "orange", rad=0.3)
    ax.plot([0, asks, asks], [1.95, 1.95, 1.28], color=color_of("orange"), lw=1.2, zorder=1)
    for t in range(len(words)):
        _arrow(ax, (t, 1.95), (t, 1.67), "orange", mutation_scale=8)
    return fig


@styled
def clocks(
    places: Sequence[int], speeds: Sequence[float], pairs: Sequence[tuple[int, int]]
) -> Figure:
    """Draw rotary positions as hands of clocks.

    Args:
        places: Of the words.
        speeds: Radians a place, a row of clocks for each.
        pairs: A key's place and a query's, which are colored.
    """
    fig, (ax,) = figure(height=2.3)
    _bare(ax, (-2.1, len(places) - 0.4), (-0.7, 1.2 * len(speeds) - 0.1))
    keys, queries = zip(*pairs, strict=True)
    for row, (speed, name) in enumerate(zip(speeds, ("fast", "slow"), strict=True)):
        y = 1.2 * (len(speeds) - 1 - row) + 0.45
        ax.text(-2.05, y, f"pair {row + 1}, {name}", va="center")
        for t in places:
            angle = np.pi / 2 - speed * t
            color = "orange" if t in queries else "blue" if t in keys else ""
            ax.plot(t, y, "o", ms=29, mfc="none", mec=color_of(color or "gray"), mew=1, zorder=2)
            tip = (t + 0.29 * np.cos(angle), y + 0.3 * np.sin(angle))
            _arrow(ax, (t, y), tip, color, lw=2 if color else 1.2)
    ax.text(-2.05, -0.5, "place", va="center")
    for t in places:
        ax.text(t, -0.5, str(t), ha="center", va="center")
    return fig


@styled
def block() -> Figure:
    """Draw the model on the left, and what is inside of a block on the right."""
    fig, (left, ax) = figure(2, height=4.9, width_ratios=(1, 2.1))
    _bare(left, (-1.7, 1.7), (-0.8, 9.6))
    names = ["embedding", "block 1", "block 2", "norm", "head"]
    for i, name in enumerate(names):
        y = 0.9 + 1.75 * i
        node(left, (0, y), name, "" if "block" not in name else "gray", (2.5, 0.95))
        _arrow(left, (0, y + 0.52), (0, y + 1.2 if i < 4 else y + 1.15))
    _arrow(left, (0, -0.2), (0, 0.4))
    left.text(0, -0.5, "words", ha="center", va="center")
    left.text(0, 9.45, "next word?", ha="center", va="center")
    _bare(ax, (-3.3, 3.9), (-0.8, 9.6))
    stream = -2.4
    ax.plot([stream, stream], [-0.5, 9.0], color=INK, lw=3, zorder=1)
    _arrow(ax, (stream, 8.8), (stream, 9.4), lw=3, mutation_scale=16)
    ax.text(stream - 0.35, 2.2, "residual stream  $x$", rotation=90, ha="center", va="center")
    parts = [
        (0.35, [("norm1", "", 0.35), ("", "", 1.55), ("attention", "blue", 2.75)]),
        (5.6, [("norm2", "", 5.6), ("mlp", "pink", 6.85)]),
    ]
    for out, back in ((0.35, 4.4), (5.6, 8.1)):
        ax.plot([stream, 0.6], [out - 0.55, out - 0.55], color=INK, lw=1.2, zorder=1)
        _arrow(ax, (0.6, out - 0.55), (0.6, out - 0.28))
        ax.plot(stream, back, "o", ms=13, mfc="none", mec=INK, mew=0, zorder=2)
        _arrow(ax, (0.6, back), (stream + 0.2, back))
        ax.plot(stream, back, "o", ms=14, mfc=color_of("gray"), mec=INK, mew=1, zorder=3)
        ax.plot(stream, back, "+", color=INK, ms=8, zorder=4)
    for _, boxes in parts:
        for name, color, y in boxes:
            if name:
                node(ax, (0.6, y), name, color, (2.6, 0.62))
    for x, name, color in ((-0.4, "$q$", "orange"), (0.6, "$k$", "blue"), (1.6, "$v$", "green")):
        _arrow(ax, (0.6, 0.68), (x, 1.2))
        node(ax, (x, 1.55), name, color, (0.62, 0.62))
        _arrow(ax, (x, 1.9), (x, 2.42), color)
    _arrow(ax, (0.6, 3.08), (0.6, 3.3))
    node(ax, (0.6, 3.62), "out_proj", "", (2.6, 0.6))
    ax.plot([0.6, 0.6], [3.93, 4.4], color=INK, lw=1.2, zorder=1)
    _arrow(ax, (0.6, 5.93), (0.6, 6.5))
    ax.plot([0.6, 0.6], [7.18, 8.1], color=INK, lw=1.2, zorder=1)
    for y, words in (
        (1.55, "qkv: one matrix\nmakes all three"),
        (2.75, "heads side by side;\nwords exchange"),
        (6.85, "each word\nfor itself"),
    ):
        ax.text(2.15, y, words, va="center", fontsize=8)
    return fig


@styled
def exact(curves: Mapping[str, tuple[str, str, str, Mapping[int, float]]]) -> Figure:
    """Draw what is translated without a mistake, by the numbers in a list.

    Args:
        curves: By name in the legend: color, marker, line, and the share for each length.
    """
    fig, (ax,) = figure(height=3.0)
    for name, (color, marker, line, shares) in curves.items():
        look = {"color": color_of(color), "marker": marker, "ls": line, "label": name}
        ax.plot(*zip(*shares.items(), strict=True), **look)
    ax.set_xticks(sorted({k for *_, shares in curves.values() for k in shares}))
    ax.set(xlabel="numbers in the list", ylabel="translated without a mistake", ylim=(-0.03, 1.05))
    fig.legend(loc="outside upper left", ncols=2)
    return fig


@styled
def heads(points: Sequence[float], left: Sequence[float], blocks: Sequence[int]) -> Figure:
    """Draw what each head points at, and what is left without it.

    Args:
        points: How often it gives most of its weight to the word that says the same.
        left: Lists that are still right when it is off.
        blocks: Where it stands, from 1.
    """
    fig, (ax,) = figure(height=2.9)
    for block, marker, color in ((1, "o", "gray"), (2, "s", "blue")):
        some = [(x, y) for x, y, b in zip(points, left, blocks, strict=True) if b == block]
        look = {"ls": "none", "color": color_of(color), "label": f"a head of block {block}"}
        ax.plot(*zip(*some, strict=True), marker, **look)
    ax.set(xlim=(-0.03, 1.05), ylim=(-0.05, 1.05))
    ax.set(xlabel="points at the word that says the same", ylabel="right without it")
    fig.legend(loc="outside upper left", ncols=2)
    return fig


@styled
def one_head(
    weights: Float[np.ndarray, "T S"],
    read: Sequence[str],
    written: Sequence[str],
    truth: Sequence[int],
) -> Figure:
    """Draw where a head of a trained transformer looks while it writes.

    Args:
        weights: A row for each word about to be written.
        read: The words that can be looked at.
        written: The words that are about to be written.
        truth: For each of these, which word says the same.
    """
    fig, (ax,) = figure(height=3.8)
    ax.imshow(weights, cmap=LOOKS, vmin=0, vmax=1, aspect="auto", interpolation="none")
    style = {"facecolors": "none", "edgecolors": COLORS["orange"], "linewidths": 1.6}
    ax.scatter(truth, range(len(truth)), s=70, label="says the same", **style)
    ax.set_xticks(range(len(read)), read, rotation=90)
    ax.set_yticks(range(len(written)), written)
    ax.set(xlabel="looks at", ylabel="about to write")
    ax.grid(False)
    fig.legend(loc="outside upper left")
    return fig


@styled
def who_looks(patterns: Sequence[tuple[str, Sequence[str], Sequence[str], bool]]) -> Figure:
    """Draw who may look at whom, a grid for each kind of attention.

    Args:
        patterns: Name, the words that ask, the words that are looked at, and whether later words
            are hidden.
    """
    fig, axes = figure(len(patterns), height=2.6)
    for ax, (name, asks, seen, causal) in zip(axes, patterns, strict=True):
        ax.set_title(name)
        ax.grid(False)
        for t in range(len(asks)):
            for s in range(len(seen)):
                free = s <= t or not causal
                look = {"fc": (*_rgb("blue"), 0.45) if free else "none", "ec": color_of("gray")}
                ax.bar(s, 1, 1, t - 0.5, lw=0.8, **look)
        ax.set(xlim=(-0.55, len(seen) - 0.45), ylim=(len(asks) - 0.45, -0.55), aspect="equal")
        ax.set_xticks(range(len(seen)), seen, rotation=45)
        ax.set_yticks(range(len(asks)), asks)
        ax.tick_params(length=0)
        ax.spines[:].set_visible(False)
    return fig


@styled
def games(pairs: Sequence[tuple[str, int]], asked: int, bits: Sequence[int]) -> Figure:
    """Draw two games of memory: a list in which one looks up, and a switch that is turned.

    Args:
        pairs: What is told: a name, and its number.
        asked: The place of the pair whose name comes again.
        bits: Of the switch; each 1 turns it.
    """
    fig, axes = figure(2, height=3.9, stacked=True)
    last, odd = len(pairs), np.cumsum(bits) % 2
    ax = axes[0]
    _bare(ax, (-0.6, last + 1.9), (-0.5, 1.9))
    ax.set_title("recall: which number was it?")
    for t, (name, number) in enumerate(pairs):
        node(ax, (t, 0.4), f"{name} {number}", "blue" if t == asked else "", (0.84, 0.6))
    node(ax, (last + 0.3, 0.4), f"{pairs[asked][0]} ?", "orange", (0.84, 0.6))
    _arrow(ax, (last + 0.3, 0.78), (asked, 0.78), "orange", rad=0.25)
    ax.text(last + 0.95, 0.4, f"→ {pairs[asked][1]}", va="center", weight="bold")
    ax = axes[1]
    _bare(ax, (-0.6, len(bits) + 1.0), (-1.0, 1.9))
    ax.set_title("parity: is the number of ones so far odd?")
    for t, (bit, state) in enumerate(zip(bits, odd, strict=True)):
        ax.text(t, -0.7, str(bit), ha="center", va="center", weight="bold" if bit else "normal")
        ax.plot(t, 1.2 * state, "o", ms=13, mfc="none", mec=color_of("blue"), mew=1.4)
        if t:
            before = 1.2 * odd[t - 1]
            turned = bits[t] == 1
            x, y = (0.2, 0.22 * np.sign(state - odd[t - 1])) if turned else (0.24, 0)
            wide = 2.2 if turned else 0.9
            _arrow(ax, (t - 1 + x, before + y), (t - x, 1.2 * state - y), "blue", lw=wide)
    for y, word in ((0, "even"), (1.2, "odd")):
        ax.text(len(bits) - 0.3, y, word, va="center")
    return fig
