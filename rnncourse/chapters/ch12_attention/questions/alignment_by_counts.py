"""The open question: an alignment without a network, and without any truth."""

import numpy as np

from rnncourse.data.number_pairs import spell_list
from rnncourse.grading.writing import question

POINTS_BY_SCORE = ((0.7, 1), (0.8, 2), (0.84, 3), (0.88, 4))
"""Shares that point right, and points for that; what reads one side only finds less than half, and
what knows where units and tens stand on both sides, but no word, about 60 %."""
PAIRS = 160  # lists to learn from, and to align
LENGTHS, N_MISSING = (6, 7, 8), 2  # numbers of a list, and how many are lost on either side
NUMBERS = np.arange(1, 100)
COMPOUND = (NUMBERS > 20) & (NUMBERS % 10 > 0)
CHANCE = np.where(COMPOUND, 0.5 / np.sum(COMPOUND), 0.5 / np.sum(~COMPOUND))
PADDING = 0


def _sample_lists(rng):
    """Draw lists, and give tokens numbers from 1 on, in an order that says nothing."""
    lists_by_side, ids_by_side = ([], []), []
    for _ in range(PAIRS):
        numbers = rng.choice(NUMBERS, rng.choice(LENGTHS), replace=False, p=CHANCE)
        order = rng.permutation(numbers.size)
        lists_by_side[0].append(np.delete(numbers, order[:N_MISSING]).tolist())
        lists_by_side[1].append(np.delete(numbers, order[N_MISSING : 2 * N_MISSING]).tolist())
    for side, lists in zip(("source", "target"), lists_by_side, strict=True):
        texts = [getattr(spell_list(numbers), side) for numbers in lists]
        tokens = sorted({token for text in texts for token in text})
        id_by_token = dict(zip(tokens, 1 + rng.permutation(len(tokens)), strict=True))
        ids = np.full((PAIRS, max(map(len, texts))), PADDING)
        for row, text in zip(ids, texts, strict=True):
            row[: len(text)] = [id_by_token[token] for token in text]
        ids_by_side.append(ids)
    return lists_by_side, ids_by_side


@question("12-align", 7, "An alignment without a network", "project", returns="places")
def align(sources, targets):
    """Return for each target word its place in the source."""
    return _learn_pairs(sources, targets, rounds=8, tension=2.0)


def _learn_pairs(sources, targets, rounds, tension):
    """Learn which words go together, by expectation-maximization, near the diagonal."""
    table = np.ones((sources.max() + 1, targets.max() + 1))
    S, T = ((ids != PADDING).sum(axis=1)[:, None, None] for ids in (sources, targets))
    s, t = np.arange(sources.shape[1]), np.arange(targets.shape[1])[:, None]
    nearness = np.exp(-tension * np.abs((s + 0.5) / S - (t + 0.5) / T)) * (s < S)
    for n in range(rounds + 1):
        joint = nearness * table[sources[:, None, :], targets[:, :, None]]
        shares = joint / np.maximum(joint.sum(axis=2, keepdims=True), 1e-30)
        if n == rounds:
            return shares.argmax(axis=2)
        counts = np.zeros_like(table)
        masked_shares = shares * (t < T)
        indices = np.broadcast_arrays(sources[:, None, :], targets[:, :, None])
        np.add.at(counts, tuple(indices), masked_shares)
        table = counts / np.maximum(counts.sum(axis=1, keepdims=True), 1e-30)
    return None


@align.inputs
def _sample_inputs(rng):
    for seed in rng.integers(0, 2**31, 2):
        yield tuple(_sample_lists(np.random.default_rng(seed))[1])


def _find_truths(sources, targets):
    """Find the truth again: tokens are dealt at random, but the joint of a number can be told.

    Comma and joint are the two commonest tokens. Between two joints there is a comma, so that they
    never stand two places apart; commas do. A number with a joint swaps what is beside it; it is
    found by the words that stand in the same lists, and by no others.
    """
    joints = [_find_joint(ids) for ids in (sources, targets)]
    list_masks = [_mark_contained_tokens(ids) for ids in (sources, targets)]
    scaled_masks = [(x - x.mean(axis=0)) / (x.std(axis=0) + 1e-9) for x in list_masks]
    translations = np.argmax(scaled_masks[0].T @ scaled_masks[1], axis=0)
    triples = []
    for n, t in np.argwhere(targets == joints[1]):
        for j in np.flatnonzero(sources[n] == joints[0]):
            if np.array_equal(translations[targets[n, [t - 1, t + 1]]], sources[n, [j + 1, j - 1]]):
                triples += [(n, t - 1, j + 1), (n, t + 1, j - 1)]
    return triples


def _find_joint(ids):
    tokens, counts = np.unique(ids[ids != PADDING], return_counts=True)
    common_tokens = tokens[np.argsort(-counts)[:2]]
    return next(v for v in common_tokens if not ((ids[:, :-2] == v) & (ids[:, 2:] == v)).any())


def _mark_contained_tokens(ids):
    """Say for each list which tokens it holds."""
    return np.array([np.isin(np.arange(ids.max() + 1), row) for row in ids], float)


@align.measured(
    POINTS_BY_SCORE,
    "Of the units and tens of numbers like 47, {:.0%} point at the right word.".format,
)
def _measure_accuracy(cases, values, expected):
    """How many units and tens of compound numbers point at what says the same."""
    hits = []
    for (sources, targets), (places,) in zip(cases, values, strict=True):
        if np.shape(places) != targets.shape:
            hits += [False] * len(_find_truths(sources, targets))
            continue
        hits += [places[n, t] == j for n, t, j in _find_truths(sources, targets)]
    return float(np.mean(hits))


def _make_shifted_pointer(offset):
    """Make a wrong answer that points a fixed number of words on, or numbers of words by turns."""

    def answer(sources, targets):
        places = np.arange(targets.shape[1])
        places = places + np.resize(offset, len(places)) + 0 * targets
        return np.clip(places, 0, sources.shape[1] - 1)

    return answer


align.mistake("The same place", _make_shifted_pointer(0))(
    "You point at the place with the same number. In a number like 47 the order is turned."
)

align.mistake("Always two words on", _make_shifted_pointer(2), _make_shifted_pointer(-2))(
    "You point a fixed number of words on, or back. That reads nothing: it finds the units or the "
    "tens, never both."
)

align.mistake("Two on, two back", _make_shifted_pointer([2, 0, -2, 0]))(
    "You point two words on and two back by turns. That reads nothing: it counts places, and is "
    "right where only numbers like 47 stand before."
)


@align.mistake("The diagonal")
def _point_along_diagonal(sources, targets):
    """You point as far into the source as the target is written. That reads nothing."""
    S, T = ((ids != PADDING).sum(axis=1)[:, None] for ids in (sources, targets))
    return np.minimum((2 * np.arange(targets.shape[1]) + 1) * S // (2 * T), S - 1)


@align.mistake("The source read from behind")
def _point_from_the_end(sources, targets):
    """You point from the end of the list. Only within a number the order is turned."""
    S = (sources != PADDING).sum(axis=1)[:, None]
    return np.maximum(S - 1 - np.arange(targets.shape[1]) + 0 * targets, 0)


@align.mistake("The commonest neighbor")
def _point_at_commonest_neighbor(sources, targets):
    """You point at the word that stands in most pairs with the target word. The commonest words,
    like the comma, stand with everything: compare with how often a word occurs at all."""
    scores = _mark_contained_tokens(sources).T @ _mark_contained_tokens(targets)
    scores[PADDING] = -1
    return scores[sources[:, None, :], targets[:, :, None]].argmax(axis=2)


align.mistake("The first place", lambda sources, targets: 0 * targets)(
    "You point at the first word of every list."
)


@align.mistake("Words by their number")
def _point_at_nearest_number(sources, targets):
    """You compare the numbers of the words. They were dealt at random, in each language anew."""
    distances = np.abs(sources[:, None, :] - targets[:, :, None])
    return (distances + 1000 * (sources[:, None, :] == PADDING)).argmin(axis=2)
