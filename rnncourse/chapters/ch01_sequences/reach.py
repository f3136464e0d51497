"""How far back a window and a state see: name the first symbol after so many others."""

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import torch

from rnncourse.chapters.ch01_sequences.tasks import recall_task
from rnncourse.core.records import Record, provenance
from rnncourse.models.sequence import SequenceModel
from rnncourse.training.sequence import Settings, accuracy, train

LAGS = (2, 4, 6, 7, 8, 10, 12)
"""Steps between the first symbol and the answer."""
WINDOW = 8
"""Steps of the window that is compared with a state: it sees seven steps back."""
NETWORKS: dict[str, str | int] = {"window": WINDOW, "state": "rnn", "lstm": "lstm"}
SETTINGS = Settings(updates=600, B=64)
SEEDS = (0, 1, 2)
MORE_SEEDS, UPDATES = range(10), (600, 2400)
"""Of tanh states that are given more time for the longest lag."""


def recall(name: str, lag: int, seed: int, updates: int = SETTINGS.updates) -> float:
    """Train a network on delayed recall with one lag, and test it on new sequences.

    Args:
        name: One of `NETWORKS`.
        lag: Steps between the symbol and the answer.
        seed: Of the sequences, the weights and the order.
        updates: How many.

    Returns:
        The share named rightly, of 1,000; by chance a quarter.
    """
    rng = np.random.default_rng(seed)
    fitted, tested = (recall_task(rng, n, lag) for n in (4000, 1000))
    settings = replace(SETTINGS, seed=seed, updates=updates)
    model = train(lambda: SequenceModel(8, 4, cell=NETWORKS[name]), fitted, settings)
    return accuracy(model, tested)


def measure_reach(log: Callable[[str], None] = print) -> Record:
    """Measure what is remembered, by lag (three minutes)."""
    torch.set_num_threads(1)
    record = Record("ch01_sequences", "reach", {"data": "drawn at random", **provenance()})
    evidence = "float32 training ends elsewhere on another processor, within the spread of seeds"
    for name in NETWORKS:
        for lag in LAGS:
            found = [recall(name, lag, seed) for seed in SEEDS]
            tolerance = 0.6 if name == "state" else 0.05  # a tanh state learns it, or does not
            record.add(f"reach/{name}/{lag}", found, tolerance, evidence)
            log(f"{name} after {lag:2d} steps: {np.round(found, 3)}")
    return record


def measure_later(log: Callable[[str], None] = print) -> Record:
    """Give ten tanh states more updates for the longest lag (two minutes)."""
    torch.set_num_threads(1)
    record = Record("ch01_sequences", "later", {"data": "drawn at random", **provenance()})
    evidence = "a tanh state learns it or does not, as from seed to seed"
    for updates in UPDATES:
        found = [recall("state", LAGS[-1], seed, updates) for seed in MORE_SEEDS]
        record.add(f"later/{updates}", found, 0.8, evidence)
        log(f"state after {LAGS[-1]} steps, {updates} updates: {np.round(found, 3)}")
    return record
