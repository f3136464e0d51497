"""The confirming runs of this chapter: a GRU against an LSTM by lag."""

from collections.abc import Callable, Sequence

import numpy as np
import torch

from rnncourse.chapters.ch08_gated_variants.lags import LAGS, STARTS, UPDATES, learn
from rnncourse.core.records import Record, provenance
from rnncourse.core.seeds import CONFIRMING, PILOT, confirming, pilot

RATES = (0.01, 0.02, 0.04, 0.08, 0.16, 0.32, 0.64)
"""The learning rates that `measure_long` tries."""
RUN = (
    2.0 * UPDATES,
    "float32 training with fixed seeds: sums in another order differ by 1e-7, and hundreds of "
    "updates enlarge that; a run near the edge may learn or not",
)


def measure_long(log: Callable[[str], None] = print, seeds: Sequence[int] = CONFIRMING) -> Record:
    """Name a symbol of 20, 100 and 400 steps ago: B16's long half (a quarter of an hour).

    LSTM of 16 units without peepholes, once with an output gate that starts open; GRU of 19, as
    many parameters; all with chrono biases for the lag. Updates of 16 sequences until 99 % of 200
    others are right, looked at every two, 300 at most; who is not there by then counts with 600.
    Seven rates, 0.01 to 0.64, are tried alike with three seeds of a trial. What is judged are the
    updates at 400 steps, as a share of the GRUs' mean. With a ratio for each seed, one quick GRU
    would weigh most.
    """
    torch.set_num_threads(1)
    seeds = confirming(seeds)
    about = {"data": "made by rule", "seeds": [*seeds], **provenance()}
    record = Record("ch08_gated_variants", "long", about)
    trial, found = pilot(PILOT[:3]), {}
    for lag in LAGS:
        for name in STARTS:
            tried = learn(name, lag, np.repeat(RATES, len(trial)).tolist(), [*trial] * len(RATES))
            rate = RATES[int(tried.reshape(len(RATES), -1).mean(1).argmin())]
            record.add(f"long/search/{lag}/{name}", tried, *RUN)
            record.add(f"long/rate/{lag}/{name}", rate, 0, "chosen from the search")
            when = found[lag, name] = learn(name, lag, [rate] * len(seeds), seeds)
            record.add(f"long/when/{lag}/{name}", when, *RUN)
            log(f"{lag:3d} {name:10s} search {tried} rate {rate:g}: {when}")
    needed = found[LAGS[-1], "GRU"].mean()
    for name in STARTS:
        record.add(f"long/share/{name}", found[LAGS[-1], name] / needed, *RUN)
    return record


EXPERIMENTS = {"long": measure_long}
"""What `make measure` runs of these: by section of the record."""
