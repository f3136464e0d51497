"""Phrases that mean a set of animals: the same words can have several trees, and mean several sets.

An animal is a cat, a dog or a bird, black or white, with a bell or without one: twelve in all. A
phrase is written with brackets, as in a treebank: `(black (cats and dogs))`. A bracket holds two
parts, or two parts and the word that joins them.
"""

import random
from functools import cache

import numpy as np
from jaxtyping import Int

from rnncourse.chapters.ch10_recursive_networks.expressions import find_split
from rnncourse.chapters.ch10_recursive_networks.trees import Tree, parse_brackets, word_tree

NOUNS, COLORS, CONJUNCTIONS = ("cats", "dogs", "birds"), ("black", "white"), ("and", "except")
BELLS = ("with", "without")
ANIMALS = [(kind, color, bell) for kind in NOUNS for color in COLORS for bell in BELLS]
WORDS = (*NOUNS, "animals", *COLORS, *CONJUNCTIONS, *BELLS, "bells", "(", ")")
"""The vocabulary; brackets are read by a chain that is shown them."""
JOIN = len(WORDS)
"""Symbol of a node without a word of its own."""


def parse_phrase(text: str) -> Tree:
    """Read a phrase with brackets.

    Args:
        text: Such as `(black (cats and dogs))`.

    Returns:
        A word, or the parts of a bracket: `(part, part)` or `(part, word, part)`.

    Raises:
        ValueError: If a word is not in the vocabulary, or a bracket is not closed, or is none of
            the five kinds.

    >>> parse_phrase("((black cats) and dogs)")
    (('black', 'cats'), 'and', 'dogs')
    """
    phrases = parse_brackets(text, _check_word, _check_bracket)
    if len(phrases) != 1 or not _is_phrase(phrases[0]):
        raise ValueError("a phrase is a noun, or one bracket that is closed at its end.")
    return phrases[0]


def _check_word(token: str) -> str:
    if token not in WORDS[:-2]:
        raise ValueError(f"the words are {', '.join(WORDS[:-2])}; got {token!r}.")
    return token


def _is_phrase(part: Tree) -> bool:
    return isinstance(part, tuple) or part in (*NOUNS, "animals")


def _check_bracket(children: list) -> Tree:
    """Return the parts of a bracket, if it is one."""
    are_phrases = [_is_phrase(part) for part in children]
    is_bracket = (
        (are_phrases == [False, True] and children[0] in COLORS)
        or (are_phrases == [True, False, True] and children[1] in CONJUNCTIONS)
        or (are_phrases == [True, False, False] and children[1] in BELLS and children[2] == "bells")
    )
    if not is_bracket:
        raise ValueError(
            "a bracket is (color phrase), (phrase with bells), (phrase without bells), "
            f"(phrase and phrase) or (phrase except phrase); got {to_text(tuple(children), True)}."
        )
    return tuple(children)


def to_text(tree: Tree, brackets: bool = False) -> str:
    """Write a tree as words, with brackets or without.

    >>> to_text((("black", "cats"), "and", "dogs"))
    'black cats and dogs'
    """
    if isinstance(tree, str):
        return tree
    words = " ".join(to_text(part, brackets) for part in tree)
    return f"({words})" if brackets else words


def combine_meanings(
    left: frozenset[int], word: str, right: frozenset[int] = frozenset()
) -> frozenset[int]:
    """Return what a bracket means, of what its parts mean: sets of places in `ANIMALS`."""
    if word in COLORS:
        return frozenset(n for n in left if ANIMALS[n][1] == word)
    if word in BELLS:
        return frozenset(n for n in left if ANIMALS[n][2] == word)
    return left | right if word == "and" else left - right


def find_meaning(tree: Tree) -> frozenset[int]:
    """Return which of `ANIMALS` a phrase means, as their places.

    >>> texts = "(black (cats and dogs))", "((black cats) and dogs)"
    >>> [len(find_meaning(parse_phrase(text))) for text in texts]
    [4, 6]
    """
    if isinstance(tree, str):
        return frozenset(n for n, animal in enumerate(ANIMALS) if tree in (animal[0], "animals"))
    if len(tree) == 2:
        return combine_meanings(find_meaning(tree[1]), tree[0])
    return combine_meanings(
        find_meaning(tree[0]), tree[1], frozenset() if tree[2] == "bells" else find_meaning(tree[2])
    )


def is_sensible(
    animals: frozenset[int], left: frozenset[int], right: frozenset[int] = frozenset()
) -> bool:
    """Say whether a bracket means something, and something else than its parts do."""
    return bool(animals) and animals not in (left, right)


def sample_phrase(size: int, rng: random.Random) -> tuple[Tree, frozenset[int]] | None:
    """Draw a phrase of so many parts: nouns, colors and bells are one each.

    With equal chances the top is a color before a phrase, a phrase with bells or without, or two
    phrases that are joined; how many parts the left one has is drawn evenly. A noun is one of four,
    a color, a joining word and *with* or *without* one of two.

    Returns:
        The phrase, and what it means; None if a bracket in it is not `is_sensible`.
    """
    if size == 1:
        noun = rng.choice((*NOUNS, "animals"))
        return noun, find_meaning(noun)
    form = rng.randrange(3)
    cut = rng.randint(1, size - 1) if form == 2 else size - 1
    word = rng.choice((COLORS, BELLS, CONJUNCTIONS)[form])
    left = sample_phrase(cut, rng)
    right = sample_phrase(size - cut, rng) if form == 2 and left else ("bells", frozenset())
    if not left or not right:
        return None
    animals = combine_meanings(left[1], word, right[1])
    if not is_sensible(animals, left[1], right[1]):
        return None
    return ((word, left[0]) if form == 0 else (left[0], word, right[0])), animals


def sample(part: str, sizes: tuple[int, int], count: int, seed: int) -> list[Tree]:
    """Draw phrases of one part, as `expressions.sample` does; for a test, none twice.

    A checksum of the words decides on the part, so that all their readings are in one.
    """
    rng, texts = random.Random(seed), {}
    for draw in range(20_000 * count):
        if len(texts) == count:
            break
        phrase = sample_phrase(rng.randint(*sizes), rng)
        if phrase and find_split(to_text(phrase[0])) == part:
            texts[draw if part == "train" else phrase[0]] = phrase[0]
    return list(texts.values())


def encode_tree(tree: Tree, kind: str = "parse") -> Int[np.ndarray, "N 4"]:
    """Build the array of a phrase.

    Args:
        tree: The phrase.
        kind: `"parse"`: its own tree, joining words at the nodes. `"chain"`: the words one after
            the other, without brackets. `"brackets"`: the same with brackets as words.
    """
    if kind != "parse":
        text = to_text(tree, kind == "brackets").replace("(", "( ").replace(")", " )")
        symbols = [WORDS.index(word) for word in text.split()]
        return np.array([(t - 1, -1, symbol, t) for t, symbol in enumerate(symbols)])
    return word_tree(tree, WORDS.index, JOIN)


def target_vector(tree: Tree) -> Int[np.ndarray, "12"]:
    """Return 1 for each of `ANIMALS` that a phrase means, else 0."""
    animals = find_meaning(tree)
    return np.array([int(n in animals) for n in range(len(ANIMALS))])


# --- What the words alone say ---


def _count_parts(words: list[str]) -> int:
    return sum(word in (*NOUNS, "animals", *COLORS, "bells") for word in words)


def meaning_frequencies(text: str) -> dict[frozenset[int], float]:
    """Return each meaning of words without brackets, and how often `sample_phrase` draws it.

    Every way to put brackets is gone through, with the chances of `sample_phrase` for its parts.

    >>> chances = meaning_frequencies("black cats and dogs")
    >>> sorted((len(meaning), round(chance * 2304, 6)) for meaning, chance in chances.items())
    [(4, 4.0), (6, 2.0)]
    """
    words = text.split()

    @cache
    def list_meanings(a: int, b: int) -> dict[frozenset[int], float]:
        if b - a == 1:
            noun = words[a] in (*NOUNS, "animals")
            return {find_meaning(words[a]): 1 / 4} if noun else {}
        probs: dict[frozenset[int], float] = {}

        def add(left: frozenset[int], word: str, right: frozenset[int], chance: float) -> None:
            animals = combine_meanings(left, word, right)
            if is_sensible(animals, left, right):
                probs[animals] = probs.get(animals, 0.0) + chance / 6

        if words[a] in COLORS:
            for left, p in list_meanings(a + 1, b).items():
                add(left, words[a], frozenset(), p)
        if words[b - 1] == "bells" and b - a > 2:
            for left, p in list_meanings(a, b - 2).items():
                add(left, words[b - 2], frozenset(), p)
        for m in (m for m in range(a + 1, b - 1) if words[m] in CONJUNCTIONS):
            for left, p in list_meanings(a, m).items():
                for right, q in list_meanings(m + 1, b).items():
                    add(left, words[m], right, p * q / (_count_parts(words[a:b]) - 1))
        return probs

    return list_meanings(0, len(words))
