"""A window of three characters on the text, and the same window with a state added: claim C1.

Deck C writes s_i = h(x_i, x_(i+1), x_(i+2), s_(i-1)). Both networks read three characters at every
step, through the same kind of layer; one goes through a hidden layer, the other through an LSTM.
"""

from collections.abc import Callable, Sequence

import numpy as np
import torch
from jaxtyping import Int
from torch import Tensor, nn

from rnncourse.analysis.splits import encode_split
from rnncourse.core.records import Record, provenance
from rnncourse.core.seeds import CONFIRMING, confirming
from rnncourse.data.corpus import fingerprint, load_corpus
from rnncourse.models.sequence import SequenceModel
from rnncourse.training.language import StreamSettings, train

V, WINDOW, E = 96, 3, 64
SIZES: dict[str, tuple[str | int, int, float]] = {
    "window": (1, 400, 0.016),
    "with_state": ("lstm", 90, 0.032),
}
"""Cell, hidden size and learning rate: 83,000 weights each. 1: each step by itself."""
UPDATES = 300
COLUMNS, READ = 50, 1000
"""The test text is read in so many columns of so many characters."""
TRAINED = (0.02, "another processor's training ends within a few thousandths of a bit")


def network(name: str, seed: int) -> SequenceModel:
    """Make one of the two networks, freshly initialized."""
    torch.manual_seed(seed)
    cell, H, _ = SIZES[name]
    return SequenceModel(WINDOW * V + 1, V, H, cell, E, read="ids")


def packed(ids: Int[np.ndarray, " N"]) -> Int[np.ndarray, " N"]:
    """Number each place of a text by the three characters that end there; newlines before it."""
    before = np.r_[np.zeros(WINDOW - 1, np.int64), ids]
    return sum(before[WINDOW - 1 - j :][: len(ids)] * V**j for j in range(WINDOW))


def windowed(x: Int[Tensor, "T B"]) -> Int[Tensor, "T B K"]:
    """Turn such numbers into three ids, one for each character at each place of the window."""
    return torch.stack([1 + j * V + x // V**j % V for j in range(WINDOW)], -1)


def learned(name: str, ids: Int[np.ndarray, " N"], seed: int, updates: int) -> SequenceModel:
    """Train one of the two networks on a text."""
    model, (cell, _, rate) = network(name, seed), SIZES[name]
    settings = StreamSettings(updates, learning_rate=rate, seed=seed, carry=cell != 1)
    train(model, packed(ids), settings, task=lambda x, y: (windowed(x), y % V))
    return model


@torch.no_grad()
def bits(model: SequenceModel, ids: Int[np.ndarray, " N"]) -> float:
    """Return the bits per character of the beginning of a text, read in columns from no state."""
    columns = torch.from_numpy(packed(ids)[: COLUMNS * READ]).view(COLUMNS, READ).T
    logits, _ = model(windowed(columns[:-1]))
    lost = nn.functional.cross_entropy(logits.flatten(0, 1), columns[1:].flatten() % V)
    return float(lost / np.log(2))


def measure_contest(
    say: Callable[[str], None] = print, seeds: Sequence[int] = CONFIRMING
) -> Record:
    """Train both on the text of split 0, with ten seeds (two minutes)."""
    torch.set_num_threads(1)
    seeds, corpus = confirming(seeds), load_corpus()
    about = {"corpus_sha256": fingerprint(corpus), "torch": torch.__version__, **provenance()}
    record = Record("ch02_language", "contest", {"seeds": [*seeds], **about})
    data = encode_split(corpus, 0, 1)
    for name in SIZES:
        found = [bits(learned(name, data.train, seed, UPDATES), data.test) for seed in seeds]
        record.add(f"C1/{name}", found, *TRAINED)
        say(f"{name}: {np.round(found, 3)} bits")
    return record
