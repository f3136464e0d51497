"""The stacked networks: each is what it would be alone, and its bound is torch's."""

from types import SimpleNamespace

import numpy as np
import pytest
import torch
from torch import nn

from rnncourse.chapters.ch05_gradients import clipping, clipping_experiments
from rnncourse.chapters.ch05_gradients import clipping as stacked
from rnncourse.chapters.ch05_gradients.clipping_experiments import name_setting
from rnncourse.core.records import Record

V = 7
TEXT = np.random.default_rng(0).integers(V, size=1000)


def test_each_network_equals_torch():
    runs = [clipping.ClippedRun("none", 0.0, 1.0, seed) for seed in (0, 1)]
    parameters = clipping.init_parameters(runs, V)
    ids = torch.from_numpy(TEXT[:60].reshape(2, 10, 3))
    logits = clipping.forward(parameters, ids)
    for k in range(2):
        W_xh, W_hh, b_h, W_hy, b_y = (p[k] for p in parameters)
        layer = nn.RNN(V, stacked.H)
        values = (W_xh.T, W_hh.T, b_h, torch.zeros_like(b_h))
        for tensor, value in zip(layer.parameters(), values, strict=True):
            tensor.data = value.contiguous()
        hs, _ = layer(nn.functional.one_hot(ids[k], V).float())
        expected = (hs @ W_hy + b_y).reshape(-1, V)
        torch.testing.assert_close(logits[k], expected, rtol=1e-4, atol=1e-5)


def test_each_clipping_rule_equals_torch():
    runs = [
        clipping.ClippedRun(rule, threshold, 1.0, 0)
        for rule in clipping.RULES
        for threshold in (0.2, 2.0, 1e3)
    ]
    rng = torch.Generator().manual_seed(0)
    gradients = [torch.randn((len(runs), *shape), generator=rng) for shape in ((3, 4), (4,))]
    result = clipping.clip_gradients(gradients, runs)
    clip = {"norm": nn.utils.clip_grad_norm_, "value": nn.utils.clip_grad_value_}
    for k, run in enumerate(runs):
        alone = [nn.Parameter(g[k].clone()) for g in gradients]
        for p in alone:
            p.grad = p.data.clone()
        if run.rule in clip:
            clip[run.rule](alone, run.threshold)
        for actual, expected in zip(result, alone, strict=True):
            torch.testing.assert_close(actual[k], expected.grad, rtol=1e-5, atol=1e-7)


def test_networks_do_not_touch_each_other_and_norms_are_those_of_autograd(monkeypatch):
    monkeypatch.setattr(stacked, "T", 8)
    runs = [
        clipping.ClippedRun("norm", 0.1, 1.0, 0),
        clipping.ClippedRun("none", 0.0, 1e6, 1),
        clipping.ClippedRun("value", 0.01, 0.5, 2),
    ]
    together = clipping.train_runs(TEXT, TEXT, V, runs, 3)
    for k, run in enumerate(runs):
        alone = clipping.train_runs(TEXT, TEXT, V, [run], 3)
        np.testing.assert_allclose(alone.norms[0, 0], together.norms[0, k], rtol=1e-4)
        if run.learning_rate < 100:
            np.testing.assert_allclose(alone.bits[0], together.bits[k], rtol=1e-3)
    assert together.bits.max() <= np.log2(V) + 1e-9


DATA = SimpleNamespace(train=TEXT, valid=TEXT[:99], vocabulary=range(V))


def test_a_rate_is_judged_by_the_mean_over_its_seeds(monkeypatch):
    def train(text, valid, V, runs, updates):
        assert text is DATA.train
        # `train_selected_settings` scores the first
        np.testing.assert_array_equal(valid, DATA.valid[7:])
        best = {"none": 1, "norm": 2}
        return SimpleNamespace(
            bits=np.array(
                [abs(run.learning_rate - best[run.rule]) * run.seed for run in runs], float
            )
        )

    monkeypatch.setattr(clipping_experiments, "train_runs", train)
    monkeypatch.setattr(clipping_experiments, "N_SCORED", 7)
    settings = [("none", 0.0), ("norm", 1.0)]
    actual = clipping_experiments.search_rates(DATA, settings, (1, 2), (10, 20, 60))
    assert actual == [*zip(settings, (1, 2), strict=True)]
    assert name_setting(settings[0]) == "none"


@pytest.mark.parametrize(("name", "best_rate"), [("text", 3.0), ("adam", 0.03)])
def test_a_rate_is_chosen_with_seeds_that_are_not_scored(name, best_rate, monkeypatch):
    def train(text, valid, V, runs, updates):
        assert all(run.adam == (name == "adam") for run in runs)
        tuned = [run.seed in clipping_experiments.TUNING_SEEDS for run in runs]
        errors = [abs(run.learning_rate - best_rate) if t else run.seed + run.learning_rate
                  for run, t in zip(runs, tuned, strict=True)]  # fmt: skip
        return SimpleNamespace(bits=np.array(errors), norms=np.ones((2, len(runs))))

    record = Record("none", "none")
    monkeypatch.setattr(clipping_experiments, "train_runs", train)
    monkeypatch.setattr(clipping_experiments, "_begin_record", lambda _: (record, DATA))
    getattr(clipping_experiments, f"measure_{name}")()
    bits = {
        name_setting: entry.value
        for name_setting, entry in record.values.items()
        if "/bits/" in name_setting
    }
    assert len(bits) == {"text": 3, "adam": 2}[name]
    assert [*bits.values()] == [[seed + best_rate for seed in clipping_experiments.SEEDS]] * len(
        bits
    )
