"""The corpus as models read it: three texts of indices, and the counts of the first."""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from jaxtyping import Int

from rnncourse.data.corpus import Document, split_corpus
from rnncourse.data.text import Vocabulary
from rnncourse.models.counting import Counts, count_orders
from rnncourse.models.ngram import NGrams
from rnncourse.models.smoothing import Smoothing

MAX_ORDER = 9
SPLITS = (0, 1, 2)


@dataclass(frozen=True)
class EncodedSplit:
    """One split as indices, with the counts of its training text.

    Args:
        train: Training text.
        valid: Validation text.
        test: Test text.
        test_text: The test text as characters.
        counts: Of the training text, one entry an order.
        vocabulary: What the indices mean.
    """

    train: Int[np.ndarray, " R"]
    valid: Int[np.ndarray, " S"]
    test: Int[np.ndarray, " T"]
    test_text: str
    counts: list[Counts]
    vocabulary: Vocabulary

    def fit(self, smoothing: Smoothing) -> NGrams:
        """Fit the models of every order with one smoothing."""
        return NGrams(self.counts, len(self.vocabulary), smoothing)


def encode_split(
    documents: Iterable[Document], seed: int, max_order: int = MAX_ORDER
) -> EncodedSplit:
    """Divide a corpus, encode the three texts, and count the training text."""
    split, vocabulary = split_corpus(documents, seed), Vocabulary()
    train, valid, test = map(vocabulary.encode, (split.train, split.valid, split.test))
    return EncodedSplit(train, valid, test, split.test, count_orders(train, max_order), vocabulary)
