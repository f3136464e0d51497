"""Adding: the task, the scores and the search against other ways to compute them."""

import numpy as np
import pytest
import torch

from rnncourse.chapters.ch05_gradients import initialization, initialization_experiments
from rnncourse.core.records import Record
from rnncourse.core.seeds import CONFIRMING
from rnncourse.models.network_ensemble import CellKind, NetworkEnsemble


@pytest.fixture(autouse=True)
def short_additions(monkeypatch):
    """Additions of ten numbers."""
    monkeypatch.setattr(initialization, "T", 10)


def test_an_addition_is_the_sum_of_two_marked_numbers_one_in_each_half():
    xs, sums = initialization.sample_additions(np.random.default_rng(0), 300, 11)
    for b in range(300):
        first, second = np.flatnonzero(xs[:, b, 1])
        assert first < 5 <= second
        assert sums[b] == pytest.approx(xs[first, b, 0] + xs[second, b, 0])
    _, targets = initialization.sample_additions(np.random.default_rng(1), 100_000, 4)
    assert np.var(targets) == pytest.approx(initialization.BASELINE_MSE, rel=0.02)


def test_a_constant_answer_scores_one_and_a_broken_network_a_hundred():
    ensemble = NetworkEnsemble(initialization.CELL_KINDS["tanh"], 2, 32, 1, (0, 1))
    with torch.no_grad():
        ensemble.W_y[:], ensemble.b_y[:] = 0, torch.tensor([1.0, float("nan")])[:, None, None]
    actual = initialization.squared_error(ensemble, "test")
    assert actual[0] == pytest.approx(1, abs=0.15)  # three standard errors of 500 sequences
    assert actual[1] == 100
    assert actual[0] != initialization.squared_error(ensemble, "validation")[0]  # other sequences


def test_a_run_does_not_depend_on_its_neighbors():
    pair = initialization.train_ensemble("rotation", [1e-3, 1e-2], [3, 4], 5)
    alone = initialization.train_ensemble("rotation", [1e-2], [4], 5)
    torch.testing.assert_close(pair.W_hh[1], alone.W_hh[0], rtol=1e-4, atol=1e-6)


@pytest.mark.parametrize("cell", ["tanh", "relu"])
def test_the_gradient_at_the_first_step_is_the_product_of_the_jacobians(cell):
    ensemble = NetworkEnsemble(CellKind(cell, 1.2), 2, 32, 1, (5,), dtype=torch.float64)
    W, (xs, _) = (
        ensemble.W_hh[0].detach().numpy(),
        initialization.sample_additions(np.random.default_rng(0), 7, 9),
    )
    hs = ensemble.run(torch.tensor(xs)[:, None])
    ends = []
    for b in range(7):
        g = last = ensemble.W_y[0, :, 0].detach().numpy()
        for h in hs[:0:-1]:
            h = h[0, b].detach().numpy()
            g = (g * (1 - h**2 if cell == "tanh" else h > 0)) @ W.T
        ends.append(np.sum(g**2) / np.sum(last**2))
    expected = np.log10(np.mean(ends)) / 2
    assert initialization.log_gradient_ratios(CellKind(cell, 1.2), (5,), 9, 7) == pytest.approx(
        [expected], abs=1e-10
    )


def test_a_rate_is_chosen_on_other_sequences_and_with_other_seeds(monkeypatch):
    rate_by_kind = dict(
        zip(initialization_experiments.KIND_NAMES, initialization.RATES[1:], strict=False)
    )

    def error(trained, part):
        kind, rates, seeds = trained
        assert part == "validation"
        assert not {*seeds} & {*CONFIRMING}
        return np.abs(np.log(np.array(rates) / rate_by_kind[kind])) + np.array(seeds)

    monkeypatch.setattr(initialization_experiments, "train_ensemble", lambda *run: run)
    monkeypatch.setattr(initialization_experiments, "squared_error", error)
    value = initialization_experiments.measure_adding_50().value
    assert {kind: value(f"rate/adding_50/{kind}") for kind in rate_by_kind} == rate_by_kind


def test_retraining_uses_the_best_rate_of_the_search(monkeypatch):
    record, rates_by_kind, left = Record.load("ch05_gradients"), {}, {"test": [0.5] * 10}

    def remember(kind, rates, seeds):
        assert [*seeds] == [*CONFIRMING]
        rates_by_kind[kind] = set(rates)

    monkeypatch.setattr(initialization_experiments, "train_ensemble", remember)
    monkeypatch.setattr(initialization_experiments, "squared_error", lambda _, part: left[part])
    initialization_experiments.measure_remedies()
    assert rates_by_kind == {k: {record.value(f"rate/adding_50/{k}")} for k in rates_by_kind}
    assert len(rates_by_kind) == 4
