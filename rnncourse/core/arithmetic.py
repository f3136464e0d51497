"""Arithmetic that several questions need for their inputs, their checks and their wrong answers.

It is written apart from the cells: what judges an answer should not be what it may have
been compared with already.
"""

import numpy as np
from jaxtyping import Float, Int


def softmax(scores: Float[np.ndarray, "..."], axis: int | None = -1) -> Float[np.ndarray, "..."]:
    """Make positive numbers that sum to 1 along an axis; None stands for all axes together.

    >>> softmax(np.log([[1.0, 3.0], [1.0, 1.0]]))
    array([[0.25, 0.75],
           [0.5 , 0.5 ]])
    """
    p = np.exp(scores - scores.max(axis=axis, keepdims=True))
    return p / p.sum(axis=axis, keepdims=True)


def take_along_last(
    values: Float[np.ndarray, "*n V"], indices: Int[np.ndarray, "*n"]
) -> Float[np.ndarray, "*n"]:
    """Return of the numbers along the last axis the one at a place.

    >>> take_along_last(np.array([[5.0, 6.0], [7.0, 8.0]]), np.array([1, 0]))
    array([6., 7.])
    """
    return np.take_along_axis(values, indices[..., None], axis=-1)[..., 0]


def is_in_range(means: Float[np.ndarray, "T E"], values: Float[np.ndarray, "S E"]) -> bool:
    """Return whether each mean lies between the smallest and the largest value of its column.

    >>> is_in_range(np.array([[2.0], [4.0]]), np.array([[1.0], [3.0]]))
    False
    """
    low, high = values.min(axis=0) - 1e-6, values.max(axis=0) + 1e-6
    return bool(np.all((means >= low) & (means <= high)))


def run_recurrence(
    xs: Float[np.ndarray, "T *B D"],
    h: Float[np.ndarray, "*B H"],
    W_xh: Float[np.ndarray, "D H"],
    W_hh: Float[np.ndarray, "H H"],
    b_h: Float[np.ndarray, " H"] | float = 0.0,
) -> Float[np.ndarray, "T *B H"]:
    """Return the states of a recurrent network after each step; `h` is the one before the first.

    >>> run_recurrence(np.zeros((2, 1)), np.ones(1), np.eye(1), np.eye(1)).round(2).ravel()
    array([0.76, 0.64])
    """
    states = []
    for x in xs:
        h = np.tanh(x @ W_xh + h @ W_hh + b_h)
        states.append(h)
    return np.array(states)
