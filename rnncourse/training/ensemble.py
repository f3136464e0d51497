"""Many networks of one architecture, trained side by side: each as if it were alone.

A loop over the steps of a small network spends its time on the loop. With the weights of S networks
stacked, one batched product serves all of them, and the same loop trains them.
"""

from collections.abc import Callable, Iterable, Sequence
from typing import NamedTuple

import numpy as np
import torch
from jaxtyping import Bool, Float
from torch import Tensor


class EnsembleOutcome(NamedTuple):
    """How the training of S networks ended."""

    diverged: Bool[np.ndarray, " S"]
    """Whose loss or gradient became something else than a finite number."""
    reached_at: Float[np.ndarray, " S"]
    """After which update each network had reached its goal; infinity if it had not."""


def stack_batches(
    batches: Iterable[tuple[Float[np.ndarray, "T B D"], np.ndarray]],
    dtype: torch.dtype = torch.float32,
) -> tuple[Float[Tensor, "T S B D"], Tensor]:
    """Stack a batch for each network, inputs and targets.

    Args:
        batches: One a network; targets have B for their first axis.
        dtype: That of numbers; targets that are whole numbers stay so.

    Returns:
        Inputs, and targets with a first axis S.

    >>> xs, ys = stack_batches([(np.ones((5, 2, 3)), np.arange(2))] * 4)
    >>> xs.shape, ys.shape, ys.dtype
    (torch.Size([5, 4, 2, 3]), torch.Size([4, 2]), torch.int64)
    """
    xs, ys = zip(*batches, strict=True)
    targets = torch.tensor(np.stack(ys))
    targets = targets.to(dtype) if targets.is_floating_point() else targets
    return torch.tensor(np.stack(xs, 1), dtype=dtype), targets


def update_moments(
    g: Float[Tensor, "..."], m: Float[Tensor, "..."], v: Float[Tensor, "..."], t: int
) -> tuple[Float[Tensor, "..."], Float[Tensor, "..."]]:
    """Move the means of a gradient and of its square; return what the t-th update is made of.

    Args:
        g: The gradient.
        m: The mean of gradients; changed in place, as is `v`.
        v: The mean of their squares.
        t: From 1.

    Returns:
        Both means without their bias towards 0, the second one's root plus 1e-8. The update is the
        rate times the first, over the second; see `fit_ensemble`.
    """
    m.lerp_(g, 0.1)
    v.mul_(0.999).addcmul_(g, g, value=0.001)
    return m / (1 - 0.9**t), (v / (1 - 0.999**t)).sqrt() + 1e-8


def fit_ensemble(
    parameters: Iterable[Float[Tensor, "S ... N"]],
    losses: Callable[[int], Float[Tensor, " S"]],
    updates: int,
    learning_rates: float | Sequence[float],
    *,
    max_grad_norm: float | None = 1.0,
    lr_decay: bool = False,
    goal: Callable[[int], Bool[Tensor, " S"] | None] = lambda update: None,
) -> EnsembleOutcome:
    """Make updates with Adam, for each network its own; see `rnncourse.training.fit.fit`.

        m <- 0.9 m + 0.1 g,  v <- 0.999 v + 0.001 g^2,  and after t updates
        p <- p - rate (m / (1 - 0.9^t)) / (sqrt(v / (1 - 0.999^t)) + 1e-8)

    A network that reaches its goal, or diverges, stops where it is; if all have, training ends.

    Args:
        parameters: With a first axis S; changed in place.
        losses: From the number of the update, from 0, to the loss of each network.
        updates: How many at most.
        learning_rates: One for all networks, or one for each.
        max_grad_norm: Largest norm of the gradient of all parameters of one network; None: any.
        lr_decay: Whether the rates fall to 0 over the last third of the updates.
        goal: From the number of the update, from 1, to which networks have reached what they are
            trained for; None where it was not measured.

    Returns:
        How it ended.

    Source: D. P. Kingma and J. Ba, "Adam: a method for stochastic optimization", ICLR (2015),
    algorithm 1; oracles `torch.optim.Adam` and `clip_grad_norm_` in test_ensemble.py.

    >>> w = torch.zeros(3, 1, requires_grad=True)
    >>> _ = fit_ensemble([w], lambda update: (w - 7).square().sum(1), 50, [0.0, 0.01, 0.1])
    >>> (w > 0).squeeze().tolist()
    [False, True, True]
    """
    parameters = list(parameters)
    S, dtype = len(parameters[0]), parameters[0].dtype
    rates = torch.as_tensor(learning_rates, dtype=dtype).expand(S)
    means, squares = ([torch.zeros_like(p) for p in parameters] for _ in range(2))
    diverged, reached_at = torch.zeros(S, dtype=torch.bool), torch.full((S,), torch.inf)
    for t in range(1, updates + 1):
        step_losses = losses(t - 1)
        gradients = torch.autograd.grad(
            step_losses.sum(), parameters, allow_unused=True, materialize_grads=True
        )
        with torch.no_grad():
            norms_squared = [g.square().sum(tuple(range(1, g.dim()))) for g in gradients]
            norms = torch.stack(norms_squared).sum(0).sqrt()
            diverged |= ~torch.isfinite(norms + step_losses) & torch.isinf(reached_at)
            active = ~diverged & torch.isinf(reached_at)
            scale = (
                torch.ones_like(norms)
                if max_grad_norm is None
                else (max_grad_norm / (norms + 1e-6)).clamp(max=1)
            )
            factor = min(1.0, 3 * (1 - (t - 1) / updates)) if lr_decay else 1.0
            for p, g, m, v in zip(parameters, gradients, means, squares, strict=True):
                is_active, rate, scale_p = (
                    values.view(-1, *[1] * (p.dim() - 1)) for values in (active, rates, scale)
                )
                g = torch.where(is_active, g * scale_p, 0.0)
                step, size = update_moments(g, m, v, t)
                p -= is_active * rate * factor * step / size
            if (at_goal := goal(t)) is not None:
                reached_at[active & at_goal] = t
        if (diverged | torch.isfinite(reached_at)).all():
            break
    return EnsembleOutcome(diverged.numpy(), reached_at.double().numpy())


def updates_to_learn(
    parameters: Iterable[Float[Tensor, "S ... N"]],
    losses: Callable[[int], Float[Tensor, " S"]],
    are_correct: Callable[[], Bool[Tensor, "S B"]],
    updates: int,
    learning_rates: float | Sequence[float],
    *,
    check_every: int,
    threshold: float,
) -> Float[np.ndarray, " S"]:
    """Train networks until their answers to new questions are right; see `fit_ensemble`.

    Args:
        parameters: With a first axis S; changed in place.
        losses: From the number of the update, from 0, to the loss of each network.
        are_correct: Says which answers of each network are right now.
        updates: How many at most.
        learning_rates: One for all networks, or one for each.
        check_every: Updates between two looks.
        threshold: The share of right answers at which a network has learned.

    Returns:
        After how many updates each had learned; infinity if it had not.
    """

    @torch.no_grad()
    def have_learned(update: int) -> Bool[Tensor, " S"] | None:
        return None if update % check_every else are_correct().double().mean(1) >= threshold

    return fit_ensemble(parameters, losses, updates, learning_rates, goal=have_learned).reached_at
