"""The figures on what single cells know: pink is a cell, green a gate; gray has neither."""

import html
from collections.abc import Mapping, Sequence
from itertools import groupby

import numpy as np
from jaxtyping import Float

from rnncourse.viz.diagrams import INK
from rnncourse.viz.figures import COLORS, Figure, FigureOutput, figure, styled


def write_shaded_text(
    lines: Sequence[tuple[str, Float[np.ndarray, " T"]]],
    low: float,
    high: float,
    *,
    near: slice,
    alt: str,
    caption: str,
    name: str,
) -> FigureOutput:
    """Write lines of text; a high value is pink behind its character, a low one at its foot.

    Args:
        lines: Each a text, and a value for each of its characters.
        low: The value that is deep pink at the foot.
        high: The value that is deep pink.
        near: The characters that a phone shows, so that a line is one line.
        alt: Describes it for readers who do not see it.
        caption: Says what to see.
        name: Of the figure.
    """

    def choose_shade(value: float) -> tuple[str, int]:
        depth = float(np.clip(2 * (value - low) / (high - low) - 1, -1, 1))
        return "100%" if depth > 0 else "0.2rem", 5 * round(14 * abs(depth))

    def write_shaded(text: str, values: Sequence[float]) -> str:
        spans = []
        shaded = zip(text, map(choose_shade, values), strict=True)
        for (height, share), run in groupby(shaded, key=lambda pair: pair[1]):
            escaped = html.escape("".join(character for character, _ in run))
            color = f"color-mix(in srgb,{COLORS['pink']} {share}%,transparent)"
            style = f"background:linear-gradient({color} 0 0) bottom/100% {height} no-repeat"
            spans.append(f'<span style="{style}">{escaped}</span>')
        return "".join(spans)

    steps = np.linspace(low, high, 25)
    scale = f"{low:g} {write_shaded(' ' * len(steps), steps)} {high:g}".replace("-", "−", 1)
    parts = slice(near.start), near, slice(near.stop, None)
    shares = [[write_shaded(text[part], ys[part]) for part in parts] for text, ys in lines]
    far = '<span class="rc-far">{}</span>'
    rows = [far.format(a) + b + far.format(c) for a, b, c in shares] + ["", "c = " + scale]
    body = "".join(f'<div style="min-height:1lh">{row}</div>' for row in rows)
    css = "font-family:monospace;white-space:pre-wrap;overflow-wrap:anywhere;line-height:1.6"
    label = html.escape(alt, quote=True)
    drawing = f'<div role="img" aria-label="{label}" style="{css}">{body}</div>'
    return FigureOutput(drawing, alt, caption, name)


@styled
def plot_saturation(gates: Mapping[str, Float[np.ndarray, "T H"]], cell: int) -> Figure:
    """Draw how often the gates of each cell are shut, and how often they are open.

    Args:
        gates: By name: values after each character.
        cell: The one that is marked.
    """
    fig, axes = figure(len(gates), height=2.8, sharey=True)
    for ax, (name, values) in zip(axes, gates.items(), strict=True):
        shut_shares, open_shares = (values < 0.1).mean(0), (values > 0.9).mean(0)
        ax.plot([0, 1], [1, 0], color=COLORS["gray"], lw=1, ls=":", label="_never between")
        green = {"color": COLORS["green"], "ms": 3, "alpha": 0.5, "label": "a cell's gate"}
        ax.plot(shut_shares, open_shares, "o", **green)
        marked = green | {"ms": 8, "mec": INK, "alpha": 1, "label": f"that of cell {cell}"}
        ax.plot(shut_shares[[cell]], open_shares[[cell]], "D", **marked)
        ax.set(title=name, xlabel="shut", xlim=(-0.07, 1.07), ylim=(-0.07, 1.07))
    axes[0].set(ylabel="open")
    # as narrow as a panel: a phone takes the panels apart, each in the same size
    fig.legend(*axes[0].get_legend_handles_labels(), loc="outside upper left")
    return fig


@styled
def plot_bracket_probabilities(rows: Mapping[str, Sequence[float]]) -> Figure:
    """Draw how likely a closing bracket is to each reader: a dot a bracket, and their mean.

    Args:
        rows: By reader: the binary logarithm of the probability at each bracket.
    """
    fig, (ax,) = figure(height=2.4)
    for y, (name, values) in enumerate(rows.items()):
        color = COLORS["pink" if "cell" in name else "gray"]
        ax.plot(values, [y] * len(values), "o", ms=4, alpha=0.4, color=color, label=name)
        ax.plot([np.mean(values)], [y], "|", ms=22, mew=3, color=color, label=f"_{name}, mean")
    ax.set(
        xlabel="log₂ of the probability of a closing bracket",
        ylim=(len(rows) - 0.5, -0.5),
    )
    ax.set_yticks(range(len(rows)), list(rows))
    ax.grid(visible=False, axis="y")
    ax.grid(axis="x")
    return fig
