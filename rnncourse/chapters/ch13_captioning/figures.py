"""The figures of chapter 13.

Blue is attention, green the image at each step, orange the truth, gray what has no network or no
image at each step.
"""

from collections.abc import Mapping, Sequence

import numpy as np
from jaxtyping import Bool, Float
from matplotlib.axes import Axes
from matplotlib.colors import LinearSegmentedColormap
from matplotlib.figure import Figure

from rnncourse.viz.diagrams import PURPLE
from rnncourse.viz.figures import COLORS, figure, styled

RIVALS = {
    "peak": ("attention", "blue", "o"),
    "fixed": ("best fixed place", "gray", "s"),
    "ink": ("a place with ink, drawn", "gray", "v"),
    "chance": ("any place, drawn", "gray", "x"),
}
"""By way of looking: its name, color and marker."""
LOOK = LinearSegmentedColormap.from_list("look", [f"{PURPLE}00", PURPLE])
PAPER = LinearSegmentedColormap.from_list("paper", ["white", "black"])


def _clear(ax: Axes) -> None:
    ax.set(xticks=[], yticks=[])
    ax.grid(False)
    for side in ("left", "bottom"):
        ax.spines[side].set_visible(False)


def draw_letter(ax: Axes, image: Float[np.ndarray, "h w"]) -> None:
    """Draw an image, ink dark on white."""
    ax.imshow(image, cmap=PAPER, vmin=0, vmax=1.6, interpolation="none")
    _clear(ax)


def draw_attention(ax: Axes, weights: Float[np.ndarray, " K"], width: int = 10) -> None:
    """Lay weights over an image, as rows of `width`; place i is centered on pixel 4 i."""
    clear = LinearSegmentedColormap.from_list("looks", ["#3b82c400", COLORS["blue"]])
    grid = weights.reshape(-1, width)
    edges = (-2, 4 * width - 2, 4 * len(grid) - 2, -2)
    top = max(grid.max(), 0.1)  # an even look is faint
    ax.imshow(grid, cmap=clear, vmin=0, vmax=top, extent=edges, interpolation="none")
    ax.set(xlim=(-0.5, 4 * width - 0.5), ylim=(4 * len(grid) - 0.5, -0.5))


def draw_truth(ax: Axes, region: Bool[np.ndarray, "h w"]) -> None:
    """Draw a line around a region."""
    if region.any():
        ax.contour(region.astype(float), [0.5], colors=COLORS["orange"], linewidths=1.4)


@styled
def attention_by_word(
    image: Float[np.ndarray, "h w"],
    words: Sequence[str],
    weights: Float[np.ndarray, "T K"],
    regions: Sequence[Bool[np.ndarray, "h w"] | None],
    width: int = 10,
) -> Figure:
    """Draw an image once for each word, with where it was looked at for that word.

    Args:
        image: From 0 to 1.
        words: What was written.
        weights: Of each word.
        regions: What a word names, or None.
        width: Places in a row of the map.
    """
    fig, axes = figure(len(words), height=1.6)
    for ax, word, look, region in zip(axes, words, weights, regions, strict=True):
        draw_letter(ax, image)
        draw_attention(ax, look, width)
        if region is not None:
            draw_truth(ax, region)
        ax.set_title(word)
    return fig


@styled
def maps(
    rows: Sequence[tuple[np.ndarray, Sequence[str], np.ndarray, Sequence[np.ndarray | None]]],
) -> Figure:
    """Draw several images below one another, each as `attention_by_word` does."""
    longest = max(len(words) for _, words, _, _ in rows)
    fig, _ = figure(height=1.35 * len(rows))
    fig.clear()
    grid = fig.subplots(len(rows), longest, squeeze=False)
    for line, (image, words, weights, regions) in zip(grid, rows, strict=True):
        for ax in line[len(words) :]:
            ax.set_axis_off()
        for ax, word, look, region in zip(line, words, weights, regions, strict=False):
            draw_letter(ax, image)
            draw_attention(ax, look)
            if region is not None:
                draw_truth(ax, region)
            ax.set_title(word, fontsize=8.5)
    return fig


@styled
def letters(
    images: Sequence[np.ndarray],
    bases: Sequence[np.ndarray],
    marks: Sequence[np.ndarray],
    captions: Sequence[str],
) -> Figure:
    """Draw letters with the true regions: a line around the base, and one around the mark."""
    fig, axes = figure(len(images), height=1.7)
    for ax, image, base, mark, caption in zip(axes, images, bases, marks, captions, strict=True):
        draw_letter(ax, image)
        for region, color in ((base, "green"), (mark, "orange")):
            if region.any():
                edges = {"colors": COLORS[color], "linewidths": 1.4}
                ax.contour(region.astype(float), [0.5], **edges)
        ax.set_title(caption.replace(" with ", "\nwith "), fontsize=8.5)
    return fig


@styled
def gallery(right: Sequence[tuple], wrong: Sequence[tuple]) -> Figure:
    """Draw letters that were named rightly above letters that were not.

    Args:
        right: Images and what was written.
        wrong: Images, what was written, and what should have been.
    """
    fig, _ = figure(1, height=3.8)
    fig.clear()
    grid = fig.subplots(2, max(len(right), len(wrong)), squeeze=False)
    for line, some in zip(grid, (right, wrong), strict=True):
        for ax in line[len(some) :]:
            ax.set_axis_off()
        for ax, (image, *texts) in zip(line, some, strict=False):
            draw_letter(ax, image)
            ax.set_title(texts[0].replace(" with ", "\nwith "), fontsize=8.5, fontweight="normal")
            if texts[1:]:
                ax.set_xlabel("is: " + texts[1].replace(" with ", "\nwith "), fontsize=8.5)
    return fig


@styled
def ways(exact: Mapping[str, tuple[str, Mapping[str, Sequence[float]]]]) -> Figure:
    """Draw what is named without a mistake, by the way the image enters and by the test.

    Args:
        exact: By name of the way: its color, and by name of the test the share of every seed.
    """
    fig, (ax,) = figure(height=2.6)
    tests = list(next(iter(exact.values()))[1])
    marks = "os^Dvx"
    for i, ((name, (color, found)), marker) in enumerate(zip(exact.items(), marks, strict=False)):
        for row, test in enumerate(tests):
            shares = np.atleast_1d(found[test])
            up = 0.3 - 0.6 * i / max(len(exact) - 1, 1)
            style = {"color": COLORS[color], "marker": marker, "ls": "", "alpha": 0.8}
            label = name if not row else f"_{name}, {test}"
            ax.plot(shares, np.full(len(shares), row - up), label=label, **style)
    ax.set_yticks(range(len(tests)), tests)
    ax.set(xlabel="named without a mistake", xlim=(-0.05, 1.05), ylim=(len(tests) - 0.5, -0.5))
    ax.grid(axis="x")
    fig.legend(*ax.get_legend_handles_labels(), loc="outside upper left", ncols=3)
    return fig


@styled
def pointing(found: Mapping[str, Mapping[str, Sequence[float]]]) -> Figure:
    """Draw how often the largest weight is on what a word names, beside rivals.

    Args:
        found: By what is named, by way of looking (`RIVALS`): the share of every seed.
    """
    fig, (ax,) = figure(height=2.6)
    for row, ways_of in enumerate(found.values()):
        for i, (way, (name, color, marker)) in enumerate(RIVALS.items()):
            shares = np.atleast_1d(ways_of[way])
            style = {"color": COLORS[color], "marker": marker, "ls": "", "alpha": 0.8}
            label = name if not row else f"_{name}, {row}"
            ax.plot(shares, np.full(len(shares), row - 0.24 + 0.16 * i), label=label, **style)
    ax.set_yticks(range(len(found)), found)
    ax.set(xlabel="on the named ink", xlim=(-0.05, 1.05), ylim=(len(found) - 0.5, -0.5))
    ax.grid(axis="x")
    fig.legend(*ax.get_legend_handles_labels(), loc="outside upper left", ncols=2)
    return fig


@styled
def displaced(shifts: Sequence[int], found: Mapping[str, Sequence[Sequence[float]]]) -> Figure:
    """Draw how often looks are on what a word names, by how far letters lie off the middle.

    Args:
        shifts: Pixels, at most.
        found: By `"peak"` and `"fixed"`: for each of them, the share of every seed.
    """
    fig, (ax,) = figure(height=2.6)
    for way, shares in found.items():
        name, color, marker = RIVALS[way]
        style = {"color": COLORS[color], "marker": marker}
        for seed in np.transpose(shares):
            ax.plot(shifts, seed, **style, ls="", ms=3, alpha=0.5, label=f"_{way}, a seed")
        ax.plot(shifts, np.mean(shares, 1), **style, label=name)
    ax.set(xlabel="pixels off the middle, at most", ylabel="on the named ink", ylim=(0, 1.03))
    ax.set_xticks(shifts)
    fig.legend(*ax.get_legend_handles_labels(), loc="outside upper left", ncols=2)
    return fig
