"""Writing with a model: draw a character, append it, ask again."""

from collections.abc import Callable

import numpy as np
from jaxtyping import Float, Int

from rnncourse.core.arithmetic import softmax

NextProbs = Callable[[np.ndarray], np.ndarray]
"""From the characters so far, as indices, to the distribution of the next one."""


class DecodingError(ValueError):
    """A setting that makes no sense, or numbers of a model that leave nothing to choose from."""


def apply_temperature(
    probs: Float[np.ndarray, " V"], temperature: float
) -> Float[np.ndarray, " V"]:
    """Return probabilities proportional to p ** (1 / temperature).

    Args:
        probs: A distribution.
        temperature: 1 leaves it as it is; below 1 likely characters gain, and
            towards 0 the likeliest takes all; above 1 the distribution flattens.

    Raises:
        DecodingError: If the temperature is not positive and finite, or every probability is 0, or
            one is no finite number.

    >>> apply_temperature(np.array([0.8, 0.2]), 0.5).round(3)
    array([0.941, 0.059])
    """
    if not 0 < temperature < np.inf:
        raise DecodingError(f"A temperature must be above 0 and finite; got {temperature}.")
    if not np.isfinite(probs).all():
        raise DecodingError("A probability is NaN or infinite here: the model has diverged.")
    if not np.any(probs > 0):
        raise DecodingError("No character is possible: every probability is 0 here.")
    with np.errstate(divide="ignore"):  # a probability of 0 stays 0
        return softmax(np.log(probs) / temperature)


def top_k(probs: Float[np.ndarray, " V"], k: int) -> Float[np.ndarray, " V"]:
    """Keep the k likeliest characters and scale them to sum to 1.

    Among equals the first in the vocabulary is kept.

    Raises:
        DecodingError: If k is below 1.

    >>> top_k(np.array([0.5, 0.25, 0.125, 0.125]), 2).round(3)
    array([0.667, 0.333, 0.   , 0.   ])
    """
    if k < 1:
        raise DecodingError(f"top-k needs at least one character; got k={k}.")
    truncated = np.zeros_like(probs)
    likeliest = np.argsort(-probs, kind="stable")[:k]
    truncated[likeliest] = probs[likeliest]
    return truncated / truncated.sum()


def nucleus(probs: Float[np.ndarray, " V"], p: float) -> Float[np.ndarray, " V"]:
    """Keep the fewest characters that together have probability p, and scale them to sum to 1.

    Args:
        probs: A distribution.
        p: The mass to keep, above 0 and at most 1. The character that crosses it is kept.

    Raises:
        DecodingError: If p is outside of that.

    Source: A. Holtzman and others, "The curious case of neural text degeneration",
    arXiv:1904.09751v2, the section on nucleus sampling.

    >>> nucleus(np.array([0.5, 0.25, 0.125, 0.125]), 0.6).round(3)
    array([0.667, 0.333, 0.   , 0.   ])
    """
    if not 0 < p <= 1:
        raise DecodingError(f"The mass of a nucleus must be above 0 and at most 1; got {p}.")
    cumulative = np.sort(probs)[::-1].cumsum()
    return top_k(probs, int(np.searchsorted(cumulative, p * cumulative[-1] * (1 - 1e-12))) + 1)


def sample_text(
    next_probs: NextProbs,
    prompt: Int[np.ndarray, " P"],
    length: int,
    rng: np.random.Generator,
    temperature: float = 1.0,
    truncate: Callable[[np.ndarray], np.ndarray] = lambda probs: probs,
) -> Int[np.ndarray, " L"]:
    """Draw characters one at a time; each becomes context for the next.

    Args:
        next_probs: The model.
        prompt: What has been written already.
        length: How many characters to add.
        rng: The source of randomness.
        temperature: See `apply_temperature`.
        truncate: What is left of a distribution, for instance `lambda p: top_k(p, 5)`.

    Returns:
        The added characters, without the prompt.

    Raises:
        DecodingError: If the length is negative; and see `apply_temperature`.
    """
    if length < 0:
        raise DecodingError(f"A length must be at least 0; got {length}.")
    text = np.empty(len(prompt) + length, np.int64)
    text[: len(prompt)] = prompt
    for t in range(len(prompt), len(text)):
        probs = truncate(apply_temperature(next_probs(text[:t]), temperature))
        cumulative = np.cumsum(probs)  # a character's part of the whole is its probability
        text[t] = np.searchsorted(cumulative, rng.random() * cumulative[-1], side="right")
    return text[len(prompt) :]
