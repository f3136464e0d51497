"""What is recorded where a token is a character: dates and numerals."""

from collections.abc import Callable

import numpy as np

from rnncourse.analysis.translations import batch, hypotheses, right
from rnncourse.chapters.ch12_attention import scoring
from rnncourse.chapters.ch12_attention.translating import (
    Kind,
    fitted,
    looked,
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
SHARE = (0.8, "float32: another processor trains another network, and seeds differ by up to 0.79")
EXACT = (1e-9, "sums in another order")

Say = Callable[[str], None]


def measure_dates(say: Say = print) -> Record:
    """Train on dates in four languages, and score the looks (half a minute)."""
    return _measure("dates", load_dates(), DATES, OF_DATES, "babel", say)


def measure_numerals(say: Say = print) -> Record:
    """Train deck A's attention on numerals, and score the looks (two minutes)."""
    return _measure("numerals", load_numbers("en", "de"), NUMERALS, OF_NUMERALS, None, say)


def _measure(
    section: str,
    data: PairData,
    kind: Kind,
    groups: scoring.Groups,
    package: str | None,
    say: Say,
) -> Record:
    about = {"data": f"{section}, a token a character", **provenance(*([package] * bool(package)))}
    record = Record("ch12_attention", section, about)
    pairs = data.test[:400]
    exact, looks = [], []
    for seed in SEEDS:
        model = fitted(kind, seed, data)
        found = hypotheses(model, batch(data, pairs), most=90)
        exact.append(right(found, data, pairs).mean())
        looks.append(scoring.by_kind(looked(model, data, pairs), pairs, groups))
        say(f"seed {seed}: {exact[-1]:.3f} {looks[-1]}")
    record.add(f"{section}/exact", np.array(exact), *SHARE)
    for key in looks[0]:
        record.add(f"{section}/{key}", [one[key] for one in looks], *SHARE)
    for key, value in scoring.chances(data.train, pairs, groups).items():
        record.add(f"{section}/{key}", value, *EXACT)
        say(f"{key} {value:.3f}")
    return record
