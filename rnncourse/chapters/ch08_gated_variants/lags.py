"""A GRU against an LSTM by lag: how soon does each name a symbol of so many steps ago?"""

from collections.abc import Callable, Sequence

import numpy as np
import torch
from jaxtyping import Bool, Float
from torch import Tensor

from rnncourse.chapters.ch08_gated_variants.bank import Bank, Setting, train
from rnncourse.chapters.ch08_gated_variants.tasks import SYMBOLS, Task, recall, trainer
from rnncourse.chapters.ch08_gated_variants.variants import KINDS, count, units
from rnncourse.core.records import Record, provenance

LAGS = (20, 50, 100)
RATES = (0.005, 0.01, 0.02)
STARTS = {"LSTM": ("NP", 0.0), "LSTM, open": ("NP", 2.0), "GRU": ("GRU", 0.0)}
"""By name: the kind, and the first bias of the output gate. All start with chrono biases."""
UNITS, B, UPDATES, EVERY = 16, 16, 160, 10
SEARCHED, SEEDS = (0, 1), range(20, 25)
RIGHT = 0.99
RUN = (
    2.0 * UPDATES,
    "float32 training with fixed seeds: sums in another order differ by 1e-7, and hundreds of "
    "updates enlarge that; a run near the edge may learn or not",
)


def learn(
    name: str, lag: int, rates: Sequence[float], seeds: Sequence[int]
) -> Float[np.ndarray, " S"]:
    """Train networks until they name 99 % of the first symbols of new sequences.

    Args:
        name: In `STARTS`.
        lag: Steps from the symbol to the question.
        rates: A learning rate for each network.
        seeds: One for each.

    Returns:
        After how many updates, in tens; twice the most updates where it never was.
    """
    torch.set_num_threads(1)
    kind, shown = STARTS[name]
    task = Task(2 * SYMBOLS, SYMBOLS, UNITS, lag + 1, B, UPDATES)
    H = units(KINDS[kind], task.D, task.V, count(KINDS["NP"], task.D, UNITS, task.V))
    settings = [Setting(rate, T=lag, shown=shown) for rate in rates]
    bank = Bank(kind, task.D, H, task.V, seeds, settings)
    xs, first = map(torch.from_numpy, recall(np.random.default_rng([7, lag]), lag + 1, 200))

    @torch.no_grad()
    def done(update: int) -> Bool[Tensor, " S"] | None:
        if update % EVERY:
            return None
        hs = bank.run(xs.transpose(0, 1).expand(len(seeds), -1, -1, -1))[-1]
        return (bank.answers(hs).argmax(-1) == first).double().mean(1) >= RIGHT

    when = train(bank, trainer("recall", bank, seeds, task), UPDATES, settings, done, decay=False)
    return np.minimum(when, 2 * UPDATES)


def measure_lags(say: Callable[[str], None] = print) -> Record:
    """Measure who recalls sooner, at three lags (three minutes).

    For each cell and lag three rates are tried alike with two seeds; with the rate that is best for
    them, five other seeds count.
    """
    record = Record("ch08_gated_variants", "lags", {"data": "drawn at random", **provenance()})
    found = {}
    for lag in LAGS:
        for name in STARTS:
            tried = learn(name, lag, np.repeat(RATES, 2).tolist(), SEARCHED * len(RATES))
            rate = RATES[int(tried.reshape(-1, 2).mean(1).argmin())]
            when = found[name, lag] = learn(name, lag, [rate] * len(SEEDS), SEEDS)
            say(f"lag {lag:3d} {name:10s} search {tried} rate {rate:g}: {when}")
            record.add(f"lags/search/{lag}/{name}", tried, *RUN)
            record.add(f"lags/rate/{lag}/{name}", rate, 0.03, "chosen from the search")
            record.add(f"lags/when/{lag}/{name}", when, *RUN)
    for check, lag, ours, theirs in (
        ("gru_short", LAGS[0], "GRU", "LSTM, open"),
        ("lstm_long", LAGS[-1], "LSTM, open", "GRU"),
    ):
        sooner = np.log2(found[theirs, lag] / found[ours, lag])
        record.add(f"B16/{check}", sooner, 6, RUN[1])
    return record
