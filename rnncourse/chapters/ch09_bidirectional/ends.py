"""Where a network that reads both ways is asked for one answer: its ends, or `output[:, -1]`."""

from collections.abc import Sequence

import numpy as np
import torch
from jaxtyping import Int
from torch import Tensor, nn

from rnncourse.data import places
from rnncourse.training.fit import fit, one_cycle_schedule

SIZES = {True: 41, False: 64}
"""Units of a direction, by whether there are two."""
RATE = 1e-2
"""For all kinds alike; it was not searched."""
UPDATES, B = 150, 64
CLASSIFIERS = {
    "both, their ends": ("both", "ends", True),
    "both, last real step": ("both", "last", True),
    "both, last column": ("both", "column", False),
    "forward, last real step": ("forward", "last", True),
    "forward, last column": ("forward", "column", False),
}
"""By name: the way, where the answer is read, and whether padding is passed over."""


def reverse_padded(xs: Tensor, lengths: Int[Tensor, " B"]) -> Tensor:
    """Turn each sequence around within its own length; padding stays where it is.

    Args:
        xs: `T B ...`.
        lengths: How many steps of each sequence are real.
    """
    t = torch.arange(len(xs))[:, None]
    steps = torch.where(t < lengths, lengths - 1 - t, t)
    return xs[steps, torch.arange(xs.shape[1])]


class NameClassifier(nn.Module):
    """Characters to the language of a name.

    Args:
        direction: `"forward"` or `"both"`.
        readout: `"ends"`: where each direction ends; `"last"`: the last real step; `"column"`: the
            last step of the batch, which may be padding.
        packed: Each name is read within its own length; else padding is read, too.
    """

    def __init__(self, direction: str, readout: str, packed: bool, E: int = 32):
        super().__init__()
        self.readout, self.packed = readout, packed
        H = SIZES[direction == "both"]
        self.embedding = nn.Embedding(len(places.ALPHABET), E)
        self.gru = nn.GRU(E, H)
        self.backward_gru = nn.GRU(E, H) if direction == "both" else None
        self.logits = nn.Linear((1 + (direction == "both")) * H, len(places.CODES))

    def forward(self, ids: Tensor, lengths: Tensor) -> Tensor:
        """Read `T B` characters; return `B V` logits."""
        es = self.embedding(ids)
        T = torch.full_like(lengths, len(ids))
        spans = lengths if self.packed else T
        hs = [self.gru(es)[0]]
        if self.backward_gru is not None:
            hs.append(reverse_padded(self.backward_gru(reverse_padded(es, spans))[0], spans))
        columns = torch.arange(ids.shape[1])
        last_steps = (T if self.readout == "column" else lengths) - 1
        states = [h[last_steps, columns] for h in hs]
        if self.readout == "ends" and len(hs) == 2:
            states[1] = hs[1][0]
        return self.logits(torch.cat(states, -1))


def pack_names(names: Sequence[places.PlaceName]) -> tuple[Tensor, Tensor, Tensor]:
    """Return characters `T B`, lengths, and languages."""
    ids, targets, mask = places.batch_names(names)
    lengths = torch.from_numpy(np.asarray(mask.sum(0))).long()
    return torch.from_numpy(ids).long(), lengths, torch.from_numpy(targets).long()


def train_name_classifier(
    kind: str, names: Sequence[places.PlaceName], seed: int
) -> NameClassifier:
    """Train a network; a batch is as long as its longest name."""
    ids, lengths, targets = pack_names(names)
    torch.manual_seed(seed)
    model = NameClassifier(*CLASSIFIERS[kind])

    def compute_loss(_: int) -> Tensor:
        indices = torch.randint(len(targets), (B,))
        longest = int(lengths[indices].max())
        logits = model(ids[:longest, indices], lengths[indices])
        return nn.functional.cross_entropy(logits, targets[indices])

    schedule = one_cycle_schedule(RATE, UPDATES, warm_up=0.1)
    fit(model.parameters(), compute_loss, UPDATES, RATE, schedule=schedule)
    return model.eval()


@torch.no_grad()
def language_accuracy(model: NameClassifier, names: Sequence[places.PlaceName]) -> float:
    """Return the share of names whose language is right; batches are as long as in training."""
    ids, lengths, targets = pack_names(names)
    predictions = [
        model(ids[: int(batch_lengths.max()), i : i + len(batch_lengths)], batch_lengths).argmax(-1)
        for i, batch_lengths in zip(range(0, len(targets), B), lengths.split(B), strict=True)
    ]
    return float((torch.cat(predictions) == targets).float().mean())
