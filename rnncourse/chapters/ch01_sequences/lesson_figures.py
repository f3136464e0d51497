"""The drawings of lesson 1: gray is read, or seen by a window; blue is a state; ink answers."""

from collections.abc import Mapping, Sequence

import numpy as np

from rnncourse.viz.diagrams import INK, arrow, canvas, canvas_at, chain, node
from rnncourse.viz.figures import COLORS, Axes, Figure, figure, styled

LINES = ("o-", "s--", "^:")
DIGIT_BITMAP = ("###", "..#", "###", "..#", "###")
"""A picture of a 3, row by row."""


@styled
def plot_language_by_letter(
    chances: Mapping[str, np.ndarray], languages: Sequence[str], named: Sequence[str]
) -> Figure:
    """Draw what a network says of a name after each of its letters.

    Args:
        chances: By name: `T L`, after each letter, of each language.
        languages: In the order of the columns.
        named: Those that have a line with markers; the others are thin and gray.
    """
    fig, axes = figure(len(chances), height=2.7, sharey=True)
    for ax, (name, table) in zip(axes, chances.items(), strict=True):
        steps = np.arange(1, len(name) + 1)
        for language, column in zip(languages, 100 * table.T, strict=True):
            if language not in named:
                ax.plot(steps, column, color=COLORS["gray"], lw=0.8, label="_" + language)
        unnamed = np.where([language in named for language in languages], 0, table)
        step, highest = np.unravel_index(unnamed.argmax(), unnamed.shape)
        ax.text(step + 1, 100 * unnamed.max() + 3, languages[highest], ha="center", fontsize=8)
        for language, style in zip(named, LINES, strict=False):
            column = 100 * table[:, languages.index(language)]
            ax.plot(steps, column, style, color=INK, ms=5, label=language)
            if column.max() > 50:
                position = column.argmax() + 1, column.max() + 5
                alignment = "right" if position[0] == len(name) else "center"
                ax.text(*position, language, ha=alignment, weight="bold")
        ax.set(xticks=steps, ylim=(-3, 108), xlabel="letters read so far", title=name.capitalize())
        ax.set_xticklabels(list(name))
        ax.tick_params(axis="x", labelsize=12, length=0)
    axes[0].set_ylabel("probability (%)")
    return fig


@styled
def draw_window_and_state(name: str, k: int, answer: str) -> Figure:
    """Draw two ways to read a name: its last letters in a window, and a state.

    Args:
        name: It has more than k letters.
        k: Of the window.
        answer: What both say.
    """
    last = len(name) - 1
    titles = (f"a window of {k}", "a state")
    fig, axes = canvas(last + 3.4, 2.0, 2, titles, low=(-0.75, -0.75))
    for ax in axes:
        node(ax, (last + 1.6, 0.75), answer, "output", (1.5, 0.56))
    window, state = axes
    chain(window, (0, 0.75), "", name, down=1.15)
    first = last - k + 1
    left, right = first - 0.4, last + 0.4
    window.plot([left, left, right, right, left], [-0.72, 0, 0, -0.72, -0.72], color=INK, lw=1.2)
    middle = (first + last) / 2
    node(window, (middle, 0.75), "hidden layer", "", (2.2, 0.56))
    for t in range(first, last + 1):
        arrow(window, (t, 0.0), (middle + 0.5 * (t - middle), 0.45))
    arrow(window, (middle + 1.12, 0.75), (last + 0.83, 0.75))
    window.text((first - 1) / 2, 0.42, "not seen", ha="center", va="center")
    chain(state, (0, 0.75), [f"$h_{t + 1}$" for t in range(last + 1)], name, down=1.15)
    arrow(state, (last + 0.3, 0.75), (last + 0.83, 0.75))
    return fig


@styled
def plot_accuracy_by_context(accuracies: Mapping[str, Mapping[str, Sequence[float]]]) -> Figure:
    """Draw what is right by what a network sees: a line a question, a dot a seed.

    Args:
        accuracies: By question, by what is seen: the shares of right answers, one a seed. What a
            "state" sees is blue, and joined by no line.
    """
    fig, (ax,) = figure(height=3.3)
    contexts = list(max(accuracies.values(), key=len))
    for (question, row), style in zip(accuracies.items(), LINES, strict=False):
        windows = [name for name in row if name != "state"]
        means = [100 * np.mean(row[name]) for name in windows]
        positions = [contexts.index(name) for name in windows]
        ax.plot(positions, means, style, color=COLORS["gray"], ms=6, label=question)
        for name, shares in row.items():
            color = COLORS["blue" if name == "state" else "gray"]
            x = [contexts.index(name)] * len(shares)
            ax.plot(x, 100 * np.array(shares), style[0], color=color, ms=4, alpha=0.6)
        ax.plot(
            contexts.index("state"),
            100 * np.mean(row["state"]),
            style[0],
            color=COLORS["blue"],
            ms=8,
        )
    ax.set(ylim=(0, 104), ylabel="right (%)", xlabel="what the network sees of a name")
    ax.set_xticks(range(len(contexts)), contexts)
    fig.legend(loc="outside upper left", ncols=3)
    return fig


def _draw_chain(
    ax: Axes,
    origin: tuple[float, float],
    inputs: Sequence[str],
    answers: Sequence[str],
    first_answer: int = 0,
    feeds_back: bool = False,
) -> None:
    """Draw a chain of states that reads below and answers above; `feeds_back`: it reads them."""
    (x, y), step = origin, 1.24 if feeds_back else 0.92
    steps = max(len(inputs), len(answers) + first_answer)
    chain(ax, origin, [""] * steps, inputs, step=step, down=0.92)
    for t, word in enumerate(answers, first_answer):
        x_t = x + step * t
        width = max(0.56, 0.15 * len(word) + 0.15)
        node(ax, (x_t, y + 0.92), word, "output", (width, 0.56))
        arrow(ax, (x_t, y + 0.3), (x_t, y + 0.63))
        if feeds_back and t < steps - 1:
            side, low, x_next = x_t + max(0.47, width / 2 + 0.1), y - 0.66, x_t + step
            xs = [x_t + width / 2, side, side, x_next, x_next]
            dashed = {"color": INK, "lw": 1, "ls": (0, (3, 2))}
            ax.plot(xs, [y + 0.92, y + 0.92, low, low, y - 0.5], **dashed)
            arrow(ax, (x_next, y - 0.5), (x_next, y - 0.3), width=1.0)


@styled
def draw_task_shapes() -> Figure:
    """Draw the five shapes of sequence tasks, each with an example."""
    panels = (  # where, its size, its name, an example
        (0.1, 3.9, 2.6, 3.5, "one to one", "which digit?"),
        (2.8, 3.9, 5.2, 3.5, "many to one", "a name: which language?"),
        (8.4, 3.9, 4.6, 3.5, "one to many", "a language: write a name"),
        (0.1, 0, 6.5, 3.8, "many to many, in step", "code: what is each token?"),
        (6.9, 0, 6.0, 3.8, "many to many, after the input", "a number: say it in words"),
    )
    boxes, titles = [box for *box, _, _ in panels], [title for *_, title, _ in panels]
    fig, axes = canvas_at(13.0, 7.4, boxes, titles)
    for ax, (*_, height, _, example) in zip(axes, panels, strict=True):
        ax.text(0, height - 0.68, example, fontsize=9)
    digit_ax, reader_ax, writer_ax, tagger_ax, translator_ax = axes
    _draw_chain(digit_ax, (0.6, 1.45), [" "], ["3"])
    _draw_chain(reader_ax, (0.3, 1.45), "saari", ["Finnish"], first_answer=4)
    _draw_chain(writer_ax, (0.3, 1.45), ["PL"], "duda", feeds_back=True)
    _draw_chain(tagger_ax, (0.3, 1.75), ["def", "f", "(", "x", ")"], "knpnp")
    _draw_chain(translator_ax, (0.3, 1.75), "42", ["forty", "two"], first_answer=2, feeds_back=True)
    tagger_ax.text(0, 0.3, "k keyword, n name, p punctuation", fontsize=9, va="center")
    for row, pixels in enumerate(DIGIT_BITMAP):
        for column, ink in enumerate(pixels):
            if ink == "#":
                left, top = 0.465 + 0.09 * column, 0.75 - 0.09 * row
                edges = [left, left + 0.09]
                digit_ax.fill_between(edges, top - 0.09, top, color=COLORS["gray"], lw=0)
    return fig
