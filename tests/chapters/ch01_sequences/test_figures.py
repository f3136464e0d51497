"""The figures of the chapter on sequences."""

from rnncourse.chapters.ch01_sequences.figures import (
    past_the_window,
    when_to_ask,
)


def test_the_reach_of_the_window_is_marked():
    rows = {"window": [[1, 1], [1, 1], [0.3, 0.2]], "state": [[1, 1]] * 3}
    ax = past_the_window((2, 7, 8), rows, 8).axes[0]
    band = ax.patches[0]
    assert band.get_x() + band.get_width() == 7.5
    assert list(ax.get_lines()[0].get_ydata()) == [1, 1, 0.3]
    assert list(ax.get_lines()[2].get_ydata()) == [1, 1, 0.2]


def test_seeds_are_dots_and_a_line_goes_through_their_means():
    asked = {"asked at the end": [[1.0, 0.8], [0.5, 0.6]], "asked after every word": [[1, 1]] * 2}
    fig = when_to_ask((0, 24), asked, {"reviews": {400: [0.5, 0.7], 1600: [1.0, 1.0]}})
    left, right = fig.axes
    assert [round(y) for y in left.get_lines()[0].get_ydata()] == [90, 55]
    assert [*left.get_lines()[1].get_ydata()] == [100, 80]
    assert [round(y) for y in right.get_lines()[0].get_ydata()] == [60, 100]
    assert [t.get_text() for t in right.get_xticklabels()] == ["400", "1,600"]
    assert len(fig.legends[0].get_texts()) == 2
