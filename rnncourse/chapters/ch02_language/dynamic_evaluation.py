"""Models that learn from the text they are tested on: the page's network, counts, and both."""

from collections.abc import Callable
from copy import deepcopy

import numpy as np
import torch

from rnncourse.analysis.splits import MAX_ORDER, EncodedSplit, encode_split
from rnncourse.chapters.ch02_language import networks
from rnncourse.chapters.ch02_language.cache_experiments import (
    cache_probs_by_document,
    mix_with_cache,
)
from rnncourse.chapters.ch02_language.long_runs import PAGE, load_page
from rnncourse.chapters.ch02_language.networks import (
    EXACT_TOLERANCE,
    REEVALUATION_TOLERANCE,
    TRAINING_TOLERANCE,
    VALID_CHARACTERS,
)
from rnncourse.core.files import open_atomically
from rnncourse.core.records import Record, provenance
from rnncourse.data.corpus import divide_corpus, hash_documents, load_corpus
from rnncourse.models.counting import count_orders
from rnncourse.models.language import LanguageModel
from rnncourse.models.ngram import NGrams
from rnncourse.models.smoothing import KneserNey
from rnncourse.training.lr_search import best_rate
from rnncourse.training.reading import dynamic_evaluation_probs, predict_probs

RATES = (3e-5, 1e-4, 3e-4, 1e-3)


def measure_dynamic_evaluation() -> Record:
    """Let network and counts learn from the test text of split 0 (a quarter of an hour).

    The network that learns gets the cache of `measure_cache`, too, with the weights that were
    chosen there for the network that does not.
    """
    documents = load_corpus()
    about = {"corpus_sha256": hash_documents(documents), "torch": torch.__version__, **provenance()}
    record = Record("ch02_language", "adapting", about)
    data, model = encode_split(documents, PAGE.split), load_page()
    network_probs = predict_probs(model, data.test)
    count_probs = _fit_order_9(data, data.train).probs(data.test)[-1]
    record.add("adapting/network", -np.log2(network_probs).mean(), *REEVALUATION_TOLERANCE)
    record.add("adapting/counts", -np.log2(count_probs).mean(), *EXACT_TOLERANCE)
    record.add("adapting/both", mixture_bits(network_probs, count_probs), *REEVALUATION_TOLERANCE)
    valid_bits = [
        -np.log2(_load_dynamic_probs(model, data.valid[:VALID_CHARACTERS], rate, "valid")).mean()
        for rate in RATES
    ]
    rate = best_rate(RATES, valid_bits, lower_is_better=True)
    learning_probs = _load_dynamic_probs(model, data.test, rate, "test")
    record.add("adapting/network/learns", -np.log2(learning_probs).mean(), *TRAINING_TOLERANCE)
    texts = [d.text for d in divide_corpus(documents, PAGE.split)["test"]]
    weights = Record.load("ch02_language").value("memory/0/network/cached/weights")[1:]
    cached_probs = mix_with_cache(learning_probs, cache_probs_by_document(texts), weights)
    record.add("adapting/network/learns/cached", -np.log2(cached_probs).mean(), *TRAINING_TOLERANCE)
    adaptive_count_probs = load_or_compute("adaptive", lambda: adaptive_probs(data))
    record.add("adapting/counts/learn", -np.log2(adaptive_count_probs).mean(), *EXACT_TOLERANCE)
    record.add(
        "adapting/both/learn",
        mixture_bits(learning_probs, adaptive_count_probs),
        *TRAINING_TOLERANCE,
    )
    return record


def _load_dynamic_probs(
    model: LanguageModel, ids: np.ndarray, rate: float, part: str
) -> np.ndarray:
    """Score a text while learning from it, or read what was kept of that."""
    name = f"dynamic-{PAGE.path.stem}-{part}-{rate:g}"
    return load_or_compute(
        name, lambda: dynamic_evaluation_probs(deepcopy(model), ids, learning_rate=rate)
    )


def load_or_compute(name: str, compute: Callable[[], np.ndarray]) -> np.ndarray:
    """Return an array that was kept under a name, or compute it and keep it."""
    path = networks.FOLDER / f"{name}.npy"
    if not path.exists():
        probs = compute()
        with open_atomically(path) as file:
            np.save(file, probs)
    return np.load(path)


def mixture_bits(probs_a: np.ndarray, probs_b: np.ndarray) -> float:
    """Return the bits per character of the plain average of two models' probabilities."""
    return float(-np.log2((probs_a + probs_b) / 2).mean())


def adaptive_probs(data: EncodedSplit, interval: int = 2000) -> np.ndarray:
    """Score the test text by n-grams that are counted again every so many characters.

    Args:
        data: A split; modified Kneser-Ney of order 9 is fitted to its training text.
        interval: After how many test characters what was read joins the training text.

    Returns:
        The probability of every test character, before it was counted.
    """
    chunks = []
    for start in range(0, len(data.test), interval):
        model = _fit_order_9(data, np.r_[data.train, data.test[:start]])
        begin = max(start - MAX_ORDER, 0)
        chunk = model.probs(data.test[begin : start + interval])[-1]
        chunks.append(chunk[start - begin :])
    return np.concatenate(chunks)


def _fit_order_9(data: EncodedSplit, ids: np.ndarray) -> NGrams:
    return NGrams(count_orders(ids, MAX_ORDER), len(data.vocabulary), KneserNey())
