"""The GRU in the letters of decks A, B, C and D: one step of one sequence.

Each class holds a source's weights; its `step` is the formula as printed. `from_course` translates
our weights to its letters and `to_course` translates back. K is H + D: decks B and D multiply the
joined column [h; x], h on top.

All four reset the state *before* the product, so they are our `gru_step_reset_before`, and not
`gru_step`. In B and D an update gate of 1 replaces the state, and here it keeps it: their gate is
1 - z, and since sigma(-a) = 1 - sigma(a), its weights are ours negated.

Sources: A, "Clearing and Writing on Memory" and "Writing on Memory"; B, "Gated recurrent unit
(GRU)"; C, "GRU"; D, "Other RNN Variants".
"""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Inexact

from rnncourse.cells.activations import sigmoid
from rnncourse.cells.convert import ConversionError
from rnncourse.cells.gru import GRUResetBeforeWeights
from rnncourse.concordance.gates import Gate, cut_gates, join_gates, require_zero_biases, split_gate

Input = Inexact[np.ndarray, " D"]
State = Inexact[np.ndarray, " H"]
FromInput = Inexact[np.ndarray, "H D"]
FromState = Inexact[np.ndarray, "H H"]
Joined = Inexact[np.ndarray, "H K"]
Bias = Inexact[np.ndarray, " H"]


@dataclass(frozen=True)
class GRUDeckA:
    """Deck A: two gates that clear and write independently; a GRU only where s = 1 - f.

        f = sigma(h, x),  s = sigma(h, x),  r = sigma(h, x)
        h~ = tanh(r * h, x)
        h = f * h + s * h~

    The deck's text says what each gate sees, and leaves the weights to its pictures: the letters U,
    W and b are those of its plain network. With f = s = 1 the state is a sum and can leave (-1, 1);
    that of a GRU which starts there never does.
    """

    W_f: FromState
    U_f: FromInput
    b_f: Bias
    W_s: FromState
    U_s: FromInput
    b_s: Bias
    W_r: FromState
    U_r: FromInput
    b_r: Bias
    W: FromState
    U: FromInput
    b: Bias

    def step(self, x: Input, h: State) -> tuple[State]:
        """Return h."""
        f = sigmoid(self.W_f @ h + self.U_f @ x + self.b_f)
        s = sigmoid(self.W_s @ h + self.U_s @ x + self.b_s)
        r = sigmoid(self.W_r @ h + self.U_r @ x + self.b_r)
        candidate = np.tanh(self.W @ (r * h) + self.U @ x + self.b)
        return (f * h + s * candidate,)

    @classmethod
    def from_course(cls, w: GRUResetBeforeWeights) -> "GRUDeckA":
        """Transpose gate by gate; f is z, and s is z negated, which is 1 - z."""
        r, z, n = cut_gates(w)
        gates = z, z.negated(), r, n
        return cls(*(part for gate in gates for part in (gate.W_h, gate.W_x, gate.b)))

    def to_course(self) -> GRUResetBeforeWeights:
        """Transpose gate by gate; a `ConversionError` where s is not 1 - f."""
        f, s = Gate(self.U_f, self.W_f, self.b_f), Gate(self.U_s, self.W_s, self.b_s)
        if any(np.any(f_part + s_part) for f_part, s_part in zip(f, s, strict=True)):
            raise ConversionError(
                "A GRU clears just as much as it writes. Try: W_s, U_s and b_s that are "
                "W_f, U_f and b_f negated, so that s = 1 - f."
            )
        r, n = Gate(self.U_r, self.W_r, self.b_r), Gate(self.U, self.W, self.b)
        return GRUResetBeforeWeights(*join_gates([r, f, n]))


@dataclass(frozen=True)
class GRUDeckB:
    """Deck B, in Ng's letters; an update gate of 1 replaces.

    c~ = tanh(W_c [Gamma_r * c, x] + b_c)            Gamma_u = sigma(W_u [c, x] + b_u)
    c  = Gamma_u * c~ + (1 - Gamma_u) * c            Gamma_r = sigma(W_r [c, x] + b_r)
    """

    W_c: Joined
    b_c: Bias
    W_u: Joined
    b_u: Bias
    W_r: Joined
    b_r: Bias

    def step(self, x: Input, c: State) -> tuple[State]:
        """Return c, which is also a."""
        cx = np.concatenate([c, x])
        update = sigmoid(self.W_u @ cx + self.b_u)
        reset = sigmoid(self.W_r @ cx + self.b_r)
        candidate = np.tanh(self.W_c @ np.concatenate([reset * c, x]) + self.b_c)
        return (update * candidate + (1 - update) * c,)

    @classmethod
    def from_course(cls, w: GRUResetBeforeWeights) -> "GRUDeckB":
        """Negate z, transpose gate by gate, and join the two matrices of each."""
        r, z, n = cut_gates(w)
        gates = n, z.negated(), r
        return cls(*(part for gate in gates for part in (gate.joined, gate.b)))

    def to_course(self) -> GRUResetBeforeWeights:
        """Take each matrix apart, transpose, and negate the update gate."""
        r, u = split_gate(self.W_r, self.b_r), split_gate(self.W_u, self.b_u)
        n = split_gate(self.W_c, self.b_c)
        return GRUResetBeforeWeights(*join_gates([r, u.negated(), n]))


@dataclass(frozen=True)
class GRUDeckC:
    """Deck C; an update gate of 1 keeps, and the candidate has no bias.

    u  = sigma(W_xu x + W_hu h + b_u)         h' = tanh(W_xh' x + W_hh' (r * h))
    r  = sigma(W_xr x + W_hr h + b_r)         h  = (1 - u) * h' + u * h
    """

    W_xu: FromInput
    W_hu: FromState
    b_u: Bias
    W_xr: FromInput
    W_hr: FromState
    b_r: Bias
    W_xh: FromInput
    W_hh: FromState

    def step(self, x: Input, h: State) -> tuple[State]:
        """Return h."""
        u = sigmoid(self.W_xu @ x + self.W_hu @ h + self.b_u)
        r = sigmoid(self.W_xr @ x + self.W_hr @ h + self.b_r)
        candidate = np.tanh(self.W_xh @ x + self.W_hh @ (r * h))
        return ((1 - u) * candidate + u * h,)

    @classmethod
    def from_course(cls, w: GRUResetBeforeWeights) -> "GRUDeckC":
        """Transpose gate by gate; a bias of n other than 0 raises a `ConversionError`."""
        r, z, n = cut_gates(w)
        require_zero_biases("The candidate of deck C", n.b)
        return cls(*z, *r, n.W_x, n.W_h)

    def to_course(self) -> GRUResetBeforeWeights:
        """Transpose gate by gate; the bias of n is 0."""
        r, z = Gate(self.W_xr, self.W_hr, self.b_r), Gate(self.W_xu, self.W_hu, self.b_u)
        n = Gate(self.W_xh, self.W_hh, np.zeros(len(self.W_hh)))
        return GRUResetBeforeWeights(*join_gates([r, z, n]))


@dataclass(frozen=True)
class GRUDeckD:
    """Deck D; an update gate of 1 replaces, and there are no biases.

    z  = sigma(W_z [h, x])          h~ = tanh(W [r * h, x])
    r  = sigma(W_r [h, x])          h  = (1 - z) * h + z * h~
    """

    W_z: Joined
    W_r: Joined
    W: Joined

    def step(self, x: Input, h: State) -> tuple[State]:
        """Return h."""
        hx = np.concatenate([h, x])
        z, r = sigmoid(self.W_z @ hx), sigmoid(self.W_r @ hx)
        candidate = np.tanh(self.W @ np.concatenate([r * h, x]))
        return ((1 - z) * h + z * candidate,)

    @classmethod
    def from_course(cls, w: GRUResetBeforeWeights) -> "GRUDeckD":
        """Negate z, transpose and join; biases other than 0 raise a `ConversionError`."""
        require_zero_biases("Deck D", w.b_h)
        r, z, n = cut_gates(w)
        return cls(z.negated().joined, r.joined, n.joined)

    def to_course(self) -> GRUResetBeforeWeights:
        """Take each matrix apart, transpose, and negate the update gate; biases of 0."""
        r, z, n = (split_gate(W) for W in (self.W_r, self.W_z, self.W))
        return GRUResetBeforeWeights(*join_gates([r, z.negated(), n]))
