"""Writing with a model: draw a character, append it, ask again."""

from collections.abc import Callable

import numpy as np
from jaxtyping import Float, Int

NextProbs = Callable[[np.ndarray], np.ndarray]
"""From the characters so far, as indices, to the distribution of the next one."""


class DecodingError(ValueError):
    """A temperature or a length that makes no sense."""


def sharpen(probs: Float[np.ndarray, " V"], temperature: float) -> Float[np.ndarray, " V"]:
    """Return probabilities proportional to p ** (1 / temperature).

    Args:
        probs: A distribution.
        temperature: 1 leaves it as it is; below 1 likely characters gain, and
            towards 0 the likeliest takes all; above 1 the distribution flattens.

    Raises:
        DecodingError: If the temperature is not positive, or every probability is 0.

    >>> sharpen(np.array([0.8, 0.2]), 0.5).round(3)
    array([0.941, 0.059])
    """
    if not temperature > 0:
        raise DecodingError(f"A temperature must be above 0; got {temperature}.")
    if not np.any(probs > 0):
        raise DecodingError("No character is possible: every probability is 0 here.")
    with np.errstate(divide="ignore"):  # a probability of 0 stays 0
        scores = np.log(probs) / temperature
    weights = np.exp(scores - scores.max())
    return weights / weights.sum()


def sample(
    next_probs: NextProbs,
    prompt: Int[np.ndarray, " P"],
    length: int,
    rng: np.random.Generator,
    temperature: float = 1.0,
) -> Int[np.ndarray, " L"]:
    """Draw characters one at a time; each becomes context for the next.

    Args:
        next_probs: The model.
        prompt: What has been written already.
        length: How many characters to add.
        rng: The source of randomness.
        temperature: See `sharpen`.

    Returns:
        The added characters, without the prompt.

    Raises:
        DecodingError: If the length is negative or the temperature not positive.
    """
    if length < 0:
        raise DecodingError(f"A length must be at least 0; got {length}.")
    text = np.empty(len(prompt) + length, np.int64)
    text[: len(prompt)] = prompt
    for t in range(len(prompt), len(text)):
        probs = sharpen(next_probs(text[:t]), temperature)
        heaps = np.cumsum(probs)  # a character is drawn as often as its part of the whole is long
        text[t] = np.searchsorted(heaps, rng.random() * heaps[-1], side="right")
    return text[len(prompt) :]
