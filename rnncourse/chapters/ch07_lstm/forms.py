"""The LSTM as deck B prints it, and what each of its three differences costs in training."""

from collections.abc import Callable, Sequence

import numpy as np
import torch
from jaxtyping import Float
from torch import Tensor
from torch.nn import functional

from rnncourse.chapters.ch07_lstm.ensemble import Ensemble, Kind
from rnncourse.core.records import Record, provenance
from rnncourse.data.recall import recall_batch
from rnncourse.training.ensemble import fit_ensemble

H, B = 16, 16
RATES = (1e-3, 3e-3, 1e-2, 3e-2, 1e-1)
SEARCH_SEEDS, SEEDS = (0, 1), range(20, 30)
FORMS = {
    "ours": Kind("lstm", 1.0),
    "candidate": Kind("lstm", 1.0, candidate="sigma"),
    "cell": Kind("lstm", 1.0, squash="sigma"),
    "reads": Kind("lstm", 1.0, reads="c"),
    "printed": Kind("lstm", 1.0, candidate="sigma", squash="sigma", reads="c"),
}
"""Ours; a logistic candidate, a logistic cell, an output from the cell; and all three: deck B's."""
TASKS = {"adding": (30, 600), "recall": (20, 400)}
"""By task: steps, and updates."""
LEFT = (
    1.0,
    "float32 training with fixed seeds: sums in another order differ by 1e-7, and hundreds of "
    "updates enlarge that; seeds that have not settled lie as far apart",
)


def adding(rng: np.random.Generator, n: int, T: int) -> tuple[np.ndarray, np.ndarray]:
    """Draw numbers between 0 and 1, two of them marked, and the sum of these two."""
    values, marks = rng.random((T, n)), np.zeros((T, n))
    marks[rng.integers(0, T // 2, n), np.arange(n)] = 1
    marks[rng.integers(T // 2, T, n), np.arange(n)] = 1
    return np.stack([values, marks], -1), (values * marks).sum(0)


def drawn(task: str, rngs: Sequence[np.random.Generator], n: int = B) -> tuple[Tensor, Tensor]:
    """Draw a batch of a task for each network."""
    T, _ = TASKS[task]
    make = adding if task == "adding" else recall_batch
    pairs = [make(rng, n, T) for rng in rngs]
    xs = torch.tensor(np.stack([xs for xs, _ in pairs], 1), dtype=torch.float32)
    targets = torch.tensor(np.stack([y for _, y in pairs]))
    return xs, targets.float() if task == "adding" else targets


def costs(task: str, out: Float[Tensor, "S B V"], targets: Tensor) -> Float[Tensor, " S"]:
    """Return the loss as a share of that of the best constant answer: 1/6, or ln 4 nats."""
    if task == "adding":
        return (out[..., 0] - targets).square().mean(1) * 6
    nats = functional.cross_entropy(out.flatten(0, 1), targets.flatten(), reduction="none")
    return nats.view(targets.shape).mean(1) / np.log(4)


def learn(
    task: str, kind: Kind, rates: Sequence[float], seeds: Sequence[int], part: str
) -> Float[np.ndarray, " S"]:
    """Train networks side by side, and return what each leaves of the loss on new sequences.

    Args:
        task: One of `TASKS`.
        kind: Of cell.
        rates: A learning rate for each network.
        seeds: One for each: of weights and sequences.
        part: Which new sequences: `"validation"` or `"test"`.
    """
    torch.set_num_threads(1)
    ensemble = Ensemble(kind, *((2, H, 1) if task == "adding" else (4, H, 4)), seeds)
    rngs = [np.random.default_rng([seed, 2]) for seed in seeds]

    def losses(update: int) -> Float[Tensor, " S"]:
        xs, targets = drawn(task, rngs)
        return costs(task, ensemble.outputs(ensemble.run(xs)[-1]), targets)

    fit_ensemble(ensemble.parameters, losses, TASKS[task][1], rates)
    xs, targets = drawn(task, [np.random.default_rng([5, part == "test"])], 500)
    xs, targets = xs.expand(-1, len(seeds), -1, -1), targets.expand(len(seeds), -1)
    with torch.no_grad():
        left = costs(task, ensemble.outputs(ensemble.run(xs)[-1]), targets).double().numpy()
    return np.clip(np.nan_to_num(left, nan=10.0), 0, 10)


def measure_forms(log: Callable[[str], None] = print) -> Record:
    """Search the rate of each form alike with two seeds; train ten others with the best."""
    record = Record("ch07_lstm", "forms", {"data": "drawn at random", **provenance()})
    for task in TASKS:
        for name, kind in FORMS.items():
            tried = list(SEARCH_SEEDS) * len(RATES)
            search = learn(task, kind, list(np.repeat(RATES, 2)), tried, "validation")
            means = search.reshape(len(RATES), -1).mean(1)
            rate = RATES[int(np.argmin(means))]
            left = learn(task, kind, [rate] * len(SEEDS), SEEDS, "test")
            log(f"{task:7s} {name:9s} search {means.round(2)} rate {rate:g}: {left.round(3)}")
            record.add(f"forms/search/{task}/{name}", search, 10.0, LEFT[1])
            record.add(f"forms/rate/{task}/{name}", rate, 0, "chosen from the search")
            record.add(f"forms/left/{task}/{name}", left, *LEFT)
    return record
