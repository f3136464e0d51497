"""What chapter 11 trains on lists and numerals: an encoder and a decoder."""

from collections.abc import Sequence
from dataclasses import dataclass

from rnncourse.analysis.translations import batch_pairs, build_network, load_number_lists
from rnncourse.data.pairs import PairData
from rnncourse.decoding.stepping import Hypothesis
from rnncourse.models.translation import EncoderDecoder
from rnncourse.training.sequence import TrainingSettings
from rnncourse.training.translation import train_translator


@dataclass(frozen=True)
class TranslatorConfig:
    """A network and its training.

    Args:
        H: Units of the encoder, and of the decoder.
        Z: Size of the vector between them.
        num_layers: Of both.
        learning_rate: Adam's at its highest.
        updates: How many.
        B: Texts in a batch.
    """

    H: int = 64
    Z: int = 64
    num_layers: int = 1
    learning_rate: float = 12e-3
    updates: int = 1600
    B: int = 64


def make_seq2seq(data: PairData, kind: TranslatorConfig) -> EncoderDecoder:
    """Make a network with new weights; its encoder reads in one direction."""
    return build_network(data, H=kind.H, Z=kind.Z, num_layers=kind.num_layers, bidirectional=False)


def train_seq2seq(
    kind: TranslatorConfig, seed: int, data: PairData | None = None
) -> EncoderDecoder:
    """Train a network; on the lists, unless other data are given."""
    data = load_number_lists() if data is None else data
    settings = TrainingSettings(kind.updates, B=kind.B, learning_rate=kind.learning_rate, seed=seed)
    return train_translator(
        lambda: make_seq2seq(data, kind), batch_pairs(data, data.train), settings
    )


def list_words(hypotheses: Sequence[Hypothesis], data: PairData) -> list[tuple[str, ...]]:
    """Turn ids into tokens."""
    return [tuple(data.targets[i] for i in h.ids) for h in hypotheses]
