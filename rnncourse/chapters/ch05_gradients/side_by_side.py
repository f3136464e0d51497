"""Networks side by side: each has weights, data and updates of its own; one product serves all.

A loop over the steps of a small network spends its time on the loop. With S networks in one batched
product the same loop serves all of them.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import torch
from jaxtyping import Float, Int
from torch import Tensor

from rnncourse.cells.gru import GRUWeights
from rnncourse.cells.initial import initial_weights, random_rotation
from rnncourse.cells.lstm import LSTMWeights
from rnncourse.cells.rnn import HiddenWeights
from rnncourse.cells.shapes import Weights

CELLS = {"tanh": HiddenWeights, "relu": HiddenWeights, "gru": GRUWeights, "lstm": LSTMWeights}


@dataclass(frozen=True)
class Kind:
    """A cell, and the matrix from state to state that it starts with.

    Args:
        cell: `"tanh"`, `"relu"`, `"gru"` or `"lstm"`.
        recurrent: `"usual"`, uniform in +-1 / sqrt(H); `"orthogonal"`, a random rotation;
            `"identity"`; or a number, the gain g of normal entries with deviation g / sqrt(H).
    """

    cell: str
    recurrent: str | float = "usual"


KINDS = {
    "tanh": Kind("tanh"),
    "rotation": Kind("tanh", "orthogonal"),
    "gain-1.5": Kind("tanh", 1.5),
    "identity": Kind("relu", "identity"),
    "relu": Kind("relu"),
    "gru": Kind("gru"),
    "lstm": Kind("lstm"),
}


def draw(kind: Kind, D: int, H: int, rng: np.random.Generator) -> Weights:
    """Draw a cell's first weights; those of plain kinds and one `rng` differ in W_hh alone.

    All biases are 0, but the forget gate's of an LSTM, which is 1.

    Args:
        kind: Which.
        D: Size of an input.
        H: Size of the state.
        rng: Where they come from.
    """
    w = initial_weights(CELLS[kind.cell], D, H, rng)
    w.b_h[:] = 0
    if kind.cell == "lstm":
        w.b_h[H : 2 * H] = 1
    if kind.cell == "gru":
        w.b_hn[:] = 0
    if kind.recurrent == "identity":
        w.W_hh[:] = np.eye(H)
    elif kind.recurrent == "orthogonal":
        w.W_hh[:] = random_rotation(H, rng)
    elif kind.recurrent != "usual":
        w.W_hh[:] = kind.recurrent * rng.normal(size=(H, H)) / H**0.5
    return w


class Ensemble:
    """S networks of one kind, with a readout each.

        state_t = cell(x_t, state_(t-1)),   y_t = state_t W_y + b_y

    The state is all that is handed on: h, or of an LSTM h and c side by side. The readout of an
    LSTM sees h alone.

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
        if kind.cell == "gru":
            self.b_hn = together([np.zeros((1, H)) for _ in seeds])
            self.parameters.append(self.b_hn)

    @property
    def size(self) -> int:
        """Width of what is handed on: H, or 2 H for an LSTM."""
        return self.H * (2 if self.kind.cell == "lstm" else 1)

    def run(self, xs: Float[Tensor, "T S B D"]) -> list[Float[Tensor, "S B P"]]:
        """Read sequences from a zero state; return the state after every step."""
        T, S, B, D = xs.shape
        flat = xs.transpose(0, 1).reshape(S, T * B, D)
        into = (torch.baddbmm(self.b_h, flat, self.W_xh)).view(S, T, B, -1).unbind(1)
        state = xs.new_zeros(S, B, self.size)
        step, states = getattr(self, f"_{self.kind.cell}"), []
        for a in into:
            state = step(a, state)
            states.append(state)
        return states

    def _tanh(self, a: Tensor, h: Tensor) -> Tensor:
        return torch.tanh(torch.baddbmm(a, h, self.W_hh))

    def _relu(self, a: Tensor, h: Tensor) -> Tensor:
        return torch.relu(torch.baddbmm(a, h, self.W_hh))

    def _gru(self, a: Tensor, h: Tensor) -> Tensor:
        H, u = self.H, torch.bmm(h, self.W_hh)
        r, z = torch.sigmoid(a[..., : 2 * H] + u[..., : 2 * H]).chunk(2, -1)
        n = torch.tanh(a[..., 2 * H :] + r * (u[..., 2 * H :] + self.b_hn))
        return (1 - z) * n + z * h

    def _lstm(self, a: Tensor, state: Tensor) -> Tensor:
        h, c = state.chunk(2, -1)
        i, f, g, o = torch.baddbmm(a, h, self.W_hh).chunk(4, -1)
        c = torch.sigmoid(f) * c + torch.sigmoid(i) * torch.tanh(g)
        return torch.cat([torch.sigmoid(o) * torch.tanh(c), c], -1)

    def logits(self, state: Float[Tensor, "S B P"]) -> Float[Tensor, "S B V"]:
        """Read the answer out of h."""
        return torch.baddbmm(self.b_y, state[..., : self.H], self.W_y)


def train(
    ensemble: Ensemble, losses: Callable[[int], Float[Tensor, " S"]], updates: int, rate: float
) -> None:
    """Make updates with Adam, for each network its own; gradients are clipped at a norm of 1.

    This is `fit_ensemble`, but for the rate and the scale of a clipped gradient, which have 32 bits
    as in the runs that are recorded: with 64 bits two of 340 values leave their tolerance.

    Args:
        ensemble: Its parameters are changed in place.
        losses: From the number of the update, from 0, to the loss of each network.
        updates: How many.
        rate: The learning rate.

    Source: D. P. Kingma and J. Ba, "Adam: a method for stochastic optimization", ICLR (2015),
    algorithm 1; oracle against `fit` in test_information.py.
    """
    first, second = ([torch.zeros_like(p) for p in ensemble.parameters] for _ in range(2))
    step = torch.tensor(rate, dtype=torch.float32)
    for update in range(1, updates + 1):
        gradients = torch.autograd.grad(losses(update - 1).sum(), ensemble.parameters)
        with torch.no_grad():
            norm = torch.stack([g.square().sum((1, 2)) for g in gradients]).sum(0).sqrt()
            scale = (1 / (norm + 1e-6)).clamp(max=1).float().view(-1, 1, 1)
            for p, g, m, v in zip(ensemble.parameters, gradients, first, second, strict=True):
                g = g * scale
                m.lerp_(g, 0.1)
                v.mul_(0.999).addcmul_(g, g, value=0.001)
                size = (v / (1 - 0.999**update)).sqrt() + 1e-8
                p -= step * (m / (1 - 0.9**update)) / size


def one_hot(ids: Int[np.ndarray, "..."], D: int, dtype: torch.dtype) -> Tensor:
    """Turn ids into rows of zeros with a one."""
    return torch.eye(D, dtype=dtype)[torch.from_numpy(ids)]
