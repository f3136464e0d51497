"""Networks of one width that are deeper in one place, many seeds side by side; what they keep."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch
from jaxtyping import Float
from torch import Tensor, nn

from rnncourse.data.recall import SYMBOLS, recall_batch
from rnncourse.models.network_ensemble import project_inputs
from rnncourse.training.ensemble import fit_ensemble, stack_batches

D, H, BATCH_SIZE, N_TEST = 2 * SYMBOLS, 48, 32, 512
"""Symbols, units of every layer, sequences of an update, and of a test."""


@dataclass(frozen=True)
class DepthKind:
    """Where a network is deeper than one layer a step.

    Args:
        place: `"input"`, `"move"` or `"output"`: a layer more there; `"stack"`: two recurrent
            layers; else none.
        skip: Whether a way leads around the layer of a move.
        gain: What the rotations of a move and of its skip, or the one by which the upper row of a
            stack hears the lower, are multiplied by at first.
    """

    place: str = ""
    skip: bool = False
    gain: float = 1.0


DEPTH_KINDS = {
    "shallow": DepthKind(),
    "input to state": DepthKind("input"),
    "state to output": DepthKind("output"),
    "state to state": DepthKind("move"),
    "with a skip": DepthKind("move", skip=True),
    "skip with gain held": DepthKind("move", skip=True, gain=0.5**0.5),
    "more gain without": DepthKind("move", gain=1.5),
    "a stack": DepthKind("stack"),
    "a quiet stack": DepthKind("stack", gain=0.35),
}
"""By name."""


class DeepNetworks(nn.Module):
    """S networks of one kind and width.

        h_t = tanh(x_t W + h_(t-1) U + b)
        h_t = tanh(tanh(x_t W + h_(t-1) U + b) M + h_(t-1) K + c)      a move, with its skip K

    A layer at the input makes x_t = tanh(x_t E + e), one at the output reads tanh(h_T O + o), and
    the second layer of a stack has X and Y for W and U.
    First, biases are 0, W and E have normal entries of variance one over their rows, and all
    matrices between layers of H units are random rotations; times `gain`.

    Args:
        kind: Which.
        seeds: One for each network, of its first weights.
        D: Size of an input.
        H: Units of every layer.
        V: Size of an output.
    """

    def __init__(
        self, kind: DepthKind, seeds: Sequence[int], D: int = D, H: int = H, V: int = SYMBOLS
    ):
        super().__init__()
        self.kind, self.H, self.w = kind, H, nn.ParameterDict()
        rngs = [torch.Generator().manual_seed(seed) for seed in seeds]
        extras = {"input": "E", "move": "MK" if kind.skip else "M", "output": "O", "stack": "XY"}
        gains = dict.fromkeys("MKX", kind.gain)
        gains |= {"U": kind.gain} if kind.place == "move" and not kind.skip else {}
        for name in "WUV" + extras.get(kind.place, ""):
            rows = D if name == ("E" if kind.place == "input" else "W") else H
            columns = V if name == "V" else H
            matrices = [torch.randn(rows, columns, generator=g) / rows**0.5 for g in rngs]
            if rows == columns:
                matrices = [torch.linalg.qr(matrix)[0] for matrix in matrices]
            self.w[name] = nn.Parameter(gains.get(name, 1.0) * torch.stack(matrices))
            if name not in "UKY":
                self.w[f"{name}_b"] = nn.Parameter(torch.zeros(len(seeds), 1, columns))

    def affine(self, name: str, xs: Float[Tensor, "S N D"]) -> Float[Tensor, "S N H"]:
        """Multiply by the matrix of each network and add its bias."""
        return torch.baddbmm(self.w[f"{name}_b"], xs, self.w[name])

    def _project_inputs(self, name: str, xs: Float[Tensor, "T S B D"]) -> tuple[Tensor, ...]:
        return project_inputs(xs, self.w[name], self.w[f"{name}_b"])

    def _run(
        self, xs: Float[Tensor, "T S B D"], weights: str, recurrent: str
    ) -> Float[Tensor, "T S B H"]:
        h, hs = xs.new_zeros(*xs.shape[1:3], self.H), []
        for x in self._project_inputs(weights, xs):
            h_before, h = h, torch.tanh(torch.baddbmm(x, h, self.w[recurrent]))
            if self.kind.place == "move":
                skipped = torch.bmm(h_before, self.w["K"]) if self.kind.skip else 0
                h = torch.tanh(self.affine("M", h) + skipped)
            hs.append(h)
        return torch.stack(hs)

    def forward(self, xs: Float[Tensor, "T S B D"]) -> Float[Tensor, "S B V"]:
        """Read sequences from a zero state; return the answer after the last step."""
        if self.kind.place == "input":
            xs = torch.tanh(torch.stack(self._project_inputs("E", xs)))
        hs = self._run(xs, "W", "U")
        if self.kind.place == "stack":
            hs = self._run(hs, "X", "Y")
        h = torch.tanh(self.affine("O", hs[-1])) if self.kind.place == "output" else hs[-1]
        return self.affine("V", h)


def score_recall(
    kind: DepthKind, seeds: Sequence[int], rates: Sequence[float], lag: int, updates: int
) -> Float[np.ndarray, " S"]:
    """Train networks to name the first of `lag` + 1 symbols; return the share of new sequences.

    The symbol is one of four, and those that follow are four others. Updates of 32 new sequences
    with Adam, whose rate falls to 0 over the last third; gradients are clipped at 1.

    Args:
        kind: Which networks.
        seeds: One for each, of its weights and sequences.
        rates: One for each: Adam's.
        lag: How many symbols come after the first.
        updates: How many.

    Returns:
        Of 512 new sequences, the share that each network names.
    """
    net = DeepNetworks(kind, seeds)
    rngs = [np.random.default_rng(seed) for seed in seeds]

    def sample_batch(B: int) -> tuple[Tensor, Tensor]:
        return stack_batches(recall_batch(rng, B, lag, same=False) for rng in rngs)

    def compute_losses(_: int) -> Tensor:
        xs, targets = sample_batch(BATCH_SIZE)
        return nn.functional.cross_entropy(net(xs).transpose(1, 2), targets, reduction="none").mean(
            1
        )

    fit_ensemble(net.parameters(), compute_losses, updates, rates, lr_decay=True)
    with torch.no_grad():
        xs, targets = sample_batch(N_TEST)
        return (net(xs).argmax(-1) == targets).double().mean(1).numpy()
