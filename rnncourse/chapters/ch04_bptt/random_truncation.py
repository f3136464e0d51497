"""Cuts by chance: which paths a draw counts, and how often."""

from collections.abc import Sequence

import numpy as np
from jaxtyping import Float


def path_weights(cut: Sequence[bool], c: float) -> Float[np.ndarray, "T T"]:
    """Tell how often each path counts if these borders between the steps are cut.

        0 if a border between the two steps is cut, else 1 / (1 - c)^(t - k)

    Args:
        cut: For each border, from that between the first two steps; T - 1 of them.
        c: The probability of a cut.

    Returns:
        A row for each loss t, a column for each use of W at step k; 0 above the diagonal.

    >>> path_weights([False, True], 0.5)
    array([[1., 0., 0.],
           [2., 1., 0.],
           [0., 0., 1.]])
    """
    T = len(cut) + 1
    passed = np.where(cut, 0, 1 / (1 - c))
    return np.array([[np.prod(passed[k:t]) if k <= t else 0 for k in range(T)] for t in range(T)])
