"""The gradient that 50 steps leave, in networks that have not been trained."""

from collections.abc import Sequence

import numpy as np
import torch
from jaxtyping import Float
from torch import nn

LAG, B, MARK_RATE = 50, 10, 0.1
RECURRENT_CELLS = {"tanh": (nn.RNNCell, 1), "gru": (nn.GRUCell, 3), "lstm": (nn.LSTMCell, 4)}
"""By name: PyTorch's cell, and its blocks: a; r z n; i f g o."""


def init_cell(cell: str, H: int, bias: float, seed: int) -> nn.Module:
    """Draw a cell of two inputs: matrices uniform in +-1 / sqrt(H), biases 0 but one.

    Args:
        cell: One of `RECURRENT_CELLS`.
        H: Units.
        bias: Of the gate that keeps, z or f; `"tanh"` has none.
        seed: Of the weights.
    """
    cell_class, n_blocks = RECURRENT_CELLS[cell]
    rng, net = np.random.default_rng([seed, 0]), cell_class(2, H).double()
    with torch.no_grad():
        for weight, n_inputs in ((net.weight_ih, 2), (net.weight_hh, H)):
            matrix = rng.uniform(-1, 1, (n_inputs, n_blocks * H)) / H**0.5
            weight.copy_(torch.tensor(matrix.T))
        for b in (net.bias_ih, net.bias_hh):
            b.zero_()
        net.bias_ih[H : 2 * H] = bias
    return net


def log10_gradient_change(
    cell: str, H: int, bias: float, seeds: Sequence[int], before: int = 0
) -> Float[np.ndarray, " S"]:
    """Return by how many powers of ten 50 steps change a gradient on its way back.

        mean over ten sequences of log10 |dL/ds_(T-50)| / |dL/ds_T|

    with L = v h_T for a random direction v, and s the whole state: h, or of an LSTM h and c. The
    networks read numbers between -1 and 1 with marks.

    Args:
        cell: One of `RECURRENT_CELLS`.
        H: Units.
        bias: Of the gate that keeps.
        seeds: One for each network.
        before: Steps that are read between the zero state and those 50.
    """
    decades, T = [], before + LAG + 1
    for seed in seeds:
        net, rng = init_cell(cell, H, bias, seed), np.random.default_rng([seed, 3])
        values, is_marked = (rng.uniform(-1, 1, (T, B)), rng.random((T, B)) < MARK_RATE)
        is_marked[0] = True
        states = [torch.zeros(B, H * (2 if cell == "lstm" else 1), dtype=torch.float64)]
        for x in torch.tensor(np.stack([values, is_marked], axis=-1)):
            old_state = states[-1].chunk(2, dim=1) if cell == "lstm" else states[-1]
            new_state = net(x, old_state)
            states.append(torch.cat(new_state, dim=1) if cell == "lstm" else new_state)
        v = torch.tensor(np.random.default_rng([seed, 4]).normal(size=(B, H)))
        end_states = states[-1 - LAG], states[-1]
        early, late = torch.autograd.grad((states[-1][:, :H] * v).sum(), end_states)
        decades.append((early.norm(dim=1) / late.norm(dim=1)).log10().mean().item())
    return np.array(decades)
