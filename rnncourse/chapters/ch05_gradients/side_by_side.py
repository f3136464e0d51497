"""Networks side by side: each has weights, data and updates of its own; one product serves all.

A loop over the steps of a small network spends its time on the loop. With S networks in one batched
product the same loop serves all of them.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch
from jaxtyping import Float
from torch import Tensor

from rnncourse.cells.initial import initial_weights, random_rotation
from rnncourse.cells.rnn import HiddenWeights


@dataclass(frozen=True)
class Kind:
    """A cell, and the matrix from state to state that it starts with.

    Args:
        cell: `"tanh"` or `"relu"`.
        recurrent: `"usual"`, uniform in +-1 / sqrt(H); `"orthogonal"`, a random rotation;
            `"identity"`; or a number, the gain g of normal entries with deviation g / sqrt(H).
    """

    cell: str
    recurrent: str | float = "usual"


KINDS = {
    "tanh": Kind("tanh"),
    "rotation": Kind("tanh", "orthogonal"),
    "identity": Kind("relu", "identity"),
    "relu": Kind("relu"),
}


def draw(kind: Kind, D: int, H: int, rng: np.random.Generator) -> HiddenWeights:
    """Draw a cell's first weights; those of one `rng` differ in W_hh alone, and biases are 0.

    Args:
        kind: Which.
        D: Size of an input.
        H: Size of the state.
        rng: Where they come from.
    """
    w = initial_weights(HiddenWeights, D, H, rng)
    w.b_h[:] = 0
    if kind.recurrent == "identity":
        w.W_hh[:] = np.eye(H)
    elif kind.recurrent == "orthogonal":
        w.W_hh[:] = random_rotation(H, rng)
    elif kind.recurrent != "usual":
        w.W_hh[:] = kind.recurrent * rng.normal(size=(H, H)) / H**0.5
    return w


class Ensemble:
    """S networks of one kind, with a readout each.

        h_t = act(x_t W_xh + h_(t-1) W_hh + b_h),   y_t = h_t W_y + b_y

    Args:
        kind: Which.
        D: Size of an input.
        H: Size of h.
        V: Size of an output.
        seeds: One for each network. A network does not depend on its neighbors, but for rounding:
            products of stacks of another size may sum in another order.
        dtype: Their precision.
    """

    def __init__(
        self,
        kind: Kind,
        D: int,
        H: int,
        V: int,
        seeds: Sequence[int],
        dtype: torch.dtype = torch.float64,
    ):
        self.kind, self.H = kind, H
        cells, readouts = [], []
        for seed in seeds:
            readouts.append(np.random.default_rng([seed, 1]).uniform(-1, 1, (H, V)) / H**0.5)
            cells.append(draw(kind, D, H, np.random.default_rng([seed, 0])))

        def together(arrays: list[np.ndarray]) -> Tensor:
            return torch.tensor(np.stack(arrays), dtype=dtype, requires_grad=True)

        self.W_xh = together([w.W_xh for w in cells])
        self.W_hh = together([w.W_hh for w in cells])
        self.b_h = together([w.b_h[None] for w in cells])
        self.W_y = together(readouts)
        self.b_y = together([np.zeros((1, V)) for _ in seeds])
        self.parameters = [self.W_xh, self.W_hh, self.b_h, self.W_y, self.b_y]

    def run(self, xs: Float[Tensor, "T S B D"]) -> list[Float[Tensor, "S B H"]]:
        """Read sequences from a zero state; return the state after every step."""
        T, S, B, D = xs.shape
        flat = xs.transpose(0, 1).reshape(S, T * B, D)
        into = (torch.baddbmm(self.b_h, flat, self.W_xh)).view(S, T, B, -1).unbind(1)
        h, hs = xs.new_zeros(S, B, self.H), []
        act = {"tanh": torch.tanh, "relu": torch.relu}[self.kind.cell]
        for a in into:
            h = act(torch.baddbmm(a, h, self.W_hh))
            hs.append(h)
        return hs

    def logits(self, h: Float[Tensor, "S B H"]) -> Float[Tensor, "S B V"]:
        """Read the answer out of h."""
        return torch.baddbmm(self.b_y, h, self.W_y)
