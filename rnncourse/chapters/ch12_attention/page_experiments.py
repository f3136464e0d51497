"""What is recorded where a token is a character: dates and numerals."""

from collections.abc import Callable

import numpy as np

from rnncourse.analysis.translations import batch, hypotheses, right
from rnncourse.chapters.ch12_attention import scoring
from rnncourse.chapters.ch12_attention.translating import (
    Kind,
    attention_of,
    fitted,
)
from rnncourse.core.records import Record, provenance
from rnncourse.data.dates import load_dates
from rnncourse.data.number_pairs import load_numbers
from rnncourse.data.pairs import PairData

DATES = Kind(updates=300)
"""The network of the page; its rate was searched on lists only."""
NUMERALS = Kind("additive", "before", N=32, rate=6e-3, updates=420, B=32)
"""Deck A's; its rate was not searched."""
SEEDS = (0, 1, 2)
OF_DATES = {"year": ("year",), "month": ("month",), "day": ("day",)}
OF_NUMERALS = {
    "digits": ("units", "teen", "tens"),
    "hundert, tausend": ("hundred", "thousand"),
}
ACCURACY = (
    0.8,
    "float32: another processor trains another network, and seeds differ by up to 0.79",
)
EXACT = (1e-9, "sums in another order")

Log = Callable[[str], None]


def measure_dates(log: Log = print) -> Record:
    """Train on dates in four languages, and score the looks (half a minute)."""
    return _measure("dates", load_dates(), DATES, OF_DATES, "babel", log)


def measure_numerals(log: Log = print) -> Record:
    """Train deck A's attention on numerals, and score the looks (two minutes)."""
    return _measure("numerals", load_numbers("en", "de"), NUMERALS, OF_NUMERALS, None, log)


def _measure(
    section: str,
    data: PairData,
    kind: Kind,
    groups: scoring.Groups,
    package: str | None,
    log: Log,
) -> Record:
    about = {"data": f"{section}, a token a character", **provenance(*([package] * bool(package)))}
    record = Record("ch12_attention", section, about)
    pairs = data.test[:400]
    exact, attention = [], []
    for seed in SEEDS:
        model = fitted(kind, seed, data)
        found = hypotheses(model, batch(data, pairs), max_length=90)
        exact.append(right(found, data, pairs).mean())
        attention.append(scoring.by_kind(attention_of(model, data, pairs), pairs, groups))
        log(f"seed {seed}: {exact[-1]:.3f} {attention[-1]}")
    record.add(f"{section}/exact", np.array(exact), *ACCURACY)
    for key in attention[0]:
        record.add(f"{section}/{key}", [one[key] for one in attention], *ACCURACY)
    for key, value in scoring.chances(data.train, pairs, groups).items():
        record.add(f"{section}/{key}", value, *EXACT)
        log(f"{key} {value:.3f}")
    return record
