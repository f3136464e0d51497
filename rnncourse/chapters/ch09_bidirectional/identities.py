"""What the decks' equations of two directions and of layers are equal to (A8, C7, D8, E7)."""

import numpy as np
import torch
from torch import nn

from rnncourse.models.sequence import CELLS

Array = np.ndarray


def network(layers: int = 3, D: int = 5, H: int = 4, seed: int = 0) -> nn.RNN:
    """Make an untrained stack of bidirectional tanh layers, in float64."""
    torch.manual_seed(seed)
    return nn.RNN(D, H, layers, bidirectional=True).double()


def arrays(model: nn.Module) -> dict[str, Array]:
    """Return the weights of a network by their names."""
    return {name: p.detach().numpy() for name, p in model.named_parameters()}


def one_way(w: dict[str, Array], layer: int, xs: Array, reverse: bool) -> Array:
    """Run one direction of one layer, step by step, as deck A prints it: columns, `U x + W h`."""
    end = f"_l{layer}" + "_reverse" * reverse
    U, W = w["weight_ih" + end], w["weight_hh" + end]
    b = w["bias_ih" + end] + w["bias_hh" + end]
    h, states = np.zeros(len(W)), {}
    order = range(len(xs))
    for t in reversed(order) if reverse else order:
        h = np.tanh(U @ xs[t] + W @ h + b)
        states[t] = h
    return np.array([states[t] for t in order])


def by_equations(w: dict[str, Array], layers: int, xs: Array) -> Array:
    """Run deck A's deep bidirectional network: each layer reads both states of the one below."""
    for layer in range(layers):
        both = [one_way(w, layer, xs, reverse) for reverse in (False, True)]
        xs = np.concatenate(both, axis=1)
    return xs


def deep_gap(seed: int, T: int = 7) -> float:
    """Return the largest difference between deck A's loops and PyTorch's stack (A8)."""
    model = network(seed=seed)
    xs = np.random.default_rng(seed).normal(size=(T, 5))
    with torch.no_grad():
        theirs, _ = model(torch.from_numpy(xs)[:, None])
    mine = by_equations(arrays(model), 3, xs)
    return float(np.abs(mine - theirs[:, 0].numpy()).max())


def sum_gap(seed: int, T: int = 7, H: int = 4, V: int = 3) -> float:
    """Return the largest difference between adding and concatenating two directions (C7).

    c + V s_t + V' s'_t, as deck C adds them, against one matrix [V V'] on the states [s_t; s'_t].
    """
    rng = np.random.default_rng(seed)
    s, back = rng.normal(size=(2, T, H))
    first, second, c = rng.normal(size=(V, H)), rng.normal(size=(V, H)), rng.normal(size=V)
    added = np.array([c + first @ s[t] + second @ back[t] for t in range(T)])
    joined = np.concatenate([s, back], axis=1) @ np.concatenate([first, second], axis=1).T + c
    return float(np.abs(added - joined).max())


def layer_entries(cell: str, n: int, D: int, layer: int) -> int:
    """Count the entries of PyTorch's two matrices of a layer: from below, and from the state."""
    w = arrays(CELLS[cell](D, n, layer + 1))
    return w[f"weight_ih_l{layer}"].size + w[f"weight_hh_l{layer}"].size


def shape_gap(cell: str, n: int, D: int, layer: int) -> int:
    """Return how many entries the slide's matrix has too few or too many (D8).

    The slide's W is n x 2n for the plain cell, 4n x 2n for the LSTM.
    """
    return abs(layer_entries(cell, n, D, layer) - {"rnn": 1, "lstm": 4}[cell] * n * 2 * n)


def slide_gap(cell: str, seed: int, n: int = 6, T: int = 7) -> float:
    """Return how far the slide's W (h below; h before) is from PyTorch's second layer (D8)."""
    torch.manual_seed(seed)
    model = CELLS[cell](n, n, 2, bias=False).double()
    w = arrays(model)
    W = np.concatenate([w["weight_ih_l1"], w["weight_hh_l1"]], axis=1)
    assert W.shape == ({"rnn": n, "lstm": 4 * n}[cell], 2 * n)
    xs = torch.from_numpy(np.random.default_rng(seed).normal(size=(T, 1, n)))
    below = CELLS[cell](n, n, bias=False).double()
    below.load_state_dict({name: p for name, p in model.state_dict().items() if "l0" in name})
    with torch.no_grad():
        theirs, lower = model(xs)[0][:, 0].numpy(), below(xs)[0][:, 0].numpy()
    h, c, gap = np.zeros(n), np.zeros(n), 0.0
    for t in range(T):
        a = W @ np.concatenate([lower[t], h])
        if cell == "rnn":
            h = np.tanh(a)
        else:  # the deck's order is i f o g; PyTorch's i f g o
            i, f, g, o = np.split(a, 4)
            i, f, o = (1 / (1 + np.exp(-x)) for x in (i, f, o))
            c = f * c + i * np.tanh(g)
            h = o * np.tanh(c)
        gap = max(gap, float(np.abs(h - theirs[t]).max()))
    return gap


def times_larger(cell: str, layers: int, D: int = 32, H: int = 64, last: bool = False) -> float:
    """Return how many times as many parameters two directions have as one (E7).

    Args:
        cell: Which.
        layers: How many, of the same size in both networks.
        D: What the first one reads.
        H: Units of a direction.
        last: Count the highest layer alone.
    """
    counts = []
    for both in (False, True):
        model = CELLS[cell](D, H, layers, bidirectional=both)
        named = model.named_parameters()
        counts.append(sum(p.numel() for n, p in named if not last or f"_l{layers - 1}" in n))
    return counts[1] / counts[0]
