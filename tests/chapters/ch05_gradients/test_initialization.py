"""Adding: the task, the scores and the search against other ways to compute them."""

import numpy as np
import pytest
import torch

from rnncourse.chapters.ch05_gradients import information_figures as figures
from rnncourse.chapters.ch05_gradients import initialization_experiments
from rnncourse.chapters.ch05_gradients.initialization import (
    CONSTANT,
    Job,
    adding_batch,
    learn,
    reaching,
    wrong,
)
from rnncourse.chapters.ch05_gradients.side_by_side import KINDS, Ensemble, Kind
from rnncourse.core.records import Record
from rnncourse.core.seeds import CONFIRMING

ADDING = Job(10, 1)


def test_an_addition_is_the_sum_of_two_marked_numbers_one_in_each_half():
    xs, sums = adding_batch(np.random.default_rng(0), 300, 11)
    for b in range(300):
        first, second = np.flatnonzero(xs[:, b, 1])
        assert first < 5 <= second
        assert sums[b] == pytest.approx(xs[first, b, 0] + xs[second, b, 0])
    _, many = adding_batch(np.random.default_rng(1), 100_000, 4)
    assert np.var(many) == pytest.approx(CONSTANT, rel=0.02)


def test_a_constant_answer_scores_one_and_a_broken_network_a_hundred():
    ensemble = Ensemble(KINDS["tanh"], 2, 32, 1, (0, 1), torch.float32)
    with torch.no_grad():
        ensemble.W_y[:], ensemble.b_y[:] = 0, torch.tensor([1.0, float("nan")])[:, None, None]
    assert wrong(ADDING, ensemble, "test") == pytest.approx([1, 100], rel=0.15)


def test_a_rate_beyond_all_measure_explodes_and_a_small_one_does_not():
    job = Job(10, 15)
    _, exploded = learn(job, "identity", [10.0, 1e-4], [0, 0])
    assert exploded.tolist() == [True, False]


def test_a_run_does_not_depend_on_its_neighbors():
    job = Job(10, 5)
    pair, _ = learn(job, "rotation", [1e-3, 1e-2], [3, 4])
    alone, _ = learn(job, "rotation", [1e-2], [4])
    torch.testing.assert_close(pair.W_hh[1], alone.W_hh[0], rtol=1e-4, atol=1e-6)


@pytest.mark.parametrize("cell", ["tanh", "relu"])
def test_what_reaches_the_first_step_is_the_product_of_the_jacobians(cell):
    ensemble = Ensemble(Kind(cell, 1.2), 2, 32, 1, (5,))
    W, (xs, _) = ensemble.W_hh[0].detach().numpy(), adding_batch(np.random.default_rng(0), 7, 9)
    hs = ensemble.run(torch.tensor(xs)[:, None])
    ends = []
    for b in range(7):
        g = last = ensemble.W_y[0, :, 0].detach().numpy()
        for h in hs[:0:-1]:
            h = h[0, b].detach().numpy()
            g = (g * (1 - h**2 if cell == "tanh" else h > 0)) @ W.T
        ends.append(np.sum(g**2) / np.sum(last**2))
    expected = np.log10(np.mean(ends)) / 2
    assert reaching(Kind(cell, 1.2), (5,), 9, 7) == pytest.approx([expected], abs=1e-10)


def test_what_is_trained_again_has_the_rate_that_was_found(monkeypatch):
    record, seen = Record.load("ch05_gradients"), {}

    def remember(job, kind, rates, seeds):
        assert (job.T, [*seeds]) == (50, [*CONFIRMING])
        seen[kind] = set(rates)
        return None, None

    monkeypatch.setattr(initialization_experiments, "learn", remember)
    monkeypatch.setattr(initialization_experiments, "wrong", lambda *_: [0.5] * 10)
    initialization_experiments.measure_remedies(lambda _: None)
    assert seen == {kind: {record.value(f"rate/adding_50/{kind}")} for kind in seen}
    assert len(seen) == 4


def test_the_figure_draws_what_arrives():
    four = {kind: [[n, n + 2], [0, 0]] for n, kind in enumerate(("tanh", "rotation"))}
    four |= {kind: [[n, n], [1, 1]] for n, kind in enumerate(("relu", "identity"))}
    lines = figures.reaching([1, 2], four).axes[0].get_lines()
    assert [list(line.get_ydata()) for line in lines[:3]] == [[1, 0], [2, 0], [0, 1]]
