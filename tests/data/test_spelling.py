"""Numbers in words equal those of num2words, and their pieces say every digit once."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from num2words import num2words

from rnncourse.data.spelling import LANGUAGES, MAX_NUMBER, spell_number, spell_pieces
from rnncourse.data.splits import sha256_hex

WORDS = sorted(LANGUAGES.keys() - {"digits"})
numbers = st.integers(0, MAX_NUMBER - 1)
SOME = [*range(1100), *sorted(range(1100, MAX_NUMBER), key=lambda n: sha256_hex(str(n)))[:900]]


@pytest.mark.parametrize("language", WORDS)
def test_words_are_those_of_num2words(language):
    for n in SOME:  # all 100,000 agree; a minute and more
        assert spell_number(n, language) == num2words(n, lang=language)


@pytest.mark.tools
@pytest.mark.parametrize("language", WORDS)
def test_all_words_are_those_of_num2words(language):
    for n in range(0, MAX_NUMBER, 7):
        assert spell_number(n, language) == num2words(n, lang=language)


def test_num2words_is_no_reference_for_german_beyond():
    assert num2words(101_000, lang="de") == "einhunderteinstausend"
    with pytest.raises(ValueError, match=r"0 \.\.\. 99999"):
        spell_pieces(MAX_NUMBER, "de")


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
