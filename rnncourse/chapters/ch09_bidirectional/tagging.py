"""Taggers of identifiers that read forward, backward, both ways, or forward with a late answer."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import torch
from jaxtyping import Float, Int
from torch import Tensor, nn

from rnncourse.data import roles
from rnncourse.models.sequence import EmbeddingSum
from rnncourse.training.fit import fit
from rnncourse.training.sequence import Settings, one_cycle

T = 64
SIZES = {"forward": 64, "backward": 64, "both": 41}
"""Hidden units of a direction: with them, the three have as many parameters."""
UPDATES, B = 200, 32
RATES = (1e-2, 2e-2)


@dataclass(frozen=True)
class Tokens:
    """Pieces of source, side by side.

    Args:
        ids: `roles.SLOTS` for a token; 0 everywhere where there is no token.
        targets: Roles, `roles.NO_ROLE` where there is none to tell.
    """

    ids: Int[Tensor, "T B N"]
    targets: Int[Tensor, "T B"]

    @classmethod
    def of(cls, pieces: Sequence[roles.Tagged]) -> "Tokens":
        """Make a batch of pieces."""
        ids, targets, _ = roles.role_batch(pieces)
        return cls(torch.from_numpy(ids).long(), torch.from_numpy(targets).long())

    def part(self, rows: Tensor | slice) -> "Tokens":
        """Take some pieces."""
        return Tokens(self.ids[:, rows], self.targets[:, rows])


def reverse_padded(xs: Tensor, lengths: Int[Tensor, " B"]) -> Tensor:
    """Turn each sequence around within its own length; padding stays where it is.

    Args:
        xs: `T B ...`.
        lengths: How many steps of each sequence are real.
    """
    t = torch.arange(len(xs))[:, None]
    at = torch.where(t < lengths, lengths - 1 - t, t)
    return xs[at, torch.arange(xs.shape[1])]


class Tagger(nn.Module):
    """Tokens to roles.

        h_t = cell(e_t, h_(t-1)),   h'_t = cell'(e_t, h'_(t+1)),   y_t = [h_(t+k), h'_t] W + b

    The cells are tanh cells.

    Args:
        way: `"forward"` (without h'), `"backward"` (without h), or `"both"`.
        H: Units of a direction; by default those of `SIZES`.
        delay: k: how many tokens further it reads before it answers.
        E: Size of e_t.
    """

    def __init__(self, way: str, H: int = 0, delay: int = 0, E: int = 32):
        super().__init__()
        H = H or SIZES[way]
        self.delay = delay
        self.embedding = EmbeddingSum(roles.VOCABULARY_SIZE, E)
        self.ahead = nn.RNN(E, H) if way != "backward" else None
        self.back = nn.RNN(E, H) if way != "forward" else None
        directions = (self.ahead is not None) + (self.back is not None)
        self.logits = nn.Linear(directions * H, len(roles.ROLES))

    def forward(self, ids: Int[Tensor, "T B N"]) -> Float[Tensor, "T B V"]:
        """Return the logits of every token."""
        es, found = self.embedding(ids), []
        if self.ahead is not None:
            more = torch.cat([es, es.new_zeros(self.delay, *es.shape[1:])])
            found.append(self.ahead(more)[0][self.delay :])
        if self.back is not None:
            lengths = (ids[..., 0] > 0).sum(0)
            found.append(reverse_padded(self.back(reverse_padded(es, lengths))[0], lengths))
        return self.logits(torch.cat(found, -1))


def parameters(model: Tagger) -> int:
    """Count parameters without the embedding, which all taggers share."""
    return sum(p.numel() for p in model.parameters()) - model.embedding.weight.numel()


def trained(
    make: Callable[[], nn.Module],
    tokens: Tokens,
    seed: int,
    rate: float,
    updates: int = UPDATES,
    report: Callable[[int, float], object] | None = None,
) -> nn.Module:
    """Train a new tagger; batches come in the order of the seed.

    Args:
        make: Makes it, after the seed was set.
        tokens: To train on.
        seed: Of weights and order.
        rate: Highest learning rate.
        updates: How many.
        report: Told the number of every update, and its loss in nats.
    """
    torch.manual_seed(seed)
    model = make()
    order = torch.empty(0, dtype=torch.long)

    def loss(_: int) -> Tensor:
        nonlocal order
        if len(order) < B:
            order = torch.randperm(tokens.ids.shape[1])
        some, order = tokens.part(order[:B]), order[B:]
        return nn.functional.cross_entropy(
            model(some.ids).flatten(0, 1),
            some.targets.flatten(),
            ignore_index=roles.NO_ROLE,
        )

    schedule = one_cycle(Settings(updates, B, rate))
    fit(model.parameters(), loss, updates, rate, schedule=schedule, report=report)
    return model.eval()


@torch.no_grad()
def answers(model: nn.Module, tokens: Tokens) -> Int[Tensor, " N"]:
    """Return the role that a tagger gives each identifier, in the order of `targets`."""
    parts = tokens.ids.split(256, dim=1)
    return torch.cat([model(ids).argmax(-1) for ids in parts], 1)[tokens.targets >= 0]


def targets(tokens: Tokens) -> Int[Tensor, " N"]:
    """Return the role of each identifier."""
    return tokens.targets[tokens.targets >= 0]


def accuracy(model: nn.Module, tokens: Tokens) -> float:
    """Return the share of identifiers that get their role."""
    return float((answers(model, tokens) == targets(tokens)).float().mean())


def line(source: str) -> roles.Tagged:
    """Tag a line of source; a new line comes before it, so that it begins as lines do."""
    tagged = roles.tag_source(source)
    tokens = ("<newline>", *tagged.tokens)
    return roles.Tagged(source, tokens, (roles.NO_ROLE, *tagged.roles))
