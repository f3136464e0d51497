"""The figures on recurrent models draw the numbers they are given."""

import numpy as np

from rnncourse.viz.recurrent import against_time, learning


def test_learning_is_drawn_in_bits_with_lines_to_compare():
    ax = learning([np.log(96), np.log(8)], {"order 1": 4.5}).axes[0]
    curve, line = ax.get_lines()
    np.testing.assert_allclose(curve.get_ydata(), [np.log2(96), 3])
    assert set(line.get_ydata()) == {4.5}
    assert [t.get_text() for t in ax.texts] == ["order 1"]


def test_curves_stand_at_their_seconds():
    ax = against_time({"gru": ([1, 10], [4.0, 2.0]), "lstm": ([2, 20], [4.1, 1.9])}, 1.7).axes[0]
    drawn = {line.get_label(): line for line in ax.get_lines()}
    assert drawn["lstm"].get_xdata().tolist() == [2, 20]
    assert drawn["gru"].get_ydata().tolist() == [4.0, 2.0]
