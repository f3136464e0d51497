"""Trained networks of chapter 11 that are kept, so that the page need not train them again."""

from collections.abc import Callable
from pathlib import Path

from torch import nn

from rnncourse.chapters.ch11_seq2seq.spelling import PronouncingDecoder, PronouncingEncoder
from rnncourse.chapters.ch11_seq2seq.translating import TranslatorConfig, make_seq2seq
from rnncourse.data.pairs import PairData
from rnncourse.models import weights
from rnncourse.models.translation import EncoderDecoder

FOLDER = Path(__file__).parent / "weights"
PAIRS_NAME = "one_vector"
"""The file with the lesson's networks, those that read forward and those that read backward."""


def load_weights(name: str, data: PairData, kind: TranslatorConfig) -> EncoderDecoder:
    """Make the network whose weights are kept.

    Args:
        name: The files' stem.
        data: What it was trained on.
        kind: Its sizes.
    """
    return weights.restore_model(make_seq2seq(data, kind), name, FOLDER)


def pair_networks(
    make_pair: Callable[[bool], tuple[PronouncingEncoder, PronouncingDecoder]],
) -> nn.ModuleDict:
    """Put pairs together by how they read: `reading_forward`, `reading_backward`.

    Args:
        make_pair: Is told whether the encoder reads from the end.
    """
    pairs = {"reading_forward": make_pair(False), "reading_backward": make_pair(True)}
    roles = ("encoder", "decoder")
    return nn.ModuleDict(
        {name: nn.ModuleDict(dict(zip(roles, pair, strict=True))) for name, pair in pairs.items()}
    )


def load_pairs() -> nn.ModuleDict:
    """Make the lesson's networks whose weights are stored.

    Raises:
        WeightsError: The weights are missing, or were changed.
    """
    untrained = pair_networks(
        lambda reverse: (PronouncingEncoder(reverse=reverse), PronouncingDecoder())
    )
    return weights.restore_model(untrained, PAIRS_NAME, FOLDER)
