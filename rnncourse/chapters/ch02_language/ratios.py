"""The ratio of two counts, where it fails, and the product that a slide calls a loss."""

import re
from bisect import bisect
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence

import numpy as np
from jaxtyping import Float

from rnncourse.analysis.splits import EncodedSplit
from rnncourse.core.records import Record, provenance
from rnncourse.data.corpus import divide_corpus, hash_documents, load_corpus
from rnncourse.models.counting import number_ngrams

ORDER = 3
"""The slide's formula has runs of three."""
TIMES = (1, 2, 3, 10, 30, 100)
"""Runs are grouped by how often they were counted: so often, and less often than the next."""
CONTEXT_WORDS = 5
"""Words of the contexts that are looked for in the training text."""
EXACT_TOLERANCE = (1e-9, "exact counts and float64 sums")


def split_words(text: str) -> list[str]:
    """Cut a text into words, signs and ends of paragraphs.

    >>> split_words("Return x_1, sorted.")
    ['Return', 'x_1', ',', 'sorted', '.']
    """
    return re.findall(r"\w+|[^\w ]", text)


def iterate_ngrams(symbols: Sequence[str], n: int) -> Iterator[tuple[str, ...]]:
    """List the runs of n symbols of a text, one beginning at each place."""
    return zip(*(symbols[i:] for i in range(n)), strict=False)


def count_observed_and_expected(
    train: Sequence[str], texts: Sequence[Sequence[str]]
) -> tuple[Float[np.ndarray, "D K"], Float[np.ndarray, "D K"]]:
    """Count how often runs come in held-out documents, and how often the ratio expects them.

        expected = sum over the places of a document of the sum of c(u, w) / c(u)

    over all w whose run was counted as often as the group says, after the context u of the place.

    Args:
        train: Words or characters that are counted.
        texts: Held-out documents.

    Returns:
        For each document and group of `TIMES`, what came and what was expected.
    """
    counts = Counter(iterate_ngrams(train, ORDER))
    shares = defaultdict(lambda: np.zeros(len(TIMES)))
    for run, count in counts.items():
        shares[run[:-1]][_find_group(count)] += count
    for groups in shares.values():
        groups /= groups.sum()
    observed, expected = np.zeros((2, len(texts), len(TIMES)))
    for d, text in enumerate(texts):
        for run in iterate_ngrams(text, ORDER):
            if run[:-1] in shares:
                expected[d] += shares[run[:-1]]
            if run in counts:
                observed[d, _find_group(counts[run])] += 1
    return observed, expected


def _find_group(count: int) -> int:
    return bisect(TIMES, count) - 1


def zero_count_fraction(train: Sequence[str], texts: Iterable[Sequence[str]]) -> float:
    """Return the share of held-out runs that were not counted: their ratio is 0, or 0/0."""
    stored = set(iterate_ngrams(train, ORDER))
    return float(
        np.mean([run not in stored for text in texts for run in iterate_ngrams(text, ORDER)])
    )


def single_run_error(train: Sequence[str], texts: Sequence[Sequence[str]], n: int = ORDER) -> float:
    """Return by how much single runs miss what the ratio expects, of those counted most often.

    Returns:
        The median of abs(came / expected - 1), over runs that were counted 100 times or more.
    """
    counts, contexts = Counter(iterate_ngrams(train, n)), Counter(iterate_ngrams(train[:-1], n - 1))
    observed = Counter(run for text in texts for run in iterate_ngrams(text, n))
    context_counts = Counter(run for text in texts for run in iterate_ngrams(text[:-1], n - 1))
    errors = [
        abs(observed[run] / (context_counts[run[:-1]] * count / contexts[run[:-1]]) - 1)
        for run, count in counts.items()
        if count >= TIMES[-1] and context_counts[run[:-1]]
    ]
    return float(np.median(errors))


def new_contexts(train: Sequence[str], texts: Iterable[Sequence[str]]) -> list[float]:
    """Return, document by document, the share of contexts of five words that are new."""
    stored = set(iterate_ngrams(train, CONTEXT_WORDS))
    return [
        float(np.mean([r not in stored for r in iterate_ngrams(t, CONTEXT_WORDS)])) for t in texts
    ]


def normalize_per_document(
    values: Float[np.ndarray, " D"], total: float
) -> Float[np.ndarray, " D"]:
    """Divide what was counted in each document, so that the mean is its sum over `total`."""
    return np.asarray(values) * len(values) / total


def held_out_texts() -> tuple[str, list[str]]:
    """Return the training text of a split, and the documents of its test text."""
    parts = divide_corpus(load_corpus(), 0)
    train, texts = ([d.text for d in parts[name]] for name in ("train", "test"))
    return "".join(train), texts


def measure_ratios() -> Record:
    """Is the ratio of two counts the probability: of words, and of characters (half a minute)?

    Runs of three are counted in the training text of split 0, all documents one after the other,
    and looked for in each of its 102 test documents; `split_words` says what a word is. What a
    document adds is in proportion to its length (`normalize_per_document`), and lengths differ
    much: an interval over documents is wider than one over pieces of one length would be.
    """
    documents = load_corpus()
    about = {"corpus_sha256": hash_documents(documents), **provenance()}
    record = Record("ch02_language", "ratios", about)
    train, texts = held_out_texts()
    for kind, split_text in (("words", split_words), ("characters", list)):
        symbols, held_out = split_text(train), [split_text(text) for text in texts]
        observed, expected = count_observed_and_expected(symbols, held_out)
        total_expected = expected.sum(0)
        if kind == "words":
            record.add("A2/new", new_contexts(symbols, held_out), *EXACT_TOLERANCE)
        record.add(f"ratios/{kind}", observed.sum(0) / total_expected, *EXACT_TOLERANCE)
        n_runs = sum(len(text) - ORDER + 1 for text in held_out)
        record.add(f"ratios/{kind}/fraction", observed.sum(0) / n_runs, *EXACT_TOLERANCE)
        record.add(
            f"ratios/{kind}/impossible", zero_count_fraction(symbols, held_out), *EXACT_TOLERANCE
        )
        record.add(f"ratios/{kind}/single", single_run_error(symbols, held_out), *EXACT_TOLERANCE)
    return record


def unseen_fraction(data: EncodedSplit, lengths: Iterable[int]) -> list[float]:
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
            shares.append((number_ngrams(data.counts[:length], data.test)[:-1] < 0).mean())
            continue
        strings = [data.test_text[i : i + length] for i in range(len(data.test_text) - length)]
        runs = (train[i : i + length] for i in range(len(train) - length + 1))
        stored = set(strings).intersection(runs)
        shares.append(np.mean([run not in stored for run in strings]))
    return [float(share) for share in shares]
