"""Bounds on a gradient that is too long: by its norm, entry by entry, tensor by tensor.

Each takes the gradients of all parameters as a list of arrays, and returns new ones.
"""

from collections.abc import Sequence

import numpy as np
from jaxtyping import Float

Gradients = Sequence[Float[np.ndarray, "..."]]


def global_norm(gradients: Gradients) -> float:
    """Return the length of all gradients together: the root of the sum of all squared entries.

    >>> global_norm([np.array([3.0]), np.array([[0.0, 4.0]])])
    5.0
    """
    return float(np.sqrt(sum((g**2).sum() for g in gradients)))


def clip_norm(gradients: Gradients, threshold: float) -> list[np.ndarray]:
    """Scale all gradients by one factor, so that their length together is at most the threshold.

        g  ->  g * min(1, threshold / |g|)

    Args:
        gradients: Of all parameters.
        threshold: Largest length, above 0.

    Returns:
        Gradients of the same direction.

    Source: R. Pascanu, T. Mikolov and Y. Bengio, "On the difficulty of training recurrent neural
    networks", arXiv:1211.5063v2, algorithm 1; oracle in tests/training/test_clipping.py.

    >>> clip_norm([np.array([3.0, 4.0])], 1.0)
    [array([0.6, 0.8])]
    """
    norm = global_norm(gradients)
    return [g * (threshold / norm) if norm > threshold else g.copy() for g in gradients]


def clip_value(gradients: Gradients, threshold: float) -> list[np.ndarray]:
    """Move every entry into the range from -threshold to threshold.

    The length of the result is at most the threshold times the root of the number of entries. Its
    direction may change.

    Args:
        gradients: Of all parameters.
        threshold: Largest entry, above 0.

    Source: T. Mikolov's bound as described in arXiv:1211.5063v2, section 3.1; oracle in
    tests/training/test_clipping.py.

    >>> clip_value([np.array([3.0, -0.4])], 1.0)
    [array([ 1. , -0.4])]
    """
    return [np.clip(g, -threshold, threshold) for g in gradients]


def clip_squared(gradients: Gradients, threshold: float) -> list[np.ndarray]:
    """Clip as deck D prints it: the sum of squares stands where its root belongs.

        g  ->  g * threshold / |g|^2   if |g|^2 > threshold

    What is left has the length threshold over norm: the longer a gradient, the shorter it becomes.
    And what is longer than the threshold but not than its root stays as it is.

    Args:
        gradients: Of all parameters.
        threshold: As printed.

    >>> [clip_squared([np.array([n])], 5.0)[0].item() for n in (2.0, 5.0, 100.0)]
    [2.0, 1.0, 0.05]
    """
    squares = global_norm(gradients) ** 2
    return [g * (threshold / squares) if squares > threshold else g.copy() for g in gradients]
