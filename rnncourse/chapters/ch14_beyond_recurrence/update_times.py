"""How long an update takes: the networks of the contest in turn, so that other work hits all."""

from collections.abc import Callable

import numpy as np
import torch
from jaxtyping import Float, Int
from torch import Tensor, nn

from rnncourse.chapters.ch14_beyond_recurrence.contest import (
    SIZES,
    Model,
    make_model,
    make_settings,
)
from rnncourse.chapters.ch14_beyond_recurrence.cost_experiments import time_in_rounds
from rnncourse.training.fit import fit
from rnncourse.training.language import stream_windows

REPEATS = 15


def make_update(model: Model, x: Tensor, targets: Tensor) -> Callable[[], object]:
    """Return a call that makes one update of a network, always on the same window."""

    def compute_loss(_: int) -> Tensor:
        return nn.functional.cross_entropy(model(x)[0].flatten(0, 1), targets.flatten())

    parameters = list(model.parameters())
    adam = torch.optim.AdamW(parameters, 1e-4)
    return lambda: fit(parameters, compute_loss, 1, optimizers=[adam])


def time_updates(
    ids: Int[np.ndarray, " N"], V: int, repeats: int = REPEATS
) -> dict[str, Float[np.ndarray, " R"]]:
    """Return the processor seconds of updates of each network, a try of each in every round."""
    runs = {}
    for name in SIZES:
        settings = make_settings(name, 1, 1e-4, 0)
        x, targets, _ = next(stream_windows(ids, settings.B, settings.T))
        runs[name] = make_update(make_model(name, V), x, targets)
    return time_in_rounds(runs, repeats)
