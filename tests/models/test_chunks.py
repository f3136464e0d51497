"""The chunk transducer against all cuts, one by one; what it can learn, and what it cannot."""

from itertools import pairwise, product

import pytest

from rnncourse.data.number_pairs import list_pair
from rnncourse.models.chunks import ChunkTransducer


def all_cuts(source, target, longest):
    """List all ways to cut both into as many chunks of 1 to longest tokens, as lists of places."""
    found = []

    def go(i, j, cuts):
        if i == len(source) and j == len(target):
            found.append(tuple(cuts))
        for n, m in product(range(1, longest + 1), repeat=2):
            if i + n <= len(source) and j + m <= len(target):
                go(i + n, j + m, [*cuts, (i, i + n, j, j + m)])

    go(0, 0, [])
    return found


@pytest.mark.parametrize("fitted", [False, True])
def test_expectations_are_those_of_all_cuts(fitted):
    source, target = tuple("abcab"), tuple("bacx")
    model = ChunkTransducer(longest=3, rounds=2, prior=0.3)
    if fitted:
        model.fit(["ab", source, "cabb"], ["bx", target, "xxba"])

    def weight(cut):
        p = 1.0
        for i, k, j, m in cut:
            chunk = source[i:k], target[j:m]
            p *= model.probs.get(chunk, 0.0) if fitted else 0.3 ** (k - i + m - j)
        return p

    cuts = all_cuts(source, target, 3)
    whole = sum(map(weight, cuts))
    found, expected = model.expect(source, target)
    assert found == pytest.approx(whole, rel=1e-12)
    places = {place for cut in cuts for place in cut}
    for place in places:
        share = sum(weight(cut) for cut in cuts if place in cut) / whole
        assert expected.get(place, 0.0) == pytest.approx(share, abs=1e-12)
    assert expected.keys() <= places


def test_every_round_makes_the_training_pairs_likelier():
    pairs = [list_pair((n, 7 * n % 99 + 1)) for n in range(1, 99, 3)]
    sources, targets = [p.source for p in pairs], [p.target for p in pairs]
    likelihoods = []
    for rounds in (1, 2, 4):
        model = ChunkTransducer(2, rounds).fit(sources, targets)
        likelihoods.append([model.expect(p.source, p.target)[0] for p in pairs])
    for before, after in pairwise(likelihoods):
        assert sum(map(_log, after)) > sum(map(_log, before))


def _log(p):
    from math import log

    return log(p) if p else 0.0


def test_probabilities_sum_to_one():
    model = ChunkTransducer(2).fit(["ab", "ba", "abab"], ["xy", "yx", "xyxy"])
    assert sum(model.probs.values()) == pytest.approx(1)


@pytest.fixture(scope="module")
def lists():
    pairs = [list_pair((n, m)) for n in range(1, 100) for m in (3, (n * 37) % 99 + 1)]
    return [p.source for p in pairs], [p.target for p in pairs]


def test_chunks_of_three_learn_lists_of_any_length_and_chunks_of_two_cannot(lists):
    numbers = (21, 9, 77, 40, 13, 99, 58, 3, 66, 70, 81, 12)
    wide, narrow = (ChunkTransducer(longest).fit(*lists) for longest in (3, 2))
    pair = list_pair(numbers)
    assert wide.translate(pair.source) == pair.target
    assert narrow.translate(pair.source) != pair.target


def test_what_was_never_seen_is_copied():
    model = ChunkTransducer(2).fit(["ab", "a"], ["xy", "x"])
    assert model.translate("aqa") == ("x", "q", "x")
    assert model.translate("") == ()


def test_a_pair_that_cannot_be_cut_teaches_nothing():
    model = ChunkTransducer(2)
    assert model.expect(tuple("a"), tuple("xyz")) == (0.0, {})
    alone = ChunkTransducer(2).fit(["ab"], ["xy"])
    assert ChunkTransducer(2).fit(["ab", "a"], ["xy", "xyz"]).probs == alone.probs


def test_settings_without_sense_are_refused():
    with pytest.raises(ValueError, match="got 0, 5"):
        ChunkTransducer(longest=0)
    with pytest.raises(ValueError, match=r"and 2\."):
        ChunkTransducer(prior=2.0)


def test_a_chunk_that_every_round_makes_less_likely_is_given_up():
    """With thirty rounds the pieces of a pair that is always whole would underflow to zero."""
    model = ChunkTransducer(3, rounds=30).fit(["abc"] * 3 + ["d"], ["xyz"] * 3 + ["w"])
    assert min(model.probs.values()) > 0
    assert model.translate("abcd") == tuple("xyzw")
    assert len(model.translate("b")) == 1
