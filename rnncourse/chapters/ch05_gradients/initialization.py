"""What a plain network can learn with other first weights, and with ReLU: adding, and digits."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np
import torch
from jaxtyping import Bool, Float, Int
from torch import Tensor
from torch.nn import functional

from rnncourse.chapters.ch05_gradients.side_by_side import KINDS, Ensemble, Kind
from rnncourse.training.ensemble import fit_ensemble

H, B = 32, 20
CONSTANT = 1 / 6
"""Mean squared error of the best constant answer to an addition: the variance of a sum of two."""
STREAM = 1_000_003  # of the sequences that score: no network is drawn with it
RATES = (3e-4, 1e-3, 3e-3, 1e-2, 3e-2, 1e-1)
PARTS = {"train": (0, 1000), "validation": (1000, 1297), "test": (1297, 1797)}


@dataclass(frozen=True)
class Job:
    """A task.

    Args:
        task: `"adding"`, `"pixels"` (a digit, one pixel a step) or `"rows"` (one row a step).
        T: Steps.
        updates: How long it is trained.
    """

    task: str
    T: int
    updates: int

    @property
    def name(self) -> str:
        """How the record names it."""
        return f"{self.task}-{self.T}"

    @property
    def sizes(self) -> tuple[int, int]:
        """Of an input, and of an output."""
        return {"adding": (2, 1), "pixels": (1, 10), "rows": (8, 10)}[self.task]


def adding_batch(
    rng: np.random.Generator, B: int, T: int
) -> tuple[Float[np.ndarray, "T B D"], Float[np.ndarray, " B"]]:
    """Draw additions: T numbers, of which two are marked; what is their sum?

    Args:
        rng: Where they come from.
        B: How many.
        T: Steps: a number between 0 and 1, and beside it a 1 where it is marked: once in the
            first half, and once in the second.

    Returns:
        Inputs, and sums.

    Source: S. Hochreiter and J. Schmidhuber, "Long short-term memory", Neural Computation 9
    (1997), section 5.4, as simplified by Q. V. Le, N. Jaitly and G. E. Hinton,
    arXiv:1504.00941v2, section 4.1.
    """
    values, marks = rng.random((T, B)), np.zeros((T, B))
    marks[rng.integers(0, T // 2, B), np.arange(B)] = 1
    marks[rng.integers(T // 2, T, B), np.arange(B)] = 1
    return np.stack([values, marks], -1), (values * marks).sum(0)


@cache
def digits(part: str, by: str) -> tuple[Float[np.ndarray, "T B D"], Int[np.ndarray, " B"]]:
    """Load small pictures of digits, 8 by 8, as sequences.

    Args:
        part: `"train"`, `"validation"` or `"test"`.
        by: `"pixels"`, 64 steps; or `"rows"`, 8 steps.

    Returns:
        Gray values from 0 to 1, and which digit it is.
    """
    from sklearn.datasets import load_digits

    images, labels = load_digits(return_X_y=True)
    order = np.random.default_rng(0).permutation(len(labels))[slice(*PARTS[part])]
    xs = images[order].reshape(len(order), *((64, 1) if by == "pixels" else (8, 8))) / 16
    return xs.transpose(1, 0, 2), labels[order]


def costs(job: Job, out: Float[Tensor, "S B V"], targets: Tensor) -> Float[Tensor, " S"]:
    """Return the loss of each network: the mean squared error, or nats."""
    if job.task == "adding":
        return (out[..., 0] - targets).square().mean(1)
    nats = functional.cross_entropy(out.flatten(0, 1), targets.flatten(), reduction="none")
    return nats.view(targets.shape).mean(1)


def batch(job: Job, rngs: Sequence[np.random.Generator]) -> tuple[Tensor, Tensor]:
    """Draw a batch of training sequences for each network."""
    if job.task == "adding":
        drawn = [adding_batch(rng, B, job.T) for rng in rngs]
    else:
        xs, labels = digits("train", job.task)
        picks = [rng.integers(len(labels), size=B) for rng in rngs]
        drawn = [(xs[:, pick], labels[pick]) for pick in picks]
    inputs = torch.tensor(np.stack([xs for xs, _ in drawn], 1), dtype=torch.float32)
    targets = torch.tensor(np.stack([y for _, y in drawn]))
    return inputs, targets.float() if job.task == "adding" else targets


@torch.no_grad()
def wrong(job: Job, ensemble: Ensemble, part: str) -> Float[np.ndarray, " S"]:
    """Score networks on sequences that they were not trained on.

    Args:
        job: The task.
        ensemble: The networks.
        part: `"validation"` or `"test"`.

    Returns:
        Adding: the mean squared error as a share of that of the best constant answer; digits: the
        share of wrong answers. 100 where it is no finite number, or larger.
    """
    if job.task == "adding":
        xs, targets = adding_batch(np.random.default_rng([STREAM, part == "test"]), 500, job.T)
    else:
        xs, targets = digits(part, job.task)
    S = len(ensemble.W_hh)
    inputs = torch.tensor(xs, dtype=torch.float32)[:, None].expand(-1, S, -1, -1)
    out = ensemble.logits(ensemble.run(inputs)[-1])
    if job.task == "adding":
        goal = torch.tensor(targets, dtype=torch.float32).expand(S, -1)
        found = costs(job, out, goal) / CONSTANT
    else:
        found = (out.argmax(-1) != torch.tensor(targets)).float().mean(1)
    return np.clip(np.nan_to_num(found.numpy(), nan=100, posinf=100), 0, 100)


def learn(
    job: Job,
    kind: str | Kind,
    rates: Sequence,
    seeds: Sequence[int],
    clip: float | None = 1.0,
) -> tuple[Ensemble, Bool[np.ndarray, " S"]]:
    """Train a network for each rate and seed, side by side.

    Args:
        job: The task.
        kind: A kind of network, or its name in `KINDS`.
        rates: One learning rate for each network.
        seeds: One for each network: of weights and batches.
        clip: Largest norm of a gradient; None: any.

    Returns:
        The networks; and which of them have exploded: after the tenth update their loss has been
        more than 10 (adding) or 23 nats (digits), or was no finite number.
    """
    kind = KINDS[kind] if isinstance(kind, str) else kind
    ensemble = Ensemble(kind, job.sizes[0], H, job.sizes[1], seeds, torch.float32)
    rngs = [np.random.default_rng([seed, 2]) for seed in seeds]
    limit = 60 * CONSTANT if job.task == "adding" else 10 * np.log(10)
    exploded = torch.zeros(len(seeds), dtype=torch.bool)

    def losses(update: int) -> Float[Tensor, " S"]:
        xs, targets = batch(job, rngs)
        found = costs(job, ensemble.logits(ensemble.run(xs)[-1]), targets)
        if update >= 10:
            exploded.logical_or_(~(found.detach() < limit))
        return found

    outcome = fit_ensemble(ensemble.parameters, losses, job.updates, rates, clip=clip)
    return ensemble, outcome.diverged | exploded.numpy()


@torch.no_grad()
def sizes(
    cell: str, gain: float, seeds: Sequence[int], T: int = 50, N: int = 50
) -> Float[np.ndarray, " S"]:
    """Tell how large the state of an untrained network has become after T steps of additions.

    Args:
        cell: `"tanh"` or `"relu"`.
        gain: Entries of W_hh are normal, with deviation gain / sqrt(H).
        seeds: One for each network.
        T: Steps.
        N: Sequences for each.

    Returns:
        log10 of the root mean square of h_T over units and sequences.
    """
    ensemble = Ensemble(Kind(cell, gain), 2, H, 1, seeds)
    xs, _ = adding_batch(np.random.default_rng(0), N, T)
    h = ensemble.run(torch.tensor(xs)[:, None].expand(-1, len(seeds), -1, -1))[-1]
    return torch.log10(h.square().mean((1, 2)).sqrt()).numpy()


def reaching(kind: Kind, seeds: Sequence[int], T: int = 51, N: int = 50) -> np.ndarray:
    """Tell how long a gradient is that has reached the first step of untrained networks.

        log10 ( |dy/dh_1| / |dy/dh_T| ),   y the answer, lengths as root mean squares over sequences

    Args:
        kind: A cell, and its recurrent weights.
        seeds: One for each network.
        T: Steps of an addition; the gradient goes back T - 1 of them.
        N: Sequences for each.

    Returns:
        For each network, in powers of ten: 0 is as long as it was, -1 a tenth.
    """
    ensemble = Ensemble(kind, 2, H, 1, seeds)
    xs, _ = adding_batch(np.random.default_rng(0), N, T)
    states = ensemble.run(torch.tensor(xs)[:, None].expand(-1, len(seeds), -1, -1))
    ends = torch.autograd.grad(ensemble.logits(states[-1]).sum(), [states[0], states[-1]])
    first, last = (end.square().sum((1, 2)).sqrt() for end in ends)
    return torch.log10(first / last).numpy()
