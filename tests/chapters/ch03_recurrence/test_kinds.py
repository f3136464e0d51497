"""Who learns what: each kind of recurrence on the task that needs it, in a short training."""

import numpy as np
import pytest
import torch

from rnncourse.chapters.ch03_recurrence import kinds
from rnncourse.models.recurrences import Recurrence

HIDDEN, OUTPUT = (
    kinds.NETWORK_KINDS["hidden recurrence, tanh"],
    kinds.NETWORK_KINDS["output recurrence"],
)


@pytest.mark.parametrize(
    ("kind", "task", "learned"),
    [(OUTPUT, "running sum", True), (HIDDEN, "running sum", False),
     (OUTPUT, "echo", False), (HIDDEN, "echo", True)],
)  # fmt: skip
def test_the_kind_of_recurrence_decides_which_task_is_learned(kind, task, learned):
    accuracy = kinds.find_correct_answers(
        kinds.train_kind(kind, task, 400, seed=0), task, free_running=True
    ).mean()
    assert accuracy > 0.9 if learned else accuracy < 0.3


@pytest.mark.slow
def test_teacher_forced_and_free_running_share_their_first_error():
    net = kinds.train_kind(kinds.NETWORK_KINDS["both, GRU"], "running sum", 220, seed=0)
    teacher_forced, free_running = (
        kinds.find_correct_answers(net, "running sum", free_running=f) for f in (False, True)
    )
    np.testing.assert_array_equal(teacher_forced.all(0), free_running.all(0))
    for forced, free in zip(teacher_forced.T, free_running.T, strict=True):
        assert forced.argmin() == free.argmin()
    assert teacher_forced.mean() > free_running.mean()


def test_told_the_answers_all_steps_are_computed_at_once():
    torch.manual_seed(0)
    net = Recurrence(10, 5, "none", True).double()
    xs, ys = kinds.sample_batch("running sum", np.random.default_rng(0), 7, 4)
    before = torch.cat([torch.zeros_like(ys[:1]), ys[:-1]])
    one_by_one = torch.cat(
        [net.one_step(x[None], b[None]) for x, b in zip(xs, before, strict=True)]
    )
    torch.testing.assert_close(net.teacher_forced(xs, ys), one_by_one, rtol=1e-12, atol=1e-14)


def test_sampling_is_scheduled_from_always_to_a_quarter():
    assert [kinds.annealed_ratio(done) for done in (0.0, 0.5, 1.0)] == [1, 0.625, 0.25]


@pytest.mark.parametrize(("distinct", "accuracy"), [(2, 0.76), (5, 0.75), (10, 1.0)])
def test_one_symbol_carries_what_counting_leaves(distinct, accuracy):
    """Of the next answers, when the last one was right and is all that is known of the past."""
    sums = np.arange(10)
    symbols = sums * distinct // 10
    hits = [
        np.bincount(symbols[(sums[symbols == symbol] + digit) % 10]).max()
        for symbol in range(distinct)
        for digit in range(10)
    ]
    assert sum(hits) / 100 == pytest.approx(accuracy)
