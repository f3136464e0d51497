"""Small tasks that tell kinds of recurrence apart: running sums and an echo.

Generated, so there is no end of sequences and the right answer of every step is known.
"""

import numpy as np
from jaxtyping import Int

SYMBOLS = 10
NOISE = 0.1
"""How often the noisy sum slips; one slip in ten changes nothing."""

Ids = Int[np.ndarray, "T B"]


def sample_running_sums(
    rng: np.random.Generator, T: int, B: int, modulus: int = SYMBOLS
) -> tuple[Ids, Ids]:
    """Draw digits below the modulus, and after each their sum so far, modulo 10 or less.

        y_t = (y_(t-1) + x_t) mod modulus,   y_0 = 0

    The answer before is all that one needs to know of the past.

    >>> xs, ys = sample_running_sums(np.random.default_rng(0), 4, 1)
    >>> xs[:, 0].tolist(), ys[:, 0].tolist()
    ([8, 6, 5, 2], [8, 4, 9, 1])
    """
    xs = rng.integers(modulus, size=(T, B))
    return xs, np.cumsum(xs, axis=0) % modulus


def sample_coarse_sums(rng: np.random.Generator, T: int, B: int, answers: int) -> tuple[Ids, Ids]:
    """Draw digits, and after each in which part of the digits their sum lies, modulo 10.

        y_t = floor(answers s_t / 10),   s_t = (s_(t-1) + x_t) mod 10,   s_0 = 0

    The sum must be remembered, and the answer tells only `answers` of ten sums apart.

    >>> xs, ys = sample_coarse_sums(np.random.default_rng(0), 4, 1, answers=5)
    >>> xs[:, 0].tolist(), ys[:, 0].tolist()
    ([8, 6, 5, 2], [4, 2, 4, 0])
    """
    xs, sums = sample_running_sums(rng, T, B)
    return xs, sums * answers // SYMBOLS


def sample_noisy_sums(
    rng: np.random.Generator, T: int, B: int, noise: float | int = NOISE
) -> tuple[Ids, Ids]:
    """Draw digits, and after each a sum so far that sometimes slips, and goes on from there.

        y_t = (y_(t-1) + x_t + e_t) mod 10,   y_0 = 0

    where e_t is 0, or with the probability `noise` any digit. Who knows the answer before can be
    right with the probability 1 - 9/10 noise; who does not, less and less often.

    >>> xs, ys = sample_noisy_sums(np.random.default_rng(0), 4, 1, noise=0)
    >>> xs[:, 0].tolist(), ys[:, 0].tolist()
    ([8, 6, 5, 2], [8, 4, 9, 1])
    """
    xs = rng.integers(SYMBOLS, size=(T, B))
    slips = rng.integers(SYMBOLS, size=(T, B)) * (rng.random((T, B)) < noise)
    return xs, np.cumsum(xs + slips, axis=0) % SYMBOLS


def sample_echoes(rng: np.random.Generator, T: int, B: int, delay: int = 2) -> tuple[Ids, Ids]:
    """Draw digits, and after each the one that came `delay` steps before it, at first 0.

    The answer before says nothing of the digits that are still to be repeated.

    >>> xs, ys = sample_echoes(np.random.default_rng(0), 4, 1)
    >>> xs[:, 0].tolist(), ys[:, 0].tolist()
    ([8, 6, 5, 2], [0, 0, 8, 6])
    """
    xs = rng.integers(SYMBOLS, size=(T, B))
    return xs, np.concatenate([np.zeros((delay, B), int), xs])[:T]
