"""What is recorded of prices, of one answer for a whole sequence, and of depth."""

from collections.abc import Sequence

import numpy as np

from rnncourse.chapters.ch09_bidirectional import deep, ends, prices
from rnncourse.chapters.ch09_bidirectional.spelling_experiments import SEEDS
from rnncourse.core.records import Record, provenance
from rnncourse.core.seeds import CONFIRMING, PILOT_SEEDS
from rnncourse.data import places
from rnncourse.training.lr_search import lr_search

TUNING_SEED = 1000
SEARCH_FRACTIONS = (prices.TRAINING_FRACTION**2, prices.TRAINING_FRACTION)
HIGHER_RATES = (0.081, 0.243)
"""The highest rate of the search for prices, both ways, and three times as much."""
ACCURACY_TOLERANCE = 0.08, "float32: another processor trains another network; seeds differ by less"

RATES = (1e-3, 3e-3, 1e-2)
LAGS = {"10": (10, 600, 4), "30": (30, 600, 4), "30 longer": (30, 1800, 2)}
"""How many symbols come after the first, updates, and networks of a seed."""
N_TUNING = 2
"""Networks of a seed in a search of rates."""
LEARNED_TOLERANCE = 1.0, "float32: another processor trains another network, and some learn nothing"


def measure_prices() -> Record:
    """Tell rises and falls of prices, with the months that come after and without (a minute)."""
    about = {"data": "prices in Matplotlib's sample file", **provenance()}
    record = Record("ch09_bidirectional", "prices", about)
    train, test = prices.month_windows(0), prices.month_windows(1)
    rises = (test[1:] > 0).float().numpy()
    record.add("prices/always up", rises.mean(1), 1e-6, "counted")
    tuning, valid = (prices.month_windows(part, SEARCH_FRACTIONS) for part in (0, 1))
    for direction in prices.SIZES:

        def score_rate(rate: float, direction: str = direction) -> float:
            return -prices.rise_nll(
                prices.train_direction_classifier(direction, TUNING_SEED, rate, tuning), valid
            )

        rates = lr_search(score_rate, prices.RATES, prices.RATE_FACTOR)
        for rate, score in rates.items():
            record.add(f"prices rates/{direction}/{rate:g}", -score, *ACCURACY_TOLERANCE)
        rate = max(rates, key=rates.get)
        models = [prices.train_direction_classifier(direction, seed, rate, train) for seed in SEEDS]
        shares = np.array([prices.accuracy_by_position(model, test) for model in models])
        record.add(f"prices/at/{direction}", shares.mean(0), *ACCURACY_TOLERANCE)
        record.add(f"prices/last/{direction}", shares[:, -1], *ACCURACY_TOLERANCE)
        record.add(f"prices/before/{direction}", shares[:, :-1].mean(1), *ACCURACY_TOLERANCE)
    return record


def measure_prices_beyond() -> Record:
    """Try a rate above those of the search, where the highest was the best (seconds)."""
    about = {"data": "prices in Matplotlib's sample file", **provenance()}
    record = Record("ch09_bidirectional", "prices_beyond", about)
    tuning, valid = (prices.month_windows(part, SEARCH_FRACTIONS) for part in (0, 1))
    for rate in HIGHER_RATES:
        model = prices.train_direction_classifier("both", TUNING_SEED, rate, tuning)
        nll = prices.rise_nll(model, valid)
        record.add(f"prices beyond/both/{rate:g}", nll, *ACCURACY_TOLERANCE)
    return record


def measure_ends() -> Record:
    """Ask for the language of a name, with the answer read in five places (two minutes)."""
    about = {"data_sha256": {"places": places.PINNED_SHA256}, **provenance("babel")}
    record, names = Record("ch09_bidirectional", "ends", about), places.load_places()
    for kind in ends.CLASSIFIERS:
        models = [ends.train_name_classifier(kind, names.train, seed) for seed in SEEDS]
        accuracies = [ends.language_accuracy(model, names.test) for model in models]
        record.add(f"ends/{kind}", accuracies, *ACCURACY_TOLERANCE)
    return record


def measure_depth(name: str) -> Record:
    """Let 40 networks of one place of depth name the first of 31 symbols, and of 11 (2 minutes).

    The rate is the best of three for 31 symbols, by 20 networks of other seeds; where it lies at
    the edge, the search goes on. Half of the networks are also trained three times as long.

    Args:
        name: One of `deep.DEPTH_KINDS`.
    """
    about = {"data": "drawn at random", "seeds": [*CONFIRMING], **provenance()}
    record = Record("ch09_bidirectional", f"depth_{name.replace(' ', '_')}", about)

    def measure_accuracy(
        rate: float, lag: int, updates: int, n_each: int, seeds: Sequence[int] = CONFIRMING
    ) -> np.ndarray:
        all_seeds = [10 * seed + n for seed in seeds for n in range(n_each)]
        return deep.score_recall(
            deep.DEPTH_KINDS[name], all_seeds, [rate] * len(all_seeds), lag, updates
        )

    def score(rate: float) -> float:
        return float(measure_accuracy(rate, *LAGS["30"][:2], N_TUNING, PILOT_SEEDS).mean())

    rates = lr_search(score, RATES, 10**0.5)
    for rate, scores in rates.items():
        record.add(f"depth rates/{name}/{rate:.1g}", scores, *LEARNED_TOLERANCE)
    best_rate = max(rates, key=rates.get)
    for key, lag_settings in LAGS.items():
        scores = measure_accuracy(best_rate, *lag_settings)
        record.add(f"depth/{name}/{key}", scores, *LEARNED_TOLERANCE)
    return record
