"""Hidden against output recurrence, teacher forcing against running free, short against long."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

import numpy as np
import torch
from jaxtyping import Bool
from torch import Tensor, nn

from rnncourse.data.running_sums import (
    SYMBOLS,
    sample_coarse_sums,
    sample_echoes,
    sample_noisy_sums,
    sample_running_sums,
)
from rnncourse.models.recurrences import Recurrence
from rnncourse.training.fit import fit

T, LONG_T, B, TEST_SEQUENCES = 20, 200, 32, 500
CLIP = 1.0
DISTINCT = (2, 5, 10)
"""How many of the ten sums the answers tell apart, from half or less up to all."""
TASKS = {
    **{f"running sum, {m} answers": partial(sample_coarse_sums, answers=m) for m in DISTINCT},
    "running sum": sample_running_sums,
    "noisy sum": sample_noisy_sums,
    "echo": sample_echoes,
}


@dataclass(frozen=True)
class NetworkKind:
    """A network that is compared.

    Args:
        cell: What the state goes through; `"none"`: no state comes back.
        feedback: Whether the output comes back.
        H: Hidden units.
        learning_rate: Adam's.
    """

    cell: str
    feedback: bool
    H: int = 64
    learning_rate: float = 3e-3


NETWORK_KINDS = {
    "hidden recurrence, tanh": NetworkKind("rnn", False),
    "hidden recurrence, GRU": NetworkKind("gru", False),
    "output recurrence": NetworkKind("none", True),
    "both, GRU": NetworkKind("gru", True, 32),
    "no recurrence": NetworkKind("none", False),
}


def sample_batch(task: str, rng: np.random.Generator, T: int, B: int) -> tuple[Tensor, Tensor]:
    """Draw inputs and right answers, `T B` each."""
    xs, ys = TASKS[task](rng, T, B)
    return torch.from_numpy(xs), torch.from_numpy(ys)


def train_kind(
    kind: NetworkKind,
    task: str,
    updates: int,
    seed: int,
    schedule: Callable[[float], float] | None = None,
    report: Callable[[int, Recurrence], None] | None = None,
) -> Recurrence:
    """Train a network on sequences of 20 steps that are new at every update.

    Args:
        kind: Which network.
        task: One of `TASKS`.
        updates: How many.
        seed: Of weights and sequences.
        schedule: How often the right answer is fed back, by the part of the training that is over
            (from 0 to 1); by default always, which is teacher forcing.
        report: Told the number of every update, from 1, and the network.
    """
    torch.manual_seed(seed)
    rng, generator = np.random.default_rng(seed), torch.Generator().manual_seed(seed)
    net = Recurrence(SYMBOLS, kind.H, kind.cell, kind.feedback)

    def compute_loss(update: int) -> Tensor:
        xs, ys = sample_batch(task, rng, T, B)
        ratio = schedule(update / updates) if schedule else 1.0
        logits = (
            net.teacher_forced(xs, ys) if ratio == 1 else net.free_running(xs, ys, ratio, generator)
        )
        return nn.functional.cross_entropy(logits.flatten(0, 1), ys.flatten())

    def report_network(update: int, _: float) -> None:
        if report:
            report(update, net)

    fit(
        net.parameters(),
        compute_loss,
        updates,
        kind.learning_rate,
        max_grad_norm=CLIP,
        report=report_network,
    )
    return net


@torch.no_grad()
def find_correct_answers(
    net: Recurrence, task: str, free_running: bool, steps: int = T
) -> Bool[np.ndarray, "T B"]:
    """Tell which answers to 500 new sequences are right.

    Args:
        net: A trained network.
        task: What it was trained on.
        free_running: Feed its own answers back, not the right ones.
        steps: Length of the sequences.
    """
    xs, ys = sample_batch(task, np.random.default_rng(10**6), steps, TEST_SEQUENCES)
    logits = net.free_running(xs) if free_running else net.teacher_forced(xs, ys)
    return (logits.argmax(-1) == ys).numpy()


def annealed_ratio(progress: float) -> float:
    """Return the share of right answers that scheduled sampling feeds back: from 1 to 1/4."""
    return 1 - 0.75 * progress


def isolation_gap(kind: str = "output recurrence") -> float:
    """Compare the gradient of teacher forcing with that of every step by itself, summed up.

    Args:
        kind: One of `NETWORK_KINDS`.

    Returns:
        The largest difference of an entry, as a share of the largest entry: rounding, if nothing
        but the answer comes back; not so, if a state does.
    """
    torch.manual_seed(0)
    settings = NETWORK_KINDS[kind]
    net = Recurrence(SYMBOLS, settings.H, settings.cell, settings.feedback).double()
    xs, ys = sample_batch("running sum", np.random.default_rng(0), T, B)

    def gradient(logits: Tensor, ys: Tensor) -> Tensor:
        loss = nn.functional.cross_entropy(logits.flatten(0, 1), ys.flatten(), reduction="sum")
        return torch.cat([g.flatten() for g in torch.autograd.grad(loss, [*net.parameters()])])

    fed_back = torch.cat([torch.zeros_like(ys[:1]), ys[:-1]])
    steps = zip(xs.split(1), fed_back.split(1), ys.split(1), strict=True)
    total = gradient(net.teacher_forced(xs, ys), ys)
    step_sum = torch.stack([gradient(net.one_step(x, answer), y) for x, answer, y in steps]).sum(0)
    return float((total - step_sum).abs().max() / total.abs().max())
