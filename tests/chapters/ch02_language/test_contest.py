"""A window, and the same window with a state: what they read, and their size."""

from concurrent.futures import ThreadPoolExecutor
from types import SimpleNamespace

import numpy as np
import pytest
import torch

from rnncourse.chapters.ch02_language import contest
from rnncourse.chapters.ch02_language.contest import (
    SIZES,
    V,
    make_sized_network,
    measure_bits,
    pack_trigrams,
    unpack_trigrams,
)
from rnncourse.core.records import Record
from rnncourse.core.seeds import CONFIRMING


def test_each_place_has_the_three_characters_that_end_there():
    ids = np.array([5, 7, 95, 0])
    rows = unpack_trigrams(torch.from_numpy(pack_trigrams(ids))[:, None])[:, 0]
    assert (rows - 1).tolist() == [
        [5, V + 0, 2 * V + 0],
        [7, V + 5, 2 * V + 0],
        [95, V + 7, 2 * V + 5],
        [0, V + 95, 2 * V + 7],
    ]
    assert (pack_trigrams(ids) % V).tolist() == ids.tolist()


def test_the_second_start_differs_in_the_forget_bias_alone():
    first, second = (
        dict(make_sized_network(n, 3).named_parameters()) for n in ("with_state", "with_state_0")
    )
    (name,) = [n for n in first if not torch.equal(first[n], second[n])]
    i, f, g, o = (first[name] - second[name]).chunk(4)
    assert name == "recurrent.bias_ih_l0"
    assert (f == 1).all()
    assert not any((i.any(), g.any(), o.any()))


def test_contestants_have_about_the_same_number_of_weights():
    sizes = [sum(p.numel() for p in make_sized_network(name, 0).parameters()) for name in SIZES]
    assert np.ptp(sizes) < 0.01 * min(sizes)


def test_only_the_model_with_state_depends_on_text_before_the_window():
    ids = np.random.default_rng(0).integers(V, size=9)
    changed = np.r_[ids[:1] + 1 - 2 * (ids[:1] > 0), ids[1:]]
    for name, depends in (("window", False), ("with_state", True)):
        model = make_sized_network(name, 0)
        with torch.no_grad():
            ends = [
                model(unpack_trigrams(torch.from_numpy(pack_trigrams(x))[:, None]))[0][-1]
                for x in (ids, changed)
            ]
        assert torch.equal(*ends) != depends


def test_bits_are_the_mean_surprise_of_the_columns(monkeypatch):
    monkeypatch.setattr(contest, "COLUMNS", 2)
    monkeypatch.setattr(contest, "COLUMN_STEPS", 3)
    ids, model = np.array([1, 2, 3, 4, 5, 6, 7]), make_sized_network("window", 0)
    with torch.no_grad():
        logits = model(unpack_trigrams(torch.from_numpy(pack_trigrams(ids))[:, None]))[0][
            :, 0
        ].log_softmax(-1)
    log_probs = [logits[t, ids[t + 1]].item() for t in (0, 1, 3, 4)]
    assert measure_bits(model, ids) == pytest.approx(-np.mean(log_probs) / np.log(2), rel=1e-5)


def test_a_state_learns_a_lag_beyond_the_window(monkeypatch):
    """Planted: every character is the one of five steps before."""
    monkeypatch.setattr(contest, "COLUMNS", 2)
    monkeypatch.setattr(contest, "COLUMN_STEPS", 500)
    text = np.concatenate([np.tile(row, 20) for row in
                           np.random.default_rng(2).integers(4, size=(60, 5))])  # fmt: skip
    result = {
        name: measure_bits(contest.train_sized_network(name, text, 0, 60, rate), text)
        for name, rate in (("window", 0.016), ("with_state", 0.032))
    }
    assert result["with_state"] < result["window"]


@pytest.mark.parametrize(("name", "is_stateful"), [("window", False), ("with_state", True)])
def test_only_a_state_is_carried_between_windows(monkeypatch, name, is_stateful):
    runs = []
    monkeypatch.setattr(contest, "train_language_model", lambda *run, task: runs.append(run[2]))
    contest.train_sized_network(name, np.arange(9), 3, 5, 0.1)
    (settings,) = runs
    assert (settings.stateful, settings.seed, settings.learning_rate) == (is_stateful, 3, 0.1)


@pytest.mark.parametrize("part", ["valid", "test"])
def test_a_network_learns_training_text_and_scores_the_named_part(monkeypatch, part):
    data = SimpleNamespace(train=np.array([1]), valid=np.array([2]), test=np.array([3]))
    monkeypatch.setattr(contest, "load_split", lambda: data)
    monkeypatch.setattr(contest, "train_sized_network", lambda *run: run)
    monkeypatch.setattr(contest, "measure_bits", lambda run, ids: (run, ids))
    run, ids = contest.train_and_score("window", 300, 0.1, part, 7)
    assert run == ("window", data.train, 7, 300, 0.1)
    assert ids is getattr(data, part)


def test_test_bits_of_the_confirming_seeds_at_the_chosen_rate_are_recorded(monkeypatch):
    monkeypatch.setattr(contest, "load_corpus", list)
    monkeypatch.setattr(contest, "hash_documents", lambda documents: "")
    monkeypatch.setattr(contest, "ProcessPoolExecutor", lambda *_: ThreadPoolExecutor(1))
    monkeypatch.setattr(contest, "tune_rate", lambda name, updates, pool: (0.25, [2.0]))
    runs = []
    monkeypatch.setattr(contest, "train_and_score", lambda *run: runs.append(run) or float(run[4]))
    record = contest.measure_comparison([100], ["window"], "contest")
    assert runs == [("window", 100, 0.25, "test", seed) for seed in CONFIRMING]
    assert record.value("C1/window/100") == [*CONFIRMING]
    assert record.value("C1/rate/window/100") == 0.25
    assert record.value("C1/search/window/100") == [2.0]


def test_the_best_rate_is_chosen_on_validation_text_by_pilot_seeds(monkeypatch):
    """Planted: bits that are fewest at 0.008."""
    runs = set()

    def train(name, updates, rate, part, seed):
        runs.add((name, updates, part, seed))
        return abs(rate - 0.008) + seed

    monkeypatch.setattr(contest, "train_and_score", train)
    with ThreadPoolExecutor(1) as pool:
        rate, actual = contest.tune_rate("window", 300, pool)
        assert len(contest.tune_rate("with_state_0", 300, pool)[1]) == len(contest.NEAR_RATES[300])
    assert rate == 0.008
    assert actual[contest.RATES[300].index(0.016)] == pytest.approx(0.508)
    assert runs == {
        (name, 300, "valid", seed)
        for name in ("window", "with_state_0")
        for seed in contest.SEARCH_SEEDS
    }


def test_the_record_has_a_value_for_each_seed():
    record = Record.load("ch02_language")
    for name in SIZES:
        for updates in contest.UPDATES:
            assert len(record.value(f"C1/{name}/{updates}")) == len(CONFIRMING)
            searched = record.value(f"C1/search/{name}/{updates}")
            rates = contest.NEAR_RATES if name == "with_state_0" else contest.RATES
            best = rates[updates][int(np.argmin(searched))]
            assert record.value(f"C1/rate/{name}/{updates}") == best
