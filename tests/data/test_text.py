"""Characters and integers: nothing is lost on the way there and back."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rnncourse.data.text import ASCII, Vocabulary, VocabularyError

characters = st.text(st.characters(codec="utf-8"), min_size=1, max_size=40)


@given(st.text(ASCII))
def test_decoding_what_was_encoded_gives_the_text(text):
    vocabulary = Vocabulary()
    assert vocabulary.decode(vocabulary.encode(text)) == text


@given(characters.map(lambda s: "".join(dict.fromkeys(s))), st.data())
def test_any_set_of_characters_is_a_vocabulary(alphabet, data):
    vocabulary = Vocabulary(alphabet)
    ids = data.draw(st.lists(st.integers(0, len(alphabet) - 1)))
    assert vocabulary.encode(vocabulary.decode(ids)).tolist() == ids
    assert vocabulary.encode(alphabet).tolist() == list(range(len(vocabulary)))


def test_the_alphabet_is_the_newline_and_what_ascii_can_print():
    assert len(ASCII) == len(set(ASCII)) == 96
    assert ASCII[0] == "\n"
    assert set(ASCII[1:]) == {chr(i) for i in range(128) if chr(i).isprintable()}


def test_indices_are_int64_also_when_there_are_none():
    for text in ("", "abc"):
        ids = Vocabulary().encode(text)
        assert ids.dtype == np.int64
        assert ids.shape == (len(text),)
    assert Vocabulary().decode([]) == ""


def test_a_foreign_character_is_named_with_its_first_place():
    message = "'é' at position 3 is not among the 96 characters"
    with pytest.raises(VocabularyError, match=message):
        Vocabulary().encode("caféé")


@pytest.mark.parametrize("ids", [[96], [-1], [0, 5, 200]])
def test_an_index_outside_of_the_vocabulary_is_refused(ids):
    with pytest.raises(VocabularyError, match=r"must lie in 0 \.\.\. 95"):
        Vocabulary().decode(ids)


@pytest.mark.parametrize("alphabet", ["", "abca"])
def test_a_vocabulary_needs_distinct_characters(alphabet):
    with pytest.raises(VocabularyError, match="distinct characters, at least one"):
        Vocabulary(alphabet)
