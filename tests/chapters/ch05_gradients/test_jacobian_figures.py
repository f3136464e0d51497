"""The figures on the product of Jacobians draw the numbers they are given."""

import numpy as np

from rnncourse.chapters.ch05_gradients.jacobian_figures import (
    by_radius,
    collapse,
    deciding,
    first_grow,
    lengths,
    sizes,
)


def lines_of(ax):
    return {line.get_label(): line.get_ydata() for line in ax.get_lines()}


def test_each_radius_has_its_lines_and_its_number_where_they_end():
    rows = {0.5: [np.linspace(0, -20, 11)] * 2, 2.0: [np.linspace(0, 3, 11)] * 2}
    fig = lengths({"linear": rows, "tanh": rows}, -12, 12)
    for ax in fig.axes:
        drawn = lines_of(ax)
        np.testing.assert_array_equal(drawn["radius 0.5"], rows[0.5][0])
        np.testing.assert_array_equal(drawn["_radius 2"], rows[2.0][1])
        places = {text.get_text(): text.get_position() for text in ax.texts}
        assert places["2"] == (11.5, 3)
        assert places["0.5"][0] == 8  # it leaves the panel at step 6
        assert ax.get_ylim() == (-12, 12)


def test_powers_stand_beside_the_radius_and_two_networks_beside_each_other():
    detours = {"linear": [[0, 0.5], [1, 2]], "tanh": [[0, 1], [3, 5]]}
    fig = first_grow([1, 3, 2], 0.5, {"linear": [0, 1, 0], "tanh": [0, 2, 4]}, [0, 8], detours)
    small, large, greatest = (lines_of(ax) for ax in fig.axes)
    np.testing.assert_array_equal(greatest["_tanh"], [0.5, 4])
    np.testing.assert_array_equal(small["norm of the power"], [1, 3, 2])
    np.testing.assert_array_equal(small["spectral radius to the power"], [1, 0.5, 0.25])
    np.testing.assert_array_equal(large["gradient, tanh"], [0, 2, 4])


def test_rates_stand_against_the_sizes_of_weights_and_of_inputs():
    rows = {0.5: [[-1, -3], [-4, -4]], 2: [[0, 1], [2, 2]], 4: [[1, 1], [3, 3]]}
    left, right = sizes([1, 2], [[0, 2], [3, 5]], [0.1, 1], rows).axes
    np.testing.assert_array_equal(left.get_lines()[0].get_ydata(), [1, 4])
    np.testing.assert_array_equal(lines_of(right)["radius 0.5"], [-2, -4])


def test_a_gradient_s_rate_stands_against_the_radius():
    (ax,) = by_radius([0.5, 2], [[-1, -3], [1, 2]], 0.58).axes
    np.testing.assert_array_equal(lines_of(ax)["_one gradient"], [-2, 1.5])


def test_all_singular_values_are_drawn():
    logs = np.array([[0.0, 0.0], [-1.0, -2.0], [-2.0, np.nan]])
    (ax,) = collapse({"one": logs}).axes
    drawn = lines_of(ax)
    np.testing.assert_array_equal(drawn["singular values"], logs[:, 0])
    np.testing.assert_array_equal(drawn["_singular values"], logs[:, 1])


def test_every_network_has_its_point_in_every_panel():
    measured, families = np.array([0.1, -0.2, 0.3]), ["a", "b", "a"]
    fig = deciding(families, {"one": measured, "two": -measured}, measured)
    for ax, sign in zip(fig.axes, (1, -1), strict=True):
        points = {line.get_label(): line.get_xydata() for line in ax.get_lines()}
        np.testing.assert_allclose(points["a"], [[sign * 0.1, 0.1], [sign * 0.3, 0.3]])
        assert points["as predicted"][0, 0] == points["as predicted"][0, 1]
