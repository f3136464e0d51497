"""What truncated backpropagation learns: delayed recall, with the state reset or carried."""

from copy import deepcopy
from dataclasses import dataclass, fields
from functools import cache
from typing import Any

import numpy as np
import torch
from jaxtyping import Float, Int
from torch.optim import Adam

from rnncourse.cells.initial import initial_weights
from rnncourse.cells.layers import build_layer
from rnncourse.cells.lstm import LSTMWeights
from rnncourse.cells.readout import ReadoutWeights, apply_readout
from rnncourse.data.recall import SYMBOLS, recall_batch
from rnncourse.training.bptt import Network, bptt
from rnncourse.training.fit import fit

H, B, RATE, CLIP = 32, 32, 3e-3, 1.0
UPDATES, CHECK_EVERY, N_TEST, N_LAST = 800, 25, 256, 8


@dataclass(frozen=True)
class RecallTask:
    """One setting of the experiment: an LSTM names the first of many symbols.

    Args:
        lag: Steps between the symbol and the answer.
        same: The distractors are the same symbols.
    """

    lag: int
    same: bool

    @property
    def name(self) -> str:
        """How the record names it."""
        return f"lstm/{self.lag}/{'same' if self.same else 'other'}"


def init_network(task: RecallTask, rng: np.random.Generator) -> Network:
    """Draw the weights to start from."""
    cell = initial_weights(LSTMWeights, SYMBOLS if task.same else 2 * SYMBOLS, H, rng)
    cell.b_h[:] = 0
    cell.b_h[H : 2 * H] = 1  # remember at first
    W_hy = rng.uniform(-1, 1, (H, SYMBOLS)) / H**0.5
    return Network(cell, ReadoutWeights(W_hy, np.zeros(SYMBOLS)))


def learn_recall(
    task: RecallTask, window: int, stateful: bool, seed: int, updates: int = UPDATES
) -> list[float]:
    """Train with the last `window` steps only in reach of the gradient; see `train_truncated`.

    Returns:
        The share of 256 test sequences that are named rightly, after every 25 updates.
    """
    return train_truncated(task, window, stateful, seed, updates)[0]


def train_truncated(
    task: RecallTask,
    window: int,
    stateful: bool,
    seed: int,
    updates: int = UPDATES,
    copied: bool = False,
    lr_scales: tuple[float | int, float | int] = (1, 1),
    net: Network | None = None,
) -> tuple[list[float], Network]:
    """Train with the last `window` steps only in reach of the gradient.

    Every update draws new sequences. No run ends early: a network that names the symbol after 500
    updates may have lost it again after 800.

    Args:
        task: What is to be learned.
        window: k: how many steps the gradient goes back, the last one counted.
        stateful: Whether the state before the window is that of the steps before it, or zero.
        seed: Of weights and sequences.
        updates: How many.
        copied: Whether the steps before the window, in training and test, are those of a copy of
            the first weights, which stays as it is.
        lr_scales: The learning rates of cell and readout, as multiples of 0.003; with 0 it stays as
            it is, and the length of its gradient does not count when the other's is clipped.
        net: What to go on from, with new sequences; it is changed in place. By default the first
            weights of the seed.

    Returns:
        The share of 256 test sequences that are named rightly, after every 25 updates; and the
        network at the end.
    """
    rng = np.random.default_rng(seed if net is None else [seed, 3])
    net = init_network(task, rng) if net is None else net
    reader = build_layer(net.cell)
    earlier_reader = build_layer(deepcopy(net.cell)) if copied else reader
    parameters = [torch.from_numpy(array) for array in net.arrays().values()]  # the same memory
    n_cell = len(parameters) - len(fields(net.out))
    groups = [
        {"params": params, "lr": scale * RATE}
        for params, scale in zip((parameters[:n_cell], parameters[n_cell:]), lr_scales, strict=True)
        if scale
    ]
    trained_parameters = [parameter for group in groups for parameter in group["params"]]
    test_rng = np.random.default_rng([seed, 1])
    test_xs, test_symbols = recall_batch(test_rng, N_TEST, task.lag, task.same)
    curve: list[float] = []

    def read_start(xs: np.ndarray) -> Any:
        return earlier_reader.forward(xs[:-window])[1] if stateful and window < len(xs) else None

    def loss(_: int) -> float:
        xs, symbols = recall_batch(rng, B, task.lag, task.same)
        state, xs = read_start(xs), xs[-window:]
        answers, mask = np.zeros(xs.shape[:2], int), np.zeros(xs.shape[:2], bool)
        answers[-1], mask[-1] = symbols, True
        nats, gradient, _ = bptt(net, xs, answers, state, mask=mask)
        for parameter, array in zip(parameters, gradient.arrays().values(), strict=True):
            parameter.grad = torch.from_numpy(array)
        return nats

    def validate(update: int, _: float) -> None:
        if update % CHECK_EVERY == 0:
            state, xs = (read_start(test_xs), test_xs[-window:]) if copied else (None, test_xs)
            logits = apply_readout(reader.forward(xs, state)[0][-1], net.out)
            curve.append(float((logits.argmax(-1) == test_symbols).mean()))

    fit(
        trained_parameters,
        loss,
        updates,
        max_grad_norm=CLIP,
        optimizers=[Adam(groups)],
        report=validate,
    )
    return curve, net


def state_trace(w: LSTMWeights) -> float:
    """Tell how far apart the four symbols are in the cell of an LSTM that has read only one.

    Args:
        w: The cell; its first four inputs are the symbols.

    Returns:
        The mean distance of the four cells c_1 from their mean.
    """
    symbols = np.eye(len(w.W_xh))[None, :SYMBOLS]
    c = build_layer(w).forward(symbols)[1].c
    return float(np.linalg.norm(c - c.mean(0), axis=1).mean())


@cache
def final_accuracy(task: RecallTask, window: int, stateful: bool, seed: int) -> float:
    """Return the accuracy that a training run keeps: the mean of the last eight looks at it.

    Args:
        task: What is to be learned.
        window: k, as in `learn_recall`.
        stateful: Whether the state before the window is carried.
        seed: Of weights and sequences.
    """
    return float(np.mean(learn_recall(task, window, stateful, seed)[-N_LAST:]))


def refit_accuracy(w: LSTMWeights, lag: int, rng: np.random.Generator) -> float:
    """Tell how well a linear readout of h names the first symbol; the network stays as it is.

    Args:
        w: The cell, whose inputs are four symbols, which are the distractors, too.
        lag: How many steps ago the symbol came.
        rng: Where 2,000 sequences come from; the readout is fitted on half of them, and tested on
            the others.

    Returns:
        The share that is named rightly; chance is 0.25.
    """
    xs, symbols = recall_batch(rng, 2000, lag, True)
    return readout_accuracy(build_layer(w).forward(xs)[1][0], symbols, 1000)


def readout_accuracy(
    states: Float[np.ndarray, "N H"], symbols: Int[np.ndarray, " N"], n_fitted: int
) -> float:
    """Tell how often a linear readout names a symbol from a state.

    Args:
        states: One for each sequence.
        symbols: What was read, 0 to 3.
        n_fitted: How many of the sequences, the first ones, the readout is fitted to, by ridge
            regression.

    Returns:
        The share of the other sequences that are named rightly.
    """
    A = np.concatenate([states, np.ones((len(states), 1))], axis=1)
    X, one_hot = A[:n_fitted], np.eye(SYMBOLS)[symbols[:n_fitted]]
    weights = np.linalg.solve(X.T @ X + 1e-6 * np.eye(A.shape[1]), X.T @ one_hot)
    return float(((A[n_fitted:] @ weights).argmax(1) == symbols[n_fitted:]).mean())
