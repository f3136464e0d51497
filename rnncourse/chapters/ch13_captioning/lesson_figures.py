"""The figures of lesson 13. Gray is what is read, blue a state, purple attention."""

import re
from collections.abc import Mapping, Sequence
from textwrap import wrap

import numpy as np
from jaxtyping import Bool, Float

from rnncourse.chapters.ch13_captioning.pictures import PARTS, SIDE, SIZE, load_pictures
from rnncourse.viz.diagrams import INK, arrow, canvas, chain, fade_in_colormap, node
from rnncourse.viz.figures import COLORS, Axes, Figure, draw_divider, figure, styled

PURPLE = COLORS["purple"]
PURPLES = fade_in_colormap(PURPLE)
PART_NAMES = {
    "tone": "a tone\nnever seen\nwith it",
    "who": "a who and\na what never\nseen together",
    "pair": "a pair\nof tones\nnever seen",
}
IMAGE_INPUT_STYLES = {
    "first": ("once, at the start", COLORS["gray"], "o"),
    "each": ("added at every word", COLORS["gray"], "^"),
    "merged": ("beside every state", COLORS["gray"], "s"),
    "attended": ("looked at for every word", PURPLE, "D"),
}


def _make_grid(n_panels: int, n_columns: int, height: float) -> tuple[Figure, list[Axes]]:
    fig = Figure(figsize=(6.4, height), layout="constrained")
    axes = list(fig.subplots(-(-n_panels // n_columns), n_columns, squeeze=False).ravel())
    for ax in axes[n_panels:]:
        ax.set_visible(False)
    return fig, axes[:n_panels]


def _strip_axes(ax: Axes) -> None:
    ax.set(xticks=[], yticks=[])
    ax.grid(False)
    for side in ("left", "bottom", "top", "right"):
        ax.spines[side].set_visible(False)


def _show_picture(ax: Axes, row: int, **options: object) -> None:
    ax.imshow(load_pictures().images[row], interpolation="none", **options)


def _write_below(ax: Axes, text: str, width: int) -> None:
    """Write words below a picture, in as few lines as may be, of about the same length."""
    whole = {"break_on_hyphens": False, "break_long_words": False}
    wraps = [wrap(text, n, **whole) for n in range(1, width + 1)]
    lines = next(lines for lines in wraps if len(lines) <= len(wraps[-1]))
    for n, line in enumerate(lines):  # each is centered in the page's font, too
        place = (0.5, 0), (0, -3 - 12 * n), "axes fraction", "offset points"
        ax.annotate(line, *place, ha="center", va="top", fontsize=9)


@styled
def draw_captioned_pictures(rows: Sequence[int], hidden: Sequence[int] = ()) -> Figure:
    """Draw pictures, four a row, with their captions below; of some the caption is a question mark.

    Args:
        rows: Of the pictures.
        hidden: Those whose caption is covered.
    """
    fig, axes = _make_grid(len(rows), 4, 1.75 * -(-len(rows) // 4))
    for ax, row in zip(axes, rows, strict=True):
        _show_picture(ax, row)
        _strip_axes(ax)
        caption = " ".join(load_pictures().captions[row])
        caption = re.sub(" (?=right|skin|tone)", "\N{NBSP}", caption)  # these stay on one line
        _write_below(ax, "?" if row in hidden else caption, 24)
    return fig


def _name_columns(grid: Sequence[Sequence[int | None]]) -> list[str]:
    """Return for each column of a table the words that its captions alone share."""
    captions = load_pictures().captions
    rows_by_column = zip(*grid, strict=True)
    columns = [[captions[row] for row in rows if row is not None] for rows in rows_by_column]
    shared = set.intersection(*(set(words) for column in columns for words in column))
    names = [set.intersection(*map(set, column)) - shared for column in columns]
    return [
        " ".join(word for word in column[0] if word in own)
        for column, own in zip(columns, names, strict=True)
    ]


@styled
def draw_held_out_tables(grids: Mapping[str, Sequence[Sequence[int | None]]]) -> Figure:
    """Draw tables of pictures, named by columns; what is held out is faded, in a frame.

    Args:
        grids: By title, rows of pictures.
    """
    fig, axes = figure(len(grids), height=3.0)
    data = load_pictures()
    for ax, (title, grid) in zip(axes, grids.items(), strict=True):
        for i, line in enumerate(grid):
            for j, row in enumerate(line):
                if row is None:
                    continue
                extent = (j * 54, j * 54 + SIZE, i * 54 + SIZE, i * 54)
                is_held_out = data.parts[row] != "train"
                _show_picture(ax, row, extent=extent, alpha=0.35 if is_held_out else 1)
                if is_held_out:
                    xs = np.array([extent[0], extent[1], extent[1], extent[0], extent[0]])
                    ys = np.array([extent[3], extent[3], extent[2], extent[2], extent[3]])
                    ax.plot(xs, ys, color=INK, lw=1.4)
        ax.set(xlim=(-3, 54 * max(map(len, grid))), ylim=(54 * len(grid), -3), aspect="equal")
        _strip_axes(ax)
        names = _name_columns(grid)
        ax.set_xticks([j * 54 + SIZE / 2 for j in range(len(names))], names)
        ax.tick_params(length=0)
        ax.set_title(title)
    return fig


STEP, MERGED_Y = 1.95, 1.1
"""From a state to the next, and from a state up to what joins it."""


def _draw_chain(ax: Axes, merged: bool) -> None:
    """Draw three steps of a decoder; with `merged` something joins it above each state."""
    inputs, names = ["<begin>", "woman", "singer"], ["$s_1$", "$s_2$", "$s_3$"]
    chain(ax, (STEP, 0), names, inputs, step=STEP, down=1.1, size=(1.4, 0.46))
    for t, word in enumerate(("woman", "singer", "dark"), 1):
        x = STEP * t
        arrow(ax, (x, 0.3), (x, MERGED_Y - 0.29 if merged else 1.87))
        if merged:
            arrow(ax, (x, MERGED_Y + 0.27), (x, 1.87))
        node(ax, (x, 2.15), word, "output", (1.4, 0.46))


@styled
def draw_image_inputs() -> Figure:
    """Draw the four ways in which a picture enters a decoder."""
    fig, axes = _make_grid(4, 2, 4.0)
    for ax, (way, (name, _, _)) in zip(axes, IMAGE_INPUT_STYLES.items(), strict=True):
        ax.set_axis_off()
        ax.set(xlim=(-0.9, 6.7), ylim=(-1.4, 2.45), aspect="equal")
        ax.set_title(name)
        _draw_chain(ax, way in ("merged", "attended"))
        if way == "attended":
            for n in range(3):
                node(ax, (-0.5 + 0.42 * n, MERGED_Y), "", "input", (0.36, 0.36))
            ax.text(-0.08, MERGED_Y - 0.5, "places", ha="center", va="center", fontsize=9)
        else:
            height = {"first": 0.0, "each": -0.61, "merged": MERGED_Y}[way]
            node(ax, (0.1, height), "$v$", "input", (0.5, 0.5))
        if way == "first":
            arrow(ax, (0.4, 0), (STEP - 0.3, 0), "input")
        for t in range(1, 4):
            x = STEP * t
            if way == "each":
                ax.plot([0.36, x - 0.74], [-0.61, -0.61], color=COLORS["gray"], lw=1.4, zorder=1)
                arrow(ax, (x - 0.74, -0.61), (x - 0.26, -0.2), "input")
            elif way == "merged":
                node(ax, (x, MERGED_Y), "$v$", "input", (0.5, 0.5))
                start = 0.37 if t == 1 else x - STEP + 0.27
                arrow(ax, (start, MERGED_Y), (x - 0.27, MERGED_Y), "input", width=1)
            elif way == "attended":
                node(ax, (x, MERGED_Y), f"$c_{t}$", "attention", (0.54, 0.54))
                if t == 1:
                    arrow(ax, (0.55, MERGED_Y), (x - 0.28, MERGED_Y), "attention", width=1)
                else:
                    ends = (0.55, MERGED_Y - 0.05), (x - 0.22, MERGED_Y - 0.17)
                    arrow(ax, *ends, "attention", width=1, bend=0.12)
    return fig


@styled
def draw_attention_step(
    row: int, weights: Float[np.ndarray, " K"], before: str, word: str
) -> Figure:
    """Draw one look: a picture in places, a state that asks, weights, the context, a word.

    Args:
        row: Of the picture.
        weights: Of its places.
        before: The word before.
        word: The word that comes.
    """
    fig, (ax,) = canvas(9.6, 4.4, low=(-0.2, -0.3))
    half = 2.7 / SIDE / 2
    thin = {"color": COLORS["gray"], "lw": 0.6, "alpha": 0.4, "zorder": 2}
    for left, has_weights in ((0.0, False), (3.2, True)):
        box = (left, left + 2.7, 0.7, 3.4)
        _show_picture(ax, row, extent=box, zorder=0)
        if has_weights:
            grid = np.kron(weights.reshape(SIDE, SIDE), np.ones((2, 2)))[1:, 1:]  # in halves
            extent = left, left + 2.7 - half, 0.7 + half, 3.4
            ax.imshow(grid, cmap=PURPLES, vmin=0, extent=extent, zorder=1, interpolation="none")
        for offset in np.arange(SIDE) * 2.7 / SIDE + half:
            ax.plot([left + offset] * 2, [0.7, 3.4], **thin)
            ax.plot([left, left + 2.7], [3.4 - offset] * 2, **thin)
        xs, ys = [left, left + 2.7, left + 2.7, left, left], [0.7, 0.7, 3.4, 3.4, 0.7]
        ax.plot(xs, ys, color=COLORS["gray"], lw=0.8, zorder=2)
    ax.text(1.35, 3.65, "36 vectors $v_j$", ha="center", fontsize=9)
    ax.text(4.55, 3.65, r"weights $\alpha_j$", ha="center", fontsize=9)
    node(ax, (7.9, 0.95), "$s$", "state")
    node(ax, (7.9, 0.05), before, "input", (1.5, 0.46))
    arrow(ax, (7.9, 0.3), (7.9, 0.65))
    arrow(ax, (7.6, 0.95), (5.9, 1.3), "attention", text="asks", above=-0.24)
    node(ax, (7.0, 2.5), "$c$", "attention", (0.6, 0.6))
    arrow(ax, (5.9, 2.3), (6.68, 2.47), "attention", width=2)
    node(ax, (7.9, 2.9), r"$\tilde s$", "state")
    arrow(ax, (7.3, 2.6), (7.6, 2.8), "attention")
    arrow(ax, (7.9, 1.25), (7.9, 2.6), "state")
    arrow(ax, (7.9, 3.2), (7.9, 3.5))
    node(ax, (7.9, 3.75), word, "output", (1.5, 0.46))
    ax.set(xlim=(-0.2, 9.4), ylim=(-0.3, 4.1), aspect="equal")
    return fig


def _draw_map(ax: Axes, row: int, weights: Float[np.ndarray, " K"]) -> None:
    lightness = load_pictures().images[row] @ [0.299, 0.587, 0.114]  # purple is the only color
    pale = 255 - 3 * (255 - lightness.astype(int)) // 4
    ax.imshow(np.stack([pale] * 3, -1), interpolation="none", extent=(0, SIZE, SIZE, 0))
    grid = weights.reshape(SIDE, SIDE)
    highest = max(grid.max(), 0.1)
    extent = np.array([0, SIZE, SIZE, 0]) - SIZE / SIDE / 2
    ax.imshow(
        grid, cmap=PURPLES, vmin=0, vmax=highest, extent=extent, interpolation="none", alpha=0.85
    )
    ax.set(xlim=(0, SIZE), ylim=(SIZE, 0))


@styled
def draw_attention_maps(
    by_row: Mapping[int, tuple[Sequence[str], Float[np.ndarray, "T K"]]],
) -> Figure:
    """Draw where a network looks at each word, six maps a row; a caption's end is left out.

    A line stands between two pictures. It also makes a phone show the maps row by row.

    Args:
        by_row: By picture: its words, and the weights of each.
    """
    maps, starts = [], []
    for row, (words, weights) in by_row.items():  # each picture begins a row
        starts.append(len(maps))
        maps += [*zip([row] * len(words), weights, words, strict=True)] + [()] * (-len(words) % 6)
    fig, axes = _make_grid(len(maps), 6, 1.18 * len(maps) / 6)
    for start in starts[1:]:
        draw_divider(fig, 1.004 - start / len(maps))
    for ax, panel in zip(axes, maps, strict=True):
        _strip_axes(ax)
        ax.set_visible(bool(panel))
        if panel:
            row, weights, word = panel
            _draw_map(ax, row, weights)
            ax.set_title(word)
    return fig


@styled
def draw_difference(
    rows: Sequence[int], is_changed: Bool[np.ndarray, "h w"], weights: Float[np.ndarray, " K"]
) -> Figure:
    """Draw two pictures, the pixels in which they differ, and a look at the first.

    Args:
        rows: The picture that is looked at, and one whose caption differs in a word.
        is_changed: The pixels that change with that word.
        weights: Of the look at the word.
    """
    fig, axes = _make_grid(4, 4, 2.0)
    for ax, row in zip(axes[:2], rows, strict=True):
        _show_picture(ax, row)
        _write_below(ax, " ".join(load_pictures().captions[row]), 20)
    axes[2].imshow(
        np.where(is_changed, 0.35, 1.0), cmap="gray", vmin=0, vmax=1, interpolation="none"
    )
    _write_below(axes[2], "what changes", 20)
    _draw_map(axes[3], rows[0], weights)
    _write_below(axes[3], "where it looks", 20)
    for ax in axes:
        _strip_axes(ax)
        ax.set_anchor("N")  # what is below a square has the room that it leaves
    return fig


@styled
def plot_exact_captions(percents: Mapping[str, Mapping[str, Sequence[float]]]) -> Figure:
    """Draw how many held-out captions are right, by part and way, a mark a seed.

    Args:
        percents: By way of `IMAGE_INPUT_STYLES`, then by part, percent of each seed.
    """
    fig, (ax,) = figure(height=3.1)
    for n, (way, by_part) in enumerate(percents.items()):
        name, color, marker = IMAGE_INPUT_STYLES[way]
        for m, part in enumerate(PARTS[1:]):
            values = by_part[part]
            x = m + 0.17 * (n - (len(percents) - 1) / 2)
            label = name if m == 0 else f"_{way} {part}"
            ax.plot([x] * len(values), values, marker, color=color, ms=5, label=label)
        weight = "bold" if color == PURPLE else None
        ax.text(x - 0.08, np.mean(values), name, ha="right", va="center", weight=weight)
    ax.set_xticks(range(3), [PART_NAMES[part] for part in PARTS[1:]])
    ax.set(ylabel="captions right, %", xlim=(-0.5, 2.5), ylim=(-4, 104))
    return fig
