"""Two small tasks, one for each side: recall of pairs, and running parity."""

from functools import partial

import numpy as np
import torch
from jaxtyping import Int
from torch import Tensor, nn
from torch.optim.lr_scheduler import LambdaLR

from rnncourse.core.records import Record, provenance
from rnncourse.data.running_sums import sample_running_sums
from rnncourse.models.sequence import SequenceModel
from rnncourse.models.transformer import Transformer
from rnncourse.training.fit import fit
from rnncourse.training.language import lr_factor

PAIRS, KEYS, VALUES = 8, 16, 16
SHORT_T, LONG_T = 20, 40
"""Parity: digits of the longest row in training, and of a row twice as long."""
B, N_SCORED = 64, 1000
RATES = (3e-3, 1e-2)
SEEDS = (0, 1, 2)
TUNING_SEED = 9
TRAINING_TOLERANCE = (
    0.1,
    "trained anew on another processor, a network may learn a little earlier or later",
)
EXACT_TOLERANCE = (0, "chosen, or counted")
BUDGETS = {
    ("recall", "transformer"): (150,),
    ("recall", "lstm"): (150, 1500),
    ("parity", "lstm"): (150,),
    ("parity", "transformer"): (150, 1500),
}
"""Updates: as many for both, and for the one that has not learned it by then ten times as many."""
BEGIN = 2
"""What stands before the bits: without it, a look at ones is the same however many they are."""

Ids = Int[np.ndarray, "T B *D"]
Answers = Int[np.ndarray, "N B"]


def sample_recall(rng: np.random.Generator, n: int, pairs: int = PAIRS) -> tuple[Ids, Answers]:
    """Draw pairs of a key and a value, then the keys again in another order: what was its value?

    Returns:
        Ids `2 pairs, n, 2`: a key, and a value or 0; and the values of the second half.

    Raises:
        ValueError: If `pairs` is not from 1 to 16: a row tells each of the keys at most once.
    """
    if not 1 <= pairs <= KEYS:
        raise ValueError(f"pairs from 1 to {KEYS}, a name each: not {pairs}")
    keys = rng.permuted(np.tile(np.arange(1, KEYS + 1), (n, 1)), axis=1)[:, :pairs].T
    values = rng.integers(VALUES, size=(pairs, n))
    order = rng.permuted(np.tile(np.arange(pairs), (n, 1)), axis=1).T
    stored_pairs = np.stack([keys, 1 + KEYS + values], -1)
    queries = np.take_along_axis(keys, order, 0)
    queries = np.stack([queries, np.zeros_like(queries)], -1)
    return np.concatenate([stored_pairs, queries]), np.take_along_axis(values, order, 0)


def sample_parity(rng: np.random.Generator, n: int, T: int | None = None) -> tuple[Ids, Answers]:
    """Draw bits, of 2 to 20 digits or of T, and after each whether the ones so far are odd.

    Returns:
        Ids `1 + T, n`: `BEGIN`, and the bits; and the answers, as many as bits.
    """
    bits, odd = sample_running_sums(rng, T or int(rng.integers(2, SHORT_T + 1)), n, modulus=2)
    return np.concatenate([np.full_like(bits[:1], BEGIN), bits]), odd


def sample_parity_with_feedback(
    rng: np.random.Generator, n: int, T: int | None = None
) -> tuple[Ids, Answers]:
    """Draw bits as `sample_parity` does; each step also reads the right answer of the step before.

    Returns:
        Ids `T, n, 2`: 1 plus the bit, and 3 plus the answer before it (before the first: even);
        and the answers.
    """
    xs, odd = sample_parity(rng, n, T)
    previous = np.concatenate([np.zeros_like(odd[:1]), odd[:-1]])
    return np.stack([1 + xs[1:], 3 + previous], -1), odd


SAMPLERS = {"recall": sample_recall, "parity": sample_parity, "aloud": sample_parity_with_feedback}
SHAPES = {"recall": (1 + KEYS + VALUES, VALUES, "ids"), "parity": (3, 2, "id")}
SHAPES |= {"aloud": (5, 2, "ids")}
"""By task: how many ids and answers there are, and what a step reads."""


def build_task_model(task: str, name: str) -> Transformer | SequenceModel:
    """Make a network for a task; the two kinds have about as many parameters."""
    inputs, outputs, read = SHAPES[task]
    if name == "transformer":
        return Transformer(inputs, outputs, 48, read=read)
    return SequenceModel(inputs, outputs, 104, name, E=32, read=read)


def compute_last_logits(model: nn.Module, xs: Ids, count: int) -> Tensor:
    """Return the logits at the last steps, as many as there are answers."""
    return model(torch.from_numpy(xs))[0][-count:]


def train_on_task(task: str, name: str, updates: int, rate: float, seed: int) -> nn.Module:
    """Train one network."""
    torch.manual_seed(seed)
    model, rng = build_task_model(task, name), np.random.default_rng([seed, 14])

    def compute_loss(update: int) -> Tensor:
        xs, ys = SAMPLERS[task](rng, B)
        logits = compute_last_logits(model, xs, len(ys))
        return nn.functional.cross_entropy(logits.flatten(0, 1), torch.from_numpy(ys).flatten())

    factor = partial(lr_factor, updates=updates)
    schedule = partial(LambdaLR, lr_lambda=factor)
    fit(model.parameters(), compute_loss, updates, rate, schedule=schedule)
    return model


@torch.no_grad()
def score_task(task: str, model: nn.Module, seed: int, T: int | None = None) -> float:
    """Return the share of right answers on new rows; of parity, in the second half of T digits."""
    rng = np.random.default_rng([seed, 15])
    xs, ys = (
        sample_recall(rng, N_SCORED)
        if task == "recall"
        else sample_parity(rng, N_SCORED, T or SHORT_T)
    )
    hits = compute_last_logits(model, xs, len(ys)).argmax(-1).numpy() == ys
    return float(hits[len(hits) // 2 :].mean() if task == "parity" else hits.mean())


def measure_task(task: str) -> Record:
    """Search a rate for each network and budget, train and score three networks (3 minutes)."""
    about = {"data": "drawn at random", **provenance()}
    record = Record("ch14_beyond_recurrence", task, about)
    for (task_of, name), budgets in BUDGETS.items():
        if task_of != task:
            continue
        size = sum(p.numel() for p in build_task_model(task, name).parameters())
        record.add(f"{task}/size/{name}", size, *EXACT_TOLERANCE)
        for updates in budgets:
            candidates = [train_on_task(task, name, updates, rate, TUNING_SEED) for rate in RATES]
            accuracies = [score_task(task, net, TUNING_SEED) for net in candidates]
            rate = RATES[int(np.argmax(accuracies))]
            record.add(f"{task}/{name}/{updates}/rates", accuracies, *TRAINING_TOLERANCE)
            models = [train_on_task(task, name, updates, rate, seed) for seed in SEEDS]
            for T in (None, LONG_T) if task == "parity" else (None,):
                shares = [score_task(task, m, s, T) for s, m in zip(SEEDS, models, strict=True)]
                key = f"{task}/{name}/{updates}" + (f"/{T}" if T else "")
                record.add(key, shares, *TRAINING_TOLERANCE)
    return record
