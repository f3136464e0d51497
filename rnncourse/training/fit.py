"""The one loop that trains: Adam, clipping, a schedule, and somebody who looks on."""

from collections.abc import Callable, Iterable, Sequence
from functools import partial

import torch
from torch import Tensor, nn
from torch.optim import Optimizer
from torch.optim.lr_scheduler import OneCycleLR

from rnncourse.training.checkpoint import Checkpoint

Schedule = Callable[[Optimizer], torch.optim.lr_scheduler.LRScheduler]


def one_cycle_schedule(learning_rate: float, updates: int, warm_up: float = 0.3) -> Schedule:
    """Return a schedule for `fit`: up to a rate in this share of the updates, and down to almost 0.

    Both ways follow a cosine.
    """
    if warm_up * updates == 1:  # torch would divide by the 0 steps of the way up
        warm_up *= 1 - 1e-9
    return partial(OneCycleLR, max_lr=learning_rate, total_steps=updates, pct_start=warm_up)


def fit(
    parameters: Iterable[Tensor],
    loss: Callable[[int], Tensor | float],
    updates: int,
    learning_rate: float | None = None,
    *,
    max_grad_norm: float = 1.0,
    schedule: Schedule | None = None,
    betas: tuple[float, float] | None = None,
    optimizers: Sequence[Optimizer] = (),
    checkpoint: Checkpoint | None = None,
    report: Callable[[int, float], object] | None = None,
) -> list[float]:
    """Make updates with Adam, each from the gradient of a loss, clipped.

    Args:
        parameters: Changed in place.
        loss: From the number of the update, from 0, to its loss: a tensor, whose gradient is
            computed here; or a number, if the call has set the gradient of every parameter itself.
        updates: How many at most.
        learning_rate: Adam's, of the first update, or what the schedule starts from.
        max_grad_norm: Largest norm of the gradient of all parameters together.
        schedule: Makes a scheduler, which is asked after every update.
        betas: Adam's, (0.9, 0.999) if nothing is said.
        optimizers: What makes the updates instead of one Adam, each with its own learning rate; the
            schedule holds for all of them.
        checkpoint: Where the run is kept, and taken up again if it was stopped before.
        report: Told the number of every update, from 1, and its loss; True ends the training.

    Returns:
        The loss of every update.

    Raises:
        ValueError: If optimizers are given together with Adam's learning rate or betas, or neither.

    >>> x = torch.tensor([3.0], requires_grad=True)
    >>> losses = fit([x], lambda update: (x**2).sum(), updates=200, learning_rate=0.1)
    >>> losses[0], losses[-1] < 1e-3
    (9.0, True)
    """
    parameters = list(parameters)
    if bool(optimizers) == (learning_rate is not None) or (optimizers and betas):
        raise ValueError("Give learning_rate and betas, or optimizers, which have their own.")
    optimizers = list(optimizers) or [
        torch.optim.Adam(parameters, learning_rate, betas or (0.9, 0.999))
    ]
    schedulers = [schedule(optimizer) for optimizer in optimizers] if schedule else []
    stateful_objects = [*optimizers, *schedulers]
    losses = checkpoint.resume(parameters, stateful_objects) if checkpoint else []
    for update in range(len(losses), updates):
        for optimizer in optimizers:
            optimizer.zero_grad()
        value = loss(update)
        if isinstance(value, Tensor):
            value.backward()
            value = value.item()
        nn.utils.clip_grad_norm_(parameters, max_grad_norm)
        for item in stateful_objects:
            item.step()
        losses.append(value)
        if report and report(update + 1, losses[-1]) is True:
            break
        if checkpoint:
            checkpoint.save(parameters, stateful_objects, losses)
    return losses
