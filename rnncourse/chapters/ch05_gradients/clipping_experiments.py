"""What is recorded of clipping in training on the text of chapter 2."""

from collections.abc import Sequence

import numpy as np

from rnncourse.analysis.splits import EncodedSplit, encode_split
from rnncourse.chapters.ch05_gradients.clipping import ClippedRun, History, train_runs
from rnncourse.core.records import Record, provenance
from rnncourse.core.seeds import CONFIRMING
from rnncourse.data.corpus import hash_documents, load_corpus
from rnncourse.training.lr_search import best_rate

UPDATES = 200
N_SCORED = 8192
"""Characters of validation text that `train_selected_settings` scores on."""
SEEDS, TUNING_SEEDS = (0, 1, 2, 3, 4), (1000,)
RATES = (0.3, 0.6, 1.0, 1.4, 2.0, 3.0, 4.2, 6.0, 10.0, 30.0, 100.0)
BEST_RATE, DIVERGING_RATE = 1.4, 4.2
"""The best rate of plain descent, and three times that, which is too much for it."""
SWEPT_RATES = (0.6, 1.0, 1.4, 2.0, 3.0, 4.2, 6.0, 10.0)
PRINTED_THRESHOLDS = {"norm": 1.0, "value": 0.05}  # of deck C's code
FACTORS = (0.04, 0.2, 1.0, 5.0, 25.0)  # what they are multiplied by
PRINTED_RATES = (2.0, 2.5, 3.0, 3.6, 4.2, 6.0)
"""For these thresholds: from the lowest rate at which every trial without a bound explodes."""
PLAIN, BOUNDED, _ = SETTINGS = (("none", 0.0), ("norm", 0.25), ("norm", 1.0))
ADAM_RATES = (0.001, 0.003, 0.01, 0.03, 0.1)
QUANTILES = (0.5, 0.9, 0.99, 1.0)
TRAINING_TOLERANCE = (
    0.1,
    "float32: sums in another order; first weights nudged by a millionth moved no run by more",
)
EXPLOSION_TOLERANCE = (1.0, "a run that explodes depends on the last bit")

Setting = tuple[str, float]


def name_setting(setting: Setting) -> str:
    """Name a setting in the record: `norm/0.25`, or `none`."""
    rule, threshold = setting
    return f"{rule}/{threshold:g}" if threshold else rule


def search_rates(
    data: EncodedSplit,
    settings: Sequence[Setting],
    rates: Sequence[float],
    seeds: Sequence[int],
    adam: bool = False,
) -> list[tuple[Setting, float]]:
    """Train every setting with every rate; return each with the rate of the fewest bits.

    They are of validation text that comes after what `train_selected_settings` scores, their mean
    over the seeds.
    """
    runs = [ClippedRun(*s, r, seed, adam) for s in settings for r in rates for seed in seeds]
    held_out = data.valid[N_SCORED:]
    bits = train_runs(data.train, held_out, len(data.vocabulary), runs, UPDATES).bits
    bits = bits.reshape(len(settings), len(rates), len(seeds))
    return [(s, best_rate(rates, b, True)) for s, b in zip(settings, bits, strict=True)]


def train_selected_settings(
    data: EncodedSplit,
    chosen: Sequence[tuple[Setting, float]],
    seeds: Sequence[int] = SEEDS,
    adam: bool = False,
) -> History:
    """Train chosen settings with other seeds: a history whose last axis is settings times seeds."""
    runs = [ClippedRun(*s, rate, seed, adam) for s, rate in chosen for seed in seeds]
    return train_runs(data.train, data.valid, len(data.vocabulary), runs, UPDATES)


def measure_text() -> Record:
    """Train a tanh network on text with two bounds and with none, each at its best rate."""
    record, data = _begin_record("text")
    chosen = search_rates(data, SETTINGS, RATES, TUNING_SEEDS)
    history = train_selected_settings(data, chosen)
    for (s, rate), row in zip(chosen, history.bits.reshape(len(chosen), -1), strict=True):
        record.add(f"text/rate/{name_setting(s)}", rate, 1e-9, "from a grid")
        record.add(f"text/bits/{name_setting(s)}", row, *TRAINING_TOLERANCE)
    norms = history.norms[:, : len(SEEDS)]
    quantiles = np.quantile(norms[np.isfinite(norms)], QUANTILES)
    record.add("text/norms/best", quantiles, 1e4, "it explodes")
    return record


def measure_bounds() -> Record:
    """Sweep the rate with and without a bound, and at one rate the threshold (half a minute).

    Tanh networks of 32 units, weights uniform in +-1 / root of 32; 200 updates of plain gradient
    descent at a fixed rate, each on 4 pieces of 64 characters of the training text of split 0, from
    a zero state. Bits are of the first 8,192 characters of the validation text in pieces of 64, and
    log2 96 for who is no better than guessing.
    """
    record, data = _begin_record("bounds", seeds=[*CONFIRMING])
    settings = PLAIN, BOUNDED
    chosen = {f"rate/{s[0]}/{rate:g}": (s, rate) for s in settings for rate in SWEPT_RATES}
    for rule, threshold in PRINTED_THRESHOLDS.items():
        for factor in FACTORS:
            chosen[f"factor/{rule}/{factor:g}"] = ((rule, factor * threshold), DIVERGING_RATE)
    bits_by_run = train_selected_settings(data, [*chosen.values()], CONFIRMING).bits.reshape(
        len(chosen), -1
    )
    for name, bits in zip(chosen, bits_by_run, strict=True):
        tolerance = EXPLOSION_TOLERANCE if "none" in name else TRAINING_TOLERANCE
        record.add(f"bounds/{name}", bits, *tolerance)
    return record


def measure_deck_thresholds() -> Record:
    """Sweep the rate at deck C's own thresholds, and without a bound (half a minute).

    Networks, training and bits are those of `measure_bounds`.
    """
    record, data = _begin_record("printed", seeds=[*CONFIRMING])
    settings = [("none", 0.0), *PRINTED_THRESHOLDS.items()]
    chosen = {f"{s[0]}/{rate:g}": (s, rate) for s in settings for rate in PRINTED_RATES}
    bits_by_run = train_selected_settings(data, [*chosen.values()], CONFIRMING).bits.reshape(
        len(chosen), -1
    )
    for name, bits in zip(chosen, bits_by_run, strict=True):
        record.add(f"printed/{name}", bits, *EXPLOSION_TOLERANCE)
    return record


def measure_adam() -> Record:
    """Train by Adam, with a bound and without, each at its best rate."""
    record, data = _begin_record("others")
    chosen = search_rates(data, SETTINGS[:2], ADAM_RATES, TUNING_SEEDS, adam=True)
    bits_by_run = train_selected_settings(data, chosen, adam=True).bits.reshape(len(chosen), -1)
    for (s, _), bits in zip(chosen, bits_by_run, strict=True):
        record.add(f"adam/bits/{name_setting(s)}", bits, *EXPLOSION_TOLERANCE)
    return record


def _begin_record(section: str, **facts) -> tuple[Record, EncodedSplit]:
    documents = load_corpus()
    about = {"corpus_sha256": hash_documents(documents), "updates": UPDATES} | facts | provenance()
    return Record("ch05_gradients", section, about), encode_split(documents, 0, 1)
