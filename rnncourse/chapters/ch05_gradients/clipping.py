"""Many small language models trained side by side, which differ in how a gradient is bounded.

Every matrix has a first axis K, one entry a network; the networks never touch each other.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch
from jaxtyping import Float, Int
from torch import Tensor
from torch.nn.functional import cross_entropy

from rnncourse.training.ensemble import update_moments

H, B, T = 32, 4, 64
RULES = ("none", "norm", "value")
Parameters = list[Tensor]
"""W_xh `K V H`, W_hh `K H H`, b_h `K H`, W_hy `K H V`, b_y `K V`."""


@dataclass(frozen=True)
class ClippedRun:
    """One network of a stack, and how it is trained.

    Args:
        rule: One of `RULES`.
        threshold: Of the rule; 0 for none.
        learning_rate: Of its updates.
        seed: Of its first weights and of the text that it reads.
        adam: Whether Adam makes the updates, or plain gradient descent; one for a whole stack.
    """

    rule: str
    threshold: float
    learning_rate: float
    seed: int
    adam: bool = False


@dataclass(frozen=True)
class History:
    """What happened in the training of K networks.

    Args:
        norms: Length of the whole gradient at every update, before it is bounded; NaN where it is
            no number.
        bits: On validation text, in the end; a network that is no better than guessing among the V
            characters, or whose loss is no number, counts as log2 V.
    """

    norms: Float[np.ndarray, "U K"]
    bits: Float[np.ndarray, " K"]


def init_parameters(runs: Sequence[ClippedRun], V: int) -> Parameters:
    """Draw the first weights: uniform in +-1/sqrt(H), as PyTorch does; the last bias is 0."""
    networks = []
    for run in runs:
        rng = torch.Generator().manual_seed(run.seed)
        shapes = (V, H), (H, H), (H,), (H, V)
        arrays = [(2 * torch.rand(shape, generator=rng) - 1) / math.sqrt(H) for shape in shapes]
        networks.append([*arrays, torch.zeros(V)])
    return [torch.stack(column) for column in zip(*networks, strict=True)]


def forward(parameters: Parameters, ids: Int[Tensor, "K T B"]) -> Float[Tensor, "K N V"]:
    """Read T characters of B texts, from a state of zeros.

        h_t = tanh(W_xh[x_t] + h_(t-1) W_hh + b_h)

    Returns:
        The logits, N = T B of them, in the order of `ids`.
    """
    W_xh, W_hh, b_h, W_hy, b_y = parameters
    K, steps, batch = ids.shape
    indices = ids.reshape(K, -1, 1).expand(-1, -1, W_xh.shape[2])
    xs = (W_xh.gather(1, indices) + b_h[:, None]).reshape(K, steps, batch, -1)
    h, hs = xs.new_zeros(K, batch, H), []
    for t in range(steps):
        h = torch.tanh(xs[:, t] + torch.bmm(h, W_hh))
        hs.append(h)
    return torch.bmm(torch.stack(hs, 1).reshape(K, -1, H), W_hy) + b_y[:, None]


def mean_losses(parameters: Parameters, ids: Tensor, targets: Tensor) -> Tensor:
    """Return the mean loss of each network, in nats per character."""
    logits = forward(parameters, ids)
    nats = cross_entropy(logits.flatten(0, 1), targets.flatten(), reduction="none")
    return nats.reshape(len(ids), -1).mean(1)


def gradient_norms(gradients: Sequence[Tensor]) -> Float[Tensor, " K"]:
    """Return the length of each network's whole gradient."""
    return torch.sqrt(sum(g.flatten(1).square().sum(1) for g in gradients))


def clip_gradients(gradients: Sequence[Tensor], runs: Sequence[ClippedRun]) -> list[Tensor]:
    """Bound each network's gradient by its own rule.

    Source: `torch.nn.utils`, network by network; test_clipping.py compares them.
    """
    thresholds = torch.tensor([run.threshold for run in runs])
    has_rule = {rule: torch.tensor([run.rule == rule for run in runs]) for rule in RULES}
    norms, clipped = gradient_norms(gradients), []
    for g in gradients:
        shape = (-1, *[1] * (g.ndim - 1))
        factor = torch.where(has_rule["norm"], (thresholds / norms).clamp(max=1), 1.0)
        scaled = g * factor.nan_to_num(1.0).reshape(shape)
        bounds = torch.where(has_rule["value"], thresholds, torch.inf).reshape(shape)
        clipped.append(torch.minimum(torch.maximum(scaled, -bounds), bounds))
    return clipped


def sample_batches(ids: Int[np.ndarray, " N"], runs: Sequence[ClippedRun], updates: int) -> Tensor:
    """Cut places of a text: those of a seed are the same whatever the rule. `U K T+1 B`."""
    texts = {}
    for seed in {run.seed for run in runs}:
        rng = np.random.default_rng(seed)
        starts = rng.integers(len(ids) - T - 1, size=(updates, 1, B))
        texts[seed] = torch.from_numpy(ids[starts + np.arange(T + 1)[:, None]])
    return torch.stack([texts[run.seed] for run in runs], 1)


def train_runs(
    train_ids: Int[np.ndarray, " N"],
    valid_ids: Int[np.ndarray, " M"],
    V: int,
    runs: Sequence[ClippedRun],
    updates: int,
) -> History:
    """Train all networks, each with its rule and rate, and score them on validation text.

    A network whose gradient is no longer a number keeps the weights that it has.

    Args:
        train_ids: Text to learn from.
        valid_ids: Text to score on; its first 8,192 characters are read in pieces of T.
        V: Size of the vocabulary.
        runs: The networks; all of one way of updating.
        updates: How many.
    """
    by_adam = runs[0].adam
    parameters = [p.requires_grad_() for p in init_parameters(runs, V)]
    rates = torch.tensor([run.learning_rate for run in runs])
    moments = [(torch.zeros_like(p), torch.zeros_like(p)) for p in parameters]
    text, norms = sample_batches(train_ids, runs, updates), []
    for update in range(updates):
        nats = mean_losses(parameters, text[update, :, :-1], text[update, :, 1:])
        gradients = torch.autograd.grad(nats.sum(), parameters)
        clipped = clip_gradients(gradients, runs)
        norms.append(gradient_norms(gradients))
        is_finite = torch.isfinite(norms[-1])
        with torch.no_grad():
            for p, g, (m, v) in zip(parameters, clipped, moments, strict=True):
                shape = (-1, *[1] * (g.ndim - 1))
                step, size = update_moments(g.nan_to_num(), m, v, update + 1) if by_adam else (g, 1)
                p -= torch.where(is_finite.reshape(shape), rates.reshape(shape) * step / size, 0.0)
    return History(torch.stack(norms).double().numpy(), score_text(parameters, valid_ids, V))


@torch.no_grad()
def score_text(
    parameters: Parameters, ids: Int[np.ndarray, " M"], V: int
) -> Float[np.ndarray, " K"]:
    """Return the bits per character on a text read in pieces of T, at most log2 V."""
    n_read = min(len(ids) - 1, 128 * T) // T * T
    pieces = torch.from_numpy(ids[: n_read + 1])
    inputs, targets = pieces[:-1].reshape(-1, T).T, pieces[1:].reshape(-1, T).T
    bits = []
    for k in range(len(parameters[0])):
        network = [p[k : k + 1] for p in parameters]
        bits.append(mean_losses(network, inputs[None], targets[None]).item() / math.log(2))
    return np.nan_to_num(np.minimum(bits, math.log2(V)), nan=math.log2(V))
