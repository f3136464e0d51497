"""The figures on the product of Jacobians draw the numbers they are given."""

import numpy as np

from rnncourse.chapters.ch05_gradients.jacobian_figures import (
    by_radius,
    first_grow,
    sizes,
)


def lines_of(ax):
    return {line.get_label(): line.get_ydata() for line in ax.get_lines()}


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
