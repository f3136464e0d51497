"""What is looked at in a trained network: told or not, searched wider."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch
from jaxtyping import Bool, Float

from rnncourse.analysis.translations import LONGEST, batch, count_of, hypotheses, of_length, right
from rnncourse.chapters.ch11_seq2seq.translating import words
from rnncourse.core.records import Record
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
IDENTITY = 0.01, "an identity; two logits that are equal but for rounding may change places"
BLEU = 4.0, "float32: another processor trains another network"


@dataclass(frozen=True)
class TeacherForced:
    """What a network says under teacher forcing.

    Args:
        all: For each text, whether the likeliest symbol is right at every step.
        symbols: For each text, the share of its symbols at which it is; its end counts.
    """

    all: Bool[np.ndarray, " N"]
    symbols: Float[np.ndarray, " N"]


@torch.no_grad()
def teacher_forced(model: EncoderDecoder, pairs: Pairs) -> TeacherForced:
    """Run the decoder on the right symbols, and compare."""
    logits, _ = model.teacher_forced(pairs.source, pairs.source_lengths, pairs.target)
    agree, mask = (logits.argmax(-1) == pairs.target).numpy(), pairs.mask.numpy()
    return TeacherForced((agree | ~mask).all(0), (agree & mask).sum(0) / mask.sum(0))


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


def beams(
    model: EncoderDecoder, data: PairData, pairs: Sequence[Pair], max_length: int = MAX_LENGTH
) -> dict[str, float]:
    """Search with beams of several widths, with and without normalized lengths.

    No search ends early: it goes on while anything can still be better.

    Returns:
        By `WIDTH/ALPHA/NAME`: the share that is exact, BLEU, and the tokens written over those of
        the right texts.
    """
    sources, expected = batch(data, pairs), [pair.target for pair in pairs]
    measured: dict[str, float] = {}
    for alpha in ALPHAS:
        for width in WIDTHS:
            found = hypotheses(model, sources, width, alpha, max_length)
            texts, name = words(found, data), f"{width}/{alpha:g}"
            measured[f"{name}/exact"] = float(right(found, data, pairs).mean())
            measured[f"{name}/bleu"] = bleu(texts, expected)
            measured[f"{name}/length"] = sum(map(len, texts)) / sum(map(len, expected))
    return measured


def add_beams(
    record: Record, name: str, found: Sequence[dict[str, float]], share: tuple[float, str]
) -> None:
    """Record what `beams` has found in several networks."""
    for key in found[0]:
        limit = BLEU if key.endswith("/bleu") else share
        record.add(f"{name}/{key}", [one[key] for one in found], *limit)


def beam_lists(data: PairData) -> list[Pair]:
    """Choose the lists on which beams are compared."""
    chosen: list[Pair] = []
    for k in BEAM_LENGTHS:
        chosen += of_length(data.test, k, EACH)
    return chosen
