"""Recurrent networks made deeper in three places, or stacked; many seeds are trained at once."""

import math
from dataclasses import dataclass

import numpy as np
import torch
from jaxtyping import Float
from torch import Tensor, nn

from rnncourse.data.recall import recall_batch
from rnncourse.training.fit import fit


@dataclass(frozen=True)
class Kind:
    """What a network looks like.

    Args:
        inputs: More layers from input to state.
        moves: More layers from state to state.
        outputs: More layers from state to output.
        layers: Recurrent layers, one on the other.
        skip: Each move also adds the state before, through a rotation of its own; what comes
            through the layer is halved.
        gain: What recurrent rotations are multiplied by at first.
    """

    inputs: int = 0
    moves: int = 0
    outputs: int = 0
    layers: int = 1
    skip: bool = False
    gain: float = 1.0


KINDS = {
    "shallow": Kind(),
    "input": Kind(inputs=1),
    "transition": Kind(moves=1),
    "output": Kind(outputs=1),
    "two layers": Kind(layers=2),
    "with a skip": Kind(moves=1, skip=True),
    "larger weights": Kind(moves=1, gain=1.25),
}
"""By name."""


class Deep(nn.Module):
    """S networks of one kind, side by side: a leading axis of all weights and data.

        h_t = tanh(x_t W + h_(t-1) U + b);  with a deeper move, h_t = tanh(tanh(...) M + h_(t-1) K)

    Args:
        kind: Which.
        D: Size of an input.
        H: Units of every layer.
        V: Size of an output.
        seeds: Of the networks' first weights.
    """

    def __init__(self, kind: Kind, D: int, H: int, V: int, seeds: tuple[int, ...]):
        super().__init__()
        self.kind, self.H, self.S = kind, H, len(seeds)
        self.weights = nn.ParameterDict()
        draws = [torch.Generator().manual_seed(seed) for seed in seeds]

        def add(name: str, a: int, b: int, turns: float = 0.0, bias: bool = True) -> None:
            parts = [torch.randn(a, b, generator=g) / math.sqrt(a) for g in draws]
            if turns:
                parts = [turns * torch.linalg.qr(part)[0] for part in parts]
            self.weights[name] = nn.Parameter(torch.stack(parts))
            if bias:
                self.weights[f"{name}_b"] = nn.Parameter(torch.zeros(len(seeds), 1, b))

        for n in range(kind.inputs):
            add(f"E{n}", H if n else D, H)
        for n in range(kind.layers):
            add(f"W{n}", H if n or kind.inputs else D, H)
            add(f"U{n}", H, H, kind.gain, bias=False)
        for n in range(kind.moves):
            add(f"M{n}", H, H, kind.gain * (0.5 if kind.skip else 1.0))
        if kind.skip:
            add("K", H, H, 1.0, bias=False)
        for n in range(kind.outputs):
            add(f"O{n}", H, H)
        add("V", H, V)

    def each(self, name: str, xs: Float[Tensor, "S T B D"]) -> Float[Tensor, "S T B H"]:
        """Apply an affine map to every step at once."""
        S, T, B, D = xs.shape
        w = self.weights
        flat = torch.baddbmm(w[f"{name}_b"], xs.reshape(S, T * B, D), w[name])
        return flat.view(S, T, B, -1)

    def states(self, xs: Float[Tensor, "S T B D"]) -> Float[Tensor, "S T B H"]:
        """Read, and return what the output reads at every step."""
        for n in range(self.kind.inputs):
            xs = torch.tanh(self.each(f"E{n}", xs))
        for n in range(self.kind.layers):
            xs = self.layer(n, xs)
        for n in range(self.kind.outputs):
            xs = torch.tanh(self.each(f"O{n}", xs))
        return xs

    def layer(self, n: int, xs: Float[Tensor, "S T B D"]) -> Float[Tensor, "S T B H"]:
        """Run one recurrent layer."""
        w, found = self.weights, []
        h = xs.new_zeros(self.S, xs.shape[2], self.H)
        for x in self.each(f"W{n}", xs).unbind(1):
            before = h
            h = torch.tanh(torch.baddbmm(x, h, w[f"U{n}"]))
            for m in range(self.kind.moves):
                a = torch.baddbmm(w[f"M{m}_b"], h, w[f"M{m}"])
                h = torch.tanh(torch.baddbmm(a, before, w["K"]) if self.kind.skip else a)
            found.append(h)
        return torch.stack(found, 1)

    def forward(self, xs: Float[Tensor, "S T B D"]) -> Float[Tensor, "S T B V"]:
        """Return the logits of every step."""
        return self.each("V", self.states(xs))


def fading(
    kind: Kind, seeds: tuple[int, ...], T: int = 81, H: int = 64, D: int = 64
) -> Float[np.ndarray, "S T"]:
    """Return the length of the gradient of the last state by the input, by its distance.

    That of distance 0 is 1. The networks are untrained, the inputs normal, and the gradient is of
    one random direction of what the output reads, for eight sequences each.

    Args:
        kind: Which network.
        seeds: Of weights; inputs and directions have the same seeds.
        T: Steps.
        H: Units.
        D: Size of an input.
    """
    net = Deep(kind, D, H, 2, seeds).double()
    draws = [torch.Generator().manual_seed(1000 + seed) for seed in seeds]
    xs = torch.stack([torch.randn(T, 8, D, generator=g, dtype=torch.double) for g in draws])
    v = torch.stack([torch.randn(8, H, generator=g, dtype=torch.double) for g in draws])
    xs.requires_grad_()
    (net.states(xs)[:, -1] * v).sum().backward()
    found = xs.grad.norm(dim=-1).mean(-1).flip(1)
    return (found / found[:, :1]).numpy()


def recalled(
    kind: Kind, seeds: tuple[int, ...], lag: int, rate: float, updates: int, H: int
) -> Float[np.ndarray, " S"]:
    """Train networks to name the first symbol of a sequence after others have been read.

    Args:
        kind: Which.
        seeds: Of weights and sequences.
        lag: How many symbols come after the first; they are other ones.
        rate: Adam's.
        updates: Of 32 sequences each.
        H: Units of every layer.

    Returns:
        The share of 512 new sequences that each gets right at the end.
    """
    net = Deep(kind, 8, H, 4, seeds)
    draws = [np.random.default_rng(seed) for seed in seeds]

    def asked(B: int) -> tuple[Tensor, Tensor]:
        drawn = [recall_batch(rng, B, lag, same=False) for rng in draws]
        xs = torch.tensor(np.stack([x for x, _ in drawn]), dtype=torch.float32)
        logits = net.each("V", net.states(xs)[:, -1:])[:, 0]
        return logits, torch.from_numpy(np.stack([y for _, y in drawn]))

    def loss(_: int) -> Tensor:
        logits, targets = asked(32)
        found = nn.functional.cross_entropy(logits.flatten(0, 1), targets.flatten())
        return found * len(seeds)

    fit(net.parameters(), loss, updates, rate, clip=math.sqrt(len(seeds)))
    with torch.no_grad():
        logits, targets = asked(512)
    return (logits.argmax(-1) == targets).float().mean(1).numpy()
