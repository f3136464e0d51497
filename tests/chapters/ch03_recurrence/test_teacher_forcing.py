"""A network is looked at along one training, told and free."""

import numpy as np
import pytest

from rnncourse.chapters.ch03_recurrence import experiments, teacher_forcing
from rnncourse.chapters.ch03_recurrence.teacher_forcing import LearningCurve
from rnncourse.core.seeds import CONFIRMING


def make_learning_curve(teacher_forced, free_running):
    return LearningCurve(np.array(teacher_forced), np.array(free_running))


def test_the_rule_names_a_checkpoint_and_not_the_widest_gap():
    curve = make_learning_curve(
        [0.1, teacher_forcing.LEARNED, 0.81, 0.95, 1.0], [0.1, 0.1, 0.6, 0.9, 1.0]
    )
    assert (curve.first_learned, curve.updates) == (2, teacher_forcing.CHECKPOINTS[2])
    with pytest.raises(AssertionError, match="not learned"):
        make_learning_curve([0.1, teacher_forcing.LEARNED], [0.1, 0.2]).first_learned  # noqa: B018


def test_the_shares_of_that_checkpoint_are_recorded_by_name(monkeypatch):
    def curve(seed):
        return make_learning_curve([0.1, 0.9, 1.0], [0.1, seed / 1000, 1.0])

    monkeypatch.setattr(teacher_forcing, "teacher_forcing_curve", curve)
    value = experiments.measure_forcing().value
    assert value("E4/teacher_forced") == [0.9] * len(CONFIRMING)
    assert value("E4/free_running") == [seed / 1000 for seed in CONFIRMING]
    assert value("forcing/updates") == [teacher_forcing.CHECKPOINTS[1]] * len(CONFIRMING)


def test_a_teacher_forcing_curve_has_every_checkpoint():
    curve = teacher_forcing.teacher_forcing_curve(0, (20, 40, 60))
    assert len(curve.teacher_forced) == len(curve.free_running) == 3
    assert (curve.teacher_forced[-1], curve.free_running[-1]) < (0.5, 0.5)
