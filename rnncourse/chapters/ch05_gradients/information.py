"""How much of a symbol, read once, an untrained state still holds."""

from collections.abc import Sequence

import numpy as np
import torch
from jaxtyping import Float, Int
from torch import Tensor

from rnncourse.data.recall import SYMBOLS, recall_batch
from rnncourse.models.network_ensemble import CellKind, NetworkEnsemble
from rnncourse.training.ensemble import stack_batches

H, D = 32, 2 * SYMBOLS
LAGS = (0, 1, 2, 3, 5, 8, 10, 12, 15, 20, 25, 30, 40, 60)


def sample_sequences(
    seeds: Sequence[int], stream: int, B: int, lag: int
) -> tuple[Float[Tensor, "T S B D"], Int[Tensor, "S B"]]:
    """Draw sequences for each network: a symbol of four, then `lag` symbols of four others.

    Args:
        seeds: One for each network.
        stream: Another number, other sequences.
        B: How many for each.
        lag: Steps after the symbol.
    """
    rngs = (np.random.default_rng([seed, stream]) for seed in seeds)
    return stack_batches((recall_batch(rng, B, lag, same=False) for rng in rngs), torch.float64)


def init_networks(seeds: Sequence[int]) -> NetworkEnsemble:
    """Draw untrained tanh networks with the usual weights, one for each seed."""
    return NetworkEnsemble(CellKind("tanh"), D, H, D, seeds, dtype=torch.float64)


def linear_reader(
    states: Float[np.ndarray, "N P"], labels: Int[np.ndarray, " N"]
) -> Float[np.ndarray, "Q K"]:
    """Fit a linear readout by least squares: a column for each label.

        W minimizes sum_n |[h_n, 1] W - onehot(label_n)|^2

    Args:
        states: One a row.
        labels: From 0 on.

    Returns:
        W; its last row is the bias. The label read is the column with the largest value.
    """
    return np.linalg.lstsq(_append_ones(states), np.eye(labels.max() + 1)[labels], rcond=None)[0]


def reader_accuracy(
    W: Float[np.ndarray, "Q K"], states: Float[np.ndarray, "N P"], labels: Int[np.ndarray, " N"]
) -> float:
    """Return the share of labels that a linear reader names rightly, on states of its own."""
    return float(((_append_ones(states) @ W).argmax(1) == labels).mean())


def _append_ones(states: np.ndarray) -> np.ndarray:
    return np.hstack([states, np.ones((len(states), 1))])


@torch.no_grad()
def probe_accuracy(
    ensemble: NetworkEnsemble, seeds: Sequence[int], lags: Sequence[int] = LAGS, N: int = 1000
) -> Float[np.ndarray, "L S"]:
    """Tell how often a linear reader names the first symbol, by how many steps ago it came.

    A reader of its own for each lag and network, fitted on N sequences and scored on N others.

    Args:
        ensemble: The networks.
        seeds: Theirs; the sequences depend on them.
        lags: Steps since the symbol was read.
        N: How many sequences.
    """
    xs, first_symbols = sample_sequences(seeds, 3, 2 * N, max(lags))
    states, labels = ensemble.run(xs), first_symbols.numpy()
    accuracies = np.empty((len(lags), len(seeds)))
    for row, lag in enumerate(lags):
        for s, state in enumerate(states[lag].numpy()):
            W = linear_reader(state[:N], labels[s, :N])
            accuracies[row, s] = reader_accuracy(W, state[N:], labels[s, N:])
    return accuracies


@torch.no_grad()
def nearest_state_probe(
    seeds: Sequence[int], stored_dtype: torch.dtype, lags: Sequence[int] = LAGS, N: int = 50
) -> Float[np.ndarray, "L S"]:
    """Tell how often the first symbol is named by a reader who knows all the other symbols.

    This reader runs the same network on the same sequence with each of the four symbols in the
    first place, and names the one whose state is nearest to what was stored. The network computes
    in float64; only what is stored for the reader is rounded.

    Args:
        seeds: One for each network of `init_networks`.
        stored_dtype: Precision of the state that the reader is shown.
        lags: Steps since the symbol was read.
        N: How many sequences for each network.
    """
    ensemble = init_networks(seeds)
    xs, first_symbols = sample_sequences(seeds, 5, N, max(lags))
    true_states = ensemble.run(xs)
    distances = []
    for symbol in range(SYMBOLS):
        first_inputs = torch.eye(D, dtype=xs.dtype)[symbol].expand_as(xs[:1])
        states = ensemble.run(torch.cat([first_inputs, xs[1:]]))
        rounded = (true_states[lag].to(stored_dtype).double() for lag in lags)
        gaps = [(states[lag] - h).norm(dim=-1) for lag, h in zip(lags, rounded, strict=True)]
        distances.append(torch.stack(gaps))
    return (torch.stack(distances).argmin(0) == first_symbols).double().mean(-1).numpy()
