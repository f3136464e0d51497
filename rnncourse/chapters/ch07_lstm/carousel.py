"""How a gradient travels back through an untrained LSTM: how far, and past which positions."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from jaxtyping import Float

from rnncourse.cells.activations import sigmoid
from rnncourse.cells.initial import initial_weights
from rnncourse.cells.lstm import LSTMWeights
from rnncourse.core.records import Record, provenance
from rnncourse.core.seeds import CONFIRMING

H, D, N_SYMBOLS = 32, 8, 1001
BIASES = (0, 1, 2, 3, 4, 5, 6)
"""First biases of the forget gate, in `measure_gradient_reach`."""
DISTANCE = 200
"""Steps that a gradient goes back, in `measure_gradient_reach`."""
OPEN_BIAS = 50.0  # the sigmoid of this bias is 1 to the last bit
UNTRAINED_TOLERANCE = (0.01, "float64, untrained; nothing is chaotic enough to move a digit")


def init_lstm(start: str, seed: int) -> LSTMWeights:
    """Draw an LSTM of 32 units; those of one seed differ in their forget biases alone.

    Args:
        start: `"open"`, a forget gate that is 1; or `"bias-B"`, with another forget bias.
        seed: Of the weights.
    """
    rng = np.random.default_rng([seed, 0])
    w = initial_weights(LSTMWeights, D, H, rng)
    w.b_h[:] = 0
    w.b_h[H : 2 * H] = OPEN_BIAS if start == "open" else float(start.removeprefix("bias-"))
    return w


def sample_inputs(seed: int, steps: int = N_SYMBOLS) -> Float[np.ndarray, "T D"]:
    """Draw a sequence of random symbols."""
    return np.eye(D)[np.random.default_rng([seed, 1]).integers(D, size=steps)]


def sample_gradient(seed: int) -> Float[np.ndarray, " H"]:
    """Draw the direction of the gradient that is sent back, of length 1."""
    v = np.random.default_rng([seed, 2]).normal(size=H)
    return v / np.linalg.norm(v)


class Step(NamedTuple):
    """What a step leaves for the way back: the cell before it and after it, gates, candidate."""

    c_prev: Float[np.ndarray, " H"]
    c: Float[np.ndarray, " H"]
    i: Float[np.ndarray, " H"]
    f: Float[np.ndarray, " H"]
    g: Float[np.ndarray, " H"]
    o: Float[np.ndarray, " H"]

    @property
    def dh_dc(self) -> Float[np.ndarray, " H"]:
        """By how much h changes with its own cell: o (1 - tanh(c)^2)."""
        return self.o * (1 - np.tanh(self.c) ** 2)


def read_sequence(
    w: LSTMWeights, xs: Float[np.ndarray, "T D"], cell_size: float = 0.0, seed: int = 0
) -> list[Step]:
    """Read a sequence.

    Args:
        w: The network.
        xs: What it reads.
        cell_size: Absolute value of every cell at the start; h then is half of its tanh.
        seed: Of the cells' signs.
    """
    c = cell_size * np.random.default_rng([seed, 5]).choice([-1.0, 1.0], size=len(w.W_hh))
    h, steps = 0.5 * np.tanh(c), []
    for x in xs:
        a_i, a_f, a_g, a_o = np.split(x @ w.W_xh + h @ w.W_hh + w.b_h, 4)
        i, f, g, o = sigmoid(a_i), sigmoid(a_f), np.tanh(a_g), sigmoid(a_o)
        c_prev, c = c, f * c + i * g
        h = o * np.tanh(c)
        steps.append(Step(c_prev, c, i, f, g, o))
    return steps


def backpropagate(
    w: LSTMWeights,
    steps: Sequence[Step],
    dc: Float[np.ndarray, " H"],
    end_steps: Sequence[int],
    through_h: bool = True,
) -> Float[np.ndarray, "E T"]:
    """Send a gradient back from several cells, and return its length at every cell before.

    Args:
        w: The network.
        steps: What `read_sequence` returned.
        dc: The gradient at the cell where it sets out.
        end_steps: The positions where it sets out; 0 is the cell after the first symbol.
        through_h: Whether it also takes the ways through h, by which a cell changes later gates.
            Without them each step multiplies it by f alone.

    Returns:
        Lengths, by end and position; `nan` behind an end.
    """
    end_steps = np.asarray(end_steps)
    dc_after, dh = np.zeros((2, len(end_steps), len(dc)))
    lengths = np.full((len(end_steps), len(steps)), np.nan)
    for t in range(end_steps.max(), -1, -1):
        step, is_active = steps[t], end_steps >= t
        dc_after[end_steps == t] = dc
        dc_total = dc_after + dh * step.dh_dc
        lengths[is_active, t] = np.linalg.norm(dc_total[is_active], axis=1)
        if through_h:
            da_i = dc_total * step.g * step.i * (1 - step.i)
            da_f = dc_total * step.c_prev * step.f * (1 - step.f)
            da_g = dc_total * step.i * (1 - step.g**2)
            da_o = dh * np.tanh(step.c) * step.o * (1 - step.o)
            dh = np.concatenate([da_i, da_f, da_g, da_o], axis=1) @ w.W_hh.T
        dc_after = dc_total * step.f
    return lengths


def log10_change(
    start: str, seed: int, end_steps: Sequence[int], cell_size: float = 0.0, through_h: bool = True
) -> Float[np.ndarray, "E T"]:
    """Return by how many powers of ten a gradient has changed: `read_sequence`, `backpropagate`."""
    w = init_lstm(start, seed)
    steps = read_sequence(w, sample_inputs(seed, max(end_steps) + 1), cell_size, seed)
    lengths = backpropagate(w, steps, sample_gradient(seed), end_steps, through_h)
    with np.errstate(divide="ignore"):  # what has shrunk below the smallest number
        return np.log10(lengths)


def perturbation_responses(
    start: str, seed: int, cell_size: float = 0.0
) -> Float[np.ndarray, " T"]:
    """Return how much of a nudge of its cell a unit shows, at every position: mean of units."""
    steps = read_sequence(init_lstm(start, seed), sample_inputs(seed), cell_size, seed)
    return np.array([step.dh_dc.mean() for step in steps])


def measure_gradient_reach() -> Record:
    """Send gradients back 200 steps through untrained LSTMs, by the forget bias: D11 (seconds).

    32 units, weights uniform in +-1 / sqrt(32), other biases 0; they read 1,001 random symbols from
    a zero state. A random gradient of length 1 sets out from a cell and goes back by all ways. By
    how many powers of ten has it grown: `far`, from the last cell, 800 steps away from the start;
    `start`, from the cell after 201 symbols back to the first; `direct`, from the last cell by the
    way from cell to cell alone.
    """
    about = {"data": "drawn at random", "seeds": [*CONFIRMING], **provenance()}
    record = Record("ch07_lstm", "travel", about)
    ends = (DISTANCE, N_SYMBOLS - 1)
    for bias in BIASES:
        changes = np.array([log10_change(f"bias-{bias}", seed, ends) for seed in CONFIRMING])
        direct = [
            log10_change(f"bias-{bias}", seed, ends, through_h=False)[1] for seed in CONFIRMING
        ]
        record.add(f"travel/far/{bias}", changes[:, 1, ends[1] - DISTANCE], *UNTRAINED_TOLERANCE)
        record.add(f"travel/start/{bias}", changes[:, 0, 0], *UNTRAINED_TOLERANCE)
        record.add(
            f"travel/direct/{bias}", np.array(direct)[:, ends[1] - DISTANCE], *UNTRAINED_TOLERANCE
        )
    return record
