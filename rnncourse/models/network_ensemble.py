"""Many small networks trained as one batch: LSTMs and plain networks.

A loop over the steps of a small network spends its time on the loop. With S networks in one batched
product the same loop serves all of them; `rnncourse.training.ensemble` trains them.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch
from jaxtyping import Float
from torch import Tensor

from rnncourse.cells.initial import initial_weights, random_orthogonal
from rnncourse.cells.lstm import LSTMWeights
from rnncourse.cells.rnn import HiddenWeights
from rnncourse.cells.shapes import CellWeights

CELL_WEIGHTS = {"tanh": HiddenWeights, "relu": HiddenWeights, "lstm": LSTMWeights}


@dataclass(frozen=True)
class CellKind:
    """A cell, how it starts, and what is held of it.

    Args:
        cell: `"tanh"`, `"relu"` or `"lstm"`.
        initialization: Of a plain cell the matrix from state to state: `"usual"`, uniform in
            +-1 / sqrt(H); `"rotation"`; `"identity"`; or a number, the gain g of normal entries
            with deviation g / sqrt(H). Of an LSTM the bias of its forget gate: a number, or
            `"chrono"`; `"usual"` is 0.
        peepholes: Of an LSTM: whether its gates see the cell.
        output_closed: Of an LSTM: whether its output gate is held at 0 until the last step.

    Raises:
        ValueError: If there is no such cell, or it has no such start, no peepholes or no gate.
    """

    cell: str
    initialization: str | float = "usual"
    peepholes: bool = False
    output_closed: bool = False

    def __post_init__(self) -> None:
        is_lstm = self.cell == "lstm"
        starts = ("usual", "chrono") if is_lstm else ("usual", "rotation", "identity")
        is_known = self.cell in CELL_WEIGHTS and (
            not isinstance(self.initialization, str) or self.initialization in starts
        )
        if not is_known or (not is_lstm and (self.peepholes or self.output_closed)):
            raise ValueError(
                f"No such cell: {self}. Try: one of {', '.join(CELL_WEIGHTS)}, see CellKind."
            )


def chrono_biases(T: int, H: int, rng: np.random.Generator) -> Float[np.ndarray, " H"]:
    """Draw forget biases whose times lie between 2 steps and T.

        b_f = ln u,   u uniform between 1 and T - 1,   b_i = -b_f

    As sigma(ln u) = 1 - 1 / (u + 1), a unit forgets one part in u + 1 at each step.

    Args:
        T: The longest time that should be kept, in steps; at least 2.
        H: Number of units.
        rng: Where they come from.

    Source: C. Tallec and Y. Ollivier, "Can recurrent neural networks warp time?", ICLR (2018),
    arXiv:1804.11188.

    >>> chrono_biases(2, 3, np.random.default_rng(0))
    array([0., 0., 0.])
    """
    return np.log(rng.uniform(1, T - 1, H))


def stack_arrays(arrays: Sequence[np.ndarray], dtype: torch.dtype) -> Tensor:
    """Stack the arrays of several networks into a parameter."""
    return torch.tensor(np.stack(arrays), dtype=dtype, requires_grad=True)


def stack_weights(
    cells: Sequence[CellWeights], readouts: Sequence[np.ndarray], dtype: torch.dtype
) -> list[Tensor]:
    """Stack W_xh, W_hh, b_h and W_y of several networks, and a b_y of zeros."""
    b_y = np.zeros((len(cells), 1, readouts[0].shape[1]))
    W_xh, W_hh, b_h = zip(*((w.W_xh, w.W_hh, w.b_h[None]) for w in cells), strict=True)
    return [stack_arrays(arrays, dtype) for arrays in (W_xh, W_hh, b_h, readouts, b_y)]


def project_inputs(
    xs: Float[Tensor, "T S B D"], W: Float[Tensor, "S D N"], b: Float[Tensor, "S 1 N"]
) -> tuple[Float[Tensor, "S B N"], ...]:
    """Return x_t W + b for every step, all steps of a network in one product."""
    T, S, B, D = xs.shape
    flat_xs = xs.transpose(0, 1).reshape(S, T * B, D)
    return torch.baddbmm(b, flat_xs, W).view(S, T, B, -1).unbind(1)


def init_cell_weights(
    kind: CellKind, D: int, H: int, T: int, rng: np.random.Generator
) -> CellWeights:
    """Draw a cell's first weights; all biases are 0, but those that `start` names.

    Plain cells of one `rng` differ in W_hh alone.

    Args:
        kind: Which.
        D: Size of an input.
        H: Size of the state.
        T: For `"chrono"`: the longest time that should be kept, in steps.
        rng: Where they come from.
    """
    w = initial_weights(CELL_WEIGHTS[kind.cell], D, H, rng, peepholes=kind.peepholes)
    w.b_h[:] = 0
    if kind.initialization == "identity":
        w.W_hh[:] = np.eye(H)
    elif kind.initialization == "rotation":
        w.W_hh[:] = random_orthogonal(H, rng)
    elif kind.initialization == "chrono":
        bias = chrono_biases(T, H, rng)
        w.b_h[:H], w.b_h[H : 2 * H] = -bias, bias
    elif kind.initialization == "usual":
        pass
    elif kind.cell == "lstm":
        w.b_h[H : 2 * H] = kind.initialization
    else:
        w.W_hh[:] = kind.initialization * rng.normal(size=(H, H)) / H**0.5
    return w


class NetworkEnsemble:
    """S networks of one kind, with a readout each.

        state_t = cell(x_t, state_(t-1)),   y_t = state_t W_y + b_y

    Args:
        kind: Which.
        D: Size of an input.
        H: Size of h.
        V: Size of an output.
        seeds: One for each network, of its first weights. A network does not depend on its
            neighbors, but for rounding: products of stacks of another size may sum otherwise.
        T: For chrono biases: the longest time that should be kept, in steps.
        dtype: Their precision.
    """

    def __init__(
        self,
        kind: CellKind,
        D: int,
        H: int,
        V: int,
        seeds: Sequence[int],
        T: int = 2,
        dtype: torch.dtype = torch.float32,
    ):
        self.kind, self.H = kind, H
        cells, readouts = [], []
        for seed in seeds:
            readouts.append(np.random.default_rng([seed, 1]).uniform(-1, 1, (H, V)) / H**0.5)
            cells.append(init_cell_weights(kind, D, H, T, np.random.default_rng([seed, 0])))
        self.parameters = stack_weights(cells, readouts, dtype)
        self.W_xh, self.W_hh, self.b_h, self.W_y, self.b_y = self.parameters
        if kind.peepholes:
            self.p = stack_arrays([np.stack([w.p_i, w.p_f, w.p_o])[:, None] for w in cells], dtype)
            self.parameters.append(self.p)

    def run(self, xs: Float[Tensor, "T S B D"]) -> list[Float[Tensor, "S B H"]]:
        """Read sequences from a zero state; return h after every step."""
        inputs = project_inputs(xs, self.W_xh, self.b_h)
        h, hs = xs.new_zeros(*xs.shape[1:3], self.H), []
        if self.kind.cell == "lstm":
            return self._run_lstm(inputs, h)
        activation = {"tanh": torch.tanh, "relu": torch.relu}[self.kind.cell]
        for a in inputs:
            h = activation(torch.baddbmm(a, h, self.W_hh))
            hs.append(h)
        return hs

    def _run_lstm(self, inputs: Sequence[Tensor], h: Tensor) -> list[Tensor]:
        kind, H, c, hs = self.kind, self.H, h, []
        for t, a in enumerate(inputs):
            # while the output gate is closed, h is 0 and adds nothing
            a = a if kind.output_closed else torch.baddbmm(a, h, self.W_hh)
            if kind.peepholes:
                i = torch.sigmoid(a[..., :H] + self.p[:, 0] * c)
                f = torch.sigmoid(a[..., H : 2 * H] + self.p[:, 1] * c)
            else:
                i, f = torch.sigmoid(a[..., : 2 * H]).chunk(2, -1)
            update = i * torch.tanh(a[..., 2 * H : 3 * H])
            c = torch.addcmul(update, f, c)
            if not kind.output_closed or t == len(inputs) - 1:
                a_o = a[..., 3 * H :] + self.p[:, 2] * c if kind.peepholes else a[..., 3 * H :]
                h = torch.sigmoid(a_o) * torch.tanh(c)
            hs.append(h)
        return hs

    def outputs(self, h: Float[Tensor, "S B H"]) -> Float[Tensor, "S B V"]:
        """Read the answer out of h."""
        return torch.baddbmm(self.b_y, h, self.W_y)
