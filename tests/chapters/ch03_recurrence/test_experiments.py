"""What the experiments make of their runs, computed another way from what else they recorded."""

import numpy as np

from rnncourse.chapters.ch03_recurrence import experiments, exposure_bias
from rnncourse.chapters.ch03_recurrence.experiments import LENGTHENED, OUTPUT, READ_LENGTHS
from rnncourse.chapters.ch03_recurrence.kinds import LONG_T, NETWORK_KINDS, TEST_SEQUENCES
from rnncourse.chapters.ch03_recurrence.teacher_forcing import CHECKPOINTS, LEARNED
from rnncourse.core.records import Record
from rnncourse.core.seeds import CONFIRMING

RECORD = Record.load("ch03_recurrence")


def test_a_length_is_judged_by_its_last_ten_steps(monkeypatch):
    """Planted: at each step its number is the share of right answers."""
    steps = np.repeat(np.arange(LONG_T)[:, None], TEST_SEQUENCES, 1)
    monkeypatch.setattr(experiments, "train_kind", lambda *setting: None)
    monkeypatch.setattr(experiments, "find_correct_answers", lambda *_, **__: steps)
    record, (task, name) = Record("ch03_recurrence", "recurrences", {}), LENGTHENED[-1]
    experiments._add_kind(record, task, name, [7])
    assert record.value(f"by_step/{task}/{name}/7") == [*np.arange(4.5, LONG_T, 10)]
    assert record.value("B6/trained") == [9.5]
    for length in READ_LENGTHS:
        assert record.value(f"B6/right/{length}") == [length - 5.5]


def test_coarse_answers_are_scored_free_running(monkeypatch):
    task = "running sum, 5 answers"
    expected = ((NETWORK_KINDS[OUTPUT], task, experiments.UPDATES, 7), task, True)
    monkeypatch.setattr(experiments, "train_kind", lambda *setting: setting)
    monkeypatch.setattr(
        experiments,
        "find_correct_answers",
        lambda net, task, free_running: np.array((net, task, free_running) == expected),
    )
    assert experiments.coarse_accuracy(5, 7) == 1


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
    last = exposure_bias.CHECKPOINTS[-1]
    key = "exposure/noisy sum/forced/{}/" + str(last)
    teacher_forced, free_running = (
        np.array(RECORD.value(key.format(name))) for name in ("teacher_forced", "free_running")
    )
    # 20 of 10,000 answers, by luck
    assert (teacher_forced <= exposure_bias.rule_accuracy()["teacher_forced"] + 0.002).all()
    assert (free_running <= exposure_bias.rule_accuracy()["free_running"] + 0.002).all()
    key = "exposure/noisy sum/{}/bits/" + str(last)
    assert min(RECORD.value(key.format("forced"))) > exposure_bias.rule_accuracy()["bits"]


def test_teacher_forced_and_free_running_are_what_they_are_called(monkeypatch):
    monkeypatch.setattr(experiments, "train_kind", lambda *setting: setting[-1])
    monkeypatch.setattr(
        experiments,
        "find_correct_answers",
        lambda seed, task, free_running: np.array(seed + free_running / 2),
    )
    record = Record("ch03_recurrence", "recurrences", {})
    experiments._add_kind(record, "echo", OUTPUT, [1, 2])
    assert record.value(f"teacher_forced/echo/{OUTPUT}") == [1, 2]
    assert record.value(f"free_running/echo/{OUTPUT}") == [1.5, 2.5]
