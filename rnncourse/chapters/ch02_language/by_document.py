"""What counts need for each document of the test text, for A2."""

from collections import defaultdict
from collections.abc import Iterable

import numpy as np
import torch
from jaxtyping import Float, Int

from rnncourse.analysis.splits import encode_split
from rnncourse.chapters.ch02_language.long_runs import PAGE
from rnncourse.chapters.ch02_language.networks import EXACT_TOLERANCE
from rnncourse.chapters.ch02_language.ngrams import LONGEST, order_probs
from rnncourse.core.records import Record, provenance
from rnncourse.data.corpus import divide_corpus, hash_documents, load_corpus

REACHES, WEIGHTS = (2, 3, 4, 5, 6, 7, 8), (0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8)
"""What is tried on the validation text: characters that must look the same, and trust in them."""


def document_ends(texts: Iterable[str]) -> Int[np.ndarray, " D"]:
    """Return where each document of a text ends."""
    return np.cumsum([len(text) for text in texts])


def mean_by_document(values: Float[np.ndarray, " T"], ends: Int[np.ndarray, " D"]) -> np.ndarray:
    """Return the mean of a value a character, document by document."""
    return np.add.reduceat(values, np.r_[0, ends[:-1]]) / np.diff(ends, prepend=0)


def continuation_frequency(text: str, n_before: int, beyond: int) -> Float[np.ndarray, " T"]:
    """Return how often each character has followed the same characters earlier in a document.

    Args:
        text: The document.
        n_before: How many characters before must be the same.
        beyond: Only what stood so many characters earlier, or more.

    Returns:
        The share of those earlier places at which this character followed; NaN without any.
    """
    counts = defaultdict(lambda: defaultdict(int))
    frequencies = np.full(len(text), np.nan)
    for t in range(n_before, len(text)):
        if (earlier := t - beyond) >= n_before:
            counts[text[earlier - n_before : earlier]][text[earlier]] += 1
        if followers := counts.get(text[t - n_before : t]):
            frequencies[t] = followers.get(text[t], 0) / sum(followers.values())
    return frequencies


def mix_probs(
    probs: Float[np.ndarray, " T"], earlier_probs: Float[np.ndarray, " T"], weight: float
) -> Float[np.ndarray, " T"]:
    """Mix what counts say with what followed earlier in the document, where anything did."""
    return np.where(np.isnan(earlier_probs), probs, (1 - weight) * probs + weight * earlier_probs)


def measure_documents() -> Record:
    """Score each document of the test text of split 0 by counts, alone and with what came earlier.

    Counts are modified Kneser-Ney's, of the order that is best on the validation text (seconds).
    For A2 `mix_probs` mixes them with what followed the last `reach` characters earlier in the
    document, at least `order` characters back (`continuation_frequency`); reach and weight are
    those of `REACHES` and `WEIGHTS` that are best on the validation text.
    """
    corpus, ngram_record = load_corpus(), Record.load("ch02_language")
    about = {"corpus_sha256": hash_documents(corpus), "torch": torch.__version__, **provenance()}
    record = Record("ch02_language", "documents", about)
    data, parts = encode_split(corpus, PAGE.split, 1), divide_corpus(corpus, PAGE.split)
    valid, test = ([d.text for d in parts[name]] for name in ("valid", "test"))
    ends = document_ends(test)

    order = int(ngram_record.value("best/order/0"))
    ids = np.r_[data.valid, np.zeros(LONGEST - 1, np.int64), data.test]
    probs = list(order_probs(data, ids, order))[-1]

    reach, weight = _choose_mixture(probs[: len(data.valid)], valid, order)
    earlier_probs = np.concatenate([continuation_frequency(text, reach, order) for text in test])
    test_probs = probs[-len(data.test) :]
    mixed_probs = mix_probs(test_probs, earlier_probs, weight)
    record.add("A2/without", mean_by_document(-np.log2(test_probs), ends), *EXACT_TOLERANCE)
    record.add("A2/with_earlier", mean_by_document(-np.log2(mixed_probs), ends), *EXACT_TOLERANCE)
    record.add("earlier/reach, weight", [reach, weight], 0, "a choice on validation text")
    return record


def _choose_mixture(
    probs: Float[np.ndarray, " T"], texts: list[str], order: int
) -> tuple[int, float]:
    """Choose reach and weight on the validation text."""
    scores = {}
    for reach in REACHES:
        earlier = np.concatenate([continuation_frequency(text, reach, order) for text in texts])
        for weight in WEIGHTS:
            scores[reach, weight] = np.log2(mix_probs(probs, earlier, weight)).mean()
    return max(scores, key=scores.get)
