"""Numerals: digits go in, the number in words comes out.

A sequence goes in, another of another length comes out: 42 is "forty-two".

Source: the words of `rnncourse.data.spelling`, which the tests hold against num2words. They are
exact, and there is one right answer.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from jaxtyping import Int

from rnncourse.data.spelling import spell_number
from rnncourse.data.splits import Splits, sha256_hex, split_items

MAX_NUMBER = 100_000
END = "<end>"

PINNED_SHA256 = "c22d2be66f6a48d0a8c75ffc584203b3948bab9d140cebdaee2b2fc5557d8151"
"""The SHA-256 of the words of a few numbers, on which the recorded numbers were measured."""


@dataclass(frozen=True)
class Numeral:
    """A number in digits and in words.

    Args:
        digits: For instance `"42"`.
        words: For instance `"forty-two"`.
    """

    digits: str
    words: str


def sample_numbers(size: int = 4000, seed: int = 0) -> list[int]:
    """Return numbers in a fixed random order, as many of one length as of another.

    There are only ten numbers of one digit, ninety of two, nine hundred of
    three; the longer ones make up for them. A larger size adds numbers and
    takes none away.

    Args:
        size: How many, at most 100,000.
        seed: Which order.

    Returns:
        Different numbers from 0 to 99,999, in the order of their size.

    Raises:
        ValueError: If there are not so many numbers, or less than one is wanted.

    >>> [len([n for n in sample_numbers() if len(str(n)) == digits]) for digits in range(1, 6)]
    [10, 90, 900, 1500, 1500]
    """
    if not 1 <= size <= MAX_NUMBER:
        raise ValueError(f"size must lie in 1 ... {MAX_NUMBER}; got {size}.")
    ranked = []
    for low, high in ((0, 10), (10, 100), (100, 1000), (1000, 10_000), (10_000, MAX_NUMBER)):
        order = sorted(range(low, high), key=lambda n: sha256_hex(f"{seed}:order:{n}"))
        ranked += [(rank, n) for rank, n in enumerate(order)]
    return sorted(n for _, n in sorted(ranked)[:size])


def load_numerals(size: int = 4000, seed: int = 0) -> Splits[Numeral]:
    """Return numbers in digits and words, in three parts.

    The part of a number is read off a hash of the number, whatever the size.

    Args:
        size: How many numbers.
        seed: Which numbers, and which division; the course uses 0, 1 and 2.

    Returns:
        The numerals.

    Raises:
        ValueError: If the size is not in 1 ... 100,000.

    >>> numerals = load_numerals(size=1000)
    >>> len(numerals.train), len(numerals.valid), len(numerals.test)
    (809, 103, 88)
    >>> numerals.test[5]
    Numeral(digits='60', words='sixty')
    """
    pairs = [Numeral(str(n), spell_number(n, "en")) for n in sample_numbers(size, seed)]
    return split_items(pairs, lambda pair: pair.digits, seed)


def split_words(text: str) -> list[str]:
    """Split a numeral into words; spaces, hyphens and commas are left out.

    >>> split_words("forty-two thousand, six hundred")
    ['forty', 'two', 'thousand', 'six', 'hundred']
    """
    return re.findall(r"\w+", text)


def list_word_vocabulary() -> tuple[str, ...]:
    """Return all words of the numerals, the end first; they are fixed, whatever the split.

    >>> len(list_word_vocabulary())
    32
    """
    numbers = (*range(101), 1001)
    return END, *sorted({word for n in numbers for word in split_words(spell_number(n, "en"))})


def decode_words(ids: Int[np.ndarray, " T"] | Sequence[int], vocabulary: Sequence[str]) -> str:
    """Turn outputs back into words, up to the first end.

    >>> decode_words([9, 10, 0, 3], list_word_vocabulary())
    'forty four'
    """
    tokens = [vocabulary[i] for i in ids]
    return " ".join(tokens[: tokens.index(END)] if END in tokens else tokens)
