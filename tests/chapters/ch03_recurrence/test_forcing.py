"""A network is looked at along one training, told and free."""

import numpy as np
import pytest

from rnncourse.chapters.ch03_recurrence import forcing
from rnncourse.chapters.ch03_recurrence.forcing import LearningCurve


def learning_curve(teacher_forced, free_running):
    return LearningCurve(np.array(teacher_forced), np.array(free_running))


def test_the_rule_names_a_checkpoint_and_not_the_widest_gap():
    seen = learning_curve([0.1, 0.6, 0.81, 0.95, 1.0], [0.1, 0.1, 0.6, 0.9, 1.0])
    assert (seen.errs, seen.updates) == (2, forcing.CHECKPOINTS[2])
    with pytest.raises(AssertionError, match="not learned"):
        learning_curve([0.1, 0.7], [0.1, 0.2]).errs  # noqa: B018


def test_a_course_looks_at_every_checkpoint():
    seen = forcing.learning_curve(0, (20, 40, 60))
    assert len(seen.teacher_forced) == len(seen.free_running) == 3
    assert (seen.teacher_forced[-1], seen.free_running[-1]) < (0.5, 0.5)
