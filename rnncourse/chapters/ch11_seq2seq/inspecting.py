"""What is looked at in a trained network: told or not, searched wider, read by a reader."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch
from jaxtyping import Bool, Float

from rnncourse.analysis.translations import LONGEST, batch, count_of, hypotheses, of_length, right
from rnncourse.chapters.ch11_seq2seq.translating import summaries, words
from rnncourse.data.pairs import Pair, PairData
from rnncourse.decoding.stepping import Hypothesis
from rnncourse.models.translation import EncoderDecoder, Pairs
from rnncourse.training.matches import bleu

WIDTHS = (1, 2, 4, 8, 32)
ALPHAS = (0.0, 1.0)
BEAM_LENGTHS = (3, 4, 5, 6)
"""Numbers of the lists on which beams are compared."""
EACH = 100
"""How many lists of each length."""
MAX_LENGTH = 32
"""Symbols of a list at most: the right ones have up to 24."""
ROUNDING = 1e-4
"""Two sums in float32 that differ by less are equal."""
STRENGTH = 1.0
"""Of the linear readers: what a squared weight costs."""
TOLERANCES = {
    "all": (0.01, "an identity; two logits that are equal but for rounding may change places"),
    "bleu": (4.0, "float32: another processor trains another network"),
    "log_prob": (1.5, "float32: another processor trains another network"),
}


def tolerance(key: str, usual: tuple[float, str]) -> tuple[float, str]:
    """Return how far a number of this name may move, and why."""
    return TOLERANCES.get(key.rsplit("/", 1)[-1], usual)


@dataclass(frozen=True)
class TeacherForced:
    """What a network says under teacher forcing.

    Args:
        all: For each text, whether the likeliest symbol is right at every step.
        symbols: For each text, the share of its symbols at which it is; its end counts.
        log_prob: Of the right text, in nats.
    """

    all: Bool[np.ndarray, " N"]
    symbols: Float[np.ndarray, " N"]
    log_prob: Float[np.ndarray, " N"]


@torch.no_grad()
def teacher_forced(model: EncoderDecoder, pairs: Pairs) -> TeacherForced:
    """Run the decoder on the right symbols, and compare."""
    logits, _ = model.teacher_forced(pairs.source, pairs.source_lengths, pairs.target)
    agree, mask = (logits.argmax(-1) == pairs.target).numpy(), pairs.mask.numpy()
    log_probs = logits.log_softmax(-1).gather(-1, pairs.target[..., None])[..., 0].numpy()
    return TeacherForced(
        (agree | ~mask).all(0),
        (agree & mask).sum(0) / mask.sum(0),
        np.where(mask, log_probs, 0).sum(0, dtype=np.float64),
    )


def agreeing(found: Sequence[Hypothesis], pairs: Pairs) -> Float[np.ndarray, " N"]:
    """Return for each text the share of its symbols, end included, that stand at their place."""
    accuracies = []
    for h, target, length in zip(found, pairs.target.T, pairs.target_lengths, strict=True):
        expected = target[: int(length)].numpy()
        ids = np.full(len(expected), -1)
        mine = np.append(h.ids, expected[-1]) if h.finished else h.ids
        ids[: len(mine)] = mine[: len(expected)]
        accuracies.append(np.mean(ids == expected))
    return np.array(accuracies)


def by_trained(accuracies: Float[np.ndarray, " N"], pairs: Sequence[Pair]) -> float:
    """Average over the lists of two to six numbers."""
    counts = np.array([count_of(pair) for pair in pairs])
    return float(accuracies[(counts > 1) & (counts <= LONGEST)].mean())


def search_errors(
    model: EncoderDecoder,
    pairs: Pairs,
    found: Sequence[Hypothesis],
    hits: Bool[np.ndarray, " N"],
) -> float:
    """Return how many of the wrong texts a better search would have replaced by the right one.

    The model itself finds the right text likelier than what the search has written. At the other
    wrong texts it is the model that errs.
    """
    better = teacher_forced(model, pairs).log_prob > np.array([h.log_prob for h in found])
    return float(better[~hits].mean())


def beams(
    model: EncoderDecoder, data: PairData, pairs: Sequence[Pair], max_length: int = MAX_LENGTH
) -> dict[str, float]:
    """Search with beams of several widths, with and without normalized lengths.

    No search ends early: it goes on while anything can still be better.

    Returns:
        By `WIDTH/ALPHA/NAME`: the share that is exact, BLEU, the tokens written over those of the
        right texts, the mean log-probability, and the share of texts whose score is lower than that
        of the narrower beam before.
    """
    sources, expected = batch(data, pairs), [pair.target for pair in pairs]
    measured: dict[str, float] = {}
    for alpha in ALPHAS:
        before = np.full(len(pairs), -np.inf)
        for width in WIDTHS:
            found = hypotheses(model, sources, width, alpha, max_length)
            texts, name = words(found, data), f"{width}/{alpha:g}"
            measured[f"{name}/exact"] = float(right(found, data, pairs).mean())
            measured[f"{name}/bleu"] = bleu(texts, expected)
            ratio = sum(map(len, texts)) / sum(map(len, expected))
            measured[f"{name}/length"] = ratio
            measured[f"{name}/log_prob"] = float(np.mean([h.log_prob for h in found]))
            scores = np.array([h.log_prob / (len(h.ids) + 1) ** alpha for h in found])
            measured[f"{name}/lower"] = float(np.mean(scores < before - ROUNDING))
            before = scores
    return measured


def beam_lists(data: PairData) -> list[Pair]:
    """Choose the lists on which beams are compared."""
    chosen: list[Pair] = []
    for k in BEAM_LENGTHS:
        chosen += of_length(data.test, k, EACH)
    return chosen


def probed(model: EncoderDecoder, data: PairData, length: int) -> dict[str, list[float]]:
    """Fit linear readers to z, and score them on new lists of the same length.

    One reader for the tens and one for the units of the number at each place, by least squares
    with a penalty.

    Returns:
        `digits`: the share of digits that are named, by place; `guess`: the share that always
        naming the most frequent one gets.
    """
    train, test = (of_length(part, length) for part in (data.train, data.test))
    zs, zs_new = (summaries(model, batch(data, part)) for part in (train, test))
    mean = zs.mean(0, dtype=np.float64)
    centered = zs - mean
    squares = centered.T @ centered + STRENGTH * np.eye(len(mean))
    numbers, numbers_new = (
        np.array([[int(n) for n in pair.key.split()] for pair in part]) for part in (train, test)
    )
    named, guessed = [], []
    for position in range(length):
        hits, usual = [], []
        for digit in (lambda n: n // 10, lambda n: n % 10):
            labels, labels_new = digit(numbers[:, position]), digit(numbers_new[:, position])
            targets = np.eye(10)[labels]
            W = np.linalg.solve(squares, centered.T @ targets)
            ys = (zs_new - mean) @ W + targets.mean(0)
            hits.append(np.mean(ys.argmax(1) == labels_new))
            usual.append(np.mean(labels_new == np.bincount(labels).argmax()))
        named.append(float(np.mean(hits)))
        guessed.append(float(np.mean(usual)))
    return {"digits": named, "guess": guessed}
