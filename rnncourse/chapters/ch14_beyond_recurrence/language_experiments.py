"""The recorded contest on chapter 2's text."""

import time
from collections.abc import Mapping
from functools import partial

from rnncourse.analysis.splits import EncodedSplit, encode_split
from rnncourse.chapters.ch14_beyond_recurrence.contest import SIZES, Model, text_bits, train_model
from rnncourse.chapters.ch14_beyond_recurrence.stored import store_language_model
from rnncourse.chapters.ch14_beyond_recurrence.update_times import time_updates
from rnncourse.core.records import Record, provenance
from rnncourse.data.corpus import hash_documents, load_corpus
from rnncourse.training.language import lr_factor
from rnncourse.training.lr_search import best_rate, lr_search

CHAPTER = "ch14_beyond_recurrence"
FIRST = {
    "transformer": (12e-3, 24e-3, 48e-3),
    "lstm": (16e-3, 32e-3, 64e-3),
    "gru": (8e-3, 16e-3, 32e-3),
}
"""Rates that are tried first, around the best of trials that were as short."""
HIGHER_RATES = {"lstm": 128e-3, "gru": 64e-3}
"""Twice the highest rate that was tried, where that was the best."""
SEARCH_UPDATES = 200
"""Of a try of a rate."""
UPDATES = 800
MARKS = (25, 50, 100, 200, 400, 600, UPDATES)
"""Updates after which a network is scored on validation text."""
SEEDS = (0, 1, 2)
TUNING_SEED = 9
VALID, CURVE, TEST = 20_000, 10_000, 40_000
"""Characters: of validation text for the rates, and for the curves; and of test text."""
TRAINING_TOLERANCE = (0.05, "trained anew on another processor; seeds of one kind differ by less")
# So wide that any finite number passes: a clock is recorded, and no machine is held to it.
CLOCK_TOLERANCE = (1e9, "processor time of one machine that had other work as well")
EXACT_TOLERANCE = (0, "chosen, or counted")


def begin_section(name: str) -> tuple[Record, EncodedSplit]:
    """Begin a section on the text, split 0."""
    documents = load_corpus()
    about = {"corpus_sha256": hash_documents(documents), **provenance()}
    return Record(CHAPTER, name, about), encode_split(documents, 0, 2)


def measure_rates() -> Record:
    """Search a learning rate for each network on validation text (two minutes)."""
    record, data = begin_section("rates")
    V, valid = len(data.vocabulary), data.valid[:VALID]

    def score(name: str, rate: float) -> float:
        model = train_model(name, data.train, V, SEARCH_UPDATES, rate, TUNING_SEED)
        return -text_bits(model, valid)

    for name, first_rates in FIRST.items():
        scores = lr_search(partial(score, name), first_rates, max_extensions=0)
        record.add(f"rates/{name}", list(scores), *EXACT_TOLERANCE)
        record.add(f"search/{name}", [-score_ for score_ in scores.values()], *TRAINING_TOLERANCE)
    return record


def measure_rates_beyond() -> Record:
    """Try twice the highest rate, as in the search, where that was the best (half a minute)."""
    record, data = begin_section("rates_beyond")
    V, valid = len(data.vocabulary), data.valid[:VALID]
    for name, rate in HIGHER_RATES.items():
        model = train_model(name, data.train, V, SEARCH_UPDATES, rate, TUNING_SEED)
        record.add(f"search beyond/{name}", text_bits(model, valid), *TRAINING_TOLERANCE)
    return record


def peak_lr_factor(updates: int) -> float:
    """Return the highest share of its rate that a run reaches, between warm-up and cosine."""
    return max(lr_factor(update, updates) for update in range(updates))


def comparison_rate(name: str) -> float:
    """Return the rate for the contest: what it reaches there, the best try has reached.

    Args:
        name: Of a network whose rates were tried on validation text.
    """
    record = Record.load(CHAPTER)
    rates, bits = record.value(f"rates/{name}"), record.value(f"search/{name}")
    chosen = best_rate(rates, bits, lower_is_better=True)
    return float(chosen * peak_lr_factor(SEARCH_UPDATES) / peak_lr_factor(UPDATES))


def measure_update_times() -> Record:
    """Time an update of each network, in turn (seconds)."""
    record, data = begin_section("pace")
    for name, seconds in time_updates(data.train, len(data.vocabulary)).items():
        record.add(f"pace/{name}", 1e3 * seconds, *CLOCK_TOLERANCE)
    return record


def measure_curve(
    name: str, data: EncodedSplit, seed: int, checkpoints: Mapping[int, None]
) -> tuple[Model, list[float], float]:
    """Train a network of the contest, and score it on the way.

    Args:
        name: One of `SIZES`.
        data: The text.
        seed: Of the network.
        checkpoints: Updates after which it is scored; the last one is the last update.

    Returns:
        The network; bits per character of validation text at each; and processor seconds of
        training alone.
    """
    curve, paused = [], 0.0

    def watch(update: int, model: Model) -> None:
        nonlocal paused
        if update in checkpoints:
            start = time.process_time()
            curve.append(text_bits(model, data.valid[:CURVE]))
            paused += time.process_time() - start

    start = time.process_time()
    updates = max(checkpoints)
    V, rate = len(data.vocabulary), comparison_rate(name)
    model = train_model(name, data.train, V, updates, rate, seed, watch)
    return model, curve, time.process_time() - start - paused


def measure_contest_seed(seed: int) -> Record:
    """Train the three networks of the contest with one seed (two minutes); 0: keep one."""
    record, data = begin_section(f"contest-{seed}")
    for name in SIZES:
        model, curve, seconds = measure_curve(name, data, seed, dict.fromkeys(MARKS))
        record.add(f"curve/{name}/{seed}", curve, *TRAINING_TOLERANCE)
        record.add(f"bits/{name}/{seed}", text_bits(model, data.test[:TEST]), *TRAINING_TOLERANCE)
        record.add(f"seconds/{name}/{seed}", seconds, *CLOCK_TOLERANCE)
        record.add(f"rate/{name}/{seed}", comparison_rate(name), *EXACT_TOLERANCE)
        if (name, seed) == ("transformer", SEEDS[0]):
            store_language_model(model)
            record.add("epochs", UPDATES * 2048 / len(data.train), *EXACT_TOLERANCE)
    return record
