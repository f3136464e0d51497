"""What is recorded of the cliff: where it stands, and where gradient descent ends."""

from collections.abc import Sequence

import numpy as np

from rnncourse.chapters.ch05_gradients.cliff import (
    BOX,
    descend,
    find_critical_bias,
    find_fixed_points,
    find_steepest_bias,
    loss_and_gradient,
    sample_starts,
)
from rnncourse.core.records import Record, provenance
from rnncourse.core.seeds import CONFIRMING

N_POINTS = 20
WALL_RANGE = 4.02, BOX[0][1]
"""Between which w the wall is looked at: from where the folds are ten times as far apart as the
places that are compared, to the end of the picture."""
BIAS_OFFSET = 1e-4
FIRSTS = (0.0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.622, 0.7, 0.8, 0.9, 1.0)
PAPER_STATE = 0.622
"""First states of which the wall is looked at, and that of the paper, sigmoid(0.5)."""
N_DRAWS, N_STARTS = 10, 100
TOLERANCE = 0.015
"""Of a share of `N_STARTS`: one and a half of them. A single start is 1 / `N_STARTS`, which
rounding can exceed."""
FAILURE_LOSS = 0.05
"""A descent has failed if its last loss is above."""
GROWTH = (25, 50, 100, 200)
SAME_RATE = 1.0
LOW, HIGH = 0.1, 1.0
"""At this rate: a threshold like the typical gradient, and ten times that."""


def count_appearing_points(ws: Sequence[float], first_state: float = PAPER_STATE) -> list[int]:
    """Count by how many fixed points the two sides of the wall differ, at every w."""
    return [
        abs(len(find_fixed_points(w, b + BIAS_OFFSET)) - len(find_fixed_points(w, b - BIAS_OFFSET)))
        for w, b in zip(ws, find_critical_bias(np.array(ws), first_state=first_state), strict=True)
    ]


def median_gradient_norm() -> float:
    """Return the median length of the gradient in `BOX`."""
    starts = sample_starts(np.random.default_rng(1000), 4000)
    return float(np.median(np.hypot(*loss_and_gradient(*starts)[1])))


def fold_fraction(seed: int, first_state: float = PAPER_STATE) -> float:
    """Return at which share of `N_POINTS` places of the wall a fixed point comes or goes.

    The wall of a first state h_0 is a fold where h_0 lies beyond the pair of fixed points that
    vanishes, w h_0 (1 - h_0) < 1; otherwise h_0 is itself the unstable fixed point.
    """
    ws = np.random.default_rng(seed).uniform(*WALL_RANGE, N_POINTS)
    return float(np.mean(np.array(count_appearing_points(ws, first_state)) > 0))


def failure_rate(seed: int, kind: str, threshold: float = 1.0) -> float:
    """Return the share of the starts of a draw that have failed, at a rate of `SAME_RATE`."""
    starts = sample_starts(np.random.default_rng(seed), N_STARTS)
    with np.errstate(over="ignore", invalid="ignore"):
        losses = descend(starts, SAME_RATE, kind, threshold).losses[-1]
    return float(np.mean(np.nan_to_num(losses, nan=1e9) > FAILURE_LOSS))


def measure_cliff() -> Record:
    """Measure the gradient at the wall, and descents (seconds)."""
    about = {"data": "drawn at random", "box": str(BOX), **provenance()}
    about["tolerance of a share of starts"] = f"{TOLERANCE}: one and a half of {N_STARTS} starts"
    record = Record("ch05_gradients", "cliff", about)
    record.add("typical", median_gradient_norm(), 1e-6, "float64 arithmetic on fixed numbers")
    why = "float64; a grid finds the top, and rounding moves it by a millionth where it is highest"
    for w in (4.15, 5.0):
        slopes = [float(np.log10(find_steepest_bias(w, T)[1])) for T in GROWTH]
        record.add(f"growth/{w}", slopes, 0.01, why)
    _add_descents(record)
    return record


def measure_wall() -> Record:
    """Count the fixed points on both sides of the wall, by the first state (forty seconds).

    A seed draws twenty w, evenly between 4.02 and 6; the wall's b is found by bisection, and the
    fixed points are counted 1e-4 above and below it.
    """
    about = {"data": "drawn at random", "seeds": [*CONFIRMING], **provenance()}
    record = Record("ch05_gradients", "wall", about)
    for first_state in FIRSTS:
        values = [fold_fraction(seed, first_state=first_state) for seed in CONFIRMING]
        evidence = "one of 20 values of w, where two curves nearly touch"
        record.add(f"wall/folds/{first_state:g}", values, 0.05, evidence)
    return record


def _add_descents(record: Record) -> None:
    why = "a start on the edge may fall to the other side; one of 100, and half of one for rounding"
    clip_settings = {"none": ("none", 1.0)}
    for kind in ("norm", "value"):
        clip_settings |= {f"{kind}/low": (kind, LOW), f"{kind}/high": (kind, HIGH)}
    for name, (kind, threshold) in clip_settings.items():
        failures = [failure_rate(s, kind, threshold) for s in range(N_DRAWS)]
        record.add(f"cliff/same/{name}", failures, TOLERANCE, why)
