"""What is recorded of networks that translate lists of numbers.

Every kind of network gets the same search for its learning rate, on validation lists and with a
seed of its own; then new seeds are scored on test lists: eight of the network of the page, six of
the others.
"""

import time
from collections.abc import Callable, Sequence
from dataclasses import replace

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
from rnncourse.chapters.ch11_seq2seq.stored import FOLDER, load_weights, make_untrained
from rnncourse.chapters.ch11_seq2seq.translating import Kind, by_position, fitted, fluency, words
from rnncourse.core.records import Record, provenance
from rnncourse.core.seeds import CONFIRMING, confirming
from rnncourse.data.pairs import Pair
from rnncourse.models.translation import EncoderDecoder

SEEDS, TUNING_SEED = tuple(range(8)), 1000
FEWER = SEEDS[:6]
"""The seeds of what is compared with the network of the page."""
RATES = (6e-3, 12e-3, 24e-3)
"""The same for every kind. Of half as many updates 3e-3 was tried, and far the worst for each."""
PLACED = 4
"""Numbers of the lists in which each place is looked at."""
SOME = SEEDS[:3]
"""The seeds of the beams, and of equal time."""
EQUAL_TIME = 1070
"""Updates of the deep network that take as long as those of the others, by a first look."""
KINDS = {
    "wide": Kind(),
    "middle": Kind(Z=16),
    "narrow": Kind(Z=8),
    "reversed": Kind(reverse=True),
    "deep": Kind(H=43, layers=2),
}
"""By name: wide is the network of the page; deep has as many parameters."""
NUDGED = (
    "float32: first weights nudged by a millionth moved {} (wide, middle, narrow and deep, on "
    "validation lists)"
)
ACCURACY = (0.06, NUDGED.format("no share of one length by more than 0.04"))
MEAN = (0.03, NUDGED.format("no mean over two to six numbers by more than 0.017"))
BLEU = (2.0, "float32, as the shares; a hundredth of the texts is about a point")
RATIO = (0.6, "times of two loops side by side, of one processor; another one may differ")

Log = Callable[[str], None]


def exact(model: EncoderDecoder, kind: Kind, pairs: Sequence[Pair]) -> np.ndarray:
    """Return the share of lists that are translated without a mistake, by their length."""
    data = lists()
    found = hypotheses(model, batch(data, pairs, kind.reverse))
    return by_length(right(found, data, pairs), pairs)


def record_of(section: str) -> Record:
    """Begin a record."""
    data = "20,000 lists of 1 to 6 numbers, English to German"
    return Record("ch11_seq2seq", section, {"data": data, **provenance()})


def measure_rates(log: Log = print) -> Record:
    """Search the learning rates of the sizes, on validation lists (four minutes)."""
    return _search("rates", ("wide", "middle", "narrow"), log)


def measure_rates_remedies(log: Log = print) -> Record:
    """Search those of the old remedies in the same way (three minutes)."""
    return _search("rates_remedies", ("reversed", "deep"), log)


def _search(section: str, names: Sequence[str], log: Log) -> Record:
    record = record_of(section)
    for name in names:
        for rate in RATES:
            tried = replace(KINDS[name], rate=rate)
            found = exact(fitted(tried, TUNING_SEED), tried, lists().valid)
            record.add(f"rates/{name}/{rate:g}", found, *ACCURACY)
            log(f"{name} {rate:g}: {found.round(2)}, mean {found[TRAINED].mean():.3f}")
    return record


def _measure(section: str, names: Sequence[str], log: Log) -> Record:
    """Train the seeds of some kinds, and record what is exact on test lists, by length."""
    record, data = record_of(section), lists()
    for name in names:
        kind, found, tokens, scores = KINDS[name], [], [], []
        for seed in FEWER:
            texts = hypotheses(fitted(kind, seed), batch(data, data.test, kind.reverse))
            found.append(by_length(right(texts, data, data.test), data.test))
            for some, value in zip(
                (tokens, scores), fluency(words(texts, data), data.test), strict=True
            ):
                some.append(value)
        _add_exact(record, name, np.array(found))
        _add_fluency(record, name, tokens, scores)
        log(f"{name}: {np.mean(found, 0).round(2)}, BLEU {np.mean(scores):.1f}")
    return record


def _add_exact(record: Record, name: str, found: np.ndarray) -> None:
    """Record shares, `seeds x lengths`, and their mean over the lengths of the training."""
    for k, accuracies in zip(LENGTHS, found.T, strict=True):
        record.add(f"exact/{name}/{k}", accuracies, *ACCURACY)
    record.add(f"exact/{name}/trained", found[:, TRAINED].mean(1), *MEAN)


def _add_fluency(
    record: Record, name: str, tokens: Sequence[float], scores: Sequence[float]
) -> None:
    """Record the share of tokens that stand at their place, and BLEU, of lists of two to six."""
    record.add(f"tokens/{name}", tokens, *MEAN)
    record.add(f"bleu/{name}", scores, *BLEU)


def measure_sizes(log: Log = print) -> Record:
    """Train with two smaller vectors (five minutes); `lists` has the largest."""
    return _measure("sizes", ("middle", "narrow"), log)


def measure_reversed(log: Log = print) -> Record:
    """Train with the source read from its end (two and a half minutes)."""
    record = record_of("reversed")
    kind, data = KINDS["reversed"], lists()
    found, positions = [], []
    for seed in FEWER:
        model = fitted(kind, seed)
        written = hypotheses(model, batch(data, data.test, kind.reverse))
        found.append(by_length(right(written, data, data.test), data.test))
        positions.append(by_position(words(written, data), data.test, PLACED))
    _add_exact(record, "reversed", np.array(found))
    _add_positions(record, "reversed", np.array(positions))
    record.add("reversed/gain", _gained("reversed", record), *MEAN)
    log(f"reversed: {np.mean(found, 0).round(2)}, by place {np.mean(positions, 0).round(2)}")
    return record


def _gained(name: str, record: Record, key: str = "trained") -> np.ndarray:
    """Return what a kind gets right more than the network of the page, seed by seed."""
    accuracies = np.array(record.value(f"exact/{name}/{key}"))
    wide = Record.load("ch11_seq2seq").value(f"exact/wide/{key}")
    return accuracies - wide[: len(accuracies)]


def measure_deep(log: Log = print) -> Record:
    """Train stacks of two layers with as many parameters (three minutes)."""
    return _measure("deep", ("deep",), log)


def _by_seed(section: str, name: str, seeds: Sequence[int], log: Log) -> Record:
    """Train the networks that judge a claim, and record what they translate without a mistake."""
    seeds, record = confirming(seeds), record_of(section)
    record.about |= {"seeds": [*seeds]}
    found = np.array(
        [exact(fitted(KINDS[name], seed), KINDS[name], lists().test) for seed in seeds]
    )
    for k, accuracies in zip(LENGTHS, found.T, strict=True):
        record.add(f"{section}/{k}", accuracies, *ACCURACY)
    record.add(f"{section}/trained", found[:, TRAINED].mean(1), *MEAN)
    log(f"{section}: {found.mean(0).round(3)}")
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


def measure_deep_time(log: Log = print) -> Record:
    """Train stacks for as long a time as one layer takes (a minute and a half)."""
    record = record_of("deep_time")
    kind = replace(KINDS["deep"], updates=EQUAL_TIME)
    found = [exact(fitted(kind, seed), kind, lists().test) for seed in SOME]
    _add_exact(record, "deep-time", np.array(found))
    record.add("A16/gain_time", _gained("deep-time", record), *MEAN)
    ratio = _time_ratio(KINDS["deep"], KINDS["wide"])
    record.add("A16/time", ratio, *RATIO)
    log(f"deep, as long a time: {np.mean(found, 0).round(2)}; an update takes {ratio:.2f} times")
    return record


def _time_ratio(one: Kind, other: Kind, updates: int = 40, rounds: int = 5) -> float:
    """Return how many times as long an update of one kind takes: medians, in turns."""
    took: tuple[list[float], list[float]] = ([], [])
    for _ in range(rounds):
        for times, kind in zip(took, (one, other), strict=True):
            begun = time.process_time()
            fitted(replace(kind, updates=updates), 0)
            times.append(time.process_time() - begun)
    return float(np.median(took[0]) / np.median(took[1]))


def measure_beams(log: Log = print) -> Record:
    """Search with beams of several widths in the networks of the page (two minutes)."""
    record, data, found = record_of("beams"), lists(), []
    pairs = inspecting.beam_lists(data)
    for seed in SOME:
        found.append(inspecting.beams(fitted(KINDS["wide"], seed), data, pairs))
        log(f"seed {seed}: searched")
    for key in found[0]:
        record.add(f"beam/{key}", [one[key] for one in found], *inspecting.tolerance(key, ACCURACY))
    return record


def measure_lists(log: Log = print) -> Record:
    """Train the network of the page, and look at it in many ways (four minutes)."""
    record, kind, data = record_of("lists"), KINDS["wide"], lists()
    test = batch(data, data.test)
    found: dict[str, list] = {}

    def note(key: str, value: object) -> None:
        found.setdefault(key, []).append(value)

    for seed in SEEDS:
        model = fitted(kind, seed)
        if seed == SEEDS[0]:
            store("lists", model, data, {"kind": "wide", "seed": seed}, FOLDER)
            model = load_weights("lists", data, kind)
        greedy = hypotheses(model, test)
        hits = right(greedy, data, data.test)
        note("exact", by_length(hits, data.test))
        note("places", by_position(words(greedy, data), data.test, PLACED))
        forced = inspecting.teacher_forced(model, test)
        note("teacher_forced/all", np.mean(forced.all == hits))
        note("teacher_forced/symbols", inspecting.by_trained(forced.symbols, data.test))
        note(
            "free_running/symbols",
            inspecting.by_trained(inspecting.agreeing(greedy, test), data.test),
        )
        note("search_errors", inspecting.search_errors(model, test, greedy, hits))
        for key, value in zip(
            ("tokens", "bleu"), fluency(words(greedy, data), data.test), strict=True
        ):
            note(key, value)
        for key, value in inspecting.probed(model, data, PLACED).items():
            note(f"read/{key}", value)
        log(f"seed {seed}: {found['exact'][-1].round(2)}")
    for key, value in inspecting.probed(make_untrained(data, kind), data, PLACED).items():
        record.add(f"read/untrained/{key}", value, *ACCURACY)
    _add_exact(record, "wide", np.array(found.pop("exact")))
    _add_positions(record, "wide", np.array(found.pop("places")))
    _add_fluency(record, "wide", found.pop("tokens"), found.pop("bleu"))
    for key, values in found.items():
        if np.ndim(values) == 1:
            record.add(key, values, *inspecting.tolerance(key, ACCURACY))
        else:
            for position, column in enumerate(np.transpose(values), 1):
                record.add(f"{key}/{position}", column, *ACCURACY)
    return record


def _add_positions(record: Record, name: str, found: np.ndarray) -> None:
    """Record how often the numbers of lists of `PLACED` are right, by place: `seeds x places`."""
    for position, accuracies in enumerate(found.T, 1):
        record.add(f"position/{name}/{position}", accuracies, *ACCURACY)
