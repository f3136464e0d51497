"""Is a high weight an explanation? What is lost when a symbol is taken away, and gradients.

Two ways to take symbol j away while token t is predicted. *Hidden*: attention may not look at h_j;
all other states stay, and they know their neighbors. *Blanked*: the encoder reads the mean of all
embeddings in the place of e(x_j), so that no state knows it.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

import numpy as np
import torch
from jaxtyping import Bool, Float, Int
from torch import Tensor, nn

from rnncourse.analysis.translations import MAX_LENGTH, batch
from rnncourse.data.pairs import Pair, PairData
from rnncourse.decoding.stepping import greedy
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


@torch.no_grad()
def by_comma(
    model: EncoderDecoder, data: PairData, pairs: Sequence[Pair]
) -> dict[str, Float[np.ndarray, " K"]]:
    """Say for each comma of lists of one length where it looks, and whether it needs the look.

    Args:
        model: A network with attention.
        data: Its vocabularies.
        pairs: Lists of as many numbers each.

    Returns:
        By comma, shares of the lists: `points`, the largest weight is on the comma of the source
        that says the same; `zero`, another symbol is the likeliest when the context is 0; `mean`,
        when it is the mean of all contexts.
    """
    some = batch(data, pairs)
    hs, summary = model.read(some.source, some.source_lengths)
    _, weights = model.teacher_forced(some.source, some.source_lengths, some.target)
    usual = torch.einsum("tbs,sbh->tbh", weights, hs)[some.mask].mean(0)
    previous = torch.cat([torch.full_like(some.target[:1], model.start), some.target[:-1]])
    mask, said = length_mask(some.source_lengths, len(hs)), []
    for seen in (hs, 0 * hs, usual.expand_as(hs)):
        state = model.decoder.begin(summary, seen, mask)
        said.append(model.decoder.teacher_forced(state, previous)[0].argmax(-1).numpy())
    at = np.array([np.flatnonzero(np.array(pair.kinds) == "comma") for pair in pairs]).T
    lists, top = np.arange(len(pairs)), weights.argmax(-1).numpy()
    points = [
        [top[t, b] in pair.links[t] for b, (t, pair) in enumerate(zip(row, pairs, strict=True))]
        for row in at
    ]
    changed = [(said[0] != other)[at, lists].mean(1) for other in said[1:]]
    return {"points": np.mean(points, 1), "zero": changed[0], "mean": changed[1]}


@torch.no_grad()
def rewritten(model: EncoderDecoder, data: PairData, pairs: Sequence[Pair]) -> dict[str, float]:
    """Hide each symbol of a source in turn, at every step, as the live figure does.

    Args:
        model: A network with attention.
        data: Its vocabularies.
        pairs: Lists of numbers.

    Returns:
        By symbol, `","`, `"-"` or `"number"` for a ten or a unit: how often another text is
        written than with nothing hidden.
    """
    found: dict[str, list[bool]] = {}
    for pair in pairs:
        S = len(pair.source)
        some = batch(data, [pair] * (S + 1))
        states, summary = model.read(some.source, some.source_lengths)
        mask = torch.cat([torch.ones(S, 1), 1 - torch.eye(S)], 1).bool()
        texts = greedy(
            model, model.decoder.begin(summary, states, mask), S + 1, max_length=MAX_LENGTH
        )
        whole, *less = [text.ids.tolist() for text in texts]
        for symbol, ids in zip(pair.source, less, strict=True):
            found.setdefault(symbol if symbol in ",-" else "number", []).append(ids != whole)
    return {symbol: float(np.mean(changed)) for symbol, changed in found.items()}


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
