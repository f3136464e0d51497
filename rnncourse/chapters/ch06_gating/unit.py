"""One memory cell with three gates, and three tasks that need a gate each: live in the page.

The tasks come from one formula: a running sum that a flag clears, to which a flag adds, and which
a flag lets out. Each task has one of the flags; the last has all of them.
"""

from typing import NamedTuple

import numpy as np
from jaxtyping import Float

STEPS = 12
FLAGS = ("reset", "mark", "ask")
N_FLAGS = {"reset": 2, "mark": 5, "ask": 4}
"""How many steps of a signal have a flag, where a task has it."""
TASKS = {"reset": ("reset",), "mark": ("mark",), "ask": ("ask",), "all": FLAGS}
"""The flags of each task."""
SUBSETS = tuple(i + f + o for i in "ic-" for f in "f-" for o in "o-")
"""Which gates a unit has, as `open_missing_gates` takes them."""
MAX_VALUE, MAX_UNMARKED = 5, 9
"""The largest value, and the largest where a mark is missing."""


class Signal(NamedTuple):
    """What a unit reads, and what it should answer.

    Args:
        x: By step: the value, a whole number; then 1 where there is a flag, in the order of
            `FLAGS`, else 0. A flag that the task does not have is 0 throughout.
        target: The answer that is right.
    """

    x: Float[np.ndarray, "T B 4"]
    target: Float[np.ndarray, "T B"]


def sample_signals(task: str, n_signals: int, rng: np.random.Generator) -> Signal:
    """Draw signals of 12 steps.

    Values are whole numbers from -5 to 5, but not 0; where the task has marks, values without a
    mark go from -9 to 9. There are 2 resets, none in the first step; 5 marks; 4 questions, one of
    them in the last step.

    Args:
        task: One of `TASKS`.
        n_signals: How many.
        rng: The source of randomness.
    """
    x = np.zeros((STEPS, n_signals, 4))
    for n, flag in enumerate(FLAGS, start=1):
        if flag in TASKS[task]:
            order = rng.random((STEPS, n_signals))
            order[0] += flag == "reset"  # the last to be taken
            order[-1] -= flag == "ask"  # the first
            x[:, :, n] = np.argsort(np.argsort(order, axis=0), axis=0) < N_FLAGS[flag]
    largest = np.where(("mark" in TASKS[task]) & (x[:, :, 2] == 0), MAX_UNMARKED, MAX_VALUE)
    sizes = 1 + np.floor(largest * rng.random((STEPS, n_signals)))
    x[:, :, 0] = sizes * rng.choice([-1.0, 1.0], (STEPS, n_signals))
    return Signal(x, targets(x, task))


def targets(x: Float[np.ndarray, "T B 4"], task: str) -> Float[np.ndarray, "T B"]:
    """Return the right answers: the sum of the marked values since the last reset, when asked.

    A value that comes with a reset is the first of the new sum. Where a task has no flag of a
    kind, every value is marked, none is a reset, every step asks.
    """
    total, rows = np.zeros(x.shape[1]), []
    for value, reset, mark, ask in np.moveaxis(x, -1, 1):
        is_marked = mark if "mark" in TASKS[task] else 1
        total = np.where(reset == 1, 0, total) + is_marked * value
        rows.append(total * (ask if "ask" in TASKS[task] else 1))
    return np.stack(rows)


def open_missing_gates(
    gates: Float[np.ndarray, "T B 3"], subset: str
) -> Float[np.ndarray, "T B 3"]:
    """Hold the gates open that a unit does not have.

    Args:
        gates: In the order i f o, from 0 to 1.
        subset: The gates that there are, for instance `"ifo"`; `-` in place of one that is
            missing, which is then 1; `c` in place of i for a coupled one, i = 1 - f.
    """
    i, f, o = np.moveaxis(gates, -1, 0)
    ones = np.ones_like(f)
    f = f if subset[1] == "f" else ones
    i = {"i": i, "c": 1 - f, "-": ones}[subset[0]]
    return np.stack([i, f, o if subset[2] == "o" else ones], -1)


def run_unit(
    values: Float[np.ndarray, "T B"], gates: Float[np.ndarray, "T B 3"]
) -> tuple[Float[np.ndarray, "T B"], Float[np.ndarray, "T B"]]:
    """Run the unit over signals, from an empty memory.

        c_t = f_t c_{t-1} + i_t a_t,   h_t = o_t c_t

    Args:
        values: What arrives, a_t.
        gates: In the order i f o, from 0 to 1.

    Returns:
        Memory and answer by step.

    Source: Hochreiter and Schmidhuber (1997) with the forget gate of Gers, Schmidhuber and Cummins
    (2000), one cell without its activations.

    >>> values = np.array([[2.0], [3.0], [-1.0]])
    >>> gates = np.ones((3, 1, 3))
    >>> gates[1, 0, 1] = 0  # forget before the second value comes
    >>> run_unit(values, gates)[1].ravel()
    array([2., 3., 2.])
    """
    c, cs = np.zeros(values.shape[1]), []
    for a, (i, f, _) in zip(values, np.moveaxis(gates, -1, 1), strict=True):
        c = f * c + i * a
        cs.append(c)
    return np.stack(cs), gates[:, :, 2] * np.stack(cs)


def compute_rmse(answers: Float[np.ndarray, "T B"], target: Float[np.ndarray, "T B"]) -> float:
    """Return the root mean square error over all steps, in the units of the signal."""
    return float(np.sqrt(np.mean((answers - target) ** 2)))
