"""The figures of lesson 11.

Gray is what is read, blue the state, the page's ink what is written.
"""

from collections.abc import Mapping, Sequence

import numpy as np

from rnncourse.viz.diagrams import INK, arrow, canvas, canvas_at, chain, get_color, node
from rnncourse.viz.figures import COLORS, Figure, figure, styled

LENGTHS = ["1–4", "5", "6", "7", "8", "9", "10", "11–12", "13+"]


@styled
def draw_ough_words(words: Mapping[str, Sequence[str]]) -> Figure:
    """Draw words letter by letter, the four letters in common marked, and what they say.

    Args:
        words: By word: the codes of the sounds before, of the ending's sounds, and the ending in
            plain letters.
    """
    fig, (ax,) = canvas(12.0, 0.78 * len(words) + 0.1, low=(-0.45, -0.78 * len(words) + 0.4))
    for row, (word, (before, ending, plain)) in enumerate(words.items()):
        y, left = -0.78 * row, 4 - word.index("ough")
        for n, letter in enumerate(word):
            node(ax, (0.82 * (left + n), y), letter, "input", (0.62, 0.56))
        arrow(ax, (6.3, y), (6.9, y))
        ax.text(8.75, y, before, ha="right", va="center", fontsize=10)
        ax.text(9.12, y, ending, va="center", fontsize=11, fontweight="bold")
        ax.text(10.5, y, f"“{plain}”", va="center", fontsize=10)
    for left, end in ((2.87, 6.15), (8.96, 10.3)):  # the letters, and what becomes of them
        xs, ys = [left, end, end, left, left], [0.36, 0.36, y - 0.36, y - 0.36, 0.36]
        ax.plot(xs, ys, "--", color=INK, lw=1)
    return fig


def _draw_decoder(ax, x, y, inputs, outputs, dashed=(), step=1.32):
    """Draw a decoder's steps: what it hears below, what it says above."""
    names = [f"$s_{n + 1}$" for n in range(len(outputs))]
    size = (step - 0.18, 0.52)
    chain(ax, (x, y), names, inputs, step=step, size=size)
    for n, output in enumerate(outputs):
        x_n = x + step * n
        arrow(ax, (x_n, y + 0.3), (x_n, y + 0.77))
        node(ax, (x_n, y + 1.05), output, "output", size)
        if n in dashed:
            xs = x_n + 0.68 * np.array([-1, 1, 1, -1, -1])
            ax.plot(xs, y + np.array([0.7, 0.7, 1.4, 1.4, 0.7]), "--", color=INK, lw=1.2)


@styled
def draw_two_networks(word: str, sounds: Sequence[str]) -> Figure:
    """Draw encoder and decoder, and the one vector between them."""
    step, height = 1.48, 3.75
    encoder, decoder = len(word) + 0.7, step * len(sounds) + 0.6  # a phone: one below the other
    boxes = [(0, 0, encoder, height), (encoder, 0, decoder, height)]
    fig, (left, right) = canvas_at(encoder + decoder, height, boxes)
    first, y, start = 0.45, 2.05, step / 2 + 0.53
    chain(left, (first, y), [f"$h_{n + 1}$" for n in range(len(word))], word)
    _draw_decoder(right, start, y, ["<begin>", *sounds[:-1]], sounds, step=step)
    last = first + len(word) - 1
    left.plot(
        [last + 0.3, encoder], [y, y], color=get_color("state"), lw=4.5, solid_capstyle="butt"
    )
    arrow(right, (0, y), (start - 0.3, y), "state", width=4.5)
    left.text(encoder, y + 0.38, "one vector", ha="right", fontsize=10, fontweight="bold")
    labels = (
        (left, (first + last) / 2, "encoder reads"),
        (right, start + step / 2 * (len(sounds) - 1), "decoder speaks"),
    )
    for ax, x, text in labels:
        ax.text(x, y - 1.75, text, ha="center", fontsize=10)
    return fig


@styled
def draw_forced_and_free() -> Figure:
    """Draw one decoder twice: teacher-forced, and free-running."""
    titles = ("in training: teacher forcing", "in use: reads what it said")
    boxes = [(0, 0, 5.7, 3.5), (6.3, 0, 5.7, 3.5)]
    fig, (forced_ax, free_ax) = canvas_at(12.0, 3.5, boxes, titles)
    truth, generated = ["<begin>", "T", "AH", "F"], ["<begin>", "T", "AO", "…"]
    _draw_decoder(forced_ax, 0.62, 1.4, truth, ["T", "AO", "F", "<end>"], dashed=[1])
    _draw_decoder(free_ax, 0.62, 1.4, generated, ["T", "AO", "…", "…"], dashed=[1])
    for n in range(3):
        x = 0.62 + 1.32 * n
        arrow(free_ax, (x + 0.45, 2.16), (x + 0.98, 0.64), bend=0.0)
    return fig


@styled
def draw_search_tree() -> Figure:
    """Draw a tree in which the likelier first sound leads to less likely words."""
    fig, (ax,) = canvas(9.2, 3.5, low=(-0.9, -1.75))
    nodes = {
        "start": (0.1, 0, "<begin>"),
        "a": (2.75, 0.8, "OW"),
        "b": (2.75, -0.8, "W"),
        "a1": (4.9, 1.3, "N"),
        "a2": (4.9, 0.4, "N IY"),
        "b1": (4.9, -0.5, "AH N"),
        "b2": (4.9, -1.4, "AA N"),
    }
    edges = [
        ("start", "a", 0.6, 0.3),
        ("start", "b", 0.4, -0.38),
        ("a", "a1", 0.5, 0.2),
        ("a", "a2", 0.5, -0.2),
        ("b", "b1", 0.9, 0.2),
        ("b", "b2", 0.1, -0.22),
    ]
    widths = {key: 1.9 if key == "start" else 1.1 for key in nodes}
    for key, (x, y, text) in nodes.items():
        role = "input" if key == "start" else "output"
        node(ax, (x, y), text, role, (widths[key], 0.52))
    for a, b, p, above in edges:
        (x, y, _), (u, v, _) = nodes[a], nodes[b]
        arrow(
            ax,
            (x + widths[a] / 2, y),
            (u - 0.57, v),
            text=f"{p:g}",
            above=above,
            width=0.6 + 2.4 * p,
        )
    for key, text in {
        "a1": "0.6 × 0.5 = 0.30",
        "a2": "0.6 × 0.5 = 0.30",
        "b1": "0.4 × 0.9 = 0.36",
        "b2": "0.4 × 0.1 = 0.04",
    }.items():
        x, y, _ = nodes[key]
        weight = "bold" if key == "b1" else "normal"
        ax.text(x + 0.8, y, text, va="center", fontsize=10, fontweight=weight)
    return fig


@styled
def plot_errors_by_length(seeds: Sequence[Sequence[float]], rival: Sequence[float]) -> Figure:
    """Draw the share of wrong sounds against the number of letters.

    Args:
        seeds: Of each of the lesson's networks, by length.
        rival: Of letters with their neighbors, counted.
    """
    fig, (ax,) = figure(height=3.1)
    xs = range(len(LENGTHS))
    name, rival_name = "the lesson's networks", "neighbors, counted"
    for n, errors in enumerate(seeds):
        label = f"_seed {n}" if n else name
        ax.plot(xs, errors, color=COLORS["blue"], lw=1.3, marker="o", label=label)
    ax.plot(xs, rival, color=COLORS["gray"], marker="^", label=rival_name)
    ax.text(xs[-1] - 0.7, seeds[0][-1], name, ha="right", va="center", weight="bold")
    ax.text(xs[-1], rival[-1] + 5.5, rival_name, ha="right", va="center")
    ax.set_xticks(list(xs), LENGTHS)
    ax.set(xlabel="letters in the word", ylabel="wrong sounds in 100", ylim=(0, None))
    ax.yaxis.labelpad = 6  # its letters grow on a phone
    return fig


@styled
def plot_errors_by_place(
    forward: Sequence[Sequence[float]], backward: Sequence[Sequence[float]]
) -> Figure:
    """Draw how often each sound of a word of eight is not the likeliest, a line a seed."""
    fig, (ax,) = figure(height=3.6)
    for runs, color, line, marker, name, place in (
        (forward, COLORS["gray"], "-", "o", "read forward", (7.3, np.max(forward) - 3)),
        (backward, INK, "--", "s", "read backward", (4.9, np.min(backward, 0)[4:6].min() - 3)),
    ):
        for n, errors in enumerate(runs):
            label = f"_{name} {n}" if n else name
            style = {"color": color, "mfc": "none", "ls": line, "marker": marker, "lw": 1.3}
            ax.plot(range(1, 10), errors, label=label, **style)
        ax.text(*place, name, ha="center", va="center", weight="bold" if color == INK else None)
    ax.set_xticks(range(1, 10), [*map(str, range(1, 9)), "end"])
    ax.set(xlabel="place of the sound", ylabel="wrong sounds in 100", ylim=(0, None))
    ax.yaxis.labelpad = 6  # its letters grow on a phone
    return fig
