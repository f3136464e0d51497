"""Where the Markov assumption fails: brackets that close far from where they opened."""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Bool, Float, Int

BINS = ((1, 4), (5, 8), (9, 16), (17, 32), (33, 64), (65, 200))
"""Distances from opening to closing bracket, in characters, both ends included."""


@dataclass(frozen=True)
class Brackets:
    """The round brackets of a text, paragraph by paragraph.

    Args:
        close: ClosingRates of closing brackets that match an opening one.
        distance: How many characters before it the opening bracket stands.
        opened: For every position, how many characters ago the innermost bracket
            that is open there was opened; 0 where none is open.
    """

    close: Int[np.ndarray, " E"]
    distance: Int[np.ndarray, " E"]
    opened: Int[np.ndarray, " T"]


def find_brackets(text: str) -> Brackets:
    """Match round brackets; a newline ends a paragraph and forgets what is open.

    >>> b = find_brackets("a (b c) d")
    >>> b.close.tolist(), b.distance.tolist(), b.opened.tolist()
    ([6], [4], [0, 0, 0, 1, 2, 3, 4, 0, 0])
    """
    close, distance = [], []
    opened = np.zeros(len(text), np.int64)
    stack: list[int] = []
    for t, character in enumerate(text):
        if stack:
            opened[t] = t - stack[-1]
        if character == "(":
            stack.append(t)
        elif character == ")" and stack:
            close.append(t)
            distance.append(t - stack.pop())
        elif character == "\n":
            stack.clear()
    return Brackets(np.array(close, np.int64), np.array(distance, np.int64), opened)


def rate_by_distance(
    hits: Bool[np.ndarray, "N E"], distance: Int[np.ndarray, " E"]
) -> tuple[Float[np.ndarray, "N K"], Int[np.ndarray, " K"]]:
    """Average hits in the bins of distance.

    Args:
        hits: For each of N models and E closing brackets, whether the model's
            likeliest character was the bracket.
        distance: Of each closing bracket.

    Returns:
        The share of hits in each of the K bins, and the number of brackets in each.
    """
    in_bins = np.array([(distance >= low) & (distance <= high) for low, high in BINS])
    counts = in_bins.sum(1)
    with np.errstate(invalid="ignore"):  # an empty bin has no rate: NaN
        return (hits @ in_bins.T.astype(float)) / counts, counts
