"""Two memories, and gated cells from which gates have been taken out, side by side.

Every network has the weights of a full cell, and a mask of its own that says which of its gates
are there. So networks of all kinds, with equal first weights and equal data, are one batch.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch
from jaxtyping import Float
from torch import Tensor

from rnncourse.cells.initial import initial_weights
from rnncourse.cells.lstm import LSTMWeights
from rnncourse.models.network_ensemble import project_inputs, stack_weights
from rnncourse.training.ensemble import fit_ensemble

T, B, UPDATES, D = 40, 16, 600, 5
Batch = tuple[Float[np.ndarray, "T B 5"], Float[np.ndarray, "T B"]]


def sample_two_memories(rng: np.random.Generator, T: int, B: int) -> Batch:
    """Draw two memories: a value is written to one of them now and then, or one is asked for.

    Inputs: a value, `write A`, `write B`, `ask A`, `ask B`. The answer is what was last written to
    the one that is asked for, else 0.
    """
    values, write, ask = rng.uniform(-1, 1, (T, B)), rng.random((T, B)), rng.random((T, B))
    to_a, to_b = write < 0.1, (write >= 0.1) & (write < 0.2)
    of_a, of_b = ask < 0.25, (ask >= 0.25) & (ask < 0.5)
    a, b, answers = np.zeros(B), np.zeros(B), np.zeros((T, B))
    for t in range(T):
        a, b = np.where(to_a[t], values[t], a), np.where(to_b[t], values[t], b)
        answers[t] = a * of_a[t] + b * of_b[t]
    return np.stack([values * (to_a | to_b), to_a, to_b, of_a, of_b], -1), answers


@dataclass(frozen=True)
class GateSubset:
    """Which gates a cell has, and whether it carries its memory on.

    Args:
        gates: Letters of `i`, `f`, `o`. A gate that is missing is always 1: open.
        carry: Without it f is always 0, and what is written is squashed once.
    """

    gates: str
    carry: bool = True

    def parameters(self, D: int, H: int) -> int:
        """Count the weights that are in use, with those of the readout.

        >>> GateSubset("ifo").parameters(2, 1), GateSubset("io").parameters(2, 1)
        (18, 14)
        """
        return (1 + len(self.gates)) * H * (D + H + 1) + H + 1


GATE_SUBSETS = {
    "plain": GateSubset("", carry=False),
    "io": GateSubset("io"),
    "fo": GateSubset("fo"),
    "if": GateSubset("if"),
    "ifo": GateSubset("ifo"),
}
"""By the gates that are there; `plain` is a plain tanh network."""


class GatedNetworks:
    """Networks side by side, each of a kind and with a readout of its own.

        i, f, o = sigma(x W_x. + h W_h. + b_.),  or 1 where the gate is missing
        c' = f * c + i * tanh(x W_xg + h W_hg + b_g)
        h' = o * tanh(c')
        y  = h' W_y + b_y

    Without the carry f is 0 and h' = o * c': with neither carry nor gates that is a plain tanh
    network.

    Args:
        kinds: One for each network.
        seeds: One for each network: networks of one seed start with the same weights, uniform in
            +-1 / sqrt(H), biases 0, that of the forget gate 1.
        H: Size of the state.
        D: Size of an input.
        dtype: Their precision.

    Source: oracle against `torch.nn.LSTM` and `torch.nn.RNN` in test_subsets.py.
    """

    def __init__(
        self,
        kinds: Sequence[GateSubset],
        seeds: Sequence[int],
        H: int,
        D: int = D,
        dtype: torch.dtype = torch.float32,
    ):
        self.H, cells, readouts = H, [], []
        for seed in seeds:
            rng = np.random.default_rng([seed, 0])
            w = initial_weights(LSTMWeights, D, H, rng)
            w.b_h[:] = np.repeat([0, 1, 0, 0], H)
            cells.append(w)
            readouts.append(rng.uniform(-1, 1, (H, 1)) / H**0.5)
        self.parameters = stack_weights(cells, readouts, dtype)
        self.W_xh, self.W_hh, self.b_h, self.W_y, self.b_y = self.parameters

        def by_unit(values: list, dtype: torch.dtype = torch.bool) -> Tensor:
            return torch.tensor(values, dtype=dtype).repeat_interleave(H, 1)[:, None]

        # g, in the third place, is no gate: it is never masked
        self.gated = by_unit([[g in k.gates for g in "if"] + [True, "o" in k.gates] for k in kinds])
        self.if_missing = by_unit([[1.0, float(k.carry), 1.0, 1.0] for k in kinds], dtype)
        self.carried = torch.tensor([[[k.carry]] for k in kinds])

    def run(self, xs: Float[Tensor, "T S B D"]) -> Float[Tensor, "T S B H"]:
        """Read sequences from a zero state; return the visible state after every step."""
        h = c = xs.new_zeros(*xs.shape[1:3], self.H)
        hs = []
        for a in project_inputs(xs, self.W_xh, self.b_h):
            a = torch.baddbmm(a, h, self.W_hh)
            i, f, _, o = torch.where(self.gated, torch.sigmoid(a), self.if_missing).chunk(4, -1)
            g = torch.tanh(a[..., 2 * self.H : 3 * self.H])
            c = f * c + i * g
            h = o * torch.where(self.carried, torch.tanh(c), c)
            hs.append(h)
        return torch.stack(hs)

    def answers(self, xs: Float[Tensor, "T S B D"]) -> Float[Tensor, "T S B"]:
        """Read sequences, and answer after every step."""
        hs = self.run(xs)
        steps, S, B, H = hs.shape
        flat_hs = hs.transpose(0, 1).reshape(S, steps * B, H)
        return torch.baddbmm(self.b_y, flat_hs, self.W_y).view(S, steps, B).transpose(0, 1)


def train_cells(
    cells: GatedNetworks, seeds: Sequence[int], rates: Sequence[float], updates: int = UPDATES
) -> None:
    """Train networks in place on two memories with Adam, each with data and rate of its own.

    The loss is the mean squared error over all steps of 16 fresh sequences of 40 steps. The norm
    of a network's gradient is bounded by 1; its rate falls linearly over the last third.

    Args:
        cells: The networks.
        seeds: One for each network: networks of one seed get the same sequences.
        rates: One for each network.
        updates: How many.
    """
    rngs = {seed: np.random.default_rng([seed, 1]) for seed in sorted(set(seeds))}

    def compute_losses(update: int) -> Float[Tensor, " S"]:
        batches = {seed: sample_two_memories(rng, T, B) for seed, rng in rngs.items()}
        columns = zip(*(batches[seed] for seed in seeds), strict=True)
        xs, answers = (_make_tensor(np.stack(arrays, 1), cells) for arrays in columns)
        return (cells.answers(xs) - answers).square().mean((0, 2))

    fit_ensemble(cells.parameters, compute_losses, updates, rates, lr_decay=True)


def _make_tensor(array: np.ndarray, cells: GatedNetworks) -> Tensor:
    return torch.tensor(array.astype(np.float32), dtype=cells.W_hh.dtype)


@torch.no_grad()
def score_subsets(cells: GatedNetworks, seed: int, N: int = 400) -> Float[np.ndarray, " S"]:
    """Score networks on sequences that are new to them, the same for all.

    Args:
        cells: The networks.
        seed: Of the sequences.
        N: How many.

    Returns:
        The mean squared error as a share of the variance of the right answers: whoever always
        answers their mean has 1.
    """
    batch = sample_two_memories(np.random.default_rng([seed, 2]), T, N)
    xs, answers = (_make_tensor(array[:, None], cells) for array in batch)
    ys = cells.answers(xs.expand(-1, len(cells.W_hh), -1, -1))
    return ((ys - answers).square().mean((0, 2)) / answers.var()).numpy().astype(float)
