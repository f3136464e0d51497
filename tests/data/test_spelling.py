"""Numbers in words equal those of num2words, and their pieces say every digit once."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rnncourse.data.spelling import LANGUAGES, MAX_NUMBER, spell_number, spell_pieces
from rnncourse.data.splits import sha256_hex

WORDS = sorted(LANGUAGES.keys() - {"digits"})
numbers = st.integers(0, MAX_NUMBER - 1)
OF_NUM2WORDS = {
    "de": "c3204e6bf5f8ad9958c3e643206acfb8a328612d174b60174843ec7bd6582f08",
    "en": "0d8673870d979cb701d40fee7bb889b3f15a1951ced12a969035e72bd991e002",
}
"""SHA-256 of the words of all numbers, a line each, as num2words 0.5.14 writes them."""


@pytest.mark.parametrize("language", WORDS)
def test_all_words_are_those_of_num2words(language):
    words = "\n".join(spell_number(n, language) for n in range(MAX_NUMBER))
    assert sha256_hex(words) == OF_NUM2WORDS[language]
    with pytest.raises(ValueError, match=r"0 \.\.\. 99999"):
        spell_pieces(MAX_NUMBER, language)


@given(numbers)
def test_digits_are_the_number(number):
    assert spell_number(number, "digits") == str(number)


@given(numbers, st.sampled_from(WORDS))
def test_every_nonzero_digit_is_spoken_with_its_place(number, language):
    spoken_facts = {fact for piece in spell_pieces(number, language) for fact in piece.facts}
    facts = ("units", "tens", "hundreds", "thousands: units", "thousands: tens")
    for fact, digit in zip(facts, reversed(str(number)), strict=False):
        if digit != "0":
            assert fact in spoken_facts
    assert ("thousand" in spoken_facts) == (number >= 1000)
    assert ("hundred" in spoken_facts) == (number % 1000 >= 100)


@given(numbers)
def test_the_order_of_digits_is_that_of_the_language(number):
    """English says tens before units; German after, from 21 on."""
    for language in WORDS:
        for group in ("", "thousands: "):
            types = [p.kind for p in spell_pieces(number, language) if f"{group}units" in p.facts]
            order = [p.kind for p in spell_pieces(number, language) if _belongs_to_group(p, group)]
            if types == ["units"] and "tens" in order:
                swapped = language == "de"
                assert order[0] == ("units" if swapped else "tens")
                assert order[-1] == ("tens" if swapped else "units")


def _belongs_to_group(piece, group):
    return any(fact in piece.facts for fact in (f"{group}units", f"{group}tens"))


def test_another_language_is_named():
    with pytest.raises(ValueError, match="'tlh'"):
        spell_pieces(3, "tlh")
