"""What the lesson trains and measures: the loop it prints, and how far back a loss can hear."""

from typing import Any

import numpy as np
import torch
from torch import nn

from rnncourse.core.records import Record, provenance
from rnncourse.core.seeds import CONFIRMING
from rnncourse.data.recall import recall_batch

LAG = 20


def gradient_ratio(rnn: nn.RNN, xs: np.ndarray) -> float:
    """Return the gradient of the last state at the first input, as a share of that at the last."""
    inputs = torch.tensor(xs, dtype=torch.float32).requires_grad_()
    hs, _ = rnn(inputs)
    (g,) = torch.autograd.grad(hs[-1].sum(), inputs)
    by_step = g.norm(dim=(1, 2))
    return (by_step[0] / by_step[-1]).item()


def build_recall_network(start: str, seed: int) -> tuple[nn.RNN, nn.Linear]:
    """Return a tanh network of 64 units and its readout, as `train_recall` starts them."""
    torch.manual_seed(seed)
    rnn, readout = nn.RNN(8, 64), nn.Linear(64, 4)
    if start == "orthogonal":
        nn.init.orthogonal_(rnn.weight_hh_l0)
    elif start != "usual":
        nn.init.normal_(rnn.weight_hh_l0, std=float(start) / 64**0.5)
    return rnn, readout


def gradient_norm_by_step(start: str, seed: int = 0) -> np.ndarray:
    """Return how long the part of the recurrent weights' gradient is that each step back makes.

    The gradient is a sum over steps, of the state before a step times the gradient at its sum:

        dW_hh = sum over t of h_(t-1)^T da_t

    Args:
        start: As in `train_recall`; before the first update.
        seed: Of weights and sequences.

    Returns:
        `lag` norms, from the last step back; the first step has no state before it.
    """
    rnn, readout = build_recall_network(start, seed)
    xs, first_symbols = recall_batch(np.random.default_rng(seed), 32, LAG, same=False)
    h, states, preactivations = torch.zeros(32, 64), [], []
    for x in torch.tensor(xs, dtype=torch.float32):
        states.append(h.detach())
        preactivations.append(x @ rnn.weight_ih_l0.T + rnn.bias_ih_l0 + h @ rnn.weight_hh_l0.T)
        h = torch.tanh(preactivations[-1] + rnn.bias_hh_l0)
    loss = nn.functional.cross_entropy(readout(h), torch.tensor(first_symbols))
    gradients = torch.autograd.grad(loss, preactivations)
    products = [(h.T @ g).norm().item() for h, g in zip(states, gradients, strict=True)]
    return np.array(products[:0:-1])


def train_recall(
    start: str,
    clip: float,
    seed: int = 0,
    lag: int = LAG,
    adam: bool = False,
    updates: int = 300,
    probe_every: int = 0,
    rate: float = 0.1,
) -> tuple[np.ndarray, nn.RNN, nn.Linear]:
    """Train a tanh network to name the first of many symbols; the lesson prints the same loop.

    Args:
        start: `"usual"` or `"orthogonal"`, its recurrent weights; or a gain, such as `"4"`, of
            independent normal ones.
        clip: Largest norm of a gradient; infinity for any.
        seed: Of weights and sequences.
        lag: How many other symbols follow the first.
        adam: Adam at 0.003 in the place of plain gradient descent.
        updates: How many.
        probe_every: After how many updates to measure what is heard of the symbol; 0 for never.
        rate: Of plain gradient descent.

    Returns:
        A row an update: loss, norm of the gradient before it is clipped, share of right answers,
        and what is heard of the first symbol before the update, where it is measured. Then the
        network and its readout.
    """
    rng = np.random.default_rng(seed)
    rnn, readout = build_recall_network(start, seed)
    weights = [*rnn.parameters(), *readout.parameters()]
    sgd = torch.optim.SGD(weights, lr=rate)
    optimizer = torch.optim.Adam(weights, lr=0.003) if adam else sgd
    test_inputs, _ = recall_batch(np.random.default_rng(99), 64, lag, same=False)
    history = []
    for update in range(updates):
        is_probed = probe_every and update % probe_every == 0
        ratio = gradient_ratio(rnn, test_inputs) if is_probed else np.nan
        xs, first_symbols = recall_batch(rng, 32, lag, same=False)
        hs, _ = rnn(torch.tensor(xs, dtype=torch.float32))
        scores, first_symbols = readout(hs[-1]), torch.tensor(first_symbols)
        loss = nn.functional.cross_entropy(scores, first_symbols)
        optimizer.zero_grad()
        loss.backward()
        norm = nn.utils.clip_grad_norm_(weights, clip)
        optimizer.step()
        accuracy = (scores.argmax(1) == first_symbols).float().mean()
        history.append([loss.item(), norm.item(), accuracy.item(), ratio])
    return np.array(history), rnn, readout


def log_training(*args: Any, **options: Any) -> np.ndarray:
    """Return what `train_recall` measures, without the network."""
    return train_recall(*args, **options)[0]


def count_confusions(rnn: nn.RNN, readout: nn.Linear, lag: int, B: int = 500) -> np.ndarray:
    """Count answers to new sequences: a row for each first symbol, a column for each answer."""
    xs, first_symbols = recall_batch(np.random.default_rng(5), B, lag, same=False)
    with torch.no_grad():
        hs, _ = rnn(torch.tensor(xs, dtype=torch.float32))
        answers = readout(hs[-1]).argmax(1).numpy()
    counts = np.zeros((4, 4), int)
    np.add.at(counts, (first_symbols, answers), 1)
    return counts


RATES = (0.01, 0.03, 0.1, 0.3, 1.0)
TRAINING_TOLERANCE = (
    0.3,
    "float32 training with fixed seeds: sums in another order differ by 1e-7, and hundreds of "
    "updates enlarge that; seeds of one kind that have not settled lie as far apart",
)


def measure_lesson() -> Record:
    """Train what the lesson trains with ten other seeds, and with other rates.

    Recorded is the accuracy over the last 50 of 300 updates: by start, clip, optimizer and lag; and
    for plain gradient descent by rate, start and clip.
    """
    about = {"data": "recall, drawn at random", "seeds": list(CONFIRMING), **provenance()}
    record = Record("ch05_gradients", "lesson", about)

    def add(key: str, *args, **options) -> None:
        accuracies = [log_training(*args, seed, **options)[-50:, 2].mean() for seed in CONFIRMING]
        record.add(f"lesson/{key}", accuracies, *TRAINING_TOLERANCE)

    inf = float("inf")
    for start in ("usual", "orthogonal"):
        for lag in (20, 40):
            add(f"adam/{start}/{lag}", start, inf, lag=lag, adam=True)
        for clip in (inf, 1.0):
            for rate in RATES:
                add(f"sgd/{start}/{clip:g}/{rate:g}", start, clip, rate=rate)
    for adam in (False, True):
        add(f"{'adam' if adam else 'sgd'}/gain-4/1", "4", 1.0, adam=adam)
    return record
