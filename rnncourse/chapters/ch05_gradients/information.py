"""How much of a symbol, read once, a state still holds: for linear and for better readers."""

from collections.abc import Sequence

import numpy as np
import torch
from jaxtyping import Float, Int
from torch import Tensor
from torch.nn import functional

from rnncourse.chapters.ch05_gradients.side_by_side import KINDS, Ensemble, train
from rnncourse.data.recall import SYMBOLS, recall_batch

H, D, B, RATE = 32, 2 * SYMBOLS, 32, 3e-3
BACK, LAG = 2, 20
"""The short task names the symbol of two steps ago; the long one, the first of 20 steps ago."""
UPDATES = {"untrained": 0, "short": 300, "long": 600}
LAGS = (0, 1, 2, 3, 5, 8, 10, 12, 15, 20, 25, 30, 40, 60)


def sequences(
    seeds: Sequence[int], stream: int, B: int, lag: int, dtype: torch.dtype = torch.float64
) -> tuple[Float[Tensor, "T S B D"], Int[Tensor, "S B"]]:
    """Draw sequences for each network: a symbol of four, then `lag` symbols of four others.

    Args:
        seeds: One for each network.
        stream: Another number, other sequences.
        B: How many for each.
        lag: Steps after the symbol.
        dtype: Of the one-hot inputs.
    """
    return draw_on([np.random.default_rng([seed, stream]) for seed in seeds], B, lag, dtype)


def draw_on(
    rngs: Sequence[np.random.Generator], B: int, lag: int, dtype: torch.dtype = torch.float64
) -> tuple[Float[Tensor, "T S B D"], Int[Tensor, "S B"]]:
    """Draw sequences from one stream for each network; see `sequences`."""
    drawn = [recall_batch(rng, B, lag, same=False) for rng in rngs]
    xs = torch.tensor(np.stack([xs for xs, _ in drawn], axis=1), dtype=dtype)
    return xs, torch.tensor(np.stack([first for _, first in drawn]))


def taught(kind: str, task: str, seeds: Sequence[int], updates: int | None = None) -> Ensemble:
    """Draw networks, and train them.

    Args:
        kind: One of `KINDS`.
        task: `"untrained"`; `"short"`, naming at every step the symbol of two steps before; or
            `"long"`, naming after 20 more steps the first symbol.
        seeds: One for each network.
        updates: How many; by default as in `UPDATES`.
    """
    ensemble = Ensemble(KINDS[kind], D, H, D, seeds)
    rngs = [np.random.default_rng([seed, 2]) for seed in seeds]

    def losses(_: int) -> Float[Tensor, " S"]:
        xs, first = draw_on(rngs, B, LAG)
        states = ensemble.run(xs)
        if task == "short":
            logits = torch.stack([ensemble.logits(state) for state in states[BACK:]])
            targets = xs[:-BACK].argmax(-1)
        else:
            logits, targets = ensemble.logits(states[-1])[None], first[None]
        nats = functional.cross_entropy(logits.flatten(0, 2), targets.flatten(), reduction="none")
        return nats.view(targets.shape).mean((0, 2))

    train(ensemble, losses, UPDATES[task] if updates is None else updates, RATE)
    return ensemble


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
    return np.linalg.lstsq(_with_one(states), np.eye(labels.max() + 1)[labels], rcond=None)[0]


def named(
    W: Float[np.ndarray, "Q K"], states: Float[np.ndarray, "N P"], labels: Int[np.ndarray, " N"]
) -> float:
    """Return the share of labels that a linear reader names rightly, on states of its own."""
    return float(((_with_one(states) @ W).argmax(1) == labels).mean())


def _with_one(states: np.ndarray) -> np.ndarray:
    return np.hstack([states, np.ones((len(states), 1))])


@torch.no_grad()
def readable(
    ensemble: Ensemble, seeds: Sequence[int], lags: Sequence[int] = LAGS, N: int = 1000
) -> Float[np.ndarray, "L S"]:
    """Tell how often a linear reader names the first symbol, by how many steps ago it came.

    A reader of its own for each lag and network, fitted on N sequences and scored on N others.

    Args:
        ensemble: The networks.
        seeds: Theirs; the sequences depend on them.
        lags: Steps since the symbol was read.
        N: How many sequences.
    """
    xs, first = sequences(seeds, 3, 2 * N, max(lags))
    states, labels = ensemble.run(xs), first.numpy()
    found = np.empty((len(lags), len(seeds)))
    for row, lag in enumerate(lags):
        for s, state in enumerate(states[lag].numpy()):
            W = linear_reader(state[:N], labels[s, :N])
            found[row, s] = named(W, state[N:], labels[s, N:])
    return found


def reaching(
    ensemble: Ensemble, seeds: Sequence[int], lags: Sequence[int] = LAGS, N: int = 50
) -> Float[np.ndarray, "L S"]:
    """Tell how large the gradient of a later state by the first input is, in powers of ten.

        log10( |v dstate_lag/dx_0| / |v dstate_0/dx_0| ),   v random; the median over sequences

    Args:
        ensemble: The networks.
        seeds: Theirs; the sequences depend on them.
        lags: Steps since the input was read.
        N: How many sequences.
    """
    xs, _ = sequences(seeds, 4, N, max(lags))
    first = xs[0].clone().requires_grad_()
    states = ensemble.run(torch.cat([first[None], xs[1:]]))
    rng = np.random.default_rng(0)
    v = torch.tensor(rng.normal(size=(1, N, ensemble.size)))
    norms = [
        torch.autograd.grad((states[lag] * v).sum(), first, retain_graph=True)[0].norm(dim=-1)
        for lag in (0, *lags)
    ]
    middle = np.array([np.median(norm.numpy(), axis=1) for norm in norms])
    return np.log10(np.maximum(middle[1:], 1e-300) / middle[0])


@torch.no_grad()
def with_the_rest_known(
    kind: str,
    seeds: Sequence[int],
    stored: torch.dtype,
    lags: Sequence[int] = LAGS,
    N: int = 50,
) -> Float[np.ndarray, "L S"]:
    """Tell how often the first symbol is named by a reader who knows all the other symbols.

    This reader runs the same network on the same sequence with each of the four symbols in the
    first place, and names the one whose state is nearest to what was stored. The network computes
    in float64; only what is stored for the reader is rounded.

    Args:
        kind: One of `KINDS`, untrained.
        seeds: One for each network.
        stored: Precision of the state that the reader is shown.
        lags: Steps since the symbol was read.
        N: How many sequences for each network.
    """
    ensemble = Ensemble(KINDS[kind], D, H, D, seeds)
    xs, first = sequences(seeds, 5, N, max(lags))
    true = ensemble.run(xs)
    each = []
    for symbol in range(SYMBOLS):
        guess = torch.eye(D, dtype=xs.dtype)[symbol].expand_as(xs[:1])
        states = ensemble.run(torch.cat([guess, xs[1:]]))
        gaps = [(states[lag] - true[lag].to(stored).double()).norm(dim=-1) for lag in lags]
        each.append(torch.stack(gaps))
    return (torch.stack(each).argmin(0) == first).double().mean(-1).numpy()


def better_readers(
    state: Float[np.ndarray, "N P"], labels: Int[np.ndarray, " N"], tested: int, seed: int = 0
) -> dict[str, float]:
    """Score three readers of the same states; the last `tested` of them are kept for the score.

    The states are turned and stretched so that they spread alike in all directions; else the
    nearest neighbors and the network would overlook the directions in which they differ little.

    Args:
        state: States, one a row.
        labels: What is to be read.
        tested: How many are kept for the score.
        seed: Of the network's weights and batches.

    Returns:
        Shares named rightly: "linear"; "mlp", a network with one layer of 64 ReLU units; and
        "nearest", the vote of the five nearest states.
    """
    from sklearn.neighbors import KNeighborsClassifier
    from sklearn.neural_network import MLPClassifier

    fit, N = slice(0, len(state) - tested), len(state) - tested
    center = state[fit].mean(0)
    _, size, axes = np.linalg.svd(state[fit] - center, full_matrices=False)
    keep = size > 1e-12 * size[0]
    even = (state - center) @ (axes[keep].T / size[keep]) * N**0.5
    W = linear_reader(even[fit], labels[fit])
    mlp = MLPClassifier((64,), batch_size=100, random_state=seed)
    for _ in range(15):
        mlp.partial_fit(even[fit], labels[fit], classes=np.arange(labels.max() + 1))
    nearest = KNeighborsClassifier(5, algorithm="brute").fit(even[fit], labels[fit])
    last = slice(N, None)
    return {
        "linear": named(W, even[last], labels[last]),
        "mlp": float(mlp.score(even[last], labels[last])),
        "nearest": float(nearest.score(even[last], labels[last])),
    }
