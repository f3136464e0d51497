"""The data of a figure are what was drawn."""

import csv
import io

import numpy as np
import pytest

from rnncourse.viz.drawn import data_of
from rnncourse.viz.figures import COLORS, figure, styled


def rows_of(fig):
    return list(csv.DictReader(io.StringIO(data_of(fig))))


@pytest.fixture
def drawn():
    """Return `drawn(draw)`: the rows of a figure of one panel that `draw(ax)` has filled."""

    @styled
    def rows(draw):
        fig, (ax,) = figure()
        draw(ax)
        fig.draw_without_rendering()
        return rows_of(fig)

    return rows


def test_lines_bars_and_reference_lines_have_their_names(drawn):
    def draw(ax):
        ax.plot([1, 2], [0.1234567, 2e-9], label="network")
        ax.bar([0, 1], [3, 4], label="counts")
        ax.axhline(0.25, label="chance")
        ax.axvspan(0, 1)

    assert drawn(draw) == [
        {"series": "counts", "x": "0", "y": "3"},
        {"series": "counts", "x": "1", "y": "4"},
        {"series": "network", "x": "1", "y": "0.123457"},
        {"series": "network", "x": "2", "y": "2e-09"},
        {"series": "chance", "x": "", "y": "0.25"},
    ]


def test_places_with_words_are_given_the_words(drawn):
    def draw(ax):
        ax.bar(range(3), [1, 2, 3])
        ax.set_xticks(range(3), ["a", "b,c", "two\nlines"])

    assert [(row["x"], row["at"]) for row in drawn(draw)] == [
        ("0", "a"),
        ("1", "b,c"),
        ("2", "two lines"),
    ]


def test_ranges_have_ends(drawn):
    def draw(ax):
        ax.errorbar([1, 2], [5, 6], [[1, 2], [3, 4]], label="model")
        ax.plot([1, 2], [5, 7], color=COLORS["pink"], label="mean")
        ax.fill_between([1, 2], [4, 5], [6, 9], color=COLORS["pink"], alpha=0.2, lw=0)

    assert drawn(draw) == [
        {"series": "model", "x": "1", "y": "5", "low": "4", "high": "8"},
        {"series": "model", "x": "2", "y": "6", "low": "4", "high": "10"},
        {"series": "mean", "x": "1", "y": "5", "low": "", "high": ""},
        {"series": "mean", "x": "2", "y": "7", "low": "", "high": ""},
        {"series": "mean", "x": "1", "y": "", "low": "4", "high": "6"},
        {"series": "mean", "x": "2", "y": "", "low": "5", "high": "9"},
    ]


def test_tiles_are_named_by_both_axes(drawn):
    def draw(ax):
        ax.imshow([[0.1, 0.9], [0.5, 0.5]])
        ax.set_xticks([0, 1], ["x", "y"])
        ax.set_yticks([0, 1], ["a", "b"])

    found = [(row["at"], row["y"]) for row in drawn(draw)]
    assert found[:2] == [("a then x", "0.1"), ("a then y", "0.9")]


@styled
def two_panels():
    fig, axes = figure(2)
    for ax, title in zip(axes, ("left", "right"), strict=True):
        ax.plot([0, 1], [np.nan, 1])
        ax.set_title(title)
    return fig


def test_panels_are_told_apart_and_what_is_missing_is_empty():
    rows = [tuple(row.values()) for row in rows_of(two_panels())]
    assert rows == [("left", "0", ""), ("left", "1", "1"), ("right", "0", ""), ("right", "1", "1")]


def test_a_diagram_has_no_data(drawn):
    assert drawn(lambda ax: (ax.axis("off"), ax.plot([0, 1], [0, 1]))) == []
