"""Trained networks of chapter 11 that are kept, so that the page need not train them again."""

from pathlib import Path

from rnncourse.chapters.ch11_seq2seq.translating import TranslatorConfig, make
from rnncourse.data.pairs import PairData
from rnncourse.models import weights
from rnncourse.models.translation import EncoderDecoder

FOLDER = Path(__file__).parent / "weights"


def load_weights(name: str, data: PairData, kind: TranslatorConfig) -> EncoderDecoder:
    """Make the network whose weights are kept.

    Args:
        name: The files' stem.
        data: What it was trained on.
        kind: Its sizes.
    """
    return weights.restored(make(data, kind), name, FOLDER)
