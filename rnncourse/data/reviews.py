"""Reviews of films in small: words go in, and after the last, whether the writer liked the film.

Written for the course by a small grammar, so there is no end of reviews and the right answer is
known. Three things make words alone a bad guide, as in real reviews: negation ("not dull",
"nothing to like"), turns ("clever but dull", "dull although clever"), and what other people said.
The writer's own opinion is one sentence among others, and how far it lies from the end is set by
one number.

Source: turns and negation as what a bag of words misses: B. Pang, L. Lee and S. Vaithyanathan,
"Thumbs up? Sentiment classification using machine learning techniques", EMNLP 2002.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import product

import numpy as np
from jaxtyping import Bool, Int

from rnncourse.data.padding import divide, pad

LABELS = ("disliked", "liked")
THINGS = ("plot", "cast", "music", "ending", "story", "camera")
ADJECTIVES = (
    ("dull", "clumsy", "silly", "flat", "slow"),
    ("great", "clever", "moving", "fresh", "funny"),
)
VERBS = (("hate", "regret"), ("like", "enjoy"))
"""Words of opinion: of dislike first, then of liking, as in `LABELS`."""

PLAIN = (
    "the {thing} was {adjective}",
    "i {verb} the {thing}",
    "there is much to {verb} about the {thing}",
)
NEGATED = (
    "the {thing} was not {adjective}",
    "the {thing} was never {adjective}",
    "i did not {verb} the {thing}",
    "there is nothing to {verb} about the {thing}",
)
TURNS = ("{last}", "{other} but {last}", "although {other} , {last}", "{last} although {other}")
"""Sentences of the writer: `last` has the label, `other` the opposite one."""

ASIDES = (
    "we saw it on monday .",
    "it is set in paris .",
    "two friends came too .",
    "the cinema was full .",
    "my brother paid for us .",
    "it was late and we walked home .",
    "my sister said the {thing} was {adjective} .",
    "the critics {verb} the {thing} .",
    "two friends did not {verb} the {thing} .",
)
"""Sentences that do not count: facts, and what others said, of either kind by chance."""


def _words() -> tuple[str, ...]:
    frames = " ".join((*PLAIN, *NEGATED, *TURNS, *ASIDES)).split()
    words = {word for word in frames if word[0] != "{"}
    return tuple(sorted(words.union(THINGS, *ADJECTIVES, *VERBS)))


WORDS = _words()
"""The vocabulary, in its order: the place of a word is its id."""


@dataclass(frozen=True)
class Review:
    """A review.

    Args:
        words: All of `WORDS`.
        label: 0 disliked, 1 liked: a place in `LABELS`.
        decided: How many words are read when the writer's own sentence has ended.
    """

    words: tuple[str, ...]
    label: int
    decided: int


def clauses(seed: int = 0) -> tuple[tuple[tuple[str, ...], tuple[str, ...]], ...]:
    """Write every clause the grammar knows, in three parts: no clause is in two of them.

    Args:
        seed: Which division.

    Returns:
        For training, validation and test: the clauses of dislike, and those of liking.

    >>> [[len(kind) for kind in part] for part in clauses()]
    [[111, 115], [15, 10], [12, 13]]
    """
    found: dict[str, int] = {}
    for label, thing in product((0, 1), THINGS):
        for frames, meant in ((PLAIN, label), (NEGATED, 1 - label)):
            for frame, adjective, verb in product(frames, ADJECTIVES[meant], VERBS[meant]):
                found[frame.format(thing=thing, adjective=adjective, verb=verb)] = label
    parts = divide(found, str, seed)
    return tuple(tuple(tuple(c for c in part if found[c] == n) for n in (0, 1)) for part in parts)


def draw_reviews(
    rng: np.random.Generator,
    kinds: Sequence[Sequence[str]],
    B: int,
    distance: int = 12,
    before: int = 12,
) -> list[Review]:
    """Draw reviews, half of each label: asides, one sentence of the writer, asides.

    Args:
        rng: Where they come from.
        kinds: The clauses to write with, of dislike and of liking: one part of `clauses`.
        B: How many.
        distance: How far the writer's sentence lies from the end: asides follow until a number
            of words is reached that is drawn from 0 to `distance`, and the last is completed.
        before: The same for the words before it.

    Returns:
        The reviews, in random order.

    Raises:
        ValueError: If B is below 1, or a number of words below 0.

    >>> parts = clauses()
    >>> review, = draw_reviews(np.random.default_rng(1), parts[0], B=1, distance=4, before=0)
    >>> " ".join(review.words[: review.decided]), " ".join(review.words[review.decided :])
    ('the story was not slow but the ending was flat .', 'two friends came too .')
    >>> LABELS[review.label]
    'disliked'
    """
    if B < 1 or distance < 0 or before < 0:
        raise ValueError(
            f"B must be 1 or more, distance and before 0 or more; got {B}, {distance}, {before}."
        )
    found = []
    for label in rng.permutation(np.arange(B) % 2):
        turn = TURNS[rng.integers(len(TURNS))]
        last, other = (str(rng.choice(kinds[n])) for n in (label, 1 - label))
        own = f"{turn.format(last=last, other=other)} .".split()
        start = _asides(rng, int(rng.integers(before + 1)))
        end = _asides(rng, int(rng.integers(distance + 1)))
        found.append(Review((*start, *own, *end), int(label), len(start) + len(own)))
    return found


def _asides(rng: np.random.Generator, least: int) -> list[str]:
    """Write asides of at least so many words."""
    words: list[str] = []
    while len(words) < least:
        kind = rng.integers(2)
        chosen = {
            "thing": rng.choice(THINGS),
            "adjective": rng.choice(ADJECTIVES[kind]),
            "verb": rng.choice(VERBS[kind]),
        }
        words += ASIDES[rng.integers(len(ASIDES))].format(**chosen).split()
    return words


def review_batch(
    reviews: Sequence[Review],
) -> tuple[Int[np.ndarray, "T B"], Int[np.ndarray, " B"], Bool[np.ndarray, "T B"]]:
    """Encode reviews for a network.

    Args:
        reviews: One or more.

    Returns:
        Ids of words, padded with 0; labels; and the mask, True at a real word.
    """
    ids, mask = pad([[WORDS.index(word) for word in review.words] for review in reviews])
    return ids, np.array([review.label for review in reviews]), mask
