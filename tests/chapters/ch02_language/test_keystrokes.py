"""Key strokes, counted by hand and by brute force."""

from collections import Counter

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rnncourse.chapters.ch02_language.keystrokes import (
    Typing,
    dictionary_completer,
    model_completer,
    type_words,
)
from rnncourse.data.text import Vocabulary
from rnncourse.decoding.completion import complete
from rnncourse.models.counting import count_orders
from rnncourse.models.ngram import NGrams
from rnncourse.models.smoothing import WittenBell


def always(word):
    """A helper that offers one word wherever it fits."""
    return lambda before, typed: word[len(typed) :] if word.startswith(typed) else ""


def test_by_hand():
    # "theory": one key accepts the offer at once. "there": no offer is right, so five keys.
    typing = type_words(always("theory"), "the theory of there", words=2)
    assert typing == Typing(letters=11, keys=6)
    assert typing.saved == pytest.approx(1 - 6 / 11)


@pytest.mark.parametrize("known_after", [0, 1, 2, 3, 4, 5, 6])
def test_an_offer_costs_one_key_after_those_typed(known_after):
    def helper(before, typed):
        return "gradient"[len(typed) :] if len(typed) >= known_after else "nonsense"

    assert type_words(helper, "A gradient.", words=1).keys == known_after + 1


def test_an_offer_of_the_last_letter_saves_nothing():
    def helper(before, typed):
        return "word"[len(typed) :] if len(typed) >= 3 else ""

    assert type_words(helper, "word", words=1) == Typing(letters=4, keys=4)


def test_an_offer_must_be_right_to_the_last_letter():
    for offer in ("words", "wor", "Word"):
        assert type_words(always(offer), "word", words=1).saved == 0


def test_words_are_letters_long_enough_and_spread_over_the_text():
    asked = []
    text = "one, first2second three (fourth) x.y fifths"

    def helper(before, typed):
        asked.append((before, typed))
        return ""

    type_words(helper, text, words=3)
    starts = [before for before, typed in asked if typed == ""]
    assert starts == [text[:5], text[: text.index("three")], text[: text.index("fifths")]]
    assert [typed for before, typed in asked if before == text[:5]][:4] == ["", "f", "fi", "fir"]


@given(st.lists(st.text("ab", min_size=1, max_size=3), min_size=1, max_size=20))
def test_the_dictionary_offers_the_most_frequent_word_with_this_beginning(words):
    helper, counts = dictionary_completer(" ".join(words)), Counter(words)
    for typed in {w[:i] for w in words for i in range(len(w))}:
        longer = {w: c for w, c in counts.items() if w.startswith(typed) and w != typed}
        offer = typed + helper("", typed)
        assert counts[offer] == max(longer.values())
        assert offer in longer


def test_the_dictionary_by_hand():
    helper = dictionary_completer("of there theory, there of of the The them")
    expected = {"": "of", "t": "here", "the": "re", "theo": "ry", "T": "he", "of": "", "x": ""}
    assert {typed: helper("ignored", typed) for typed in expected} == expected


TEXT = "The model reads the text. The model writes the next letter of the text.\n" * 3
VOCABULARY = Vocabulary()
MODEL = NGrams(count_orders(VOCABULARY.encode(TEXT), 6), 96, WittenBell()).next_probs


def test_a_model_completes_the_word_with_letters_only():
    helper = model_completer(MODEL, VOCABULARY)
    assert helper("The model reads the ", "t") == "ext"
    assert helper("The ", "mo") == "del"
    assert helper("", "") == VOCABULARY.decode(
        complete(MODEL, VOCABULARY.encode(""), VOCABULARY.encode("\n .")).ids
    )


def test_a_model_is_shown_no_more_than_its_reach():
    lengths = []

    def model(context):
        lengths.append(len(context))
        return np.eye(96)[0]  # a newline: nothing to offer

    helper = model_completer(model, VOCABULARY, reach=7)
    assert helper("x" * 100, "ab") == helper("x", "ab") == ""
    assert lengths == [9, 3]


def test_a_model_that_knows_the_text_saves_more_keys_than_the_dictionary():
    knowing = type_words(model_completer(MODEL, VOCABULARY), TEXT, 30).saved
    assert knowing > type_words(dictionary_completer(TEXT), TEXT, 30).saved > 0
