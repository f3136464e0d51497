"""The figures of the chapter on sequences."""

from rnncourse.chapters.ch01_sequences.figures import SHAPES, five_shapes, past_the_window


def test_each_shape_has_a_box_for_what_it_reads_keeps_and_answers():
    for ax, (reads, answers, steps) in zip(five_shapes().axes, SHAPES.values(), strict=True):
        assert len(ax.patches) == len(reads) + len(answers) + steps
        arrows = [t for t in ax.texts if getattr(t, "arrow_patch", None) is not None]
        assert len(arrows) == len(reads) + len(answers) + steps - 1


def test_the_reach_of_the_window_is_marked():
    ax = past_the_window((2, 7, 8), {"window": [1, 1, 0.25], "state": [1, 1, 1]}, 8).axes[0]
    band = ax.patches[0]
    assert band.get_x() + band.get_width() == 7.5
    assert list(ax.get_lines()[0].get_ydata()) == [1, 1, 0.25]
