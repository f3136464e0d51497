"""A GRU against an LSTM by lag: how soon does each name a symbol of so many steps ago?"""

from collections.abc import Sequence

import numpy as np
import torch
from jaxtyping import Bool, Float
from torch import Tensor

from rnncourse.chapters.ch08_gated_variants.ensemble import Ensemble, Setting
from rnncourse.chapters.ch08_gated_variants.tasks import SYMBOLS, Task, recall, trainer
from rnncourse.chapters.ch08_gated_variants.variants import KINDS, count, units
from rnncourse.training.ensemble import fit_ensemble

LAGS = (20, 100, 400)
STARTS = {"LSTM": ("NP", 0.0), "LSTM, open": ("NP", 2.0), "GRU": ("GRU", 0.0)}
"""By name: the kind, and the first bias of the output gate. All start with chrono biases."""
UNITS, B, UPDATES, EVERY = 16, 16, 300, 2
RIGHT = 0.99


def learn(
    name: str, lag: int, rates: Sequence[float], seeds: Sequence[int]
) -> Float[np.ndarray, " S"]:
    """Train networks until they name 99 % of the first symbols of new sequences.

    Args:
        name: In `STARTS`.
        lag: Steps from the symbol to the question.
        rates: A learning rate for each network.
        seeds: One for each.

    Returns:
        After how many updates, in twos; twice the most updates where it never was.
    """
    torch.set_num_threads(1)
    kind, shown = STARTS[name]
    task = Task(2 * SYMBOLS, SYMBOLS, UNITS, lag + 1, B, UPDATES)
    H = units(KINDS[kind], task.D, task.V, count(KINDS["NP"], task.D, UNITS, task.V))
    settings = [Setting(rate, T=lag, shown=shown) for rate in rates]
    ensemble = Ensemble(kind, task.D, H, task.V, seeds, settings)
    xs, first = map(torch.from_numpy, recall(np.random.default_rng([7, lag]), lag + 1, 200))

    @torch.no_grad()
    def done(update: int) -> Bool[Tensor, " S"] | None:
        if update % EVERY:
            return None
        hs = ensemble.run(xs.transpose(0, 1).expand(len(seeds), -1, -1, -1))[-1]
        return (ensemble.answers(hs).argmax(-1) == first).double().mean(1) >= RIGHT

    losses = trainer("recall", ensemble, seeds, task)
    outcome = fit_ensemble(ensemble.parameters, losses, UPDATES, ensemble.rates, goal=done)
    return np.minimum(outcome.reached, 2 * UPDATES)
