"""The recorded numbers on what predicts whether gradients grow."""

from collections.abc import Callable
from functools import cache

import numpy as np
from jaxtyping import Float

from rnncourse.chapters.ch05_gradients.jacobian_experiments import LAG, H, growth
from rnncourse.chapters.ch05_gradients.jacobians import (
    Matrix,
    Slopes,
    by_lag,
    drive,
    exponent,
    gaussian,
    guess,
    radius,
    rate,
    rotation,
    skewed,
    slopes_of,
    symmetric,
)
from rnncourse.core.records import Record, provenance

SETTLED = (
    5e-3,
    "rates of networks that shrink what they are nudged by; where they settle is decided early, "
    "and a nudge of the first state by 1e-9 moved none of these by 1e-5",
)
LONG = (
    0.02,
    "states of 1,000 steps forget their first digits where a gradient grows: a nudge of the first "
    "state by 1e-9 moved the errors over 40 other networks by at most 0.006",
)

FAMILIES: dict[str, Callable[[float, np.random.Generator], Matrix]] = {
    "independent": lambda rho, rng: gaussian(H, rho, rng),
    "rotation": lambda rho, rng: rotation(H, rho, rng),
    "symmetric": lambda rho, rng: symmetric(H, rho, rng),
    "skewed": lambda rho, rng: skewed(H, rho, rng.uniform(0, 8), rng),
}
PREDICTORS = ("sigma", "rho", "guess", "exponent")
BATCHES, NETWORKS = range(5), 40


def network(family: str, rng: np.random.Generator) -> tuple[Matrix, float]:
    """Draw a network: its matrix, and the strength of its inputs.

    The spectral radius lies between 0.3 and 4, the strength between 0.03 and 3, both evenly on a
    logarithmic scale.
    """
    rho, strength = np.exp(rng.uniform(np.log([0.3, 0.03]), np.log([4.0, 3.0])))
    return FAMILIES[family](float(rho), rng), float(strength)


def predicted(W_hh: Matrix, slopes: Slopes, rng: np.random.Generator) -> list[float]:
    """Predict a rate of growth in four ways, ordered as `PREDICTORS`: powers of ten a step."""
    sizes = float(np.linalg.norm(W_hh, 2)), radius(W_hh)
    return [*map(float, np.log10(sizes)), guess(W_hh, slopes), exponent(W_hh, slopes, rng)]


@cache
def batch(number: int) -> Float[np.ndarray, "N 5"]:
    """Predict and measure 40 networks, ten of each family.

    What predicts sees 1,000 steps of other inputs than those on which the rate is measured.

    Args:
        number: Of the batch; its networks are those of no other.

    Returns:
        A row a network, in the order of `FAMILIES` again and again: the predictors, then the
        measured rate, in powers of ten a step.
    """
    rows = []
    for n in range(NETWORKS):
        rng = np.random.default_rng([number, 7, n])
        W, strength = network([*FAMILIES][n % len(FAMILIES)], rng)
        seen = predicted(W, slopes_of(drive(W, strength, 1000, rng)), rng)
        rows.append([*seen, rate(growth(W, rng, strength))])
    return np.array(rows)


def judged(rows: Float[np.ndarray, "N 5"]) -> dict[str, tuple[float, float]]:
    """Return, by predictor, how often its sign is right, and its error (root mean square)."""
    true = rows[:, -1]
    return {
        name: (
            float(np.mean(np.sign(rows[:, i]) == np.sign(true))),
            float(np.sqrt(np.mean((rows[:, i] - true) ** 2))),
        )
        for i, name in enumerate(PREDICTORS)
    }


def measure_deciding(log: Callable[[str], None] = print) -> Record:
    """Measure which number predicts whether gradients grow (ten seconds)."""
    record = Record("ch05_gradients", "deciding", {"data": "drawn at random", **provenance()})
    found = [judged(batch(number)) for number in BATCHES]
    why = "a share of 40 networks, of which a few change sign on chaotic states"
    for name in PREDICTORS:
        signs, errors = np.array([one[name] for one in found]).T
        record.add(f"deciding/{name}/sign", signs, 0.05, why)
        record.add(f"deciding/{name}/error", errors, *LONG)
        log(f"{name:10s} sign {np.round(signs, 2)} error {np.round(errors, 3)}")
    every = np.concatenate([batch(number) for number in BATCHES])
    for i, name in enumerate(PREDICTORS):
        errors = np.abs(every[:, i] - every[:, -1]).reshape(-1, len(FAMILIES)).mean(0)
        record.add(f"deciding/{name}/by_family", errors, *LONG)
        log(f"{name:10s} by family {np.round(errors, 3)}")
    shrinks = np.mean(every[:, -1].reshape(len(BATCHES), -1) < 0, axis=1)
    record.add("deciding/shrinks/sign", shrinks, 0.05, why)
    log(f"shrinks {np.round(shrinks, 3)}")
    return record


MISSED = ((1, 30), (3, 26), (4, 34), (4, 38))
"""Batch and place of the networks whose exponent is off by more than 0.04: all are symmetric."""
STARTS = range(6)


def again(number: int, n: int, start: int) -> tuple[float, float]:
    """Run a network of a batch from another first state, with 300 steps to settle in.

    Returns:
        Its exponent over 400 steps, and the rate of a gradient over the last 100 of them.
    """
    W, strength = network([*FAMILIES][n % len(FAMILIES)], np.random.default_rng([number, 7, n]))
    rng = np.random.default_rng([number, n, start])
    slopes = slopes_of(drive(W, strength, 400, rng, burn=300))
    return exponent(W, slopes, rng), rate(by_lag(W, slopes[-LAG:]))


def measure_settling(log: Callable[[str], None] = print) -> Record:
    """Measure the networks again whose exponent did not tell their rate (five seconds)."""
    record = Record("ch05_gradients", "settling", {"data": "drawn at random", **provenance()})
    far = [
        (number, int(n))
        for number in BATCHES
        for n in np.flatnonzero(np.abs(batch(number)[:, -2] - batch(number)[:, -1]) > 0.04)
    ]
    if tuple(far) != MISSED:
        raise ValueError(f"The exponent is far off in {far}, not in {MISSED}.")
    for number, n in MISSED:
        found = np.array([again(number, n, start) for start in STARTS])
        for name, values in zip(("exponent", "rate"), found.T, strict=True):
            record.add(f"settling/{number}/{n}/{name}", values, *SETTLED)
        log(f"{number} {n}: {found.round(3).tolist()}")
    return record
