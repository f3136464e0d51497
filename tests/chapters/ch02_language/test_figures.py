"""The chapter's figures draw the numbers they are given."""

import csv
import io

import numpy as np

from rnncourse.chapters.ch02_language.brackets import BINS
from rnncourse.chapters.ch02_language.figures import (
    against_time,
    bigrams,
    brackets,
    learning,
    new_contexts,
    orders,
    skyline,
)
from rnncourse.viz.drawn import data_of
from rnncourse.viz.figures import show


def lines(fig):
    return {line.get_label(): line for line in fig.axes[0].get_lines()}


def test_the_skyline_has_a_bar_a_character_for_each_model():
    fig = skyline("ab c", {"weak": [4, 3, 2, 1], "strong": [1, 2, 0, 0.5]})
    heights = [bar.get_height() for bar in fig.axes[0].patches]
    assert heights == [4, 3, 2, 1, 1, 2, 0, 0.5]
    assert [t.get_text() for t in fig.axes[0].get_xticklabels()] == ["a", "b", "\N{OPEN BOX}", "c"]


def test_orders_draws_the_mean_over_the_splits():
    bits = {name: np.array([[4.0, 2.0], [4.2, 2.4]]) for name in "abcde"}
    drawn = lines(orders(bits))
    assert list(drawn) == list("abcde")
    np.testing.assert_allclose(drawn["c"].get_ydata(), [4.1, 2.2])


def test_new_contexts_are_percent_one_line_a_split():
    fig = new_contexts([2, 4], np.array([[0.0, 0.5], [0.1, 0.6]]))
    drawn = [line.get_ydata().tolist() for line in fig.axes[0].get_lines()]
    assert drawn == [[0, 50], [10, 60]]


def test_brackets_are_percent_with_intervals_around_them():
    hits = np.linspace(0.9, 0.1, 9)[:, None] * np.linspace(0.5, 0.0, len(BINS))
    fig = brackets({f"order {n}": hits[n - 1] for n in (3, 5, 9)}, np.full(len(BINS), 50.0))
    assert len(fig.axes[0].containers) == 3
    points, _, (bars,) = fig.axes[0].containers[2]
    np.testing.assert_allclose(points.get_ydata(), 100 * hits[8])
    for (_, y), segment in zip(points.get_xydata(), bars.get_segments(), strict=True):
        assert segment[0, 1] <= y + 1e-9
        assert segment[1, 1] >= y - 1e-9
    assert (
        "<svg"
        in show(
            fig,
            alt="Three lines that fall with distance, with bars.",
            caption="Lines fall with distance.",
            name="x",
        ).svg
    )


def test_learning_is_drawn_in_bits_with_lines_to_compare():
    ax = learning([np.log(96), np.log(8)], {"order 1": 4.5}).axes[0]
    curve, line = ax.get_lines()
    np.testing.assert_allclose(curve.get_ydata(), [np.log2(96), 3])
    assert set(line.get_ydata()) == {4.5}
    assert [t.get_text() for t in ax.texts] == ["order 1"]


def test_bigrams_give_probabilities_away():
    probs = np.array([[0.25, 0.75], [1.0, 0.0]])
    rows = list(csv.DictReader(io.StringIO(data_of(bigrams(probs, " q")))))
    assert [(row["at"], float(row["y"])) for row in rows] == [
        ("\N{OPEN BOX} then \N{OPEN BOX}", 0.25),
        ("\N{OPEN BOX} then q", 0.75),
        ("q then \N{OPEN BOX}", 1),
        ("q then q", 0),
    ]


def test_a_model_keeps_its_color():
    def color(fig, name):
        drawn = (*fig.axes[0].get_lines(), *(c for c in fig.axes[0].containers))
        artist = next(a for a in drawn if a.get_label() == name)
        return getattr(artist, "get_color", lambda: artist[0].get_color())()

    page, counts = "GRU of this page", "order 9"
    fig = brackets(
        {n: np.full(len(BINS), 0.5) for n in (counts, page, "larger GRU")}, np.full(len(BINS), 50.0)
    )
    curve = against_time({page: ([1, 10], [4.0, 2.0])}, 1.7)
    assert color(fig, page) == color(curve, page)
    assert color(fig, counts) == color(curve, "order 9, counted")


def test_curves_stand_at_their_seconds():
    ax = against_time(
        {"GRU, a minute": ([1, 10], [4.0, 2.0]), "LSTM, a minute": ([2, 20], [4.1, 1.9])}, 1.7
    ).axes[0]
    drawn = {line.get_label(): line for line in ax.get_lines()}
    assert drawn["LSTM, a minute"].get_xdata().tolist() == [2, 20]
    assert drawn["GRU, a minute"].get_ydata().tolist() == [4.0, 2.0]
