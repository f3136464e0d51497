"""The three models that are compared, of one size, and how each reads chapter 2's text."""

import math
from collections.abc import Callable

import numpy as np
import torch
from jaxtyping import Float, Int
from torch import Tensor

from rnncourse.models.language import LanguageModel
from rnncourse.models.transformer import Transformer
from rnncourse.training.language import StreamSettings, train_language_model
from rnncourse.training.reading import read_in_streams

SIZES = {"transformer": 64, "lstm": 131, "gru": 152}
"""Size of a vector or of a state, so that all have about 112,000 parameters."""
CHARACTERS = 2048
"""An update reads as many characters: 16 windows of 128, or 32 streams of 64."""
WINDOW = 128
Model = Transformer | LanguageModel


def make_model(name: str, V: int, seed: int = 0) -> Model:
    """Make one of the models of `SIZES`, freshly initialized."""
    torch.manual_seed(seed)
    if name == "transformer":
        return Transformer(V, V, SIZES[name])
    return LanguageModel(V, SIZES[name], name)


def make_settings(name: str, updates: int, rate: float, seed: int) -> StreamSettings:
    """Return how a model is trained: Adam, warm-up, half a cosine, the gradient clipped at 1.

    A recurrent network carries its state from window to window, as in chapter 2. A transformer
    begins anew in every window.
    """
    if name == "transformer":
        sizes = CHARACTERS // WINDOW, WINDOW
        return StreamSettings(updates, *sizes, learning_rate=rate, seed=seed, stateful=False)
    return StreamSettings(updates, learning_rate=rate, seed=seed)


def train_model(
    name: str,
    ids: Int[np.ndarray, " N"],
    V: int,
    updates: int,
    rate: float,
    seed: int,
    watch: Callable[[int, Model], None] | None = None,
) -> Model:
    """Train a model; see `make_settings`.

    Args:
        name: One of `SIZES`.
        ids: The text.
        V: Size of the vocabulary.
        updates: How many, of `CHARACTERS` each.
        rate: The highest learning rate.
        seed: Of the weights, and of where the streams begin.
        watch: Told the number of every update, from 1, and given the model.
    """
    model = make_model(name, V, seed)

    def report(update: int, _: float) -> None:
        if watch:
            watch(update, model)

    train_language_model(model, ids, make_settings(name, updates, rate, seed), report)
    return model


@torch.no_grad()
def read_in_windows(
    model: Transformer, ids: Int[np.ndarray, " N"], T: int = WINDOW, stride: int = WINDOW // 2
) -> Float[Tensor, " N"]:
    """Read a text in windows that overlap, so that a character has enough before it.

    Args:
        model: Its state is not carried.
        ids: The text; a newline stands before it.
        T: Characters of a window.
        stride: How many of a window count, its last ones; those before are context alone. Of the
            first window all count.

    Returns:
        The log-probability of every character.
    """
    inputs = torch.from_numpy(np.r_[0, ids[:-1]])
    all_starts = [*range(0, max(len(ids) - T, 0), stride), max(len(ids) - T, 0)]
    text_log_probs = torch.empty(len(ids))
    for starts in torch.tensor(all_starts).split(64):
        positions = starts + torch.arange(min(T, len(ids)))[:, None]
        log_probs = model(inputs[positions])[0].log_softmax(-1)
        chosen = log_probs.gather(2, torch.from_numpy(ids)[positions][..., None])[..., 0]
        for start, column in zip(starts.tolist(), chosen.T, strict=True):
            skipped = T - stride if start else 0
            text_log_probs[start + skipped : start + T] = column[skipped:]
    return text_log_probs


def text_bits(model: Model, ids: Int[np.ndarray, " N"]) -> float:
    """Return the bits per character of a text, for a transformer with 64 to 128 before each."""
    if isinstance(model, Transformer):
        log_probs = read_in_windows(model, ids)
    else:
        all_log_probs = read_in_streams(model, ids)
        log_probs = all_log_probs.gather(1, torch.from_numpy(ids)[:, None])[:, 0]
    return -float(log_probs.double().mean()) / math.log(2)
