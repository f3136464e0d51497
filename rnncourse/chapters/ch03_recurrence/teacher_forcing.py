"""What teacher forcing hides, along one training."""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float

from rnncourse.chapters.ch03_recurrence.kinds import NETWORK_KINDS, find_correct_answers, train_kind
from rnncourse.models.recurrences import Recurrence

CHECKPOINTS = (*range(100, 401, 20), 600)
"""Updates after which the network is looked at; after the last it makes no errors."""
LEARNED = 0.8
"""The first checkpoint counts at which more answers than these are right, teacher-forced."""
TASK = "running sum"
KIND = NETWORK_KINDS["both, GRU"]


@dataclass(frozen=True)
class LearningCurve:
    """What was seen at the checkpoints of one training with teacher forcing.

    Args:
        teacher_forced: Share of right answers to 500 new sequences, told the right answers before.
        free_running: The same, its own answers fed back.
    """

    teacher_forced: Float[np.ndarray, " n"]
    free_running: Float[np.ndarray, " n"]

    @property
    def first_learned(self) -> int:
        """The first checkpoint at which it has learned most and still errs, by `LEARNED`."""
        assert self.teacher_forced[-1] > LEARNED, "it has not learned the task"
        return int(np.argmax(self.teacher_forced > LEARNED))

    @property
    def updates(self) -> int:
        """How many updates that checkpoint comes after."""
        return CHECKPOINTS[self.first_learned]


def teacher_forcing_curve(seed: int, checkpoints: tuple[int, ...] = CHECKPOINTS) -> LearningCurve:
    """Train a network with teacher forcing, and look at it at every checkpoint.

    Args:
        seed: Of weights and sequences.
        checkpoints: When; the training ends with the last.
    """
    accuracies = []

    def validate(update: int, net: Recurrence) -> None:
        if update in checkpoints:
            accuracies.append(
                [find_correct_answers(net, TASK, mode).mean() for mode in (False, True)]
            )

    train_kind(KIND, TASK, checkpoints[-1], seed, report=validate)
    return LearningCurve(*np.transpose(accuracies))
