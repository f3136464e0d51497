"""The figures of the chapter on recurrent networks draw what they are given."""

import numpy as np
from matplotlib.colors import to_rgb

from rnncourse.cells.rnn import hidden_step
from rnncourse.chapters.ch03_recurrence.figures import exposure, longer, parameters, traced
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
    assert lines == {COLORS[name] for name in ("blue", "orange", "green")}
    assert {arrow.arrow_patch.get_edgecolor()[:3] for arrow in arrows} >= {to_rgb(c) for c in lines}
    assert {text.get_color() for text in ax.texts} == {ax.xaxis.label.get_color()}


def test_lines_go_through_means_and_bands_through_all_seeds():
    rows = np.array([[0.2, 0.8], [0.4, 1.0]])
    for ax in (
        exposure((1, 2), {"told": rows}, {"told": [0.5, 0.6]}).axes[0],
        longer((10, 20), {"told": rows}, 10).axes[0],
    ):
        np.testing.assert_allclose(ax.get_lines()[0].get_ydata(), [0.3, 0.9])
        ys = ax.collections[0].get_paths()[0].vertices[:, 1]
        assert (ys.min(), ys.max()) == (0.2, 1.0)


def test_numbers_are_drawn_on_a_logarithmic_scale():
    ax = parameters((1, 2), [95, 9120], [90, 2000], 500.0).axes[0]
    assert ax.get_yscale() == "log"
    assert {line.get_label() for line in ax.get_lines()} == {
        "full table",
        "counts above zero",
        "recurrent network, any length",
    }
