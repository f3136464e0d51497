"""One set of weights, read by several formulas: what a slip between them costs."""

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import torch
from jaxtyping import Float

from rnncourse.cells.gru import (
    GRUResetBeforeWeights,
    GRUWeights,
    gru_step,
    gru_step_reset_before,
)
from rnncourse.cells.initial import initial_weights
from rnncourse.chapters.ch06_gating.gru_networks import SCORED, Kind, Networks, train
from rnncourse.chapters.ch06_gating.gru_tasks import TASKS

TASK, RATES, SEED = "hold", (1e-2, 1e-1), 5
"""The two networks of the page: trained alike, but for their learning rate."""

Step = Callable[..., np.ndarray]


def page_networks() -> Networks:
    """Train the two GRUs of the page (five seconds)."""
    torch.set_num_threads(1)
    return train(TASK, Kind("gru"), RATES, [SEED] * len(RATES))


def package_weights(nets: Networks, s: int) -> tuple[GRUWeights, Float[np.ndarray, "H V"], float]:
    """Return the weights of one GRU of several, in NumPy, and its readout."""
    W_xh, W_hh, b_h, W_y, b_y, b_hn = (p[s].detach().double().numpy() for p in nets.parameters)
    return GRUWeights(W_xh, W_hh, b_h[0], b_hn[0]), W_y, float(b_y[0, 0])


def without_second_bias(w: GRUWeights) -> GRUResetBeforeWeights:
    """Read weights as those of a GRU that resets before; b_hn is added to the bias of n."""
    b_h = w.b_h.copy()
    b_h[-len(w.b_hn) :] += w.b_hn
    return GRUResetBeforeWeights(w.W_xh, w.W_hh, b_h)


def blocks(w: GRUWeights, order: tuple[int, int, int], signs: tuple[int, int, int]) -> GRUWeights:
    """Take the blocks r z n of weights in another order, and times 1 or -1."""

    def moved(array: np.ndarray) -> np.ndarray:
        parts = np.split(array, 3, axis=-1)
        return np.concatenate([signs[n] * parts[order[n]] for n in range(3)], axis=-1)

    return replace(w, W_xh=moved(w.W_xh), W_hh=moved(w.W_hh), b_h=moved(w.b_h))


def error_left(nets: Networks, s: int, read: Callable[[GRUWeights], tuple[Step, object]]) -> float:
    """Return what a network leaves of the error if its weights are read in another way.

    Args:
        nets: The networks of the page.
        s: Which one.
        read: From the weights to a step, and the weights that it takes.
    """
    w, W_y, b_y = package_weights(nets, s)
    step, weights = read(w)
    xs, targets, _ = TASKS[TASK].draw(np.random.default_rng([9, 1]), TASKS[TASK].T, SCORED)
    h, wrong = np.zeros((SCORED, len(w.b_hn))), 0.0
    for x, goal in zip(xs, targets, strict=True):
        h = step(x, h, weights)
        wrong += np.mean(((h @ W_y)[:, 0] + b_y - goal) ** 2) / len(xs)
    return float(wrong / targets.var())


READINGS: dict[str, Callable[[GRUWeights], tuple[Step, object]]] = {
    "right": lambda w: (gru_step, w),
    "turned": lambda w: (gru_step, blocks(w, (0, 1, 2), (1, -1, 1))),
    "swapped": lambda w: (gru_step, blocks(w, (1, 0, 2), (1, 1, 1))),
    "before": lambda w: (gru_step_reset_before, without_second_bias(w)),
}
"""As trained; z taken for 1 - z; z and r exchanged; reset before the product."""


def forms_apart(H: int, gain: float, seed: int, T: int = 40) -> float:
    """Run both GRUs with the same random weights on the same inputs; return how far they part.

    Args:
        H: Units.
        gain: The usual weights from state to state are multiplied by it.
        seed: Of weights and inputs.
        T: Steps.

    Returns:
        Root mean square of the difference of the last states, over that of the states.
    """
    rng = np.random.default_rng(seed)
    w = initial_weights(GRUResetBeforeWeights, 2, H, rng)
    w.W_hh[:] *= gain
    after = GRUWeights(w.W_xh, w.W_hh, w.b_h, np.zeros(H))
    h = other = np.zeros((50, H))
    for x in rng.normal(size=(T, 50, 2)):
        h, other = gru_step(x, h, after), gru_step_reset_before(x, other, w)
    return float(np.sqrt(np.mean((h - other) ** 2) / np.mean(h**2)))
