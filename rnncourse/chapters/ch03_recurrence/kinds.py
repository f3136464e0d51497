"""Hidden against output recurrence, teacher forcing against running free, short against long."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import torch
from jaxtyping import Bool, Float
from torch import Tensor, nn

from rnncourse.data.running import SYMBOLS, echo, running_sum, temporal_xor
from rnncourse.models.recurrences import Recurrence
from rnncourse.training.fit import fit

T, LONGER, B, TESTED = 20, 200, 32, 500
CLIP = 1.0
TASKS = {"running sum": running_sum, "echo": echo, "temporal XOR": temporal_xor}


@dataclass(frozen=True)
class Kind:
    """A network that is compared.

    Args:
        cell: What the state goes through; `"none"`: no state comes back.
        feedback: Whether the output comes back.
        H: Hidden units.
        rate: Learning rate.
    """

    cell: str
    feedback: bool
    H: int = 64
    rate: float = 3e-3


KINDS = {
    "hidden recurrence, tanh": Kind("rnn", False),
    "hidden recurrence, GRU": Kind("gru", False),
    "output recurrence": Kind("none", True),
    "both, GRU": Kind("gru", True, 32),
    "no recurrence": Kind("none", False),
}


def batch(task: str, rng: np.random.Generator, T: int, B: int) -> tuple[Tensor, Tensor]:
    """Draw inputs and right answers, `T B` each."""
    xs, ys = TASKS[task](rng, T, B)
    return torch.from_numpy(xs), torch.from_numpy(ys)


def train_kind(
    kind: Kind,
    task: str,
    updates: int,
    seed: int,
    share: Callable[[float], float] | None = None,
    report: Callable[[int, Recurrence], None] | None = None,
) -> Recurrence:
    """Train a network on sequences of 20 steps that are new at every update.

    Args:
        kind: Which network.
        task: One of `TASKS`.
        updates: How many.
        seed: Of weights and sequences.
        share: How often the right answer is fed back, by the part of the training that is over
            (from 0 to 1); by default always, which is teacher forcing.
        report: Told the number of every update, from 1, and the network.
    """
    torch.manual_seed(seed)
    rng, draws = np.random.default_rng(seed), torch.Generator().manual_seed(seed)
    net = Recurrence(SYMBOLS, kind.H, kind.cell, kind.feedback)

    def loss(update: int) -> Tensor:
        xs, ys = batch(task, rng, T, B)
        told = share(update / updates) if share else 1.0
        logits = net.forced(xs, ys) if told == 1 else net.free(xs, ys, told, draws)
        return nn.functional.cross_entropy(logits.flatten(0, 1), ys.flatten())

    def tell(update: int, _: float) -> None:
        if report:
            report(update, net)

    fit(net.parameters(), loss, updates, kind.rate, clip=CLIP, report=tell)
    return net


@torch.no_grad()
def right(net: Recurrence, task: str, free: bool, steps: int = T) -> Bool[np.ndarray, "T B"]:
    """Tell which answers to 500 new sequences are right.

    Args:
        net: A trained network.
        task: What it was trained on.
        free: Feed its own answers back, not the right ones.
        steps: Length of the sequences.
    """
    xs, ys = batch(task, np.random.default_rng(10**6), steps, TESTED)
    logits = net.free(xs) if free else net.forced(xs, ys)
    return (logits.argmax(-1) == ys).numpy()


def annealed(done: float) -> float:
    """Return the share of right answers that scheduled sampling feeds back: from 1 to 1/4."""
    return 1 - 0.75 * done


def xor_accuracy(kind: Kind, updates: int, seed: int) -> Float[np.ndarray, " 3"]:
    """Train on the temporal XOR, and return the accuracy at each of the three places of a bit.

    Only at the second place, where the third bit is to be named, can it be better than a coin.
    """
    hits = right(train_kind(kind, "temporal XOR", updates, seed), "temporal XOR", free=False)
    return np.array([hits[place::3].mean() for place in range(3)])


@torch.no_grad()
def isolation_gap(seed: int = 0) -> float:
    """Compare output recurrence told the right answers, all steps at once, with step after step.

    Returns:
        The largest difference between the logits.
    """
    torch.manual_seed(seed)
    net = Recurrence(SYMBOLS, 64, "none", True).double()
    xs, ys = batch("running sum", np.random.default_rng(seed), T, B)
    return float((net.forced(xs, ys) - net.free(xs, ys, share=1.0)).abs().max())
