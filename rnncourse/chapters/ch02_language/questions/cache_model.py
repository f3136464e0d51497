"""The open question: a text that repeats its words, predicted as it is written.

The judge writes texts and shows the answer only what stands before the character that
it asks for, so nobody can look ahead, and no text that is stored somewhere helps. It
asks for every fourth character on average: five such texts give as sure a share as two
that are asked everywhere, in three fifths of the calls. The writer draws words from a
trigram model of the corpus, and half of the time takes one of a few terms of its own
again. What counts is how much the answer saves over the trigram model, next to what a
cache saves.
"""

import functools

import numpy as np
from jaxtyping import Float, Int

from rnncourse.data.corpus import load_corpus, split_corpus
from rnncourse.grading.writing import question

LETTERS = " abcdefghijklmnopqrstuvwxyz"
V = len(LETTERS)
MIN_CONTEXT, MAX_CONTEXT = 2, 6  # characters of context that the cache looks at
PRIOR_STRENGTH = 4.0  # in the model before, against what was seen: as many characters a kind
N_TEXTS, TEXT_LENGTH, N_TERMS, TERM_LENGTHS = 5, 300, 8, (5, 12)
MAX_GAP = 7  # characters from one place that is asked to the next
POINTS_BY_SCORE = ((0.3, 1), (0.55, 2), (0.75, 3), (0.9, 4))  # share of the cache's saving


def encode_letters(text: str) -> Int[np.ndarray, " T"]:
    """Return the letters of a text as numbers; what is none is a space, and one is enough."""
    id_by_byte = np.zeros(256, np.int64)
    id_by_byte[[ord(c) for c in LETTERS[1:] + LETTERS[1:].upper()]] = [*range(1, V), *range(1, V)]
    ids = id_by_byte[np.frombuffer(text.encode(), np.uint8)]
    return ids[np.r_[True, (ids[1:] > 0) | (ids[:-1] > 0)]]


@functools.cache
def build_trigram_table() -> Float[np.ndarray, "V V V"]:
    """Return P(w | u v) of letters and spaces, from the training text of split 0."""
    ids = encode_letters(split_corpus(load_corpus(), 0).train)
    probs = np.full(V, 1 / V)
    for n in (1, 2, 3):
        ngrams = np.lib.stride_tricks.sliding_window_view(ids, n) @ V ** np.arange(n)[::-1]
        counts = np.bincount(ngrams, minlength=V**n).reshape((V,) * n)
        n_types = np.count_nonzero(counts, axis=-1)[..., None]
        total = np.maximum(counts.sum(-1, keepdims=True) + n_types, 1)
        probs = np.where(n_types > 0, (counts + n_types * probs) / total, probs)  # Witten-Bell
    return probs


@functools.cache
def _cumulate_table() -> Float[np.ndarray, "V V V"]:
    """The table, summed up: where a number between 0 and 1 falls is the character drawn."""
    cumulative = build_trigram_table().cumsum(-1)
    return cumulative / cumulative[..., -1:]


def predict_base(past: Int[np.ndarray, " t"]) -> Float[np.ndarray, " V"]:
    """Return what the trigram model says of the character after `past`; a space stands before."""
    u, v = [0, 0, *past[-2:].tolist()][-2:]
    return build_trigram_table()[u, v]


def _predict_with_cache(
    base, past, prior_strength=PRIOR_STRENGTH, min_context=MIN_CONTEXT, max_context=MAX_CONTEXT
):
    """Witten-Bell on the text so far, from the shortest context to the longest, above `base`."""
    probs, text = np.array(base, float), bytes(past.tolist())
    for n in range(min_context, min(max_context, len(text) - 1) + 1):
        context, followers = text[len(text) - n :], []
        position = text.find(context)
        while position + n < len(text):
            followers.append(text[position + n])
            position = text.find(context, position + 1)
        if not followers:
            break
        counts = np.bincount(followers, minlength=len(probs))
        base_weight = prior_strength * np.count_nonzero(counts)
        probs = (counts + base_weight * probs) / (len(followers) + base_weight)
    return probs


def _sample_word(rng: np.random.Generator) -> list[int]:
    """Draw a word and the space after it from the trigram model."""
    cumulative, word = _cumulate_table(), [0]
    while True:  # as rng.choice draws, which would sum up each time
        word.append(int(cumulative[([0, *word])[-2], word[-1]].searchsorted(rng.random(), "right")))
        if word[-1] == 0 and len(word) > 2:
            return word[1:]


@question(
    "02-better",
    8,
    "A text that repeats itself",
    "project",
    returns="probs",
    provided=(f"{__name__}.LETTERS", f"{__name__}.V"),
    seconds=30.0,
)
def better_next(base, past):
    """Return the distribution of the character after the past, `(V,)`."""
    return _predict_with_cache(base, past)


def write_text(rng: np.random.Generator, length: int = TEXT_LENGTH) -> Int[np.ndarray, " T"]:
    """Write a text: every other word, on average, is one of a few terms."""
    terms: list[list[int]] = []
    min_length, max_length = TERM_LENGTHS
    while len(terms) < N_TERMS:
        if min_length < len(word := _sample_word(rng)) <= max_length + 1:
            terms.append(word)
    text: list[int] = []
    while len(text) < length:
        text += terms[rng.integers(N_TERMS)] if rng.random() < 0.5 else _sample_word(rng)
    return np.array(text[:length])


def _sample_positions(rng):
    """Choose places of a text, the last among them; nobody can tell which comes next."""
    positions = np.cumsum(rng.integers(1, MAX_GAP + 1, size=TEXT_LENGTH)) - 1
    return [*positions[positions < TEXT_LENGTH - 1].tolist(), TEXT_LENGTH - 1]


@better_next.inputs
def _sample_inputs(rng):
    """First three odd pasts, then places of every text, in order."""
    yield np.array([0.5, 0.5]), np.zeros(0, np.int64)
    yield np.array([0.2, 0.3, 0.5]), np.array([2])
    yield np.full(4, 0.25), np.tile([0, 1, 2, 3], 3)
    for _ in range(N_TEXTS):
        text = write_text(rng)
        for t in _sample_positions(rng):
            yield predict_base(text[:t]), text[:t].copy()


def _describe_score(score):
    if not np.isfinite(score):
        return "A character that came had probability 0, which costs infinitely many bits."
    if score < 0:
        return "It needs more bits per character than the trigram model that it was given."
    return f"It saves {score:.0%} of the bits that the course's own cache saves over that model."


@better_next.measured(POINTS_BY_SCORE, _describe_score)
def _measure_saving(cases, values, expected):
    """How many bits the answer saves over the trigram model, for each that the cache saves."""
    saved_bits = cache_bits = 0.0
    with np.errstate(divide="ignore"):
        for i in range(len(cases) - 1):
            (base, past), (_, next_past) = cases[i], cases[i + 1]
            if len(base) == V and len(next_past) > len(past):
                symbol = next_past[len(past)]
                saved_bits += np.log2(values[i][0][symbol] / base[symbol])
                cache_bits += np.log2(expected[i][0][symbol] / base[symbol])
    return float(saved_bits / cache_bits)


better_next.property("no probability is negative", predicate=lambda _, probs: np.all(probs >= 0))


@better_next.property("the probabilities sum to 1")
def _sums_to_one(arguments, probs):
    """Bits mean nothing otherwise: with sums above 1 anybody beats anybody."""
    return abs(probs.sum() - 1) <= 1e-6


def _count_shares(base, past):
    return np.bincount(past, minlength=len(base)) / max(len(past), 1)


better_next.mistake("The trigram model itself", lambda base, past: base)(
    "These are the probabilities that you were given. Now make them better: what does the text so "
    "far say that the trigram model does not know?"
)

better_next.mistake("How often each character occurred")(
    "You mix in how often each character occurred. The trigram model knows that better, from a "
    "thousand times more text. What repeats here is longer: look at what followed the last few "
    "characters when they stood in the text before.",
    lambda base, past: 0.9 * base + 0.1 * _count_shares(base, past) if len(past) else base,
)

better_next.mistake("The text so far alone")(
    "You predict from the text so far alone. What has not occurred yet gets probability 0, and one "
    "such character costs infinitely many bits. Mix it with `base`.",
    lambda base, past: _count_shares(base, past) if len(past) else base,
)


@better_next.mistake("All on what followed the last time")
def _bet_on_last_follower(base, past):
    """You bet everything on what followed the last time. It will not always, and a character with
    probability 0 costs infinitely many bits. Mix it with `base`."""
    # Bet everything on what followed the last time the two characters before stood there.
    text = bytes(past.tolist())
    position = text.rfind(text[-2:], 0, max(len(text) - 1, 0)) if len(text) > 2 else -1
    return np.eye(len(base))[text[position + 2]] if position >= 0 else base


better_next.mistake("Added, not mixed", lambda base, past: base + 0.1 * _count_shares(base, past))(
    "You added what the text says to `base`, so the sum is more than 1. A mixture takes from one "
    "what it gives to the other: λ times the one, 1 − λ times the other."
)
