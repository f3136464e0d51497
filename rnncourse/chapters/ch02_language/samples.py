"""What a sample of text is worth: how many of its words exist, how much of it is copied."""

import functools
import re


def known_word_fraction(text: str, train: str) -> float:
    """Return the share of a text's words that occur in the training text.

    Args:
        text: What was sampled; its first and last word, maybe cut, do not count.
        train: The training text.

    Returns:
        A share of the runs of letters; NaN if there is none.

    >>> known_word_fraction("a cat sat down there", "the cat sat down")
    1.0
    """
    train_words = _word_set(train)
    words = re.findall("[A-Za-z]+", text)[1:-1]
    return sum(word in train_words for word in words) / len(words) if words else float("nan")


@functools.cache
def _word_set(text: str) -> frozenset[str]:
    return frozenset(re.findall("[A-Za-z]+", text))


def copied_fraction(text: str, train: str, length: int = 30) -> float:
    """Return the share of a text's characters that lie in a run copied from the training text.

    Args:
        text: What was sampled.
        train: The training text.
        length: The shortest run that counts as copied.

    >>> copied_fraction("abcdeXYZ", "..abcde..", length=4)
    0.625
    """
    is_copied = [False] * len(text)
    for start in range(len(text) - length + 1):
        if text[start : start + length] in train:
            is_copied[start : start + length] = [True] * length
    return sum(is_copied) / len(text)


def repeated_fraction(text: str, length: int = 20) -> float:
    """Return the share of a text's runs that stood in it before.

    Args:
        text: What was sampled.
        length: Of a run, in characters.

    >>> repeated_fraction("abcabcabc", length=3)
    0.5714285714285714
    """
    runs = [text[i : i + length] for i in range(len(text) - length + 1)]
    return 1 - len(set(runs)) / len(runs) if runs else float("nan")
