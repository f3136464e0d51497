"""The recorded numbers on n-grams, and the list of the chapter's experiments."""

from dataclasses import replace
from functools import partial

import numpy as np

from rnncourse.analysis.splits import (
    SPLITS,
    EncodedSplit,
    encode_split,
)
from rnncourse.chapters.ch02_language import remembering
from rnncourse.chapters.ch02_language.adapting import measure_adapting
from rnncourse.chapters.ch02_language.by_document import measure_documents
from rnncourse.chapters.ch02_language.contest import UPDATES, measure_contest
from rnncourse.chapters.ch02_language.long_runs import AGAIN, PAGE, SECOND, THIRD, measure_run
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

EXACT = (
    1e-6,
    "exact counts and float64 sums; no code path of make test-portable moved it by 1e-9",
)


def measure_ngrams() -> Record:
    """Measure everything chapter 2 says about n-grams, on three splits (five minutes)."""
    documents = load_corpus()
    record = Record(
        "ch02_language", "ngrams", {"corpus_sha256": hash_documents(documents), **provenance()}
    )
    data = [encode_split(documents, seed) for seed in SPLITS]
    orders = _add_long_orders(record, data)
    _add_orders(record, data)
    _add_sparsity(record, data)
    _add_brackets(record, data, orders)
    return record


def _add_long_orders(record: Record, data: list[EncodedSplit]) -> list[int]:
    """Count orders without a cap, and choose the best on the validation text of each split."""
    chosen = []
    for split, d in zip(SPLITS, data, strict=True):
        ids = np.r_[d.valid, np.zeros(LONGEST - 1, np.int64), d.test]
        for name in ("Kneser-Ney", "modified Kneser-Ney"):
            rows = [-np.log2(p) for p in order_probs(d, ids, LONGEST, SMOOTHINGS[name])]
            valid = np.array([row[: len(d.valid)].mean() for row in rows])
            test = np.array([row[-len(d.test) :].mean() for row in rows])
            record.add(f"valid/{name}/{split}", valid, *EXACT)
            record.add(f"bits/{name}/{split}", test, *EXACT)
        chosen.append(int(valid.argmin()) + 1)
        record.add(f"best/order/{split}", chosen[-1], 0, "a choice among 32, on validation text")
        record.add(f"best/bits/{split}", test[chosen[-1] - 1], *EXACT)
    return chosen


def _add_orders(record: Record, data: list[EncodedSplit]) -> None:
    for split, d in zip(SPLITS, data, strict=True):
        for name, smoothing in SMOOTHINGS.items():
            if f"bits/{name}/{split}" in record.values:
                continue
            model = d.fit(smoothing)
            bits = bits_by_order(model, d.test)
            if np.isfinite(bits).all():
                record.add(f"bits/{name}/{split}", bits, *EXACT)
                record.add(f"valid/{name}/{split}", bits_by_order(model, d.valid), *EXACT)
            else:
                zero = (model.probs(d.test) == 0).mean(1)
                record.add(f"impossible/{split}", zero, *EXACT)
        bits, k, valid = add_k_bits(d)
        record.add(f"valid/add-k/{split}", valid, *EXACT)
        record.add(f"bits/add-k/{split}", bits, *EXACT)
        record.add(f"k/{split}", k, 0, "a choice among four values")


def _add_sparsity(record: Record, data: list[EncodedSplit]) -> None:
    shares = [unseen_fraction(d, CONTEXT_LENGTHS) for d in data]
    for split, share in zip(SPLITS, shares, strict=True):
        record.add(f"new_contexts/{split}", share, *EXACT)


def _add_brackets(record: Record, data: list[EncodedSplit], orders: list[int]) -> None:
    scores = [long_bracket_scores(d, order) for d, order in zip(data, orders, strict=True)]
    for name, chosen in (*((str(n), [n] * len(data)) for n in SHOWN_ORDERS), ("best", orders)):
        rows = [replace(s, hits=s.hits[n - 1 : n]) for s, n in zip(scores, chosen, strict=True)]
        (hits,), counts = pool_brackets(rows)
        record.add(f"brackets/hits/{name}", hits, *EXACT)
    record.add("brackets/counts", counts, 0, "exact counts")
    for split, s in zip(SPLITS, scores, strict=True):
        for name, places in (("opened", s.opened), ("none", s.none)):
            row = [places.count, places.expected, places.came]
            record.add(f"brackets/{name}/{split}", row, *EXACT)


EXPERIMENTS = {
    "ngrams": measure_ngrams,
    "page": measure_page,
    "ratios": measure_ratios,
    "documents": measure_documents,
    "contest_100": partial(measure_contest, [100], ("window", "with_state"), "contest_100"),
    "contest_300": partial(measure_contest, [300], ("window", "with_state"), "contest_300"),
    "contest_1000_window": partial(measure_contest, [1000], ["window"], "contest_1000_window"),
    "contest_1000_with_state": partial(
        measure_contest, [1000], ["with_state"], "contest_1000_with_state"
    ),
    "contest_3000_window": partial(measure_contest, [3000], ["window"], "contest_3000_window"),
    "contest_3000_with_state": partial(
        measure_contest, [3000], ["with_state"], "contest_3000_with_state"
    ),
    "contest_bias_0": partial(measure_contest, UPDATES, ["with_state_0"], "contest_bias_0"),
    "networks": measure_networks,
    "adapting": measure_adapting,
    "remembering": remembering.measure_remembering,
    "remembering_1": partial(remembering.measure_other, SECOND),
    "remembering_2": partial(remembering.measure_other, THIRD),
    "long_0": partial(measure_run, PAGE, True),
    "long_1": partial(measure_run, SECOND, False),
    "long_2": partial(measure_run, THIRD, False),
    "long_0_again": partial(measure_run, AGAIN, False),
}
"""What `make measure` runs: by section of the record."""
