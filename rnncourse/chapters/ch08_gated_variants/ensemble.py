"""Many small networks of one variant, called as one: seeds and settings side by side."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch
from jaxtyping import Float, Int
from torch import Tensor, sigmoid, tanh

from rnncourse.chapters.ch08_gated_variants.variants import VARIANTS, Variant, init_variant_weights
from rnncourse.models.network_ensemble import stack_arrays


@dataclass(frozen=True)
class Setting:
    """What is searched for.

    Args:
        rate: The learning rate of Adam.
        forget_bias: First bias of the gate that keeps.
        T_max: For a chrono start in its place, log u with u uniform from 1 to T_max - 1: the
            longest time that should be kept, in steps.
        output_bias: First bias of the output gate.
    """

    rate: float
    forget_bias: float = 1.0
    T_max: int = 0
    output_bias: float = 0.0


class VariantEnsemble:
    """S networks of one variant, with a readout each.

    An LSTM, or what is left of it; a gate that is missing is 1, and coupled gates have i = 1 - f:

        i = sigma(a_i + p_i c + sum_j before_j R_ji),   f likewise,   g = tanh(a_g)
        c' = f c + i g,   o = sigma(a_o + p_o c' + sum_j before_j R_jo),   h' = o tanh(c')

    Or a GRU (reset before the product), MUT1 to MUT3, or a plain network. MUT1's z reads the input
    alone, and its n has tanh(x W_xn) + b_n; MUT3's z sees tanh(h):

        n = tanh(x W_xn + (r h) W_hn + b_n),   GRU: h' = z h + (1 - z) n,
        MUT: h' = z n + (1 - z) h

    Args:
        kind: Its name in `VARIANTS`, or a variant.
        D: Size of an input.
        H: Number of units.
        V: Size of an answer.
        seeds: One for each network.
        settings: One for each network.
        dtype: Their precision.

    Source: Greff et al. (2017), arXiv:1503.04069v2, section II. Jozefowicz et al. (2015), as Keras
    had it that year (`JZS1` to `JZS3`) and as RecurrentLayers.jl has it; both name the paper. Where
    it has a bare x, in n of MUT1 and in r of MUT2, here is x W, as x need not have the size of h.
    Oracles: test_variants.py.
    """

    def __init__(
        self,
        kind: str | Variant,
        D: int,
        H: int,
        V: int,
        seeds: Sequence[int],
        settings: Sequence[Setting],
        dtype: torch.dtype = torch.float32,
    ):
        self.variant, self.H, networks = VARIANTS.get(kind, kind), H, []
        self.rates = [setting.rate for setting in settings]
        for seed, setting in zip(seeds, settings, strict=True):
            rng = np.random.default_rng([seed, 8])
            W_y = rng.uniform(-1, 1, (H, V)) / H**0.5
            forget_bias = setting.forget_bias
            if setting.T_max:
                forget_bias = np.log(rng.uniform(1, setting.T_max - 1, H))
            w = init_variant_weights(self.variant, D, H, rng, forget_bias, setting.output_bias)
            networks.append({**w, "W_y": W_y, "b_y": np.zeros(V)})
        self.w = {
            name: stack_arrays([np.atleast_2d(arrays[name]) for arrays in networks], dtype)
            for name in networks[0]
        }
        self.parameters = list(self.w.values())

    def run(
        self, xs: Float[Tensor, "S T B D"] | Int[Tensor, "S T B"]
    ) -> list[Float[Tensor, "S B H"]]:
        """Read sequences from a zero state; return h after every step.

        Args:
            xs: Inputs; or whole numbers, each of which stands for a vector with one 1.
        """
        w, variant = self.w, self.variant
        S, T, B = xs.shape[:3]
        W_x = torch.cat([w["W_x" + k] for k in variant.blocks], -1)
        b = torch.cat([w["b_" + k] for k in variant.blocks], -1)
        if not xs.is_floating_point():
            xs = torch.eye(W_x.shape[1], dtype=W_x.dtype)[xs]
        a = torch.baddbmm(b, xs.flatten(1, 2), W_x).view(S, T, B, -1).unbind(1)
        zero = a[0].new_zeros(S, B, self.H)
        return (self._run_gru if variant.non_lstm_kind else self._run_lstm)(a, zero)

    def _run_lstm(self, xs: Sequence[Tensor], h: Tensor) -> list:
        w, variant, weighted_gates = self.w, self.variant, self.variant.weighted_gates
        W_h, H, c, hs = torch.cat([w["W_h" + k] for k in variant.blocks], -1), self.H, h, []
        cell_gates = weighted_gates.replace("o", "")
        width = len(cell_gates) * H
        has_peepholes = variant.peepholes and cell_gates
        p = torch.cat([w["p_" + k] for k in cell_gates], -1) if has_peepholes else None
        if variant.recurrent:
            rows = [torch.cat([w[f"R_{j}{k}"] for k in weighted_gates], -1) for j in variant.gates]
            R, old_gates = torch.cat(rows, 1), h.new_zeros(*h.shape[:2], 3 * H)
        for x in xs:
            a = torch.baddbmm(x, h, W_h)
            gate_inputs, g = a[..., :-H], a[..., -H:]
            if variant.recurrent:
                gate_inputs = torch.baddbmm(gate_inputs, old_gates, R)
            inputs = gate_inputs[..., :width]
            if p is not None:
                inputs = inputs + p * c.repeat(1, 1, len(cell_gates))
            values = sigmoid(inputs).chunk(max(len(cell_gates), 1), -1)
            gates = dict(zip(cell_gates, values, strict=False))
            g = tanh(g) if variant.squash_in else g
            if variant.coupled:
                c = g + gates["f"] * (c - g)
            else:
                c = (gates["f"] * c if "f" in gates else c) + (
                    gates["i"] * g if "i" in gates else g
                )
            h = tanh(c) if variant.squash_out else c
            if "o" in weighted_gates:
                o = gate_inputs[..., width:]
                o = o + w["p_o"] * c if variant.peepholes else o
                h = sigmoid(o) * h
                if variant.recurrent:
                    old_gates = torch.cat([gates["i"], gates["f"], sigmoid(o)], -1)
            hs.append(h)
        return hs

    def _run_gru(self, xs: Sequence[Tensor], h: Tensor) -> list:
        w, H, hs, name, W_n = self.w, self.H, [], self.variant.non_lstm_kind, self.w["W_hn"]
        W_zr = torch.cat([w["W_hz"], w["W_hr"]], -1) if name in ("gru", "mut2") else None
        for x in xs:
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
