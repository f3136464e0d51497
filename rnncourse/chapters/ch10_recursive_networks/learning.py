"""How networks on one kind of tree learn, and how well they answer, by number of leaves."""

import time
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np
import torch
from jaxtyping import Float, Int
from torch import Tensor
from torch.nn import functional

from rnncourse.chapters.ch10_recursive_networks import phrases
from rnncourse.chapters.ch10_recursive_networks.expressions import LANGUAGES, evaluate, sample
from rnncourse.chapters.ch10_recursive_networks.networks import H, TreeNetworks
from rnncourse.chapters.ch10_recursive_networks.trees import batch_trees, build_tree
from rnncourse.training.fit import fit

B, POOL_SIZE, N_TEST = 32, 12_000, 400
BINS = ((2, 4), (5, 8), (9, 16), (17, 32), (33, 64))
RATES = (1e-4, 3e-4, 1e-3, 3e-3, 1e-2, 3e-2, 1e-1)
"""Learning rates; a search begins with the third and the fourth."""
TUNING_SEEDS, SEEDS = (10, 11), range(20, 25)
"""Seeds of the networks that choose the rate, and of those that are scored."""


@dataclass(frozen=True)
class LearningTask:
    """A task.

    Args:
        language: One of `LANGUAGES`, or `"phrases"`.
        leaves: The fewest and the most of a training expression.
        updates: Of the training.
        size: Of a state.
        bins: Of the test, by number of leaves.
    """

    language: str
    leaves: tuple[int, int] = (2, 8)
    updates: int = 1500
    size: int = H
    bins: tuple[tuple[int, int], ...] = BINS

    @property
    def sizes(self) -> tuple[int, int]:
        """Symbols, the one of nodes without a symbol among them; and answers."""
        if self.language == "phrases":
            return phrases.JOIN + 1, len(phrases.ANIMALS)
        return LANGUAGES[self.language].join + 1, LANGUAGES[self.language].base


@cache
def sample_texts(
    task: LearningTask, part: str, count: int, leaves: tuple[int, int]
) -> tuple[list[str], np.ndarray]:
    """Draw expressions of a part, and what they are worth; or phrases, and what they mean."""
    seed = {"train": 1, "validation": 2, "test": 3}[part]
    if task.language == "phrases":
        trees = phrases.sample(part, leaves, count, seed)
        return trees, np.array([phrases.target_vector(tree) for tree in trees])
    language = LANGUAGES[task.language]
    texts = sample(language, part, leaves, count, seed)
    return texts, np.array([evaluate(text, language) for text in texts])


@cache
def build_trees(
    task: LearningTask, part: str, count: int, leaves: tuple[int, int], kind: str
) -> tuple[list[np.ndarray], np.ndarray]:
    """Build their trees."""
    texts, values = sample_texts(task, part, count, leaves)
    if task.language == "phrases":
        return [phrases.encode_tree(tree, kind) for tree in texts], values
    return [build_tree(text, LANGUAGES[task.language], kind) for text in texts], values


def train_trees(
    task: LearningTask,
    kind: str,
    cell: str,
    rates: Sequence[float],
    seeds: Sequence[int],
    updates: int,
    pool: int = POOL_SIZE,
) -> tuple[TreeNetworks, float]:
    """Train networks on one kind of tree; all kinds get the same expressions in the same order.

    Adam; each network's gradient is clipped at 1; the rate falls to 0 over the second half.

    Args:
        task: What is learned.
        kind: Of tree.
        cell: Of the network.
        rates: Learning rates; for each of them the same seeds.
        seeds: Of first weights.
        updates: How many, of 32 expressions each.
        pool: Expressions to draw from.

    Returns:
        The networks, first those of the first rate; and the processor seconds of an update of all.
    """
    trees, values = build_trees(task, "train", pool, task.leaves, kind)
    networks = TreeNetworks(cell, *task.sizes, [*seeds] * len(rates), task.size)
    groups = [
        [
            p.detach()[begin : begin + len(seeds)].clone().requires_grad_()
            for p in networks.parameters
        ]
        for begin in range(0, len(seeds) * len(rates), len(seeds))
    ]
    rng = np.random.default_rng(0)

    def compute_loss(update: int) -> float:
        indices = rng.integers(len(trees), size=B)
        batch = batch_trees([trees[i] for i in indices])
        networks.set_parameters([torch.cat(tensors) for tensors in zip(*groups, strict=True)])
        logits = networks.logits(networks.states(batch), batch.roots)
        losses = _measure_loss(logits, torch.from_numpy(values[indices]))
        (losses * len(logits)).backward()
        for group in groups:
            squares = sum(p.grad.square().sum((1, 2), keepdim=True) for p in group)
            for p in group:
                p.grad /= squares.sqrt().clamp(min=1)
        return losses.item()

    def schedule(optimizer: torch.optim.Optimizer) -> torch.optim.lr_scheduler.LRScheduler:
        return torch.optim.lr_scheduler.LambdaLR(
            optimizer, lambda update: min(1.0, 2 * (1 - update / updates))
        )

    optimizers = [
        torch.optim.Adam(group, r, (0.9, 0.99)) for group, r in zip(groups, rates, strict=True)
    ]
    start = time.process_time()
    parameters = [p for group in groups for p in group]
    fit(
        parameters,
        compute_loss,
        updates,
        max_grad_norm=1e9,
        schedule=schedule,
        optimizers=optimizers,
    )
    seconds = (time.process_time() - start) / updates
    networks.set_parameters([torch.cat(tensors).detach() for tensors in zip(*groups, strict=True)])
    return networks, seconds


def _measure_loss(
    logits: Float[Tensor, "S B O"], targets: Int[Tensor, "B ..."]
) -> Float[Tensor, ""]:
    """Return the cross-entropy: of one answer of O, or, where all O are asked for, of each."""
    targets = targets.repeat(len(logits), *[1] * (targets.ndim - 1))
    if targets.ndim == 1:
        return functional.cross_entropy(logits.flatten(0, 1), targets)
    mean_loss = functional.binary_cross_entropy_with_logits(logits.flatten(0, 1), targets.float())
    return logits.shape[2] * mean_loss


@torch.no_grad()
def measure_accuracies(
    task: LearningTask,
    networks: TreeNetworks,
    kind: str,
    part: str,
    leaves: tuple[int, int],
    count: int = N_TEST,
) -> Float[np.ndarray, " S"]:
    """Return the share of expressions that each network gets right."""
    trees, values = build_trees(task, part, count, leaves, kind)
    hits = []
    for start in range(0, len(trees), 100):
        batch = batch_trees(trees[start : start + 100])
        logits = networks.logits(networks.states(batch), batch.roots)
        targets = values[start : start + 100]
        if targets.ndim == 1:
            hits.append(logits.argmax(-1).numpy() == targets)
        else:  # right is who has all of them right
            hits.append(((logits > 0).numpy() == targets).all(-1))
    return np.concatenate(hits, 1).mean(1)


def measure_majority(task: LearningTask, leaves: tuple[int, int], count: int = N_TEST) -> float:
    """Return how often the answer that is most frequent in training is right."""
    _, train_answers = sample_texts(task, "train", POOL_SIZE, task.leaves)
    _, values = sample_texts(task, "test", count, leaves)
    answers, counts = np.unique(train_answers, axis=0, return_counts=True)
    is_right = values == answers[counts.argmax()]
    return float(np.mean(is_right.all(1) if is_right.ndim > 1 else is_right))
