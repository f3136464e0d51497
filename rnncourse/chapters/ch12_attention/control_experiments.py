"""What is recorded of networks that are trained for the same time, too short for most."""

from dataclasses import replace

import numpy as np

from rnncourse.analysis.translations import LONGEST, TRAINED, lists
from rnncourse.chapters.ch12_attention.network_experiments import (
    SEEDS,
    Log,
    add,
    record_of,
)
from rnncourse.chapters.ch12_attention.translating import KINDS, exact, fitted
from rnncourse.core.records import Record

SOME = SEEDS[:3]
LEAST = 250
"""Updates of the kind that takes the longest for one; the others have as much time."""


def brief_updates() -> dict[str, int]:
    """Return by kind the updates that take as long as `LEAST` of the slowest, as timed."""
    record = Record.load("ch12_attention")
    took = {name: record.value(f"speeds/{name}") for name in KINDS}
    return {name: round(LEAST * max(took.values()) / time) for name, time in took.items()}


def measure_brief(log: Log = print) -> Record:
    """Train every kind for the same time, too short for most (two minutes and a half)."""
    record, data = record_of("brief"), lists()
    for name, updates in brief_updates().items():
        kind = replace(KINDS[name], updates=updates)
        found = [exact(fitted(kind, seed), data, data.test) for seed in SOME]
        record.add(f"brief/{name}/updates", updates, 0, "counted, by the speeds of the record")
        add(record, f"brief/{name}/trained", np.array(found)[:, TRAINED].mean(1))
        for k in (4, LONGEST):
            add(record, f"brief/{name}/{k}", np.array(found)[:, k - 1])
        log(f"{name}, {updates} updates: {np.mean(found, 0).round(2)}")
    return record
