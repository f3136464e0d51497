"""The recorded run on n-grams: on the pinned corpus, with every key that is measured."""

from types import SimpleNamespace

import numpy as np
import pytest

from rnncourse.analysis.splits import encode_split
from rnncourse.chapters.ch02_language import experiments as measure
from rnncourse.chapters.ch02_language.ngrams import (
    LONGEST,
    SMOOTHINGS,
    bits_by_order,
    long_order_bits,
)
from rnncourse.core.records import Record
from rnncourse.data.corpus import PINNED_SHA256, hash_documents


@pytest.fixture(scope="module")
def small_run(corpus):
    """Return the record of the whole experiment on few documents."""
    small = [d for d in corpus if len(d.text) < 4000]
    documents = sorted(small, key=lambda d: -d.text.count("("))[:16]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(measure, "load_corpus", lambda: documents)
        return measure.measure_ngrams(), documents


@pytest.mark.slow
def test_the_record_holds_what_the_experiment_measures_and_no_more(small_run):
    record, _ = small_run
    committed = Record.load("ch02_language")
    assert list(record.values) == list(committed.values)[: len(record.values)]
    for key, entry in record.values.items():
        old = committed.values[key]
        assert np.shape(entry.value) == np.shape(old.value), key
        assert (entry.tolerance, entry.evidence) == (old.tolerance, old.evidence), key


def test_a_record_holds_the_checksum_of_its_corpus(small_run):
    record, documents = small_run
    assert record.about["corpus_sha256"] == hash_documents(documents) != PINNED_SHA256


@pytest.mark.claims
def test_a_fresh_run_on_the_pinned_corpus_confirms_the_committed_numbers(corpus):
    data = encode_split(corpus, seed=0)
    committed = Record.load("ch02_language")
    committed.confirm("bits/modified Kneser-Ney/0", long_order_bits(data, data.test, LONGEST))
    bits = bits_by_order(data.fit(SMOOTHINGS["Witten-Bell"]), data.test)
    committed.confirm("bits/Witten-Bell/0", bits)
    zero = (data.fit(SMOOTHINGS["maximum likelihood"]).probs(data.test) == 0).mean(1)
    committed.confirm("impossible/0", zero)


def test_an_order_is_chosen_on_validation_text_and_scored_on_the_test(monkeypatch):
    data = [SimpleNamespace(valid=np.zeros(3, int), test=np.zeros(5, int))] * len(measure.SPLITS)
    probs = ((0.1, 0.1), (0.5, 0.2), (0.2, 0.5))  # of orders one to three, on each of the two

    def order_probs(d, orders, *_):
        return [np.r_[np.full(len(orders) - 5, valid), np.full(5, test)] for valid, test in probs]

    monkeypatch.setattr(measure, "order_probs", order_probs)
    record = Record("ch02_language", "ngrams", {})
    assert measure._add_long_orders(record, data) == [2] * len(data)
    assert record.value("best/bits/0") == pytest.approx(-np.log2(0.2))
