"""The figures of lesson 12.

Gray is what is read, blue a state, purple attention, orange a gradient, the page's ink what is
written.
"""

from collections.abc import Mapping, Sequence

import numpy as np

from rnncourse.viz import diagrams
from rnncourse.viz.diagrams import INK, arrow, canvas, canvas_at, chain, fade_in_colormap, node
from rnncourse.viz.figures import COLORS, Axes, Figure, figure, styled

LENGTHS = ["1–4", "5", "6", "7", "8", "9", "10", "11–12", "13+"]
GRAYS = fade_in_colormap(COLORS["gray"])
PURPLE = COLORS["purple"]
PURPLES = fade_in_colormap(PURPLE)


@styled
def draw_attention_step(
    word: str, before: Sequence[str], sound: str, weights: Sequence[float]
) -> Figure:
    """Draw one step of the decoder: its state asks all states of the encoder.

    Args:
        word: Is read in both directions.
        before: What the decoder has heard, the last of it at this step.
        sound: What it says at this step.
        weights: Attention weights, one a letter.
    """
    last, steps = len(word) - 1, len(before)
    start = last + 2.3
    fig, (ax,) = canvas(start + 1.35 * steps + 0.5, 6.0, low=(-0.8, -1.2))
    for n, letter in enumerate(word):
        node(ax, (n, -0.8), letter, "input")
        node(ax, (n, 0.1), f"$h_{n + 1}$", "state")
        arrow(ax, (n, -0.5), (n, -0.2))
        if n:
            arrow(ax, (n - 0.71, 0.17), (n - 0.29, 0.17), "state")
            arrow(ax, (n - 0.29, 0.03), (n - 0.71, 0.03), "state")
        bar_top, center = np.array([n, 1.4 + 1.1 * weights[n]]), np.array([last / 2, 3.75])
        edge = center + 0.36 * (bar_top - center) / np.linalg.norm(bar_top - center)
        arrow(ax, (n, 0.4), (n, 1.38), "attention", width=0.8)
        ax.plot(*zip(bar_top, edge, strict=True), color=PURPLE, lw=0.7 + 4 * weights[n], zorder=1)
    diagrams.attention_bars(ax, range(last + 1), 1.4, weights, below=True)
    node(ax, center, "$c$", "attention", (0.7, 0.7))
    ax.text(last / 2 - 0.55, 3.75, "context vector", ha="right", va="center")
    ax.text(-0.75, 2.55, "weights", va="center")
    names = [f"$s_{n + 1}$" for n in range(steps)]
    chain(ax, (start, 0.1), names, before, step=1.35, down=0.9, size=(1.24, 0.52))
    arrow(ax, (last + 0.3, 0.1), (start - 0.3, 0.1), "state", width=2.5)
    x = start + 1.35 * (steps - 1)
    ax.plot([0, x - 0.14, x - 0.14], [0.85, 0.85, 0.4], color=PURPLE, lw=1.4, zorder=1)
    ax.text((last + start) / 2, 1.02, "asks", ha="center", va="center")
    node(ax, (x, 2.5), r"$\tilde s$", "state")
    arrow(ax, (x + 0.1, 0.4), (x + 0.1, 2.2), "state")
    arrow(ax, (last / 2 + 0.37, 3.7), (x - 0.3, 2.6), "attention", width=2)
    arrow(ax, (x, 2.8), (x, 3.4))
    node(ax, (x, 3.7), sound, "output", (1.24, 0.52))
    return fig


def _draw_gradient_path(ax: Axes, word: str, steps: int, target: int, attends: bool) -> None:
    """Draw the gradient's way from the decoder's last step to one letter's state.

    The encoder of a network that attends reads in both directions.
    """
    start = len(word) + 0.6
    xs = [*range(len(word)), *(start + n for n in range(steps))]
    for n, x in enumerate(xs):
        in_word = n < len(word)
        name = f"$h_{n + 1}$" if in_word else f"$s_{n - len(word) + 1}$"
        node(ax, (x, 0), name, "state")
        if in_word:
            node(ax, (x, -0.85), word[n], "input")
            arrow(ax, (x, -0.56), (x, -0.3))
        if n:
            arrow(ax, (xs[n - 1] + 0.29, 0.08), (x - 0.29, 0.08), "state", width=1)
        if n and in_word and attends:
            arrow(ax, (x - 0.29, -0.08), (xs[n - 1] + 0.29, -0.08), "state", width=1)
    end = xs[-1]
    arrow(ax, (end, 0.3), (end, 0.65))
    ax.text(end, 0.85, "loss", ha="center", va="center")
    if attends:
        node(ax, ((target + end) / 2, 0.95), "$c$", "attention", (0.6, 0.6))
        arrow(ax, (end - 0.2, 0.32), ((target + end) / 2 + 0.32, 0.92), "gradient", width=2.4)
        arrow(ax, ((target + end) / 2 - 0.32, 0.92), (target + 0.1, 0.32), "gradient", width=2.4)
    else:
        for n in range(len(xs) - 1, target, -1):
            width = 2.4 * 0.8 ** (len(xs) - 1 - n)
            endpoints = (xs[n] - 0.27, -0.12), (xs[n - 1] + 0.27, -0.12)
            arrow(ax, *endpoints, "gradient", width=max(width, 0.5))


@styled
def draw_gradient_paths(word: str, steps: int, target: int) -> Figure:
    """Draw two ways of a gradient: through all the states, and through one look."""
    titles = ("one vector: through every state", "a look: two arrows")
    width = len(word) + steps + 0.9
    boxes = [(0, 2.7, width, 2.3), (0, 0, width, 2.5)]
    fig, axes = canvas_at(width, 5.0, boxes, titles)
    for ax, attends, (*_, height) in zip(axes, (False, True), boxes, strict=True):
        _draw_gradient_path(ax, word, steps, target, attends)
        ax.set(xlim=(-0.6, width - 0.6), ylim=(-1.2, height - 1.2))
    return fig


@styled
def plot_errors_by_length(
    without_attention: Sequence[Sequence[float]], with_attention: Sequence[Sequence[float]]
) -> Figure:
    """Draw wrong sounds by the number of letters, a line a network.

    Args:
        without_attention: With one state to see: a row a network.
        with_attention: With all states.
    """
    fig, (ax,) = figure(height=3.0)
    for lines, color, marker, name in (
        (without_attention, COLORS["blue"], "o", "one vector"),
        (with_attention, PURPLE, "s", "looks back"),
    ):
        for n, errors in enumerate(lines):
            label = f"_{name} {n}" if n else name
            ax.plot(range(len(errors)), errors, color=color, marker=marker, lw=1.4, label=label)
    ax.set_xticks(range(len(LENGTHS)), LENGTHS)
    ax.set(xlabel="letters in the word", ylabel="wrong sounds in 100", ylim=(0, None))
    fig.legend(loc="outside upper left", ncols=2)
    return fig


def _draw_map(
    ax: Axes, weights, word: str, sounds: Sequence[str], aligned=(), cmap=PURPLES
) -> None:
    """Draw one map: a row a sound, a column a letter."""
    ax.imshow(weights, cmap=cmap, vmin=0, vmax=1, aspect="auto", interpolation="none")
    if len(aligned):
        style = {"facecolors": "none", "edgecolors": INK, "linewidths": 1.1}
        ax.scatter(aligned, range(len(aligned)), s=42, label="the aligner", **style)
    ax.set_xticks(range(len(word)), list(word))
    ax.set_yticks(range(len(sounds)), sounds)
    ax.tick_params(length=0)
    ax.grid(False)


@styled
def plot_sharpening(maps: Mapping[int, np.ndarray], word: str, sounds: Sequence[str]) -> Figure:
    """Draw the map of one word at several moments of its training."""
    fig, axes = figure(len(maps), height=2.4, sharey=True)
    for ax, (update, weights) in zip(axes, maps.items(), strict=True):
        _draw_map(ax, weights, word, [*sounds, "end"])
        ax.set(title=f"after {update:,}", xlabel="letter it looks at")
    axes[0].set_ylabel("sound it is about to say")
    return fig


@styled
def plot_maps(words: Mapping[str, tuple[Sequence[str], np.ndarray, Sequence[int]]]) -> Figure:
    """Draw maps of words: sounds, weights, and for each sound the aligner's letter.

    A field has one size in all of them. No straight line passes from top to bottom between them,
    so a phone shows them row by row, two side by side.
    """
    field_width, field_height, margin = 9.5, 11.0, 16.0  # points
    lefts = (45.0, 146.0, 320.0), (45.0, 236.0)
    row_height = field_height * max(len(weights) for _, weights, _ in words.values()) + 2 * margin
    page = (6.4 * 72, len(lefts) * row_height) * 2
    fig, axes = figure(len(words), height=page[1] / 72)
    fig.set_layout_engine("none")
    tops = [(x, page[1] - n * row_height - margin) for n, xs in enumerate(lefts) for x in xs]
    for ax, (x, top), word in zip(axes, tops[: len(words)], words, strict=True):
        sounds, weights, aligned = words[word]
        _draw_map(ax, weights, word, [*sounds, "end"], aligned)
        height = field_height * len(weights)
        ax.set_position(np.divide((x, top - height, field_width * len(word), height), page))
        ax.set_title(word)
    position = {"loc": "center", "bbox_to_anchor": (368 / page[0], 68 / page[1])}
    fig.legend(*axes[0].get_legend_handles_labels(), **position, handletextpad=0)
    key = fig.add_axes(np.divide((346, 88, 44, 7), page))
    key.set_axis_off()
    key.imshow(np.linspace(0, 1, 64)[None], cmap=PURPLES, aspect="auto", extent=(0, 1, 0, 1))
    key.plot([0, 1, 1, 0, 0], [0, 0, 1, 1, 0], color=INK, lw=0.6, clip_on=False)
    key.text(-0.08, 0.5, "0", ha="right", va="center")
    key.text(1.08, 0.5, "1", va="center")
    key.text(0.5, 1.5, "weight", ha="center", va="bottom")
    return fig


@styled
def plot_weight_and_loss(
    word: str, sounds: Sequence[str], weights: np.ndarray, losses: np.ndarray
) -> Figure:
    """Draw where a network looks, beside what goes wrong when that letter's state is hidden."""
    fig, (left, right) = figure(2, height=3.2, sharey=True)
    _draw_map(left, weights, word, sounds)
    _draw_map(right, losses, word, sounds, cmap=GRAYS)
    left.set(title="where it looks", ylabel="sound", xlabel="letter")
    right.set(title="what is lost if hidden", xlabel="letter hidden")
    return fig
