"""What depth does to a gradient, to the number of steps, and to the time of a pass."""

import random
from collections.abc import Sequence

import numpy as np
import torch
from jaxtyping import Float, Int

from rnncourse.chapters.ch10_recursive_networks.networks import TreeNetworks
from rnncourse.chapters.ch10_recursive_networks.trees import batch_trees, build_shaped_tree

TAUS = tuple(2**k for k in range(1, 10))
H = 64
TREES = {"chain": "left", "balanced": "balanced", "random": "random"}
"""By the page's name, the shape: a left tree is a recurrent network that reads its leaves."""


def build_tree(shape: str, tau: int, seed: int) -> Int[np.ndarray, "N 4"]:
    """Build a tree over tau leaves, each with a symbol of its own; nodes have the symbol tau."""
    return build_shaped_tree(range(tau), [tau] * (tau - 1), TREES[shape], random.Random(seed))


def sequential_steps(tree: Int[np.ndarray, "N 4"]) -> int:
    """Count the compositions that have to be made one after the other: the height of the root.

    >>> [sequential_steps(build_tree(name, 128, 0)) for name in ("chain", "balanced")]
    [127, 7]
    """
    return int(tree[-1, 3])


def init_networks(
    cell: str, gain: float, tau: int, seeds: Sequence[int], forget_bias: float = 1.0
) -> TreeNetworks:
    """Draw untrained networks in double precision, whose tanh cells have two rotations, scaled."""
    networks = TreeNetworks(cell, tau + 1, 1, seeds, H)
    parameters = [p.detach().double() for p in networks.parameters]
    parameters[0][:, tau] = 0
    if cell == "tanh":
        for s, seed in enumerate(seeds):
            rng = np.random.default_rng([seed, 11])
            for child in range(2):
                Q, R = np.linalg.qr(rng.normal(size=(H, H)))
                rotation = torch.from_numpy(gain * Q * np.sign(np.diag(R)))
                parameters[3][s, child * H : (child + 1) * H] = rotation
    if cell == "lstm":
        parameters[4][..., H : 3 * H] = forget_bias
    networks.set_parameters([p.requires_grad_() for p in parameters])
    return networks


def leaf_gradients(
    cell: str, gain: float, shape: str, tau: int, seeds: Sequence[int], forget_bias: float = 1.0
) -> Float[np.ndarray, "S T"]:
    """Measure what reaches each leaf of a unit gradient that starts at the root.

    Args:
        cell: `"tanh"` or `"lstm"`.
        gain: Of the rotations in a tanh cell.
        shape: `"chain"`, `"balanced"` or `"random"`.
        tau: Leaves.
        seeds: Of weights, leaves and direction; and, for random trees, the first one of the tree.
        forget_bias: Bias of both forget gates of an LSTM.

    Returns:
        log10 of the length of the gradient at each leaf's vector.
    """
    networks = init_networks(cell, gain, tau, seeds, forget_bias)
    batch = batch_trees([build_tree(shape, tau, seeds[0])])
    root = networks.states(batch)[:, batch.roots[0], :H]
    rngs = [np.random.default_rng([seed, 12]) for seed in seeds]
    u = torch.from_numpy(np.stack([rng.normal(size=H) for rng in rngs]))
    (root * u / u.norm(dim=1, keepdim=True)).sum().backward()
    return networks.E.grad[:, :tau].norm(dim=2).log10().numpy()
