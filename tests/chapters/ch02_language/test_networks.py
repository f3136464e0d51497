"""A recorded run is done once, and read afterwards."""

from dataclasses import replace

import numpy as np
import pytest

from rnncourse.analysis.splits import encode_split
from rnncourse.chapters.ch02_language import networks as recurrent
from rnncourse.chapters.ch02_language.networks import (
    CHOSEN,
    COMPARED,
    LARGE,
    PAGE,
    RATES,
    Run,
    adaptive_probs,
    closing_probs,
    kept,
    mixture_bits,
    network_brackets,
    perform,
)
from rnncourse.chapters.ch02_language.ngrams import bracket_scores
from rnncourse.core.records import Record
from rnncourse.data.corpus import Document
from rnncourse.models.counting import count_orders
from rnncourse.models.ngram import NGrams
from rnncourse.models.smoothing import KneserNey
from rnncourse.training.language import StreamSettings, probs


@pytest.fixture
def data():
    documents = [Document(f"{i}.py", f"Document {i} says the same again.\n" * 9) for i in range(30)]
    return encode_split(documents, seed=0, max_order=1)


def test_a_run_is_kept_and_read_again(data, tmp_path, monkeypatch):
    monkeypatch.setattr(recurrent, "FOLDER", tmp_path)
    monkeypatch.setattr(recurrent, "CHECKPOINTS", 2)
    run = Run("tiny", "rnn", 8, 0, StreamSettings(60, B=4, T=16))
    lines = []
    first = perform(run, data, lines.append)
    assert len(lines) == 2
    assert first.updates.tolist() == [50, 60]
    assert len(first.test_probs) == len(data.test)
    assert 0 < first.test_probs.min() <= first.test_probs.max() < 1
    assert set(first.weights) == {name for name, _ in run.model(96).named_parameters()}
    again = perform(run, data, lines.append)
    assert len(lines) == 2  # nothing was trained
    np.testing.assert_array_equal(again.test_probs, first.test_probs)


def test_other_settings_are_another_run():
    runs = [*COMPARED, PAGE, LARGE]
    assert len({run.path for run in runs}) == len(runs)


def test_the_compared_cells_have_about_the_same_number_of_weights():
    sizes = [sum(p.numel() for p in run.model(96).parameters()) for run in COMPARED[:3]]
    assert max(sizes) / min(sizes) < 1.05


def test_the_page_s_model_fits_into_a_megabyte_at_16_bits():
    assert 2 * sum(p.numel() for p in PAGE.model(96).parameters()) <= 1_000_000


def test_what_is_kept_is_not_computed_again(tmp_path, monkeypatch):
    monkeypatch.setattr(recurrent, "FOLDER", tmp_path)
    assert kept("a", lambda: np.arange(3)).tolist() == [0, 1, 2]
    assert kept("a", lambda: pytest.fail("computed again")).tolist() == [0, 1, 2]


def test_a_mixture_of_a_model_with_itself_is_the_model():
    p = np.array([0.5, 0.125])
    assert mixture_bits(p, p) == pytest.approx(2)
    assert mixture_bits(np.array([1.0, 0.0]), np.array([0.0, 1.0])) == pytest.approx(1)


def test_adaptive_counts_never_see_what_they_predict(data):
    short = replace(data, test=data.test[:500])
    adapting = adaptive_probs(short, every=100)
    assert len(adapting) == 500
    fixed = NGrams(count_orders(data.train, 9), 96, KneserNey()).probs(short.test)[-1]
    np.testing.assert_allclose(adapting[:100], fixed[:100], rtol=1e-12)
    changed = short.test.copy()
    changed[300:] = 5
    again = adaptive_probs(replace(short, test=changed), every=100)
    np.testing.assert_allclose(again[:300], adapting[:300], rtol=1e-12)


def test_a_network_is_asked_where_the_counts_are_asked(data):
    text = (
        "The mean (of all the values that were given) is kept.\nThe mean of all that is kept.\n" * 9
    )
    ids = data.vocabulary.encode(text)
    full = replace(data, test=ids, test_text=text, counts=count_orders(data.train, 9))
    model = COMPARED[1].model(96).eval()
    network = network_brackets(model, full)
    counted = bracket_scores(full.fit(KneserNey()), full)
    assert network.hits.shape == (1, counted.hits.shape[1])
    assert network.distance.tolist() == counted.distance.tolist()
    for mine, theirs in ((network.opened, counted.opened), (network.none, counted.none)):
        assert (mine.count, mine.came) == (theirs.count, theirs.came)
    close = int(data.vocabulary.encode(")")[0])
    slow = [probs(model, np.r_[ids[:t], close])[-1] for t in range(0, 60, 7)]
    fast, likeliest = closing_probs(model, ids, close)
    np.testing.assert_allclose(fast[:60:7], slow, rtol=1e-4)
    assert likeliest.shape == ids.shape


def test_the_rates_that_were_chosen_are_the_best_that_were_tried():
    record = Record.load("ch02_language")
    best = {cell: RATES[np.argmin(record.value(f"rates/{cell}"))] for cell in CHOSEN}
    assert best == CHOSEN


@pytest.mark.parametrize("split", [0, 1, 2])
def test_order_9_has_as_many_bits_counted_by_rank_as_packed_into_keys(split):
    record = Record.load("ch02_language")
    assert record.value(f"ngram/longer/{split}")[0] == pytest.approx(record.value(f"ngram/{split}"))
