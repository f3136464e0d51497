"""How well a model predicts text: nats, bits and perplexity per character."""

import numpy as np
from jaxtyping import Float


class MetricError(ValueError):
    """Numbers that cannot be probabilities."""


def mean_nll(probs: Float[np.ndarray, " T"]) -> float:
    """Average surprise of a text, in nats per character.

    Args:
        probs: The probability that the model gave to each character that came.

    Returns:
        -mean(ln p): 0 for a model that knows every character, ln V for one that
        guesses among V, infinite as soon as one character had probability 0.

    Raises:
        MetricError: If there is no character, or a number is not in [0, 1].

    >>> mean_nll(np.array([0.5, 0.125]))  # (ln 2 + ln 8) / 2 = ln 4
    1.3862943611198906
    """
    probs = np.asarray(probs, dtype=float)
    if probs.size == 0:
        raise MetricError("A text without characters has no cross-entropy.")
    if not np.all((probs >= 0) & (probs <= 1 + 1e-9)):
        raise MetricError("Probabilities must lie between 0 and 1.")
    if not np.all(probs):
        return float("inf")
    return float(-np.mean(np.log(probs)))


def nats_to_bits(nats: float) -> float:
    """Convert nats to bits: one nat is 1 / ln 2 = 1.4427 bits.

    >>> nats_to_bits(float(np.log(8)))
    3.0
    """
    return nats / float(np.log(2))


def perplexity(nats: float) -> float:
    """Return e to the cross-entropy: among how many equally likely characters one hesitates.

    Args:
        nats: Cross-entropy in nats per character.

    >>> round(perplexity(float(np.log(96))), 6)
    96.0
    """
    return float(np.exp(nats))
