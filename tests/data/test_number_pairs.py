"""Numerals and lists: what is linked means the same; parts share nothing; the seed decides."""

import pytest

from rnncourse.data.number_pairs import (
    list_number_tokens,
    load_lists,
    load_numbers,
    spell_list,
    spell_pair,
)
from rnncourse.data.spelling import LANGUAGES, spell_number

WORDS = sorted(LANGUAGES.keys() - {"digits"})


@pytest.fixture(scope="module")
def number_lists():
    return load_lists(size=500, held_out=30)


def list_part_keys(pairs):
    return [{pair.key for pair in part} for part in (pairs.train, pairs.valid, pairs.test)]


def test_a_pair_is_two_numerals_of_one_number():
    numbers = load_numbers("de", "en", size=150)
    for pair in (*numbers.train, *numbers.valid, *numbers.test):
        n = int(pair.key)
        assert "".join(pair.source) == spell_number(n, "de")
        assert "".join(pair.target) == spell_number(n, "en")


@pytest.mark.parametrize("characters", [True, False])
def test_units_and_tens_swap_and_thousands_do_not(characters):
    pair = spell_pair(21_345, "en", "de", characters)
    place = {}
    for links, kind, head in zip(pair.links, pair.kinds, pair.starts_piece, strict=True):
        if head:
            place.setdefault(kind, []).append(links)
    assert [len(place[kind]) for kind in ("units", "tens", "hundreds")] == [2, 2, 1]
    for (unit, *_), (ten, *_) in zip(place["units"], place["tens"], strict=True):
        assert unit > ten
    [(thousand, *_)], [(hundred, *_)] = place["thousand"], place["hundreds"]
    assert place["units"][0][-1] < thousand < hundred < place["tens"][1][0]


def test_linked_words_say_the_same_digit():
    """Checked by a table of the words themselves, not by the pieces' own facts."""
    digit = {spell_number(n, language): n for n in range(1, 10) for language in ("en", "de")}
    digit |= {"ein": 1} | {
        spell_number(10 * n, lg): 10 * n for n in range(2, 10) for lg in ("en", "de")
    }
    checked = 0
    for n in range(20, 100):
        pair = spell_pair(n, "en", "de", characters=False)
        for word, links in zip(pair.target, pair.links, strict=True):
            if word != "und":
                assert [digit[pair.source[i]] for i in links] == [digit[word]]
                checked += 1
    assert checked == 8 + 72 * 2


def test_numbers_have_no_number_in_two_parts_and_are_the_same_in_all_languages():
    words, digits = load_numbers("en", "de", size=300), load_numbers("digits", "de", size=300)
    assert [len(part) for part in list_part_keys(words)] == [
        len(words.train),
        len(words.valid),
        len(words.test),
    ]
    assert sum(map(len, list_part_keys(words))) == len(set().union(*list_part_keys(words))) == 300
    assert list_part_keys(words) == list_part_keys(digits)
    assert list_part_keys(load_numbers("en", "de", size=300, seed=1)) != list_part_keys(words)


@pytest.mark.parametrize("language", WORDS)
@pytest.mark.parametrize("characters", [True, False])
def test_the_vocabulary_has_every_token_of_any_number(language, characters):
    known = set(list_number_tokens(language, characters))
    for n in range(0, 100_000, 71):
        assert set(spell_pair(n, language, language, characters).source) <= known


def test_lists_are_disjoint_deterministic_and_of_all_lengths(number_lists):
    sets = list_part_keys(number_lists)
    assert sum(map(len, sets)) == len(set().union(*sets))
    assert [len(s) for s in sets] == [500, len(number_lists.valid), len(number_lists.test)]
    assert number_lists == load_lists(size=500, held_out=30)
    assert {pair.source.count(",") for pair in number_lists.train} == set(range(6))
    for part in (number_lists.valid, number_lists.test):
        lengths = [pair.source.count(",") + 1 for pair in part]
        assert [lengths.count(k) for k in range(2, 9)] == [30] * 7
    assert list_part_keys(load_lists(size=500, held_out=30, seed=1)) != sets


def test_a_list_is_its_numerals(number_lists):
    for pair in number_lists.valid[-40:]:
        numbers = [int(word) for word in pair.key.split()]
        numerals = "".join(pair.target).split(",")
        assert numerals == [spell_number(n, "de") for n in numbers]
        assert pair.source.count(",") + 1 == len(numbers)


def test_links_of_a_list_stay_inside_their_number(number_lists):
    for pair in number_lists.valid[::17]:
        owner = [pair.source[:i].count(",") for i in range(len(pair.source))]
        for t, links in enumerate(pair.links):
            number = pair.target[:t].count(",")
            assert len(links) == 1
            assert {owner[i] for i in links} == {number}


def test_tokens_of_lists_are_known(number_lists):
    for pair in number_lists.train:
        assert set(pair.source) <= set(number_lists.sources)
        assert set(pair.target) <= set(number_lists.targets)


def test_nothing_of_length_zero_is_drawn():
    with pytest.raises(ValueError, match="at least 1"):
        load_lists(size=0)


def test_a_long_list_can_be_written():
    assert spell_list(range(1, 31)).source.count(",") == 29
