"""The network of the page: trained on three splits, and on one of them twice.

Each run has a section of its own in the record, because each takes more than an hour.
"""

from dataclasses import asdict, replace
from itertools import islice
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import torch
from jaxtyping import Float

from rnncourse.analysis.splits import EncodedSplit, encode_split
from rnncourse.chapters.ch02_language.networks import (
    EXACT_TOLERANCE,
    REEVALUATION_TOLERANCE,
    TRAINING_TOLERANCE,
    TrainingRun,
    train_run,
)
from rnncourse.chapters.ch02_language.ngrams import LONGEST, long_order_bits, order_probs
from rnncourse.core.records import Record, provenance
from rnncourse.data.corpus import hash_documents, load_corpus
from rnncourse.data.text import ASCII
from rnncourse.models import weights
from rnncourse.models.language import LanguageModel
from rnncourse.training.language import StreamSettings
from rnncourse.training.reading import predict_probs

WEIGHTS = Path(__file__).with_name("weights")
PAGE = TrainingRun(
    "long-0",
    "gru",
    512,
    0,
    StreamSettings(20_000, 32, 100, 3e-3, min_lr_factor=0.01, weight_decay=0.02, bfloat16=True),
    E=64,
    dropout=0.35,
)
"""On split 0: the network in the page, as many weights as fit into 1 MB at 8 bits."""
SPLIT_1 = replace(PAGE, name="long-1", split=1, settings=replace(PAGE.settings, seed=1))
SPLIT_2 = replace(PAGE, name="long-2", split=2, settings=replace(PAGE.settings, seed=2))
SECOND_SEED = replace(PAGE, name="long-0-again", settings=replace(PAGE.settings, seed=3))
SEGMENT_LENGTH = 20_000
"""Characters of the test text over which network and counts are compared at a time."""


def save_run(run: TrainingRun, arrays: dict[str, np.ndarray], folder: Path) -> str:
    """Write the weights of a run at 8 bits under its name; return the SHA-256 of the file."""
    about = {"run": asdict(run), "cell": run.cell, "vocabulary": ASCII}
    return weights.save(run.name, arrays, about, folder, bits=8)


def load_run(run: TrainingRun, folder: Path = WEIGHTS) -> LanguageModel:
    """Return the network of a run, with the weights that `save_run` wrote, ready to be read with.

    Args:
        run: Which.
        folder: Where its weights are; the committed ones by default.

    Raises:
        WeightsError: If they are not there.
    """
    arrays, _ = weights.load(run.name, folder)
    model = LanguageModel(len(arrays["logits.bias"]), run.H, run.cell, run.E)
    return weights.restore_model(model, run.name, folder)


def load_page() -> LanguageModel:
    """Return the network of the page, with the weights that the page has, rounded to 8 bits."""
    return load_run(PAGE)


def best_count_probs(data: EncodedSplit) -> tuple[int, Float[np.ndarray, " T"]]:
    """Choose the order of modified Kneser-Ney on the validation text.

    Returns:
        The order, of 1 ... 32, and the probability of every test character under it.
    """
    order = int(long_order_bits(data, data.valid, LONGEST).argmin()) + 1
    return order, next(islice(order_probs(data, data.test, order), order - 1, None))


def mean_by_segment(
    values: Float[np.ndarray, " T"], length: int = SEGMENT_LENGTH
) -> Float[np.ndarray, " S"]:
    """Average over stretches of one length, from the beginning; what is left over is left out."""
    return values[: len(values) // length * length].reshape(-1, length).mean(1)


def measure_run(run: TrainingRun, store: bool) -> Record:
    """Train a network, round it to 8 bits, and compare it with the best counts (an hour and more).

    Args:
        run: Which.
        store: Whether its weights stay in the chapter's folder.
    """
    documents = load_corpus()
    data = encode_split(documents, run.split)
    result = train_run(run, data)
    with TemporaryDirectory() as temporary:
        folder = WEIGHTS if store else Path(temporary)
        sha256 = save_run(run, result.weights, folder)
        network_probs = predict_probs(load_run(run, folder), data.test)
    order, count_probs = best_count_probs(data)
    about = {"corpus_sha256": hash_documents(documents), "torch": torch.__version__, **provenance()}
    about |= {"runs": {run.name: asdict(run)}, "weights_sha256": sha256}
    record = Record("ch02_language", run.name.replace("-", "_"), about)
    network_bits, count_bits = -np.log2(network_probs), -np.log2(count_probs)
    record.add(f"{run.name}/bits", -np.log2(result.test_probs).mean(), *TRAINING_TOLERANCE)
    record.add(
        f"{run.name}/rounded",
        network_bits.mean(),
        *(REEVALUATION_TOLERANCE if store else TRAINING_TOLERANCE),
    )
    record.add(f"{run.name}/counts", count_bits.mean(), *EXACT_TOLERANCE)
    record.add(f"{run.name}/order", order, 0, "a choice on exact counts")
    record.add(f"{run.name}/saved", mean_by_segment(count_bits - network_bits), *TRAINING_TOLERANCE)
    size = sum(array.size for array in result.weights.values())
    record.add(f"{run.name}/weights", size, 0, "a count")
    record.add(f"{run.name}/seconds", result.seconds, 1e5, "times, quoted and never compared")
    record.add(f"{run.name}/valid", result.valid_bits, *TRAINING_TOLERANCE)
    return record
