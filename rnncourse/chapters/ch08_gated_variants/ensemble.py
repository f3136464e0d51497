"""Many small networks of one variant, called as one: seeds and settings side by side."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch
from jaxtyping import Float, Int
from torch import Tensor, sigmoid, tanh
from torch.nn.functional import embedding

from rnncourse.chapters.ch08_gated_variants.variants import KINDS, Variant, chrono, draw


@dataclass(frozen=True)
class Setting:
    """What is searched for.

    Args:
        rate: The learning rate of Adam.
        forget_bias: First bias of the gate that keeps, or 0 and `T`: a chrono start.
        T: For a chrono start: the longest time that should be kept, in steps.
        shown: First bias of the output gate.
    """

    rate: float
    forget_bias: float = 1.0
    T: int = 0
    shown: float = 0.0


class Ensemble:
    """S networks of one variant, with a readout each.

    Args:
        kind: Its name in `KINDS`.
        D: Size of an input.
        H: Number of units.
        V: Size of an answer.
        seeds: One for each network.
        settings: One for each network.
        dtype: Their precision.
    """

    def __init__(
        self,
        kind: str,
        D: int,
        H: int,
        V: int,
        seeds: Sequence[int],
        settings: Sequence[Setting],
        dtype: torch.dtype = torch.float32,
    ):
        self.v, self.H, drawn = KINDS[kind], H, []
        self.rates = [setting.rate for setting in settings]
        for seed, start in zip(seeds, settings, strict=True):
            rng = np.random.default_rng([seed, 8])
            y = rng.uniform(-1, 1, (H, V)) / H**0.5
            forget_bias = chrono(start.T, H, rng) if start.T else start.forget_bias
            drawn.append(
                {**draw(self.v, D, H, rng, forget_bias, start.shown), "W_y": y, "b_y": np.zeros(V)}
            )
        self.w = {
            name: torch.tensor(
                np.stack([one[name][None] if one[name].ndim == 1 else one[name] for one in drawn]),
                dtype=dtype,
                requires_grad=True,
            )
            for name in drawn[0]
        }
        self.parameters = list(self.w.values())

    def run(
        self, xs: Float[Tensor, "S T B D"] | Int[Tensor, "S T B"]
    ) -> list[Float[Tensor, "S B H"]]:
        """Read sequences from a zero state; return h after every step.

        Args:
            xs: Inputs; or whole numbers, each of which stands for a vector with one 1.
        """
        w, v = self.w, self.v
        S, T, B = xs.shape[:3]
        W_x = torch.cat([w["W_x" + k] for k in v.blocks], -1)
        b = torch.cat([w["b_" + k] for k in v.blocks], -1)
        if xs.is_floating_point():
            into = torch.baddbmm(b, xs.flatten(1, 2), W_x)
        else:  # a product with a vector with one 1 is a row
            rows = xs.flatten(1) + W_x.shape[1] * torch.arange(S)[:, None]
            into = embedding(rows, W_x.flatten(0, 1)) + b
        a = into.view(S, T, B, -1).unbind(1)
        zero = a[0].new_zeros(S, B, self.H)
        return (self._gru if v.other else self._lstm)(a, zero, w, v)

    def _lstm(self, into: Sequence[Tensor], h: Tensor, w: dict[str, Tensor], v: Variant) -> list:
        W_h, H, c, hs = torch.cat([w["W_h" + k] for k in v.blocks], -1), self.H, h, []
        early = v.own.replace("o", "")
        E = len(early) * H
        p = torch.cat([w["p_" + k] for k in early], -1) if v.peepholes and early else None
        R = (
            w
            and v.recurrent
            and torch.cat([torch.cat([w[f"R_{j}{k}"] for k in v.own], -1) for j in v.gates], 1)
        )
        before = h.new_zeros(*h.shape[:2], 3 * H) if v.recurrent else None
        for x in into:
            a = torch.baddbmm(x, h, W_h)
            gated = torch.baddbmm(a[..., :-H], before, R) if v.recurrent else a[..., :-H]
            seen = gated[..., :E]
            if p is not None:
                seen = seen + p * c.repeat(1, 1, len(early))
            gates = dict(zip(early, sigmoid(seen).chunk(max(len(early), 1), -1), strict=False))
            g = tanh(a[..., -H:]) if v.squash_in else a[..., -H:]
            if v.coupled:
                c = g + gates["f"] * (c - g)
            else:
                c = (gates["f"] * c if "f" in gates else c) + (
                    gates["i"] * g if "i" in gates else g
                )
            h = tanh(c) if v.squash_out else c
            if "o" in v.own:
                o = gated[..., E:] + w["p_o"] * c if v.peepholes else gated[..., E:]
                h = sigmoid(o) * h
                if v.recurrent:
                    before = torch.cat([gates["i"], gates["f"], sigmoid(o)], -1)
            hs.append(h)
        return hs

    def _gru(self, into: Sequence[Tensor], h: Tensor, w: dict[str, Tensor], v: Variant) -> list:
        H, hs, name, W_n = self.H, [], v.other, w["W_hn"]
        W_zr = torch.cat([w["W_hz"], w["W_hr"]], -1) if name in ("gru", "mut2") else None
        for x in into:
            if name == "plain":
                h = tanh(torch.baddbmm(x, h, W_n))
                hs.append(h)
                continue
            if W_zr is not None:
                z, r = sigmoid(torch.baddbmm(x[..., : 2 * H], h, W_zr)).chunk(2, -1)
            else:
                r = sigmoid(torch.baddbmm(x[..., H : 2 * H], h, w["W_hr"]))
                z = x[..., :H]
                z = sigmoid(torch.baddbmm(z, tanh(h), w["W_hz"]) if name == "mut3" else z)
            a = x[..., 2 * H :]
            if name == "mut1":  # its bias stands outside of tanh
                a = tanh(a - w["b_n"]) + w["b_n"]
            n = tanh(torch.baddbmm(a, r * h, W_n))
            h = n + z * (h - n) if name == "gru" else h + z * (n - h)
            hs.append(h)
        return hs

    def answers(self, hs: Float[Tensor, "S N H"]) -> Float[Tensor, "S N V"]:
        """Read answers out of states."""
        return torch.baddbmm(self.w["b_y"], hs, self.w["W_y"])


def gradient(
    kind: str,
    w: dict[str, np.ndarray],
    xs: Float[np.ndarray, "T B D"],
    direction: Float[np.ndarray, "T B H"],
) -> dict[str, np.ndarray]:
    """Return the gradient of the sum of h times a direction, by PyTorch.

    Args:
        kind: Its name in `KINDS`.
        w: The weights of a cell, as `draw` gives them.
        xs: Inputs.
        direction: The gradient of the loss by every h.
    """
    H = direction.shape[2]
    ensemble = Ensemble(kind, xs.shape[2], H, 1, [0], [Setting(1.0)], torch.float64)
    for name, value in w.items():
        ensemble.w[name].data = torch.tensor(value.reshape(ensemble.w[name].shape))
    hs = torch.stack(ensemble.run(torch.tensor(xs)[None]), 1)[0]
    loss = (hs * torch.tensor(direction)).sum()
    found = torch.autograd.grad(loss, [ensemble.w[name] for name in w])
    return {name: g.numpy().reshape(w[name].shape) for name, g in zip(w, found, strict=True)}
