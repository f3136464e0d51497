"""A GRU against an LSTM by lag: how soon does each name a symbol of so many steps ago?"""

from collections.abc import Sequence

import numpy as np
import torch
from jaxtyping import Bool, Float
from torch import Tensor

from rnncourse.chapters.ch08_gated_variants.ensemble import Setting, VariantEnsemble
from rnncourse.chapters.ch08_gated_variants.tasks import (
    SYMBOLS,
    BenchmarkTask,
    make_losses,
    sample_recall,
)
from rnncourse.chapters.ch08_gated_variants.variants import (
    VARIANTS,
    count_parameters,
    units_for_parameters,
)
from rnncourse.core.records import Record, provenance
from rnncourse.core.seeds import CONFIRMING, PILOT_SEEDS, require_pilot_seeds
from rnncourse.training.ensemble import updates_to_learn

TRAINING_EVIDENCE = (
    "float32 training with fixed seeds: sums in another order differ by 1e-7, and hundreds of "
    "updates enlarge that; a network near the edge may learn or not"
)
LAGS = (20, 100, 400)
STARTS = {"LSTM": ("NP", 0.0), "LSTM, open": ("NP", 2.0), "GRU": ("GRU", 0.0)}
"""By name: the kind, and the first bias of the output gate. All start with chrono biases."""
RATES = (0.01, 0.02, 0.04, 0.08, 0.16, 0.32, 0.64)
N_UNITS, B, UPDATES, CHECK_EVERY = 16, 16, 300, 2
THRESHOLD = 0.99


def train_at_lag(
    name: str, lag: int, rates: Sequence[float], seeds: Sequence[int], split: str
) -> Float[np.ndarray, " S"]:
    """Train networks until they name 99 % of the first symbols of new sequences.

    Args:
        name: In `STARTS`.
        lag: Steps from the symbol to the question.
        rates: A learning rate for each network.
        seeds: One for each.
        split: Which new sequences tell whether they do: `"validation"` or `"test"`.

    Returns:
        After how many updates, in twos; twice the most updates where it never was.
    """
    torch.set_num_threads(1)
    kind, output_bias = STARTS[name]
    task = BenchmarkTask(2 * SYMBOLS, SYMBOLS, N_UNITS, lag + 1, B, UPDATES)
    H = units_for_parameters(
        VARIANTS[kind], task.D, task.V, count_parameters(VARIANTS["NP"], task.D, N_UNITS, task.V)
    )
    settings = [Setting(rate, T_max=lag, output_bias=output_bias) for rate in rates]
    ensemble = VariantEnsemble(kind, task.D, H, task.V, seeds, settings)
    rng = np.random.default_rng([7, lag, split == "validation"])
    xs, first_symbols = map(torch.from_numpy, sample_recall(rng, lag + 1, 200))

    def are_correct() -> Bool[Tensor, "S B"]:
        hs = ensemble.run(xs.transpose(0, 1).expand(len(seeds), -1, -1, -1))[-1]
        return ensemble.answers(hs).argmax(-1) == first_symbols

    losses = make_losses("recall", ensemble, seeds, task)
    reached_at = updates_to_learn(
        *(ensemble.parameters, losses, are_correct, UPDATES, ensemble.rates),
        check_every=CHECK_EVERY,
        threshold=THRESHOLD,
    )
    return np.minimum(reached_at, 2 * UPDATES)


def measure_long() -> Record:
    """Name a symbol of 20, 100 and 400 steps ago (a quarter of an hour).

    LSTM of 16 units without peepholes, once with an output gate that starts open; GRU of 19, as
    many parameters; all with chrono biases for the lag. Updates of 16 sequences until 99 % of 200
    others are right, looked at every two, 300 at most; who is not there by then counts with 600.
    Seven rates, 0.01 to 0.64, are tried alike with three seeds of a trial; what a rate is chosen by
    and what is scored are other sequences.
    """
    tolerance = (2.0 * UPDATES, TRAINING_EVIDENCE)
    about = {"data": "made by rule", "seeds": [*CONFIRMING], **provenance()}
    record = Record("ch08_gated_variants", "long", about)
    search_seeds = require_pilot_seeds(PILOT_SEEDS[:3])
    for lag in LAGS:
        for name in STARTS:
            rates = np.repeat(RATES, len(search_seeds)).tolist()
            scores = train_at_lag(name, lag, rates, [*search_seeds] * len(RATES), "validation")
            rate = RATES[int(scores.reshape(len(RATES), -1).mean(1).argmin())]
            record.add(f"long/search/{lag}/{name}", scores, *tolerance)
            record.add(f"long/rate/{lag}/{name}", rate, 0, "chosen from the search")
            reached_at = train_at_lag(name, lag, [rate] * len(CONFIRMING), CONFIRMING, "test")
            record.add(f"long/when/{lag}/{name}", reached_at, *tolerance)
    return record
