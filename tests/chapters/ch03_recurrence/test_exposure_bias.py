"""What nobody can surpass, by simulation; what a network writes, by what it says; one schedule."""

import numpy as np
import pytest
import torch

from rnncourse.chapters.ch03_recurrence import exposure_bias
from rnncourse.data.running_sums import sample_noisy_sums
from rnncourse.models.recurrences import Recurrence


@pytest.mark.parametrize("noise", [0.0, 0.1, 0.5])
def test_the_best_is_what_the_rule_reaches_on_many_sums(noise):
    xs, ys = sample_noisy_sums(np.random.default_rng(4), 20, 20_000, noise)
    before = np.vstack([np.zeros_like(ys[:1]), ys[:-1]])
    slips = (ys - before - xs) % 10
    shares = np.bincount(slips.ravel(), minlength=10) / slips.size
    shares = shares[shares > 0]
    actual = exposure_bias.optimal_accuracy(noise)
    assert (
        actual["teacher_forced"]
        == actual["consistent"]
        == pytest.approx((slips == 0).mean(), abs=0.003)
    )
    assert actual["free_running"] == pytest.approx((xs.cumsum(0) % 10 == ys).mean(), abs=0.01)
    assert actual["bits"] == pytest.approx(-(shares * np.log2(shares)).sum(), abs=0.01)


def test_the_rule_is_as_good_as_the_best_on_average_and_no_network_is_better():
    actual, best = exposure_bias.rule_accuracy(), exposure_bias.optimal_accuracy()
    for name, near in {
        "teacher_forced": 0.01,
        "free_running": 0.03,
        "bits": 0.05,
        "consistent": 1e-12,
    }.items():
        assert actual[name] == pytest.approx(best[name], abs=near)
    chances = torch.tensor([1 - 0.9 * 0.1] + [0.01] * 9).double()
    xs, ys = exposure_bias.sample_batch("noisy sum", np.random.default_rng(10**6), 20, 500)
    before = torch.cat([torch.zeros_like(ys[:1]), ys[:-1]])
    nats = -chances[(ys - before - xs) % 10].log().mean()
    assert actual["bits"] == pytest.approx(float(nats) / np.log(2))


def make_adder(sharpness):
    """A network without a state that adds: its logits are the rule's, as sharp as asked for."""

    class Adder(Recurrence):
        def teacher_forced(self, xs, ys):
            before = torch.cat([torch.zeros_like(ys[:1]), ys[:-1]])
            return sharpness * torch.nn.functional.one_hot((before + xs) % 10, 10).double()

    return Adder(10, 2, "none", True)


def test_sampled_answers_are_fed_back():
    xs = torch.randint(10, (20, 400), generator=torch.Generator().manual_seed(0))
    ys = exposure_bias.sample_answers(make_adder(50.0), xs, torch.Generator().manual_seed(1))
    torch.testing.assert_close(ys, xs.cumsum(0) % 10)
    assert exposure_bias.measure_consistency(xs, ys) == 1
    ys = exposure_bias.sample_answers(
        make_adder(np.log(9 * 3)), xs, torch.Generator().manual_seed(1)
    )
    # 27 against nine times 1
    assert exposure_bias.measure_consistency(xs, ys) == pytest.approx(0.75, abs=0.02)


def test_scores_have_the_names_of_what_they_measure(monkeypatch):
    mark = lambda net, task, free_running: np.array([0.0, free_running])  # noqa: E731
    monkeypatch.setattr(exposure_bias, "find_correct_answers", mark)
    actual = exposure_bias.score_network(make_adder(np.log(9 * 3)), "noisy sum")
    assert (actual["teacher_forced"], actual["free_running"]) == (0, 0.5)
    # One answer has 27 chances, the others 1
    share = exposure_bias.rule_accuracy()["teacher_forced"]
    bits = -share * np.log2(27 / 36) - (1 - share) * np.log2(1 / 36)
    assert actual["bits"] == pytest.approx(bits)
    assert actual["consistent"] == pytest.approx(0.75, abs=0.02)


def test_an_entry_has_the_runs_of_its_task_schedule_and_checkpoint(monkeypatch):
    names = ("teacher_forced", "free_running", "bits", "consistent")

    def return_planted_curve(task, schedule, seed):
        start = (
            200 * exposure_bias.TASKS.index(task)
            + 100 * [*exposure_bias.TRAINING_METHODS].index(schedule)
            + seed
        )
        steps = np.arange(len(exposure_bias.CHECKPOINTS)) / 16
        return {name: start + n / 4 + steps / 4 for n, name in enumerate(names)}

    monkeypatch.setattr(exposure_bias, "schedule_curve", return_planted_curve)
    record = exposure_bias.measure_exposure()
    actual = record.value("exposure/noisy sum/scheduled/free_running/180")
    assert actual == [300 + seed + 1 / 4 + 1 / 64 for seed in exposure_bias.SEEDS]
    assert "exposure/noisy sum/forced/bits/180" not in record.values


def test_a_network_is_tested_at_each_checkpoint(monkeypatch):
    updates = range(1, exposure_bias.CHECKPOINTS[-1] + 1)
    monkeypatch.setattr(
        exposure_bias,
        "train_kind",
        lambda *_, report: [report(update, update) for update in updates],
    )
    monkeypatch.setattr(exposure_bias, "score_network", lambda net, task: {task: net})
    curve = exposure_bias.schedule_curve("noisy sum", "forced", 0)
    assert curve["noisy sum"].tolist() == [*exposure_bias.CHECKPOINTS]


def test_one_schedule_is_followed_from_its_beginning_to_its_end(monkeypatch):
    shares = []
    monkeypatch.setattr(exposure_bias, "CHECKPOINTS", (2, 5, 10))
    watch = lambda done: shares.append(done) or 0.5  # noqa: E731
    monkeypatch.setattr(exposure_bias, "TRAINING_METHODS", {"scheduled": watch})
    result = exposure_bias.schedule_curve("noisy sum", "scheduled", 0)
    assert shares == [update / 10 for update in range(10)]
    assert [len(values) for values in result.values()] == [3] * 4
