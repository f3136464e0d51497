"""The data of a figure are what was drawn."""

import csv
import io

import numpy as np
import pytest

from rnncourse.viz.figure_csv import format_figure_csv
from rnncourse.viz.figures import COLORS, figure, styled


def read_figure_rows(fig):
    return list(csv.DictReader(io.StringIO(format_figure_csv(fig))))


@pytest.fixture
def read_rows():
    """Return `read_rows(draw)`: the rows of a figure of one panel that `draw(ax)` has filled."""

    @styled
    def list_rows(draw):
        fig, (ax,) = figure()
        draw(ax)
        fig.draw_without_rendering()
        return read_figure_rows(fig)

    return list_rows


def test_lines_bars_and_reference_lines_have_their_names(read_rows):
    def draw(ax):
        ax.plot([1, 2], [0.1234567, 2e-9], label="network")
        ax.bar([0, 1], [3, 4], label="counts")
        ax.axhline(0.25, label="chance")
        ax.axvspan(0, 1)

    assert read_rows(draw) == [
        {"series": "counts", "x": "0", "y": "3"},
        {"series": "counts", "x": "1", "y": "4"},
        {"series": "network", "x": "1", "y": "0.123457"},
        {"series": "network", "x": "2", "y": "2e-09"},
        {"series": "chance", "x": "", "y": "0.25"},
    ]


def test_places_with_words_are_given_the_words(read_rows):
    def draw(ax):
        ax.bar(range(3), [1, 2, 3])
        ax.set_xticks(range(3), ["a", "b,c", "two\nlines"])

    assert [(row["x"], row["at"]) for row in read_rows(draw)] == [
        ("0", "a"),
        ("1", "b,c"),
        ("2", "two lines"),
    ]


def test_ranges_have_ends(read_rows):
    def draw(ax):
        ax.errorbar([1, 2], [5, 6], [[1, 2], [3, 4]], label="model")
        ax.plot([1, 2], [5, 7], color=COLORS["pink"], label="mean")
        ax.fill_between([1, 2], [4, 5], [6, 9], color=COLORS["pink"], alpha=0.2, lw=0)

    assert read_rows(draw) == [
        {"series": "model", "x": "1", "y": "5", "low": "4", "high": "8"},
        {"series": "model", "x": "2", "y": "6", "low": "4", "high": "10"},
        {"series": "mean", "x": "1", "y": "5", "low": "", "high": ""},
        {"series": "mean", "x": "2", "y": "7", "low": "", "high": ""},
        {"series": "mean", "x": "1", "y": "", "low": "4", "high": "6"},
        {"series": "mean", "x": "2", "y": "", "low": "5", "high": "9"},
    ]


def test_tiles_are_named_by_both_axes(read_rows):
    def draw(ax):
        ax.imshow([[0.1, 0.9], [0.5, 0.5]])
        ax.set_xticks([0, 1], ["x", "y"])
        ax.set_yticks([0, 1], ["a", "b"])

    result = [(row["at"], row["y"]) for row in read_rows(draw)]
    assert result[:2] == [("a then x", "0.1"), ("a then y", "0.9")]


@styled
def draw_two_panels():
    fig, axes = figure(2)
    for ax, title in zip(axes, ("left", "right"), strict=True):
        ax.plot([0, 1], [np.nan, 1])
        ax.set_title(title)
    return fig


def test_panels_are_told_apart_and_what_is_missing_is_empty():
    rows = [tuple(row.values()) for row in read_figure_rows(draw_two_panels())]
    assert rows == [("left", "0", ""), ("left", "1", "1"), ("right", "0", ""), ("right", "1", "1")]


def test_a_diagram_has_no_data(read_rows):
    assert read_rows(lambda ax: (ax.axis("off"), ax.plot([0, 1], [0, 1]))) == []


def test_a_color_of_two_lines_gives_a_band_the_name_of_the_line_within(read_rows):
    def draw(ax):
        for name, y, style in (("one", 1.0, "-"), ("two", 2.0, "--")):
            ax.fill_between([0, 1], [y - 0.2] * 2, [y + 0.2] * 2, color=COLORS["blue"])
            ax.plot([0, 1], [y, y], style, color=COLORS["blue"], label=name)

    bands = [(row["series"], row["low"]) for row in read_rows(draw) if row["low"]]
    assert bands == [("one", "0.8"), ("one", "0.8"), ("two", "1.8"), ("two", "1.8")]


@styled
def draw_one_legend():
    fig, axes = figure(2)
    for name, color in (("told", "blue"), ("free", "orange")):
        axes[0].plot([0, 1], [0, 1], color=COLORS[color], label=name)
        axes[1].plot([0, 1], [1, 2], color=COLORS[color])
    return fig


def test_lines_of_a_panel_without_a_legend_have_the_names_of_the_other():
    assert [row["series"] for row in read_figure_rows(draw_one_legend())] == 2 * [
        *2 * ["told"],
        *2 * ["free"],
    ]


def test_bars_that_lie_have_their_length(read_rows):
    def draw(ax):
        ax.barh([0, 1], [10, 20])
        ax.set_yticks([0, 1], ["a", "b"])

    assert read_rows(draw) == [{"x": "10", "at": "a", "y": "0"}, {"x": "20", "at": "b", "y": "1"}]


def test_points_and_ranges_with_a_gap(read_rows):
    def draw(ax):
        ax.scatter([1, 2], [3, 4], label="cloud")
        ax.errorbar([1, 2], [5, np.nan], [1, 1], label="model")

    assert read_rows(draw) == [
        {"series": "model", "x": "1", "y": "5", "low": "4", "high": "6"},
        {"series": "model", "x": "2", "y": "", "low": "", "high": ""},
        {"series": "cloud", "x": "1", "y": "3", "low": "", "high": ""},
        {"series": "cloud", "x": "2", "y": "4", "low": "", "high": ""},
    ]


def test_error_bars_that_are_not_read_are_refused(read_rows):
    with pytest.raises(ValueError, match="only those of points"):
        read_rows(lambda ax: ax.errorbar([1], [2], xerr=[1]))


def test_a_label_that_no_legend_shows_names_the_data(read_rows):
    def draw(ax):
        ax.plot([1], [2], "o", color=COLORS["blue"], label="_each seed")
        ax.plot([1], [3], color=COLORS["blue"], label="median")

    assert [row["series"] for row in read_rows(draw)] == ["each seed", "median"]
