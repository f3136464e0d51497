"""What plain networks learn with other first weights: adding at two lengths."""

from collections.abc import Callable, Sequence

import numpy as np
import torch

from rnncourse.chapters.ch05_gradients.initialization import (
    RATES,
    Job,
    learn,
    reaching,
    wrong,
)
from rnncourse.chapters.ch05_gradients.side_by_side import KINDS, Kind
from rnncourse.core.records import Record, provenance
from rnncourse.core.seeds import CONFIRMING, confirming
from rnncourse.training.lr_search import best_rate

SEARCH_SEEDS, SEEDS = range(2), range(20, 25)
PLAIN = ("tanh", "rotation", "relu", "identity")
JOBS = {
    "adding_20": Job(20, 600),
    "adding_50": Job(50, 1000),
    "longer_20": Job(20, 3000),
}
CROSSED = {"relu-rotation": Kind("relu", "orthogonal"), "tanh-identity": Kind("tanh", "identity")}
"""Which of the two does it: the activation, or the first weights?"""

FIRST_GAINS = (0.58, 0.8, 1.0, 1.2, 1.4, 2.0, 3.0)
"""Of random recurrent weights, before any training; 0.58 is the usual weights'."""

UNTRAINED = (0.01, "float64, untrained, 50 steps")
LEARNED = (
    0.3,
    "float32 training with fixed seeds: sums in another order differ by 1e-7, and hundreds of "
    "updates enlarge that; seeds of one kind that have not settled lie as far apart",
)
SEARCH = (1.0, "two seeds a rate, to choose by; a run that explodes is 100, whatever it was")
FEW = (1.0, "of two runs; whether one near the limit explodes differs between processors")


def measure_job(
    name: str, log: Callable[[str], None] = print, kinds: Sequence[str] = PLAIN, section: str = ""
) -> Record:
    """Search the learning rate of each kind alike; then train five others with the best.

    Every rate is tried with two seeds, and scored on validation sequences; the five that count
    are scored on test sequences.
    """
    about = {"data": "drawn at random", **provenance()}
    record = Record("ch05_gradients", section or name, about)
    torch.set_num_threads(1)
    job = JOBS[name]
    rates, seeds = np.repeat(RATES, len(SEARCH_SEEDS)), list(SEARCH_SEEDS) * len(RATES)
    for kind in kinds:
        network = CROSSED.get(kind, kind)
        ensemble, exploded = learn(job, network, rates, seeds)
        scores = wrong(job, ensemble, "validation").reshape(len(RATES), -1)
        rate = best_rate(RATES, scores, lower_is_better=True)
        ensemble, late = learn(job, network, [rate] * len(SEEDS), SEEDS)
        final = wrong(job, ensemble, "test")
        record.add(f"search/{name}/{kind}", scores.ravel(), *SEARCH)
        record.add(f"burst/{name}/{kind}", exploded.reshape(len(RATES), -1).sum(1), *FEW)
        record.add(f"rate/{name}/{kind}", rate, 0, "chosen from the search")
        record.add(f"wrong/{name}/{kind}", final, *LEARNED)
        log(f"{name:9s} {kind:9s} rate {rate:g} wrong {np.round(final, 3)} exploded {late.sum()}")
        log(f"{'':9s} search {np.round(scores.mean(1), 2)} exploded {exploded.astype(int)}")
    return record


def measure_adding_20(log: Callable[[str], None] = print) -> Record:
    """Measure additions of 20 numbers (half a minute)."""
    return measure_job("adding_20", log)


def measure_adding_50(log: Callable[[str], None] = print) -> Record:
    """Measure additions of 50 numbers (two minutes)."""
    return measure_job("adding_50", log)


def measure_longer(log: Callable[[str], None] = print) -> Record:
    """Train the tanh networks five times as long on 20 numbers (two minutes)."""
    return measure_job("longer_20", log, ("tanh", "rotation"), "longer")


def measure_crossed(log: Callable[[str], None] = print) -> Record:
    """Give ReLU the rotation, and tanh the identity: 50 numbers (a minute)."""
    return measure_job("adding_50", log, tuple(CROSSED), "crossed")


def measure_remedies(
    log: Callable[[str], None] = print, seeds: Sequence[int] = CONFIRMING
) -> Record:
    """Train ten networks of each kind to add among 50 numbers, with the rates that were found."""
    torch.set_num_threads(1)
    seeds, found, job = confirming(seeds), Record.load("ch05_gradients"), JOBS["adding_50"]
    about = {"data": "drawn at random", "seeds": [*seeds], **provenance()}
    record = Record("ch05_gradients", "remedies", about)
    for kind in PLAIN:
        rate = found.value(f"rate/adding_50/{kind}")
        left = wrong(job, learn(job, kind, [rate] * len(seeds), seeds)[0], "test")
        record.add(f"remedies/{kind}", left, *LEARNED)
        log(f"{kind:9s} rate {rate:g} {np.round(left, 3)}")
    return record


def measure_reaching(
    log: Callable[[str], None] = print, seeds: Sequence[int] = CONFIRMING
) -> Record:
    """Measure what of a gradient reaches the first step, by the gain of random weights (seconds).

    Untrained networks of 32 units, float64, read 50 additions of 51 numbers. Biases are zero, input
    weights and readout uniform in +-1 / root of 32. Recurrent weights are normal, of standard
    deviation gain / root of 32; or a random rotation with tanh, or the identity with ReLU. The
    gradient goes from the last state back to the first, 50 steps.
    """
    torch.set_num_threads(1)
    seeds = confirming(seeds)
    about = {"data": "drawn at random", "seeds": [*seeds], **provenance()}
    record = Record("ch05_gradients", "reaching", about)
    better = {name: reaching(KINDS[name], seeds) for name in ("rotation", "identity")}
    for gain in FIRST_GAINS:
        random = {cell: reaching(Kind(cell, gain), seeds) for cell in ("tanh", "relu")}
        for name, decades in (random | better).items():
            record.add(f"reached/{name}/{gain:g}", decades, *UNTRAINED)
            record.add(f"off/{name}/{gain:g}", np.abs(decades), *UNTRAINED)
            log(f"gain {gain:g} {name:8s} {np.round(decades, 2)}")
    return record
