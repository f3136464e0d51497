"""A spike every F steps, without any input to count by: with and without peepholes."""

from collections.abc import Callable, Sequence

import numpy as np
import torch
from jaxtyping import Bool, Float
from torch import Tensor

from rnncourse.chapters.ch07_lstm.ensemble import Ensemble, Kind
from rnncourse.core.records import Record, provenance
from rnncourse.training.ensemble import fit_ensemble
from rnncourse.training.lr_search import best_rate

PERIODS, SIZES, SPIKES = (5, 10, 15), (1, 2), 4
RATES = (3e-3, 1e-2, 3e-2, 1e-1)
SEARCH_SEEDS, SEEDS = range(5), range(20, 30)
UPDATES, EVERY = 1500, 50
KIND = Kind("lstm", 1.0, peepholes=True)
RUN = (
    2.0 * UPDATES,
    "float32 training with fixed seeds: sums in another order differ by 1e-7, and thousands of "
    "updates enlarge that; a run near the edge may learn or not",
)


class Timers(Ensemble):
    """LSTMs of one or two units, with or without peepholes, in one batch.

    A network of one unit is one of two whose second unit is held at 0. One without peepholes has
    some that are multiplied by 0.

    Args:
        seeds: One for each network.
        sizes: 1 or 2 for each.
        sees: Whether its gates see the cell.
    """

    def __init__(self, seeds: Sequence[int], sizes: Sequence[int], sees: Sequence[bool]):
        H = max(sizes)
        super().__init__(KIND, 1, H, 1, seeds)
        small = torch.tensor([size < H for size in sizes])
        self.alive = torch.ones(len(seeds), 1, H)
        self.alive[small, :, 1:] = 0
        self.sees = torch.tensor(sees, dtype=torch.float32).view(-1, 1, 1, 1)
        with torch.no_grad():  # entries of one unit are uniform in +-1, of two in +-1 / sqrt(2)
            for p in (self.W_xh, self.W_hh, self.W_y, self.p):
                p[small] *= H**0.5

    def spikes(self, T: int) -> Float[Tensor, "S T"]:
        """Return the outputs of T steps, of which the first alone has an input, 1."""
        S, H = len(self.W_hh), self.H
        h = c = torch.zeros(S, 1, H)
        p_i, p_f, p_o = (self.p * self.sees).unbind(1)
        first, outputs = self.b_h + self.W_xh, []
        for t in range(T):
            a = torch.baddbmm(first if t == 0 else self.b_h, h, self.W_hh)
            i = torch.sigmoid(a[..., :H] + p_i * c)
            f = torch.sigmoid(a[..., H : 2 * H] + p_f * c)
            c = self.alive * (f * c + i * torch.tanh(a[..., 2 * H : 3 * H]))
            h = torch.sigmoid(a[..., 3 * H :] + p_o * c) * torch.tanh(c)
            outputs.append(self.outputs(h))
        return torch.cat(outputs, 1)[..., 0]


def targets(period: int) -> Float[Tensor, " T"]:
    """Return the target: four spikes, one every `period` steps, and 0 between."""
    target = torch.zeros(SPIKES * period)
    target[period - 1 :: period] = 1
    return target


def learn(
    period: int,
    rates: Sequence[float],
    seeds: Sequence[int],
    sizes: Sequence[int],
    sees: Sequence[bool],
    updates: int = UPDATES,
) -> Float[np.ndarray, " S"]:
    """Train networks until their output is above a half at the spikes, and nowhere else.

    Returns:
        After how many updates; `inf` where it never was.
    """
    torch.set_num_threads(1)
    ensemble, target = Timers(seeds, sizes, sees), targets(period)
    latest = []

    def losses(update: int) -> Float[Tensor, " S"]:
        latest[:] = [ensemble.spikes(len(target))]
        return (latest[0] - target).square().mean(1)

    def done(update: int) -> Bool[Tensor, " S"] | None:
        """Look at the outputs before the update, which are there already."""
        return None if update % EVERY else ((latest[0] > 0.5) == (target > 0.5)).all(1)

    return fit_ensemble(ensemble.parameters, losses, updates, rates, goal=done).reached


def measure_timing(log: Callable[[str], None] = print) -> Record:
    """Measure the plane of sizes and periods (two minutes).

    For each size, period and cell four rates are tried alike with five seeds; with the rate that
    is best for them, ten other seeds count.
    """
    record = Record("ch07_lstm", "timing", {"data": "made by rule", **provenance()})
    grid = [
        (size, sees, rate, seed)
        for size in SIZES
        for sees in (False, True)
        for rate in RATES
        for seed in (*SEARCH_SEEDS, *SEEDS)
    ]
    sizes, seeing, rates, seeds = zip(*grid, strict=True)
    for period in PERIODS:
        when = learn(period, rates, seeds, sizes, seeing)
        when = when.reshape(len(SIZES), 2, len(RATES), -1)
        for s, size in enumerate(SIZES):
            for sees, name in enumerate(("without", "with")):
                tried, others = np.split(when[s, sees], [len(SEARCH_SEEDS)], axis=1)
                rate = best_rate(RATES, np.minimum(tried, 2 * UPDATES), lower_is_better=True)
                final = others[RATES.index(rate)]
                key = f"{size}/{period}/{name}"
                record.add(f"timing/search/{key}", np.minimum(tried, 2 * UPDATES).ravel(), *RUN)
                record.add(f"timing/rate/{key}", rate, 0, "chosen from the search")
                record.add(f"timing/when/{key}", np.minimum(final, 2 * UPDATES), *RUN)
                log(f"H {size} period {period:2d} {name:8s} rate {rate:g}: {final.tolist()}")
    return record
