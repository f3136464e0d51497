"""What chapter 12 trains: networks with and without attention, and how they are scored."""

import random
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cache

import numpy as np
import torch
from jaxtyping import Float

from rnncourse.analysis.alignment import Weights, crop
from rnncourse.analysis.translations import (
    batch,
    by_length,
    hypotheses,
    lists,
    network_for,
    right,
)
from rnncourse.data.pairs import Pair, PairData
from rnncourse.models.translation import EncoderDecoder
from rnncourse.training.sequence import Settings
from rnncourse.training.translation import train


@dataclass(frozen=True)
class Kind:
    """A network and its training.

    Args:
        attention: How scores are made, or None: then the summary of the source is all there is.
        query: `"after"` the step or `"before"`.
        H: Units of the encoder, both directions together, and of the decoder.
        N: Inner size of additive attention.
        rate: The learning rate.
        updates: How many.
        B: Texts in a batch.
    """

    attention: str | None = "general"
    query: str = "after"
    H: int = 64
    N: int | None = None
    rate: float = 1e-2
    updates: int = 900
    B: int = 64


KINDS = {
    "none": Kind(None, H=58),
    "general": Kind(),
    "dot": Kind("dot", H=68, rate=5e-3),
    "additive": Kind("additive", N=32),
    "general, before": Kind("general", "before", H=56),
    "dot, before": Kind("dot", "before", H=58),
    "additive, before": Kind("additive", "before", H=56, N=20),
}
"""By name; each has 46,700 to 47,900 parameters. The last one is deck A's."""


MARKS = (",", ";", "/")
"""What stands between the numbers of a list whose separators vary."""


@cache
def varied() -> PairData:
    """Load the same lists; now each comma is one of three marks, drawn, the same on both sides."""
    data = lists()
    parts = {
        part: tuple(marked(pair) for pair in getattr(data, part))
        for part in ("train", "valid", "test")
    }
    more = MARKS[1:]
    return replace(data, **parts, sources=(*data.sources, *more), targets=(*data.targets, *more))


def marked(pair: Pair) -> Pair:
    """Draw a mark for every comma of a list.

    >>> from rnncourse.data.number_pairs import list_pair
    >>> pair = marked(list_pair((21, 9, 30)))
    >>> " ".join(pair.source), " ".join(pair.target)
    ('twenty - one , nine ; thirty', 'ein und zwanzig , neun ; dreißig')
    """
    rng = random.Random(pair.key)
    marks = [rng.choice(MARKS) for _ in pair.key.split()]
    sides = []
    for tokens in (pair.source, pair.target):
        left = iter(marks)
        sides.append(tuple(next(left) if token == "," else token for token in tokens))
    return replace(pair, source=sides[0], target=sides[1])


def make(data: PairData, kind: Kind) -> EncoderDecoder:
    """Make a network with new weights; its encoder reads in both directions."""
    return network_for(data, H=kind.H, attention=kind.attention, query=kind.query, N=kind.N)


def fitted(
    kind: Kind, seed: int, data: PairData | None = None, nudge: float = 0.0
) -> EncoderDecoder:
    """Train a network.

    Args:
        kind: Which.
        seed: Of its first weights, and of the order of the batches.
        data: Other data than the lists.
        nudge: By which share of itself every first weight is moved.
    """
    data = lists() if data is None else data
    settings = Settings(kind.updates, B=kind.B, learning_rate=kind.rate, seed=seed)

    def moved() -> EncoderDecoder:
        model = make(data, kind)
        with torch.no_grad():
            for part in model.parameters() if nudge else ():
                part.mul_(1 + nudge)
        return model

    return train(moved, batch(data, data.train), settings)


def exact(model: EncoderDecoder, data: PairData, pairs: Sequence[Pair]) -> Float[np.ndarray, " K"]:
    """Return the share of lists that are translated without a mistake, by their length."""
    return by_length(right(hypotheses(model, batch(data, pairs)), data, pairs), pairs)


@torch.no_grad()
def attention_of(model: EncoderDecoder, data: PairData, pairs: Sequence[Pair]) -> list[Weights]:
    """Return where a network looks while it is told each target: of every pair a row a token."""
    some = batch(data, pairs)
    _, weights = model.teacher_forced(some.source, some.source_lengths, some.target)
    return crop(weights.numpy().astype(np.float64), pairs)
