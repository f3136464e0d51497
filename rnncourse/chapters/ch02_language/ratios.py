"""The ratio of two counts, where it fails, and the product that a slide calls a loss."""

from collections import Counter
from collections.abc import Iterable

import numpy as np
from jaxtyping import Float

from rnncourse.analysis.splits import Encoded
from rnncourse.models.counting import SYMBOL_BITS, numbers_in


def unseen_share(data: Encoded, lengths: Iterable[int]) -> list[float]:
    """Return, for each length, the share of test positions whose preceding text is new.

    Args:
        data: A split.
        lengths: How many preceding characters make a context.

    Returns:
        Shares of the contexts that the training text does not hold.
    """
    train = data.vocabulary.decode(data.train)
    shares = []
    for length in lengths:
        if length <= len(data.counts):  # counted already
            shares.append((numbers_in(data.counts[:length], data.test)[:-1] < 0).mean())
            continue
        asked = [data.test_text[i : i + length] for i in range(len(data.test_text) - length)]
        runs = (train[i : i + length] for i in range(len(train) - length + 1))
        known = set(asked).intersection(runs)
        shares.append(np.mean([run not in known for run in asked]))
    return [float(share) for share in shares]


def count_ratios(train: str, test: str, n: int) -> Float[np.ndarray, " T"]:
    """Compute the decks' ratio count(u w) / count(u) at every place of a text, by dictionary.

    Args:
        train: Where runs of characters are counted.
        test: Where the ratio is wanted; newlines are assumed before its beginning.
        n: The order.

    Returns:
        The ratio, and 0 where u never occurs. The last run of the training text
        is followed by nothing, so it is not counted as a context.
    """
    grams = Counter(train[i : i + n] for i in range(len(train) - n + 1))
    contexts: Counter[str] = Counter()
    for run, count in grams.items():
        contexts[run[:-1]] += count
    padded = "\n" * (n - 1) + test
    runs = [padded[i : i + n] for i in range(len(test))]
    return np.array([grams[run] / max(contexts[run[:-1]], 1) for run in runs])


def as_often(data: Encoded, order: int, least: int, most: float | int = np.inf) -> float:
    """Return how often runs of characters come on the test text, over what the ratio expects.

    Args:
        data: A split.
        order: Length n of the runs.
        least: Only runs that the training text has at least so often,
        most: and at most so often.

    Returns:
        sum of c_test(u, w) over sum of c_test(u) c(u, w) / c(u): 1 if the ratio is the probability.
    """
    known = data.counts[order - 1]
    ratio = known.counts / known.per_gram(known.per_context(known.counts))
    some = (known.counts >= least) & (known.counts <= most)
    runs = numbers_in(data.counts[:order], data.test)
    contexts = numbers_in(data.counts[: order - 1], data.test)[: len(runs)]
    found, asked = (
        np.bincount(numbers[numbers >= 0], minlength=size)
        for numbers, size in ((runs, len(known.grams)), (contexts, known.below))
    )
    expected = asked[known.grams >> SYMBOL_BITS] * ratio
    return float(found[some].sum() / expected[some].sum())


def printed_preference(
    better: Float[np.ndarray, " T"], worse: Float[np.ndarray, " T"], length: int
) -> Float[np.ndarray, " S"]:
    """Take a product of probabilities at its word, as a loss, and compare two models by it.

    Args:
        better: The probability of every character under the better model.
        worse: Under the worse one.
        length: Characters of a stretch; the products are taken over each, in logarithms.

    Returns:
        For each stretch, by how many bits per character the better model's product is larger.
    """
    gain = np.log2(better) - np.log2(worse)
    return gain[: len(gain) // length * length].reshape(-1, length).mean(1)


def log_sum_gap(probs: Float[np.ndarray, " T"], length: int = 100) -> float:
    """Compare the sum of the steps' -log p with -log of the product of the p.

    Args:
        probs: Of every character of a text.
        length: Characters of a stretch, few enough for the product to be a number.

    Returns:
        The largest relative difference over the stretches.
    """
    rows = probs[: len(probs) // length * length].reshape(-1, length)
    return float(np.abs(-np.log(rows).sum(1) / -np.log(rows.prod(1)) - 1).max())
