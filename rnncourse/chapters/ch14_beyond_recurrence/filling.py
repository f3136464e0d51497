"""Filling one gap of a text: by a network that looks both ways, or by one that only looks back."""

from functools import partial

import numpy as np
import torch
from jaxtyping import Int
from torch import Tensor

from rnncourse.chapters.ch14_beyond_recurrence.contest import SIZES, settings
from rnncourse.models.transformer import Transformer
from rnncourse.training.language import train

HIDDEN = 0.15
"""Share of the characters that are hidden in training, as in BERT."""
LEFT, RIGHT = 64, 32
"""Characters before a gap, and after it."""
GAPS = 300

Ids = Int[Tensor, "T N"]


def hide(x: Ids, _: Ids, V: int, share: float = HIDDEN) -> tuple[Ids, Ids]:
    """Replace some characters by the symbol V, and ask for them alone.

    Args:
        x: A window.
        V: Characters there are; their ids are smaller.
        share: Chance of each to be hidden.

    Returns:
        What is read; and what was hidden, -100 elsewhere.
    """
    gone = torch.rand(x.shape) < share
    return x.masked_fill(gone, V), x.masked_fill(~gone, -100)


def make_filler(V: int, seed: int = 0) -> Transformer:
    """Make the transformer of the contest without its mask, and with one symbol more to read."""
    torch.manual_seed(seed)
    return Transformer(V + 1, V, SIZES["transformer"], causal=False)


def learn_to_fill(
    ids: Int[np.ndarray, " N"], V: int, updates: int, rate: float, seed: int
) -> Transformer:
    """Train it on hidden characters, and otherwise as the contest's: windows, optimizer, updates.

    Args:
        ids: The text.
        V: Characters there are.
        updates: How many.
        rate: The highest learning rate.
        seed: Of weights, of what is hidden, and of where the streams begin.
    """
    model = make_filler(V, seed)
    how = settings("transformer", updates, rate, seed)
    train(model, ids, how, task=partial(hide, V=V))
    return model


def gaps(ids: Int[np.ndarray, " C"], count: int = GAPS) -> Ids:
    """Draw places of a text, each with what stands before it and after it."""
    rng = np.random.default_rng(14)
    at = rng.choice(len(ids) - LEFT - RIGHT, count, replace=False)
    return torch.from_numpy(ids[at + np.arange(LEFT + 1 + RIGHT)[:, None]])


@torch.no_grad()
def fill(model: Transformer, text: Ids, right: int = RIGHT) -> Int[Tensor, " N"]:
    """Fill the gaps with a network that looks both ways.

    Args:
        model: Of `make_filler`.
        text: Of `gaps`. What stands in the gap is not read.
        right: How many characters after the gap are.
    """
    x = text[: LEFT + 1 + right].clone()
    x[LEFT] = model.logits.out_features
    return model(x)[0][LEFT].argmax(-1)


@torch.no_grad()
def go_on(model: Transformer, text: Ids) -> Int[Tensor, " N"]:
    """Fill the gaps with the next character, by a network that only looks back."""
    return model(text[:LEFT])[0][-1].argmax(-1)


@torch.no_grad()
def rescore(model: Transformer, text: Ids) -> Int[Tensor, " N"]:
    """Fill the gaps with that character under which the whole text is most probable.

        argmax_c  log p(c | left) + log p(right | left, c)

    Args:
        model: It only looks back. It reads what stands left once, and what stands right once for
            every character that could stand in the gap.
        text: Of `gaps`. What stands in the gap is not read.
    """
    found = []
    for left, right in zip(text[:LEFT].T, text[LEFT + 1 :].T, strict=True):
        logits, cache = model(left[:, None])
        V = logits.shape[-1]
        cache = tuple(tuple(part.expand(V, -1, -1, -1) for part in pair) for pair in cache)
        after = right[:, None].expand(-1, V)
        read = torch.cat([torch.arange(V)[None], after[:-1]])
        log_probs = model(read, cache)[0].log_softmax(-1).gather(2, after[..., None]).sum((0, 2))
        found.append((logits[-1, 0].log_softmax(-1) + log_probs).argmax())
    return torch.stack(found)


def accuracy(filled: Int[Tensor, " N"], text: Ids) -> float:
    """Return the share of the gaps that were filled with what stood there."""
    return (filled == text[LEFT]).double().mean().item()
