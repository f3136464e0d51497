"""The confirming runs on prices: is a window that is read both ways a forecast?"""

from collections.abc import Sequence

import numpy as np
import torch

from rnncourse.chapters.ch09_bidirectional import prices
from rnncourse.chapters.ch09_bidirectional.other_experiments import SHARES
from rnncourse.chapters.ch09_bidirectional.searching import best_rate
from rnncourse.chapters.ch09_bidirectional.tagging_experiments import Say
from rnncourse.core.records import Record, provenance
from rnncourse.core.seeds import CONFIRMING, confirming


def measure_forecast(say: Say = print, seeds: Sequence[int] = CONFIRMING) -> Record:
    """Tell the month after a window, one way and both ways: B16's prices (a minute).

    GRUs with 18 units, or 12 a direction, as many parameters, read monthly changes of nine series
    and tell at each month whether the next one rises: 200 updates of 32 windows of 32 months, each
    at its best rate of a search by factors of three, from 0.001 and 0.003 on. Scored on the last
    quarter of each series, at the last month of a window, the only one whose next month is not in
    the input.
    """
    torch.set_num_threads(1)
    seeds = confirming(seeds)
    about = {"data": "prices in Matplotlib's sample file", "seeds": [*seeds], **provenance()}
    record, known = (
        Record("ch09_bidirectional", "forecast", about),
        Record.load("ch09_bidirectional"),
    )
    train, test = prices.windows(0), prices.windows(1)
    for way in prices.SIZES:
        rate = best_rate(known, f"prices rates/{way}", least=True)
        models = [prices.trained(way, seed, rate, train) for seed in seeds]
        last = [prices.by_position(model, test)[-1] for model in models]
        record.add(f"forecast/{way}", last, *SHARES)
        say(f"{way} rate {rate:g}: {np.round(last, 3)}")
    return record
