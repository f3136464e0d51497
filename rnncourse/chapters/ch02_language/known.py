"""Who is ahead where: network and counts, by how much of the text before is known from training."""

import numpy as np
from jaxtyping import Float, Int
from scipy.special import stdtrit

from rnncourse.analysis.splits import Encoded
from rnncourse.models.counting import each_order

KNOWN = ((0, 5), (6, 8), (9, 11), (12, 15), (16, 23), (24, 31))
"""Groups of characters, by how many of those before them stand together in the training text."""
STRETCHES = 10


def known_before(data: Encoded, ids: Int[np.ndarray, " T"], longest: int) -> Int[np.ndarray, " T"]:
    """Return how many characters before each one stand together somewhere in the training text.

    Args:
        data: A split; its training text is searched.
        ids: The text. Newlines (index 0) are assumed before its beginning.
        longest: Where the search ends.
    """
    text = np.r_[np.zeros(longest, np.int64), ids]
    ends, found = np.zeros(len(text) + 1, np.int64), np.zeros(len(ids), np.int64)
    for n, counts in enumerate(each_order(data.train, longest)):
        ends = counts.find(ends[:-1], text[n:])
        found += ends[-len(ids) - 1 : -1] >= 0  # if n characters are known, so are fewer
    return found


def by_known(
    known: Int[np.ndarray, " T"], values: Float[np.ndarray, " T"]
) -> tuple[Float[np.ndarray, " K"], Float[np.ndarray, " K"]]:
    """Average a value a character in each of the K groups.

    Returns:
        Means, and half the width of their 95 % intervals over ten stretches of the text.
    """
    means, halves = [], []
    for low, high in KNOWN:
        inside = (known >= low) & (known <= high)
        parts = (np.array_split(a, STRETCHES) for a in (values, inside))
        each = np.array([part[where].mean() for part, where in zip(*parts, strict=True)])
        means.append(values[inside].mean())
        halves.append(stdtrit(STRETCHES - 1, 0.975) * each.std(ddof=1) / np.sqrt(STRETCHES))
    return np.array(means), np.array(halves)
