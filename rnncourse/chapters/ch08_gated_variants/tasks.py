"""Three tasks for a comparison of cells: a symbol to recall, sums to keep, a text to predict."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np
import torch
from jaxtyping import Float
from torch import Tensor, nn

from rnncourse.analysis.splits import EncodedSplit, encode_split
from rnncourse.chapters.ch08_gated_variants.ensemble import Setting, VariantEnsemble
from rnncourse.chapters.ch08_gated_variants.variants import (
    VARIANTS,
    count_parameters,
    units_for_parameters,
)
from rnncourse.data.corpus import load_corpus
from rnncourse.training.ensemble import fit_ensemble

SYMBOLS = 4
LOWEST_SCORE = 1e-3
N_SCORED, N_WINDOWS = 500, 160
"""Sequences that are scored, and windows of text."""
Batch = tuple[np.ndarray, np.ndarray]


@dataclass(frozen=True)
class BenchmarkTask:
    """A task, its sizes, and how long is trained.

    Args:
        D: Size of an input.
        V: Size of an answer.
        H: Units of the full LSTM; the others get as many parameters.
        T: Steps.
        B: Sequences a batch.
        updates: How many.
    """

    D: int
    V: int
    H: int
    T: int
    B: int
    updates: int


@cache
def load_text() -> EncodedSplit:
    """Load the course's corpus."""
    return encode_split(load_corpus(), 0, 1)


TASKS = {
    "recall": BenchmarkTask(2 * SYMBOLS, SYMBOLS, 16, 21, 16, 150),
    "sum": BenchmarkTask(4, 1, 8, 30, 16, 150),
    "text": BenchmarkTask(96, 96, 24, 20, 16, 200),
}
"""By name; a text has no more than 96 different characters."""


def sample_recall(rng: np.random.Generator, T: int, B: int) -> Batch:
    """Draw sequences whose first symbol is to be named at the end.

    Returns:
        One-hot inputs `B T 8`, the first of four symbols, then of four others; and the first.
    """
    ids = rng.integers(0, SYMBOLS, (B, T))
    first_symbols = ids[:, 0].copy()
    ids[:, 1:] += SYMBOLS
    return np.eye(2 * SYMBOLS, dtype=np.float32)[ids], first_symbols


def sample_sums(rng: np.random.Generator, T: int, B: int) -> Batch:
    """Draw values, marks, resets and questions; asked for is the sum of the marked since a reset.

    Returns:
        Inputs `B T 4`; and goals `B T`, 0 where nothing is asked.
    """
    values = rng.uniform(-1, 1, (B, T))
    marks, resets, queries = (rng.random((B, T)) < p for p in (0.3, 0.08, 0.3))
    targets, sums = np.zeros((B, T)), np.zeros(B)
    for t in range(T):
        sums = np.where(resets[:, t], 0, sums) + values[:, t] * marks[:, t]
        targets[:, t] = sums * queries[:, t]
    inputs = np.stack([values, marks, resets, queries], -1)
    return inputs.astype(np.float32), targets.astype(np.float32)


def sample_windows(rng: np.random.Generator, T: int, B: int) -> Batch:
    """Draw windows of the training text, as numbers of characters, and what follows each."""
    ids = load_text().train
    positions = rng.integers(0, len(ids) - T - 1, (B, 1)) + np.arange(T + 1)
    return ids[positions[:, :-1]].astype(np.int64), ids[positions[:, 1:]]


SAMPLERS = {"recall": sample_recall, "sum": sample_sums, "text": sample_windows}


def mean_losses(
    name: str, ensemble: VariantEnsemble, xs: Tensor, targets: Tensor, n_skipped: int = 0
) -> Float[Tensor, " S"]:
    """Return the mean loss of each network: squared error, or nats a symbol.

    Args:
        name: Of the task.
        ensemble: The networks.
        xs: Inputs, one batch for each of them: `S T B D`, or numbers `S T B`.
        targets: `S B` for recall, else `S B T`, without the steps that are skipped.
        n_skipped: How many steps at the beginning do not count.
    """
    hs = ensemble.run(xs)[n_skipped:]
    if name == "recall":
        logits = ensemble.answers(hs[-1])
    else:
        stacked = torch.stack(hs, 2)
        logits = ensemble.answers(stacked.flatten(1, 2)).unflatten(1, stacked.shape[1:3])
    if name == "sum":
        return (logits[..., 0] - targets).square().mean((1, 2))
    S = len(logits)
    nats = nn.functional.cross_entropy(
        logits.flatten(0, -2), targets.flatten().long(), reduction="none"
    )
    return nats.view(S, -1).mean(1)


def sample_task_batch(
    name: str, rngs: list[np.random.Generator], task: BenchmarkTask
) -> tuple[Tensor, Tensor]:
    """Draw a batch for each network."""
    batches = [SAMPLERS[name](rng, task.T, task.B) for rng in rngs]
    xs, targets = (np.stack(arrays) for arrays in zip(*batches, strict=True))
    return torch.from_numpy(xs).transpose(1, 2), torch.from_numpy(targets)


@torch.no_grad()
def score_variants(name: str, ensemble: VariantEnsemble, split: str) -> Float[np.ndarray, " S"]:
    """Score all networks on the same new sequences, or on other text.

    Args:
        name: Of the task.
        ensemble: The networks.
        split: `"validation"` or `"test"`.

    Returns:
        For recall the cross-entropy as a share of that of guessing, for sums the squared error as
        a share of that of a constant answer, between 0.001 and 10; for text
        bits a character.
    """
    task, n_skipped, lowest, highest = TASKS[name], 0, LOWEST_SCORE, 10.0
    if name == "text":
        ids = load_text().valid if split == "validation" else load_text().test
        starts = np.linspace(0, len(ids) - 121, N_WINDOWS).astype(int)
        ids = ids[starts[:, None] + np.arange(121)].astype(np.int64)
        n_skipped, lowest, highest = 20, 0.0, 20.0
        xs, targets, baseline = ids[:, :-1], ids[:, 1 + n_skipped :], np.log(2)
    else:
        xs, targets = SAMPLERS[name](np.random.default_rng([8, split == "test"]), task.T, N_SCORED)
        baseline = np.log(SYMBOLS) if name == "recall" else targets.var()
    S, inputs = len(ensemble.w["b_y"]), torch.from_numpy(xs).transpose(0, 1)
    copies = torch.from_numpy(targets).expand(S, *targets.shape)
    losses = mean_losses(name, ensemble, inputs.expand(S, *inputs.shape), copies, n_skipped)
    return np.nan_to_num(losses.double().numpy() / baseline, nan=highest).clip(lowest, highest)


def make_losses(
    name: str, ensemble: VariantEnsemble, seeds: Sequence[int], task: BenchmarkTask
) -> Callable[[int], Tensor]:
    """Return what gives the losses of the next batch; the same seed has the same sequences."""
    rngs = [np.random.default_rng([seed, 9]) for seed in seeds]
    return lambda update: mean_losses(name, ensemble, *sample_task_batch(name, rngs, task))


def train_variant(
    name: str, kind: str, settings: Sequence[Setting], seeds: Sequence[int], task: BenchmarkTask
) -> VariantEnsemble:
    """Train networks of one variant, which has as many parameters as the task's full LSTM.

    Args:
        name: The task's.
        kind: The variant.
        settings: One for each network.
        seeds: One for each network.
        task: Its sizes.
    """
    torch.set_num_threads(1)
    H = units_for_parameters(
        VARIANTS[kind], task.D, task.V, count_parameters(VARIANTS["V"], task.D, task.H, task.V)
    )
    ensemble = VariantEnsemble(kind, task.D, H, task.V, seeds, settings)
    losses = make_losses(name, ensemble, seeds, task)
    fit_ensemble(ensemble.parameters, losses, task.updates, ensemble.rates, lr_decay=True)
    return ensemble
