"""The variants of the LSTM, as one function with switches; the GRU, and three cells beside it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from jaxtyping import Float, Inexact
from scipy.special import stdtrit

from rnncourse.cells.activations import sigmoid

Weights = dict[str, np.ndarray]
"""By name: `W_xi` from the input to i, `W_hi` from the state, `b_i`, `p_i` from the cell, `R_if`
from the last i to f."""
State = tuple[np.ndarray, np.ndarray, Mapping[str, np.ndarray]]
"""The state h, the cell c, and the gates of the last step."""


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
        other: Empty for an LSTM; else `gru`, `mut1`, `mut2`, `mut3` or `plain`.
    """

    gates: str = "ifo"
    coupled: bool = False
    peepholes: bool = True
    squash_in: bool = True
    squash_out: bool = True
    recurrent: bool = False
    other: str = ""

    @property
    def own(self) -> str:
        """The gates that have weights."""
        return self.gates.replace("i", "") if self.coupled else self.gates

    @property
    def blocks(self) -> str:
        """The letters of all blocks that read the input."""
        return {"": self.own + "g", "plain": "n"}.get(self.other, "zrn")


KINDS = {
    "V": Variant(),
    "NIG": Variant(gates="fo"),
    "NFG": Variant(gates="io"),
    "NOG": Variant(gates="if"),
    "NIAF": Variant(squash_in=False),
    "NOAF": Variant(squash_out=False),
    "NP": Variant(peepholes=False),
    "CIFG": Variant(coupled=True),
    "FGR": Variant(recurrent=True),
    "GRU": Variant(other="gru"),
    "MUT1": Variant(other="mut1"),
    "MUT2": Variant(other="mut2"),
    "MUT3": Variant(other="mut3"),
    "plain": Variant(other="plain"),
}
"""By the names of Greff et al. (2017) and Jozefowicz et al. (2015)."""
ABLATIONS = ("NIG", "NFG", "NOG", "NIAF", "NOAF", "NP", "CIFG", "FGR")


def shapes(v: Variant, D: int, H: int) -> dict[str, tuple[int, ...]]:
    """List the parameters of a cell, without its readout.

    Args:
        v: The variant.
        D: Size of an input.
        H: Number of units.

    Returns:
        Shapes by name.

    >>> sorted(shapes(KINDS["plain"], 3, 4).items())
    [('W_hn', (4, 4)), ('W_xn', (3, 4)), ('b_n', (4,))]
    """
    found = {}
    for k in v.blocks:
        found[f"W_x{k}"] = (D, H)
        if (v.other, k) != ("mut1", "z"):
            found[f"W_h{k}"] = (H, H)
        found[f"b_{k}"] = (H,)
    if not v.other:
        found |= {f"p_{k}": (H,) for k in v.own if v.peepholes}
        found |= {f"R_{j}{k}": (H, H) for j in v.gates for k in v.own if v.recurrent}
    return found


def count(v: Variant, D: int, H: int, V: int = 0) -> int:
    """Count the parameters, with a readout of V numbers.

    >>> count(KINDS["NP"], 3, 4), count(KINDS["V"], 3, 4)
    (128, 140)
    """
    return sum(int(np.prod(s)) for s in shapes(v, D, H).values()) + V * (H + 1)


def units(v: Variant, D: int, V: int, parameters: int) -> int:
    """Return the number of units with which a variant comes closest to a number of parameters."""
    return min(range(1, 500), key=lambda H: abs(count(v, D, H, V) - parameters))


def draw(
    v: Variant,
    D: int,
    H: int,
    rng: np.random.Generator,
    forget_bias: float | Sequence[float] | Float[np.ndarray, " H"] = 1.0,
    shown: float = 0.0,
) -> Weights:
    """Draw first weights: uniform between -1 / sqrt(H) and 1 / sqrt(H); biases are 0 but these.

    Args:
        v: The variant.
        D: Size of an input.
        H: Number of units.
        rng: Where they come from.
        forget_bias: Bias of the gate that keeps: f, or z of the GRU; of MUT1 to 3, whose z writes, its
            negative. A number for each unit is a chrono start: then i starts with the negatives.
        shown: Bias of the output gate.
    """
    w = {
        name: np.zeros(shape) if name[0] == "b" else rng.uniform(-1, 1, shape) / H**0.5
        for name, shape in shapes(v, D, H).items()
    }
    if "b_f" in w:
        w["b_f"][:] = forget_bias
    if "b_i" in w and np.ndim(forget_bias):
        w["b_i"][:] = -np.asarray(forget_bias)
    if "b_o" in w:
        w["b_o"][:] = shown
    if "b_z" in w:
        w["b_z"][:] = forget_bias if v.other == "gru" else -np.asarray(forget_bias)
    return w


def begin(B: int, H: int) -> State:
    """Return the state before the first step: zeros, and gates that were all 0."""
    zeros = np.zeros((B, H))
    return zeros, zeros, dict.fromkeys("ifo", zeros)


def into(k: str, x: np.ndarray, h: np.ndarray, w: Weights) -> np.ndarray:
    """Return what input, state and bias add up to in block k."""
    return x @ w["W_x" + k] + h @ w["W_h" + k] + w["b_" + k]


def lstm_step(x: Inexact[np.ndarray, "B D"], state: State, w: Weights, v: Variant) -> State:
    """Make one step of an LSTM or of what is left of it.

        i = sigma(a_i + p_i c + sum_j before_j R_ji),   f likewise,   g = tanh(a_g)
        c' = f c + i g,   o = sigma(a_o + p_o c' + sum_j before_j R_jo),   h' = o tanh(c')

    Source: Greff et al. (2017), arXiv:1503.04069v2, section II; a gate that is missing is 1, and
    coupled gates have i = 1 - f. Oracles: test_variants.py.
    """
    h, c, before = state

    def gate(k: str, seen: np.ndarray) -> np.ndarray:
        if k not in v.gates:
            return np.ones_like(seen)
        a = into(k, x, h, w)
        if v.peepholes:
            a = a + w["p_" + k] * seen
        if v.recurrent:
            a = a + sum(before[j] @ w["R_" + j + k] for j in v.gates)
        return sigmoid(a)

    f = gate("f", c)
    i = 1 - f if v.coupled else gate("i", c)
    g = into("g", x, h, w)
    c = f * c + i * (np.tanh(g) if v.squash_in else g)
    o = gate("o", c)
    return o * (np.tanh(c) if v.squash_out else c), c, {"i": i, "f": f, "o": o}


def gru_step(x: Inexact[np.ndarray, "B D"], h: np.ndarray, w: Weights, name: str) -> np.ndarray:
    """Make one step of a GRU (reset before the product), of MUT1 to MUT3, or of a plain network.

        n = tanh(x W_xn + (r h) W_hn + b_n),   GRU: h' = z h + (1 - z) n,
        MUT: h' = z n + (1 - z) h

    MUT1's z reads the input alone, and its n has tanh(x W_xn) + b_n; MUT3's z sees tanh(h).

    Source: Jozefowicz et al. (2015), as Keras had it that year (`JZS1` to `JZS3`) and as
    RecurrentLayers.jl has it; both name the paper. Where the paper has a bare x, in n of MUT1 and
    in r of MUT2, here is x W, as x need not have the size of h. Oracles: test_variants.py.
    """
    if name == "plain":
        return np.tanh(into("n", x, h, w))
    if name == "mut1":
        z = sigmoid(x @ w["W_xz"] + w["b_z"])
    else:
        z = sigmoid(into("z", x, np.tanh(h) if name == "mut3" else h, w))
    r = sigmoid(into("r", x, h, w))
    a = x @ w["W_xn"]
    n = np.tanh((np.tanh(a) if name == "mut1" else a) + (r * h) @ w["W_hn"] + w["b_n"])
    return z * h + (1 - z) * n if name == "gru" else z * n + (1 - z) * h


def step(x: Inexact[np.ndarray, "B D"], state: State, w: Weights, v: Variant) -> State:
    """Make one step of any of the variants."""
    if v.other:
        return gru_step(x, state[0], w, v.other), *state[1:]
    return lstm_step(x, state, w, v)


def run(
    xs: Inexact[np.ndarray, "T B D"], w: Weights, v: Variant, state: State | None = None
) -> tuple[Inexact[np.ndarray, "T B H"], State]:
    """Read a sequence.

    Returns:
        h after every step, and the state after the last one.
    """
    state = begin(xs.shape[1], w["W_x" + v.blocks[0]].shape[-1]) if state is None else state
    hs = []
    for x in xs:
        state = step(x, state, w, v)
        hs.append(state[0])
    return np.stack(hs), state


def chrono(T: int, H: int, rng: np.random.Generator) -> Float[np.ndarray, " H"]:
    """Draw biases for memories of up to T steps: log u, with u uniform from 1 to T - 1."""
    return np.log(rng.uniform(1, T - 1, H))


def interval(values: Sequence[float]) -> tuple[float, float]:
    """Return the 95 % interval for a mean, by Student's t.

    >>> [round(end, 4) for end in interval([1.0, 2.0, 3.0])]
    [-0.4841, 4.4841]
    """
    n, mean = len(values), float(np.mean(values))
    half = float(stdtrit(n - 1, 0.975) * np.std(values, ddof=1) / np.sqrt(n))
    return mean - half, mean + half
