"""What reaches the first step with other first weights, and what plain networks learn: adding."""

import numpy as np

from rnncourse.chapters.ch05_gradients.initialization import (
    CELL_KINDS,
    RATES,
    log_gradient_ratios,
    squared_error,
    train_ensemble,
)
from rnncourse.core.records import Record, provenance
from rnncourse.core.seeds import CONFIRMING
from rnncourse.models.network_ensemble import CellKind
from rnncourse.training.lr_search import best_rate

SEARCH_SEEDS = range(2)
KIND_NAMES = ("tanh", "rotation", "relu", "identity")
LOWER_RATES = (3e-5, 1e-4)
"""Rates below `RATES`, tried for the kinds whose best was the lowest."""
FIRST_GAINS = (0.58, 0.8, 1.0, 1.2, 1.4, 2.0, 3.0)
"""Of random recurrent weights, before any training; 0.58 is the usual weights'."""

UNTRAINED_TOLERANCE = (0.01, "float64, untrained, 50 steps")
TRAINING_TOLERANCE = (
    0.3,
    "float32 training with fixed seeds: sums in another order differ by 1e-7, and hundreds of "
    "updates enlarge that; seeds of one kind that have not settled lie as far apart",
)


def measure_adding_50() -> Record:
    """Search the learning rate of each kind alike, to add among 50 numbers (two minutes)."""
    record = Record("ch05_gradients", "adding_50", {"data": "drawn at random", **provenance()})
    rates, seeds = np.repeat(RATES, len(SEARCH_SEEDS)), list(SEARCH_SEEDS) * len(RATES)
    for kind in KIND_NAMES:
        scores = squared_error(train_ensemble(kind, rates, seeds), "validation").reshape(
            len(RATES), -1
        )
        rate = best_rate(RATES, scores, lower_is_better=True)
        record.add(f"rate/adding_50/{kind}", rate, 0, "chosen from the search")
    return record


def measure_adding_50_beyond() -> Record:
    """Try lower rates, as in the search, where the lowest was the best (a minute).

    The lowest rate of the search is trained again beside them.
    """
    about = {"data": "drawn at random", **provenance()}
    record = Record("ch05_gradients", "adding_50_beyond", about)
    tried_rates = (*LOWER_RATES, RATES[0])
    rates, seeds = np.repeat(tried_rates, len(SEARCH_SEEDS)), list(SEARCH_SEEDS) * len(tried_rates)
    for kind in KIND_NAMES[:2]:
        errors = squared_error(train_ensemble(kind, rates, seeds), "validation")
        means = errors.reshape(len(tried_rates), -1).mean(1)
        record.add(f"beyond/adding_50/{kind}", means, *TRAINING_TOLERANCE)
    return record


def measure_remedies() -> Record:
    """Train ten networks of each kind to add among 50 numbers, with the rates that were found."""
    recorded = Record.load("ch05_gradients")
    about = {"data": "drawn at random", "seeds": [*CONFIRMING], **provenance()}
    record = Record("ch05_gradients", "remedies", about)
    for kind in KIND_NAMES:
        rate = recorded.value(f"rate/adding_50/{kind}")
        errors = squared_error(train_ensemble(kind, [rate] * len(CONFIRMING), CONFIRMING), "test")
        record.add(f"remedies/{kind}", errors, *TRAINING_TOLERANCE)
    return record


def measure_gradient_by_gain() -> Record:
    """Measure what of a gradient reaches the first step, by the gain of random weights (seconds).

    Untrained networks of 32 units, float64, read 50 additions of 51 numbers. Biases are zero, input
    weights and readout uniform in +-1 / root of 32. Recurrent weights are normal, of standard
    deviation gain / root of 32; or a random rotation with tanh, or the identity with ReLU. The
    gradient goes from the last state back to the first, 50 steps.
    """
    about = {"data": "drawn at random", "seeds": [*CONFIRMING], **provenance()}
    record = Record("ch05_gradients", "reaching", about)
    structured = {
        name: log_gradient_ratios(CELL_KINDS[name], CONFIRMING) for name in ("rotation", "identity")
    }
    for gain in FIRST_GAINS:
        unstructured = {
            cell: log_gradient_ratios(CellKind(cell, gain), CONFIRMING) for cell in ("tanh", "relu")
        }
        for name, decades in (unstructured | structured).items():
            record.add(f"reached/{name}/{gain:g}", decades, *UNTRAINED_TOLERANCE)
    return record
