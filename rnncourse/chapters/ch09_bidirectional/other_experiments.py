"""What is recorded of prices, and of one answer for a whole sequence."""

import numpy as np

from rnncourse.chapters.ch09_bidirectional import ends, prices
from rnncourse.chapters.ch09_bidirectional.spelling_experiments import SEEDS, Log
from rnncourse.core.records import Record, provenance
from rnncourse.data import places
from rnncourse.training.lr_search import lr_search

TUNING_SEED = 1000
ACCURACY = 0.08, "float32: another processor trains another network; seeds differ by less"


def measure_prices(log: Log = print) -> Record:
    """Tell rises and falls of prices, with the months that come after and without (a minute)."""
    about = {"data": "prices in Matplotlib's sample file", **provenance()}
    record = Record("ch09_bidirectional", "prices", about)
    train, test = prices.windows(0), prices.windows(1)
    rises = (test[1:] > 0).float().numpy()
    record.add("prices/always up", rises.mean(1), 1e-6, "counted")
    search, choose = (prices.windows(n, (prices.TRAINED**2, prices.TRAINED)) for n in (0, 1))
    for way in prices.SIZES:

        def score(rate: float, way: str = way) -> float:
            return -prices.cost(prices.trained(way, TUNING_SEED, rate, search), choose)

        rates = lr_search(score, prices.RATES, prices.FACTOR)
        for rate, less in rates.items():
            record.add(f"prices rates/{way}/{rate:g}", -less, *ACCURACY)
        rate = max(rates, key=rates.get)
        models = [prices.trained(way, seed, rate, train) for seed in SEEDS]
        at = np.array([prices.by_position(model, test) for model in models])
        record.add(f"prices/at/{way}", at.mean(0), *ACCURACY)
        record.add(f"prices/last/{way}", at[:, -1], *ACCURACY)
        record.add(f"prices/before/{way}", at[:, :-1].mean(1), *ACCURACY)
        log(f"{way}: {rates}; before {at[:, :-1].mean(1)}, last {at[:, -1]}")
    return record


def measure_ends(log: Log = print) -> Record:
    """Ask for the language of a name, with the answer read in five places (two minutes)."""
    about = {"data_sha256": {"places": places.PINNED_SHA256}, **provenance("babel")}
    record, names = Record("ch09_bidirectional", "ends", about), places.load_places()
    for kind in ends.KINDS:
        models = [ends.trained(kind, names.train, seed) for seed in SEEDS]
        found = [ends.accuracy(model, names.test) for model in models]
        record.add(f"ends/{kind}", found, *ACCURACY)
        log(f"{kind}: {np.round(found, 3)}")
    return record
