"""The gates of a GRU that was trained on text, and what rounding them costs."""

from dataclasses import dataclass
from functools import cache

import numpy as np
import torch
from jaxtyping import Float, Int

from rnncourse.analysis.splits import Encoded, encode_split
from rnncourse.cells.convert import from_torch
from rnncourse.cells.gru import gru_gates
from rnncourse.data.corpus import load_corpus
from rnncourse.models.language import LanguageModel
from rnncourse.training.language import StreamSettings, train

H, UPDATES = 128, 500
T, STREAMS, SKIPPED = 240, 32, 40


@cache
def text() -> Encoded:
    """Load the course's corpus."""
    return encode_split(load_corpus(), 0, 1)


def trained(seed: int, updates: int = UPDATES) -> LanguageModel:
    """Train a GRU to predict the next character; with 0 updates it is as it starts."""
    torch.manual_seed(seed)
    model = LanguageModel(len(text().vocabulary), H)
    if updates:
        train(model, text().train, StreamSettings(updates, seed=seed))
    return model


@dataclass(frozen=True)
class Reading:
    """What a model does with the test text.

    Args:
        bits: Per character.
        z: Its update gate, at every step of every stream.
        r: Its reset gate.
    """

    bits: float
    z: Float[np.ndarray, "N H"]
    r: Float[np.ndarray, "N H"]


def streams() -> Int[np.ndarray, "T B"]:
    """Cut test text into streams; the last row is only predicted."""
    ids = text().test
    starts = np.linspace(0, len(ids) - T - 2, STREAMS).astype(int)
    return np.stack([ids[s : s + T + 1] for s in starts], 1)


@torch.no_grad()
def read(model: LanguageModel, rounded: bool = False) -> Reading:
    """Read test text; the first steps of each stream are not counted.

    Args:
        model: A GRU.
        rounded: Whether z is rounded to 0 or 1 on the way.
    """
    (w,) = from_torch({k: v.numpy() for k, v in model.recurrent.state_dict().items()}, "gru")
    ids = torch.from_numpy(streams())
    h, hs, kept = np.zeros((STREAMS, H), np.float32), [], []
    for x in model.embedding(ids[:-1]).numpy():
        r, z, n, _ = gru_gates(x, h, w)
        z = np.round(z) if rounded else z
        h = (1 - z) * n + z * h
        hs.append(h)
        kept.append((z, r))
    logits = model.logits(torch.from_numpy(np.stack(hs[SKIPPED:])))
    targets = ids[SKIPPED + 1 :]
    nats = torch.nn.functional.cross_entropy(logits.flatten(0, 1), targets.flatten()).item()
    z, r = (np.concatenate(some[SKIPPED:]) for some in zip(*kept, strict=True))
    return Reading(nats / np.log(2), z, r)
