"""The drawings of a step and of the way back say what the equations say."""

import numpy as np

from rnncourse.chapters.ch07_lstm import figures, lesson_figures

PARTS = ["c_old", "f", "kept", "i", "g", "new", "c", "o", "h"]
NUMBERS = dict(zip(PARTS, "abcdefghk", strict=True))


def words(ax, pale=None):
    lit = [text for text in ax.texts if pale is None or (text.get_alpha() == 0.16) == pale]
    return [text.get_text() for text in lit]


def test_each_stage_lights_its_own_gate_and_shows_its_own_numbers():
    axes = lesson_figures.stages(NUMBERS).axes
    gates = {"$f$": 0, "$i$": 1, "$o$": 3}
    for gate, stage in gates.items():
        for panel, ax in enumerate(axes):
            assert words(ax).count(gate) == 1
            assert (gate in words(ax, pale=False)) == (panel == stage)
    for ax, numbers in zip(axes, ("abc", "def", "cfg", "ghk"), strict=True):
        assert {w for w in words(ax) if len(w) == 1 and w in "abcdefghk"} == set(numbers)
        assert words(ax).count("×") == 3
        assert words(ax).count("+") == 1
        assert not ax.axison


def test_from_cell_to_cell_stands_the_gate_and_no_matrix():
    (ax,) = lesson_figures.way_back(3).axes
    found = words(ax)
    assert found.count(r"$\times f$") == found.count("$W_{hh}$") == 3
    rows = {text.get_text(): text.get_position()[1] for text in ax.texts}
    assert rows[r"$\times f$"] == rows["$c_{t}$"] > rows["$W_{hh}$"] == rows["$h_{t}$"]


def test_the_pipe_is_as_wide_as_the_cell_and_its_valve_shuts_where_the_gate_does():
    xs = np.array([[0.5, 1, 0], [0.1, 0, 0], [0, 0, 1], [-1.0, 1, 0]])
    star, ask = xs[:, 1], xs[:, 2]
    (ax,) = lesson_figures.pipe(xs, {"i": star, "f": 1 - star, "o": ask}, [0.5, 0.5, 0.5, -1]).axes
    bands = [band.get_paths()[0].get_extents() for band in ax.collections]
    np.testing.assert_allclose([band.height for band in bands], [0.5, 0.5, 0.5, 1])
    assert bands[2].width < bands[1].width
    dots = [line for line in ax.get_lines() if line.get_marker() == "o"]
    filled = [line.get_markerfacecolor() != "none" for line in dots]
    np.testing.assert_array_equal(np.reshape(filled, (4, 3)), np.stack([star, 1 - star, ask], 1))
    assert words(ax)[:4] == ["★+0.5", "+0.5", "+0.1", "?"]


def test_the_map_says_what_it_is_given():
    (ax,) = lesson_figures.travel_map([1, 5], [0, 10], np.log10([[1, 138], [2.5, 1.25]])).axes
    assert words(ax) == ["1.0", "138", "2.5", "1.2"]


def test_the_figures_draw_what_they_are_given():
    (ax,) = figures.forget_biases([0, 1], [[-4.0, -6.0], [1.0, 1.0]], [[0.0, 2.0], [3, 3]]).axes
    np.testing.assert_allclose(ax.get_lines()[0].get_ydata(), [1, 3])
    np.testing.assert_allclose(ax.get_lines()[3].get_ydata(), [-5, 1])
    fig = figures.learned({"a": (3, 10, 0.1, 0.6)}, {"a": "blue"})
    np.testing.assert_allclose(fig.axes[0].get_lines()[1].get_xdata(), [0.3])
    rows = {name: [0.1, 0.3] for name in "abcd"}
    np.testing.assert_allclose(figures.left(rows).axes[0].get_lines()[1].get_xdata(), [0.2])
    (ax,) = lesson_figures.learning({0: [[4.0, 0.0]]}, 0.5).axes
    np.testing.assert_allclose(ax.get_lines()[0].get_ydata(), [2.0])
    (ax,) = lesson_figures.growth({0: (np.array([0.5]), np.array([0.05]))}, 0.1).axes
    np.testing.assert_allclose(ax.get_lines()[0].get_ydata(), [0, 0.052])
