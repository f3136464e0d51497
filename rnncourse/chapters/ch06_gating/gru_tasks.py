"""Small tasks whose memory is one number: all are answered with a number, and scored alike."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from jaxtyping import Float

MARKED = 0.1
"""How often a step is marked."""


@dataclass(frozen=True)
class Task:
    """A task with two inputs a step, and one number to answer.

    Args:
        draw: From a generator, the number of steps and the number of sequences to inputs
            `T B 2`, what should be answered `T B`, and at which steps it is asked for, `T`.
        T: Steps.
        updates: How long it is trained.
    """

    draw: Callable
    T: int
    updates: int


def running_sum(
    rng: np.random.Generator, T: int, B: int
) -> tuple[Float[np.ndarray, "T B D"], Float[np.ndarray, "T B"], Float[np.ndarray, " T"]]:
    """Draw numbers between -1 and 1; asked for is their sum since the last mark.

    s_t = v_t + (0 if marked, else s_(t-1))
    """
    v, mark = rng.uniform(-1, 1, (T, B)), rng.random((T, B)) < MARKED
    sums, total = np.zeros((T, B)), np.zeros(B)
    for t in range(T):
        total = v[t] + np.where(mark[t], 0, total)
        sums[t] = total
    return np.stack([v, mark], -1), sums, np.ones(T)


def hold(
    rng: np.random.Generator, T: int, B: int
) -> tuple[Float[np.ndarray, "T B D"], Float[np.ndarray, "T B"], Float[np.ndarray, " T"]]:
    """Draw numbers between -1 and 1; asked for is the one that was marked last.

    The first one is marked; all others but the marked ones are there to be ignored.
    """
    v, mark = rng.uniform(-1, 1, (T, B)), rng.random((T, B)) < MARKED
    mark[0] = True
    held, last = np.zeros((T, B)), np.zeros(B)
    for t in range(T):
        last = np.where(mark[t], v[t], last)
        held[t] = last
    return np.stack([v, mark], -1), held, np.ones(T)


def parity(
    rng: np.random.Generator, T: int, B: int
) -> tuple[Float[np.ndarray, "T B D"], Float[np.ndarray, "T B"], Float[np.ndarray, " T"]]:
    """Draw bits; asked for is 1 if the ones since the last mark are odd in number, else -1."""
    bits, mark = (rng.random((T, B)) < 0.5).astype(float), rng.random((T, B)) < MARKED
    odd, now = np.zeros((T, B)), np.zeros(B)
    for t in range(T):
        now = (bits[t] + np.where(mark[t], 0, now)) % 2
        odd[t] = 2 * now - 1
    return np.stack([bits, mark], -1), odd, np.ones(T)


def adding(
    rng: np.random.Generator, T: int, B: int
) -> tuple[Float[np.ndarray, "T B D"], Float[np.ndarray, "T B"], Float[np.ndarray, " T"]]:
    """Draw numbers between 0 and 1, of which one in each half is marked: what is their sum?

    It is asked for after the last step, and only there.

    Source: S. Hochreiter and J. Schmidhuber, "Long short-term memory", Neural Computation 9
    (1997), section 5.4, simplified as in Q. V. Le, N. Jaitly and G. E. Hinton, arXiv:1504.00941v2,
    section 4.1.
    """
    v, mark = rng.random((T, B)), np.zeros((T, B))
    mark[rng.integers(0, T // 2, B), np.arange(B)] = 1
    mark[rng.integers(T // 2, T, B), np.arange(B)] = 1
    asked = np.zeros(T)
    asked[-1] = 1
    return np.stack([v, mark], -1), np.broadcast_to((v * mark).sum(0), (T, B)).copy(), asked


TASKS = {
    "sum": Task(running_sum, 40, 600),
    "hold": Task(hold, 40, 600),
    "parity": Task(parity, 40, 600),
    "adding": Task(adding, 50, 600),
}
