"""The sweep: its tasks, its settings, what it keeps; longer text, lags, figures."""

import importlib
import json
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from itertools import product
from types import SimpleNamespace

import numpy as np
import pytest

from rnncourse.chapters.ch08_gated_variants import long_lag_experiments, sweep, tasks, variants
from rnncourse.chapters.ch08_gated_variants.ensemble import Setting, VariantEnsemble
from rnncourse.core.seeds import CONFIRMING, PILOT_SEEDS


def test_targets_of_sums_equal_a_slow_loop():
    xs, targets = tasks.sample_sums(np.random.default_rng(0), 25, 4)
    for b in range(4):
        stored = 0.0
        for t in range(25):
            value, mark, reset, queries = xs[b, t]
            stored = (0.0 if reset else stored) + value * mark
            np.testing.assert_allclose(targets[b, t], stored if queries else 0, atol=1e-5)


def test_recall_asks_for_the_first_and_shows_it_never_again():
    xs, first = tasks.sample_recall(np.random.default_rng(0), 9, 50)
    np.testing.assert_array_equal(xs[:, 0].argmax(-1), first)
    assert (xs[:, 1:].argmax(-1) >= tasks.SYMBOLS).all()
    assert set(first) == set(range(tasks.SYMBOLS))


def test_settings_cover_their_ranges_and_are_the_same_for_all():
    for draws in (3, 6, 20):
        actual = sweep.sample_settings(draws)
        rates = np.sort([s.rate for s in actual])
        edges = np.geomspace(*sweep.RATES, draws + 1)
        assert ((edges[:-1] <= rates) & (rates <= edges[1:])).all()
        assert actual == sweep.sample_settings(draws)


def test_all_variants_have_about_as_many_parameters():
    for task in tasks.TASKS.values():
        budget = variants.count_parameters(variants.VARIANTS["V"], task.D, task.H, task.V)
        for name, v in variants.VARIANTS.items():
            H = variants.units_for_parameters(v, task.D, task.V, budget)
            assert abs(variants.count_parameters(v, task.D, H, task.V) / budget - 1) < 0.12, name


def test_a_sweep_that_was_stopped_goes_on(tmp_path, monkeypatch):
    done = []

    def job(task, kind, plan):
        done.append((task, kind))
        if len(done) == 5:
            raise KeyboardInterrupt
        setting = {"rate": 0.1, "forget_bias": 1.0}
        return {"units": 3, "setting": setting, "test": [0.5], "seconds": 1.0}

    monkeypatch.setattr(sweep, "search_variant", job)
    with pytest.raises(KeyboardInterrupt):
        sweep.run_sweep(sweep.Plan(), tmp_path)
    assert list(sweep.run_sweep(sweep.Plan(), tmp_path)) == sweep.list_jobs()
    assert len(done) == len(sweep.list_jobs()) + 1  # the one that was stopped was made again
    sweep.run_sweep(sweep.Plan(draws=7), tmp_path)
    assert len(done) == 2 * len(sweep.list_jobs()) + 1  # another plan has another folder


@pytest.fixture
def sweep_script(tmp_path, monkeypatch):
    """`make sweep` of two variants and two tiny tasks; its results lie in its `FOLDER`."""
    result = importlib.import_module("scripts.author.sweep")
    monkeypatch.setattr(result, "FOLDER", tmp_path / "found")
    monkeypatch.setattr(sweep, "RUN_ORDER", ("NP", "GRU"))
    monkeypatch.delitem(tasks.TASKS, "text")
    for name in ("sum", "recall"):
        monkeypatch.setitem(tasks.TASKS, name, replace(tasks.TASKS[name], T=3, B=2, updates=2))
    return result


def test_more_workers_find_what_one_finds_and_go_on_where_they_stopped(
    sweep_script, tmp_path, monkeypatch
):
    plan, timeless = sweep.Plan(2, 2), {"seconds"}
    results = sweep.run_sweep(plan, tmp_path / "here")
    first = tmp_path / "here" / plan.folder / "sum-NP.json"
    marked = json.loads(first.read_text()) | {"units": -1}  # as if found before
    sweep.store_result(sweep_script.FOLDER / plan.folder, "sum", "NP", marked)
    monkeypatch.setattr(sweep_script, "Pool", ThreadPoolExecutor)  # which sees the tiny tasks
    sweep_script.main(2, 2, plan.longer, 2)
    for job, result in results.items():
        there = sweep.read_result(sweep_script.FOLDER / plan.folder, *job)
        for key in result.keys() - timeless - ({"units"} if job == ("sum", "NP") else set()):
            assert there[key] == result[key], (job, key)
    assert sweep.read_result(sweep_script.FOLDER / plan.folder, "sum", "NP")["units"] == -1


def test_a_job_learns_sums(monkeypatch):
    monkeypatch.setitem(tasks.TASKS, "sum", replace(tasks.TASKS["sum"], T=8, updates=60))
    result = sweep.search_variant("sum", "GRU", sweep.Plan(draws=2, seeds=2))
    assert max(result["test"]) < 0.9  # 1 is a constant answer


def test_a_setting_is_chosen_on_validation_data_and_scored_with_fresh_seeds(monkeypatch):
    def train(task, kind, settings, seeds, of):
        return SimpleNamespace(H=1, settings=settings, seeds=seeds)

    def score(task, networks, part):
        rates = np.array([setting.rate for setting in networks.settings])
        return rates if part == "validation" else np.array(networks.seeds) - rates

    monkeypatch.setattr(sweep, "train_variant", train)
    monkeypatch.setattr(sweep, "score_variants", score)
    best = min(setting.rate for setting in sweep.sample_settings(4))
    result = sweep.search_variant("sum", "GRU", sweep.Plan(draws=4, seeds=2))
    assert (result["setting"]["rate"], result["test"]) == (best, [20 - best, 21 - best])


def test_scores_of_an_untrained_network_are_near_those_of_guessing():
    ensemble = VariantEnsemble("NP", 8, 4, 4, [0, 1], [Setting(0.1)] * 2)
    ensemble.w["W_y"].data.zero_()
    np.testing.assert_allclose(tasks.score_variants("recall", ensemble, "test"), 1, rtol=1e-5)


def test_a_network_has_learned_at_the_first_check_above_the_threshold(monkeypatch):
    experiments = long_lag_experiments
    monkeypatch.setattr(experiments, "THRESHOLD", 0.0)
    np.testing.assert_array_equal(
        experiments.train_at_lag("GRU", 3, [0.01], [0], "test"), [experiments.CHECK_EVERY]
    )
    monkeypatch.setattr(experiments, "THRESHOLD", 1.01)
    monkeypatch.setattr(experiments, "UPDATES", 20)
    n_updates = experiments.train_at_lag("LSTM, open", 3, [0.01], [0], "test")
    np.testing.assert_array_equal(n_updates, [40])


def test_a_rate_at_a_lag_is_chosen_on_sequences_that_are_not_scored(monkeypatch):
    experiments, queries = long_lag_experiments, []

    def train(name, lag, rates, seeds, part):
        queries.append((part, {*seeds}))
        return np.abs(np.array(rates) - 0.08) + (part == "test") * np.array(seeds)

    drawn, sample_recall = [], experiments.sample_recall
    monkeypatch.setattr(experiments, "UPDATES", 2)

    def spy(*args):
        return drawn.append(sample_recall(*args)[0]) or sample_recall(*args)

    monkeypatch.setattr(experiments, "sample_recall", spy)
    for part in ("validation", "test"):
        experiments.train_at_lag("GRU", 3, [0.01], [0], part)
    assert not np.array_equal(*drawn)
    monkeypatch.setattr(experiments, "train_at_lag", train)
    record = experiments.measure_long()
    for lag, name in product(experiments.LAGS, experiments.STARTS):
        assert record.value(f"long/rate/{lag}/{name}") == 0.08
        assert record.value(f"long/when/{lag}/{name}") == [*CONFIRMING]
    assert dict(queries) == {"validation": {*PILOT_SEEDS[:3]}, "test": {*CONFIRMING}}
