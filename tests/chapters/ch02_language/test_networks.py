"""A recorded run is done once, and read afterwards."""

from dataclasses import replace

import numpy as np
import pytest

from rnncourse.chapters.ch02_language import networks
from rnncourse.chapters.ch02_language import networks as recurrent
from rnncourse.chapters.ch02_language.ngrams import long_bracket_scores
from rnncourse.core.records import Record
from rnncourse.models.counting import count_orders
from rnncourse.training.language import StreamSettings
from rnncourse.training.reading import predict_probs


@pytest.fixture
def n_read(monkeypatch, tmp_path):
    """How many texts networks have read, in the end the test text; and where runs are kept."""
    read = []
    monkeypatch.setattr(recurrent, "FOLDER", tmp_path)
    monkeypatch.setattr(
        recurrent, "predict_probs", lambda *args: read.append(1) or predict_probs(*args)
    )
    return read


def test_a_trained_run_is_stored_and_loaded(split_data, n_read, monkeypatch):
    monkeypatch.setattr(recurrent, "READINGS", 2)
    run = networks.TrainingRun("tiny", "rnn", 8, 0, StreamSettings(60, B=4, T=16))
    first = networks.train_run(run, split_data)
    assert len(n_read) == 3
    assert first.updates.tolist() == [50, 60]
    assert len(first.test_probs) == len(split_data.test)
    assert 0 < first.test_probs.min() <= first.test_probs.max() < 1
    assert set(first.weights) == {name for name, _ in run.model(96).named_parameters()}
    again = networks.train_run(run, split_data)
    assert len(n_read) == 3  # nothing was trained
    np.testing.assert_array_equal(again.test_probs, first.test_probs)


def test_a_stopped_run_keeps_its_curve_and_its_seconds(split_data, n_read, monkeypatch):
    monkeypatch.setattr(recurrent, "READINGS", 3)
    run = networks.TrainingRun("stopped", "gru", 8, 0, StreamSettings(400, B=4, T=16))

    def stop(*args):
        if len(n_read) == 2:
            raise KeyboardInterrupt
        return reading(*args)

    reading = recurrent.predict_probs
    monkeypatch.setattr(recurrent, "predict_probs", stop)
    with pytest.raises(KeyboardInterrupt):
        networks.train_run(run, split_data)
    monkeypatch.setattr(recurrent, "predict_probs", reading)
    resumed = networks.train_run(run, split_data)
    assert len(n_read) == 4  # what had been read was not read again
    assert resumed.updates.tolist() == [50, 141, 400]
    assert (np.diff(resumed.seconds) > 0).all()
    assert not run.path.with_suffix(".pt").exists()


def test_other_settings_start_another_run():
    runs = [*networks.COMPARED, *networks.CANDIDATES]
    assert len({run.path for run in runs}) == len(runs)


def test_the_compared_cells_have_about_the_same_number_of_weights():
    sizes = [sum(p.numel() for p in run.model(96).parameters()) for run in networks.COMPARED[:3]]
    assert max(sizes) / min(sizes) < 1.05


@pytest.mark.parametrize("order", [9, 10])
def test_networks_and_counts_are_scored_at_the_same_brackets(split_data, order):
    text = (
        "The mean (of all the values that were given) is kept.\nThe mean of all that is kept.\n" * 9
    )
    ids = split_data.vocabulary.encode(text)
    full = replace(split_data, test=ids, test_text=text, counts=count_orders(split_data.train, 9))
    model = networks.COMPARED[1].model(96).eval()
    close = int(split_data.vocabulary.encode(")")[0])
    fast, likeliest = networks.closing_probs(model, ids, close)
    network = networks.score_brackets(fast, likeliest, full, order)
    counted = long_bracket_scores(full, order)
    assert network.hits.shape == (1, counted.hits.shape[1])
    assert network.distance.tolist() == counted.distance.tolist()
    for actual, expected in ((network.opened, counted.opened), (network.none, counted.none)):
        assert (actual.count, actual.observed) == (expected.count, expected.observed)
    slow = [predict_probs(model, np.r_[ids[:t], close])[-1] for t in range(0, 60, 7)]
    np.testing.assert_allclose(fast[:60:7], slow, rtol=1e-4)
    assert likeliest.shape == ids.shape


def test_recorded_rates_are_the_best_of_their_search():
    record = Record.load("ch02_language")
    best = {c: networks.RATES[np.argmin(record.value(f"rates/{c}"))] for c in networks.CHOSEN}
    assert best == networks.CHOSEN
