"""The figures on backpropagation through time draw the numbers they are given."""

import numpy as np

from rnncourse.chapters.ch04_bptt.figures import (
    by_window,
    costs,
    credit_skyline,
    fading,
    predicted,
    recall,
    unrolled,
)


def test_every_character_has_its_bars():
    ax = credit_skyline("a b", {"trained": [0.1, 0.2, 0.7], "untrained": [0, 0, 1]}).axes[0]
    assert [bar.get_height() for bar in ax.patches] == [0.1, 0.2, 0.7, 0, 0, 1]
    assert [t.get_text() for t in ax.get_xticklabels()] == ["a", "\N{OPEN BOX}", "b"]


def test_a_cut_takes_one_arrow_away_and_says_so():
    def arrows(fig):
        return sum(
            text.arrow_patch is not None
            for text in fig.axes[0].texts
            if hasattr(text, "arrow_patch")
        )

    whole, cut = unrolled(4), unrolled(4, cut=2)
    assert arrows(whole) - arrows(cut) == 1
    words = [text.get_text() for text in cut.axes[0].texts]
    assert "detach" in words
    assert len({text.get_color() for text in cut.axes[0].texts}) == 1  # the ink
    assert {f"$h_{t}$" for t in range(5)} <= set(words)


def test_cosines_stand_left_and_lengths_right():
    curves = {
        "untrained": np.array([[0.9, 0.8], [1, 1]]),
        "trained": np.array([[0.5, 0.4], [1, 1]]),
    }
    left, right = by_window((1, 2), curves, {"untrained": 0.7, "trained": 0.1}).axes
    lines = {line.get_label(): list(line.get_ydata()) for line in right.get_lines()}
    assert lines == {"untrained": [0.8, 1], "trained": [0.4, 1]}
    assert {0.7, 0.1} <= {line.get_ydata()[0] for line in left.get_lines()}


def test_a_line_of_recall_goes_through_the_medians():
    ways = {"reset": {1: [0.2, 0.3, 0.9], 3: [1, 1, 0.5]}, "carried": {1: [0.5] * 3, 3: [1] * 3}}
    ax = recall({"task": ways}, [3]).axes[0]
    lines = {line.get_label(): list(line.get_ydata()) for line in ax.get_lines()}
    assert lines["state reset"] == [0.3, 1]
    assert lines["state carried"] == [0.5, 1]
    assert ax.patches[0].get_x() == 2.5


def test_costs_have_a_panel_each():
    rows = {"a": [1, 2], "b": [3, 4]}
    for ax in costs((64, 128), rows, rows).axes:
        drawn = {line.get_label(): list(line.get_ydata()) for line in ax.get_lines()}
        assert drawn["a"] == [1, 2]
        assert drawn["b"] == [3, 4]


def test_fading_goes_through_the_medians_within_the_range():
    rows = {name: [[n, n + 1, n + 5], [n, n, n]] for n, name in enumerate("abc", start=1)}
    for ax in fading((1, 2), rows, rows).axes:
        drawn = {line.get_label(): list(line.get_ydata()) for line in ax.get_lines()}
        assert [drawn[name] for name in "abc"] == [[2, 1], [3, 2], [4, 3]]
        assert ax.collections[0].get_datalim(ax.transData).height == 5


def test_a_setting_lies_where_its_two_numbers_say():
    before = {name: [n / 4, n / 4] for n, name in enumerate("abcd", start=1)}
    after = {name: [0.3, n / 4] for n, name in enumerate("abcd", start=1)}
    ax = predicted(before, after, 0.95).axes[0]
    drawn = {line.get_label(): line.get_xydata().tolist() for line in ax.get_lines()}
    assert drawn["c"] == [[0.75, 0.3], [0.75, 0.75]]
    assert ax.patches[0].get_x() == 0.95
