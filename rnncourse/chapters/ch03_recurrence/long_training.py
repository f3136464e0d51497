"""How long a plain tanh network must train before its state keeps a sum modulo ten."""

from collections.abc import Sequence

import numpy as np
from jaxtyping import Float

from rnncourse.chapters.ch03_recurrence.kinds import NETWORK_KINDS, find_correct_answers, train_kind
from rnncourse.core.records import Record, provenance
from rnncourse.models.recurrences import Recurrence

TASK = "running sum"
KIND = NETWORK_KINDS["hidden recurrence, tanh"]
CHECKPOINTS = range(1000, 20001, 1000)
"""Updates after which a network is looked at."""
SEEDS = range(40, 50)
MIN_ACCURACY = 0.95
"""A network is said to keep the sum when more of its answers are right."""


def accuracy_while_training(
    seed: int, checkpoints: Sequence[int] = CHECKPOINTS
) -> Float[np.ndarray, " n"]:
    """Train one tanh network on the sum modulo ten, and look at it along its way.

    Args:
        seed: Of weights and sequences.
        checkpoints: Updates after which it is tested; the training ends with the last.

    Returns:
        The share of right answers to 500 new sequences of 20 steps, look by look.
    """
    accuracies = []

    def validate(update: int, net: Recurrence) -> None:
        if update in checkpoints:
            accuracies.append(find_correct_answers(net, TASK, free_running=True).mean())

    train_kind(KIND, TASK, checkpoints[-1], seed, report=validate)
    return np.array(accuracies)


def measure_longer_training() -> Record:
    """Follow ten tanh networks over 20,000 updates (twelve minutes)."""
    record = Record("ch03_recurrence", "longer", {"data": "drawn at random"} | provenance())
    evidence = "when a network begins to learn differs between processors as it does between seeds"
    for seed in SEEDS:
        curve = accuracy_while_training(seed)
        record.add(f"longer_training/{seed}", curve, 1.0, evidence)
    return record
