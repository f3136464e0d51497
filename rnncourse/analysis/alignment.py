"""How well attention points at the truth, where the truth is known.

A row of weights says where a decoder looked when it wrote one token. The pairs of
`rnncourse.data.pairs` say which positions of the source that token comes from. Two scores compare
them: the weight that lies on the truth, and whether the largest weight does.

Neither says much alone. Whoever looks at position t when writing token t is often right if the
order is the same. So the same two scores are given to alignments that read nothing: the diagonal,
and a fixed distance.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

import numpy as np
from jaxtyping import Float

from rnncourse.data.pairs import TokenPair

Weights = Float[np.ndarray, "_ _"]
"""Of one pair: a row for each token of its target, a column for each of its source."""


class AlignmentError(ValueError):
    """Weights that do not fit their pair, or nothing to score."""


@dataclass(frozen=True)
class AlignmentScores:
    """How well weights fit the truth, at some target positions.

    Args:
        mass: Mean weight on the true source positions, from 0 to 1.
        argmax_accuracy: Share of target positions whose largest weight lies on a true one; where
            several are largest, the share of them that do.
        positions: How many target positions were scored.
    """

    mass: float
    argmax_accuracy: float
    positions: int


def crop_weights(weights: Float[np.ndarray, "T B S"], pairs: Sequence[TokenPair]) -> list[Weights]:
    """Cut a batch of weights into those of each pair: no padding, and no row for the end.

    Raises:
        AlignmentError: If the batch has not as many columns as there are pairs.
    """
    if weights.shape[1] != len(pairs):
        raise AlignmentError(f"There are {len(pairs)} pairs, but weights of {weights.shape[1]}.")
    return [weights[: len(p.target), b, : len(p.source)] for b, p in enumerate(pairs)]


def list_scored_positions(
    pair: TokenPair, kinds: Collection[str] | None = None, first_only: bool = False
) -> list[int]:
    """Return the target positions that have a truth.

    Args:
        pair: Which.
        kinds: Only positions of these kinds.
        first_only: Only first tokens of pieces: what comes after them inside a word can be told
            from the beginning of the word, without a look at the source.
    """
    return [
        t
        for t, links in enumerate(pair.links)
        if links
        and (kinds is None or pair.kinds[t] in kinds)
        and (pair.starts_piece[t] or not first_only)
    ]


def score_alignment(
    weights: Sequence[Weights],
    pairs: Sequence[TokenPair],
    kinds: Collection[str] | None = None,
    first_only: bool = False,
) -> AlignmentScores:
    """Score weights against the truth, every position alike.

    Args:
        weights: Of each pair; rows beyond its target are not looked at.
        pairs: The truth.
        kinds: Only target positions of these kinds; see `list_scored_positions`.
        first_only: Only first tokens of pieces; see `list_scored_positions`.

    Raises:
        AlignmentError: If weights and pairs do not fit, or no position is to be scored.

    >>> pair = TokenPair(("a", "b"), ("x", "y"), ((1,), (0,)), ("", ""), (True, True), "")
    >>> score_alignment([np.array([[0.25, 0.75], [0.25, 0.75]])], [pair])
    AlignmentScores(mass=0.5, argmax_accuracy=0.5, positions=2)
    """
    mass, pointing = [], []
    for matrix, pair in zip(*_check_and_crop(weights, pairs), strict=True):
        for t in list_scored_positions(pair, kinds, first_only):
            on_truth = np.zeros(len(pair.source), bool)
            on_truth[list(pair.links[t])] = True
            mass.append(matrix[t][on_truth].sum())
            pointing.append(on_truth[matrix[t] == matrix[t].max()].mean())
    if not mass:
        raise AlignmentError(
            f"No position is to be scored: kinds={kinds}, first_only={first_only}."
        )
    return AlignmentScores(float(np.mean(mass)), float(np.mean(pointing)), len(mass))


def diagonal_weights(pair: TokenPair) -> Weights:
    """Look as far into the source as the target is written.

    Token t of T, from 0, looks at position floor((t + 1/2) S / T) of S.
    """
    S, T = len(pair.source), len(pair.target)
    return np.eye(S)[[(2 * t + 1) * S // (2 * T) for t in range(T)]]


def shifted_weights(pair: TokenPair, offset: int) -> Weights:
    """Look at position t + offset when writing token t, or at the nearest that there is."""
    S, T = len(pair.source), len(pair.target)
    return np.eye(S)[np.clip(np.arange(T) + offset, 0, S - 1)]


def fit_offset(
    pairs: Sequence[TokenPair],
    kinds: Collection[str] | None = None,
    first_only: bool = False,
    max_offset: int = 20,
) -> int:
    """Find the best offset of `shifted_weights`: on training pairs, for a fair chance level.

    Args:
        pairs: Where to search.
        kinds: See `list_scored_positions`.
        first_only: See `list_scored_positions`.
        max_offset: Largest distance that is tried, in both directions.

    Returns:
        The best; of equally good ones the smallest distance, and the negative one first.
    """
    offsets = sorted(range(-max_offset, max_offset + 1), key=abs)

    hits = dict.fromkeys(offsets, 0)
    for pair in pairs:
        last_index = len(pair.source) - 1
        for t in list_scored_positions(pair, kinds, first_only):
            for offset in offsets:
                hits[offset] += min(max(t + offset, 0), last_index) in pair.links[t]
    return max(offsets, key=hits.__getitem__)


def _check_and_crop(
    weights: Sequence[Weights], pairs: Sequence[TokenPair]
) -> tuple[list[Weights], Sequence[TokenPair]]:
    """Check that each pair has its weights, and cut off rows beyond its target."""
    if len(weights) != len(pairs):
        raise AlignmentError(f"There are {len(pairs)} pairs, but weights of {len(weights)}.")
    for i, (matrix, pair) in enumerate(zip(weights, pairs, strict=True)):
        if len(matrix) < len(pair.target) or matrix.shape[1] != len(pair.source):
            raise AlignmentError(
                f"Pair {i} needs weights of {len(pair.target)} rows and {len(pair.source)} "
                f"columns; got {matrix.shape}. Try: crop_weights(weights, pairs)."
            )
    return [matrix[: len(pair.target)] for matrix, pair in zip(weights, pairs, strict=True)], pairs
