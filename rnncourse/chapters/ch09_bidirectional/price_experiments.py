"""The confirming runs on prices: is a window that is read both ways a forecast?"""

from collections.abc import Sequence

import numpy as np
import torch

from rnncourse.chapters.ch09_bidirectional import prices
from rnncourse.chapters.ch09_bidirectional.other_experiments import ACCURACY
from rnncourse.chapters.ch09_bidirectional.spelling_experiments import Log
from rnncourse.core.records import Record, provenance
from rnncourse.core.seeds import CONFIRMING, PILOT, confirming, pilot
from rnncourse.training.lr_search import lr_search

MAX_STEPS = 6
"""Rates that a search may add beyond its edges."""


def measure_forecast(log: Log = print, seeds: Sequence[int] = CONFIRMING) -> Record:
    """Tell the month after a window, one way and both ways: B16's prices (two minutes).

    GRUs with 18 units, or 12 a direction, as many parameters, read monthly changes of nine series
    and tell at each month whether the next one rises: 200 updates of 32 windows of 32 months.
    Scored on the last quarter of each series, at the last month of a window, the only one whose
    next month is not in the input. By the surprise there each gets its learning rate: the best for
    three pilot seeds, of a search by factors of three, on the end of what is trained on.
    """
    torch.set_num_threads(1)
    seeds, trial = confirming(seeds), pilot(PILOT[:3])
    about = {"data": "prices in Matplotlib's sample file", "seeds": [*seeds], **provenance()}
    record = Record("ch09_bidirectional", "forecast", about)
    train, test = prices.windows(0), prices.windows(1)
    search, choose = (prices.windows(n, (prices.TRAINED**2, prices.TRAINED)) for n in (0, 1))
    for way in prices.SIZES:

        def score(rate: float, way: str = way) -> float:
            models = [prices.trained(way, seed, rate, search) for seed in trial]
            return -float(np.mean([prices.cost(model, choose, -1) for model in models]))

        rates = lr_search(score, prices.RATES, prices.FACTOR, MAX_STEPS)
        for rate, less in rates.items():
            record.add(f"forecast rates/{way}/{rate:g}", -less, *ACCURACY)
        rate = max(rates, key=rates.get)
        models = [prices.trained(way, seed, rate, train) for seed in seeds]
        last = [prices.by_position(model, test)[-1] for model in models]
        record.add(f"forecast/{way}", last, *ACCURACY)
        log(f"{way} {rates}: {np.round(last, 3)}")
    return record
