"""Translation by copying: the target of the training pair whose source is nearest.

It has no parameter to learn. What it gets right was in the training set, or is
translated alike.

Source: V. I. Levenshtein, "Binary codes capable of correcting deletions, insertions and
reversals", Soviet Physics Doklady 10 (1966), for the distance.
"""

from collections import Counter
from collections.abc import Sequence

import numpy as np
from jaxtyping import Int


def edit_distance(a: Sequence, b: Sequence) -> int:
    """Count the fewest edits from one sequence to another: insert, delete or replace a token.

    >>> edit_distance("seven", "eleven"), edit_distance("", "abc")
    (2, 3)
    """
    before = list(range(len(b) + 1))
    for i, token in enumerate(a, 1):
        row = [i]
        for j, other in enumerate(b, 1):
            row.append(min(before[j] + 1, row[-1] + 1, before[j - 1] + (token != other)))
        before = row
    return before[-1]


class NearestNeighbor:
    """Copies the target of the nearest training source.

    The distance is that of `edit_distance`. Among the K nearest sources, and all as near as the
    last of them, the target that most of them have is copied; the nearest has the word where
    targets are named equally often, and among those the one that stood first in training.

    Args:
        sources: Training sources.
        targets: Their targets.
        K: How many neighbors have a vote.

    Raises:
        ValueError: If there is no pair, not as many targets as sources, or K is below 1.

    >>> model = NearestNeighbor(["one", "two", "ten"], ["eins", "zwei", "zehn"])
    >>> model.translate("tin")
    'zehn'
    """

    def __init__(self, sources: Sequence[Sequence], targets: Sequence[Sequence], K: int = 1):
        if not len(sources) or len(sources) != len(targets) or K < 1:
            raise ValueError(
                "A neighbor needs a source, a target for each source, and K at least 1; got "
                f"{len(sources)} sources, {len(targets)} targets and K={K}."
            )
        self.targets, self.K = targets, K
        self.tokens: dict = {}
        self.lengths = np.array([len(source) for source in sources])
        self.batch = np.full((self.lengths.max(), len(sources)), -1)
        for i, source in enumerate(sources):
            ids = [self.tokens.setdefault(token, len(self.tokens)) for token in source]
            self.batch[: len(source), i] = ids

    def distances(self, source: Sequence) -> Int[np.ndarray, " N"]:
        """Return the edit distance to every training source, all rows of the table at once."""
        ids = [self.tokens.get(token, -2) for token in source]
        table = np.repeat(np.arange(len(ids) + 1)[:, None], self.batch.shape[1], axis=1)
        found = np.where(self.lengths == 0, len(ids), 0)
        for j, there in enumerate(self.batch, 1):
            diagonal, table[0] = table[0].copy(), j
            for i, token in enumerate(ids, 1):
                replaced = diagonal + (there != token)
                diagonal = table[i].copy()
                np.minimum(np.minimum(table[i], table[i - 1]) + 1, replaced, out=table[i])
            found = np.where(self.lengths == j, table[-1], found)
        return found

    def translate(self, source: Sequence) -> Sequence:
        """Return the target that the nearest training pairs have."""
        distances = self.distances(source)
        last = np.partition(distances, min(self.K, len(distances)) - 1)[self.K - 1 : self.K]
        radius = last[0] if len(last) else distances.max()
        near = np.flatnonzero(distances <= radius)
        near = near[np.argsort(distances[near], kind="stable")]
        votes = Counter(tuple(self.targets[i]) for i in near)
        most = max(votes.values())
        return next(self.targets[i] for i in near if votes[tuple(self.targets[i])] == most)
