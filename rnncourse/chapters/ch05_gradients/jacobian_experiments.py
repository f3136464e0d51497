"""The recorded numbers on the product of Jacobians: how long a gradient gets, lag by lag."""

import numpy as np
from jaxtyping import Float

from rnncourse.chapters.ch05_gradients.jacobians import (
    Matrix,
    growth_rate,
    nonnormal_matrix,
    norms_by_lag,
    run_on_noise,
    sample_gaussian,
    scaled_orthogonal,
    tanh_slopes,
    vector_norms_by_lag,
)
from rnncourse.core.records import Record, provenance
from rnncourse.core.seeds import CONFIRMING
from rnncourse.data.recall import SYMBOLS, recall_batch

H, LAG = 64, 100
INPUT_SCALE = 0.1  # what the inputs add to a unit: a standard deviation
SIGMAS = (0.5, 0.9, 1.1, 1.5, 2.0, 3.0, 4.0, 6.0)
RADII, STRENGTHS = (0.5, 2.0, 4.0), (0.03, 0.1, 0.3, 0.58, 1.0, 3.0)
"""Inputs of variance 1, as many as units, add 0.58 with the usual weights: the root of 1/3."""
BACK_RADII = (0.5, 0.58, 0.8, 0.9, 1.0, 1.1, 1.25, 1.5, 2.0, 3.0)
"""Spectral radii of independent weights; the usual ones have 0.58."""
SKEWS = (0.0, 0.5, 1.0, 2.0, 4.0, 8.0)
ONE_HOT_SCALE = 0.03  # what a one-hot input is multiplied by, for a memory
N_TEST, N_FITTED = 500, 1000  # sequences
PAIR = np.array([[0.9, 5.0], [0.0, 0.8]])
"""Both eigenvalues are below 1, and yet its powers grow at first."""

EXACT_TOLERANCE = (1e-6, "float64 products on fixed numbers; nothing that rounding could grow in")
SHORT_RUN_TOLERANCE = (
    1e-3,
    "150 steps enlarge rounding by ten powers of ten at most: a nudge of the first state by 1e-13, "
    "a thousand roundings, moved nothing of three other seeds by 1e-6",
)
CHAOTIC_TOLERANCE = (
    0.06,
    "with a radius of 4, 150 steps enlarge rounding to the size of the state: a nudge of the first "
    "state by 1e-9 moved the rates of three other seeds by at most 0.029",
)
CHAOTIC_BEND_TOLERANCE = (
    0.5,
    "a departure over 100 steps; with a radius of 3 they enlarge rounding to the size of the state",
)
LATCH_TOLERANCE = (
    0.01,
    "float64; a unit that latches forgets rounding, and one may latch another way",
)
ACCURACY_TOLERANCE = (
    0.03,
    "15 of 500 test sequences: the readout is fitted to nearly parallel states",
)


def growth_by_lag(
    W_hh: Matrix, rng: np.random.Generator, strength: float | None = INPUT_SCALE, steps: int = LAG
) -> Float[np.ndarray, " lags"]:
    """Return a gradient's length by lag, in powers of ten.

    Args:
        W_hh: From state to state.
        rng: Of first state and inputs.
        strength: Of the inputs of a tanh network; None for a linear network, which needs none.
        steps: How far back.
    """
    if strength is None:
        return norms_by_lag(W_hh, np.ones((steps, len(W_hh))))
    return norms_by_lag(W_hh, tanh_slopes(run_on_noise(W_hh, strength, steps, rng)))


# ---- What the claims say ---------------------------------------------------------------------


def scale_to_norm(W: Matrix, largest: float | int) -> Matrix:
    """Scale a matrix so that its largest singular value is `largest`."""
    return largest * W / np.linalg.norm(W, 2)


def independent_rngs(seed: int) -> tuple[np.random.Generator, np.random.Generator]:
    """Return where weights come from, and apart from them first state and inputs."""
    return np.random.default_rng([seed, 5]), np.random.default_rng([seed, 5, 1])


def measure_growth_by_sigma(sigma: float, seed: int) -> float:
    """Return the powers of ten a step that a gradient gains, by the largest singular value.

    A tanh network with independent weights and weak inputs, from 20 to 100 steps back.

    Args:
        sigma: Largest singular value.
        seed: Of the network.
    """
    weights, noise = independent_rngs(seed)
    return growth_rate(growth_by_lag(scale_to_norm(sample_gaussian(H, 1, weights), sigma), noise))


def measure_growth_by_strength(rho: float, strength: float, seed: int) -> float:
    """Return the powers of ten a step that a gradient gains, by the strength of the inputs.

    Args:
        rho: Spectral radius of independent weights.
        strength: What the inputs add to a unit: a standard deviation.
        seed: Of the network.
    """
    weights, noise = independent_rngs(seed)
    return growth_rate(growth_by_lag(sample_gaussian(H, rho, weights), noise, strength))


def largest_growth(skew: float, strength: float | None, seed: int) -> float:
    """Return how long a gradient gets at most in 100 steps, in powers of ten, with a radius of 0.9.

    Args:
        skew: How far the weights are from normal; independent numbers have 1.
        strength: Of the inputs of a tanh network; None for a linear one.
        seed: Of the network.
    """
    weights, noise = independent_rngs(seed)
    return float(growth_by_lag(nonnormal_matrix(H, 0.9, skew, weights), noise, strength).max())


def growth_and_saturation(rho: float, seed: int) -> tuple[float, float]:
    """Follow one gradient back for 100 steps, in a tanh network with weak inputs.

    Independent weights, of 64 units; the gradient at the last state has a random direction.

    Args:
        rho: Spectral radius.
        seed: Of the network, of its inputs, and of the direction.

    Returns:
        The powers of ten a step that its length gains, from 20 to 100 steps back; and how many of
        them its length departs at most from the exponential between its ends.
    """
    weights, noise = independent_rngs(seed)
    W = sample_gaussian(H, rho, weights)
    slopes = tanh_slopes(run_on_noise(W, INPUT_SCALE, LAG, noise))
    norms = vector_norms_by_lag(W, slopes, noise.normal(size=H))
    line = np.linspace(norms[0], norms[-1], len(norms))
    return growth_rate(norms), float(np.abs(norms - line).max())


def mean_by_radius(rho: float, seed: int) -> tuple[float, float]:
    """Return the means of `growth_and_saturation` over thirty networks.

    The rate keeps its sign, so that networks of which some grow and some decay cancel.

    Args:
        rho: Spectral radius.
        seed: From which the seeds of the thirty are made.
    """
    rates, bends = np.array([growth_and_saturation(rho, 1000 * seed + i) for i in range(30)]).T
    return float(rates.mean()), float(bends.mean())


def compute_power_norms(W: Matrix, steps: int = LAG) -> Float[np.ndarray, " lags"]:
    """Return the norms (largest singular values) of the powers of W, from 0 to `steps`."""
    norms, power = [], np.eye(len(W))
    for _ in range(steps + 1):
        norms.append(np.linalg.norm(power, 2))
        power = power @ W
    return np.array(norms)


LATCH = 2.0, 0.1
"""Times the identity, W of a network that latches; and the noise that every step adds."""
MEMORY_KINDS = ("usual", "identity", "rotation")


def measure_memory(name: str, seed: int) -> tuple[float, float]:
    """Read one symbol of four, then 100 distractors, with an untrained tanh network.

        h_t = tanh(x_t W_xh + h_(t-1) W_hh + noise),   64 units, W_xh uniform in +-strength / 8

    The distractors are four other symbols. With `"latch"`, W_hh is twice the identity, and noise of
    standard deviation 0.1 is added to every unit at every step; the others have no noise.

    Args:
        name: Of `MEMORY_KINDS`, or `"latch"`.
        seed: Of weights and sequences.

    Returns:
        The powers of ten by which a gradient changes on its way back to the symbol; and how often a
        linear readout, fitted by least squares to 1,000 other sequences, names it.
    """
    gain, noise = LATCH if name == "latch" else (1.0, 0.0)
    strength = ONE_HOT_SCALE if name in MEMORY_KINDS else 1.0
    rng = np.random.default_rng([seed, 8])
    W_xh = strength * rng.uniform(-1, 1, (2 * SYMBOLS, H)) / H**0.5
    W_hh = {
        "usual": rng.uniform(-1, 1, (H, H)) / H**0.5,
        "rotation": scaled_orthogonal(H, 1, rng),
    }.get(name, gain * np.eye(H))
    xs, symbols = recall_batch(rng, N_FITTED + N_TEST, LAG, same=False)
    h, slopes = np.zeros((N_FITTED + N_TEST, H)), np.empty((LAG + 1, H))
    for t, x in enumerate(xs):
        step_noise = noise * rng.normal(size=h.shape) if noise else 0.0
        h = np.tanh(x @ W_xh + h @ W_hh + step_noise)
        slopes[t] = 1 - h[0] ** 2
    states = np.c_[h, np.ones(len(h))] / np.abs(np.c_[h, np.ones(len(h))]).max(0)
    fit_rows, test_rows = slice(N_FITTED), slice(N_FITTED, None)
    readout = np.linalg.lstsq(states[fit_rows], np.eye(SYMBOLS)[symbols[fit_rows]], rcond=1e-10)[0]
    accuracy = float(((states[test_rows] @ readout).argmax(1) == symbols[test_rows]).mean())
    return float(norms_by_lag(W_hh, slopes[1:])[LAG]), accuracy


def measure_sizes() -> Record:
    """Measure how fast gradients grow or shrink, by three sizes (ten seconds).

    Networks of 64 units, weights with independent normal entries, or skewed (`nonnormal_matrix`
    says what that is). Inputs are normal, one of its own for each unit and step; 50 steps to
    settle in, then 100 are followed. Lengths are root mean squares over all directions, and rates
    from 20 to 100 steps back. For D9 inputs have a standard deviation of 0.1.
    """
    about = {"data": "drawn at random", "seeds": [*CONFIRMING], **provenance()}
    record = Record("ch05_gradients", "sizes", about)

    def add(key: str, values: list[float], tolerance: tuple[float, str]) -> None:
        record.add(key, values, *tolerance)

    for sigma in SIGMAS:
        direction = np.sign(np.log(sigma))
        growths = [float(direction * measure_growth_by_sigma(sigma, seed)) for seed in CONFIRMING]
        add(f"sigma/{sigma:g}", growths, CHAOTIC_TOLERANCE if sigma > 4 else SHORT_RUN_TOLERANCE)
    for rho in RADII:
        tolerance = CHAOTIC_TOLERANCE if rho > 2 else SHORT_RUN_TOLERANCE
        for strength in STRENGTHS:
            growths = [measure_growth_by_strength(rho, strength, seed) for seed in CONFIRMING]
            add(f"inputs/{rho:g}/{strength:g}", growths, tolerance)
    for name, strength in {"linear": None, "tanh": INPUT_SCALE}.items():
        for skew in SKEWS:
            growths = [largest_growth(skew, strength, seed) for seed in CONFIRMING]
            add(f"skew/{name}/{skew:g}", growths, SHORT_RUN_TOLERANCE)
    return record


def measure_over_100_steps() -> Record:
    """Measure gradient and memory over 100 steps (half a minute)."""
    about = {"data": "drawn at random", "seeds": [*CONFIRMING], **provenance()}
    record = Record("ch05_gradients", "lasting", about)
    for name in MEMORY_KINDS:
        decades, accuracies = np.array([measure_memory(name, seed) for seed in CONFIRMING]).T
        record.add(f"lasting/gradient/{name}", decades, *EXACT_TOLERANCE)
        record.add(f"lasting/memory/{name}", accuracies, *ACCURACY_TOLERANCE)
    return record


def measure_latched() -> Record:
    """Measure gradient and memory where the units latch (ten seconds).

    Untrained tanh networks of 64 units, W twice the identity; inputs, noise and readout as
    `measure_memory` says.
    """
    about = {"data": "drawn at random", "seeds": [*CONFIRMING], **provenance()}
    record = Record("ch05_gradients", "latched", about)
    decades, accuracies = np.array([measure_memory("latch", seed) for seed in CONFIRMING]).T
    record.add("lasting/gradient/latch", decades, *LATCH_TOLERANCE)
    record.add("lasting/memory/latch", accuracies, *ACCURACY_TOLERANCE)
    return record


def measure_radii() -> Record:
    """Follow single gradients, by the spectral radius (seconds).

    Untrained tanh networks of 64 units, independent normal weights; inputs are normal with a
    standard deviation of 0.1. One random direction goes back 100 steps, as in
    `growth_and_saturation`.
    What is judged is the mean of thirty networks a seed, in the direction of the mean of all.
    """
    about = {"data": "drawn at random", "seeds": [*CONFIRMING], **provenance()}
    record = Record("ch05_gradients", "radii", about)
    for rho in BACK_RADII:
        rates, bends = np.array([growth_and_saturation(rho, seed) for seed in CONFIRMING]).T
        tolerance = CHAOTIC_TOLERANCE if rho > 2 else SHORT_RUN_TOLERANCE
        record.add(f"radius/rate/{rho:g}", rates, *tolerance)
        record.add(f"radius/bend/{rho:g}", bends, *CHAOTIC_BEND_TOLERANCE)
        signed, bent = np.array([mean_by_radius(rho, seed) for seed in CONFIRMING]).T
        record.add(f"radius/change/{rho:g}", signed * np.sign(signed.mean()), *tolerance)
        record.add(f"radius/bent/{rho:g}", bent, *CHAOTIC_BEND_TOLERANCE)
    return record
