"""The figures of chapter 10.

A color is a tree: pink the one of the syntax, gray a chain, blue a balanced tree, orange a random
one, green a left-branching one.
"""

import ast
from collections.abc import Mapping, Sequence

import numpy as np
from matplotlib.figure import Figure

from rnncourse.chapters.ch10_recursive_networks.expressions import SYMBOLS
from rnncourse.viz.figures import COLORS, Axes, figure, styled

TREES = {
    "parse": ("parse tree", "pink", "o"),
    "chain": ("chain", "gray", "v"),
    "balanced": ("balanced", "blue", "s"),
    "random": ("random", "orange", "^"),
    "left": ("left-branching", "green", "D"),
}
"""By tree: its name, color and marker."""
LINE = {"color": COLORS["gray"], "lw": 1, "ls": ":"}
WAYS = {
    "chain": ("chain", "gray", "v"),
    "gathered": ("tree, looked up", "blue", "s"),
    "folded": ("tree, folded", "pink", "o"),
}


Place = tuple[float | int, float | int]


def _node(ax: Axes, x: float | int, y: float | int, text: str, color: str) -> None:
    """Draw a node: a character in a circle."""
    ax.text(x, y, text, ha="center", va="center", zorder=3)
    ax.plot([x], [y], "o", ms=17, mfc="none", mec=COLORS[color], mew=1.4, label="_node")


def _edge(ax: Axes, one: Place, other: Place) -> None:
    style = {"arrowstyle": "-", "color": COLORS["gray"], "lw": 1.2, "shrinkA": 9, "shrinkB": 9}
    ax.annotate("", other, one, arrowprops=style, zorder=1)


@styled
def chain_and_tree(text: str) -> Figure:
    """Draw an expression as a chain of characters, and as the tree of its syntax.

    Args:
        text: Of single digits, without spaces.
    """
    fig, (left, right) = figure(2, height=2.4)
    for x, character in enumerate(text):
        _node(left, x, 0, character, "gray")
        if x:
            _edge(left, (x - 1, 0), (x, 0))
    left.set(xlim=(-0.7, len(text) - 0.3), ylim=(-1.5, 1.5), title="chain of characters")
    place = iter(range(len(text)))

    def draw(found: ast.expr) -> tuple[float, int]:
        """Draw what is below, then the node, and return where it is."""
        if isinstance(found, ast.Constant):
            x = float(next(place))
            _node(right, x, 0, str(found.value), "pink")
            return x, 0
        (a, low), (b, high) = draw(found.left), draw(found.right)
        x, y = (a + b) / 2, 1 + max(low, high)
        for child in ((a, low), (b, high)):
            _edge(right, child, (x, y))
        _node(right, x, y, SYMBOLS[type(found.op)], "pink")
        return x, y

    _, top = draw(ast.parse(text, mode="eval").body)
    leaves = sum(c.isdigit() for c in text)
    right.set(xlim=(-0.7, leaves - 0.3), ylim=(-0.6, top + 0.6), title="tree of the syntax")
    for ax in (left, right):
        ax.axis("off")
    return fig


@styled
def gradients(taus: Sequence[int], decades: Mapping[str, Sequence | np.ndarray]) -> Figure:
    """Draw what is left of a gradient by number of leaves, on two scales.

    Args:
        taus: Leaves.
        decades: By tree: the length at the leaf that gets least, as a power of ten.
    """
    fig, axes = figure(2, height=3.0)
    for tree, values in decades.items():
        label, color, marker = TREES[tree]
        for ax in axes:
            name = label if ax is axes[0] else f"_{label} again"
            ax.plot(taus, values, color=COLORS[color], marker=marker, label=name)
    axes[0].set_xscale("log", base=2)
    axes[0].set_xticks([2, 8, 32, 128, 512], ["2", "8", "32", "128", "512"])
    axes[0].set(title="log-log", xlabel="leaves", ylabel="length, powers of ten")
    axes[1].set(title="semi-log", xlabel="leaves")
    axes[0].set_ylim(-8, 0.4)
    fig.legend(*axes[0].get_legend_handles_labels(), loc="outside upper left", ncols=3)
    return fig


@styled
def times(taus: Sequence[int], seconds: Mapping[int, Mapping[str, Sequence]]) -> Figure:
    """Draw the time of a pass by number of leaves, a panel a number of sequences.

    Args:
        taus: Leaves.
        seconds: By sequences side by side, and by way of computing: milliseconds.
    """
    fig, axes = figure(len(seconds), height=2.8, sharey=True)
    for ax, (B, ways) in zip(axes, seconds.items(), strict=True):
        for way, values in ways.items():
            label, color, marker = WAYS[way]
            name = label if ax is axes[0] else f"_{label} again"
            ax.plot(taus, values, color=COLORS[color], marker=marker, label=name)
        ax.set_xscale("log", base=2)
        ax.set_xticks(list(taus), [str(tau) for tau in taus])
        ax.set(yscale="log", xlabel="leaves", title=f"{B} at once" if B > 1 else "one alone")
    axes[0].set_ylabel("milliseconds, forward and back")
    fig.legend(*axes[0].get_legend_handles_labels(), loc="outside upper left", ncols=3)
    return fig


@styled
def accuracy(
    bins: Sequence[str],
    right: Mapping[str, Sequence | np.ndarray],
    majority: Sequence,
    trained: int,
    others: Mapping[str, Sequence | np.ndarray] | None = None,
) -> Figure:
    """Draw how many expressions are right, by number of leaves, for each tree.

    Args:
        bins: Numbers of leaves.
        right: By tree: for each bin the shares of all seeds, `bins S`.
        majority: The share of the most frequent answer in each bin.
        trained: How many of the bins are of lengths in training.
        others: The same as `right`, modulo 10; dashed.
    """
    fig, (ax,) = figure(height=3.3)
    x = np.arange(len(bins))
    for tree, shares in (others or {}).items():
        label, color, marker = TREES[tree]
        mean = np.asarray(shares).mean(1)
        drawn = {"color": COLORS[color], "marker": marker, "mfc": "none", "ls": "--"}
        ax.plot(x, mean, **drawn, label=f"{label}, modulo 10")
    for tree, shares in right.items():
        label, color, marker = TREES[tree]
        shares = np.asarray(shares)
        ax.plot(x, shares.mean(1), color=COLORS[color], marker=marker, label=label)
        ax.fill_between(x, shares.min(1), shares.max(1), color=COLORS[color], alpha=0.15, lw=0)
    ax.plot(x, majority, **LINE, label="most frequent answer")
    ax.axvline(trained - 0.5, **LINE, label="_trained")
    ax.set_xticks(x, list(bins))
    ax.set(xlabel="numbers in the expression", ylabel="share right", ylim=(0, 1.04))
    fig.legend(*ax.get_legend_handles_labels(), loc="outside upper left", ncols=3)
    return fig
