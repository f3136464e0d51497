"""The figures of chapter 10.

Gray is what is read, blue a state, green a gate, pink an LSTM's memory. Trees that are compared are
told apart by their markers: the tree of the syntax has the page's ink, the others gray.
"""

import ast
from collections.abc import Mapping, Sequence

import numpy as np
from matplotlib.figure import Figure

from rnncourse.chapters.ch10_recursive_networks.expressions import SYMBOLS
from rnncourse.viz.diagrams import INK, arrow, canvas, canvas_at, node, operation, polyline
from rnncourse.viz.figures import COLORS, Axes, figure, label_line_ends, styled

TREES = {
    "parse": ("tree of the syntax", INK, "o", "-"),
    "chain": ("chain", COLORS["gray"], "v", "-"),
    "balanced": ("balanced", COLORS["gray"], "s", "--"),
    "random": ("random", COLORS["gray"], "^", "-."),
    "left": ("left-branching", COLORS["gray"], "D", ":"),
    "others": ("the other four trees", COLORS["gray"], "v", "-"),
}
"""By tree: its name, color, marker and line."""
READERS = {
    "parse/two": ("its tree", INK, "o", "-"),
    "parse/lstm": ("its tree, LSTM", INK, "s", "--"),
    "brackets/lstm": ("words and brackets, LSTM", COLORS["gray"], "D", "-."),
    "chain/lstm": ("words, LSTM", COLORS["gray"], "v", "-"),
}
"""By what is read, and by which cell."""
LINE = {"color": COLORS["gray"], "lw": 1, "ls": ":"}

Place = tuple[float, float]
Tree = str | tuple
"""A word, or the parts of a bracket, as `phrases.parse_phrase` returns them."""


def _draw_tree(ax: Axes, tree: Tree, left: float, low: float, width: float) -> None:
    """Draw a tree of words, or of characters: leaves side by side, from `left` on."""
    xs = iter(np.arange(left, 1e3, width))

    def draw(part: Tree) -> tuple[Place, int]:
        """Draw what is below, then the node; return its middle and how high it is."""
        if isinstance(part, str):
            middle = (next(xs), low)
            node(ax, middle, part, "input", (0.86 * width, 0.5) if len(part) > 1 else (0.5, 0.5))
            return middle, 0
        (a, m), (b, n) = draw(part[0]), draw(part[-1])
        high = 1 + max(m, n)
        middle = ((a[0] + b[0]) / 2, low + 1.05 * high)
        for child in (a, b):
            xy = [child[0], middle[0]], [child[1] + 0.25, middle[1] - 0.25]
            ax.plot(*xy, color=INK, lw=1.1, zorder=1)
        word = part[1] if len(part) == 3 else "of these"
        node(ax, middle, word, "state", (0.86 * width, 0.5) if len(word) > 1 else (0.5, 0.5))
        return middle, high

    draw(tree)


@styled
def draw_two_readings(trees: Sequence[Tree], means: Sequence[str]) -> Figure:
    """Draw trees over the same words side by side, and above each who is meant."""
    width, spacing = 1.25, 4.6
    boxes = [(spacing * n, 0, 4.2, 3.3) for n in range(len(trees))]
    fig, axes = canvas_at(spacing * len(trees) - 0.4, 3.3, boxes, means)
    for ax, tree in zip(axes, trees, strict=True):
        _draw_tree(ax, tree, 0.6, 0.3, width)
    return fig


def _to_nested_tuples(expression: ast.expr) -> Tree:
    if isinstance(expression, ast.Constant):
        return str(expression.value)
    return (
        _to_nested_tuples(expression.left),
        SYMBOLS[type(expression.op)],
        _to_nested_tuples(expression.right),
    )


@styled
def draw_chain_and_tree(text: str) -> Figure:
    """Draw an expression as a chain of characters, and as the tree of its syntax.

    Args:
        text: Of single digits, without spaces.
    """
    wide = 0.85 * len(text) + 0.2
    boxes = [(0, 0, wide, 2.0), (wide + 0.4, 0, 12.8 - wide - 0.4, 4.2)]
    fig, (ax, right) = canvas_at(12.8, 4.2, boxes)
    for side, (*_, width, height) in zip((ax, right), boxes, strict=True):
        side.set(xlim=(-0.5, width - 0.5), ylim=(-0.5, height - 0.5))
    for n, character in enumerate(text):
        x = 0.85 * n
        node(ax, (x, 0), character, "input", (0.5, 0.5))
        node(ax, (x, 1.05), "", "state", (0.5, 0.5))
        arrow(ax, (x, 0.27), (x, 0.78))
        if n:
            arrow(ax, (x - 0.58, 1.05), (x - 0.27, 1.05), "state")
    _draw_tree(right, _to_nested_tuples(ast.parse(text, mode="eval").body), 0.0, 0.0, 1.1)
    return fig


@styled
def draw_tree_lstm_node() -> Figure:
    """Draw the node of a Tree-LSTM: two children, each with a forget gate of its own."""
    fig, (ax,) = canvas(9.0, 5.5, low=(-0.25, -1.3))
    bus, low, memory, top = -0.1, 0.95, 2.1, 3.2
    for x, child, forget in ((0.3, "l", 1.7), (7.2, "r", 5.9)):
        node(ax, (x, -0.85), f"$h_{child}$", "state", (0.7, 0.56))
        node(ax, (x, memory), f"$c_{child}$", "cell", (0.7, 0.56))
        ax.plot([x, x], [-0.57, bus], color=INK, lw=1.4, zorder=1)
        node(ax, (forget, low), f"$f_{child}$", "gate")
        operation(ax, (forget, memory), "×")
        arrow(ax, (forget, low + 0.3), (forget, memory - 0.2), "gate")
        side = 1 if child == "l" else -1
        arrow(ax, (x + 0.36 * side, memory), (forget - 0.2 * side, memory), "cell", width=2.4)
        arrow(ax, (forget + 0.2 * side, memory), (3.8 - 0.2 * side, memory), "cell", width=2.4)
    node(ax, (3.8, -0.85), "$x$", "input")
    ax.plot([3.8, 3.8], [-0.57, bus], color=INK, lw=1.4, zorder=1)
    ax.plot([0.3, 8.3], [bus, bus], color=INK, lw=1.4, zorder=1)
    ax.text(7.1, 0.2, "$[h_l\\; h_r\\; x]$", ha="center", va="center", fontsize=10)
    for x, name, role in ((2.9, "$i$", "gate"), (4.7, "$g$", ""), (8.3, "$o$", "gate")):
        node(ax, (x, low), name, role)
    for x in (1.7, 2.9, 4.7, 5.9, 8.3):
        arrow(ax, (x, bus), (x, low - 0.3))
    for center, text in (((3.8, low), "×"), ((3.8, memory), "+"), ((6.1, top), "×")):
        operation(ax, center, text)
    arrow(ax, (3.2, low), (3.6, low), "gate")
    arrow(ax, (4.4, low), (4.0, low))
    arrow(ax, (3.8, low + 0.2), (3.8, memory - 0.2))
    arrow(ax, (3.8, memory + 0.2), (3.8, top - 0.3), "cell", width=2.4)
    node(ax, (3.8, top), "$c$", "cell", (0.7, 0.56))
    node(ax, (5.0, top), "tanh", "", (0.86, 0.46))
    node(ax, (7.2, top), "$h$", "state", (0.7, 0.56))
    arrow(ax, (4.16, top), (4.55, top))
    arrow(ax, (5.45, top), (5.9, top))
    polyline(ax, [(8.3, low + 0.3), (8.3, 3.95), (6.1, 3.95), (6.1, top + 0.2)], "gate")
    arrow(ax, (6.3, top), (6.83, top), "state")
    return fig


@styled
def plot_gradients(taus: Sequence[int], decades: Mapping[str, Sequence | np.ndarray]) -> Figure:
    """Draw what is left of a gradient by number of leaves, on two scales.

    Args:
        taus: Leaves.
        decades: By tree: the length at the leaf that gets least, as a power of ten.
    """
    fig, axes = figure(2, height=3.0)
    for tree, values in decades.items():
        label, _, marker, line = TREES[tree]
        for ax in axes:
            name = label if ax is axes[0] else f"_{label} again"
            ax.plot(taus, values, color=COLORS["orange"], marker=marker, ls=line, label=name)
    axes[0].set_xscale("log", base=2)
    axes[0].set_xticks([2, 8, 32, 128, 512], ["2", "8", "32", "128", "512"])
    titles = "a power law is straight", "an exponential is straight"
    for ax, title, x_label in zip(axes, titles, ("leaves, logarithmic", "leaves"), strict=True):
        ax.set(title=title, xlabel=x_label)
    axes[0].set_ylabel("length, powers of ten")
    axes[0].set_ylim(-8, 0.4)
    fig.legend(*axes[0].get_legend_handles_labels(), loc="outside upper left", ncols=3)
    return fig


@styled
def plot_accuracy(
    bins: Sequence[str],
    accuracies: Mapping[str, Sequence | np.ndarray],
    level: Sequence,
    level_name: str,
    trained: int,
    x_label: str,
    names: Mapping[str, tuple[str, str, str, str]] = TREES,
) -> Figure:
    """Draw how many answers are right by length, a line a tree or a reader.

    Args:
        bins: Lengths.
        accuracies: By tree or reader: for each bin the shares of all seeds, `bins S`.
        level: The share of a rival without a network in each bin.
        level_name: What it is called.
        trained: How many of the bins are of lengths in training.
        x_label: What a length counts.
        names: By tree or reader its name, color, marker and line.
    """
    fig, (ax,) = figure(height=4.2)
    x = np.arange(len(bins))
    for tree, shares in accuracies.items():
        label, color, marker, line = names[tree]
        shares = np.asarray(shares)
        ax.plot(x, shares.mean(1), color=color, marker=marker, ls=line, label=label)
        ax.fill_between(x, shares.min(1), shares.max(1), color=color, alpha=0.15, lw=0)
    ax.plot(x, level, **LINE, label=level_name)
    ax.axvline(trained - 0.5, **LINE, label="_trained")
    ax.set_xticks(x, list(bins))
    ax.set(xlabel=x_label, ylabel="share right", ylim=(0, 1.04))
    label_line_ends(ax)
    return fig
