"""The drawings of lesson 1."""

import numpy as np
from matplotlib.colors import to_hex
from matplotlib.patches import FancyArrowPatch, FancyBboxPatch

from rnncourse.chapters.ch01_sequences import lesson_figures as figures
from rnncourse.viz.figures import COLORS


def words(ax):
    return [text.get_text() for text in ax.texts]


def test_named_languages_have_markers_and_the_others_are_thin():
    table = np.array([[0.2, 0.5, 0.3], [0.6, 0.1, 0.3]])
    fig = figures.beliefs({"ab": table, "ba": table}, ["X", "Y", "Z"], ["X", "Z"])
    thin, first, second = fig.axes[0].get_lines()
    assert list(thin.get_ydata()) == [50, 10]
    assert list(first.get_ydata()) == [20, 60]
    assert (first.get_marker(), second.get_marker()) == ("o", "s")
    assert [t.get_text() for t in fig.axes[1].get_xticklabels()] == ["b", "a"]
    assert [t.get_text() for t in fig.legends[0].get_texts()] == ["X", "Z"]


def test_a_window_reads_its_last_letters_and_a_state_all():
    window, state = figures.window_and_state("saari", 3, "Finnish").axes
    arrows = [sum(isinstance(p, FancyArrowPatch) for p in ax.patches) for ax in (window, state)]
    assert arrows == [3 + 1, 5 + 4 + 1]
    assert words(window).count("not seen") == 1
    assert [word for word in words(state) if word.startswith("$h")] == [
        f"$h_{t}$" for t in range(1, 6)
    ]


def test_a_line_joins_the_windows_and_the_state_is_blue_and_apart():
    rows = {"bag": [0.5, 0.6], "last 1": [0.4, 0.4], "state": [0.7, 0.9]}
    fig = figures.reach({"which?": rows, "first?": {k: rows[k] for k in ("last 1", "state")}})
    (ax,) = fig.axes
    line, *dots, mean = ax.get_lines()[:5]
    assert np.allclose(line.get_ydata(), [55, 40])
    assert np.allclose(dots[-1].get_ydata(), [70, 90])
    assert np.allclose(mean.get_ydata(), [80])
    assert mean.get_color() == COLORS["blue"] != line.get_color()
    other = ax.get_lines()[5]
    assert list(other.get_xdata()) == [1]  # nothing was measured of the bag
    assert [t.get_text() for t in ax.get_xticklabels()] == list(rows)


def test_five_shapes_read_below_and_answer_above():
    axes = figures.shapes().axes
    boxes = [p for ax in axes for p in ax.patches if isinstance(p, FancyBboxPatch)]
    colors = [to_hex(p.get_edgecolor()) for p in boxes]
    reads, states = (colors.count(COLORS[name]) for name in ("gray", "blue"))
    assert (reads, states) == (1 + 5 + 1 + 5 + 2, 1 + 5 + 4 + 5 + 4)
    assert len(boxes) - reads - states == 1 + 1 + 4 + 5 + 2
    assert {"one to one", "many to one", "one to many"} == {words(ax)[0] for ax in axes[:3]}
