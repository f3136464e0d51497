"""What is recorded of networks that are made deeper in three places, or stacked."""

import numpy as np
import torch

from rnncourse.chapters.ch09_bidirectional import deep
from rnncourse.chapters.ch09_bidirectional.tagging_experiments import Log
from rnncourse.core.records import Record, provenance
from rnncourse.core.seeds import pilot
from rnncourse.training.lr_search import lr_search

SEEDS = pilot((0, 1, 2, 3, 4))
LAG, UPDATES, UNITS = 30, 300, 35
SHOWN = (0, 10, 20, 30, 40, 50, 60, 70, 80)
RATES, FACTOR = (1e-3, 3e-3), 3.0
"""Where the search of a rate begins, and by what it goes on beyond an edge."""
TUNING, MANY = tuple(range(1000, 1005)), tuple(range(100, 120))
TRAINED = ("shallow", "input", "transition", "with a skip", "output")
"""Seeds of the networks by which a rate is chosen, and of those that are counted."""
FLOWS = 0.01, "float64: sums in another order"
LEARNED = 1.0, "float32: another processor trains another network, and some learn nothing"


def measure_fading(log: Log = print) -> Record:
    """Follow the gradient through untrained networks (seconds)."""
    about = {"data": "drawn at random", **provenance()}
    record = Record("ch09_bidirectional", "fading", about)
    for name, kind in deep.KINDS.items():
        tens = np.log10(deep.fading(kind, SEEDS))
        record.add(f"fading/{name}", tens[:, SHOWN].mean(0), *FLOWS)
        log(f"{name}: {tens[:, -1].round(1)}")
    return record


def measure_depth(log: Log = print) -> Record:
    """Train them to name the first of 31 symbols, all with 35 units a layer (two minutes).

    300 updates of 32 sequences with Adam; one symbol of four is asked. The rate of each kind is the
    best of a search with five networks of other seeds, from 0.001 and 0.003 on by factors of three.
    """
    torch.set_num_threads(1)
    record = Record("ch09_bidirectional", "depth", {"data": "drawn at random", **provenance()})
    for name in TRAINED:

        def named(
            rate: float, seeds: tuple[int, ...] = TUNING, kind: deep.Kind = deep.KINDS[name]
        ) -> np.ndarray:
            return deep.recalled(kind, seeds, LAG, rate, UPDATES, UNITS)

        rates = lr_search(lambda rate: float(named(rate).mean()), RATES, FACTOR)
        found = named(max(rates, key=rates.get), MANY)
        for rate, share in rates.items():
            record.add(f"depth rates/{name}/{rate:g}", share, *LEARNED)
        record.add(f"depth/{name}", found, *LEARNED)
        log(f"{name}: {rates}; {found.mean():.3f}, {(found > 0.9).mean():.2f} above .9")
    return record
