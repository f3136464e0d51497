"""The open question: predict better than modified Kneser-Ney of order 9.

The answer is given the distributions of the n-gram model and may mix them with
whatever it learns from the training text and from the text read so far. What
decides is the mean number of bits saved on pieces of the validation text.
"""

import functools

import numpy as np
from jaxtyping import Float, Int

from rnncourse.data.corpus import load_corpus, split_corpus
from rnncourse.data.text import Vocabulary
from rnncourse.grading.questions import Measured, Mistake, Property, Question
from rnncourse.models.counting import count_orders
from rnncourse.models.ngram import NGrams
from rnncourse.models.smoothing import KneserNey

ORDER = 9
PIECES, LENGTH = 4, 2500
SHORTEST_SCORED = 1000
STEPS = ((0.01, 1), (0.03, 2), (0.05, 3), (0.07, 4))  # bits saved, and the points for that


@functools.cache
def _material():
    """Return training text, validation text and the n-gram model: two seconds, once."""
    split, vocabulary = split_corpus(load_corpus(), 0), Vocabulary()
    train, valid = vocabulary.encode(split.train), vocabulary.encode(split.valid)
    return train, valid, NGrams(count_orders(train, ORDER), len(vocabulary), KneserNey())


@functools.cache
def piece(
    number: int,
) -> tuple[Int[np.ndarray, " R"], Float[np.ndarray, "T V"], Int[np.ndarray, " T"]]:
    """Return what the answer is called with for one piece of the validation text.

    Args:
        number: Which of the four pieces, 0 ... 3.

    Returns:
        The training text, the n-gram model's distribution at every place of the
        piece, `T V`, and the piece.
    """
    train, valid, model = _material()
    start = number * (len(valid) // PIECES)
    text = valid[start : start + LENGTH]
    padded = np.r_[np.zeros(ORDER - 1, np.int64), text[:-1]]
    contexts = np.lib.stride_tricks.sliding_window_view(padded, ORDER - 1)
    return train, model.next_probs(contexts), text


def _inputs(rng):
    """Two texts that part at one place, to see who looks ahead; then the pieces."""
    train, text = rng.integers(5, size=300), np.tile(rng.integers(5, size=20), 3)
    base, other_base = rng.dirichlet(np.ones(5), size=(2, len(text)))
    part = 45
    other = np.r_[text[:part], (text[part:] + 1) % 5]
    yield train, base[:1], text[:1]
    yield train, base, text
    yield train, np.r_[base[: part + 1], other_base[part + 1 :]], other
    for number in range(PIECES):
        yield piece(number)


def _saved(arguments, probs):
    """Bits per character that the answer saves over the n-gram model; None for a short text."""
    _, base, text = arguments
    places = np.arange(len(text))
    if len(text) < SHORTEST_SCORED:
        return None
    with np.errstate(divide="ignore"):
        return float(np.mean(np.log2(probs[places, text]) - np.log2(base[places, text])))


def _tell(saved):
    if not np.isfinite(saved):
        return "A character that came had probability 0, which costs infinitely many bits."
    more_or_fewer = "fewer" if saved >= 0 else "more"
    return (
        f"On the validation text it needs {abs(saved):.3f} bits per character {more_or_fewer} "
        "than modified Kneser–Ney of order 9."
    )


def _never_ahead(cases, values):
    """Say whether texts that part at one place have the same rows up to that place."""
    (_, _, text), (_, _, other) = cases[1:3]
    rows = slice(0, int(np.argmax(text != other)) + 1)
    return bool(np.allclose(values[1][0][rows], values[2][0][rows], 1e-6, 1e-9))


def _row_sums(_, probs):
    return bool(np.allclose(probs.sum(axis=1), 1, rtol=0, atol=1e-6))


# --- The reference, and what goes wrong ---

SHORT, LONG = 3, 8  # characters of context that the cache looks at
TRUST = 16.0  # in the model before, against what was seen: as many characters a kind


class _Cache:
    """What followed each run of 3 to 8 characters in the text so far."""

    def __init__(self):
        self.seen = {}

    def contexts(self, text, t):
        """List the runs before a place, the shortest first."""
        return [tuple(text[t - n : t]) for n in range(SHORT, min(LONG, t) + 1)]

    def add(self, text, t):
        """Learn from the character at a place."""
        for context in self.contexts(text, t):
            counts = self.seen.setdefault(context, {})
            counts[text[t]] = counts.get(text[t], 0) + 1

    def mix(self, probs, text, t):
        """Witten-Bell from the shortest context to the longest, standing on a model."""
        probs = probs.copy()
        for context in self.contexts(text, t):
            if counts := self.seen.get(context):
                rest = TRUST * len(counts)
                total = sum(counts.values()) + rest
                probs *= rest / total
                for w, count in counts.items():
                    probs[w] += count / total
        return probs


def _better_probs(train, base, text):
    return _with_cache(base, text, learn="after")


def _with_cache(base, text, learn):
    """Mix at every place; `learn` from a character after it, before it, or all at the start."""
    cache, text, probs = _Cache(), text.tolist(), []
    for t in range(len(text) if learn == "at the start" else 0):
        cache.add(text, t)
    for t in range(len(text)):
        if learn == "before":
            cache.add(text, t)
        probs.append(cache.mix(base[t], text, t))
        if learn == "after":
            cache.add(text, t)
    return np.stack(probs)


def _so_far(base, text):
    """How often each character occurred before each place, as a share."""
    counts = np.cumsum(np.eye(base.shape[1])[text], axis=0) - np.eye(base.shape[1])[text]
    return counts / np.maximum(counts.sum(axis=1, keepdims=True), 1)


def _cache_alone(train, base, text):
    shares = _so_far(base, text)
    shares[0] = 1 / base.shape[1]
    return shares


BETTER = Question(
    id="02-better",
    title="A better language model",
    level="project",
    points=4,
    function="better_probs",
    reference=_better_probs,
    returns=("probs",),
    inputs=_inputs,
    comparison=Measured(_saved, STEPS, _tell),
    properties=(
        Property("no probability is negative", lambda a, probs: bool(np.all(probs >= 0))),
        Property(
            "every row sums to 1",
            _row_sums,
            hint="Bits mean nothing otherwise: with sums above 1 anybody beats anybody.",
        ),
        Property(
            "row t depends neither on the characters from t on nor on the later rows of `base`",
            _never_ahead,
            across=True,
            hint="Predict first, and learn from a character only after that.",
        ),
    ),
    mistakes=(
        Mistake(
            "Learning from a character before predicting it",
            lambda train, base, text: _with_cache(base, text, learn="before"),
            "You add the character at t to the cache and predict it after that: the answer is in "
            "the question. Predict first, then learn.",
        ),
        Mistake(
            "Counting the whole text first",
            lambda train, base, text: _with_cache(base, text, learn="at the start"),
            "You counted the whole text before the first prediction. Row t may know the "
            "characters before t only.",
        ),
        Mistake(
            "The n-gram model itself",
            lambda train, base, text: base,
            "These are the probabilities that you were given. Now make them better: what does the "
            "text so far say that the training text did not?",
        ),
        Mistake(
            "The cache alone",
            _cache_alone,
            "You predict from the text so far alone. What has not occurred yet gets probability "
            "0, and one such character costs infinitely many bits. Mix it with the model.",
        ),
        Mistake(
            "Added, not mixed",
            lambda train, base, text: base + 0.1 * _so_far(base, text),
            "You added the cache to the model, so the rows sum to more than 1. A mixture takes "
            "from one what it gives to the other: λ times the one, 1 − λ times the other.",
        ),
    ),
    forbidden=("rnncourse.data", "rnncourse.analysis", "rnncourse.grading"),
)

QUESTIONS = (BETTER,)
