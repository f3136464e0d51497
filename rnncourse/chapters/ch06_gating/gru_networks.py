"""Gated networks side by side: soft gates, hard gates, and what their gates are.

S networks of one kind are trained in one batched product; each has weights, data and updates of its
own.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch
from jaxtyping import Float
from torch import Tensor

from rnncourse.cells.initial import random_rotation
from rnncourse.chapters.ch06_gating.gru_tasks import TASKS, Task

B, D = 16, 2
GATES = {"tanh": 1, "gru": 3, "before": 3, "clear": 4, "lstm": 4}
"""Blocks of H columns: a; r z n; r z n; r f s n; i f g o."""
SCORED = 200
WITHIN = 0.1
"""Of 0 or 1: a gate so near counts as near an end."""


@dataclass(frozen=True)
class Kind:
    """A cell, its size, and how it starts.

    Args:
        cell: `"tanh"`; `"gru"`, reset after the product; `"before"`, reset before it; `"clear"`,
            deck A's cell, whose forget gate f and store gate s are free of each other; `"lstm"`.
        H: Units.
        start: Bias of the gate that keeps (z, f) at first; `"chrono"` draws it as log u, with u
            uniform from 1 to T - 1, and gives the gate that writes the same with a minus sign.
        hard: Whether gates are 0 or 1, and only their gradient is that of the sigmoid.
        open_output: First bias of an LSTM's output gate.
    """

    cell: str
    H: int = 16
    start: float | str = 1.0
    hard: bool = False
    open_output: float = 0.0


def weights_of(kind: Kind, seed: int, T: int) -> list[Float[np.ndarray, "..."]]:
    """Draw first weights: W_xh, W_hh, b_h, W_y, b_y.

    Matrices are uniform in +-1 / sqrt(H), but W_hh of `"tanh"` is a rotation unless it starts
    `"usual"`; biases are 0 but where the kind says otherwise.
    """
    rng, H = np.random.default_rng([seed, 0]), kind.H
    W_xh, W_hh = (rng.uniform(-1, 1, (n, GATES[kind.cell] * H)) / H**0.5 for n in (D, H))
    W_y, b_h = rng.uniform(-1, 1, (H, 1)) / H**0.5, np.zeros((GATES[kind.cell], H))
    if kind.cell == "tanh":
        W_hh = W_hh if kind.start == "usual" else random_rotation(H, rng)
    else:
        drawn = np.log(rng.uniform(1, T - 1, H)) if kind.start == "chrono" else None
        b_h[1] = kind.start if drawn is None else drawn  # z or f
        writes = {"clear": 2, "lstm": 0}.get(kind.cell)  # s or i; of a GRU it is 1 - z already
        if drawn is not None and writes is not None:
            b_h[writes] = -drawn
    if kind.cell == "lstm":
        b_h[3] = kind.open_output
    return [W_xh, W_hh, b_h.reshape(1, -1), W_y, np.zeros((1, 1))]


def number_of_weights(kind: Kind) -> int:
    """Count what is trained in the cell, without the readout.

    >>> number_of_weights(Kind("lstm", 16)), number_of_weights(Kind("gru", 18))
    (1216, 1152)
    """
    more = kind.H if kind.cell == "gru" else 0  # the second bias of n
    return GATES[kind.cell] * kind.H * (D + kind.H + 1) + more


class Networks:
    """S networks of one kind, with a readout of one number each.

    Args:
        kind: Which.
        seeds: One for each.
        T: Steps of the task, for `"chrono"`.
        dtype: Their precision.
    """

    def __init__(
        self, kind: Kind, seeds: Sequence[int], T: int, dtype: torch.dtype = torch.float32
    ):
        self.kind, self.H = kind, kind.H
        drawn = [weights_of(kind, seed, T) for seed in seeds]
        self.parameters = [
            torch.tensor(np.stack(same), dtype=dtype, requires_grad=True)
            for same in zip(*drawn, strict=True)
        ]
        self.W_xh, self.W_hh, self.b_h, self.W_y, self.b_y = self.parameters
        if kind.cell == "gru":
            self.b_hn = torch.zeros(len(seeds), 1, kind.H, dtype=dtype, requires_grad=True)
            self.parameters.append(self.b_hn)

    def gate(self, a: Tensor, hard: bool | str) -> Tensor:
        """Return sigma(a); if it is to be hard 1 where a > 0, else 0, with sigma's gradient.

        With "near" only the gates within 0.1 of 0 or 1 are hard, with "between" only all others.
        """
        soft = torch.sigmoid(a)
        if not hard:
            return soft
        rounded = (a > 0).to(a.dtype)
        if isinstance(hard, str):
            near = (soft <= WITHIN) | (soft >= 1 - WITHIN)
            rounded = torch.where(near == (hard == "near"), rounded, soft)
        return soft + (rounded - soft).detach()

    def run(
        self, xs: Float[Tensor, "T S B D"], hard: bool | str | None = None
    ) -> tuple[Float[Tensor, "T S B"], Float[Tensor, "T S B G"]]:
        """Read sequences from a zero state.

        Args:
            xs: Inputs.
            hard: Gates of 0 or 1, or which of them: see `gate`; of a `"gru"` also "update" or
                "reset", one of the two; by default as the kind says.

        Returns:
            The answer after every step, and the gates that decide what memory keeps: z, or f and
            s, or f and i; of `"tanh"` none.
        """
        T, S, N, _ = xs.shape
        flat = xs.transpose(0, 1).reshape(S, T * N, D)
        into = torch.baddbmm(self.b_h, flat, self.W_xh).view(S, T, N, -1).unbind(1)
        state = xs.new_zeros(S, N, self.H * (2 if self.kind.cell == "lstm" else 1))
        step = getattr(self, f"_{self.kind.cell}")
        self.states, gates = [], []
        for a in into:
            state, gate = step(a, state, self.kind.hard if hard is None else hard)
            self.states.append(state)
            gates.append(gate)
        hs = torch.cat(self.states, 1)[..., : self.H]
        ys = torch.baddbmm(self.b_y, hs, self.W_y)  # S, T * N, 1
        return ys.view(S, T, N).transpose(0, 1), torch.stack(gates)

    def _tanh(self, a: Tensor, h: Tensor, hard: bool | str) -> tuple[Tensor, Tensor]:
        return torch.tanh(torch.baddbmm(a, h, self.W_hh)), a[..., :0]

    def _gru(self, a: Tensor, h: Tensor, hard: bool | str) -> tuple[Tensor, Tensor]:
        H, u = self.H, torch.bmm(h, self.W_hh)
        r, z = (a[..., : 2 * H] + u[..., : 2 * H]).chunk(2, -1)
        r = self.gate(r, {"update": False, "reset": True}.get(hard, hard))
        z = self.gate(z, {"update": True, "reset": False}.get(hard, hard))
        n = torch.tanh(a[..., 2 * H :] + r * (u[..., 2 * H :] + self.b_hn))
        return (1 - z) * n + z * h, z

    def _before(self, a: Tensor, h: Tensor, hard: bool | str) -> tuple[Tensor, Tensor]:
        H = self.H
        pre = torch.baddbmm(a[..., : 2 * H], h, self.W_hh[..., : 2 * H])
        r, z = self.gate(pre, hard).chunk(2, -1)
        n = torch.tanh(torch.baddbmm(a[..., 2 * H :], r * h, self.W_hh[..., 2 * H :]))
        return (1 - z) * n + z * h, z

    def _clear(self, a: Tensor, h: Tensor, hard: bool | str) -> tuple[Tensor, Tensor]:
        H = self.H
        pre = torch.baddbmm(a[..., : 3 * H], h, self.W_hh[..., : 3 * H])
        gates = self.gate(pre, hard)
        r, f, s = gates.chunk(3, -1)
        n = torch.tanh(torch.baddbmm(a[..., 3 * H :], r * h, self.W_hh[..., 3 * H :]))
        return f * h + s * n, gates[..., H:]

    def _lstm(self, a: Tensor, state: Tensor, hard: bool | str) -> tuple[Tensor, Tensor]:
        h, c = state.chunk(2, -1)
        i, f, g, o = torch.baddbmm(a, h, self.W_hh).chunk(4, -1)
        i, f, o = (self.gate(gate, hard) for gate in (i, f, o))
        c = f * c + i * torch.tanh(g)
        return torch.cat([o * torch.tanh(c), c], -1), torch.cat([f, i], -1)


def batch(task: Task, rngs: Sequence[np.random.Generator], dtype: torch.dtype) -> list[Tensor]:
    """Draw B sequences for each network: inputs `T S B D`, answers `T S B`, asked `T`."""
    xs, ys, asked = zip(*(task.draw(rng, task.T, B) for rng in rngs), strict=True)
    arrays = np.stack(xs, 1), np.stack(ys, 1), asked[0]
    return [torch.tensor(array, dtype=dtype) for array in arrays]


def train(
    name: str,
    kind: Kind,
    rates: Sequence[float],
    seeds: Sequence[int],
    updates: int | None = None,
) -> Networks:
    """Train a network for each rate and seed, side by side, with Adam.

    The mean squared error is that of the asked steps; each gradient is clipped at the norm 1. The
    rate falls to 0 in the last third.

    Args:
        name: The task's.
        kind: Which networks.
        rates: Learning rate of each.
        seeds: Of weights and batches of each.
        updates: How many; by default the task's.

    Returns:
        The networks.

    Source: D. P. Kingma and J. Ba, "Adam: a method for stochastic optimization", ICLR (2015),
    algorithm 1; oracle against `torch.optim.Adam` in test_gru_networks.py.
    """
    task, dtype = TASKS[name], torch.float32
    updates, nets = updates or task.updates, Networks(kind, seeds, task.T)
    rngs = [np.random.default_rng([seed, 2]) for seed in seeds]
    each = torch.tensor(rates, dtype=dtype).view(-1, 1, 1)
    first = [torch.zeros_like(p) for p in nets.parameters]
    second = [torch.zeros_like(p) for p in nets.parameters]
    for update in range(1, updates + 1):
        xs, targets, asked = batch(task, rngs, dtype)
        ys, _ = nets.run(xs)
        found = ((ys - targets).square().mean(2) * asked[:, None]).sum(0) / asked.sum()
        gradients = torch.autograd.grad(found.sum(), nets.parameters)
        with torch.no_grad():
            norm = torch.stack([g.square().sum((1, 2)) for g in gradients]).sum(0).sqrt()
            scale = (1 / (norm + 1e-6)).clamp(max=1).view(-1, 1, 1)
            rate = each * min(1.0, 3 * (1 - (update - 1) / updates))
            for p, g, m, v in zip(nets.parameters, gradients, first, second, strict=True):
                m.lerp_(g * scale, 0.1)
                v.mul_(0.999).add_((g * scale).square(), alpha=0.001)
                size = (v / (1 - 0.999**update)).sqrt() + 1e-8
                p -= rate * (m / (1 - 0.9**update)) / size
    return nets


@torch.no_grad()
def evaluate(
    name: str, nets: Networks, part: int = 1, hard: bool | str | None = None
) -> tuple[Float[np.ndarray, " S"], Float[np.ndarray, "T S B G"]]:
    """Run networks on sequences that they were not trained on.

    Args:
        name: The task's.
        nets: The networks.
        part: Which sequences: 0 to choose by, 1 to report.
        hard: Gates of 0 or 1, or which of them; by default as the kind says.

    Returns:
        The mean squared error of each as a share of that of the best constant answer, and 100 if it
        is larger or no number; and the gates.
    """
    task = TASKS[name]
    xs, targets, asked = task.draw(np.random.default_rng([9, part]), task.T, SCORED)
    inputs = torch.tensor(xs, dtype=nets.W_hh.dtype)[:, None].expand(-1, len(nets.W_hh), -1, -1)
    ys, gates = nets.run(inputs, hard)
    wrong = ((ys.numpy() - targets[:, None]) ** 2)[asked > 0].mean((0, 2))
    constant = targets[asked > 0].var()
    return np.clip(np.nan_to_num(wrong / constant, nan=100), 0, 100), gates.numpy()


def near_ends(gates: Float[np.ndarray, "..."], within: float = WITHIN) -> float:
    """Return the share of gates that are nearly 0 or nearly 1.

    >>> near_ends(np.array([0.02, 0.3, 0.5, 0.95]))
    0.5
    """
    return float(np.mean((gates <= within) | (gates >= 1 - within)))
