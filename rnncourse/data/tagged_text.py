"""A text whose words are tagged with parts of speech, from a file that the reader brings.

Nothing is downloaded. The file has the form CoNLL-U, in which the treebanks of Universal
Dependencies are given: a line for each word, with ten columns between tabs, of which the fourth is
the part of speech; an empty line after each sentence.

Source: Universal Dependencies, "CoNLL-U Format" (the columns, and ids that are no single words).
"""

from collections import Counter
from collections.abc import Iterable
from itertools import pairwise
from pathlib import Path

COLUMNS, WORD, TAG = 10, 1, 3

Sentence = tuple[tuple[str, str], ...]


class TaggedError(ValueError):
    """A tagged text is missing, or is not what it should be."""


def load_tagged(path: Path) -> list[Sentence]:
    """Read a tagged text.

    Lines that begin with `#` are comments. Of an id like `3-4`, several words written as one, the
    words follow in lines of their own; an id like `3.1` is no written word. Both are left out.

    Returns:
        Of each sentence its words, each with its tag.

    Raises:
        TaggedError: With one sentence that says what is wrong.
    """
    try:
        text = path.read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        raise TaggedError(
            f"There is no file {path}: bring a treebank in CoNLL-U, which this course does not "
            "download."
        ) from None
    except (OSError, UnicodeDecodeError) as error:
        raise TaggedError(f"{path} cannot be read: {error}.") from None
    sentences: list[Sentence] = []
    words: list[tuple[str, str]] = []
    for number, line in enumerate([*text.splitlines(), ""], start=1):
        if line.startswith("#"):
            continue
        columns = line.split("\t")
        if not line.strip():
            sentences += [tuple(words)] if words else []
            words = []
        elif len(columns) != COLUMNS:
            raise TaggedError(
                f"Line {number} of {path} has {len(columns)} columns between tabs; CoNLL-U has "
                f"{COLUMNS}."
            )
        elif columns[0].isdecimal():
            words.append((columns[WORD], columns[TAG]))
    if not sentences:
        raise TaggedError(f"{path} has no sentences.")
    return sentences


def count_next_tags(sentences: Iterable[Sentence], previous_tag: str | None = None) -> Counter[str]:
    """Count the tags of words that come next in their sentence.

    Args:
        sentences: Words with their tags.
        previous_tag: The tag of the word before; whatever it is, by default.

    >>> sentences = [(("old", "ADJ"), ("tree", "NOUN")), (("old", "ADJ"), ("!", "PUNCT"))]
    >>> count_next_tags(sentences, "ADJ")
    Counter({'NOUN': 1, 'PUNCT': 1})
    """
    return Counter(
        tag
        for sentence in sentences
        for (_, before), (_, tag) in pairwise(sentence)
        if previous_tag in (None, before)
    )
