"""Is a high weight an explanation? What is lost when a symbol is taken away, and gradients.

Two ways to take symbol j away while token t is predicted. *Hidden*: attention may not look at h_j;
all other states stay, and they know their neighbors. *Blanked*: the encoder reads the mean of all
embeddings in the place of e(x_j), so that no state knows it.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import numpy as np
import torch
from jaxtyping import Bool, Float, Int
from torch import Tensor, nn

from rnncourse.models.encoder import length_mask
from rnncourse.models.translation import EncoderDecoder, Pairs

WAYS = ("hidden", "blanked")


@dataclass(frozen=True)
class Lost:
    """What it costs to take a symbol away, for every target token.

    Args:
        nats: How much less likely the right token is, in nats.
        changed: Whether another token is now the likeliest.
    """

    nats: Float[np.ndarray, "T B"]
    changed: Bool[np.ndarray, "T B"]


@contextmanager
def blanked(embedding: nn.Embedding, where: Bool[Tensor, "S B"]) -> Iterator[None]:
    """Read the mean of all embeddings at some places."""
    mean = embedding.weight.detach().mean(0)

    def replace(module, inputs, found):
        return torch.where(where[..., None], mean, found)

    handle = embedding.register_forward_hook(replace)
    try:
        yield
    finally:
        handle.remove()


@torch.no_grad()
def without(
    model: EncoderDecoder, pairs: Pairs, positions: Int[np.ndarray, "T B"], way: str
) -> Lost:
    """Take one symbol of the source away for each target token, and look what is lost.

    Args:
        model: A network with attention.
        pairs: Sources of at least two symbols, and targets, which the decoder is told.
        positions: Of every target token, the place in the source that is taken away.
        way: `"hidden"` or `"blanked"`.

    Raises:
        ValueError: If there is no such way.
    """
    if way not in WAYS:
        raise ValueError(f"There is no way {way!r}; there are: {', '.join(WAYS)}.")
    source, lengths, target = pairs.source, pairs.source_lengths, pairs.target
    full, _ = model.teacher_forced(source, lengths, target)
    previous = torch.cat([torch.full_like(target[:1], model.start), target[:-1]])
    mask, places_of = length_mask(lengths, len(source)), torch.arange(len(source))[:, None]
    states, z = model.read(source, lengths)
    rows = []
    for t, row in enumerate(torch.from_numpy(positions)):
        gone = places_of == row
        if way == "hidden":
            state = model.decoder.begin(z, states, mask & ~gone)
        else:
            with blanked(model.encoder.embedding, gone):
                blind, blind_z = model.read(source, lengths)
            state = model.decoder.begin(blind_z, blind, mask)
        rows.append(model.decoder.teacher_forced(state, previous[: t + 1])[0][t])
    less = torch.stack(rows)
    nats = _log_prob(full, target) - _log_prob(less, target)
    return Lost(nats.numpy(), (less.argmax(-1) != full.argmax(-1)).numpy())


def _log_prob(logits: Float[Tensor, "T B V"], target: Int[Tensor, "T B"]) -> Float[Tensor, "T B"]:
    """Return ln p of each right token."""
    return logits.log_softmax(-1).gather(-1, target[..., None])[..., 0]


def gradient_times_input(model: EncoderDecoder, pairs: Pairs) -> Float[np.ndarray, "T B S"]:
    """Return for every target token how much each source symbol matters, to first order.

        attribution_tj = (gradient of ln p(y_t) by e(x_j)) . e(x_j)

    Nothing is taken away: it is the slope at the embedding as it is, times the way to zero.

    Args:
        model: The network; it need not have attention.
        pairs: Sources and targets, which the decoder is told.
    """
    kept = []

    def keep(module, inputs, found):
        kept.append(found)

    handle = model.encoder.embedding.register_forward_hook(keep)
    try:
        given = pairs.source, pairs.source_lengths, pairs.target
        log_probs = _log_prob(model.teacher_forced(*given)[0], pairs.target)
    finally:
        handle.remove()
    (embedded,) = kept
    found = []
    for row in log_probs:
        (slope,) = torch.autograd.grad(row.sum(), embedded, retain_graph=True)
        found.append((slope * embedded).sum(-1).T.detach())
    return torch.stack(found).numpy()


def strongest(
    amounts: Float[np.ndarray, "T B S"], lengths: Int[np.ndarray, " B"]
) -> Int[np.ndarray, "T B"]:
    """Return of every target token the place in the source with the largest amount."""
    S = amounts.shape[-1]
    return np.where(np.arange(S) < lengths[:, None], amounts, -np.inf).argmax(-1)


def another(
    positions: Int[np.ndarray, "T B"], lengths: Int[np.ndarray, " B"], rng: np.random.Generator
) -> Int[np.ndarray, "T B"]:
    """Draw a place in the source, any real one but the given."""
    return (positions + rng.integers(1, lengths, positions.shape)) % lengths
