"""Numerals and lists of numerals from one language to another, with their true alignment.

"twenty-one" is "einundzwanzig": the unit, said last in English, is said first in
German. So the alignment crosses inside every group of two digits, and
nowhere else. A list "twenty - one , nine" makes the source as long as one likes,
and each of its numbers is worth seven bits that the network must keep.

Source: the words of `rnncourse.data.spelling`, which the tests hold against num2words.
"""

import random
from collections.abc import Sequence
from functools import cache

from rnncourse.data.numerals import sample_numbers
from rnncourse.data.pairs import END, START, PairData, Piece, TokenPair, list_tokens, make_pair
from rnncourse.data.spelling import spell_pieces
from rnncourse.data.splits import sha256_hex, split_items

_SAMPLE = (*range(1001), 1100, *range(2000, 20_000, 1000), 21_000, 71_000, 80_000, 80_001, 91_345)
"""Numbers that have every piece that any of the languages uses."""


def spell_pair(number: int, source: str, target: str, characters: bool = True) -> TokenPair:
    """Write one number in two languages.

    Args:
        number: From 0 to 99,999.
        source: A language of `rnncourse.data.spelling`.
        target: Another one.
        characters: Whether a token is a character; else a piece.

    >>> pair = spell_pair(21, "en", "de", characters=False)
    >>> pair.source, pair.target, pair.links
    (('twenty', '-', 'one'), ('ein', 'und', 'zwanzig'), ((2,), (1,), (0,)))
    """
    return make_pair(
        spell_pieces(number, source), spell_pieces(number, target), str(number), characters
    )


@cache
def list_number_tokens(language: str, characters: bool = True) -> tuple[str, ...]:
    """Return all tokens that the numerals of a language use.

    >>> len(list_number_tokens("en")), len(list_number_tokens("de", characters=False))
    (22, 32)
    """
    return list_tokens((spell_pieces(number, language) for number in _SAMPLE), characters)


def load_numbers(
    source: str = "en", target: str = "de", size: int = 6000, seed: int = 0, characters: bool = True
) -> PairData:
    """Return numerals in two languages.

    The numbers and their parts are those of `rnncourse.data.numerals`: as many of
    three, four and five digits as there are, and the same for all languages.

    Args:
        source: `"en"`, `"de"` or `"digits"`.
        target: Another one.
        size: How many numbers; a thousand take about 0.1 seconds.
        seed: Which numbers, and which division.
        characters: Whether a token is a character; else a piece.

    Raises:
        ValueError: If a language is another one, or the size is not in 1 ... 100,000.

    >>> numbers = load_numbers("en", "de", size=1000)
    >>> len(numbers.train), len(numbers.valid), len(numbers.test)
    (809, 103, 88)
    >>> "".join(numbers.test[4].source), "".join(numbers.test[4].target)
    ('forty-six', 'sechsundvierzig')
    """
    numbers = sample_numbers(size, seed)
    splits = split_items(numbers, str, seed)
    train, valid, test = (
        tuple(spell_pair(n, source, target, characters) for n in split) for split in splits
    )
    tokens = (list_number_tokens(language, characters) for language in (source, target))
    return PairData(train, valid, test, next(tokens), (END, START, *next(tokens)))


def spell_list(numbers: Sequence[int], source: str = "en", target: str = "de") -> TokenPair:
    """Write a list of numbers in two languages, a token a piece.

    >>> pair = spell_list((21, 9))
    >>> " ".join(pair.source), " ".join(pair.target)
    ('twenty - one , nine', 'ein und zwanzig , neun')
    >>> pair.links
    ((2,), (1,), (0,), (3,), (4,))
    """
    texts = [_spell_list(numbers, language) for language in (source, target)]
    return make_pair(*texts, key=" ".join(map(str, numbers)), characters=False)


def _spell_list(numbers: Sequence[int], language: str) -> list[Piece]:
    pieces: list[Piece] = []
    for i, number in enumerate(numbers):
        if i:
            pieces.append(Piece(",", (f"comma {i}",), "comma"))
        for piece in spell_pieces(number, language):
            facts = tuple(f"{i}: {fact}" for fact in piece.facts)
            pieces.append(Piece(piece.text, facts, piece.kind))
    return pieces


def load_lists(
    max_train_length: int = 6,
    size: int = 20_000,
    held_out: int = 200,
    max_test_length: int = 8,
    seed: int = 0,
) -> PairData:
    """Return lists of numbers from 1 to 99 in English and German, a token a piece.

    The part of a list is read off a hash of its numbers. Training lists have 1 to
    `max_train_length` numbers, as many of one length as of another where there are so many;
    validation and test have `held_out` of each length, and go on to `max_test_length`, which nobody
    trained on. A list of one number is one of 99, so those are few.

    Args:
        max_train_length: Numbers in the longest training list.
        size: How many training lists.
        held_out: How many lists of each length in validation, and in test.
        max_test_length: Numbers in the longest list that is scored.
        seed: Which lists, and which division.

    Raises:
        ValueError: If a length or a size is below 1.

    >>> lists = load_lists(size=600, held_out=20)
    >>> len(lists.train), len(lists.valid), len(lists.test)
    (600, 153, 150)
    >>> lists.train[0].source.count(","), lists.valid[-1].source.count(",")
    (0, 7)
    """
    if min(max_train_length, size, held_out, max_test_length) < 1:
        raise ValueError("max_train_length, size, held_out and max_test_length must be at least 1.")
    train: list[TokenPair] = []
    held_out_pairs: tuple[list[TokenPair], list[TokenPair]] = ([], [])
    sizes = [0, held_out, held_out]
    for length in range(1, max(max_train_length, max_test_length) + 1):
        lengths_left = max(0, max_train_length + 1 - length)
        sizes[0] = -(-(size - len(train)) // lengths_left) if lengths_left else 0
        splits = _sample_lists(length, sizes, seed)
        train += [spell_list(numbers, "en", "de") for numbers in splits[0]]
        if length <= max_test_length:
            for pairs, split in zip(held_out_pairs, splits[1:], strict=True):
                pairs += [spell_list(numbers, "en", "de") for numbers in split]
    tokens = (_list_tokens(language) for language in ("en", "de"))
    return PairData(
        tuple(train), *map(tuple, held_out_pairs), next(tokens), (END, START, *next(tokens))
    )


def _sample_lists(length: int, sizes: list[int], seed: int) -> list[list[tuple[int, ...]]]:
    """Draw different lists until each part has as many as wanted, or all there are."""
    rng = random.Random(f"{seed}:{length}")  # random() is the same in every version of Python
    splits: list[list[tuple[int, ...]]] = [[], [], []]
    drawn: set[tuple[int, ...]] = set()
    while any(len(split) < size for split, size in zip(splits, sizes, strict=True)):
        if len(drawn) == 99**length:
            break
        numbers = tuple(1 + int(99 * rng.random()) for _ in range(length))
        if numbers in drawn:
            continue
        drawn.add(numbers)
        index = max(0, int(sha256_hex(f"{seed}:{numbers}")[:8], 16) % 10 - 7)
        if len(splits[index]) < sizes[index]:
            splits[index].append(numbers)
    return splits


@cache
def _list_tokens(language: str) -> tuple[str, ...]:
    return list_tokens((_spell_list((n, n), language) for n in range(1, 100)), characters=False)
