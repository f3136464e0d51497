"""The LSTM whose cells page 7b reads.

The run takes some minutes, so it has a section of its own in the record, and its weights stay.
"""

from dataclasses import asdict, dataclass, replace
from pathlib import Path

import numpy as np
import torch

from rnncourse.core.records import Record, provenance
from rnncourse.data.corpus import hash_documents, load_corpus, split_corpus
from rnncourse.data.text import ASCII, Vocabulary
from rnncourse.models import weights
from rnncourse.models.language import LanguageModel
from rnncourse.training.checkpoint import Checkpoint
from rnncourse.training.language import StreamSettings, train_language_model
from rnncourse.training.reading import read_in_streams

WEIGHTS = Path(__file__).with_name("weights")
RUNS = Path("_build") / "runs"
SPLIT = 0
TRAINING_TOLERANCE = (
    0.01,
    "trained once; another processor's training ends within a few thousandths of a bit",
)
REEVALUATION_TOLERANCE = (
    1e-3,
    "fixed weights read again, in lanes; float32 sums in another order differ by 1e-5",
)


@dataclass(frozen=True)
class CharLSTMConfig:
    """One LSTM that reads characters.

    Args:
        name: What the record and the files of weights call it.
        settings: How it is trained.
        H: Cells.
        E: Size of the embedding.
        dropout: Of embedding and state.
    """

    name: str
    settings: StreamSettings
    H: int = 192
    E: int = 48
    dropout: float = 0.2

    def untrained(self) -> LanguageModel:
        """Make the network as it is before training, from the seed of the run."""
        torch.manual_seed(self.settings.seed)
        return LanguageModel(len(ASCII), self.H, "lstm", self.E, self.dropout)


FIRST = CharLSTMConfig(
    "char-lstm-0", StreamSettings(10_000, 32, 100, 4e-3, min_lr_factor=0.01, bfloat16=True)
)
"""The network of the page."""
SECOND = CharLSTMConfig("char-lstm-1", replace(FIRST.settings, seed=1))
"""The same from another seed. Its weights are not kept: the record says what was found."""


def load_char_lstm(config: CharLSTMConfig, folder: Path = WEIGHTS) -> LanguageModel:
    """Return a trained network, with its weights rounded to 8 bits as the page has them.

    Args:
        config: Which.
        folder: Where its weights are.

    Raises:
        WeightsError: If they are not there.
    """
    return weights.restore_model(config.untrained(), config.name, folder)


def measure_bits(model: LanguageModel, ids: np.ndarray) -> float:
    """Measure the mean bits per character of a text."""
    log_probs = read_in_streams(model, ids, streams=32)
    return float(-log_probs.gather(1, torch.from_numpy(ids)[:, None]).mean() / np.log(2))


def train_and_score_network(
    config: CharLSTMConfig, folder: Path = WEIGHTS
) -> tuple[Record, LanguageModel]:
    """Train a network, keep its weights at 8 bits, and score it on validation and test text.

    Args:
        config: Which.
        folder: Where the weights go.

    Returns:
        The record, and the network with the weights that were kept.
    """
    documents, encode = load_corpus(), Vocabulary().encode
    texts = split_corpus(documents, SPLIT)
    model, checkpoint = config.untrained(), Checkpoint(RUNS / f"{config.name}.pt", 500)

    train_language_model(model, encode(texts.train), config.settings, checkpoint=checkpoint)
    arrays = {name: p.detach().numpy() for name, p in model.named_parameters()}
    facts = {"run": asdict(config), "cell": "lstm", "vocabulary": ASCII}
    sha256 = weights.save(config.name, arrays, facts, folder, bits=8)
    about = {"corpus_sha256": hash_documents(documents), "torch": torch.__version__, **provenance()}
    about |= {"run": asdict(config), "weights_sha256": sha256}
    record = Record("ch07_lstm", config.name.replace("-", "_"), about)
    quantized_model = load_char_lstm(config, folder)
    for name, text in (("valid", texts.valid), ("test", texts.test)):
        ids = encode(text)
        record.add(f"{config.name}/{name}", measure_bits(model, ids), *TRAINING_TOLERANCE)
        record.add(
            f"{config.name}/{name}/rounded",
            measure_bits(quantized_model, ids),
            *REEVALUATION_TOLERANCE,
        )
    n_weights = sum(a.size for a in arrays.values())
    record.add(f"{config.name}/weights", n_weights, 0, "a count")
    checkpoint.path.unlink(missing_ok=True)
    return record, quantized_model


def train_page_network() -> Record:
    """Train the network of the page (seven minutes)."""
    return train_and_score_network(FIRST)[0]
