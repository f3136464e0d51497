"""The recorded numbers on the product of Jacobians: how long a gradient gets, lag by lag."""

from collections.abc import Callable

import numpy as np
import torch
from jaxtyping import Float

from rnncourse.chapters.ch05_gradients.jacobians import (
    Matrix,
    by_lag,
    directions,
    drive,
    gaussian,
    rate,
    rotation,
    singular_values,
    skewed,
    slopes_of,
    symmetric,
)
from rnncourse.core.records import Record, provenance
from rnncourse.data.recall import SYMBOLS, recall_batch

H, LAG = 64, 100
DRAWS = range(10)
FRESH, FRESHER = range(100, 120), range(200, 220)  # with which nothing was tried before
WEAK, STRONG = 0.1, 3.0  # what the inputs add to a unit: standard deviations
TINY, WHOLE = 0.03, 1.0  # what a one-hot input is multiplied by, for a memory
TEST, FITTED = 500, 1000  # sequences
PAIR = np.array([[0.9, 5.0], [0.0, 0.8]])
"""Both eigenvalues are below 1, and yet its powers grow at first."""

EXACT = (1e-6, "float64 products on fixed numbers; nothing that rounding could grow in")
SHORT = (
    1e-3,
    "150 steps enlarge rounding by ten powers of ten at most: a nudge of the first state by 1e-13, "
    "a thousand roundings, moved nothing of three other seeds by 1e-6",
)
LOUD = (
    0.06,
    "with a radius of 4, 150 steps enlarge rounding to the size of the state: a nudge of the first "
    "state by 1e-9 moved the rates of three other seeds by at most 0.029",
)
LOUD_LINE = (0.005, "the same nudge moved these correlations by at most 0.0011")
COUNTED = (0.03, "15 of 500 test sequences: the readout is fitted to nearly parallel states")


def growth(
    W_hh: Matrix, rng: np.random.Generator, strength: float | None = WEAK, steps: int = LAG
) -> Float[np.ndarray, " lags"]:
    """Return a gradient's length by lag, in decades.

    Args:
        W_hh: From state to state.
        rng: Of first state and inputs.
        strength: Of the inputs of a tanh network; None for a linear network, which needs none.
        steps: How far back.
    """
    if strength is None:
        return by_lag(W_hh, np.ones((steps, len(W_hh))))
    return by_lag(W_hh, slopes_of(drive(W_hh, strength, steps, rng)))


# ---- What the claims say ---------------------------------------------------------------------


def scaled(W: Matrix, largest: float | int) -> Matrix:
    """Scale a matrix so that its largest singular value is `largest`."""
    return largest * W / np.linalg.norm(W, 2)


def rates(seed: int) -> dict[str, float]:
    """Measure the rates that A10 and D9 speak of, in networks of one seed.

    Returns:
        By check: decades a step, from 20 to 100 steps back; and two correlations.
    """

    def rng() -> np.random.Generator:
        return np.random.default_rng([seed, 5])

    def others() -> np.random.Generator:  # first state and inputs share no number with weights
        return np.random.default_rng([seed, 5, 1])

    steps, found = np.arange(LAG + 1), {}
    for name, rho in (("big", 2), ("small", 0.5)):
        decades = growth(gaussian(H, rho, rng()), others())
        found[f"A10/{name}"] = rate(decades)
        found[f"A10/{name}_straight"] = float(np.corrcoef(steps, decades)[0, 1])
    strong = rate(growth(gaussian(H, 2, rng()), others(), STRONG))
    found["A10/big_strong"] = found["D9/above_strong"] = strong
    found["A10/big_symmetric"] = rate(growth(symmetric(H, 2, rng()), others()))
    below = scaled(gaussian(H, 1, rng()), 0.95), scaled(skewed(H, 1, 8, rng()), 0.95)
    for name, W in zip(("below", "below_skewed"), below, strict=True):
        found[f"D9/{name}"] = rate(growth(W, others()))
    found["D9/above_linear"] = rate(growth(gaussian(H, 1.1, rng()), others(), None))
    found["D9/above_shrinks"] = rate(growth(scaled(gaussian(H, 1, rng()), 1.5), others(), None))
    return found


def powers(seed: int) -> dict[str, float]:
    """Measure what C4 speaks of, in networks of one seed, by check."""
    rng, found = np.random.default_rng([seed, 6]), {}
    for name, rho in (("grow", 1.1), ("decay", 0.9)):
        decades = growth(gaussian(H, rho, rng), rng, None)
        found[f"C4/off_{name}"] = abs(rate(decades, 50) / float(np.log10(rho)) - 1)
    found["C4/rotated"] = abs(float(growth(rotation(H, 1, rng), rng, None)[LAG]))
    W = gaussian(H, 2, rng)
    slopes = slopes_of(drive(W, WEAK, LAG, rng))
    factors = slopes[:, :, None] * W.T
    found["C4/changing"] = float(
        np.mean(np.linalg.norm(np.diff(factors, axis=0), axis=(1, 2)))
        / np.mean(np.linalg.norm(factors, axis=(1, 2)))
    )
    return found


def transient(W: Matrix, steps: int = LAG) -> Float[np.ndarray, " lags"]:
    """Return the norms (largest singular values) of the powers of W, from 0 to `steps`."""
    norms, power = [], np.eye(len(W))
    for _ in range(steps + 1):
        norms.append(np.linalg.norm(power, 2))
        power = power @ W
    return np.array(norms)


def pair_rate() -> float:
    """Return the rate at which a gradient changes under `PAIR`, from 20 to 100 steps back."""
    return rate(by_lag(PAIR, np.ones((LAG, 2))))


MEMORIES = {  # by name: the matrix, and what a one-hot input is multiplied by
    "usual": ("usual", TINY),
    "identity": ("identity", TINY),
    "rotation": ("rotation", TINY),
    "strong": ("identity", WHOLE),
}


def memory(name: str, seed: int) -> tuple[float, float]:
    """Read one symbol of four, then 100 distractors, with an untrained tanh network.

    Args:
        name: Of `MEMORIES`.
        seed: Of weights and sequences.

    Returns:
        The decades by which a gradient changes on its way back to the symbol; and how often a
        linear readout, fitted by least squares to 1,000 other sequences, names it.
    """
    kind, strength = MEMORIES[name]
    rng = np.random.default_rng([seed, 8])
    W_xh = strength * rng.uniform(-1, 1, (2 * SYMBOLS, H)) / H**0.5
    W_hh = {
        "usual": rng.uniform(-1, 1, (H, H)) / H**0.5,
        "identity": np.eye(H),
        "rotation": rotation(H, 1, rng),
    }[kind]
    xs, first = recall_batch(rng, FITTED + TEST, LAG, same=False)
    h, slopes = np.zeros((FITTED + TEST, H)), np.empty((LAG + 1, H))
    for t, x in enumerate(xs):
        h = np.tanh(x @ W_xh + h @ W_hh)
        slopes[t] = 1 - h[0] ** 2
    states = np.c_[h, np.ones(len(h))] / np.abs(np.c_[h, np.ones(len(h))]).max(0)
    fit, test = slice(FITTED), slice(FITTED, None)
    out = np.linalg.lstsq(states[fit], np.eye(SYMBOLS)[first[fit]], rcond=1e-10)[0]
    right = float(((states[test] @ out).argmax(1) == first[test]).mean())
    return float(by_lag(W_hh, slopes[1:])[LAG]), right


def grown(seed: int, rho: float | int) -> tuple[float, float]:
    """Follow a gradient back through an independent draw of big weights, with weak inputs.

    Returns:
        Its rate, and how straight its logarithm is: the size of the correlation with the steps.
    """
    rng = np.random.default_rng([seed, 5])
    decades = growth(gaussian(H, rho, rng), rng)
    return rate(decades), abs(float(np.corrcoef(np.arange(LAG + 1), decades)[0, 1]))


def measure_growing(say: Callable[[str], None] = print) -> Record:
    """Measure twenty more networks with big weights, and twenty with bigger ones (a second)."""
    record = Record("ch05_gradients", "growing", {"data": "drawn at random", **provenance()})
    for name, rho, seeds in (("big", 2, FRESH), ("bigger", 4, FRESHER)):
        found, lines = np.array([grown(seed, rho) for seed in seeds]).T
        record.add(f"growing/{name}", found, *(SHORT if rho == 2 else LOUD))
        record.add(f"A10/{name}_line", lines, *(SHORT if rho == 2 else LOUD_LINE))
        say(f"{name} rates {np.round(found, 3)} lines {np.round(lines, 3)}")
    return record


LINEAR = ("D9/above_linear", "D9/above_shrinks", "C4/off_grow", "C4/off_decay", "C4/rotated")


def measure_rates(say: Callable[[str], None] = print) -> Record:
    """Measure how fast gradients grow or shrink (five seconds)."""
    record = Record("ch05_gradients", "rates", {"data": "drawn at random", **provenance()})
    found: dict[str, list[float]] = {}
    for seed in DRAWS:
        for key, value in (rates(seed) | powers(seed)).items():
            found.setdefault(key, []).append(value)
    for key, values in found.items():
        record.add(key, values, *(EXACT if key in LINEAR else SHORT))
        say(f"{key:20s} {np.round(values, 3)}")
    record.add("C4/transient", float(transient(PAIR).max()), *EXACT)
    record.add("D9/above_exact", pair_rate(), *EXACT)
    say(f"pair {record.value('C4/transient'):.3f} {record.value('D9/above_exact'):.4f}")
    return record


def measure_lasting(say: Callable[[str], None] = print) -> Record:
    """Measure gradient and memory over 100 steps (half a minute)."""
    torch.set_num_threads(1)
    record = Record("ch05_gradients", "lasting", {"data": "drawn at random", **provenance()})
    for name in MEMORIES:
        decades, right = np.array([memory(name, seed) for seed in DRAWS]).T
        record.add(f"C8/gradient_{name}", decades, *EXACT)
        record.add(f"C8/memory_{name}", right, *COUNTED)
        say(f"{name:10s} {np.round(decades, 2)} {np.round(right, 2)}")
    return record


# ---- How many directions arrive --------------------------------------------------------------

ARRIVALS: dict[str, Callable[[np.random.Generator], Matrix]] = {
    "usual": lambda rng: rng.uniform(-1, 1, (H, H)) / H**0.5,
    "big": lambda rng: gaussian(H, 2, rng),
    "rotation": lambda rng: rotation(H, 1, rng),
}
"""Untrained tanh networks with weak inputs: shrinking, growing, and keeping."""
BACK = 30


def arriving(name: str, seed: int) -> Float[np.ndarray, "lags H"]:
    """Return the singular values of the product, as powers of ten, from 0 to 30 steps back."""
    rng = np.random.default_rng([seed, 9])
    W = ARRIVALS[name](rng)
    return singular_values(W, slopes_of(drive(W, WEAK, BACK, rng)))


def measure_directions(say: Callable[[str], None] = print) -> Record:
    """Count the directions of a gradient that arrive (a second)."""
    record = Record("ch05_gradients", "directions", {"data": "drawn at random", **provenance()})
    for name in ARRIVALS:
        counts = [directions(arriving(name, seed))[[10, 20, 30]] for seed in DRAWS]
        for lag, values in zip((10, 20, 30), np.array(counts).T, strict=True):
            evidence = "of 64: one singular value may cross the line; a nudge by 1e-13 moved none"
            record.add(f"directions/{name}/{lag}", values, 1, evidence)
        say(f"{name:10s} {np.mean(counts, 0)}")
    return record
