"""Which tree? What networks on each kind of tree learn, in each language."""

from functools import partial

import numpy as np

from rnncourse.chapters.ch10_recursive_networks.learning import (
    N_TEST,
    RATES,
    SEEDS,
    TUNING_SEEDS,
    LearningTask,
    measure_accuracies,
    measure_majority,
    sample_texts,
    train_trees,
)
from rnncourse.chapters.ch10_recursive_networks.phrases import (
    find_meaning,
    meaning_frequencies,
    to_text,
)
from rnncourse.core.records import Record, provenance
from rnncourse.training.lr_search import lr_search

LONG_BINS = ((2, 4), (5, 8), (9, 16), (17, 32), (33, 64), (65, 128))
LENGTHS = (8, 64)
"""Of the rows whose first symbol is to be named."""
TASKS = {
    "mod5": LearningTask("mod5"),
    "longer": LearningTask("mod5", updates=6000),
    "parity": LearningTask("parity", (2, 16), 500, bins=LONG_BINS),
    "phrases": LearningTask("phrases", (2, 5), bins=((2, 5), (6, 8), (9, 10))),
} | {f"first-{T}": LearningTask("first", (T, T), 300, 32, ((T, T),)) for T in LENGTHS}
SECTIONS = {
    "parse": ("mod5", [("parse", "two")]),
    "cells": ("mod5", [("parse", "tanh"), ("parse", "lstm")]),
    "mod5": ("mod5", [("balanced", "two"), ("chain", "two")]),
    "syntax": ("mod5", [("syntax", "two"), ("bare", "two")]),
    "parity": (
        "parity",
        [("balanced", "two"), ("chain", "two"), ("balanced", "lstm"), ("chain", "lstm")],
    ),
    "others": ("mod5", [("random", "two"), ("left", "two")]),
    "phrases": (
        "phrases",
        [("parse", "two"), ("parse", "lstm"), ("chain", "lstm"), ("brackets", "lstm")],
    ),
    "longer": ("longer", [("balanced", "two")]),
} | {f"first-{T}": (f"first-{T}", [("left", "tanh"), ("balanced", "tanh")]) for T in LENGTHS}
"""By section of the record: the task, and which trees and cells do it."""
ACCURACY_TOLERANCE = (
    0.06,
    "first weights nudged by a millionth, both ways, 1,200 updates: on 33 to 64 numbers six "
    "networks with parse trees moved by at most 0.06, and parity on balanced trees did not move",
)
# So wide that any finite number passes: a clock is recorded, and no machine is held to it.
CLOCK_TOLERANCE = (1e9, "processor time of one machine that had other work as well")


def search_rate(task: LearningTask, kind: str, cell: str) -> tuple[float, dict[float, np.ndarray]]:
    """Search the learning rate, with networks of other seeds than those that are scored.

    Returns:
        The best rate, of equals the one tried first; accuracies on validation by rate, from the
        smallest on.
    """
    scores = {}

    def score(rate: float) -> float:
        networks, _ = train_trees(task, kind, cell, [rate], TUNING_SEEDS, task.updates)
        scores[rate] = measure_accuracies(task, networks, kind, "validation", task.leaves)
        return float(np.mean(scores[rate]))

    means = lr_search(score, RATES[2:4], max_extensions=len(RATES), grid=RATES, max_score=1.0)
    return max(scores, key=means.get), {rate: scores[rate] for rate in means}


def find_rate(case: str) -> float:
    """Take the rate that was found for fewer updates, modulo 5."""
    return float(Record.load("ch10_recursive_networks").value(f"rate/mod5/{case}"))


def measure_task(section: str) -> Record:
    """Search a rate for each kind of tree and cell, train five networks with it, and score them.

    Args:
        section: Of the record.
    """
    record = Record("ch10_recursive_networks", section, {"data": "drawn at random", **provenance()})
    name, cases = SECTIONS[section]
    task = TASKS[name]
    bins = [f"{low}-{high}" for low, high in task.bins]
    for leaves, size in zip(task.bins, bins, strict=True):
        record.add(
            f"majority/{section}/{size}", measure_majority(task, leaves), 0, "drawn and counted"
        )
    for kind, cell in cases:
        key = f"{name}/{kind}/{cell}"
        if name == "longer":
            rate = find_rate(f"{kind}/{cell}")
        else:
            rate, scores = search_rate(task, kind, cell)
            record.add(f"validation/{key}", np.ravel([*scores.values()]), *ACCURACY_TOLERANCE)
            record.add(f"rates/{key}", [*scores], 0, "tried, from small to large")
        networks, seconds = train_trees(task, kind, cell, [rate], SEEDS, task.updates)
        record.add(f"rate/{key}", rate, 0, "chosen on validation expressions")
        record.add(f"ms/{key}", 1e3 * seconds, *CLOCK_TOLERANCE)
        record.add(f"size/{key}", networks.size, 0, "counted")
        for leaves, size in zip(task.bins, bins, strict=True):
            shares = measure_accuracies(task, networks, kind, "test", leaves)
            record.add(f"right/{key}/{size}", shares, *ACCURACY_TOLERANCE)
    return record


def measure_first() -> Record:
    """Measure how often the first of 8, and of 64, symbols is named (a minute)."""
    short, long = (measure_task(f"first-{T}") for T in LENGTHS)
    return Record("ch10_recursive_networks", "first", long.about, short.values | long.values)


def measure_phrases() -> Record:
    """Measure phrases that mean sets of animals (four minutes), and what their words alone say."""
    record, task = measure_task("phrases"), TASKS["phrases"]
    for low, high in task.bins:
        texts, _ = sample_texts(task, "test", N_TEST, (low, high))
        all_meanings = [meaning_frequencies(to_text(tree)) for tree in texts]
        is_likeliest = [
            max(meanings, key=meanings.get) == find_meaning(tree)
            for meanings, tree in zip(all_meanings, texts, strict=True)
        ]
        record.add(f"words/{low}-{high}", np.mean(is_likeliest), 0, "every reading counted")
        several = np.mean([len(meanings) > 1 for meanings in all_meanings])
        record.add(f"several/{low}-{high}", several, 0, "every reading counted")
    return record


MEASURE_FUNCTIONS = {name: partial(measure_task, name) for name in SECTIONS if "-" not in name} | {
    "first": measure_first,
    "phrases": measure_phrases,
}
"""By section: what measures it, in about a minute; phrases take four."""
