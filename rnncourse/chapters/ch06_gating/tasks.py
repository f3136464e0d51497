"""Streams in which something has to be forgotten, written or read at its time."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from jaxtyping import Bool, Float

Draws = np.random.Generator
Values = Float[np.ndarray, "T B"]
Flags = Bool[np.ndarray, "T B"]
Drawn = tuple[Float[np.ndarray, "T B D"], Float[np.ndarray, "T B"]]

NOISE = 3.0
"""How much larger than the others the values are that are not marked, in `marked_sum`."""


def draw_values(rng: Draws, T: int, B: int) -> Values:
    """Draw numbers between -1 and 1."""
    return rng.uniform(-1, 1, (T, B))


def sum_since(values: Values, reset: Flags) -> Values:
    """Add up values, anew from each reset on.

        s_t = v_t + (0 if reset_t else s_(t-1))

    Args:
        values: v.
        reset: Where the sum begins anew, with the value of that step.

    >>> v, r = np.array([[1.0], [2.0], [4.0]]), np.array([[False], [True], [False]])
    >>> sum_since(v, r).ravel().tolist()
    [1.0, 2.0, 6.0]
    """
    total, totals = np.zeros(values.shape[1]), []
    for v, r in zip(values, reset, strict=True):
        total = v + np.where(r, 0, total)
        totals.append(total)
    return np.array(totals)


def latest(values: Values, at: Flags) -> Values:
    """Return at each step the value of the last flagged step up to then; 0 before the first.

    >>> v, a = np.array([[1.0], [2.0], [4.0]]), np.array([[False], [True], [False]])
    >>> latest(v, a).ravel().tolist()
    [0.0, 2.0, 2.0]
    """
    held, seen = np.zeros(values.shape[1]), []
    for v, a in zip(values, at, strict=True):
        held = np.where(a, v, held)
        seen.append(held)
    return np.array(seen)


def reset_sum(rng: Draws, T: int, B: int) -> Drawn:
    """Draw numbers, and resets: what is the sum since the last reset?"""
    values, reset = draw_values(rng, T, B), rng.random((T, B)) < 0.1
    return np.stack([values, reset], -1), sum_since(values, reset)


def marked_sum(rng: Draws, T: int, B: int) -> Drawn:
    """Draw numbers, and marks: what is the sum of the marked ones? The others are noise."""
    values, marked = draw_values(rng, T, B), rng.random((T, B)) < 0.1
    shown = np.where(marked, values, NOISE * values)
    return np.stack([shown, marked], -1), (values * marked).cumsum(0)


def asked_sum(rng: Draws, T: int, B: int) -> Drawn:
    """Draw numbers, and questions: the sum so far where it is asked for, else 0."""
    values, asked = draw_values(rng, T, B), rng.random((T, B)) < 0.3
    return np.stack([values, asked], -1), values.cumsum(0) * asked


def two_memories(rng: Draws, T: int, B: int) -> Drawn:
    """Draw two memories: a value is written to one of them now and then, or one is asked for.

    Inputs: a value, `write A`, `write B`, `ask A`, `ask B`. The answer is what was last written to
    the one that is asked for, else 0.
    """
    values, write, ask = draw_values(rng, T, B), rng.random((T, B)), rng.random((T, B))
    to_a, to_b = write < 0.1, (write >= 0.1) & (write < 0.2)
    of_a, of_b = ask < 0.25, (ask >= 0.25) & (ask < 0.5)
    shown = values * (to_a | to_b)
    answers = latest(values, to_a) * of_a + latest(values, to_b) * of_b
    return np.stack([shown, to_a, to_b, of_a, of_b], -1), answers


@dataclass(frozen=True)
class Task:
    """A task: what draws it, and how wide an input is."""

    draw: Callable[[Draws, int, int], Drawn]
    D: int


TASKS = {
    "reset": Task(reset_sum, 2),
    "marked": Task(marked_sum, 2),
    "asked": Task(asked_sum, 2),
    "two": Task(two_memories, 5),
}
"""By name; the first three are made for one gate each, the last for all."""


def batches(
    task: Task, rngs: Sequence[Draws], T: int, B: int
) -> tuple[Float[np.ndarray, "T N B D"], Float[np.ndarray, "T N B"]]:
    """Draw a batch from each generator, side by side."""
    drawn = [task.draw(rng, T, B) for rng in rngs]
    xs, targets = (np.stack(some, 1) for some in zip(*drawn, strict=True))
    return xs.astype(np.float32), targets.astype(np.float32)
