"""A tanh network that is followed while it trains, and what the record says of ten."""

import numpy as np

from rnncourse.chapters.ch03_recurrence import long_training
from rnncourse.chapters.ch03_recurrence.kinds import find_correct_answers, train_kind


def test_accuracies_by_update_come_from_one_training():
    checkpoints = range(5, 16, 5)
    rows = long_training.accuracy_while_training(0, checkpoints)
    for updates, actual in zip(checkpoints, rows, strict=True):
        net = train_kind(long_training.KIND, long_training.TASK, updates, 0)
        assert actual == find_correct_answers(net, long_training.TASK, free_running=True).mean()
    assert len(np.unique(rows)) > 1  # planted: one look, repeated
