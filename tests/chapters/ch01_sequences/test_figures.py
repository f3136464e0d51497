"""The figure of lab report 1."""

from rnncourse.chapters.ch01_sequences.figures import state_added


def test_seeds_are_dots_and_a_line_goes_through_their_means():
    lines = state_added((100, 300), {"a": [[2.0, 1.8], [1.5, 1.6]], "b": [[2, 2]] * 2})
    lines = lines.axes[0].get_lines()
    assert [round(y, 2) for y in lines[0].get_ydata()] == [1.9, 1.55]
    assert [*lines[1].get_ydata()] == [2.0, 1.8]
