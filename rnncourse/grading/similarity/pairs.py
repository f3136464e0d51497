"""Which notebooks of a class share what others have not: pairs for a person to look at.

A fingerprint that half of the class has says nothing, and one that only two have says much. But the
fingerprints of one function come together: whoever writes it in one of few ways has all of them.
So each function counts as one thing that two notebooks agree in, as unlikely as it is rare::

    E(a, b) = sum over functions f of a: mean over fingerprints m of f: s(m) log((N + 8) / n(m))

where s(m) is 1 if b has m, and else 0; n(m) notebooks of N have it; and 8 stands for the notebooks
of a class that is too small to show what everybody writes. If they were independent, exp(−E) would
be the chance that two agree so. What counts is the smaller one of E(a, b) and E(b, a).
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from rnncourse.grading.similarity.fingerprints import Fingerprints

MIN_EVIDENCE, FULL_CLASS, EVIDENCE_PER_MISSING = 11.0, 30, 0.3
"""Two notebooks are listed from here on; for each student that a class has fewer than enough, so
much more is asked: the fewer there are, the less is known of what everybody writes."""
PSEUDO_COUNT = 8
MIN_FINGERPRINTS = 6
"""A function with fewer fingerprints counts as if it had so many, of which some are not shared."""
_CHUNK = 4096  # fingerprints


@dataclass(frozen=True)
class NotebookPair:
    """Two notebooks that are alike.

    Args:
        evidence: E of the two.
        shared_fraction: The fingerprints that they share, of those of the one that has fewer.
        shared_fingerprints: These fingerprints.
    """

    first: int
    second: int
    evidence: float
    shared_fraction: float
    shared_fingerprints: frozenset[int]


def choose_evidence_threshold(students: int) -> float:
    """Return the evidence from which a pair is listed.

    >>> choose_evidence_threshold(60), choose_evidence_threshold(10)
    (11.0, 17.0)
    """
    return MIN_EVIDENCE + EVIDENCE_PER_MISSING * max(0, FULL_CLASS - students)


def find_similar_pairs(notebooks: Sequence[Fingerprints]) -> list[NotebookPair]:
    """List the pairs that are alike, the most alike first."""
    evidence, threshold = (
        measure_pair_evidence(notebooks),
        choose_evidence_threshold(len(notebooks)),
    )
    pairs = []
    for a, b in np.argwhere(np.triu(evidence >= threshold, 1)).tolist():
        places = notebooks[a].places.keys(), notebooks[b].places.keys()
        shared = frozenset(places[0] & places[1])
        shared_fraction = len(shared) / min(map(len, places))
        pairs.append(
            NotebookPair(a, b, round(float(evidence[a, b]), 1), round(shared_fraction, 3), shared)
        )
    return sorted(pairs, key=lambda pair: (-pair.evidence, pair.first, pair.second))


def measure_pair_evidence(notebooks: Sequence[Fingerprints]) -> np.ndarray:
    """Return E of each two notebooks: a product of matrices, made some columns at a time."""
    N = len(notebooks)
    frequencies = Counter(mark for notebook in notebooks for mark in notebook.places)
    columns = {m: i for i, m in enumerate(sorted(m for m in frequencies if frequencies[m] > 1))}
    rarity = np.array([np.log((N + PSEUDO_COUNT) / frequencies[mark]) for mark in columns])
    column_lists, scale_lists = [], []
    for notebook in notebooks:
        sizes = Counter(group for group, *_ in notebook.places.values())
        rows = [
            (columns[m], sizes[place[0]]) for m, place in notebook.places.items() if m in columns
        ]
        indices, size = np.array(rows, int).reshape(-1, 2).T
        column_lists.append(indices)
        scale_lists.append(rarity[indices] / np.maximum(size, MIN_FINGERPRINTS))
    evidence = np.zeros((N, N))
    for start in range(0, len(columns), _CHUNK):
        weights, presence = np.zeros((2, N, min(_CHUNK, len(columns) - start)))
        for i, (indices, scale) in enumerate(zip(column_lists, scale_lists, strict=True)):
            in_chunk = (indices >= start) & (indices < start + _CHUNK)
            weights[i, indices[in_chunk] - start] = scale[in_chunk]
            presence[i, indices[in_chunk] - start] = 1
        evidence += weights @ presence.T
    return np.minimum(evidence, evidence.T)
