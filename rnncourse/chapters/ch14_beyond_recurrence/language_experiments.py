"""The recorded contest on chapter 2's text."""

import time
from collections.abc import Mapping
from functools import partial

import numpy as np

from rnncourse.analysis.splits import Encoded, encode_split
from rnncourse.chapters.ch14_beyond_recurrence.contest import SIZES, Model, bits, train_model
from rnncourse.chapters.ch14_beyond_recurrence.paces import update_times
from rnncourse.chapters.ch14_beyond_recurrence.stored import store
from rnncourse.core.records import Record, provenance
from rnncourse.data.corpus import fingerprint, load_corpus
from rnncourse.training.language import lr_factor
from rnncourse.training.lr_search import lr_search

CHAPTER = "ch14_beyond_recurrence"
FIRST = {
    "transformer": (12e-3, 24e-3, 48e-3),
    "lstm": (16e-3, 32e-3, 64e-3),
    "gru": (8e-3, 16e-3, 32e-3),
}
"""Rates that are tried first, around the best of trials that were as short."""
SEARCH_UPDATES = 200
"""Of a try of a rate."""
UPDATES = 800
MARKS = (25, 50, 100, 200, 400, 600, UPDATES)
"""Updates after which a network is scored on validation text."""
SEEDS, TUNING = (0, 1, 2), 9
VALID, CURVE, TEST = 20_000, 10_000, 40_000
"""Characters: of validation text for the rates, and for the curves; and of test text."""
TRAINED = (0.05, "trained anew on another processor; seeds of one kind differ by less")
CLOCK = (1e9, "processor time of one machine that had other work as well")
EXACT = (0, "chosen, or counted")


def section(name: str) -> tuple[Record, Encoded]:
    """Begin a section on the text, split 0."""
    documents = load_corpus()
    about = {"corpus_sha256": fingerprint(documents), **provenance()}
    return Record(CHAPTER, name, about), encode_split(documents, 0, 2)


def measure_rates() -> Record:
    """Search a learning rate for each network on validation text (two minutes)."""
    record, data = section("rates")
    V, valid = len(data.vocabulary), data.valid[:VALID]

    def score(name: str, rate: float) -> float:
        return -bits(train_model(name, data.train, V, SEARCH_UPDATES, rate, TUNING), valid)

    for name, first in FIRST.items():
        found = lr_search(partial(score, name), first, max_added=0)
        record.add(f"rates/{name}", list(found), *EXACT)
        record.add(f"search/{name}", [-less for less in found.values()], *TRAINED)
    return record


def reached(updates: int) -> float:
    """Return the highest share of its rate that a run reaches, between warm-up and cosine."""
    return max(lr_factor(update, updates) for update in range(updates))


def chosen(name: str) -> float:
    """Return the rate for the contest: what it reaches there, the best try has reached.

    Args:
        name: Of a network whose rates were tried on validation text.
    """
    known = Record.load(CHAPTER)
    best = known.value(f"rates/{name}")[int(np.argmin(known.value(f"search/{name}")))]
    return float(best * reached(SEARCH_UPDATES) / reached(UPDATES))


def measure_pace() -> Record:
    """Time an update of each network, in turn (seconds)."""
    record, data = section("pace")
    for name, seconds in update_times(data.train, len(data.vocabulary)).items():
        record.add(f"pace/{name}", 1e3 * seconds, *CLOCK)
    return record


def learning_curve(
    name: str, data: Encoded, seed: int, marks: Mapping[int, None]
) -> tuple[Model, list[float], float]:
    """Train a network of the contest, and score it on the way.

    Args:
        name: One of `SIZES`.
        data: The text.
        seed: Of the network.
        marks: Updates after which it is scored; the last one is the last update.

    Returns:
        The network; bits per character of validation text at the marks; and processor seconds of
        training alone.
    """
    found, paused = [], 0.0

    def watch(update: int, model: Model) -> None:
        nonlocal paused
        if update in marks:
            begin = time.process_time()
            found.append(bits(model, data.valid[:CURVE]))
            paused += time.process_time() - begin

    begin = time.process_time()
    updates = max(marks)
    V, rate = len(data.vocabulary), chosen(name)
    model = train_model(name, data.train, V, updates, rate, seed, watch)
    return model, found, time.process_time() - begin - paused


def measure_seed(seed: int) -> Record:
    """Train the three networks of the contest with one seed (two minutes); 0: keep one."""
    record, data = section(f"contest-{seed}")
    for name in SIZES:
        model, found, seconds = learning_curve(name, data, seed, dict.fromkeys(MARKS))
        record.add(f"curve/{name}/{seed}", found, *TRAINED)
        record.add(f"bits/{name}/{seed}", bits(model, data.test[:TEST]), *TRAINED)
        record.add(f"seconds/{name}/{seed}", seconds, *CLOCK)
        record.add(f"rate/{name}/{seed}", chosen(name), *EXACT)
        if (name, seed) == ("transformer", SEEDS[0]):
            store(model)
            record.add("epochs", UPDATES * 2048 / len(data.train), *EXACT)
    return record
