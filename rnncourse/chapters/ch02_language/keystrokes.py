"""What auto-completion saves: key strokes, counted by typing held-out words."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np

from rnncourse.data.text import Vocabulary
from rnncourse.decoding.completion import complete
from rnncourse.decoding.sampling import NextProbs

CompleteWord = Callable[[str, str], str]
"""From the text before a word and its typed letters to the letters that would finish it."""


@dataclass(frozen=True)
class Typing:
    """What auto-completion saves.

    Args:
        letters: Letters of the words, which is what typing them out costs.
        keys: Key strokes with the help of completion; accepting one costs a key.
    """

    letters: int
    keys: int

    @property
    def saved(self) -> float:
        """Share of the key strokes saved."""
        return 1 - self.keys / self.letters


def type_words(complete_word: CompleteWord, text: str, words: int, min_length: int = 4) -> Typing:
    """Type words of a text with a helper that offers one completion at every key.

    The typist accepts an offer, at the cost of one key, only if it is right to
    the last letter and saves at least one key.

    Args:
        complete_word: The helper.
        text: Where the words stand.
        words: How many words to type, spread evenly over the text.
        min_length: Shorter words are not counted.

    Returns:
        The letters, and the keys that were needed.

    Raises:
        ValueError: If the text has no such word.
    """
    spans = [(m.start(), m.end()) for m in _words(text) if m.end() - m.start() >= min_length]
    if not spans:
        raise ValueError(f"The text has no word of {min_length} letters or more.")
    chosen = [spans[i] for i in np.linspace(0, len(spans) - 1, words).astype(int)]
    keys = 0
    for start, end in chosen:
        word, before = text[start:end], text[:start]
        for typed in range(len(word)):
            rest = word[typed:]
            if len(rest) > 1 and complete_word(before, word[:typed]) == rest:
                keys += typed + 1
                break
        else:
            keys += len(word)
    return Typing(sum(end - start for start, end in chosen), keys)


def model_completer(next_probs: NextProbs, vocabulary: Vocabulary, reach: int = 40) -> CompleteWord:
    """Make a completer for `type_words` that asks a model once a character."""
    stop = vocabulary.encode("".join(c for c in vocabulary.characters if not c.isalpha()))

    def complete_word(before: str, typed: str) -> str:
        prefix = vocabulary.encode(before[-reach:] + typed)
        return vocabulary.decode(complete(next_probs, prefix, stop).ids)

    return complete_word


def dictionary_completer(train_text: str) -> CompleteWord:
    """Make the baseline for `type_words`: the most frequent word with this beginning."""
    counts: dict[str, int] = {}
    for match in _words(train_text):
        counts[match[0]] = counts.get(match[0], 0) + 1
    best: dict[str, str] = {}
    for word in sorted(counts, key=lambda w: (counts[w], w)):  # the most frequent comes last
        for length in range(len(word)):
            best[word[:length]] = word

    def complete_word(before: str, typed: str) -> str:
        return best.get(typed, typed)[len(typed) :]

    return complete_word


def _words(text: str) -> Iterator[re.Match]:
    return re.finditer(r"[A-Za-z]+", text)
