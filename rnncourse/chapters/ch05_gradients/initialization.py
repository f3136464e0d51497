"""What a plain network can learn with other first weights, and with ReLU: adding."""

from collections.abc import Sequence

import numpy as np
import torch
from jaxtyping import Float
from torch import Tensor

from rnncourse.models.network_ensemble import CellKind, NetworkEnsemble
from rnncourse.training.ensemble import fit_ensemble, stack_batches

H, B, T, UPDATES = 32, 20, 50, 1000
BASELINE_MSE = 1 / 6
"""Mean squared error of the best constant answer to an addition: the variance of a sum of two."""
SCORING_STREAM = 1_000_003  # of the sequences that score: no network is drawn with it
RATES = (3e-4, 1e-3, 3e-3, 1e-2, 3e-2, 1e-1)


CELL_KINDS = {
    "tanh": CellKind("tanh"),
    "rotation": CellKind("tanh", "rotation"),
    "identity": CellKind("relu", "identity"),
    "relu": CellKind("relu"),
}


def sample_additions(
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
    values, markers = rng.random((T, B)), np.zeros((T, B))
    markers[rng.integers(0, T // 2, B), np.arange(B)] = 1
    markers[rng.integers(T // 2, T, B), np.arange(B)] = 1
    return np.stack([values, markers], -1), (values * markers).sum(0)


@torch.no_grad()
def squared_error(ensemble: NetworkEnsemble, split: str) -> Float[np.ndarray, " S"]:
    """Score networks on sequences that they were not trained on.

    Args:
        ensemble: The networks.
        split: `"validation"` or `"test"`.

    Returns:
        The mean squared error as a share of that of the best constant answer; 100 where it is no
        finite number, or larger.
    """
    rng = np.random.default_rng([SCORING_STREAM, split == "test"])
    xs, targets = stack_batches([sample_additions(rng, 500, T)])
    inputs = xs.expand(-1, len(ensemble.W_hh), -1, -1)
    outputs = ensemble.outputs(ensemble.run(inputs)[-1])[..., 0]
    errors = (outputs - targets).square().mean(1) / BASELINE_MSE
    return np.clip(np.nan_to_num(errors.numpy(), nan=100, posinf=100), 0, 100)


def train_ensemble(
    kind: str, rates: Sequence, seeds: Sequence[int], updates: int = UPDATES
) -> NetworkEnsemble:
    """Train a network for each rate and seed, side by side; gradients are clipped at 1.

    Args:
        kind: Of `CELL_KINDS`.
        rates: One learning rate for each network.
        seeds: One for each network: of weights and batches.
        updates: How many.
    """
    ensemble = NetworkEnsemble(CELL_KINDS[kind], 2, H, 1, seeds)
    rngs = [np.random.default_rng([seed, 2]) for seed in seeds]

    def compute_losses(update: int) -> Float[Tensor, " S"]:
        xs, targets = stack_batches(sample_additions(rng, B, T) for rng in rngs)
        return (ensemble.outputs(ensemble.run(xs)[-1])[..., 0] - targets).square().mean(1)

    fit_ensemble(ensemble.parameters, compute_losses, updates, rates, max_grad_norm=1.0)
    return ensemble


def log_gradient_ratios(
    kind: CellKind, seeds: Sequence[int], T: int = 51, N: int = 50
) -> np.ndarray:
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
    ensemble = NetworkEnsemble(kind, 2, H, 1, seeds, dtype=torch.float64)
    xs, _ = sample_additions(np.random.default_rng(0), N, T)
    states = ensemble.run(torch.tensor(xs)[:, None].expand(-1, len(seeds), -1, -1))
    gradients = torch.autograd.grad(ensemble.outputs(states[-1]).sum(), [states[0], states[-1]])
    first_norm, last_norm = (gradient.square().sum((1, 2)).sqrt() for gradient in gradients)
    return torch.log10(first_norm / last_norm).numpy()
