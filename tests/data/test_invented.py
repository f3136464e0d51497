"""An invented spelling follows its rules, and no two draws have the same ones."""

import numpy as np
import pytest

from rnncourse.data import invented
from rnncourse.data.invented import _pronounce as say

KNOWN = invented.Spelling(np.arange(invented.LETTERS), np.arange(invented.SOUNDS))
BY_HAND = {
    "23456": "23456",  # each letter its sound
    "20134": "2734",  # 0 and 1 are one sound, 7
    "21034": "21034",  # 1 and 0 are two
    "22334": "234",  # what is doubled sounds once
    "23457": "8345",  # a silent end, and the first sound is another
    "01237": "823",
    "22227": "8",
    "00123": "0723",
}


@pytest.mark.parametrize("word", BY_HAND)
def test_pronunciations_of_invented_words_are_those_by_hand(word):
    assert say([int(c) for c in word]) == [int(c) for c in BY_HAND[word]]


def test_rows_are_said_in_the_sounds_of_the_spelling():
    letters, sounds, plain = invented.sample_words(np.random.default_rng(0), KNOWN, 2000, 5)
    for word, spoken, as_written in zip(
        letters.tolist(), sounds.tolist(), plain.tolist(), strict=True
    ):
        own = say(word)
        assert spoken == [*own, invented.END, *[invented.FILLER] * (5 - len(own))]
        assert as_written == [*word, invented.END]
    other = invented.Spelling(KNOWN.letters[::-1], KNOWN.sounds[::-1])
    mirrored, respelled, _ = invented.sample_words(np.random.default_rng(0), other, 2000, 5)
    assert (mirrored == invented.LETTERS - 1 - letters).all()
    inside = sounds < invented.END
    assert (
        respelled[inside & (sounds >= 0)] == invented.SOUNDS - 1 - sounds[inside & (sounds >= 0)]
    ).all()


def test_each_rule_occurs_in_many_words():
    letters, _, _ = invented.sample_words(np.random.default_rng(1), KNOWN, 4000, 5)
    pairs = ((letters[:, :-1] == 0) & (letters[:, 1:] == 1)).any(axis=1)
    doubled = (letters[:, :-1] == letters[:, 1:]).any(axis=1)
    assert min(pairs.mean(), doubled.mean(), (letters[:, -1] == invented.LETTERS - 1).mean()) > 0.3


def test_no_two_spellings_are_the_same():
    drawn = [invented.sample_spelling(np.random.default_rng(seed)) for seed in range(20)]
    assert len({(*s.letters, *s.sounds) for s in drawn}) == 20
