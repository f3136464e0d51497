"""What is recorded for single pages: numerals, dates, and methods without a network."""

from collections.abc import Callable, Sequence

import numpy as np

from rnncourse.analysis.translations import (
    LENGTHS,
    MAX_LENGTH,
    TRAINED,
    batch,
    by_length,
    hypotheses,
    lists,
    right,
    store,
)
from rnncourse.chapters.ch11_seq2seq import inspecting
from rnncourse.chapters.ch11_seq2seq.stored import FOLDER
from rnncourse.chapters.ch11_seq2seq.translating import Kind, fitted, fluency, words
from rnncourse.core.records import Record, provenance
from rnncourse.data.dates import load_dates
from rnncourse.data.number_pairs import load_numbers
from rnncourse.data.pairs import Pair, PairData
from rnncourse.models.chunks import ChunkTransducer
from rnncourse.models.neighbors import NearestNeighbor
from rnncourse.models.translation import EncoderDecoder
from rnncourse.training.matches import bleu, exact_match, token_accuracy

NUMERALS = Kind(rate=6e-3, updates=1000, B=32)
"""The network that the page trains; its rate was not searched."""
SHOWN = Kind(rate=6e-3, updates=3000, B=32)
"""The same, trained three times as long: what the page opens with."""
HASTY, WRITTEN = Kind(rate=6e-3, updates=500, B=32), 150
"""Trained for too short a time; and how many numerals are searched in each network."""
DATES = Kind(rate=6e-3, updates=2000)
"""Reads dates, a character a token."""
DATED = 12_000
"""Dates in all, in four languages; four fifths of them are for training."""
LANGUAGES = ("de", "fr")
"""Of the numerals; the page trains on the first."""
SEEDS = (0, 1, 2)
CHUNKS = {"word_for_word": 1, "chunks": 3}
"""Methods without a network: how many tokens a chunk may have."""
LONGER = {"de": (4, 5, 6), "fr": (5, 6, 7)}
"""Tokens in a chunk at most, tried on validation numerals, all training numerals counted."""
FITTED = 1200
"""Training texts that the chunks are counted from; lists are of two and three numbers."""
BLEU = (6.0, "float32, as the shares of the same networks")
ACCURACY = (0.15, "float32: another processor trains another network; its seeds differ by as much")
COUNTED = (0.005, "sums of probabilities in another order")

Log = Callable[[str], None]


def numerals(language: str = "de") -> PairData:
    """Load numbers in digits, and in a language, a token a piece."""
    return load_numbers("digits", language, characters=False)


def dates() -> PairData:
    """Load dates in English, German, French and Hungarian, and as ISO 8601 has them."""
    return load_dates(size=DATED)


def measure_numerals(log: Log = print) -> Record:
    """Train three networks a language as the page does, and one for longer (two minutes)."""
    about = {"data": "numbers below 100,000, digits to German and French", **provenance()}
    record = Record("ch11_seq2seq", "numerals", about)
    for language in LANGUAGES:
        data = numerals(language)
        found = [_scores(_written(fitted(NUMERALS, seed, data), data), data) for seed in SEEDS]
        _add_scores(record, f"numerals/{language}/network", np.array(found))
        for name, written in _copied(data).items():
            _add_scores(record, f"numerals/{language}/{name}", np.array(_scores(written, data)))
        log(f"{language}: {np.round(found, 3).tolist()}")
    data = numerals()
    model = fitted(SHOWN, SEEDS[0], data)
    store("numerals", model, data, {"seed": SEEDS[0], "updates": SHOWN.updates}, FOLDER)
    record.add("numerals/longer", _exact(model, data), *ACCURACY)
    log(f"longer: {record.value('numerals/longer'):.3f}")
    return record


def _written(model: EncoderDecoder, data: PairData) -> list[tuple[str, ...]]:
    """Let a network translate the test texts; one that never ends is none."""
    found = hypotheses(model, batch(data, data.test))
    texts = words(found, data)
    return [text if h.finished else () for h, text in zip(found, texts, strict=True)]


def _scores(written: Sequence[Sequence[str]], data: PairData) -> tuple[float, float, float]:
    """Return exact match, token accuracy and BLEU."""
    wanted = [pair.target for pair in data.test]
    return tuple(f(written, wanted) for f in (exact_match, token_accuracy, bleu))


def _add_scores(record: Record, key: str, found: np.ndarray) -> None:
    """Record scores, of one method or `seeds x scores`."""
    limits = {"exact": ACCURACY, "tokens": ACCURACY, "bleu": BLEU}
    for name, values in zip(limits, found.T, strict=True):
        record.add(f"{key}/{name}", values, *(limits[name] if found.ndim > 1 else COUNTED))


def _copied(data: PairData) -> dict[str, list[Sequence[str]]]:
    """Translate the test texts of numerals without a network, by name of the method."""
    nearest = NearestNeighbor(*zip(*((p.source, p.target) for p in data.train), strict=True))
    known = data.train[:: max(1, len(data.train) // FITTED)][:FITTED]
    model = _chunks(known, CHUNKS["chunks"])
    return {
        "nearest": [nearest.translate(p.source) for p in data.test],
        "chunks": [model.translate(p.source) for p in data.test],
    }


def measure_numeral_chunks(log: Log = print) -> Record:
    """Count chunks in all numerals of the training, as long as is best (a minute and a half)."""
    about = {"data": "numbers below 100,000, digits to German and French", **provenance()}
    record = Record("ch11_seq2seq", "numeral_chunks", about)
    for language in LANGUAGES:
        data, models = numerals(language), {}
        key, shares = f"numerals/{language}/chunks_longer", []
        for longest in LONGER[language]:
            models[longest] = model = _chunks(data.train, longest)
            written = [model.translate(p.source) for p in data.valid]
            shares.append(exact_match(written, [p.target for p in data.valid]))
            record.add(f"{key}/valid/{longest}", shares[-1], *COUNTED)
        best = LONGER[language][int(np.argmax(shares))]
        record.add(f"{key}/longest", best, 0.5, "a whole number, chosen on validation numerals")
        written = [models[best].translate(p.source) for p in data.test]
        _add_scores(record, key, np.array(_scores(written, data)))
        log(f"{language}: {np.round(shares, 3)}, {best} tokens")
    return record


def _chunks(known: Sequence[Pair], longest: int) -> ChunkTransducer:
    """Count chunks of a length in some pairs."""
    sources, targets = zip(*((pair.source, pair.target) for pair in known), strict=True)
    return ChunkTransducer(longest).fit(sources, targets)


def _exact(model: EncoderDecoder, data: PairData) -> float:
    """Return the share of test texts that a network translates without a mistake."""
    written = hypotheses(model, batch(data, data.test))
    return float(right(written, data, data.test).mean())


def measure_dates(log: Log = print) -> Record:
    """Train on dates in four languages at once, a token a character (two minutes)."""
    about = {"data": "dates from 1900 to 2099, four languages to ISO 8601", **provenance("babel")}
    record, data = Record("ch11_seq2seq", "dates", about), dates()
    found = []
    for seed in SEEDS:
        model = fitted(DATES, seed, data)
        if seed == SEEDS[0]:
            store("dates", model, data, {"seed": seed, "updates": DATES.updates}, FOLDER)
        found.append(_scores(_written(model, data), data))
        log(f"seed {seed}: {np.round(found[-1], 3)}")
    _add_scores(record, "dates/network", np.array(found))
    nearest = NearestNeighbor(*zip(*((p.source, p.target) for p in data.train), strict=True))
    written = [nearest.translate(p.source) for p in data.test]
    _add_scores(record, "dates/nearest", np.array(_scores(written, data)))
    return record


def measure_hasty(log: Log = print) -> Record:
    """Search with beams in networks that have learned numerals for too short a time (a minute)."""
    about = {"data": "numbers below 100,000, English to German, by characters", **provenance()}
    record, data, found = Record("ch11_seq2seq", "hasty", about), load_numbers("en", "de"), []
    for seed in SEEDS:
        model = fitted(HASTY, seed, data)
        found.append(inspecting.beams(model, data, data.test[:WRITTEN], MAX_LENGTH))
        log(f"seed {seed}: {[found[-1][f'{w}/0/exact'] for w in inspecting.WIDTHS]}")
    for key in found[0]:
        record.add(
            f"hasty/{key}", [one[key] for one in found], *inspecting.tolerance(key, ACCURACY)
        )
    return record


def measure_counting(log: Log = print) -> Record:
    """Translate lists by the methods without a network (two minutes)."""
    about = {"data": f"{FITTED} lists of two and three numbers; neighbors: all", **provenance()}
    record, data = Record("ch11_seq2seq", "counting", about), lists()
    for name in (*CHUNKS, "nearest"):
        found, (tokens, score) = counted(name, data)
        for k, share in zip(LENGTHS, found, strict=True):
            record.add(f"counting/{name}/{k}", share, *COUNTED)
        record.add(f"counting/{name}/trained", np.mean(found[TRAINED]), *COUNTED)
        record.add(f"counting/{name}/tokens", tokens, *COUNTED)
        record.add(f"counting/{name}/bleu", score, *COUNTED)
        log(f"{name}: {found}, {tokens:.2f}, {score:.1f}")
    return record


def counted(name: str, data: PairData) -> tuple[list[float], tuple[float, float]]:
    """Translate the test lists by one of `CHUNKS`, or by the nearest training list.

    Returns:
        What is exact by length; token accuracy and BLEU of lists of two to six numbers.
    """
    if name in CHUNKS:
        known = [pair for pair in data.train if 5 <= len(pair.source) <= 9][:FITTED]
        model = _chunks(known, CHUNKS[name])
    else:
        model = NearestNeighbor(*zip(*((p.source, p.target) for p in data.train), strict=True))
    written = [tuple(model.translate(pair.source)) for pair in data.test]
    hits = np.array([text == pair.target for text, pair in zip(written, data.test, strict=True)])
    return by_length(hits, data.test).tolist(), fluency(written, data.test)
