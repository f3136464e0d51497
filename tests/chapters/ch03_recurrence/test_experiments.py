"""What the experiments make of their runs, computed another way from what else they recorded."""

import numpy as np

from rnncourse.chapters.ch03_recurrence import experiments, exposure
from rnncourse.chapters.ch03_recurrence.experiments import (
    LENGTHENED,
    OUTPUT,
    READ_LENGTHS,
)
from rnncourse.chapters.ch03_recurrence.forcing import CHECKPOINTS, LEARNED
from rnncourse.core.records import Record
from rnncourse.core.seeds import CONFIRMING

RECORD = Record.load("ch03_recurrence")


def test_a_length_is_judged_by_its_last_ten_steps():
    task, name = LENGTHENED[-1]
    rows = np.array([RECORD.value(f"by_step/{task}/{name}/{seed}") for seed in CONFIRMING])
    np.testing.assert_allclose(RECORD.value("B6/trained"), rows[:, :2].mean(1), atol=1e-9)
    for steps in READ_LENGTHS:
        actual = RECORD.value(f"B6/right/{steps}")
        np.testing.assert_allclose(actual, rows[:, steps // 10 - 1], atol=1e-9)


def test_answers_that_say_the_whole_sum_are_the_running_sum():
    shares = RECORD.value("E3/right/10")
    assert shares == RECORD.value(f"free_running/running sum/{OUTPUT}")
    assert len(shares) == len(CONFIRMING)


def test_the_gap_is_measured_before_the_task_is_learned():
    teacher_forced, free_running = (
        np.array(RECORD.value(f"E4/{n}")) for n in ("teacher_forced", "free_running")
    )
    assert (teacher_forced > LEARNED).all()
    assert (teacher_forced >= free_running).all()
    assert set(RECORD.value("forcing/updates")) <= set(CHECKPOINTS)
    assert 0 < LEARNED < 1


def test_no_network_beats_the_rule():
    last = exposure.CHECKPOINTS[-1]
    key = "exposure/noisy sum/forced/{}/" + str(last)
    teacher_forced, free_running = (
        np.array(RECORD.value(key.format(name))) for name in ("teacher_forced", "free_running")
    )
    assert (
        teacher_forced <= exposure.rule_accuracy()["teacher_forced"] + 0.002
    ).all()  # 20 of 10,000 answers, by luck
    assert (free_running <= exposure.rule_accuracy()["free_running"] + 0.002).all()
    key = "exposure/noisy sum/{}/bits/" + str(last)
    assert min(RECORD.value(key.format("forced"))) > exposure.rule_accuracy()["bits"]


def test_teacher_forced_and_free_running_are_what_they_are_called(monkeypatch):
    monkeypatch.setattr(experiments, "train_kind", lambda *setting: setting[-1])
    monkeypatch.setattr(
        experiments,
        "mark_answers",
        lambda seed, task, free_running: np.array(seed + free_running / 2),
    )
    record = Record("ch03_recurrence", "recurrences", {})
    experiments._add_kind(record, "echo", OUTPUT, [1, 2])
    assert record.value(f"teacher_forced/echo/{OUTPUT}") == [1, 2]
    assert record.value(f"free_running/echo/{OUTPUT}") == [1.5, 2.5]
