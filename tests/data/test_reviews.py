"""Reviews: another reader finds the label, parts share no clause, and places are as asked."""

import re

import numpy as np
import pytest

from rnncourse.data.reviews import LABELS, WORDS, clauses, draw_reviews, review_batch

GOOD = {"great", "clever", "moving", "fresh", "funny", "like", "enjoy"}
BAD = {"dull", "clumsy", "silly", "flat", "slow", "hate", "regret"}
OTHERS = ("my sister", "the critics", "two friends", "we ", "it ", "the cinema", "my brother")


def opinion(clause):
    """The label of a clause: its word of opinion, turned round once for each negation."""
    words = clause.split()
    found = [word in GOOD for word in words if word in GOOD | BAD]
    assert len(found) == 1, clause
    return found[0] ^ (sum(word in ("not", "never", "nothing") for word in words) % 2)


def read(words):
    """Find the writer's sentence and its label, without the grammar that wrote it."""
    sentences = [s.strip() for s in " ".join(words).split(".") if s.strip()]
    own = [s for s in sentences if not s.startswith(OTHERS)]
    assert len(own) == 1, own
    turned = re.fullmatch(r"although .+ , (.+)|(.+) although .+|.+ but (.+)|(.+)", own[0])
    return int(opinion(next(filter(None, turned.groups())))), own[0]


def draw(seed=0, part=0, B=400, **places):
    return draw_reviews(np.random.default_rng(seed), clauses(seed)[part], B, **places)


@pytest.mark.parametrize("seed", [0, 1])
def test_another_reader_finds_the_label(seed):
    for review in draw(seed):
        label, own = read(review.words)
        assert label == review.label
        before = " ".join(review.words[: review.decided])
        assert before.endswith(f"{own} .")


def test_half_are_liked_and_the_order_is_random():
    labels = [review.label for review in draw(B=401)]
    assert abs(sum(labels) - 200) <= 1
    assert 50 < (np.diff(labels) == 0).sum() < 350


@pytest.mark.parametrize("seed", range(10))
def test_no_clause_is_in_two_parts_and_every_part_has_both_labels(seed):
    parts = clauses(seed)
    found = [clause for part in parts for kind in part for clause in kind]
    assert len(found) == len(set(found)) == 276
    for part in parts:
        for label, kind in enumerate(part):
            assert len(kind) >= 5
            assert {opinion(clause) for clause in kind} == {bool(label)}


@pytest.mark.parametrize(("before", "distance"), [(0, 0), (24, 0), (0, 24), (5, 60)])
def test_the_places_are_as_asked(before, distance):
    found = draw(before=before, distance=distance)
    starts = [len(r.words[: r.decided]) - len(read(r.words)[1].split()) - 1 for r in found]
    ends = [len(r.words) - r.decided for r in found]
    for lengths, most in ((starts, before), (ends, distance)):
        assert min(lengths) == 0
        assert most * 0.8 <= max(lengths) < most + 10  # the last aside is completed
    if distance == 0:
        assert {r.words[-1] for r in found} == {"."}
        assert max(ends) == 0


def test_words_of_opinion_alone_tell_nothing():
    """What others say, negation and turns leave each word as often in either kind of review."""
    found = draw(B=4000)
    share = {
        word: np.mean([r.label for r in found if word in r.words]) for word in sorted(GOOD | BAD)
    }
    assert max(abs(s - 0.5) for s in share.values()) < 0.15


def test_a_batch_spells_the_reviews():
    found = draw(B=7)
    ids, labels, mask = review_batch(found)
    for column, real, label, review in zip(ids.T, mask.T, labels, found, strict=True):
        assert tuple(WORDS[i] for i in column[real]) == review.words
        assert label == review.label < len(LABELS)
    assert len(WORDS) == len(set(WORDS)) == 62


def test_a_seed_decides_all():
    assert draw(3) == draw(3) != draw(4)


@pytest.mark.parametrize("wrong", [{"B": 0}, {"distance": -1}, {"before": -1}])
def test_what_cannot_be_drawn_is_refused(wrong):
    with pytest.raises(ValueError, match="B must be 1 or more, distance and before 0 or more; got"):
        draw(**wrong)
