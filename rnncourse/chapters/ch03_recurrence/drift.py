"""Where the states of a network that keeps a sum go, and what keeps them in their place.

Two states that stand for the same sum and the same last digit should be the same. The center of
such states is their mean; what lies between a state and its center is error.
"""

from collections.abc import Callable

import numpy as np
import torch
from jaxtyping import Bool, Float, Int
from scipy.stats import spearmanr
from torch import Tensor

from rnncourse.chapters.ch03_recurrence.kinds import KINDS, LONGER, TESTED, T, batch, train_kind
from rnncourse.chapters.ch03_recurrence.lasting import read
from rnncourse.core.records import Record, provenance
from rnncourse.data.running import SYMBOLS
from rnncourse.models.recurrences import Recurrence

TASK, KIND, UPDATES = "running sum", KINDS["hidden recurrence, GRU"], 1500
SEEDS = range(50, 70)
SETTLED, SEEN = 5, 2000
"""Centers are means over this many sequences, from this step on."""
BIN = 10

Centers = Float[Tensor, "C H"]


def meaning(xs: Int[Tensor, "T B"], ys: Int[Tensor, "T B"]) -> Int[Tensor, "T B"]:
    """Number what a state should stand for: ten times the sum, plus the digit just read."""
    return SYMBOLS * ys + xs


@torch.no_grad()
def centers(net: Recurrence) -> Centers:
    """Return the mean state of every sum and digit, from step 5 to 20 of 2,000 sequences.

    Args:
        net: Trained on the running sum.
    """
    xs, ys = batch(TASK, np.random.default_rng(10**6 + 3), T, SEEN)
    hs, stands = read(net, xs)[SETTLED - 1 :], meaning(xs, ys)[SETTLED - 1 :]
    return torch.stack([hs[stands == one].mean(0) for one in range(SYMBOLS**2)])


@torch.no_grad()
def strayed(net: Recurrence, steps: int = LONGER) -> Float[np.ndarray, " T"]:
    """Return how far states lie from their center, step by step.

        strayed_t = mean of norm(h_t - own center) / norm(h_t - nearest center of another sum)

    over 500 new sequences. At 1 a state lies as near to a wrong sum as to the right one.
    """
    xs, ys = batch(TASK, np.random.default_rng(10**6), steps, TESTED)
    hs, stands, middle = read(net, xs), meaning(xs, ys), centers(net)
    sums = torch.arange(SYMBOLS**2) // SYMBOLS
    shares = []
    for h, own, y in zip(hs, stands, ys, strict=True):
        apart = torch.cdist(h, middle)
        other = apart.masked_fill(sums == y[:, None], torch.inf).min(-1).values
        shares.append((apart.gather(1, own[:, None])[:, 0] / other).mean())
    return torch.stack(shares).numpy()


def rounded(h: Float[Tensor, "B H"], middle: Centers) -> Float[Tensor, "B H"]:
    """Put the nearest center in the place of each state."""
    nearest = torch.cdist(h, middle).argmin(-1)
    return middle[nearest]


@torch.no_grad()
def answered(net: Recurrence, rounding: bool, steps: int = LONGER) -> Bool[np.ndarray, "T B"]:
    """Tell which answers to 500 new sequences are right.

    Args:
        net: Trained on the running sum.
        rounding: After every step, put the nearest center in the place of the state.
        steps: Length of the sequences.
    """
    xs, ys = batch(TASK, np.random.default_rng(10**6), steps, TESTED)
    middle, h, right = centers(net), None, []
    for x, y in zip(xs, ys, strict=True):
        h = read(net, x[None], h)[0]
        if rounding:
            h = rounded(h, middle)
        right.append(net.logits(h).argmax(-1) == y)
    return torch.stack(right).numpy()


def sinks(right: Bool[np.ndarray, "T B"]) -> float:
    """Return by how much the share of right answers falls: steps 1 to 20 less the last ten."""
    return float(right[:T].mean() - right[-BIN:].mean())


def measure_drift(log: Callable[[str], None] = print) -> Record:
    """Follow the states of twenty GRUs that keep the running sum, as they are and rounded."""
    torch.set_num_threads(1)
    record = Record("ch03_recurrence", "drift", {"data": "drawn at random"} | provenance())
    rows, plain, snapped = [], [], []
    for seed in SEEDS:
        net = train_kind(KIND, TASK, UPDATES, seed)
        rows.append(strayed(net).reshape(-1, BIN).mean(1))
        plain.append(sinks(answered(net, rounding=False)))
        snapped.append(sinks(answered(net, rounding=True)))
        log(f"{seed} strayed {rows[-1][[1, -1]]} falls {plain[-1]:.3f}, rounded {snapped[-1]:.3f}")
    evidence = "trained on another processor, a GRU may end as far apart as two seeds"
    for seed, row in zip(SEEDS, rows, strict=True):
        record.add(f"drift/strayed/{seed}", row, 0.3, evidence)
    record.add("drift/fall", plain, 0.15, evidence)
    record.add("B6/fall_rounded", snapped, 0.01, "rounded to centers, no error is carried on")
    grown = [row[-1] - row[1] for row in rows]
    record.add("drift/rank", spearmanr(grown, plain).statistic, 0.1, evidence)
    return record
