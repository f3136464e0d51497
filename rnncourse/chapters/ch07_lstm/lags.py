"""One symbol of four kept for 100 steps: which networks learn it, and what decides."""

from collections.abc import Sequence

import numpy as np
import torch
from jaxtyping import Bool, Float
from torch import Tensor
from torch.nn import functional

from rnncourse.core.records import Record, provenance
from rnncourse.data.recall import recall_batch
from rnncourse.models.network_ensemble import CellKind, NetworkEnsemble
from rnncourse.training.ensemble import stack_batches, updates_to_learn
from rnncourse.training.lr_search import best_rate

LAG, H, B, UPDATES = 100, 32, 16, 400
RATES = (1e-3, 3e-3, 1e-2, 3e-2, 1e-1)
SEARCH_SEEDS, SEEDS = (0, 1), range(20, 30)
CHECK_EVERY = 20  # updates between two looks
THRESHOLD = 0.99  # of the symbols named: learned
CELL_KINDS = {
    "tanh": CellKind("tanh"),
    "identity": CellKind("relu", "identity"),
    "lstm-0": CellKind("lstm", 0.0),
    "lstm-1": CellKind("lstm", 1.0),
    "lstm-3": CellKind("lstm", 3.0),
    "lstm-5": CellKind("lstm", 5.0),
    "lstm-chrono": CellKind("lstm", "chrono"),
}
"""By name: a plain network; or an LSTM, and the bias of its forget gate."""
KINDS_BY_SECTION = {
    "plain": ("tanh", "identity"),
    "biases": ("lstm-0", "lstm-1", "lstm-3"),
    "long": ("lstm-5", "lstm-chrono"),
}
"""By section of the record: which kinds it measures."""

HIGH_RATES = {"lstm-0": 0.3, "lstm-1": 0.3}
"""By kind a rate beyond the grid: three times its largest, to see whether these learn it at all."""

UPDATES_TOLERANCE = (
    2.0 * UPDATES,
    "float32 training with fixed seeds: sums in another order differ by 1e-7, and hundreds of "
    "updates enlarge that; a run near the edge may learn or not",
)
LEARNED_TOLERANCE = (
    1.0,
    "learned or not: a single run near the edge may cross it on another processor",
)


def sample_batches(
    rngs: Sequence[np.random.Generator], n_sequences: int = B, lag: int = LAG
) -> tuple[Float[Tensor, "T S B D"], Tensor]:
    """Draw a batch of sequences for each network, and the symbols that they begin with."""
    return stack_batches(recall_batch(rng, n_sequences, lag, same=False) for rng in rngs)


def train_at_lag(
    kind: CellKind,
    rates: Sequence[float],
    seeds: Sequence[int],
    split: str,
    updates: int = UPDATES,
    lag: int = LAG,
) -> Float[np.ndarray, " S"]:
    """Train networks side by side until they name the symbol.

    Args:
        kind: Of network.
        rates: A learning rate for each.
        seeds: One for each: of weights and sequences.
        split: Which new sequences tell whether they have: `"validation"` or `"test"`.
        updates: The most that are made.
        lag: Steps that the symbol must be kept.

    Returns:
        After how many updates each named 99 in 100 symbols of sequences that it was not trained on;
        `inf` where it did not.
    """
    torch.set_num_threads(1)
    ensemble = NetworkEnsemble(kind, 8, H, 4, seeds, T=lag)
    rngs = [np.random.default_rng([seed, 2]) for seed in seeds]
    rng = np.random.default_rng([7, lag, split == "validation"])
    test_xs, answers = sample_batches([rng], 100, lag)
    test_xs, answers = test_xs.expand(-1, len(seeds), -1, -1), answers.expand(len(seeds), -1)

    def losses(update: int) -> Float[Tensor, " S"]:
        xs, symbols = sample_batches(rngs, lag=lag)
        logits = ensemble.outputs(ensemble.run(xs)[-1])
        nats = functional.cross_entropy(logits.flatten(0, 1), symbols.flatten(), reduction="none")
        return nats.view(symbols.shape).mean(1)

    def are_correct() -> Bool[Tensor, "S B"]:
        return ensemble.outputs(ensemble.run(test_xs)[-1]).argmax(-1) == answers

    return updates_to_learn(
        *(ensemble.parameters, losses, are_correct, updates, rates),
        check_every=CHECK_EVERY,
        threshold=THRESHOLD,
    )


def measure_small_forget_bias() -> Record:
    """Train LSTMs with small forget biases at a high rate (a minute)."""
    record = Record("ch07_lstm", "opened", {"data": "drawn at random", **provenance()})
    for name, rate in HIGH_RATES.items():
        reached_at = train_at_lag(CELL_KINDS[name], [rate] * len(SEEDS), SEEDS, "test")
        record.add(f"opened/when/{name}", np.minimum(reached_at, 2 * UPDATES), *UPDATES_TOLERANCE)
    return record


def measure_kinds(section: str) -> Record:
    """Search the rate of each kind alike, with two seeds; train ten others with the best.

    What a rate is chosen by and what is scored are other sequences.

    A minute for plain networks and for long times, two for small biases, at a lag of 100.
    """
    record = Record("ch07_lstm", f"lag_{section}", {"data": "drawn at random", **provenance()})
    for name in KINDS_BY_SECTION[section]:
        rates, seeds = np.repeat(RATES, len(SEARCH_SEEDS)), list(SEARCH_SEEDS) * len(RATES)
        search_reached_at = train_at_lag(CELL_KINDS[name], rates, seeds, "validation")
        rate = best_rate(RATES, np.minimum(search_reached_at, 2 * UPDATES), lower_is_better=True)
        reached_at = train_at_lag(CELL_KINDS[name], [rate] * len(SEEDS), SEEDS, "test")
        record.add(f"lag/rate/{name}", rate, 0, "chosen from the search")
        record.add(f"lag/when/{name}", np.minimum(reached_at, 2 * UPDATES), *UPDATES_TOLERANCE)
        record.add(f"lag/learned/{name}", np.isfinite(reached_at).astype(float), *LEARNED_TOLERANCE)
    return record
