"""What depth does to a gradient, to the number of steps, and to the time of a pass."""

import random
import time
from collections.abc import Sequence

import numpy as np
import torch
from jaxtyping import Float, Int
from torch import Tensor

from rnncourse.chapters.ch10_recursive_networks.networks import TreeNetworks
from rnncourse.chapters.ch10_recursive_networks.trees import batch, over

TAUS = tuple(2**k for k in range(1, 10))
H = 64
TREES = {"chain": "left", "balanced": "balanced", "random": "random"}
"""By the page's name, the shape: a left tree is a recurrent network that reads its leaves."""


def shaped(tree: str, tau: int, seed: int) -> Int[np.ndarray, "N 4"]:
    """Build a tree over tau leaves, each with a symbol of its own; nodes have the symbol tau."""
    return over(range(tau), [tau] * (tau - 1), TREES[tree], random.Random(seed))


def steps(tree: Int[np.ndarray, "N 4"]) -> int:
    """Count the compositions that have to be made one after the other: the height of the root.

    >>> [steps(shaped(name, 128, 0)) for name in ("chain", "balanced")]
    [127, 7]
    """
    return int(tree[-1, 3])


def started(
    cell: str, gain: float, tau: int, seeds: Sequence[int], forget: float = 1.0
) -> TreeNetworks:
    """Draw untrained networks in double precision, whose tanh cells have two rotations, scaled."""
    nets = TreeNetworks(cell, tau + 1, 1, seeds, H)
    parameters = [p.detach().double() for p in nets.parameters]
    parameters[0][:, tau] = 0
    if cell == "tanh":
        for s, seed in enumerate(seeds):
            rng = np.random.default_rng([seed, 11])
            for part in range(2):
                Q, R = np.linalg.qr(rng.normal(size=(H, H)))
                turn = torch.from_numpy(gain * Q * np.sign(np.diag(R)))
                parameters[3][s, part * H : (part + 1) * H] = turn
    if cell == "lstm":
        parameters[4][..., H : 3 * H] = forget
    nets.take([p.requires_grad_() for p in parameters])
    return nets


def gradients(
    cell: str, gain: float, tree: str, tau: int, seeds: Sequence[int], forget: float = 1.0
) -> Float[np.ndarray, "S T"]:
    """Measure what reaches each leaf of a unit gradient that starts at the root.

    Args:
        cell: `"tanh"` or `"lstm"`.
        gain: Of the rotations in a tanh cell.
        tree: `"chain"`, `"balanced"` or `"random"`.
        tau: Leaves.
        seeds: Of weights, leaves and direction; and, for random trees, the first one of the tree.
        forget: Bias of both forget gates of an LSTM.

    Returns:
        log10 of the length of the gradient at each leaf's vector.
    """
    nets = started(cell, gain, tau, seeds, forget)
    some = batch([shaped(tree, tau, seeds[0])])
    root = nets.states(some)[:, some.roots[0], :H]
    rngs = [np.random.default_rng([seed, 12]) for seed in seeds]
    u = torch.from_numpy(np.stack([rng.normal(size=H) for rng in rngs]))
    (root * u / u.norm(dim=1, keepdim=True)).sum().backward()
    return nets.E.grad[:, :tau].norm(dim=2).log10().numpy()


def misfit(taus: Sequence[int], decades: Float[np.ndarray, " T"], law: str) -> float:
    """Return how far a law misses: root mean square, in powers of ten.

    Args:
        taus: Leaves.
        decades: log10 of the gradient at each.
        law: `"power"`: a straight line over log tau; `"exponential"`: over tau.

    >>> misfit((2, 4, 8), np.array([-1.0, -2.0, -3.0]), "power") < 1e-12
    True
    """
    x = np.log2(taus) if law == "power" else np.asarray(taus, dtype=float)
    left = decades - np.polyval(np.polyfit(x, decades, 1), x)
    return float(np.sqrt(np.mean(left**2)))


# --- Time ---


def chain_pass(x: Float[Tensor, "B T H"], W: Float[Tensor, "_ H"]) -> Float[Tensor, "B H"]:
    """Read a sequence step by step: h = tanh(h W_l + x W_r); all x W_r in one product."""
    W_l, W_r = W.split(x.shape[2])
    h, rest = x[:, 0], (x @ W_r).unbind(1)
    for part in rest[1:]:
        h = torch.tanh(torch.addmm(part, h, W_l))
    return h


def folded_pass(x: Float[Tensor, "B T H"], W: Float[Tensor, "_ H"]) -> Float[Tensor, "B H"]:
    """Read a balanced tree over a power of two of leaves: neighbors lie side by side already."""
    B, T, H = x.shape
    while T > 1:
        T //= 2
        x = torch.tanh(x.reshape(B * T, 2 * H) @ W)
    return x.reshape(B, H)


class Gathered:
    """Read balanced trees as any trees are read: height by height, children looked up by place.

    Args:
        tau: Leaves.
        B: Trees.
    """

    def __init__(self, tau: int, B: int):
        self.some = batch([shaped("balanced", tau, 0)] * B)

    def __call__(self, x: Float[Tensor, "B T H"], W: Float[Tensor, "_ H"]) -> Float[Tensor, "B H"]:
        """Return the states of the roots."""
        states, n = x.flatten(0, 1), x.shape[0] * x.shape[1]
        for count in self.some.counts[1:]:
            here = slice(n, n + count)
            pair = self.some.left[here] - 1, self.some.right[here] - 1
            both = torch.cat([states.index_select(0, places) for places in pair], 1)
            states = torch.cat([states, torch.tanh(both @ W)])
            n += count
        return states[self.some.roots - 1]


PASSES = ("chain", "gathered", "folded")


def times(tau: int, B: int, repeats: int) -> dict[str, Float[np.ndarray, " R"]]:
    """Time a pass forward and back, the ways in turn, so that all meet the same machine.

    Args:
        tau: Leaves.
        B: Sequences side by side.
        repeats: How often; a first pass of each is not counted.

    Returns:
        By way, processor seconds.
    """
    torch.set_num_threads(1)
    rng = torch.Generator().manual_seed(0)
    x = torch.randn(B, tau, H, generator=rng)
    W = (torch.randn(2 * H, H, generator=rng) / (2 * H) ** 0.5).requires_grad_()
    ways = dict(zip(PASSES, (chain_pass, Gathered(tau, B), folded_pass), strict=True))
    found: dict[str, list[float]] = {name: [] for name in ways}
    for repeat in range(repeats + 1):
        for name, way in ways.items():
            start = time.process_time()
            way(x, W).sum().backward()
            if repeat:
                found[name].append(time.process_time() - start)
    return {name: np.array(seconds) for name, seconds in found.items()}
