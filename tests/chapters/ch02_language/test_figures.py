"""The chapter's figures draw the numbers they are given."""

import csv
import io

import numpy as np

from rnncourse.chapters.ch02_language.brackets import BINS
from rnncourse.chapters.ch02_language.figures import (
    against_time,
    bigrams,
    brackets,
    counted,
    expecting,
    learning,
    new_contexts,
    orders,
    reset_cost,
    skyline,
    who_is_ahead,
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


def test_what_is_expected_is_drawn_in_percent_for_both():
    ax = expecting("a b", np.array([0.1, 0.2, 0.5]), np.array([0.0, 0.1, 0.0]), "chance").axes[0]
    network, counts = ([bar.get_height() for bar in bars] for bars in ax.containers)
    assert (network, counts) == ([10, 20, 50], [0, 10, 0])


def test_orders_draws_the_mean_over_the_splits():
    bits = {name: np.array([[4.0, 2.0], [4.2, 2.4]]) for name in "abcd"}
    drawn = lines(orders(bits | {"e": np.full((2, 32), 3.0)}))
    assert list(drawn) == list("abcde")
    np.testing.assert_allclose(drawn["c"].get_ydata(), [4.1, 2.2])
    np.testing.assert_array_equal(drawn["e"].get_xdata(), np.arange(1, 33))  # may end elsewhere


def test_new_contexts_are_percent_one_line_a_split():
    fig = new_contexts([2, 4], np.array([[0.0, 0.5], [0.1, 0.6]]))
    drawn = [line.get_ydata().tolist() for line in fig.axes[0].get_lines()]
    assert drawn == [[0, 50], [10, 60]]


def test_brackets_are_percent_with_intervals_around_them():
    hits = np.linspace(0.9, 0.1, 9)[:, None] * np.linspace(0.5, 0.0, len(BINS))
    named = {"order 3": hits[2], "order 9": hits[8], "best order, 27–29": hits[8]}
    fig = brackets(named, np.full(len(BINS), 50.0))
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
    ax = learning([np.log(96), np.log(8)], {2: 3.5}, {"order 1": 4.5}).axes[0]
    train, held_out, line = ax.get_lines()
    np.testing.assert_allclose(train.get_ydata(), [np.log2(96), 3])
    assert held_out.get_xydata().tolist() == [[2, 3.5]]
    assert set(line.get_ydata()) == {4.5}
    assert [t.get_text() for t in ax.texts] == ["order 1"]


def test_the_cost_of_a_reset_stands_at_its_place():
    bars = reset_cost([3.0, 2.0, 1.0, 0.5], shown=3).axes[0].patches
    assert [(b.get_x() + b.get_width() / 2, b.get_height()) for b in bars] == [
        (1, 3),
        (2, 2),
        (3, 1),
    ]


def test_who_is_ahead_lies_below_the_line_of_the_counts():
    gaps = {"network": ([-0.1, 0.2], [0.01, 0.02]), "average": ([-0.3, -0.1], [0.01, 0.02])}
    ax = who_is_ahead([(0, 5), (6, 31)], [0.3, 0.7], gaps).axes[0]
    points, _, (bars,) = ax.containers[0]
    assert points.get_ydata().tolist() == [-0.1, 0.2]
    np.testing.assert_allclose(bars.get_segments()[1], [[1, 0.18], [1, 0.22]])
    assert [t.get_text() for t in ax.get_xticklabels()] == ["0–5\n30 %", "6+\n70 %"]


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

    page, counts = "GRU of this page", "best order"
    fig = brackets(
        {n: np.full(len(BINS), 0.5) for n in (counts, page, "larger GRU")}, np.full(len(BINS), 50.0)
    )
    curve = against_time({page: ([1, 10], [4.0, 2.0])}, 1.7)
    assert color(fig, page) == color(curve, page)
    assert color(fig, counts) == color(curve, "best order, counted")
    methods = "add-one", "add-k", "Witten-Bell", "Kneser-Ney", "modified Kneser-Ney"
    bits = orders({name: np.full((3, 9), 2.0) for name in methods})
    names = {n: np.full(len(BINS), 0.5) for n in ("order 3", "order 9", counts)}
    fig = brackets(names, np.full(len(BINS), 50.0))
    assert {color(fig, n) for n in names} == {color(bits, methods[-1])}
    assert color(bits, methods[-1]) not in {color(bits, n) for n in methods[:-1]}


def test_curves_stand_at_their_seconds():
    ax = against_time(
        {"GRU, 1,000 updates": ([1, 10], [4.0, 2.0]), "LSTM, 1,000 updates": ([2, 20], [4.1, 1.9])},
        1.7,
    ).axes[0]
    drawn = {line.get_label(): line for line in ax.get_lines()}
    assert drawn["LSTM, 1,000 updates"].get_xdata().tolist() == [2, 20]
    assert drawn["GRU, 1,000 updates"].get_ydata().tolist() == [4.0, 2.0]


def test_each_kind_of_symbol_has_its_curve():
    ax = counted((1, 10, 100), {"words": [0.3, 0.7, 0.9], "characters": [0.8, 0.9, 1.0]}).axes[0]
    drawn = {line.get_label(): list(line.get_ydata()) for line in ax.get_lines()}
    assert drawn["words"] == [0.3, 0.7, 0.9]
    assert drawn["characters"] == [0.8, 0.9, 1.0]
    assert ax.get_xscale() == "log"
