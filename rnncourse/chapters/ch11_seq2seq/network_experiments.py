"""What is recorded of networks that translate lists of numbers through one vector."""

from collections.abc import Callable, Sequence

import numpy as np

from rnncourse.analysis.translations import (
    LENGTHS,
    TRAINED,
    batch,
    by_length,
    hypotheses,
    lists,
    right,
    store,
)
from rnncourse.chapters.ch11_seq2seq import inspecting
from rnncourse.chapters.ch11_seq2seq.stored import FOLDER, load_weights
from rnncourse.chapters.ch11_seq2seq.translating import Kind, fitted
from rnncourse.core.records import Record, provenance
from rnncourse.core.seeds import CONFIRMING, confirming
from rnncourse.models.translation import EncoderDecoder

SEEDS = tuple(range(8))
FEWER, SOME = SEEDS[:6], SEEDS[:3]
"""The seeds of the vector of 16, and of the beams."""
KINDS = {
    "wide": Kind(),
    "middle": Kind(Z=16),
    "narrow": Kind(Z=8),
    "deep": Kind(H=43, layers=2),
}
"""By name: wide is the network of the report; deep has as many parameters."""
NUDGED = (
    "float32: first weights nudged by a millionth moved {} (wide, middle, narrow and deep, on "
    "validation lists)"
)
ACCURACY = (0.06, NUDGED.format("no share of one length by more than 0.04"))
MEAN = (0.03, NUDGED.format("no mean over two to six numbers by more than 0.017"))

Log = Callable[[str], None]


def exact(model: EncoderDecoder) -> np.ndarray:
    """Return the share of test lists that are translated without a mistake, by their length."""
    data = lists()
    found = hypotheses(model, batch(data, data.test))
    return by_length(right(found, data, data.test), data.test)


def record_of(section: str) -> Record:
    """Begin a record."""
    data = "20,000 lists of 1 to 6 numbers, English to German"
    return Record("ch11_seq2seq", section, {"data": data, **provenance()})


def _add_exact(record: Record, name: str, found: Sequence[np.ndarray]) -> None:
    """Record shares, `seeds x lengths`, and their mean over the lengths of the training."""
    shares = np.array(found)
    for k, column in zip(LENGTHS, shares.T, strict=True):
        record.add(f"{name}/{k}", column, *ACCURACY)
    record.add(f"{name}/trained", shares[:, TRAINED].mean(1), *MEAN)


def measure_sizes(log: Log = print) -> Record:
    """Train with a vector of 16 (two and a half minutes)."""
    record = record_of("sizes")
    found = [exact(fitted(KINDS["middle"], seed)) for seed in FEWER]
    _add_exact(record, "exact/middle", found)
    log(f"middle: {np.mean(found, 0).round(2)}")
    return record


def _by_seed(section: str, name: str, seeds: Sequence[int], log: Log) -> Record:
    """Train the networks that judge a claim, and record what they translate without a mistake."""
    seeds, record = confirming(seeds), record_of(section)
    record.about |= {"seeds": [*seeds]}
    found = [exact(fitted(KINDS[name], seed)) for seed in seeds]
    _add_exact(record, section, found)
    log(f"{section}: {np.mean(found, 0).round(3)}")
    return record


def measure_one_vector(log: Log = print, seeds: Sequence[int] = CONFIRMING) -> Record:
    """Translate lists through one vector of 64, GRUs of 64 units (five minutes).

    1,600 updates of 64 lists of one to six numbers, of 20,000; the learning rate, 0.012, is the
    best of three, 0.006 to 0.024, on validation lists. Scored are 200 test lists of each length
    from two on.
    """
    return _by_seed("one_vector", "wide", seeds, log)


def measure_small_vector(log: Log = print, seeds: Sequence[int] = CONFIRMING) -> Record:
    """Translate through one vector of 8, all else as in `measure_one_vector` (five minutes)."""
    return _by_seed("small_vector", "narrow", seeds, log)


def measure_two_layers(log: Log = print, seeds: Sequence[int] = CONFIRMING) -> Record:
    """Translate them by stacks of two layers of 43 units, as many parameters (six minutes).

    All else as in `measure_one_vector`.
    """
    return _by_seed("two_layers", "deep", seeds, log)


def measure_beams(log: Log = print) -> Record:
    """Search with beams of several widths in the networks of the report (two minutes)."""
    record, data, found = record_of("beams"), lists(), []
    pairs = inspecting.beam_lists(data)
    for seed in SOME:
        found.append(inspecting.beams(fitted(KINDS["wide"], seed), data, pairs))
        log(f"seed {seed}: searched")
    inspecting.add_beams(record, "beam", found, ACCURACY)
    return record


def measure_lists(log: Log = print) -> Record:
    """Train the network of the report, told and alone, and keep seed 0 (four minutes)."""
    record, data = record_of("lists"), lists()
    test, shares = batch(data, data.test), []
    found: dict[str, list[float]] = {}
    for seed in SEEDS:
        model = fitted(KINDS["wide"], seed)
        if seed == SEEDS[0]:
            store("lists", model, data, {"kind": "wide", "seed": seed}, FOLDER)
            model = load_weights("lists", data, KINDS["wide"])
        alone = hypotheses(model, test)
        hits, told = right(alone, data, data.test), inspecting.teacher_forced(model, test)
        shares.append(by_length(hits, data.test))
        in_place = inspecting.agreeing(alone, test)
        for key, value in {
            "teacher_forced/all": np.mean(told.all == hits),
            "teacher_forced/symbols": inspecting.by_trained(told.symbols, data.test),
            "free_running/symbols": inspecting.by_trained(in_place, data.test),
        }.items():
            found.setdefault(key, []).append(float(value))
        log(f"seed {seed}: {shares[-1].round(2)}")
    _add_exact(record, "exact/wide", shares)
    for key, values in found.items():
        record.add(key, values, *(inspecting.IDENTITY if key.endswith("/all") else ACCURACY))
    return record
