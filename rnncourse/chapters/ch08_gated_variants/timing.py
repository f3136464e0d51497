"""A spike every ten steps, without any input to count by: with and without peepholes, for longer.

Chapter 7 trained for 1,500 updates, in which no single unit learned it.
"""

from collections.abc import Callable, Sequence

import numpy as np
import torch
from jaxtyping import Bool, Float
from torch import Tensor

from rnncourse.chapters.ch08_gated_variants.ensemble import Ensemble, Setting
from rnncourse.core.records import Record, provenance
from rnncourse.training.ensemble import fit_ensemble

PERIOD, SPIKES, UNITS = 10, 4, 1
CELLS = {"without": "NP", "with": "V"}
RATES = (3e-3, 1e-2, 3e-2, 1e-1, 3e-1)
SEARCH_SEEDS, SEEDS = range(5), range(20, 30)
UPDATES, EVERY = 3000, 50
RUN = (
    2.0 * UPDATES,
    "float32 training with fixed seeds: sums in another order differ by 1e-7, and thousands of "
    "updates enlarge that; a run near the edge may learn or not",
)


def targets(period: int) -> Float[Tensor, " T"]:
    """Return the target: four spikes, one every `period` steps, and 0 between."""
    target = torch.zeros(SPIKES * period)
    target[period - 1 :: period] = 1
    return target


def learn(
    kind: str, H: int, rates: Sequence[float], seeds: Sequence[int], updates: int = UPDATES
) -> Float[np.ndarray, " S"]:
    """Train networks until their output is above a half at the spikes, and nowhere else.

    Args:
        kind: Its name in `KINDS`.
        H: Units.
        rates: A learning rate for each network.
        seeds: One for each.
        updates: The most that are made.

    Returns:
        After how many updates, in fifties; twice the most updates where it never was.
    """
    torch.set_num_threads(1)
    settings = [Setting(rate) for rate in rates]
    ensemble, target, latest = Ensemble(kind, 1, H, 1, seeds, settings), targets(PERIOD), []
    xs = torch.zeros(len(seeds), len(target), 1, 1)
    xs[:, 0] = 1

    def losses(update: int) -> Float[Tensor, " S"]:
        latest[:] = [ensemble.answers(torch.cat(ensemble.run(xs), 1))[..., 0]]
        return (latest[0] - target).square().mean(1)

    def done(update: int) -> Bool[Tensor, " S"] | None:
        """Look at the outputs before the update, which are there already."""
        return None if update % EVERY else ((latest[0] > 0.5) == (target > 0.5)).all(1)

    outcome = fit_ensemble(ensemble.parameters, losses, updates, ensemble.rates, goal=done)
    return np.minimum(outcome.reached, 2 * updates)


def measure_timing(log: Callable[[str], None] = print) -> Record:
    """Measure a single unit on the task of timing, for longer than chapter 7 (two minutes).

    For each cell five rates are tried alike with five seeds; with the rate that is best for them,
    ten other seeds count.
    """
    record = Record("ch08_gated_variants", "timing", {"data": "made by rule", **provenance()})
    seeds = (*SEARCH_SEEDS, *SEEDS)
    for name, kind in CELLS.items():
        when = learn(kind, UNITS, np.repeat(RATES, len(seeds)).tolist(), seeds * len(RATES))
        tried, others = np.split(when.reshape(len(RATES), -1), [len(SEARCH_SEEDS)], axis=1)
        best = int(tried.mean(1).argmin())
        log(f"{name:8s} search {tried.mean(1)} rate {RATES[best]:g}: {others[best]}")
        record.add(f"timing/search/{name}", tried.ravel(), *RUN)
        record.add(f"timing/rate/{name}", RATES[best], 0.3, "chosen from the search")
        record.add(f"timing/when/{name}", others[best], *RUN)
    return record
