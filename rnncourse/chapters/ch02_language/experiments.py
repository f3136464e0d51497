"""The recorded numbers on n-grams, and the list of the chapter's experiments."""

from dataclasses import replace
from functools import partial

import numpy as np

from rnncourse.analysis.splits import SPLITS, EncodedSplit, encode_split
from rnncourse.chapters.ch02_language import cache_experiments
from rnncourse.chapters.ch02_language.by_document import measure_documents
from rnncourse.chapters.ch02_language.contest import UPDATES, measure_comparison
from rnncourse.chapters.ch02_language.dynamic_evaluation import measure_dynamic_evaluation
from rnncourse.chapters.ch02_language.long_runs import (
    PAGE,
    SECOND_SEED,
    SPLIT_1,
    SPLIT_2,
    measure_run,
)
from rnncourse.chapters.ch02_language.network_experiments import measure_networks
from rnncourse.chapters.ch02_language.ngrams import (
    LONGEST,
    SMOOTHINGS,
    add_k_bits,
    bits_by_order,
    long_bracket_scores,
    order_probs,
    pool_brackets,
)
from rnncourse.chapters.ch02_language.page_experiments import measure_page
from rnncourse.chapters.ch02_language.ratios import measure_ratios, unseen_fraction
from rnncourse.core.records import Record, provenance
from rnncourse.data.corpus import hash_documents, load_corpus

CONTEXT_LENGTHS = (2, 4, 6, 8, 12, 20)
SHOWN_ORDERS = (3, 9)
"""Orders whose brackets are shown beside those of the best."""

EXACT_TOLERANCE = (
    1e-6,
    "exact counts and float64 sums; no code path of make test-portable moved it by 1e-9",
)


def measure_ngrams() -> Record:
    """Measure everything chapter 2 says about n-grams, on three splits (five minutes)."""
    documents = load_corpus()
    about = {"corpus_sha256": hash_documents(documents), **provenance()}
    record = Record("ch02_language", "ngrams", about)
    splits = [encode_split(documents, seed) for seed in SPLITS]
    best_orders = _add_long_orders(record, splits)
    _add_orders(record, splits)
    _add_new_context_fractions(record, splits)
    _add_brackets(record, splits, best_orders)
    return record


def _add_long_orders(record: Record, splits: list[EncodedSplit]) -> list[int]:
    """Count orders without a cap, and choose the best on the validation text of each split."""
    best_orders = []
    for split_id, split in zip(SPLITS, splits, strict=True):
        ids = np.r_[split.valid, np.zeros(LONGEST - 1, np.int64), split.test]
        for name in ("Kneser-Ney", "modified Kneser-Ney"):
            bits = [-np.log2(p) for p in order_probs(split, ids, LONGEST, SMOOTHINGS[name])]
            valid = np.array([b[: len(split.valid)].mean() for b in bits])
            test = np.array([b[-len(split.test) :].mean() for b in bits])
            record.add(f"valid/{name}/{split_id}", valid, *EXACT_TOLERANCE)
            record.add(f"bits/{name}/{split_id}", test, *EXACT_TOLERANCE)
        order = int(valid.argmin()) + 1
        record.add(f"best/order/{split_id}", order, 0, "a choice among 32, on validation text")
        record.add(f"best/bits/{split_id}", test[order - 1], *EXACT_TOLERANCE)
        best_orders.append(order)
    return best_orders


def _add_orders(record: Record, splits: list[EncodedSplit]) -> None:
    for split_id, split in zip(SPLITS, splits, strict=True):
        for name, smoothing in SMOOTHINGS.items():
            if f"bits/{name}/{split_id}" in record.values:
                continue
            model = split.fit(smoothing)
            bits = bits_by_order(model, split.test)
            if np.isfinite(bits).all():
                record.add(f"bits/{name}/{split_id}", bits, *EXACT_TOLERANCE)
                record.add(
                    f"valid/{name}/{split_id}", bits_by_order(model, split.valid), *EXACT_TOLERANCE
                )
            else:
                zero_shares = (model.probs(split.test) == 0).mean(1)
                record.add(f"impossible/{split_id}", zero_shares, *EXACT_TOLERANCE)
        bits, k, valid = add_k_bits(split)
        record.add(f"valid/add-k/{split_id}", valid, *EXACT_TOLERANCE)
        record.add(f"bits/add-k/{split_id}", bits, *EXACT_TOLERANCE)
        record.add(f"k/{split_id}", k, 0, "a choice among four values")


def _add_new_context_fractions(record: Record, splits: list[EncodedSplit]) -> None:
    shares = [unseen_fraction(split, CONTEXT_LENGTHS) for split in splits]
    for split_id, row in zip(SPLITS, shares, strict=True):
        record.add(f"new_contexts/{split_id}", row, *EXACT_TOLERANCE)


def _add_brackets(record: Record, splits: list[EncodedSplit], orders: list[int]) -> None:
    scores = [
        long_bracket_scores(split, order) for split, order in zip(splits, orders, strict=True)
    ]
    shown = {str(n): [n] * len(splits) for n in SHOWN_ORDERS} | {"best": orders}
    for name, row in shown.items():
        rows = [replace(s, hits=s.hits[n - 1 : n]) for s, n in zip(scores, row, strict=True)]
        (hits,), counts = pool_brackets(rows)
        record.add(f"brackets/hits/{name}", hits, *EXACT_TOLERANCE)
    record.add("brackets/counts", counts, 0, "exact counts")
    for split_id, s in zip(SPLITS, scores, strict=True):
        for name, places in (("opened", s.opened), ("none", s.none)):
            row = [places.count, places.expected, places.observed]
            record.add(f"brackets/{name}/{split_id}", row, *EXACT_TOLERANCE)


EXPERIMENTS = {
    "ngrams": measure_ngrams,
    "page": measure_page,
    "ratios": measure_ratios,
    "documents": measure_documents,
    "contest_100": partial(measure_comparison, [100], ("window", "with_state"), "contest_100"),
    "contest_300": partial(measure_comparison, [300], ("window", "with_state"), "contest_300"),
    "contest_1000_window": partial(measure_comparison, [1000], ["window"], "contest_1000_window"),
    "contest_1000_with_state": partial(
        measure_comparison, [1000], ["with_state"], "contest_1000_with_state"
    ),
    "contest_3000_window": partial(measure_comparison, [3000], ["window"], "contest_3000_window"),
    "contest_3000_with_state": partial(
        measure_comparison, [3000], ["with_state"], "contest_3000_with_state"
    ),
    "contest_bias_0": partial(measure_comparison, UPDATES, ["with_state_0"], "contest_bias_0"),
    "networks": measure_networks,
    "adapting": measure_dynamic_evaluation,
    "remembering": cache_experiments.measure_cache,
    "remembering_1": partial(cache_experiments.measure_run_with_cache, SPLIT_1),
    "remembering_2": partial(cache_experiments.measure_run_with_cache, SPLIT_2),
    "long_0": partial(measure_run, PAGE, True),
    "long_1": partial(measure_run, SPLIT_1, False),
    "long_2": partial(measure_run, SPLIT_2, False),
    "long_0_again": partial(measure_run, SECOND_SEED, False),
}
"""What `make measure` runs: by section of the record."""
