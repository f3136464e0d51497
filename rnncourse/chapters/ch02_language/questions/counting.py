"""Surprise in bits, and bigrams by counting."""

import numpy as np

from rnncourse.grading.questions import Mistake, Property, Question

# --- 1. Bits and perplexity ---


def _bits_and_perplexity(log_probs):
    nats = -np.mean(log_probs)
    return nats / np.log(2), np.exp(nats)


def _surprises(rng):
    yield (np.log([0.5, 0.125]),)
    yield (np.zeros(1),)
    yield (np.array([-1.0, -np.inf, -2.0]),)
    yield (np.log(rng.uniform(0.01, 1, size=6)),)
    yield (np.log(rng.uniform(0.001, 1, size=40)),)


BITS = Question(
    id="02-bits",
    title="Bits and perplexity",
    level="recall",
    points=2,
    function="bits_and_perplexity",
    reference=_bits_and_perplexity,
    returns=("bits", "perplexity"),
    inputs=_surprises,
    properties=(
        Property("bits are at least 0", lambda a, bits, _: bits >= 0),
        Property("perplexity is at least 1", lambda a, _, perplexity: perplexity >= 1),
        Property(
            "perplexity is 2 to the power of the bits",
            lambda a, bits, perplexity: np.isclose(perplexity, 2.0**bits, rtol=1e-5),
        ),
    ),
    mistakes=(
        Mistake(
            "Two to the power of nats",
            lambda lp: (-np.mean(lp) / np.log(2), 2.0 ** -np.mean(lp)),
            "Your bits are right, but the perplexity is 2 to the power of a loss in nats. "
            "Nats belong to e, bits to 2.",
        ),
        Mistake(
            "e to the power of bits",
            lambda lp: (-np.mean(lp) / np.log(2), np.exp(-np.mean(lp) / np.log(2))),
            "Your bits are right, but the perplexity is e to the power of a loss in bits. "
            "Nats belong to e, bits to 2.",
        ),
        Mistake(
            "Nats taken for bits",
            lambda lp: (-np.mean(lp), 2.0 ** -np.mean(lp)),
            "The logarithms are natural, so their mean is in nats. You took it for bits: "
            "divide by the natural logarithm of 2.",
        ),
        Mistake(
            "Multiplied by ln 2",
            lambda lp: (-np.mean(lp) * np.log(2), np.exp(-np.mean(lp))),
            "You multiplied by ln 2. A nat is more than a bit, 1.44 of them: divide.",
        ),
        Mistake(
            "The mean of the probabilities",
            lambda lp: (-np.log2(np.mean(np.exp(lp))), 1 / np.mean(np.exp(lp))),
            "You averaged the probabilities and took the logarithm after that. Surprises are "
            "averaged, so the logarithm comes first: one impossible character must make the "
            "mean infinite.",
        ),
        Mistake(
            "The sum in the place of the mean",
            lambda lp: (-np.sum(lp) / np.log(2), np.exp(-np.sum(lp))),
            "You added the surprises of the whole text. Per character means: divide by how "
            "many there are.",
        ),
        Mistake(
            "The sign",
            lambda lp: (np.mean(lp) / np.log(2), np.exp(np.mean(lp))),
            "Your sign is the wrong way round. The logarithm of a probability is negative, "
            "and surprise is minus that.",
        ),
    ),
)

# --- 2. Bigrams ---


def _pair_counts(ids, V):
    one_hot = np.eye(V)[ids]
    return one_hot[:-1].T @ one_hot[1:]


def _divided(counts, by):
    return counts / np.maximum(by, 1)


def _bigram_probs(ids, V):
    counts = _pair_counts(ids, V)
    return _divided(counts, counts.sum(axis=1, keepdims=True))


def _texts(rng):
    yield np.array([0, 1, 1, 2]), 3
    yield np.array([3]), 4
    yield np.array([0, 1, 2, 0, 3, 0, 4, 0, 1, 2, 0]), 5  # abracadabra
    yield rng.integers(5, size=30), 6
    yield rng.integers(8, size=200), 8


def _rows_are_distributions(_, probs):
    sums = probs.sum(axis=1)
    return bool(np.all(np.isclose(sums, 1, rtol=1e-5) | (np.abs(sums) < 1e-7)))


BIGRAMS = Question(
    id="02-bigrams",
    title="Bigram probabilities",
    level="apply",
    points=2,
    function="bigram_probs",
    reference=_bigram_probs,
    returns=("probs",),
    inputs=_texts,
    properties=(
        Property("no probability is negative", lambda _, probs: bool(np.all(probs >= 0))),
        Property(
            "every row sums to 1, or to 0 where nothing followed",
            _rows_are_distributions,
            hint="A row belongs to one context: divide it by how often that context was followed.",
        ),
    ),
    mistakes=(
        Mistake(
            "The last character counted as a context",
            lambda ids, V: _divided(_pair_counts(ids, V), np.bincount(ids, minlength=V)[:, None]),
            "You divide by how often a character occurs. The last character of the text is "
            "followed by nothing, so there it is no context: its row sums to less than 1.",
        ),
        Mistake(
            "Normalized over the wrong axis",
            lambda ids, V: _divided(_pair_counts(ids, V), _pair_counts(ids, V).sum(axis=0)),
            "You normalized over the contexts: your columns sum to 1. That answers what came "
            "before a character. Here the rows should sum to 1, over what comes after.",
        ),
        Mistake(
            "Rows and columns exchanged",
            lambda ids, V: _bigram_probs(ids, V).T,
            "Your numbers are right, but rows and columns are exchanged: row u is the context, "
            "column w the character after it.",
        ),
        Mistake(
            "Add-one by habit",
            lambda ids, V: (
                (_pair_counts(ids, V) + 1) / (_pair_counts(ids, V).sum(axis=1, keepdims=True) + V)
            ),
            "You added 1 to every count. That is add-one smoothing; asked for is the plain ratio.",
        ),
        Mistake(
            "Divided by the number of all pairs",
            lambda ids, V: _pair_counts(ids, V) / max(len(ids) - 1, 1),
            "You divided by the number of all pairs, so the whole table sums to 1. That is how "
            "likely a pair is; asked for is how likely a character is after its context.",
        ),
        Mistake(
            "0/0 left in the table",
            lambda ids, V: _pair_counts(ids, V) / _pair_counts(ids, V).sum(axis=1, keepdims=True),
            "A character that nothing followed gives 0/0 here, which is NaN. Its row should be 0.",
        ),
        Mistake(
            "A uniform row for a context never seen",
            lambda ids, V: np.where(
                _pair_counts(ids, V).sum(axis=1, keepdims=True) > 0, _bigram_probs(ids, V), 1 / V
            ),
            "You gave a context that was never followed the uniform distribution. A sensible "
            "idea, and a kind of smoothing; asked for is a row of zeros.",
        ),
    ),
)

QUESTIONS = (BITS, BIGRAMS)
