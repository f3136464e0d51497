"""The variants of the LSTM, the GRU and three cells beside it: their parts, sizes and weights."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from jaxtyping import Float


@dataclass(frozen=True)
class Variant:
    """What a cell has.

    Args:
        gates: Of an LSTM, those of `i`, `f` and `o` that it has; one that is missing is 1.
        coupled: Whether i is 1 - f.
        peepholes: Whether the gates see the cell.
        squash_in: Whether the candidate goes through tanh.
        squash_out: Whether the cell goes through tanh on its way to h.
        recurrent: Whether each gate sees all three gates of the last step.
        non_lstm_kind: Empty for an LSTM; else `gru`, `mut1`, `mut2`, `mut3` or `plain`.
    """

    gates: str = "ifo"
    coupled: bool = False
    peepholes: bool = True
    squash_in: bool = True
    squash_out: bool = True
    recurrent: bool = False
    non_lstm_kind: str = ""

    @property
    def weighted_gates(self) -> str:
        """The gates that have weights."""
        return self.gates.replace("i", "") if self.coupled else self.gates

    @property
    def blocks(self) -> str:
        """The letters of all blocks that read the input."""
        return {"": self.weighted_gates + "g", "plain": "n"}.get(self.non_lstm_kind, "zrn")


VARIANTS = {
    "V": Variant(),
    "NIG": Variant(gates="fo"),
    "NFG": Variant(gates="io"),
    "NOG": Variant(gates="if"),
    "NIAF": Variant(squash_in=False),
    "NOAF": Variant(squash_out=False),
    "NP": Variant(peepholes=False),
    "CIFG": Variant(coupled=True),
    "FGR": Variant(recurrent=True),
    "GRU": Variant(non_lstm_kind="gru"),
    "MUT1": Variant(non_lstm_kind="mut1"),
    "MUT2": Variant(non_lstm_kind="mut2"),
    "MUT3": Variant(non_lstm_kind="mut3"),
    "plain": Variant(non_lstm_kind="plain"),
}
"""By the names of Greff et al. (2017) and Jozefowicz et al. (2015)."""
ABLATIONS = ("NIG", "NFG", "NOG", "NIAF", "NOAF", "NP", "CIFG", "FGR")


def parameter_shapes(variant: Variant, D: int, H: int) -> dict[str, tuple[int, ...]]:
    """List the parameters of a cell, without its readout.

    Args:
        variant: The variant.
        D: Size of an input.
        H: Number of units.

    Returns:
        Shapes by name.

    >>> sorted(parameter_shapes(VARIANTS["plain"], 3, 4).items())
    [('W_hn', (4, 4)), ('W_xn', (3, 4)), ('b_n', (4,))]
    """
    sizes = {}
    for k in variant.blocks:
        sizes[f"W_x{k}"] = (D, H)
        if (variant.non_lstm_kind, k) != ("mut1", "z"):
            sizes[f"W_h{k}"] = (H, H)
        sizes[f"b_{k}"] = (H,)
    if not variant.non_lstm_kind:
        sizes |= {f"p_{k}": (H,) for k in variant.weighted_gates if variant.peepholes}
    if variant.recurrent:
        sizes |= {f"R_{j}{k}": (H, H) for j in variant.gates for k in variant.weighted_gates}
    return sizes


def count_parameters(variant: Variant, D: int, H: int, V: int = 0) -> int:
    """Count the parameters, with a readout of V numbers.

    >>> count_parameters(VARIANTS["NP"], 3, 4), count_parameters(VARIANTS["V"], 3, 4)
    (128, 140)
    """
    return sum(int(np.prod(s)) for s in parameter_shapes(variant, D, H).values()) + V * (H + 1)


def units_for_parameters(variant: Variant, D: int, V: int, n_parameters: int) -> int:
    """Return the number of units with which a variant comes closest to a number of parameters."""
    return min(range(1, 500), key=lambda H: abs(count_parameters(variant, D, H, V) - n_parameters))


def init_variant_weights(
    variant: Variant,
    D: int,
    H: int,
    rng: np.random.Generator,
    forget_bias: float | Sequence[float] | Float[np.ndarray, " H"] = 1.0,
    output_bias: float = 0.0,
) -> dict[str, np.ndarray]:
    """Draw first weights: uniform between -1 / sqrt(H) and 1 / sqrt(H); biases are 0 but these.

    Args:
        variant: The variant.
        D: Size of an input.
        H: Number of units.
        rng: Where they come from.
        forget_bias: Bias of the gate that keeps: f, or z of the GRU; of MUT1 to 3, whose z writes,
            its negative. A number for each unit is a chrono start: then i starts with the
            negatives.
        output_bias: Bias of the output gate.

    Returns:
        By name: `W_xi` from the input to i, `W_hi` from the state, `b_i`, `p_i` from the cell,
        `R_if` from the last i to f.
    """
    w = {
        name: np.zeros(shape) if name[0] == "b" else rng.uniform(-1, 1, shape) / H**0.5
        for name, shape in parameter_shapes(variant, D, H).items()
    }
    if "b_f" in w:
        w["b_f"][:] = forget_bias
    if "b_i" in w and np.ndim(forget_bias):
        w["b_i"][:] = -np.asarray(forget_bias)
    if "b_o" in w:
        w["b_o"][:] = output_bias
    if "b_z" in w:
        w["b_z"][:] = forget_bias if variant.non_lstm_kind == "gru" else -np.asarray(forget_bias)
    return w
