"""Edit distance by hand and by all neighbors at once; the copied target."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rnncourse.models.neighbors import NearestNeighbor, edit_distance

words = st.text("abc", max_size=7)


@pytest.mark.parametrize(
    ("a", "b", "edits"),
    [("", "", 0), ("abc", "abc", 0), ("abc", "axc", 1), ("abc", "bc", 1), ("ab", "ba", 2)],
)
def test_distance_by_hand(a, b, edits):
    assert edit_distance(a, b) == edit_distance(b, a) == edits


@given(words, words, words)
def test_distance_is_a_distance(a, b, c):
    assert (edit_distance(a, b) == 0) == (a == b)
    assert edit_distance(a, c) <= edit_distance(a, b) + edit_distance(b, c)
    assert abs(len(a) - len(b)) <= edit_distance(a, b) <= max(len(a), len(b))


@given(st.lists(words, min_size=1, max_size=8), st.text("abcd", max_size=7))
def test_all_distances_at_once_are_those_one_by_one(sources, source):
    model = NearestNeighbor(sources, sources)
    assert model.distances(source).tolist() == [edit_distance(source, s) for s in sources]


def test_a_training_source_gets_its_own_target():
    sources = ["one", "two", "three"]
    model = NearestNeighbor(sources, ["eins", "zwei", "drei"])
    assert [model.translate(s) for s in sources] == ["eins", "zwei", "drei"]
    assert model.translate("thre") == "drei"


def test_more_neighbors_vote_and_the_nearest_breaks_a_tie():
    sources, targets = ["aa", "ab", "ba", "cccc"], ["x", "y", "y", "z"]
    assert NearestNeighbor(sources, targets).translate("aa") == "x"
    assert NearestNeighbor(sources, targets, K=3).translate("aa") == "y"
    assert NearestNeighbor(sources[:2], targets[:2], K=2).translate("aa") == "x"
    assert NearestNeighbor(sources, targets, K=9).translate("cccc") == "y"


def test_no_neighbor_is_no_model():
    with pytest.raises(ValueError, match="0 sources"):
        NearestNeighbor([], [])
    with pytest.raises(ValueError, match="K=0"):
        NearestNeighbor(["a"], ["b"], K=0)
