"""Train the unit of the live figure: its gates read value and flags of the step.

For each task, and for each set of gates that the reader may leave, one unit. All train side by
side: nothing ties one to another.
"""

import json
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import torch
from jaxtyping import Float

from rnncourse.chapters.ch06_gating import unit
from rnncourse.core.records import Record, provenance
from rnncourse.training.ensemble import fit_ensemble

WEIGHTS_FILE = Path(__file__).with_name("unit_weights.json")
SEEDS = range(5)
RATES, RATE = (0.03, 0.1, 0.3), 0.1
UPDATES, BATCH_SIZE, N_TEST = 800, 16, 2000
"""Updates, signals for each, and signals on which a trained unit is tried."""
DECIMALS = 3
"""Of a weight that is kept."""
TRAINING_TOLERANCE = (
    0.002,
    "float64, weights kept to three decimals; first weights larger by a millionth moved the errors "
    "of sixteen such units by at most 0.00003",
)


def compute_gates(
    W: Float[np.ndarray, "3 5"], x: Float[np.ndarray, "T B 4"]
) -> Float[np.ndarray, "T B 3"]:
    """Return the gates of a trained unit: the logistic function of what it reads.

        i_t, f_t, o_t = sigmoid(W (a_t / 5, reset_t, mark_t, ask_t, 1))

    Args:
        W: Weights for the gates in the order i f o; the last of each is its bias.
        x: Signals, as `unit.sample_signals` draws them.
    """
    return 1 / (1 + np.exp(-gate_inputs(x) @ W.T))


def gate_inputs(x: Float[np.ndarray, "T B 4"]) -> Float[np.ndarray, "T B 5"]:
    """Return what gates read: the value, scaled; the flags; 1."""
    return np.concatenate([x[..., :1] / unit.MAX_VALUE, x[..., 1:], np.ones_like(x[..., :1])], -1)


def train_unit(
    task: str, subsets: Sequence[str], rates: Sequence[float], seed: int
) -> Float[np.ndarray, "S R 3 5"]:
    """Train a unit for each set of gates and each learning rate.

    Adam, 800 updates with 16 new signals each; over the last third the rate goes to zero. Weights
    are drawn from a normal distribution of standard deviation 0.5, biases are 0, that of the forget
    gate is 1. All units of a seed start alike and read the same signals.

    Args:
        task: One of `unit.TASKS`.
        subsets: Sets of gates, as `open_missing_gates` takes them.
        rates: Learning rates.
        seed: Of weights and signals.
    """
    rng = np.random.default_rng([6, seed])
    first_weights = 0.5 * rng.standard_normal((3, 5))
    first_weights[:, 4] = 0, 1, 0
    x, target = unit.sample_signals(task, UPDATES * BATCH_SIZE, rng)
    inputs, targets = torch.tensor(gate_inputs(x)), torch.tensor(target / unit.MAX_VALUE)
    n_units = len(subsets) * len(rates)
    W = torch.tensor(np.tile(first_weights, (n_units, 1, 1)), requires_grad=True)
    subset_by_unit = [subset for subset in subsets for _ in rates]

    def compute_losses(update: int) -> Float[torch.Tensor, " S"]:
        span = slice(update * BATCH_SIZE, (update + 1) * BATCH_SIZE)
        return _measure_losses(W, subset_by_unit, inputs[:, span], targets[:, span])

    fit_ensemble(
        [W], compute_losses, UPDATES, [*rates] * len(subsets), max_grad_norm=None, lr_decay=True
    )
    return W.detach().numpy().reshape(len(subsets), len(rates), 3, 5)


def _measure_losses(
    W: Float[torch.Tensor, "S 3 5"],
    subsets: Sequence[str],
    inputs: Float[torch.Tensor, "T B 5"],
    targets: Float[torch.Tensor, "T B"],
) -> Float[torch.Tensor, " S"]:
    """Return the mean squared error of each unit."""
    i, f, o = torch.sigmoid(torch.einsum("tbk,sgk->gtsb", inputs, W))
    has_gate = torch.tensor([[c in "ifo" for c in subset] for subset in subsets])[..., None]
    f, o = (torch.where(has_gate[:, n], gate, 1.0) for n, gate in ((1, f), (2, o)))
    is_coupled = torch.tensor([subset[0] == "c" for subset in subsets])[:, None]
    i = torch.where(is_coupled, 1 - f, torch.where(has_gate[:, 0], i, 1.0))
    c, losses = torch.zeros_like(i[0]), torch.zeros(len(subsets), dtype=torch.float64)
    for t, target in enumerate(targets):
        c = f[t] * c + i[t] * inputs[t, :, 0]
        losses = losses + ((o[t] * c - target) ** 2).mean(-1) / len(targets)
    return losses


def sample_test_signals(task: str) -> unit.Signal:
    """Draw signals that no unit was trained on."""
    return unit.sample_signals(
        task, N_TEST, np.random.default_rng([66, list(unit.TASKS).index(task)])
    )


def measure_error(W: Float[np.ndarray, "3 5"], subset: str, signal: unit.Signal) -> float:
    """Return the error of a trained unit on signals."""
    gates = unit.open_missing_gates(compute_gates(W, signal.x), subset)
    return unit.compute_rmse(unit.run_unit(signal.x[..., 0], gates)[1], signal.target)


def measure_unit() -> Record:
    """Train the units of the live figure and keep those of the first seed (half a minute).

    All are kept at the rate 0.1. Where the gates that are left solve a task, a larger rate makes
    its error smaller still: the gates come closer to 0 and 1. Where they do not, no rate helps.
    """
    record = Record("ch06_gating", "unit", {"data": "drawn at random", **provenance()})
    stored: dict[str, dict] = {"units": {}, "errors": {}}
    rate_index = RATES.index(RATE)
    for task in unit.TASKS:
        W = np.round([train_unit(task, unit.SUBSETS, RATES, seed) for seed in SEEDS], DECIMALS)
        signals = sample_test_signals(task)
        errors = np.zeros(W.shape[:3])
        for s, n, r in np.ndindex(errors.shape):
            errors[s, n, r] = measure_error(W[s, n, r], unit.SUBSETS[n], signals)
        stored["units"][task] = dict(zip(unit.SUBSETS, W[0, :, rate_index].tolist(), strict=True))
        stored["errors"][task] = dict(
            zip(unit.SUBSETS, errors[:, :, rate_index].T.round(4).tolist(), strict=True)
        )
        for n, subset in enumerate(unit.SUBSETS):
            record.add(f"unit/{task}/{subset}", errors[:, n, rate_index], *TRAINING_TOLERANCE)
            by_rate = errors[:, n].mean(0)
            record.add(f"unit/{task}/{subset}/by_rate", by_rate, *TRAINING_TOLERANCE)
        zero_error = unit.compute_rmse(np.zeros_like(signals.target), signals.target)
        record.add(f"unit/{task}/zero", zero_error, 1e-9, "drawn with a fixed seed")
    WEIGHTS_FILE.write_text(json.dumps(stored) + "\n", encoding="utf-8")
    return record
