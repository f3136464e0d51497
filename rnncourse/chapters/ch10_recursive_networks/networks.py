"""Recursive networks: one cell at every node of a tree, and several networks in one product."""

from collections.abc import Sequence

import numpy as np
import torch
from jaxtyping import Float, Int
from torch import Tensor
from torch.nn import functional

from rnncourse.chapters.ch10_recursive_networks.trees import Batch
from rnncourse.models.network_ensemble import stack_arrays

H = 64


def init_weights(
    cell: str, V: int, n_answers: int, H: int, rng: np.random.Generator
) -> list[Float[np.ndarray, "_ _"]]:
    """Draw first weights: normal, with deviation one over the root of the inputs.

    Args:
        cell: `"tanh"`, `"two"` or `"lstm"`.
        V: Symbols, the one of nodes without a symbol among them.
        n_answers: How many there are.
        H: Size of a state.
        rng: Where they come from.

    Returns:
        Symbols (V, H); the answer's weights and biases; those of the cell's first layer, and for
        `"two"` of its second.
    """
    width = {"tanh": H, "two": 2 * H, "lstm": 5 * H}[cell]

    def init_layer(n_inputs: int, n_outputs: int) -> list[Float[np.ndarray, "_ _"]]:
        return [rng.normal(size=(n_inputs, n_outputs)) / n_inputs**0.5, np.zeros((1, n_outputs))]

    weights = [rng.normal(size=(V, H)), *init_layer(H, n_answers), *init_layer(3 * H, width)]
    if cell == "two":
        weights += init_layer(2 * H, H)
    if cell == "lstm":
        weights[4][:, H : 3 * H] = 1  # both forget gates
    return weights


class TreeNetworks:
    """S networks that read the same trees.

    A node of children l and r and with the symbol x has the state

        tanh:  h = tanh([h_l h_r x] W + b)
        two:   h = norm(relu([h_l h_r x] W + b) W_2 + b_2)
        lstm:  i, f_l, f_r, g, o = [h_l h_r x] W + b
               c = s(f_l) c_l + s(f_r) c_r + s(i) tanh(g),   h = s(o) tanh(c)

    where s is the logistic function, and norm takes off the mean and divides by the deviation. A
    leaf's state is its symbol's vector (lstm: what the cell makes of it without children). A child
    that is not there is 0.

    Args:
        cell: `"tanh"`, `"two"` or `"lstm"`.
        V: Symbols.
        n_answers: How many there are.
        seeds: One for each network.
        H: Size of a state.

    Source: K. S. Tai, R. Socher and C. D. Manning, arXiv:1503.00075v3, equations 9 to 14, for the
    LSTM, with N = 2. There both forget gates share their bias and their weights of x; here each has
    its own.
    """

    def __init__(self, cell: str, V: int, n_answers: int, seeds: Sequence[int], H: int = H):
        self.cell, self.H = cell, H
        networks = [
            init_weights(cell, V, n_answers, H, np.random.default_rng([seed, 10])) for seed in seeds
        ]
        self.parameters = [
            stack_arrays(arrays, torch.float32) for arrays in zip(*networks, strict=True)
        ]
        self.set_parameters(self.parameters)

    def set_parameters(self, parameters: Sequence[Tensor]) -> None:
        """Go on with other parameters, in the same order."""
        self.parameters = [*parameters]
        self.E, self.W_y, self.b_y, self.W, self.b, *self.second_layer = parameters

    def compose(
        self, left: Float[Tensor, "S N P"], right: Float[Tensor, "S N P"], x: Float[Tensor, "S N H"]
    ) -> Float[Tensor, "S N P"]:
        """Make nodes of their children and symbols; for an LSTM states are h and c side by side."""
        H = self.H
        a = torch.baddbmm(self.b, torch.cat([left[..., :H], right[..., :H], x], -1), self.W)
        if self.cell == "tanh":
            return torch.tanh(a)
        if self.cell == "two":
            W_2, b_2 = self.second_layer
            return functional.layer_norm(torch.baddbmm(b_2, torch.relu(a), W_2), (H,))
        i, f_l, f_r, g, o = a.chunk(5, -1)
        c = torch.sigmoid(f_l) * left[..., H:] + torch.sigmoid(f_r) * right[..., H:]
        c = c + torch.sigmoid(i) * torch.tanh(g)
        return torch.cat([torch.sigmoid(o) * torch.tanh(c), c], -1)

    def states(self, trees: Batch) -> Float[Tensor, "S _ P"]:
        """Return the state of every node, after a first one that stands for no child."""
        x, n = self.E.index_select(1, trees.symbols), trees.counts[0]
        S, size = len(x), self.H * (2 if self.cell == "lstm" else 1)
        zeros = x.new_zeros(S, 1, size)
        leaves = x[:, :n]
        if self.cell == "lstm":
            no_child = zeros.expand(S, n, size)
            leaves = self.compose(no_child, no_child, leaves)
        states = torch.cat([zeros, leaves], 1)
        for count in trees.counts[1:]:
            level = slice(n, n + count)
            left = states.index_select(1, trees.left[level])
            right = states.index_select(1, trees.right[level])
            states = torch.cat([states, self.compose(left, right, x[:, level])], 1)
            n += count
        return states

    def logits(
        self, states: Float[Tensor, "S _ P"], positions: Int[Tensor, " B"]
    ) -> Float[Tensor, "S B O"]:
        """Read answers out of the states at some places."""
        h = states.index_select(1, positions)[..., : self.H]
        return torch.baddbmm(self.b_y, h, self.W_y)

    @property
    def size(self) -> int:
        """How many parameters one network has."""
        return sum(p[0].numel() for p in self.parameters)
