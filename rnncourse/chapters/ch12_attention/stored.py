"""The trained network of chapter 12 that is kept: the page opens with what it looks at."""

from pathlib import Path

from rnncourse.analysis.translations import load_number_lists
from rnncourse.chapters.ch12_attention.translating import ATTENTION_CONFIGS, make_list_translator
from rnncourse.models import weights
from rnncourse.models.translation import EncoderDecoder

FOLDER = Path(__file__).parent / "weights"
KIND = "general"
"""Its kind."""


def load_weights(name: str = "lists") -> EncoderDecoder:
    """Make the network whose weights are kept."""
    return weights.restore_model(
        make_list_translator(load_number_lists(), ATTENTION_CONFIGS[KIND]), name, FOLDER
    )
