"""What teacher forcing hides, along one training: in the answers, and in the gradients."""

from dataclasses import dataclass

import numpy as np
import torch
from jaxtyping import Float, Int
from torch import Tensor, nn

from rnncourse.chapters.ch03_recurrence.kinds import KINDS, TESTED, T, batch, right, train_kind
from rnncourse.models.recurrences import Recurrence

CHECKPOINTS = (*range(100, 401, 20), 600)
"""Updates after which the network is looked at; after the last it makes no errors."""
ERRS = 0.8
"""Looked at: the first checkpoint at which more answers than these are right, when told."""
TASK, KIND = "running sum", KINDS["both, GRU"]

Ids = Int[Tensor, "T B"]


@dataclass(frozen=True)
class LearningCurve:
    """What was seen at the checkpoints of one training with teacher forcing.

    Args:
        teacher_forced: Share of right answers to 500 new sequences, told the right answers before.
        free_running: The same, its own answers fed back.
        cosine: Between the gradients of both losses, on the same 500 sequences.
        other: Between the gradients with teacher forcing on these and on 500 others.
    """

    teacher_forced: Float[np.ndarray, " n"]
    free_running: Float[np.ndarray, " n"]
    cosine: Float[np.ndarray, " n"]
    other: Float[np.ndarray, " n"]

    @property
    def errs(self) -> int:
        """The first checkpoint at which it has learned most and still errs, by `ERRS`."""
        assert self.teacher_forced[-1] > ERRS, "it has not learned the task"
        return int(np.argmax(self.teacher_forced > ERRS))

    @property
    def updates(self) -> int:
        """How many updates that checkpoint comes after."""
        return CHECKPOINTS[self.errs]


def gradient(net: Recurrence, xs: Ids, ys: Ids, free_running: bool) -> Float[Tensor, " n"]:
    """Return the gradient of the loss by all weights, as one row.

        loss = mean over steps of -log P(y_t | x_1 .. x_t, what came back)

    Args:
        net: The network.
        xs: Inputs.
        ys: Right answers: what is predicted, in both cases.
        free_running: Its own best answers come back, not the right ones. No gradient goes through the
            choice of an answer.
    """
    logits = net.free_running(xs) if free_running else net.teacher_forced(xs, ys)
    loss = nn.functional.cross_entropy(logits.flatten(0, 1), ys.flatten())
    return torch.cat([g.flatten() for g in torch.autograd.grad(loss, list(net.parameters()))])


def cosine(a: Float[Tensor, " n"], b: Float[Tensor, " n"]) -> float:
    """Return the cosine of the angle between two gradients: 1 where they point the same way."""
    a, b = a.double(), b.double()
    return float(a @ b / (a.norm() * b.norm()))


def learning_curve(seed: int) -> LearningCurve:
    """Train a network with teacher forcing, and look at it at every checkpoint.

    Args:
        seed: Of weights and sequences.
    """
    rng = np.random.default_rng(10**6 + 1)
    here, there = batch(TASK, rng, T, TESTED), batch(TASK, rng, T, TESTED)
    seen = []

    def look(update: int, net: Recurrence) -> None:
        if update in CHECKPOINTS:
            teacher_forced, free_running = (
                right(net, TASK, free_running=f).mean() for f in (False, True)
            )
            taught = gradient(net, *here, free_running=False)
            same = cosine(taught, gradient(net, *here, free_running=True))
            seen.append(
                (
                    teacher_forced,
                    free_running,
                    same,
                    cosine(taught, gradient(net, *there, free_running=False)),
                )
            )

    train_kind(KIND, TASK, CHECKPOINTS[-1], seed, report=look)
    return LearningCurve(*np.transpose(seen))
