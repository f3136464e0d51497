"""The figures of chapter 9.

In drawings, inputs are gray and states blue. Of networks that are compared, what reads both ways
has the page's ink; gray and markers tell the others apart.
"""

import itertools
from collections.abc import Mapping, Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from scipy.special import stdtrit

from rnncourse.viz.diagrams import INK, arrow, canvas, canvas_at, chain, node
from rnncourse.viz.figures import COLORS, figure, styled

EMPTY, GRAY = "–", COLORS["gray"]


@styled
def draw_two_words(words: Mapping[str, Sequence[str]], index: int) -> Figure:
    """Draw words with what each letter says below it; up to one letter both are the same.

    Args:
        words: By word: what each letter says.
        index: That letter, whose states are drawn.
    """
    width = max(map(len, words))
    boxes = [(n * (width + 0.9), 0, width, 2.9) for n in range(2)]
    fig, axes = canvas_at(2 * width + 1.6, 2.9, boxes)
    for ax, (word, pieces) in zip(axes, words.items(), strict=True):
        chain(ax, (0.45, 1.35), [f"$h_{n + 1}$" for n in range(index + 1)], word, down=1.0)
        arrow(ax, (index + 0.45, 1.65), (index + 0.45, 2.1))
        for n, piece in enumerate(pieces):
            weight = "bold" if n == index else "normal"
            ax.text(n + 0.45, 2.4, piece, ha="center", va="center", fontsize=11, weight=weight)
    return fig


@styled
def draw_spelling_and_sounds(words: Mapping[str, Sequence[Sequence[str]]]) -> Figure:
    """Draw words letter by letter, and below each letter the sounds that it was given."""
    wide = sum(len(word) + 0.8 for word in words) - 0.8
    fig, (ax,) = canvas(wide, 2.0)
    left = 0.5
    for word, pieces in words.items():
        for n, (letter, piece) in enumerate(zip(word, pieces, strict=True)):
            node(ax, (left + n, 1.45), letter, "input")
            ax.plot([left + n] * 2, [0.75, 1.12], color=GRAY, lw=1)
            ax.text(left + n, 0.5, " ".join(piece) or EMPTY, ha="center", va="center", fontsize=10)
        left += len(word) + 0.8
    return fig


@styled
def draw_both_directions(word: str, pieces: Sequence[str]) -> Figure:
    """Draw one network that reads forward, one that reads backward, and outputs that read both."""
    fig, (ax,) = canvas(1.5 * len(word) + 1.3, 4.3, low=(-0.75, -0.4))
    for n, (letter, piece) in enumerate(zip(word, pieces, strict=True)):
        x = 1.5 * n
        node(ax, (x, 0), letter, "input")
        node(ax, (x - 0.1, 1.15), f"$h_{n + 1}$", "state", (0.62, 0.56))
        node(ax, (x + 0.1, 2.15), f"$hʹ_{n + 1}$", "state", (0.7, 0.56))
        node(ax, (x, 3.4), piece, "output", (0.9, 0.52))
        arrow(ax, (x - 0.1, 0.3), (x - 0.1, 0.85))
        arrow(ax, (x + 0.1, 0.3), (x + 0.45, 1.86), bend=0.25)
        arrow(ax, (x - 0.1, 1.45), (x - 0.34, 3.12), bend=-0.23)
        arrow(ax, (x + 0.1, 2.45), (x + 0.1, 3.12))
        if n:
            arrow(ax, (x - 1.28, 1.15), (x - 0.43, 1.15), "state")
            arrow(ax, (x - 0.27, 2.15), (x - 1.03, 2.15), "state")
    ax.text(x + 0.75, 1.15, "forward", va="center", fontsize=9)
    ax.text(x + 0.75, 2.15, "backward", va="center", fontsize=9)
    return fig


@styled
def draw_delayed_outputs(word: str, pieces: Sequence[str], wait: int) -> Figure:
    """Draw a forward network whose answer to a letter is read some letters later."""
    steps = len(word) + wait
    fig, (ax,) = canvas(1.2 * steps + 0.2, 3.6, low=(-0.6, -0.4))
    names, reads = [f"$h_{n + 1}$" for n in range(steps)], [*word, *[""] * wait]
    chain(ax, (0, 1.1), names, reads, step=1.2, down=1.1)
    for n, (letter, piece) in enumerate(zip(word, pieces, strict=True), wait):
        x = 1.2 * n
        node(ax, (x, 2.3), piece, "output", (0.9, 0.52))
        arrow(ax, (x, 1.4), (x, 2.02))
        ax.text(x, 2.82, f"of {letter}", ha="center", va="center", fontsize=9)
    return fig


@styled
def plot_delay_errors(
    by_delay: Mapping[int, Sequence[float]],
    bidirectional: Sequence[float],
    counted: Sequence[float],
) -> Figure:
    """Draw wrong words by the letters that are seen before an answer.

    Args:
        by_delay: By letters that a forward network waits: of every seed.
        bidirectional: Of networks that read both ways, every seed.
        counted: Of counting, with none, one, two and more letters after the one that is said.
    """
    fig, (ax,) = figure(height=3.4)
    means = {wait: np.mean(seeds) for wait, seeds in by_delay.items()}
    style = {"color": GRAY, "marker": "s"}
    ax.plot([*means], [*means.values()], **style, lw=1.4, label="forward, answers late")
    for n in range(len(bidirectional)):
        seeds = [values[n] for values in by_delay.values()]
        ax.plot([*by_delay], seeds, **style, ls="", ms=3, alpha=0.6, label=f"_seed {n}")
    steps = range(len(counted))
    ax.plot(steps, counted, color=GRAY, marker="^", ls=":", lw=1.2, label="counted")
    ax.axhline(float(np.mean(bidirectional)), color=INK, lw=1.6, label="both ways")
    ax.set(xlabel="letters that are waited for", ylabel="wrong words in 100", ylim=(30, 100))
    fig.legend(*ax.get_legend_handles_labels(), loc="outside upper left", ncols=3)
    return fig


@styled
def plot_right_by_letter(accuracies: Mapping[str, Mapping[str, float]]) -> Figure:
    """Draw of how many letters the sound is right, letter by letter, half of them in a panel.

    Args:
        accuracies: By name of a network, by letter: those in 100 that say the right thing.
    """
    fig, axes = figure(2, height=2.9, sharey=True)  # a phone shows one below the other
    styles = {"forward": (GRAY, "s"), "waits for two": (GRAY, "D"), "both ways": (INK, "o")}
    order = [*next(iter(accuracies.values()))]
    half = -(-len(order) // 2)
    for ax, letters in zip(axes, (order[:half], order[half:]), strict=True):
        for name, accuracy in accuracies.items():
            color, marker = styles[name]
            fill = color if name != "waits for two" else "none"
            options = {"color": color, "marker": marker, "mfc": fill, "ms": 4.5, "ls": ""}
            ax.plot(range(len(letters)), [accuracy[x] for x in letters], **options, label=name)
        ax.set_xticks(range(len(letters)), letters)
        ax.set(xlabel="letter", ylim=(35, 103), yticks=range(40, 101, 20))
    axes[0].set_ylabel("right in 100")
    fig.legend(*axes[0].get_legend_handles_labels(), loc="outside upper left", ncols=3)
    return fig


@styled
def draw_two_ends(word: str, padding: int) -> Figure:
    """Draw which states have read a whole word, and which state the last column has."""
    fig, (ax,) = canvas(1.2 * (len(word) + padding) + 3.0, 3.5, low=(-1.5, -0.5))
    last = len(word) - 1
    for n in range(len(word) + padding):
        x, is_real = 1.2 * n, n < len(word)
        node(ax, (x, 0), word[n] if is_real else "", "input")
        for y, has_all in ((1.0, n == last), (1.9, n == 0)):
            node(ax, (x, y), "all" if has_all else "", "state" if is_real else "")
        if n:
            arrow(ax, (x - 0.91, 1.0), (x - 0.29, 1.0), "state" if is_real else "")
            arrow(ax, (x - 0.29, 1.9), (x - 0.91, 1.9), "state" if is_real else "")
    ax.text(-0.5, 1.0, "forward", ha="right", va="center", fontsize=9)
    ax.text(-0.5, 1.9, "backward", ha="right", va="center", fontsize=9)
    x = 1.2 * (len(word) + padding - 1)
    xs, ys = x + 0.42 * np.array([-1, 1, 1, -1, -1]), np.array([0.6, 0.6, 2.3, 2.3, 0.6])
    ax.plot(xs, ys, color=INK, lw=1.2, ls="--")
    ax.text(x, 2.6, "output[-1]", ha="center", fontsize=9, family="monospace")
    return fig


@styled
def plot_right_by_position(at: Mapping[str, Sequence[float]], up: Sequence[float]) -> Figure:
    """Draw how often the sign of the next change is told, by the position in the window.

    Args:
        at: By way: the share at each position.
        up: How often the next change is a rise, at each position.
    """
    fig, (ax,) = figure(height=3.0)
    styles = {"forward": (GRAY, "s", "forward"), "both": (INK, "o", "both ways")}
    for way, accuracies in at.items():
        color, marker, label = styles[way]
        months = np.arange(1, len(accuracies) + 1)
        ax.plot(months, accuracies, color=color, marker=marker, ms=3.5, label=label)
    ax.plot(months, up, color=INK, ls=":", label="always a rise")
    ax.set_xticks([1, 8, 16, 24, len(months)])
    ax.set(xlabel="month of the window", ylabel="next month told", ylim=(0.4, 1.03))
    fig.legend(*ax.get_legend_handles_labels(), loc="outside upper left", ncols=3)
    return fig


LOW_Y, MIDDLE_Y, HIGH_Y = 1.15, 1.95, 2.75


def _draw_place(ax: Axes, name: str) -> None:
    """Draw two steps of a network with a layer more at one place."""
    has_inner = name in ("state to state", "with a skip")
    state = HIGH_Y if has_inner else MIDDLE_Y
    for x in (0.5, 1.8):
        chain = [(0.35, "$x$", "input")]
        chain += [(LOW_Y, "", "")] if name == "input to state" else []
        chain += [(MIDDLE_Y, "", "")] if has_inner else []
        chain += [(LOW_Y, "$h$", "state")] if name == "a stack" else []
        chain += [(state, "$h$", "state")]
        chain += [(HIGH_Y, "", "")] if name == "state to output" else []
        chain += [(3.55, "$y$", "output")]
        for (low, *_), (high, *_) in itertools.pairwise(chain):
            arrow(ax, (x, low + 0.28), (x, high - 0.28))
        for y, text, role in chain:
            node(ax, (x, y), text, role, (0.62, 0.5))
    target_y = MIDDLE_Y if has_inner else state
    arrow(ax, (0.81, state), (1.49, target_y), "state", width=2.0)
    extra = {"with a skip": state, "a stack": LOW_Y}
    if name in extra:
        arrow(ax, (0.81, extra[name]), (1.49, extra[name]), "state", width=2.0)


@styled
def draw_places_of_depth() -> Figure:
    """Draw a recurrent network, a layer more in three places, a skip around one, and a stack."""
    names = ("shallow", "input to state", "state to output")
    names += ("state to state", "with a skip", "a stack")
    boxes = [(3.5 * n + 0.55, 4.4 * row + 0.2, 2.4, 4.1) for row in (1, 0) for n in range(3)]
    fig, axes = canvas_at(10.5, 8.7, boxes, names)
    for ax, name in zip(axes, names, strict=True):
        _draw_place(ax, name)
        ax.set_ylim(0.0, 4.5)
    return fig


@styled
def plot_recalled_by_place(accuracies: Mapping[str, Sequence[float]]) -> Figure:
    """Draw how often networks name a symbol long gone: each network, and the mean's interval.

    Args:
        accuracies: By place of depth, from the top on: the share of each network.
    """
    fig, (ax,) = figure(height=3.2)
    for n, values in enumerate(accuracies.values()):
        mean, N = np.mean(values), len(values)
        half_width = stdtrit(N - 1, 0.975) * np.std(values, ddof=1) / N**0.5  # Student's t
        ys = n + 0.25 * np.sin(2.4 * np.arange(len(values)))  # apart, the same each time
        dots = {"color": GRAY, "marker": "o", "ms": 3, "alpha": 0.5, "ls": ""}
        ax.plot(np.sort(values), ys, **dots, label=f"_{n}" if n else "a network")
        ax.plot(
            [mean - half_width, min(mean + half_width, 1.0)],
            [n, n],
            color=INK,
            lw=1.8,
            label=f"_interval {n}",
        )
        options = {"color": INK, "marker": "D", "ms": 7, "ls": ""}
        ax.plot([mean], [n], **options, label=f"_mean {n}" if n else "mean of forty")
    ax.axvline(0.25, color=GRAY, ls=":", lw=1.2, label="guessing")
    ax.set_yticks(range(len(accuracies)), [*accuracies])
    ax.set(xlabel="first symbols named", xlim=(0.15, 1.03))
    ax.invert_yaxis()
    fig.legend(*ax.get_legend_handles_labels(), loc="outside upper left", ncols=3)
    return fig
