"""The figures of the chapter on recurrent networks draw what they are given."""

import numpy as np
from matplotlib.colors import to_rgb
from matplotlib.patches import FancyArrowPatch

from rnncourse.chapters.ch03_recurrence.figures import (
    drawings,
    exposure,
    longer,
    recurrences,
    told_and_free,
    unrolled,
)
from rnncourse.viz.figures import COLORS


def words(ax):
    return [text.get_text() for text in ax.texts]


def arrows(ax):
    """Return the colors of the arrows."""
    found = [patch for patch in ax.patches if isinstance(patch, FancyArrowPatch)]
    return [patch.get_edgecolor()[:3] for patch in found]


def test_the_state_comes_back_or_the_output_does():
    state, output = recurrences().axes
    blue = to_rgb(COLORS["blue"])
    assert [arrows(ax).count(blue) for ax in (state, output)] == [2, 0]
    assert len(arrows(state)) == len(arrows(output)) == 8
    for ax, name in ((state, "$W_{hh}$"), (output, "$W_{yh}$")):
        assert words(ax).count(name) == 2


def test_the_numbers_of_each_state_stand_in_it():
    chances = np.array([[0.1, 0.9], [0.8, 0.2]])
    (ax,) = unrolled("ab", np.array([[-0.9999, 0.0], [0.9999, -0.9999]]), chances, "ab").axes
    minus = "\N{MINUS SIGN}"
    assert {f"{minus}1\n0", f"+1\n{minus}1", "b  90 %", "a  80 %"} <= set(words(ax))
    assert arrows(ax).count(to_rgb(COLORS["blue"])) == 1


def test_drawings_lie_on_their_figure():
    points = np.array([[0.0, 0.0], [1.0, 1.0], [0.0, 1.0]])
    for ax in drawings({"one": points / 2, "other": points / 2}, points).axes:
        below, above, _ = ax.get_lines()
        np.testing.assert_allclose(below.get_xydata(), points)
        np.testing.assert_allclose(above.get_xydata(), points / 2)


def test_both_ways_have_their_own_bound():
    shares = {"teacher_forced": np.array([0.9, 0.9]), "free_running": np.array([0.9, 0.5])}
    (ax,) = told_and_free(shares, {name: row + 0.01 for name, row in shares.items()}).axes
    drawn = [line.get_ydata() for line in ax.get_lines()[:4]]
    np.testing.assert_allclose(drawn[0], drawn[1] + 0.01)
    np.testing.assert_allclose(drawn[2], drawn[3] + 0.01)


def test_lines_go_through_means_and_bands_through_all_seeds():
    rows = np.array([[0.2, 0.8], [0.4, 1.0]])
    for ax in (
        exposure(
            (1, 2), {"sum": {"teacher forcing, teacher_forced": rows}}, {"teacher_forced": 0.9}
        ).axes[0],
        longer((10, 20), {"teacher_forced": rows}, 10).axes[0],
    ):
        np.testing.assert_allclose(ax.get_lines()[0].get_ydata(), [0.3, 0.9])
        ys = ax.collections[0].get_paths()[0].vertices[:, 1]
        assert (ys.min(), ys.max()) == (0.2, 1.0)


def test_the_two_tasks_stand_one_below_the_other():
    """Planted: side by side, as before, their lines cannot be told apart on a phone."""
    rows = np.ones((2, 2))
    fig = exposure(
        (1, 2),
        {task: {"teacher forcing, teacher_forced": rows} for task in "ab"},
        {"teacher_forced": 1.0},
    )
    fig.draw_without_rendering()
    above, below = (ax.get_position() for ax in fig.axes)
    assert above.y0 > below.y1
    assert above.x0 == below.x0
    assert above.width > 0.8
