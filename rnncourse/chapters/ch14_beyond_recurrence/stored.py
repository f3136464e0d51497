"""The trained transformer of chapter 14 that is kept."""

from pathlib import Path

from rnncourse.chapters.ch14_beyond_recurrence.contest import SIZES
from rnncourse.data.text import ASCII
from rnncourse.models import weights
from rnncourse.models.transformer import Transformer

FOLDER = Path(__file__).parent / "weights"
NAME = "text"


def store_language_model(model: Transformer) -> None:
    """Write its weights, with 16 bits a number."""
    arrays = {name: p.detach().numpy() for name, p in model.named_parameters()}
    metadata = {"cell": "transformer", "vocabulary": ASCII, "heads": model.blocks[0].heads}
    weights.save(NAME, arrays, metadata, FOLDER)


def load_stored(V: int = 96) -> Transformer:
    """Make the network whose weights are kept."""
    return weights.restore_model(Transformer(V, V, SIZES["transformer"]), NAME, FOLDER)
