"""The lexicon against every alignment one by one, and on pairs whose truth is known."""

from itertools import product

import numpy as np
import pytest

from rnncourse.analysis.alignment import score
from rnncourse.data.number_pairs import list_pair
from rnncourse.models.lexicon import Lexicon


@pytest.mark.parametrize("tension", [0.0, 3.0])
def test_weights_and_probability_are_those_of_all_alignments(tension):
    lexicon = Lexicon(rounds=2, tension=tension).fit(["abc", "ab", "cb"], ["xyz", "xy", "zz"])
    source, target = "cab", "zxy"
    S, T = len(source), len(target)
    place = np.array(
        [
            [np.exp(-tension * abs((s + 0.5) / S - (t + 0.5) / T)) for s in range(S)]
            for t in range(T)
        ]
    )
    place /= place.sum(axis=1, keepdims=True)
    total, shares = 0.0, np.zeros((T, S))
    for alignment in product(range(S), repeat=T):
        p = 1.0
        for t, s in enumerate(alignment):
            x, y = lexicon.sources[source[s]], lexicon.targets[target[t]]
            p *= place[t, s] * lexicon.table[x, y]
        total += p
        for t, s in enumerate(alignment):
            shares[t, s] += p
    np.testing.assert_allclose(lexicon.weights(source, target), shares / total, atol=1e-12)
    assert lexicon.log_prob(source, target) == pytest.approx(np.log(total), rel=1e-12)


def test_rows_sum_to_one_and_every_round_fits_better():
    sources, targets = ["abc", "ab", "cb", "da"], ["xyz", "yx", "zyw", "wx"]
    found = []
    for rounds in (1, 2, 5, 20):
        lexicon = Lexicon(rounds).fit(sources, targets)
        np.testing.assert_allclose(lexicon.table.sum(axis=1), 1)
        found.append(sum(map(lexicon.log_prob, sources, targets)))
    assert found == sorted(found)


def test_words_of_lists_are_found_though_their_order_is_another():
    numbers = [(n, 7 * n % 99 + 1, 31 * n % 99 + 1) for n in range(1, 99)]
    pairs = [list_pair(some) for some in numbers]
    lexicon = Lexicon().fit([p.source for p in pairs], [p.target for p in pairs])
    held_out = [list_pair((n,)) for n in (21, 58, 97)]
    weights = [lexicon.weights(p.source, p.target) for p in held_out]
    assert score(weights, held_out).pointing == 1


def test_equal_words_share_the_weight_and_tension_prefers_the_near_one():
    pairs = [("ab", "xy"), ("ac", "xz"), ("b", "y"), ("c", "z")]
    sources, targets = zip(*pairs, strict=True)
    alike = Lexicon().fit(sources, targets).weights("aba", "xyx")
    np.testing.assert_allclose(alike[0, [0, 2]], 0.5, atol=0.02)
    near = Lexicon(tension=4.0).fit(sources, targets).weights("aba", "xyx")
    assert near.argmax(axis=1).tolist() == [0, 1, 2]


def test_what_never_stood_together_goes_by_place():
    lexicon = Lexicon().fit(["a", "b"], ["x", "y"])
    np.testing.assert_allclose(lexicon.weights("aa", "y"), [[0.5, 0.5]])
    assert lexicon.log_prob("aa", "y") == -np.inf


def test_settings_without_sense_are_refused():
    with pytest.raises(ValueError, match=r"0 and 0\.0"):
        Lexicon(rounds=0)
    with pytest.raises(ValueError, match=r"-1\.0"):
        Lexicon(tension=-1.0)
