"""Recorded runs: written where told, on the pinned corpus, with every key that is measured."""

import numpy as np
import pytest

from rnncourse.analysis import measure
from rnncourse.analysis.ngrams import SMOOTHINGS, bits_by_order, encode_split
from rnncourse.core.records import FOLDER, Record
from rnncourse.data import clips, numerals, places, roles
from rnncourse.data.corpus import PINNED_SHA256, fingerprint


def test_an_unknown_experiment_is_a_usage_error_in_one_sentence(monkeypatch, capsys):
    monkeypatch.setattr(measure, "EXPERIMENTS", {"ngrams": pytest.fail, "lstm": pytest.fail})
    assert measure.main(["ngrams", "ngram"]) == 2
    out = capsys.readouterr()
    assert out.out + out.err == "No experiment ngram; there are: ngrams, lstm.\n"


def test_experiments_write_where_their_records_live(monkeypatch, tmp_path, capsys):
    def experiment(name):
        def run():
            record = Record(name, folder=tmp_path)
            record.add("seven", 7.0, 0, "exact")
            return record

        return run

    experiments = {name: experiment(name) for name in ("one", "two", "three")}
    monkeypatch.setattr(measure, "EXPERIMENTS", experiments)
    assert measure.main(["two"]) == 0
    assert [p.name for p in tmp_path.iterdir()] == ["two.json"]
    assert "two: two.json written after" in capsys.readouterr().out
    assert measure.main([]) == 0
    assert sorted(p.stem for p in tmp_path.iterdir()) == sorted(experiments)
    assert Record.load("one", tmp_path).value("seven") == 7.0


def test_every_committed_record_belongs_to_an_experiment_and_the_other_way_round():
    assert {p.stem for p in FOLDER.glob("*.json")} == set(measure.EXPERIMENTS)


@pytest.mark.parametrize("name", measure.EXPERIMENTS)
def test_committed_records_were_made_from_the_pinned_corpus(name):
    about = Record.load(name).about
    if name == "shapes":  # the one chapter that reads other data
        pins = {
            n: d.PINNED_SHA256 for n, d in (("places", places), ("roles", roles), ("clips", clips))
        }
        pins["numerals"] = numerals.PINNED_SHA256["en"]
        assert about["data_sha256"] == pins
    else:
        assert about["corpus_sha256"] == PINNED_SHA256
    assert about["command"] == "make measure"
    assert set(measure.provenance()) <= set(about)


@pytest.fixture(scope="module")
def small_run(corpus):
    """Return the record of the whole experiment on few documents, and what it printed."""
    small = [d for d in corpus if len(d.text) < 4000]
    documents, lines = sorted(small, key=lambda d: -d.text.count("("))[:16], []
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(measure, "load_corpus", lambda: documents)
        patch.setattr(measure, "TYPED_WORDS", 8)
        return measure.measure_ngrams(lines.append), documents, lines


def test_the_record_holds_what_the_experiment_measures_and_no_more(small_run):
    record, _, _ = small_run
    committed = Record.load("ngrams")
    assert list(record.values) == list(committed.values)
    for key, entry in record.values.items():
        old = committed.values[key]
        assert np.shape(entry.value) == np.shape(old.value), key
        assert (entry.tolerance, entry.evidence) == (old.tolerance, old.evidence), key


def test_a_run_says_what_it_was_made_from_and_how_far_it_is(small_run):
    record, documents, lines = small_run
    assert record.about["corpus_sha256"] == fingerprint(documents) != PINNED_SHA256
    assert sum(line.startswith("split 2") for line in lines) == len(SMOOTHINGS) + 2


def test_the_small_run_contradicts_the_committed_numbers(small_run):
    committed = Record.load("ngrams")
    record, _, _ = small_run
    for key in ("bits/modified Kneser-Ney/0", "new_contexts/1", "A2/open_minus_none"):
        with pytest.raises(ValueError, match="was recorded as"):
            committed.confirm(key, record.value(key))


@pytest.mark.slow
def test_a_fresh_run_on_the_pinned_corpus_confirms_the_committed_numbers(corpus):
    data = encode_split(corpus, seed=0)
    committed = Record.load("ngrams")
    for name in ("modified Kneser-Ney", "Witten-Bell"):
        committed.confirm(f"bits/{name}/0", bits_by_order(data.fit(SMOOTHINGS[name]), data.test))
    zero = (data.fit(SMOOTHINGS["maximum likelihood"]).probs(data.test) == 0).mean(1)
    committed.confirm("impossible/0", zero)
