"""Models that remember the document they read: counts and the page's network with a cache."""

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import torch
from jaxtyping import Float

from rnncourse.analysis.splits import SPLITS, EncodedSplit, encode_split
from rnncourse.chapters.ch02_language.by_document import continuation_frequency, mix_probs
from rnncourse.chapters.ch02_language.long_runs import PAGE, load_page, load_run, save_run
from rnncourse.chapters.ch02_language.networks import (
    EXACT_TOLERANCE,
    REEVALUATION_TOLERANCE,
    TRAINING_TOLERANCE,
    TrainingRun,
    train_run,
)
from rnncourse.chapters.ch02_language.ngrams import LONGEST, order_probs
from rnncourse.chapters.ch02_language.ratios import normalize_per_document
from rnncourse.core.records import Record, provenance
from rnncourse.data.corpus import divide_corpus, hash_documents, load_corpus
from rnncourse.models.counting import count_each_order
from rnncourse.training.reading import predict_probs

LENGTHS = (3, 5, 8)
"""Characters that must look the same; chosen of three triples on the validation text of split 0."""
GRID = np.arange(10) / 10
"""What is tried for each weight, on the validation text."""
CHOICE = "a choice on validation text"
MIN_LETTERS, TIMES = 4, 4
"""Letters of a new word, at least; how often it is followed."""


def cache_probs_by_document(texts: Sequence[str]) -> Float[np.ndarray, "L T"]:
    """Return `continuation_frequency` in each document, a row for each of `LENGTHS`."""
    rows = [
        [continuation_frequency(text, length, beyond=1) for text in texts] for length in LENGTHS
    ]
    return np.array([np.concatenate(row) for row in rows])


def mix_with_cache(
    p: Float[np.ndarray, " T"], cache_probs: Float[np.ndarray, "L T"], weights: Sequence[float]
) -> Float[np.ndarray, " T"]:
    """Mix probabilities with what the document has shown, the shortest length first.

    Args:
        p: Of a model, for each character that came.
        cache_probs: See `cache_probs_by_document`; where a row is NaN, it changes nothing.
        weights: One a row.

    Source: R. Kuhn and R. De Mori, "A cache-based natural language model for speech recognition",
    IEEE Transactions on Pattern Analysis and Machine Intelligence 12 (1990), over characters.
    """
    for row, weight in zip(cache_probs, weights, strict=True):
        p = mix_probs(p, row, weight)
    return p


def choose_weights(
    models: Sequence[Float[np.ndarray, " T"]], cache_probs: Float[np.ndarray, "L T"]
) -> tuple[float, ...]:
    """Choose, one after the other until nothing changes, the weights that need the fewest bits.

    Args:
        models: The probabilities of one model, or of two.
        cache_probs: Of the same text.

    Returns:
        The first model's weight (1 without a second), and those of `mix_with_cache`.
    """
    weights = [0.5 if len(models) == 2 else 1.0] + [0.3] * len(cache_probs)

    def count_bits(candidate: Sequence[float]) -> float:
        return compute_bits(mix_models(models, cache_probs, candidate)).mean()

    while True:
        before = list(weights)
        for k in range(len(models) == 1, len(weights)):
            candidates = [[*weights[:k], w, *weights[k + 1 :]] for w in GRID]
            weights = min(candidates, key=count_bits)
        if weights == before:
            return tuple(map(float, weights))


def mix_models(
    models: Sequence[Float[np.ndarray, " T"]],
    cache_probs: Float[np.ndarray, "L T"],
    weights: Sequence[float],
) -> Float[np.ndarray, " T"]:
    """Average two models, or take one, and mix in what the document shows; see `choose_weights`."""
    first_weight, *cache_weights = weights
    p = models[0] if len(models) == 1 else first_weight * models[0] + (1 - first_weight) * models[1]
    return mix_with_cache(p, cache_probs, cache_weights)


def compute_bits(p: Float[np.ndarray, " T"]) -> Float[np.ndarray, " T"]:
    """Return the negative log-likelihood of each character, in bits."""
    return -np.log2(p)


def new_words(texts: Sequence[str], train: str) -> Iterator[tuple[int, list[slice]]]:
    """Find the words of `MIN_LETTERS` letters or more that the training text does not have.

    Yields:
        The number of a document, and where one such word stands in the whole text, each time.
    """
    known, start = set(re.findall("[A-Za-z]+", train)), 0
    for n, text in enumerate(texts):
        occurrences = defaultdict(list)
        for match in re.finditer("[A-Za-z]+", text):
            if len(match[0]) >= MIN_LETTERS and match[0] not in known:
                occurrences[match[0]].append(slice(start + match.start(), start + match.end()))
        start += len(text)
        for spans in occurrences.values():
            yield n, spans


def measure_cache() -> Record:
    """Let counts, network and both remember the document (two minutes).

    The cache is `mix_with_cache` over `LENGTHS`, empty at the start of each document; it counts
    every character as soon as it was predicted. Weights, of `GRID`, are chosen on the validation
    text for each model and split. Counts are modified Kneser-Ney's, of the order that is best on
    the validation text. The network is that of the page, on split 0 alone. Each value is a
    document's, so that the mean is bits per character of the whole text.
    """
    record, corpus = _begin_record("remembering"), load_corpus()
    for split in SPLITS:
        is_page = split == PAGE.split
        data, texts, cache_probs, best_order = _load_split(corpus, split)
        orders = _compute_orders(data, LONGEST if is_page else best_order)
        compare = partial(_add_comparison, record, cache_probs, texts["test"])
        probs_by_model = compare(f"{split}/counts", [orders[best_order - 1]], EXACT_TOLERANCE)
        if is_page:
            _add_orders(record, data.train, orders, cache_probs)
            model = load_page()
            network = predict_probs(model, data.valid), predict_probs(model, data.test)
            probs_by_model |= compare("0/network", [network], REEVALUATION_TOLERANCE)
            compare("0/both", [network, orders[best_order - 1]], REEVALUATION_TOLERANCE)
            _add_new_words(record, probs_by_model, texts["test"], "".join(texts["train"]))
    return record


def measure_run_with_cache(run: TrainingRun) -> Record:
    """Compare as `measure_cache` does, with a run whose weights the course does not keep.

    Minutes, and over an hour where the run is not kept.
    """
    record = _begin_record(f"remembering_{run.split}")
    data, texts, cache_probs, best_order = _load_split(load_corpus(), run.split)
    with TemporaryDirectory() as folder:
        save_run(run, train_run(run, data).weights, Path(folder))
        model = load_run(run, Path(folder))
    network = predict_probs(model, data.valid), predict_probs(model, data.test)
    compare = partial(_add_comparison, record, cache_probs, texts["test"])
    compare(f"{run.split}/network", [network], TRAINING_TOLERANCE)
    counts = _compute_orders(data, best_order)[-1]
    compare(f"{run.split}/both", [network, counts], TRAINING_TOLERANCE)
    return record


def _begin_record(section: str) -> Record:
    about = {"corpus_sha256": hash_documents(load_corpus()), "torch": torch.__version__}
    return Record("ch02_language", section, about | provenance())


def _load_split(corpus: list, split: int) -> tuple[EncodedSplit, dict[str, list[str]], tuple, int]:
    """Return a split encoded and as documents, what its documents show, and its best order."""
    documents, data = divide_corpus(corpus, split), encode_split(corpus, split, 1)
    texts = {name: [d.text for d in documents[name]] for name in ("train", "valid", "test")}
    best_order = int(Record.load("ch02_language").value(f"best/order/{split}"))
    return (
        data,
        texts,
        (cache_probs_by_document(texts["valid"]), cache_probs_by_document(texts["test"])),
        best_order,
    )


def _compute_orders(data: EncodedSplit, longest: int) -> list[tuple[np.ndarray, np.ndarray]]:
    """Return the probabilities of all orders for the validation text and for the test text."""
    ids = np.r_[data.valid, np.zeros(LONGEST - 1, np.int64), data.test]
    return [(p[: len(data.valid)], p[-len(data.test) :]) for p in order_probs(data, ids, longest)]


def _add_comparison(record, cache_probs, texts, name, models, tolerance) -> dict[str, np.ndarray]:
    """Note what a model, or two, need without a cache and with one; return the probabilities."""
    (valid, test), mixed = zip(*models, strict=True), {}
    for suffix in ("", "/cached"):
        rows = [part if suffix else part[:0] for part in cache_probs]
        weights = choose_weights(valid, rows[0])
        p = mixed[name[2:] + suffix] = mix_models(test, rows[1], weights)
        record.add(f"memory/{name}{suffix}", _mean_by_document(compute_bits(p), texts), *tolerance)
        record.add(f"memory/{name}{suffix}/weights", weights, 0, CHOICE)
    return mixed


def _mean_by_document(values: Float[np.ndarray, " T"], texts: Sequence[str]) -> np.ndarray:
    starts = np.r_[0, np.cumsum([len(text) for text in texts])[:-1]]
    return normalize_per_document(np.add.reduceat(values, starts), len(values))


def _add_orders(record: Record, train: np.ndarray, orders: list, cache_probs: list) -> None:
    """Note bits and stored numbers of all orders, without a cache and with one."""
    record.add("memory/orders", [compute_bits(p).mean() for _, p in orders], *EXACT_TOLERANCE)
    cached_probs = [
        mix_with_cache(p, cache_probs[1], choose_weights([v], cache_probs[0])[1:])
        for v, p in orders
    ]
    record.add(
        "memory/orders/cached", [compute_bits(p).mean() for p in cached_probs], *EXACT_TOLERANCE
    )
    stored = [len(counts.counts) for counts in count_each_order(train, len(orders))]
    record.add("memory/orders/stored", np.cumsum(stored), 0, "a count")


def _add_new_words(record: Record, probs: dict, texts: list[str], train: str) -> None:
    """Note what a new word costs at its first time, its second, ... in a document."""
    words = [(n, spans) for n, spans in new_words(texts, train) if len(spans) > 1]
    record.add("memory/words", len(words), 0, "a count")
    documents = np.array([n for n, _ in words])
    is_near = [spans[1].start - spans[0].stop <= PAGE.settings.T for _, spans in words]
    record.add("memory/words/near", sum(is_near), 0, "a count")
    for name, p in probs.items():
        bits = compute_bits(p)
        rows = [[bits[span].mean() for span in spans[:TIMES]] for _, spans in words]
        means = [np.mean([row[k] for row in rows if len(row) > k]) for k in range(TIMES)]
        record.add(f"memory/words/{name}", means, *REEVALUATION_TOLERANCE)
        savings = np.bincount(documents, [row[0] - row[1] for row in rows])[np.unique(documents)]
        record.add(
            f"memory/words/{name}/saved",
            normalize_per_document(savings, len(words)),
            *REEVALUATION_TOLERANCE,
        )
        rows = [row for row, repeats_soon in zip(rows, is_near, strict=True) if repeats_soon]
        record.add(
            f"memory/words/{name}/near",
            np.mean([row[:2] for row in rows], 0),
            *REEVALUATION_TOLERANCE,
        )
    times = [sum(len(spans) > k for _, spans in words) for k in range(TIMES)]
    record.add("memory/words/times", times, 0, "counts")
