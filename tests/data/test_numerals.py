"""Numerals: the words say the number, in one part, and come back from a batch."""

import warnings

import pytest

from rnncourse.data.numerals import (
    PINNED_SHA256,
    decode_words,
    list_word_vocabulary,
    load_numerals,
    sample_numbers,
)
from rnncourse.data.spelling import spell_number
from rnncourse.data.splits import check_pinned, sha256_hex, split_items


@pytest.fixture(scope="module")
def all_numerals():
    return load_numerals()


def join_parts(numerals):
    return [numeral for part in numerals for numeral in part]


def test_a_number_is_in_one_part(all_numerals):
    splits = [{n.digits for n in part} for part in all_numerals]
    assert sum(map(len, splits)) == len(set.union(*splits)) == 4000
    assert set.union(*splits) == {str(n) for n in sample_numbers()}
    assert splits == [set(part) for part in split_items(map(str, sample_numbers()), str)]


def test_a_larger_size_moves_no_number():
    small, large = load_numerals(500), load_numerals(1500)
    for few, many in zip(small, large, strict=True):
        assert set(few) < set(many)


def test_the_seed_decides_which_numbers():
    first, second = set(sample_numbers(2000, seed=0)), set(sample_numbers(2000, seed=1))
    assert sample_numbers(2000, seed=0) == sorted(first)
    assert len(first & second) < 1300  # all 100 short ones, most of 633 with three digits


def test_all_numbers_can_be_drawn():
    assert sample_numbers(100_000) == list(range(100_000))
    assert sample_numbers(5) == sorted(sample_numbers(5))
    assert [len(str(n)) for n in sample_numbers(5)] == [1, 2, 3, 4, 5]


@pytest.mark.parametrize("size", [0, -1, 100_001])
def test_a_size_out_of_range_is_refused(size):
    with pytest.raises(ValueError, match=rf"size must lie in 1 \.\.\. 100000; got {size}"):
        sample_numbers(size)


def test_the_content_is_the_one_that_the_numbers_were_measured_on(all_numerals):
    lines = "\n".join(f"{n.digits} {n.words}" for n in join_parts(all_numerals))
    assert sha256_hex(lines) == CONTENT


CONTENT = "a566021c77fdb3c1897aaccfc6cd7e0339e2199b6b0eb1a575ba3291e4792f57"


def test_an_unfinished_sequence_is_decoded_to_its_last_word():
    words = list_word_vocabulary()
    assert decode_words([words.index(w) for w in ("sixty", "six")], words) == "sixty six"
    assert decode_words([], words) == ""


def test_the_words_are_those_of_the_recorded_runs():
    numbers = (*range(101), 101, 200, 201, 1000, 1001, 21_000, 71_081, 80_080, 87_654, 99_999)
    words = (spell_number(n, "en") for n in numbers)
    with warnings.catch_warnings(action="error"):
        check_pinned("numerals", words, PINNED_SHA256, [])
