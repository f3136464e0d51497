"""What is written instead: numbers read back from words, and slips that are found."""

import pytest
import torch

from rnncourse.chapters.ch01_sequences import mistakes
from rnncourse.chapters.ch01_sequences.mistakes import number_of, reordered
from rnncourse.chapters.ch01_sequences.tasks import WORDS
from rnncourse.data.numerals import Numeral, load_numerals, split_words
from rnncourse.models.sequence import SequenceModel


def test_every_number_is_read_back():
    for pair in load_numerals().test:
        assert number_of(" ".join(split_words(pair.words))) == int(pair.digits)
    assert {*mistakes.UNITS, *mistakes.TENS, "and", "hundred", "thousand", "<end>"} == {*WORDS}


@pytest.mark.parametrize(
    ("digits", "words", "found"),
    [
        ("95969", "ninety five thousand nine hundred and ninety six", True),
        ("95969", "ninety five thousand nine hundred and sixty nine", False),  # right
        ("11", "one", False),
        ("42022", "forty thousand two hundred and twenty two", True),
        ("2000", "two thousand and", False),  # a slip of grammar alone
    ],
)
def test_the_same_digits_in_another_order_are_found(digits, words, found):
    assert reordered(digits, words) is found


def test_what_is_wrong_comes_with_what_was_written(monkeypatch):
    """Planted: a 'network' that swaps the words of one number."""
    pairs = [Numeral("42", "forty-two"), Numeral("7", "seven"), Numeral("24", "twenty-four")]
    told = {"42": "forty two", "7": "seven", "24": "forty two"}

    def spell(model, given):
        return [told[pair.digits] for pair in given]

    monkeypatch.setattr(mistakes, "spell", spell)
    monkeypatch.setattr(
        mistakes,
        "right_numerals",
        lambda m, ps: torch.tensor([p.digits != "24" for p in ps]).numpy(),
    )
    assert mistakes.wrong(SequenceModel(2, 2, H=1, E=1), pairs) == [(pairs[2], "forty two")]
