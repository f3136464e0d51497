"""What chapter 12 trains on lists: networks with and without attention, and how they are scored."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch
from jaxtyping import Float

from rnncourse.analysis.alignment import Weights, crop_weights
from rnncourse.analysis.translations import (
    accuracy_by_length,
    batch_pairs,
    build_network,
    find_exact_matches,
    load_number_lists,
    translate_sources,
)
from rnncourse.data.pairs import PairData, TokenPair
from rnncourse.models.translation import EncoderDecoder
from rnncourse.training.sequence import TrainingSettings
from rnncourse.training.translation import train_translator

UPDATES, B, RATE = 900, 64, 1e-2
"""The rate was the best of five for both kinds, 0.0025 to 0.04, on validation lists."""


@dataclass(frozen=True)
class AttentionConfig:
    """A network.

    Args:
        attention: How scores are made, or None: then the summary of the source is all there is.
        H: Units of the encoder, both directions together, and of the decoder.
    """

    attention: str | None
    H: int


ATTENTION_CONFIGS = {"none": AttentionConfig(None, 58), "general": AttentionConfig("general", 64)}
"""By name; they have 46,700 to 47,900 parameters."""


def make_list_translator(data: PairData, kind: AttentionConfig) -> EncoderDecoder:
    """Make a network with new weights; its encoder reads in both directions."""
    return build_network(data, H=kind.H, attention=kind.attention, query="after")


def train_list_translator(kind: AttentionConfig, seed: int) -> EncoderDecoder:
    """Train a network on lists.

    Args:
        kind: Which.
        seed: Of its first weights, and of the order of the batches.
    """
    data, settings = (
        load_number_lists(),
        TrainingSettings(UPDATES, B=B, learning_rate=RATE, seed=seed),
    )
    return train_translator(
        lambda: make_list_translator(data, kind), batch_pairs(data, data.train), settings
    )


def exact_by_length(
    model: EncoderDecoder, data: PairData, pairs: Sequence[TokenPair]
) -> Float[np.ndarray, " K"]:
    """Return the share of lists that are translated without a mistake, by their length."""
    return accuracy_by_length(
        find_exact_matches(translate_sources(model, batch_pairs(data, pairs)), data, pairs), pairs
    )


@torch.no_grad()
def compute_attention(
    model: EncoderDecoder, data: PairData, pairs: Sequence[TokenPair]
) -> list[Weights]:
    """Return where a network looks while it is told each target: of every pair a row a token."""
    batch = batch_pairs(data, pairs)
    _, weights = model.teacher_forced(batch.source, batch.source_lengths, batch.target)
    return crop_weights(weights.numpy().astype(np.float64), pairs)
