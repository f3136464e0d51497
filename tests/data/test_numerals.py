"""Numerals: the words say the number, in one part, and come back from a batch."""

import warnings

import pytest

from rnncourse.data import numerals as numerals_module
from rnncourse.data.numerals import (
    CHARACTERS,
    LANGUAGES,
    decode,
    draw_numbers,
    load_numerals,
    word_vocabulary,
)
from rnncourse.data.padding import DataWarning, divide, hashed


@pytest.fixture(scope="module", params=LANGUAGES)
def language(request):
    return request.param


@pytest.fixture(scope="module")
def numerals(language):
    with warnings.catch_warnings():
        warnings.simplefilter("error")  # the words are the pinned ones
        return load_numerals(language)


def every(numerals):
    return [numeral for part in vars(numerals).values() for numeral in part]


# --- A second way to write a number in words, from the rules of a grammar book ---

ONES = {
    "en": "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen "
    "fifteen sixteen seventeen eighteen nineteen",
    "de": "null ein zwei drei vier fünf sechs sieben acht neun zehn elf zwölf dreizehn vierzehn "
    "fünfzehn sechzehn siebzehn achtzehn neunzehn",
    "fr": "zéro un deux trois quatre cinq six sept huit neuf dix onze douze treize quatorze "
    "quinze seize dix-sept dix-huit dix-neuf",
}
TENS = {
    "en": "- - twenty thirty forty fifty sixty seventy eighty ninety",
    "de": "- - zwanzig dreißig vierzig fünfzig sechzig siebzig achtzig neunzig",
    "fr": "- - vingt trente quarante cinquante soixante soixante quatre-vingt quatre-vingt",
}


def english(n):
    ones, tens = ONES["en"].split(), TENS["en"].split()
    if n < 20:
        return ones[n]
    if n < 100:
        return tens[n // 10] + (f"-{ones[n % 10]}" if n % 10 else "")
    if n < 1000:
        return f"{ones[n // 100]} hundred" + (f" and {english(n % 100)}" if n % 100 else "")
    comma = "," if n % 1000 >= 100 else " and"
    rest = f"{comma} {english(n % 1000)}" if n % 1000 else ""
    return f"{english(n // 1000)} thousand{rest}"


def german(n, last=True):
    ones, tens = ONES["de"].split(), TENS["de"].split()
    if n == 1 and last:
        return "eins"
    if n < 20:
        return ones[n]
    if n < 100:
        return (f"{ones[n % 10]}und" if n % 10 else "") + tens[n // 10]
    power, name = (100, "hundert") if n < 1000 else (1000, "tausend")
    return german(n // power, last=False) + name + (german(n % power, last) if n % power else "")


def french(n, last=True):
    ones, tens = ONES["fr"].split(), TENS["fr"].split()
    if n < 20:
        return ones[n]
    if n < 100:
        ten, one = divmod(n, 10)
        one += 10 if ten in (7, 9) else 0
        link = " et " if one in (1, 11) and ten < 8 else "-"
        plural = "s" if n == 80 and last else ""
        return tens[ten] + plural + (f"{link}{ones[one]}" if one else "")
    if n < 1000:
        plural = "s" if n % 100 == 0 and n >= 200 and last else ""
        head = "cent" if n < 200 else f"{ones[n // 100]} cent{plural}"
    else:
        head = "mille" if n < 2000 else f"{french(n // 1000, last=False)} mille"
    rest = n % (100 if n < 1000 else 1000)
    return head + (f" {french(rest, last)}" if rest else "")


def test_the_words_are_those_of_a_grammar_book(language, numerals):
    spell = {"en": english, "de": german, "fr": french}[language]
    for numeral in every(numerals):
        assert numeral.words == spell(int(numeral.digits)), numeral


# --- Which numbers ---


def test_a_number_is_in_one_part_and_in_the_same_for_all_languages(language, numerals):
    parts = [{n.digits for n in part} for part in vars(numerals).values()]
    assert sum(map(len, parts)) == len(set.union(*parts)) == 4000
    assert set.union(*parts) == {str(n) for n in draw_numbers()}
    assert parts == [set(part) for part in divide(map(str, draw_numbers()), str)]


def test_a_larger_size_moves_no_number():
    small, large = load_numerals("en", 500), load_numerals("en", 1500)
    for few, many in zip(vars(small).values(), vars(large).values(), strict=True):
        assert set(few) < set(many)


def test_the_seed_decides_which_numbers():
    first, second = set(draw_numbers(2000, seed=0)), set(draw_numbers(2000, seed=1))
    assert draw_numbers(2000, seed=0) == sorted(first)
    assert len(first & second) < 1300  # all 100 short ones, most of 633 with three digits


def test_all_numbers_can_be_drawn():
    assert draw_numbers(100_000) == list(range(100_000))
    assert draw_numbers(5) == sorted(draw_numbers(5))
    assert [len(str(n)) for n in draw_numbers(5)] == [1, 2, 3, 4, 5]


@pytest.mark.parametrize("size", [0, -1, 100_001])
def test_a_size_out_of_range_is_refused(size):
    with pytest.raises(ValueError, match=rf"size must lie in 1 \.\.\. 100000; got {size}"):
        draw_numbers(size)


def test_an_unknown_language_is_refused():
    with pytest.raises(ValueError, match="one of en, de, fr; got 'it'"):
        load_numerals("it")


def test_the_content_is_the_one_that_the_numbers_were_measured_on(language, numerals):
    lines = "\n".join(f"{n.digits} {n.words}" for n in every(numerals))
    assert hashed(lines) == CONTENT[language]


CONTENT = {
    "en": "a566021c77fdb3c1897aaccfc6cd7e0339e2199b6b0eb1a575ba3291e4792f57",
    "de": "11fb88f1faed49b22b443efe19b919653daacc0c3c3ea149cf79fb8bf4031ac2",
    "fr": "da8ec2276faf7a8da22c57a18c89b3676338666909d265294502a6865e30da2b",
}


def test_other_words_are_announced_in_one_sentence_and_used(monkeypatch):
    monkeypatch.setattr(numerals_module, "PINNED_SHA256", {"en": "0" * 64})
    with pytest.warns(DataWarning, match=r"^These numerals are not .*num2words \d.*: install"):
        assert len(load_numerals("en", 10).train) > 0


# --- Batches ---


def test_german_has_no_list_of_words():
    with pytest.raises(ValueError, match="German numerals have no list of words"):
        word_vocabulary("de")


def test_what_is_not_ended_is_decoded_to_its_last_character():
    assert decode([CHARACTERS.index(c) for c in "six"]) == "six"
    assert decode([]) == ""
