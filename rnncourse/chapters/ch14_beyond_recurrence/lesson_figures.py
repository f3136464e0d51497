"""The drawings of lesson 14.

Gray is what is read, blue a state, purple attention: who asks, the weights, and what comes home.
Keys and values have the ink of the page, and so has what flows past all, the residual stream.
"""

from collections.abc import Mapping, Sequence

import numpy as np
from jaxtyping import Float

from rnncourse.viz import diagrams
from rnncourse.viz.diagrams import (
    INK,
    arrow,
    canvas,
    canvas_at,
    chain,
    fade_in_colormap,
    get_color,
    node,
    operation,
    polyline,
)
from rnncourse.viz.figures import COLORS, Axes, Figure, figure, styled

PURPLE = COLORS["purple"]


@styled
def draw_paths(words: Sequence[str], first: int) -> Figure:
    """Draw how a word reaches the last one: handed on, state by state, or fetched.

    Args:
        words: What has been read; the last one is where the next word is written.
        first: The place of the word that is needed there.
    """
    last = len(words) - 1
    titles, width = ("recurrence: handed on", "attention: fetched"), last + 2.9
    boxes = [(0, 2.75, width, 2.15), (0, 0, width, 2.4)]  # a phone's larger letters keep apart
    fig, axes = canvas_at(width, 4.9, boxes, titles)
    for ax, (*_, height) in zip(axes, boxes, strict=True):
        ax.set(xlim=(-0.6, width - 0.6), ylim=(-0.35, height - 0.35))
        states = [""] * len(words) if ax is axes[0] else []
        chain(ax, (0, 1), states, words, size=(0.88, 0.5))
        arrow(ax, (last + 0.3, 1), (last + 0.75, 1))
        node(ax, (last + 1.3, 1), "vierzig", "output", (1.0, 0.5))
    for t in range(len(words)):
        node(axes[1], (t, 1), "", "state")
        arrow(axes[1], (t, 0.22), (t, 0.7))
    for t in range(first, last):
        arrow(axes[0], (t + 0.29, 1), (t + 0.71, 1), "state", width=3)
    arrow(axes[1], (first, 1.32), (last - 0.05, 1.34), "attention", width=3, bend=-0.16)
    return fig


@styled
def draw_head(words: Sequence[str], weights: Sequence[float]) -> Figure:
    """Draw one look of a head: a query meets the keys, and fetches the values.

    Args:
        words: The last one asks.
        weights: Of the look, one a word.
    """
    last, step = len(words) - 1, 1.4
    query_x, middle = step * last + 1.5, step * last / 2
    fig, (ax,) = canvas(query_x + 2.4, 6.95, low=(-1.9, -0.35))
    heights = {"keys": 1.0, "scores": 1.8, "weights": 3.2, "values": 4.3, "output": 6.2}
    for name, y in heights.items():
        ax.text(-1.8, y, name, va="center")
    xs, product = [step * t for t in range(len(words))], 5.0
    for t, (x, word, weight) in enumerate(zip(xs, words, weights, strict=True), 1):
        node(ax, (x, 0), word, "input", (1.0, 0.5))
        arrow(ax, (x, 0.27), (x, 0.72))
        node(ax, (x, 1.0), f"$k_{t}$", "", (0.62, 0.52))
        arrow(ax, (x, 1.28), (x, 1.6), width=1)
        operation(ax, (x, 1.8), "·")
        arrow(ax, (x, 2.0), (x, 2.28), "attention", width=1)
        start = (x + step - 0.2, 1.8) if t <= last else (query_x, 1.8)  # the query, from the right
        arrow(ax, start, (x + 0.2, 1.8), "attention", width=1)
        value_x = x + 0.46  # the way from a word to its value passes behind the softmax
        ax.plot([value_x] * 2, [0.27, 2.3], color=get_color("input"), lw=1, zorder=1)
        arrow(ax, (value_x, 2.74), (value_x, 4.02), "input", width=1)
        node(ax, (value_x, 4.3), f"$v_{t}$", "", (0.56, 0.52))
        polyline(ax, [(value_x, 4.58), (value_x, product), (x + 0.2, product)], width=1)
        arrow(ax, (x, 3.36 + 1.1 * weight), (x, product - 0.2), "attention", width=1)
        operation(ax, (x, product), "×")
        end = (middle + 0.11 * (x - middle), 5.86)
        arrow(ax, (x, product + 0.2), end, "attention", width=0.6 + 4 * weight)
    node(ax, (middle, 2.52), "", "purple", (step * last + 1.4, 0.44))
    ax.text(middle, 2.52, "softmax", ha="center", va="center", fontsize=10)
    diagrams.attention_bars(ax, xs, 2.98, weights)
    node(ax, (middle, 6.2), "sum", "attention", (0.7, 0.7))
    node(ax, (query_x, 1.0), f"$q_{last + 1}$", "attention", (0.66, 0.66))
    ax.text(query_x, 2.02, "query", ha="center", va="center")
    arrow(ax, (step * last + 0.53, 0), (query_x, 0.64), "attention", bend=0.3)
    ax.plot([query_x, query_x], [1.34, 1.8], color=PURPLE, lw=1, zorder=1)
    return fig


@styled
def draw_clocks(
    positions: Sequence[int], frequencies: Sequence[float], pairs: Sequence[tuple[int, int]]
) -> Figure:
    """Draw rotary positions as hands of clocks.

    Args:
        positions: Of the words.
        frequencies: Radians a position, a row of clocks for each.
        pairs: The positions of a key and of a query, which are colored.
    """
    letters = {position: name for pair in pairs for position, name in zip(pair, "kq", strict=True)}
    top = 1.0 * (len(frequencies) - 1)
    fig, (ax,) = canvas(len(positions) + 2.0, top + 2.3, low=(-2.5, -1.05))
    ax.text(-2.4, -0.8, "place", va="center")
    for row, (speed, label) in enumerate(zip(frequencies, ("fast", "slow"), strict=True)):
        ax.text(-2.4, top - row, f"pair {row + 1}, {label}", va="center")
        for t in positions:
            role, center = "attention" if t in letters else "", (t, top - row)
            if t not in letters or letters[t] == "k":  # a query is filled
                ax.plot(*center, "o", ms=31, mfc="none", mec=get_color(role or "gray"), mew=1.3)
            else:
                node(ax, center, "", role, (0.68, 0.68))
            tip = (t + 0.29 * np.sin(speed * t), top - row + 0.29 * np.cos(speed * t))
            hand = {"lw": 2.6 if role else 1.3, "solid_capstyle": "round"}
            ax.plot(*zip(center, tip, strict=True), color=get_color(role), zorder=3, **hand)
    for t in positions:
        ax.text(t, -0.8, str(t), ha="center", va="center")
        if t in letters:
            ax.text(t, top + 0.72, f"${letters[t]}$", ha="center", va="center", fontsize=11)
    return fig


@styled
def draw_block() -> Figure:
    """Draw the model, and beside it, in a frame, what is inside of its blocks."""
    width, height, gap = 3.3, 7.2, 0.5
    node_end = 2.72  # of a node
    boxes = [(0, 0, node_end, height), (width + gap, 0, 11 - width - gap, height)]
    boxes.append((node_end, 0, width + gap - node_end, height))
    fig, (left, inside, between) = canvas_at(11, height, boxes)
    left.text(1.5, 0.22, "words", ha="center", va="center")
    arrow(left, (1.5, 0.42), (1.5, 0.8))
    for i, name in enumerate(("embedding", "block 1", "block 2", "norm", "head")):
        y = 1.14 + 1.23 * i
        node(left, (1.5, y), name, "purple" if "block" in name else "", (2.4, 0.64))
        arrow(left, (1.5, y + 0.34), (1.5, y + (0.89 if i < 4 else 0.7)))
    left.text(1.5, height - 0.22, "next word?", ha="center", va="center")
    low, top, end = 0.06, height - 0.06, boxes[1][2] - 0.04
    between.set_gid("link_1")  # block 1 in the large; of no use where it stands below
    for side, corner in ((2.07, low), (2.67, top)):
        between.plot([0, boxes[2][2] + 0.04], [side, corner], color=PURPLE, lw=0.8, clip_on=False)
    xs, ys = [0.04, end, end, 0.04, 0.04], [low, low, top, top, low]
    inside.fill(xs, ys, color=PURPLE, alpha=0.05, lw=0, zorder=0)
    inside.plot(xs, ys, color=PURPLE, lw=0.8, zorder=0)
    inside.text(end - 0.2, top - 0.3, "inside a block", ha="right", va="center", weight="bold")
    _draw_block_inside(inside, top)
    return fig


def _draw_block_inside(ax: Axes, top: float) -> None:
    """Draw a block: the residual stream up to `top`, and what leaves it and comes back."""
    stream, x = 0.9, 3.08  # a phone enlarges the notes at the right
    for low, high in ((0.1, 4.06), (4.42, 6.32)):
        ax.plot([stream, stream], [low, high], color=INK, lw=3, zorder=1)
    arrow(ax, (stream, 6.68), (stream, top), width=3)
    ax.text(stream - 0.42, 2.4, "residual stream  $x$", rotation=90, ha="center", va="center")
    for leaves, returns, low, high in ((0.5, 4.24, 0.77, 4.01), (4.64, 6.5, 4.89, 6.31)):
        polyline(ax, [(stream, leaves), (x, leaves), (x, low)], width=1.2)
        polyline(ax, [(x, high), (x, returns), (stream + 0.2, returns)], width=1.2)
        operation(ax, (stream, returns), "+")
    for name, role, y in (
        ("norm1", "", 1.05),
        ("attention", "purple", 2.88),
        ("out_proj", "", 3.72),
        ("norm2", "", 5.18),
        ("mlp", "", 6.02),
    ):
        node(ax, (x, y), name, role, (2.5, 0.56))
    for x_part, name, role in (
        (x - 0.95, "$q$", "attention"),
        (x, "$k$", ""),
        (x + 0.95, "$v$", ""),
    ):
        arrow(ax, (x, 1.33), (x_part, 1.68), width=1.2)
        node(ax, (x_part, 1.98), name, role)
        arrow(ax, (x_part, 2.27), (x_part, 2.59), role, width=1.2)
    arrow(ax, (x, 3.17), (x, 3.43), width=1.2)
    arrow(ax, (x, 5.47), (x, 5.73), width=1.2)
    for y, label in (
        (1.98, "qkv: one matrix\nmakes all three"),
        (2.88, "heads side by side;\nwords exchange"),
        (6.02, "each word\nfor itself"),
    ):
        ax.text(x + 1.5, y, label, va="center", fontsize=10)


@styled
def plot_exact_lists(curves: Mapping[str, tuple[str, str, str, Mapping[int, float]]]) -> Figure:
    """Draw what is translated without a mistake, by the numbers in a list.

    Args:
        curves: By name, which stands at the curve, from the highest to the lowest: color, marker,
            line, and the share for each length.
    """
    fig, (ax,) = figure(height=3.6)  # a phone grows its letters, with room
    places = (6.05, 92), (6.05, 82), (3.95, 55)
    for (name, (color, marker, line, shares)), place in zip(curves.items(), places, strict=True):
        style = {"color": get_color(color), "marker": marker, "ls": line, "mew": 1.4}
        if marker == "s":  # open and wide: a circle on its place is seen in it
            style |= {"mfc": "none", "ms": 9}
        ax.plot(list(shares), [100 * share for share in shares.values()], label=name, **style)
        ax.text(*place, name, ha="right", va="center", weight="bold")
    ax.set_xticks(sorted({k for *_, shares in curves.values() for k in shares}))
    ax.set(xlabel="numbers in the list", ylabel="without a mistake (%)", ylim=(-3, 105))
    return fig


@styled
def plot_heads(points: Sequence[float], left: Sequence[float], blocks: Sequence[int]) -> Figure:
    """Draw what each head points at, and what is left without it.

    Args:
        points: How often it gives most of its weight to the word that says the same.
        left: Lists that are still right when it is off.
        blocks: Where it stands, from 1.
    """
    fig, (ax,) = figure(height=2.9)
    for block, marker, fill, place, side in (
        (1, "o", "none", (9, 91), "left"),
        (2, "s", INK, (86, 95), "right"),
    ):
        in_block = [p for *p, b in zip(points, left, blocks, strict=True) if b == block]
        style = {"ls": "none", "color": INK, "mfc": fill, "mew": 1.4, "ms": 6}
        percent = 100 * np.transpose(in_block)
        ax.plot(*percent, marker, label=f"a head of block {block}", **style)
        ax.text(*place, f"heads of block {block}", ha=side, va="center")
    ax.set(xlim=(-3, 105), ylim=(-5, 105))
    ax.set(xlabel="points at the word that says the same (%)", ylabel="right without it (%)")
    return fig


@styled
def plot_one_head(
    weights: Float[np.ndarray, "T S"],
    read: Sequence[str],
    words: Sequence[str],
    truth: Sequence[int],
) -> Figure:
    """Draw where a head of a trained transformer looks while it writes.

    Args:
        weights: A row for each word about to be written.
        read: The words that can be looked at.
        words: The words that are about to be written.
        truth: For each of these, which word says the same.
    """
    fig, (ax,) = figure(height=3.9)
    fig.get_layout_engine().set(rect=(0.04, 0, 0.96, 1))  # room for a phone's larger letters
    ax.imshow(
        weights, cmap=fade_in_colormap(PURPLE), vmin=0, vmax=1, aspect="auto", interpolation="none"
    )
    style = {"facecolors": "none", "edgecolors": INK, "linewidths": 1.2}
    ax.scatter(truth, range(len(truth)), s=70, label="says the same", **style)
    ax.set_xticks(range(len(read)), read)
    ax.set_yticks(range(len(words)), words)
    for label in (*ax.get_xticklabels(), *ax.get_yticklabels()):
        label.set(size=13 if label.get_text() in ",-–" else 9)
    ax.get_xticklabels()[0].set_ha("right")  # long, and clear of the next
    ax.set(xlabel="looks at", ylabel="about to write")
    ax.grid(False)
    fig.legend(loc="outside upper left")
    return fig


@styled
def draw_attention_patterns(
    patterns: Sequence[tuple[str, Sequence[str], Sequence[str], bool]],
) -> Figure:
    """Draw who may look at whom, a grid for each kind of attention.

    Args:
        patterns: Name, the words that ask, the words that are looked at, and whether later words
            are hidden.
    """
    fig, axes = figure(len(patterns), height=1.75)  # on a phone two have room in a row
    for ax, (name, queries, keys, causal) in zip(axes, patterns, strict=True):
        ax.set_title(name)
        ax.grid(False)
        for t in range(len(queries)):
            for s in range(len(keys)):
                is_allowed = s <= t or not causal
                options = {"fc": (PURPLE, 0.45) if is_allowed else "none", "ec": COLORS["gray"]}
                ax.bar(s, 1, 1, t - 0.5, lw=0.8, **options)
        ax.set(xlim=(-0.55, len(keys) - 0.45), ylim=(len(queries) - 0.45, -0.55), aspect="equal")
        ax.set_xticks(range(len(keys)), keys, fontsize=8)
        for label in ax.get_xticklabels():
            label.set_rotation(0 if label.get_text() == "–" else 90)
        ax.set_yticks(range(len(queries)), queries)
        ax.tick_params(length=0)
        ax.spines[:].set_visible(False)
    return fig


@styled
def draw_memory_tasks(pairs: Sequence[tuple[str, int]], query: int, bits: Sequence[int]) -> Figure:
    """Draw two games of memory: a list in which one looks up, and a switch that is turned.

    Args:
        pairs: What is shown: a name, and its number.
        query: The place of the pair whose name comes again.
        bits: Of the switch; each 1 turns it.
    """
    titles = "recall: which number was it?", "parity: is the number of ones so far odd?"
    fig, (recall, switch) = canvas(len(bits) + 1.5, 2.6, 2, titles, low=(-0.7, -1.0))
    step, question = 1.46, 1.46 * len(pairs) + 0.3
    for t, (name, number) in enumerate(pairs):
        node(recall, (step * t, 0), f"{name} {number}", "input", (1.34, 0.6))
    node(recall, (question, 0), f"{pairs[query][0]} ?", "input", (1.2, 0.6))
    arrow(recall, (step * query, 0.34), (question, 0.34), "attention", bend=-0.25)
    recall.text(question + 0.8, 0, f"→ {pairs[query][1]}", va="center", weight="bold")
    odd = np.cumsum(bits) % 2
    for t, (bit, state) in enumerate(zip(bits, odd, strict=True)):
        node(switch, (t, -0.7), str(bit), "input", (0.44, 0.44))
        node(switch, (t, 1.1 * state), "", "state", (0.44, 0.44))
        if t:
            x, y = (0.25, 0.25 * (state - odd[t - 1])) if bit else (0.25, 0)
            ends = (t - 1 + x, 1.1 * odd[t - 1] + y), (t - x, 1.1 * state - y)
            arrow(switch, *ends, "state", width=2.2 if bit else 0.9)
    for y, word in ((0, "even"), (1.1, "odd")):
        switch.text(len(bits) - 0.6, y, word, va="center")
    return fig
