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


def complete(
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
        best = int(np.argmax(probs))
        if best in stop:
            break
        text.append(best)
        probability *= float(probs[best])
    return Completion(np.array(text[len(prefix) :], np.int64), probability)


def completions(
    next_probs: NextProbs,
    prefix: Int[np.ndarray, " P"],
    stop: Int[np.ndarray, " S"],
    width: int = 3,
    max_length: int = 20,
) -> list[Completion]:
    """Offer one completion for each of the likeliest next characters.

    Args:
        next_probs: The model.
        prefix: What has been typed.
        stop: Characters that end a word; no suggestion begins with one.
        width: How many suggestions.
        max_length: Length of a suggestion at most; 1 or more.

    Returns:
        Suggestions that begin with different characters, the likeliest whole first.
    """
    first = next_probs(np.asarray(prefix))
    found = []
    likeliest = [c for c in np.argsort(-first, kind="stable") if c not in stop]
    for character in likeliest[:width]:
        rest = complete(next_probs, np.r_[prefix, character], stop, max_length - 1)
        ids = np.r_[character, rest.ids].astype(np.int64)
        found.append(Completion(ids, float(first[character]) * rest.probability))
    return sorted(found, key=lambda completion: -completion.probability)
