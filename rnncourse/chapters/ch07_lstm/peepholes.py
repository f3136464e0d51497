"""A task for which it matters what gates see of a cell whose output gate is closed."""

from collections.abc import Sequence

import numpy as np
import torch
from jaxtyping import Float
from torch import Tensor

from rnncourse.core.records import Record, provenance
from rnncourse.core.seeds import CONFIRMING
from rnncourse.models.network_ensemble import CellKind, NetworkEnsemble
from rnncourse.training.ensemble import fit_ensemble, stack_batches
from rnncourse.training.lr_search import best_rate

T, MAX_MARKS = 20, 5
B, UPDATES, N_UNITS = 32, 1500, 4
RATES = (1e-3, 3e-3, 1e-2, 3e-2, 1e-1)
SEARCH_SEEDS, SEEDS = (0, 1), range(20, 30)
CELL_KINDS = {
    "closed": CellKind("lstm", 3.0, output_closed=True),
    "closed-peepholes": CellKind("lstm", 3.0, output_closed=True, peepholes=True),
    "learned": CellKind("lstm", 3.0),
    "learned-peepholes": CellKind("lstm", 3.0, peepholes=True),
}
"""With the output gate closed until the last step, or learned; without and with peepholes."""
TRAINING_TOLERANCE = (
    1.0,
    "float32 training with fixed seeds: sums in another order differ by 1e-7, and "
    "many updates enlarge that; seeds that have not settled lie as far apart",
)


def sample_first_batch(
    rng: np.random.Generator, n: int
) -> tuple[Float[np.ndarray, "T B D"], Float[np.ndarray, " B"]]:
    """Draw sequences with two to five marked values; asked for, at the end, is the first of them.

    Args:
        rng: Where they come from.
        n: How many.

    Returns:
        Inputs, 20 steps of a value between -1 and 1 and a mark (both 0 where there is none); and
        the first values.
    """
    values, order = rng.uniform(-1, 1, (T, n)), rng.random((T - 1, n)).argsort(0)
    markers = np.zeros((T, n))
    markers[:-1] = order < rng.integers(2, MAX_MARKS + 1, n)
    first_values = values[markers.argmax(0), np.arange(n)]
    return np.stack([values * markers, markers], -1), first_values


def train_and_measure_error(
    kind: CellKind, rates: Sequence[float], seeds: Sequence[int], split: str
) -> Float[np.ndarray, " S"]:
    """Train networks to keep the first value; return the error that they leave.

    Args:
        kind: Of cell.
        rates: A learning rate for each network.
        seeds: One for each: of weights and sequences.
        split: Which new sequences they are scored on: `"validation"` or `"test"`.

    Returns:
        The mean squared error as a share of that of the best constant answer, 1/3.
    """
    torch.set_num_threads(1)
    ensemble = NetworkEnsemble(kind, 2, N_UNITS, 1, seeds)
    rngs = [np.random.default_rng([seed, 2]) for seed in seeds]

    def compute_losses(update: int) -> Float[Tensor, " S"]:
        xs, first_values = stack_batches(sample_first_batch(rng, B) for rng in rngs)
        return 3 * (ensemble.outputs(ensemble.run(xs)[-1])[..., 0] - first_values).square().mean(1)

    fit_ensemble(ensemble.parameters, compute_losses, UPDATES, rates)
    rng = np.random.default_rng([5, split == "test"])
    xs, first_values = stack_batches([sample_first_batch(rng, 1000)])
    with torch.no_grad():
        outputs = ensemble.outputs(ensemble.run(xs.expand(-1, len(seeds), -1, -1))[-1])[..., 0]
        errors = 3 * (outputs - first_values).square().mean(1).double().numpy()
    return np.clip(np.nan_to_num(errors, nan=10.0), 0, 10)


def measure_keeping_first() -> Record:
    """Measure who can keep the first of several values (two minutes)."""
    record = Record("ch07_lstm", "first", {"data": "drawn at random", **provenance()})
    for name, kind in CELL_KINDS.items():
        seeds = list(SEARCH_SEEDS) * len(RATES)
        search_errors = train_and_measure_error(
            kind, list(np.repeat(RATES, 2)), seeds, "validation"
        )
        rate = best_rate(RATES, search_errors, lower_is_better=True)
        errors = train_and_measure_error(kind, [rate] * len(SEEDS), SEEDS, "test")
        record.add(f"first/rate/{name}", rate, 0, "chosen from the search")
        record.add(f"first/left/{name}", errors, *TRAINING_TOLERANCE)
    return record


def measure_closed_output_gate() -> Record:
    """Keep the first of several values behind a closed output gate: C10 (a minute).

    LSTMs of 4 units whose output gate is held at 0 until the last step, without peepholes and with
    them, 1,500 updates of 32 sequences of 20 steps with two to five marked values; each at the best
    of five rates, 0.001 to 0.1. The error on 1,000 other sequences, as a share of that of a
    constant answer.
    """
    recorded = Record.load("ch07_lstm")
    about = {"data": "drawn at random", "seeds": [*CONFIRMING], **provenance()}
    record = Record("ch07_lstm", "refused", about)
    for name in ("closed", "closed-peepholes"):
        rate = recorded.value(f"first/rate/{name}")
        errors = train_and_measure_error(
            CELL_KINDS[name], [rate] * len(CONFIRMING), CONFIRMING, "test"
        )
        record.add(f"refused/{name}", errors, *TRAINING_TOLERANCE)
    return record
