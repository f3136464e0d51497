"""The chapter's figures draw the numbers they are given."""

import numpy as np

from rnncourse.chapters.ch02_language import lesson_figures
from rnncourse.chapters.ch02_language.brackets import BINS
from rnncourse.chapters.ch02_language.figures import against_time, brackets, orders
from rnncourse.viz.figures import show


def lines(fig):
    return {line.get_label(): line for line in fig.axes[0].get_lines()}


def test_orders_draws_the_mean_over_the_splits():
    bits = {name: np.array([[4.0, 2.0], [4.2, 2.4]]) for name in "abcd"}
    drawn = lines(orders(bits | {"e": np.full((2, 32), 3.0)}))
    assert list(drawn) == list("abcde")
    np.testing.assert_allclose(drawn["c"].get_ydata(), [4.1, 2.2])
    np.testing.assert_array_equal(drawn["e"].get_xdata(), np.arange(1, 33))  # may end elsewhere


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


def test_a_model_keeps_its_color():
    def color(fig, name):
        drawn = (*fig.axes[0].get_lines(), *(c for c in fig.axes[0].containers))
        artist = next(a for a in drawn if a.get_label() == name)
        return getattr(artist, "get_color", lambda: artist[0].get_color())()

    page, counts = "GRU of this page", "best order"
    fig = brackets({n: np.full(len(BINS), 0.5) for n in (counts, page)}, np.full(len(BINS), 50.0))
    curve = against_time({page: ([1, 10], [4.0, 2.0])}, 1.7)
    assert color(fig, page) == color(curve, page)
    assert color(fig, counts) == color(curve, "best order, counted")
    methods = "add-one", "add-k", "Witten-Bell", "Kneser-Ney", "modified Kneser-Ney"
    bits = orders({name: np.full((3, 9), 2.0) for name in methods})
    names = {n: np.full(len(BINS), 0.5) for n in ("order 3", "order 9", counts)}
    fig = brackets(names, np.full(len(BINS), 50.0))
    assert {color(fig, n) for n in names} == {color(bits, methods[-1])}
    assert color(bits, methods[-1]) not in {color(bits, n) for n in methods[:-1]}


def test_what_is_stored_and_what_is_needed_are_drawn_as_given():
    orders_of = {"counts": [2.0, 1.8], "counts that remember": [1.9, 1.6]}
    fig = lesson_figures.stored([10, 100], orders_of, {"network": (50, 1.7)}, named=[2])
    drawn = lines(fig)
    assert drawn["counts that remember"].get_ydata().tolist() == [1.9, 1.6]
    assert drawn["network"].get_xydata().tolist() == [[50, 1.7]]
    assert [text.get_text() for text in fig.axes[0].texts] == ["order 2"]


def test_an_unrolled_network_shows_its_numbers():
    states, chances = np.array([[0.5, -0.25, 1.0]]), np.array([[0.1, 0.9]])
    fig = lesson_figures.unrolled("h", states, chances, "he")
    said = [text.get_text() for text in fig.axes[0].texts]
    assert {"h", "+0.50\n−0.25\n+1.00", "e  90 %"} <= set(said)


def test_a_look_up_counts_what_followed():
    fig = lesson_figures.looked_up(["abcd", "abce", "abd "], "xxab", 2)
    said = [text.get_text() for text in fig.axes[0].texts]
    assert "c: 2 of 3, d: 1 of 3" in said
    assert said.count("?") == 1


def test_zipf_s_line_is_the_first_count_over_the_rank():
    line, words = lesson_figures.zipf([100, 40, 30, 1], ["the", "of"]).axes[0].get_lines()
    assert line.get_xdata().tolist() == words.get_xdata().tolist() == [1, 2, 3, 4]
    assert line.get_ydata().tolist() == [100, 50, 100 / 3, 25]
    assert words.get_ydata().tolist() == [100, 40, 30, 1]


def test_what_is_passed_on_is_told_as_one_in_so_many():
    ax = lesson_figures.passing(["ab", "b", ""], [3, 40, 500], [1, 2, 3], [1e-6, 0.0013, 0.3]).axes[
        0
    ]
    words = [text.get_text() for text in ax.texts]
    assert {"1 in 1,000,000", "1 in 770", "1 in 3", "(none)", "500 times"} <= {*words}
