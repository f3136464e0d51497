"""What chapter 11 trains: an encoder and a decoder on lists of numbers, and how they are scored."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch
from jaxtyping import Float

from rnncourse.analysis.translations import LONGEST, batch, count_of, lists, network_for
from rnncourse.data.pairs import Pair, PairData
from rnncourse.decoding.stepping import Hypothesis
from rnncourse.models.translation import EncoderDecoder, Pairs
from rnncourse.training.matches import bleu, token_accuracy
from rnncourse.training.sequence import Settings
from rnncourse.training.translation import train

COMMA = ","


@dataclass(frozen=True)
class Kind:
    """A network and its source.

    Args:
        H: Units of the encoder, and of the decoder.
        Z: Size of the vector between them.
        layers: Of both.
        reverse: Whether the source is read from its end.
        rate: The learning rate.
        updates: How many.
        B: Texts in a batch.
    """

    H: int = 64
    Z: int = 64
    layers: int = 1
    reverse: bool = False
    rate: float = 12e-3
    updates: int = 1600
    B: int = 64


def make(data: PairData, kind: Kind) -> EncoderDecoder:
    """Make a network with new weights; its encoder reads in one direction."""
    return network_for(data, H=kind.H, Z=kind.Z, layers=kind.layers, bidirectional=False)


def fitted(kind: Kind, seed: int, data: PairData | None = None) -> EncoderDecoder:
    """Train a network; on the lists, unless other data are given."""
    data = lists() if data is None else data
    settings = Settings(kind.updates, B=kind.B, learning_rate=kind.rate, seed=seed)
    return train(lambda: make(data, kind), batch(data, data.train, kind.reverse), settings)


def fluency(written: Sequence[Sequence[str]], pairs: Sequence[Pair]) -> tuple[float, float]:
    """Return token accuracy and BLEU of what was written for lists of two to six numbers."""
    both = [
        (text, pair.target)
        for text, pair in zip(written, pairs, strict=True)
        if 1 < count_of(pair) <= LONGEST
    ]
    mine, wanted = zip(*both, strict=True)
    return token_accuracy(mine, wanted), bleu(mine, wanted)


def cut(tokens: Sequence) -> list[tuple]:
    """Cut a list at its commas.

    >>> cut(["ein", "und", "zwanzig", ",", "neun"])
    [('ein', 'und', 'zwanzig'), ('neun',)]
    """
    parts: list[list] = [[]]
    for token in tokens:
        if token == COMMA:
            parts.append([])
        else:
            parts[-1].append(token)
    return [tuple(part) for part in parts]


def by_position(
    written: Sequence[Sequence[str]], pairs: Sequence[Pair], length: int
) -> Float[np.ndarray, " K"]:
    """Return how often each number of a list is right, by its place.

    Args:
        written: Translations.
        pairs: What they translate.
        length: Only lists of so many numbers count.
    """
    hits = []
    for text, pair in zip(written, pairs, strict=True):
        if count_of(pair) == length:
            mine = [*cut(text), *[()] * length][:length]
            hits.append([a == b for a, b in zip(mine, cut(pair.target), strict=True)])
    return np.mean(hits, axis=0)


def words(found: Sequence[Hypothesis], data: PairData) -> list[tuple[str, ...]]:
    """Turn ids into tokens."""
    return [tuple(data.targets[i] for i in h.ids) for h in found]


@torch.no_grad()
def summaries(model: EncoderDecoder, pairs: Pairs) -> Float[np.ndarray, "N Z"]:
    """Return what the encoder hands over of each source: z."""
    return model.read(pairs.source, pairs.source_lengths)[1].numpy()
