"""The gradient at every lag, in gated networks that have not been trained."""

from collections.abc import Sequence

import numpy as np
import torch
from jaxtyping import Float

from rnncourse.chapters.ch06_gating.gru_networks import Kind, Networks
from rnncourse.chapters.ch06_gating.gru_tasks import hold

LAGS, SEQUENCES = 50, 10


def gradient_by_lag(kind: Kind, seeds: Sequence[int], before: int = 0) -> Float[np.ndarray, "S L"]:
    """Send a random direction back from the last h through 50 steps.

        decades_k = mean over sequences of log10 |dL/ds_(T-k)| / |dL/ds_T|

    with L = v h_T for a random direction v, and s the whole state: h, or of an LSTM h and c.

    Args:
        kind: Which networks; they are untrained, and read numbers between -1 and 1 with marks.
        seeds: One for each.
        before: Steps that are read between the zero state and those 50.

    Returns:
        For lags 0 to 50, and 0 at lag 0.
    """
    T = before + LAGS + 1
    nets = Networks(kind, seeds, T, torch.float64)
    xs = np.stack([hold(np.random.default_rng([s, 3]), T, SEQUENCES)[0] for s in seeds], 1)
    nets.run(torch.tensor(xs))
    H, last = kind.H, nets.states[-1]
    v = np.stack([np.random.default_rng([s, 4]).normal(size=(SEQUENCES, H)) for s in seeds])
    found = torch.autograd.grad((last[..., :H] * torch.tensor(v)).sum(), nets.states)
    logs = torch.stack([g.norm(dim=-1).log10().mean(1) for g in found[: -LAGS - 2 : -1]], 1)
    return (logs - logs[:, :1]).numpy()
