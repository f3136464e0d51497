"""Auto-completion: one model, asked again and again, finishes a word."""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Int

from rnncourse.decoding.sampling import NextProbs


@dataclass(frozen=True)
class Completion:
    """How a text might go on.

    Args:
        ids: The characters added.
        probability: The model's probability of exactly these characters: the
            product of one factor a step.
    """

    ids: Int[np.ndarray, " L"]
    probability: float


def complete_text(
    next_probs: NextProbs,
    prefix: Int[np.ndarray, " P"],
    stop: Int[np.ndarray, " S"],
    max_length: int = 20,
) -> Completion:
    """Append the likeliest character until a stop character is the likeliest.

    Args:
        next_probs: The model.
        prefix: What has been typed.
        stop: Characters that end a word; the completion holds none of them.
        max_length: Where to give up.

    Returns:
        The greedy completion, maybe empty, and its probability.
    """
    text, probability = list(prefix), 1.0
    while len(text) < len(prefix) + max_length:
        probs = next_probs(np.array(text, np.int64))
        likeliest = int(np.argmax(probs))
        if likeliest in stop:
            break
        text.append(likeliest)
        probability *= float(probs[likeliest])
    return Completion(np.array(text[len(prefix) :], np.int64), probability)
