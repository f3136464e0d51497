"""Nucleus sampling: cutting off the tail of a distribution."""

import numpy as np

from rnncourse.grading.questions import Mistake, Property, Question


def _nucleus(probs, p):
    order = np.argsort(-probs)
    before = np.cumsum(probs[order]) - probs[order]
    return _only(probs, order[before < p])


def _only(probs, kept):
    filtered = np.zeros(len(probs))
    filtered[kept] = probs[kept]
    return filtered / filtered.sum()


def _distributions(rng):
    yield np.array([0.125, 0.5, 0.25, 0.125]), 0.625
    yield np.array([0.125, 0.5, 0.25, 0.0625, 0.0625]), 0.75
    yield np.array([0.01, 0.97, 0.02]), 0.9
    yield np.full(10, 0.1), 1.0
    yield rng.dirichlet(np.ones(8)), 0.5
    yield rng.dirichlet(np.ones(12)), 0.9
    yield rng.dirichlet(np.full(96, 0.3)), 0.95


def _crossing_dropped(probs, p):
    order = np.argsort(-probs)
    return _only(probs, order[np.cumsum(probs[order]) <= p])


def _one_too_many(probs, p):
    order = np.argsort(-probs)
    before = np.cumsum(probs[order]) - probs[order]
    return _only(probs, order[before <= p])


def _ascending(probs, p):
    order = np.argsort(probs)
    before = np.cumsum(probs[order]) - probs[order]
    return _only(probs, order[before < p])


def _top_k(probs, p):
    return _only(probs, np.argsort(-probs)[: int(np.ceil(p * len(probs)))])


def _in_sorted_order(probs, p):
    return np.sort(_nucleus(probs, p))[::-1]


def _first_of_none(probs, p):
    order = np.argsort(-probs)
    crossing = int(np.argmax(np.cumsum(probs[order]) >= p))
    return _only(probs, order[: crossing + 1])


def _kept(probs, filtered):
    return probs[filtered > 0]


def _smallest(arguments, filtered):
    probs, p = arguments
    kept = _kept(probs, filtered)
    return bool(len(kept) and kept.sum() - kept.min() < p)


NUCLEUS = Question(
    id="02-nucleus",
    title="Nucleus sampling",
    level="build",
    points=3,
    function="nucleus",
    reference=_nucleus,
    returns=("filtered",),
    inputs=_distributions,
    properties=(
        Property("no probability is negative", lambda a, filtered: bool(np.all(filtered >= 0))),
        Property(
            "the result sums to 1",
            lambda a, filtered: bool(np.isclose(filtered.sum(), 1, rtol=1e-5)),
            hint="What is left must be a distribution again.",
        ),
        Property(
            "the characters kept had together at least the mass p",
            lambda a, filtered: bool(_kept(a[0], filtered).sum() >= a[1] - 1e-9),
            hint="The character that crosses p belongs to the nucleus.",
        ),
        Property("without the least likely of them it would be less than p", _smallest),
        Property(
            "no character left out was likelier than one kept",
            lambda a, filtered: bool(
                np.max(a[0][filtered == 0], initial=0) <= np.min(_kept(a[0], filtered), initial=1)
            ),
        ),
    ),
    mistakes=(
        Mistake(
            "The crossing character dropped",
            _crossing_dropped,
            "You left out the character with which the sum crosses p. The nucleus is the smallest "
            "set whose mass reaches p, so it belongs in; else a character with probability 0.97 "
            "would be cut off at p = 0.9.",
        ),
        Mistake(
            "One character too many",
            _one_too_many,
            "Where the sum reaches p exactly, you take one character more. At least p is enough.",
        ),
        Mistake(
            "Not renormalized",
            lambda probs, p: np.where(_nucleus(probs, p) > 0, probs, 0.0),
            "You kept the right characters, but their probabilities do not sum to 1 any more: "
            "divide by what is left.",
        ),
        Mistake(
            "The least likely first",
            _ascending,
            "You sorted in ascending order, so you kept the tail and cut off the head. "
            "`np.argsort` puts the smallest first.",
        ),
        Mistake(
            "Top-k by habit",
            _top_k,
            "You kept the share p of the characters. That is top-k with k = pV. The nucleus counts "
            "probability, not characters: few when the model is sure, many when it is not.",
        ),
        Mistake(
            "Left in sorted order",
            _in_sorted_order,
            "Your probabilities are right, but they stand in sorted order. Put each back to the "
            "place of its character.",
        ),
        Mistake(
            "A threshold for every single character",
            lambda probs, p: _only(probs, np.flatnonzero(probs >= 1 - p)),
            "You compared every single probability with 1 − p. The nucleus adds them up, from the "
            "likeliest on, and compares the sum with p.",
        ),
        Mistake(
            "The first place of none",
            _first_of_none,
            "Right, except where rounding keeps the sum of all probabilities just below p = 1: "
            "then `np.argmax` finds no True and answers 0, and only one character is left.",
        ),
    ),
)

QUESTIONS = (NUCLEUS,)
