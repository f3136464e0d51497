"""Deck D's code for clipping (claim D10): with the root it clips, as printed it does not."""

import numpy as np
import pytest


def scale_gradient(gradient, norm, threshold):
    """Scale a gradient whose norm is said to be above the threshold."""
    return gradient * threshold / norm if norm > threshold else gradient


def test_with_the_root_length_and_direction_are_left():
    rng = np.random.default_rng(0)
    for length in 10 ** rng.uniform(-3, 6, 100):
        g = rng.normal(size=50)
        g *= length / np.linalg.norm(g)
        after = scale_gradient(g, np.sqrt((g**2).sum()), 5.0)
        np.testing.assert_allclose(after, g * min(length, 5.0) / length, rtol=1e-12)


@pytest.mark.parametrize("threshold", [0.25, 5.0])
def test_without_the_root_what_is_left_shrinks_as_the_gradient_grows(threshold):
    direction = np.random.default_rng(1).normal(size=9)
    direction /= np.linalg.norm(direction)
    for length in (0.4, 0.6, 2.0, 3.0, 50.0):
        g = length * direction
        left = np.linalg.norm(scale_gradient(g, (g**2).sum(), threshold))
        assert left == pytest.approx(threshold / length if length**2 > threshold else length)
    g = 0.4 * direction  # longer than 0.25, shorter than its root
    assert np.linalg.norm(scale_gradient(g, (g**2).sum(), 0.25)) == pytest.approx(0.4)
