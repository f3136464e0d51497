"""The figures of the chapter on recurrent networks draw what they are given."""

from collections import Counter

import numpy as np
from matplotlib.colors import to_rgb

from rnncourse.cells.rnn import hidden_step
from rnncourse.chapters.ch03_recurrence.figures import (
    context,
    exposure,
    graphical,
    longer,
    recurrences,
    traced,
)
from rnncourse.chapters.ch03_recurrence.tracing import unroll
from rnncourse.chapters.ch03_recurrence.unfolding import example
from rnncourse.viz.figures import COLORS


def words(ax):
    return [text.get_text() for text in ax.texts]


def test_every_node_and_every_arrow_of_the_graph_is_drawn():
    unrolled = unroll(hidden_step, *example(3))
    ax = traced(unrolled).axes[0]
    drawn = words(ax)
    assert drawn.count("@") == 6
    assert drawn.count("tanh") == 3
    assert [drawn.count(f"${name}$") for name in ("W_{xh}", "W_{hh}", "b_{h}")] == [1, 1, 1]
    arrows = [t for t in ax.texts if getattr(t, "arrow_patch", None) is not None]
    assert len(arrows) == unrolled.graph.number_of_edges()
    lines = {line.get_color() for line in ax.get_lines()}  # below the labels, which have the ink
    assert lines == {COLORS[name] for name in ("blue", "orange", "gray")}
    assert {arrow.arrow_patch.get_edgecolor()[:3] for arrow in arrows} >= {to_rgb(c) for c in lines}
    assert {text.get_color() for text in ax.texts} == {ax.xaxis.label.get_color()}


def arrows(ax):
    """Count the arrows of each color."""
    patches = [t.arrow_patch for t in ax.texts if getattr(t, "arrow_patch", None) is not None]
    return Counter(patch.get_edgecolor()[:3] for patch in patches)


def test_state_or_output_comes_back_folded_once_and_unfolded_twice():
    for ax, back, other in zip(recurrences().axes, ("orange", "pink"), ("pink", "orange")):  # noqa: B905
        found = arrows(ax)
        assert found[to_rgb(COLORS[back])] == 3
        assert to_rgb(COLORS[other]) not in found
        assert found[to_rgb(COLORS["blue"])] == 4
        assert words(ax).count("$h_t$") == words(ax).count("$h_3$") == 1


def test_all_to_all_has_an_arrow_for_every_pair_and_a_state_only_neighbors():
    table, state = graphical(5).axes
    assert sum(arrows(table).values()) == 5 * 4 / 2
    assert sum(arrows(state).values()) == 4 + 4 + 3  # into a state, out of it, from state to state


def test_a_context_is_said_at_every_step_or_once():
    every, once = context().axes
    assert arrows(every)[to_rgb(COLORS["blue"])] == 3
    assert to_rgb(COLORS["blue"]) not in arrows(once)
    assert words(every).count("$c$") == words(once).count("$c$") == 1


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
