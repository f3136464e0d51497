"""The experiments on n-grams: order against bits, sparsity, brackets."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from jaxtyping import Bool, Float, Int

from rnncourse.analysis.splits import Encoded
from rnncourse.chapters.ch02_language.brackets import Brackets, by_distance, find_brackets
from rnncourse.models.counting import SYMBOL_BITS, Counts, count_grams, gram_keys
from rnncourse.models.ngram import NGrams, Table
from rnncourse.models.smoothing import AddK, KneserNey, MaximumLikelihood, Smoothing, WittenBell

K_CANDIDATES = (1.0, 0.1, 0.01, 0.001)
SMOOTHINGS: dict[str, Smoothing] = {
    "maximum likelihood": MaximumLikelihood(),
    "add-one": AddK(1.0),
    "Witten-Bell": WittenBell(),
    "Kneser-Ney": KneserNey(modified=False),
    "modified Kneser-Ney": KneserNey(modified=True),
}


def bits_by_order(model: NGrams, ids: Int[np.ndarray, " T"]) -> Float[np.ndarray, " N"]:
    """Return bits per character of a text under every order; infinite at a probability of 0."""
    with np.errstate(divide="ignore"):
        return -np.log2(model.probs(ids)).mean(1)


def long_order_bits(
    data: Encoded, ids: Int[np.ndarray, " T"], max_order: int
) -> Float[np.ndarray, " N"]:
    """Return bits per character under modified Kneser-Ney of orders that no 64-bit key can hold.

    `NGrams` packs a run of characters into one integer, which ends at order 9. Here the
    context in a key is its rank among all contexts of its length, so no order is too long;
    but every order sorts both texts anew, and the model answers for these texts only.

    Args:
        data: A split; its training text is counted.
        ids: The text to score. Newlines (index 0) are assumed before its beginning.
        max_order: The longest order.

    Returns:
        Bits per character under order 1 ... `max_order`. Up to order 9 they are those of `NGrams`.
    """
    before = np.zeros(max_order, np.int64)
    both = np.concatenate([before, data.train, before, ids]).astype(np.uint64)
    train, scored = slice(len(before), len(before) + len(data.train)), slice(-len(ids), None)
    ranks, keys = np.zeros_like(both), []
    for _ in range(max_order):
        keys.append(np.r_[0, ranks[:-1]].astype(np.uint64) << np.uint64(SYMBOL_BITS) | both)
        ranks = np.unique(keys[-1], return_inverse=True)[1].astype(np.uint64)
    V, bits = len(data.vocabulary), []
    lower = np.full(len(ids), 1 / V)
    for n, key in enumerate(keys, start=1):
        seen, asked = key[train], key[scored]
        bits.append(-np.log2(_modified_kneser_ney(seen[n - 1 :], asked, lower, V)).mean())
        if n < max_order:  # below the highest, a run counts once after each character before it
            places = np.unique(keys[n][train][n:], return_index=True)[1]
            lower = _modified_kneser_ney(seen[n:][places], asked, lower, V)
    return np.array(bits)


def _modified_kneser_ney(grams, asked, lower, V: int) -> np.ndarray:
    counts = Counts(*np.unique(grams, return_counts=True))
    return Table.fit(counts, KneserNey(), V).probs(asked, lower)


def add_k_bits(data: Encoded) -> tuple[Float[np.ndarray, " N"], Float[np.ndarray, " N"]]:
    """Choose k for every order on the validation text, and score the test text.

    Returns:
        Bits per character on the test text, and the chosen k, one an order.
    """
    models = [data.fit(AddK(k)) for k in K_CANDIDATES]
    best = np.argmin([bits_by_order(m, data.valid) for m in models], axis=0)
    scores = np.array([bits_by_order(m, data.test) for m in models])
    return np.take_along_axis(scores, best[None], 0)[0], np.array(K_CANDIDATES)[best]


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
            contexts = gram_keys(data.test, length)[:-1]
            shares.append(1 - np.isin(contexts, data.counts[length - 1].grams).mean())
            continue
        known = {train[i : i + length] for i in range(len(train) - length + 1)}
        places = range(len(data.test_text) - length)
        shares.append(np.mean([data.test_text[i : i + length] not in known for i in places]))
    return [float(share) for share in shares]


@dataclass(frozen=True)
class Places:
    """Closing brackets at some places of a text.

    Args:
        count: How many places.
        expected: The model's average probability of a closing bracket there.
        came: How often one came.
    """

    count: int
    expected: float
    came: float


@dataclass(frozen=True)
class BracketScores:
    """How the orders fare at round brackets; see `bracket_scores`.

    Args:
        hits: One row an order: was the closing bracket the likeliest character?
        distance: Of each closing bracket from its opening one.
        opened: Places where a bracket is open, opened beyond the longest context.
        none: Places where no bracket is open. Every context that these places
            show to the model occurs among the places of `opened` too, and the
            other way round.
    """

    hits: np.ndarray
    distance: np.ndarray
    opened: Places
    none: Places


def matched_places(
    brackets: Brackets, ids: Int[np.ndarray, " T"], reach: int
) -> tuple[Bool[np.ndarray, " T"], Bool[np.ndarray, " T"]]:
    """Find places that look the same to an n-gram, and differ in an open bracket.

    Args:
        brackets: Of the text.
        ids: The text.
        reach: How many characters the n-gram sees.

    Returns:
        Two masks: where a bracket is open, opened more than `reach` characters
        ago, and where none is open; only contexts that occur in both are kept.
    """
    seen = gram_keys(np.r_[np.zeros(reach, np.int64), ids], reach)[: len(ids)]
    far, none = brackets.opened > reach, brackets.opened == 0
    both = np.isin(seen, np.intersect1d(seen[far], seen[none]))
    return far & both, none & both


def bracket_scores(model: NGrams, data: Encoded) -> BracketScores:
    """Score a model at the round brackets of the test text."""
    close = int(data.vocabulary.encode(")")[0])
    brackets = find_brackets(data.test_text)
    reach = model.max_order - 1
    padded = np.r_[np.zeros(reach, np.int64), data.test]
    contexts = padded[brackets.close[:, None] + np.arange(reach)]
    orders = range(1, model.max_order + 1)
    hits = np.stack([model.next_probs(contexts, n).argmax(-1) == close for n in orders])

    far, none = matched_places(brackets, data.test, reach)
    expected = model.probs_of(np.full_like(data.test, close), data.test)[-1]

    def places(where):
        came = (data.test[where] == close).mean()
        return Places(int(where.sum()), float(expected[where].mean()), float(came))

    return BracketScores(hits, brackets.distance, places(far), places(none))


def pool_brackets(scores: list[BracketScores]) -> tuple[np.ndarray, np.ndarray]:
    """Return the share of hits by order and distance over several splits, and the counts."""
    hits = np.concatenate([s.hits for s in scores], axis=1)
    return by_distance(hits, np.concatenate([s.distance for s in scores]))


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
    contexts = Counter(train[i : i + n - 1] for i in range(len(train) - n + 1))
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
    known, came = data.counts[order - 1], count_grams(data.test, order)
    ratio = known.counts / known.per_gram(known.per_context(known.counts))
    some = (known.counts >= least) & (known.counts <= most)
    contexts = known.grams >> np.uint64(SYMBOL_BITS)
    asked = _counts_at(contexts, came.contexts, came.per_context(came.counts))
    found = _counts_at(known.grams, came.grams, came.counts)
    return float(found[some].sum() / (asked * ratio)[some].sum())


def _counts_at(keys: np.ndarray, known: np.ndarray, counts: np.ndarray) -> np.ndarray:
    """Look up counts by key; 0 where there is none."""
    at = np.minimum(np.searchsorted(known, keys), len(known) - 1)
    return np.where(known[at] == keys, counts[at], 0)


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


def likelihood_margin(data: Encoded, order: int = 3) -> float:
    """Return how many bits per character the ratio of counts loses to the best rival.

    Args:
        data: A split; all methods are scored on the text they were counted on.
        order: Which order to compare.

    Returns:
        Bits of maximum likelihood minus the fewest bits of any other smoothing:
        negative if the ratio of counts makes its own text the most probable.
    """
    bits = {}
    for name, smoothing in SMOOTHINGS.items():
        model = NGrams(data.counts[:order], len(data.vocabulary), smoothing)
        bits[name] = -np.log2(model.probs(data.train)[-1, order:]).mean()
    own = bits.pop("maximum likelihood")
    return float(own - min(bits.values()))
