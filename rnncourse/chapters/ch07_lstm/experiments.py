"""What chapter 7 measures."""

from collections.abc import Callable

import numpy as np

from rnncourse.chapters.ch07_lstm import (
    carousel,
    deciding_experiments,
    lags,
    lesson,
    live_experiments,
    long_experiments,
    mind_experiments,
    mind_training,
    peepholes,
)
from rnncourse.core.records import Record, provenance

LAG_EDGES = {
    "lstm-0": 0.3,
    "lstm-1": 0.3,
    "lstm-5": 3e-4,
    "lstm-chrono": 0.3,
    "lstm-open": 0.3,
    "gru-0": 0.3,
}
FIRST_EDGES = {"free": 0.3, "free-peepholes": 0.3}
"""By kind whose best rate was the first or the last of its grid, or which did not learn with any:
a rate beyond the grid."""


def measure_edges(log: Callable[[str], None] = print) -> Record:
    """Try the rate beyond the grid, where the best one was at its edge (a minute)."""
    record = Record("ch07_lstm", "edges", {"data": "drawn at random", **provenance()})
    for kind, rate in LAG_EDGES.items():
        when = lags.learn(lags.KINDS[kind], [rate] * len(lags.SEARCH_SEEDS), lags.SEARCH_SEEDS)
        record.add(f"lag/edge/{kind}", np.minimum(when, 2 * lags.UPDATES), *lags.RUN)
        log(f"{kind} {rate:g} {when}")
    for kind, rate in FIRST_EDGES.items():
        rates = [rate] * len(peepholes.SEARCH_SEEDS)
        left = peepholes.learn(peepholes.KINDS[kind], rates, peepholes.SEARCH_SEEDS, "validation")
        record.add(f"first/edge/{kind}", left, 10.0, peepholes.LEFT[1])
        log(f"{kind} {rate:g} {left.round(4)}")
    return record


EXPERIMENTS = {
    "travel": carousel.measure_travel,
    "lists_gated": lesson.measure_gated,
    "lists_plain": lesson.measure_plain,
    "first": peepholes.measure_first,
    "lag_plain": lags.measure_plain,
    "lag_biases": lags.measure_biases,
    "lag_long": lags.measure_long,
    "lag_grus": lags.measure_grus,
    "edges": measure_edges,
    "opened": lags.measure_opened,
    **long_experiments.EXPERIMENTS,
    "mind_0": mind_training.measure_first,
    "cells": mind_experiments.measure_cells,
    "turned": mind_experiments.measure_turned,
    "live": live_experiments.measure_live,
    "mind_1": mind_experiments.measure_second,
    **deciding_experiments.EXPERIMENTS,
}
"""What `make measure` runs: by section of the record."""
