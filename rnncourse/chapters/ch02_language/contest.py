"""A window of three characters on the text, and the same window with a state added: claim C1.

Deck C writes s_i = h(x_i, x_(i+1), x_(i+2), s_(i-1)). Both networks read three characters at every
step, through the same kind of layer; one goes through a hidden layer, the other through an LSTM.
"""

from collections.abc import Sequence
from concurrent.futures import Executor, ProcessPoolExecutor
from functools import cache, partial
from itertools import product
from multiprocessing import get_context

import numpy as np
import torch
from jaxtyping import Int
from torch import Tensor, nn

from rnncourse.analysis.splits import EncodedSplit, encode_split
from rnncourse.core.records import Record, provenance
from rnncourse.core.seeds import CONFIRMING, require_pilot_seeds
from rnncourse.data.corpus import hash_documents, load_corpus
from rnncourse.models.sequence import SequenceModel
from rnncourse.training.language import StreamSettings, train_language_model
from rnncourse.training.lr_search import best_rate

V, WINDOW, E = 96, 3, 64
SIZES: dict[str, tuple[str | int, int]] = {
    "window": (1, 400),
    "with_state": ("lstm", 90),
    "with_state_0": ("lstm", 90),
}
"""Cell and hidden size: 83,000 weights each. 1: each step by itself; 0: of the forget bias."""
RATES = {
    100: (0.004, 0.008, 0.016, 0.032, 0.064, 0.128, 0.256, 0.512, 1.024),
    300: (0.004, 0.008, 0.016, 0.032, 0.064, 0.128, 0.256),
    1000: (0.004, 0.008, 0.016, 0.032, 0.064, 0.128, 0.256),
    3000: (0.004, 0.008, 0.016, 0.032, 0.064),
}
"""By the number of updates: the learning rates of which each network gets the best one."""
NEAR_RATES = {
    100: (0.064, 0.128, 0.256, 0.512, 1.024),
    300: (0.016, 0.032, 0.064, 0.128, 0.256),
    1000: (0.008, 0.016, 0.032, 0.064, 0.128),
    3000: (0.016, 0.032, 0.064),
}
"""The same for the second start: around the rates that were best from the first."""
UPDATES = tuple(RATES)
SEARCH_SEEDS = (0, 1)
"""The pilot seeds that choose a rate."""
WORKERS = 2
COLUMNS, COLUMN_STEPS = 50, 1000
"""The test text is read in so many columns of so many characters."""
TRAINING_TOLERANCE = (0.02, "another processor's training ends within a few thousandths of a bit")
SEARCH_TOLERANCE = (1.0, "two seeds a rate, to choose by; a rate that is too high ends anywhere")


def make_sized_network(name: str, seed: int) -> SequenceModel:
    """Make one of the networks, freshly initialized.

    The two with a state differ in one vector: the forget gate's bias `bias_ih` is 1 or 0 at the
    start, beside PyTorch's `bias_hh`, uniform in +-1 / sqrt(H).
    """
    torch.manual_seed(seed)
    cell, H = SIZES[name]
    model = SequenceModel(WINDOW * V + 1, V, H, cell, E, read="ids")
    if name == "with_state_0":
        nn.init.zeros_(model.recurrent.bias_ih_l0[H : 2 * H])
    return model


def pack_trigrams(ids: Int[np.ndarray, " N"]) -> Int[np.ndarray, " N"]:
    """Number each place of a text by the three characters that end there; newlines before it."""
    padded = np.r_[np.zeros(WINDOW - 1, np.int64), ids]
    return sum(padded[WINDOW - 1 - j :][: len(ids)] * V**j for j in range(WINDOW))


def unpack_trigrams(x: Int[Tensor, "T B"]) -> Int[Tensor, "T B K"]:
    """Turn such numbers into three ids, one for each character at each place of the window."""
    return torch.stack([1 + j * V + x // V**j % V for j in range(WINDOW)], -1)


def train_sized_network(
    name: str, ids: Int[np.ndarray, " N"], seed: int, updates: int, rate: float
) -> SequenceModel:
    """Train one of the networks on a text, by truncated backpropagation through time.

    32 streams are read in windows of 64 characters by AdamW without decay; the rate warms up over
    100 updates and falls like a cosine, and the gradient's norm is clipped at 1.

    Args:
        name: Of `SIZES`.
        ids: The text.
        seed: Of the weights, and of where the streams begin.
        updates: How many.
        rate: The highest learning rate.
    """
    model, (cell, _) = make_sized_network(name, seed), SIZES[name]
    settings = StreamSettings(updates, learning_rate=rate, seed=seed, stateful=cell != 1)
    train_language_model(
        model, pack_trigrams(ids), settings, task=lambda x, y: (unpack_trigrams(x), y % V)
    )
    return model


@torch.no_grad()
def measure_bits(model: SequenceModel, ids: Int[np.ndarray, " N"]) -> float:
    """Return the bits per character of the beginning of a text, read in columns from no state."""
    trigrams = torch.from_numpy(pack_trigrams(ids)[: COLUMNS * COLUMN_STEPS])
    columns = trigrams.view(COLUMNS, COLUMN_STEPS).T
    logits, _ = model(unpack_trigrams(columns[:-1]))
    nats = nn.functional.cross_entropy(logits.flatten(0, 1), columns[1:].flatten() % V)
    return float(nats / np.log(2))


@cache
def load_split() -> EncodedSplit:
    """Return the text of split 0; every process reads it once."""
    return encode_split(load_corpus(), 0, 1)


def train_and_score(name: str, updates: int, rate: float, part: str, seed: int) -> float:
    """Train a network, and return its bits per character.

    Args:
        name: Of `SIZES`.
        updates: How many.
        rate: The highest learning rate.
        part: Of the text that judges: `"valid"` or `"test"`, of which 50,000 characters are read.
        seed: Of the training.
    """
    torch.set_num_threads(1)
    data = load_split()
    model = train_sized_network(name, data.train, seed, updates, rate)
    return measure_bits(model, getattr(data, part))


def tune_rate(name: str, updates: int, pool: Executor) -> tuple[float, list[float]]:
    """Choose the rate with the fewest bits on validation text: the mean of two pilot seeds.

    Args:
        name: Of `SIZES`.
        updates: How long each trial is.
        pool: What runs the trials.

    Returns:
        The rate; and the bits by rate.
    """
    seeds = require_pilot_seeds(SEARCH_SEEDS)
    rates = (NEAR_RATES if name == "with_state_0" else RATES)[updates]
    futures = [
        [pool.submit(train_and_score, name, updates, r, "valid", s) for s in seeds] for r in rates
    ]
    scores = [float(np.mean([future.result() for future in row])) for row in futures]
    return best_rate(rates, scores, lower_is_better=True), scores


def measure_comparison(counts: Sequence[int], names: Sequence[str], section: str) -> Record:
    """Train networks on the text of split 0, with ten seeds, after a search of the rate.

    Trained as `train_sized_network` says; the rate is the best of `RATES`, by two pilot seeds.
    Bits are of the first 50,000 characters of the test text; of the validation text in the search.
    Two processes train side by side, three minutes for 100 updates of both, half an hour for
    3,000 of one.

    Args:
        counts: Numbers of updates, of `UPDATES`.
        names: Of `SIZES`.
        section: Of the record.
    """
    corpus = load_corpus()
    about = {"corpus_sha256": hash_documents(corpus), "torch": torch.__version__, **provenance()}
    record = Record("ch02_language", section, {"seeds": [*CONFIRMING], **about})
    for updates, name in product(counts, names):
        with ProcessPoolExecutor(WORKERS, get_context("spawn")) as pool:
            rate, search_scores = tune_rate(name, updates, pool)
            measure = partial(train_and_score, name, updates, rate, "test")
            scores = list(pool.map(measure, CONFIRMING))
        record.add(f"C1/rate/{name}/{updates}", rate, 0, "chosen from the search")
        record.add(f"C1/search/{name}/{updates}", search_scores, *SEARCH_TOLERANCE)
        record.add(f"C1/{name}/{updates}", scores, *TRAINING_TOLERANCE)
    return record
