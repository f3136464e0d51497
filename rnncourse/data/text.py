"""Characters and integers: the vocabulary of the language models."""

from dataclasses import dataclass, field

import numpy as np
from jaxtyping import Int

ASCII = "\n" + "".join(map(chr, range(32, 127)))
"""Newline and the 95 printable ASCII characters: the corpus holds nothing else."""


class VocabularyError(ValueError):
    """A character or an index outside of the vocabulary."""


@dataclass(frozen=True)
class Vocabulary:
    """A fixed, ordered set of characters; a character's index is its place.

    The alphabet is fixed before any text is seen, so held-out text can hold no
    unknown character and no statistic leaks from it.

    Args:
        characters: The distinct characters, in order.

    >>> vocabulary = Vocabulary("helo")
    >>> vocabulary.encode("hello").tolist()
    [0, 1, 2, 2, 3]
    >>> vocabulary.decode([0, 1, 2, 2, 3])
    'hello'
    """

    characters: str = ASCII
    _index: dict[str, int] = field(init=False, repr=False, compare=False)

    def __post_init__(self):
        if len(set(self.characters)) != len(self.characters) or not self.characters:
            raise VocabularyError("A vocabulary needs distinct characters, at least one.")
        object.__setattr__(self, "_index", {c: i for i, c in enumerate(self.characters)})

    def __len__(self) -> int:
        return len(self.characters)

    def encode(self, text: str) -> Int[np.ndarray, " T"]:
        """Turn text into indices.

        Args:
            text: Characters of the vocabulary.

        Returns:
            One index a character, `int64`.

        Raises:
            VocabularyError: If a character is not in the vocabulary.
        """
        try:
            return np.fromiter(map(self._index.__getitem__, text), np.int64, len(text))
        except KeyError as missing:
            character = missing.args[0]
            raise VocabularyError(
                f"{character!r} at position {text.index(character)} is not among the "
                f"{len(self)} characters of the vocabulary."
            ) from None

    def decode(self, ids: Int[np.ndarray, " T"] | list[int]) -> str:
        """Turn indices back into text: `decode(encode(s)) == s`.

        Raises:
            VocabularyError: If an index is outside of `0 ... len(self) - 1`.
        """
        ids = np.asarray(ids, dtype=np.int64)
        if ids.size and not (ids.min() >= 0 and ids.max() < len(self)):
            raise VocabularyError(f"Indices must lie in 0 ... {len(self) - 1}.")
        return "".join(self.characters[i] for i in ids)
