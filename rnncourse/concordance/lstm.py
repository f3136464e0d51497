"""The LSTM in the letters of decks B, C and D: one step of one sequence.

Each class holds a source's weights; its `step` is the formula as printed, from x, the hidden state
and the cell to the new hidden state and cell. `from_course` translates our weights to its letters
and `to_course` translates back. K is H + D: the decks multiply the joined column [h; x], h on top.

Two of these cells are not ours: B's built-up form, and C's with peepholes. There the translation is
letter by letter, what looks alike to what looks alike, and the steps differ.

Sources: B, "Full LSTM" and "Long short term memory unit (LSTM)"; C, "LSTM and GRU" and "LSTM"; D,
"Long Short Term Memory (LSTM)" and "Multilayer RNNs".
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from jaxtyping import Inexact

from rnncourse.cells.activations import sigmoid
from rnncourse.cells.convert import ConversionError
from rnncourse.cells.lstm import LSTMWeights
from rnncourse.concordance.gates import Gate, cut_gates, join_gates, require_zero_biases, split_gate

Input = Inexact[np.ndarray, " D"]
State = Inexact[np.ndarray, " H"]
FromInput = Inexact[np.ndarray, "H D"]
FromState = Inexact[np.ndarray, "H H"]
Joined = Inexact[np.ndarray, "H K"]
Bias = Inexact[np.ndarray, " H"]


@dataclass(frozen=True)
class LSTMIncrementalDeckB:
    """Deck B, built up: another function than ours, and than the deck's own second form.

        o = sigma(W_o h + U_o x + b_o)     i, f: the same with their letters
        s~ = sigma(W h + U x + b)          s = f * s + i * s~          h = o * sigma(s)

    As printed, both squashings are logistic where the LSTM has tanh. So s~ is never negative, nor
    is a cell s that starts at 0, and h then lies between o / 2 and o.
    """

    W_o: FromState
    U_o: FromInput
    b_o: Bias
    W_i: FromState
    U_i: FromInput
    b_i: Bias
    W_f: FromState
    U_f: FromInput
    b_f: Bias
    W: FromState
    U: FromInput
    b: Bias

    def step(
        self, x: Input, h: State, s: State, squash: Callable[[State], State] = sigmoid
    ) -> tuple[State, State]:
        """Return h and s; with `squash=np.tanh` in place of the deck's sigma, this is our LSTM."""
        o = sigmoid(self.W_o @ h + self.U_o @ x + self.b_o)
        i = sigmoid(self.W_i @ h + self.U_i @ x + self.b_i)
        f = sigmoid(self.W_f @ h + self.U_f @ x + self.b_f)
        candidate = squash(self.W @ h + self.U @ x + self.b)
        s = f * s + i * candidate
        return o * squash(s), s

    @classmethod
    def from_course(cls, w: LSTMWeights) -> "LSTMIncrementalDeckB":
        """Transpose gate by gate."""
        i, f, g, o = cut_gates(w)
        return cls(*(part for gate in (o, i, f, g) for part in (gate.W_h, gate.W_x, gate.b)))

    def to_course(self) -> LSTMWeights:
        """Transpose gate by gate."""
        i, f = Gate(self.U_i, self.W_i, self.b_i), Gate(self.U_f, self.W_f, self.b_f)
        g, o = Gate(self.U, self.W, self.b), Gate(self.U_o, self.W_o, self.b_o)
        return LSTMWeights(*join_gates([i, f, g, o]))


@dataclass(frozen=True)
class LSTMSecondFormDeckB:
    """Deck B, second form, in Ng's letters; Gamma_u is our i.

    c~ = tanh(W_c [a, x] + b_c)            Gamma = sigma(W [a, x] + b) for each of u, f and o
    c = Gamma_u * c~ + Gamma_f * c         a = Gamma_o * tanh(c)
    """

    W_c: Joined
    b_c: Bias
    W_u: Joined
    b_u: Bias
    W_f: Joined
    b_f: Bias
    W_o: Joined
    b_o: Bias

    def step(self, x: Input, a: State, c: State) -> tuple[State, State]:
        """Return a and c."""
        ax = np.concatenate([a, x])
        candidate = np.tanh(self.W_c @ ax + self.b_c)
        update = sigmoid(self.W_u @ ax + self.b_u)
        forget = sigmoid(self.W_f @ ax + self.b_f)
        output = sigmoid(self.W_o @ ax + self.b_o)
        c = update * candidate + forget * c
        return output * np.tanh(c), c

    @classmethod
    def from_course(cls, w: LSTMWeights) -> "LSTMSecondFormDeckB":
        """Transpose gate by gate, and join the two matrices of each."""
        i, f, g, o = cut_gates(w)
        return cls(*(part for gate in (g, i, f, o) for part in (gate.joined, gate.b)))

    def to_course(self) -> LSTMWeights:
        """Take each matrix apart, and transpose."""
        i, f = split_gate(self.W_u, self.b_u), split_gate(self.W_f, self.b_f)
        g, o = split_gate(self.W_c, self.b_c), split_gate(self.W_o, self.b_o)
        return LSTMWeights(*join_gates([i, f, g, o]))


@dataclass(frozen=True)
class LSTMDeckC:
    """Deck C: c' = tanh(W_xc x + W_hc h + b_c'), i, f and o alike with sigma, then as ours."""

    W_xc: FromInput
    W_hc: FromState
    b_c: Bias
    W_xi: FromInput
    W_hi: FromState
    b_i: Bias
    W_xf: FromInput
    W_hf: FromState
    b_f: Bias
    W_xo: FromInput
    W_ho: FromState
    b_o: Bias

    def step(self, x: Input, h: State, c: State) -> tuple[State, State]:
        """Return h and c."""
        candidate = np.tanh(self.W_xc @ x + self.W_hc @ h + self.b_c)
        i = sigmoid(self.W_xi @ x + self.W_hi @ h + self.b_i)
        f = sigmoid(self.W_xf @ x + self.W_hf @ h + self.b_f)
        o = sigmoid(self.W_xo @ x + self.W_ho @ h + self.b_o)
        c = f * c + i * candidate
        return o * np.tanh(c), c

    @classmethod
    def from_course(cls, w: LSTMWeights) -> "LSTMDeckC":
        """Transpose gate by gate."""
        i, f, g, o = cut_gates(w)
        return cls(*(part for gate in (g, i, f, o) for part in gate))

    def to_course(self) -> LSTMWeights:
        """Transpose gate by gate."""
        i, f = Gate(self.W_xi, self.W_hi, self.b_i), Gate(self.W_xf, self.W_hf, self.b_f)
        g, o = Gate(self.W_xc, self.W_hc, self.b_c), Gate(self.W_xo, self.W_ho, self.b_o)
        return LSTMWeights(*join_gates([i, f, g, o]))


@dataclass(frozen=True)
class LSTMPeepholesDeckC(LSTMDeckC):
    """Deck C with peepholes: + W_pi c, + W_pf c and + W_po c, all from the cell before the step.

    In Gers's peepholes and in ours, the output gate sees the cell after the step; here it sees the
    old one. And these are whole matrices; ours are one number a unit, the diagonals.
    """

    W_pi: FromState
    W_pf: FromState
    W_po: FromState

    def step(self, x: Input, h: State, c: State) -> tuple[State, State]:
        """Return h and c."""
        candidate = np.tanh(self.W_xc @ x + self.W_hc @ h + self.b_c)
        i = sigmoid(self.W_xi @ x + self.W_hi @ h + self.W_pi @ c + self.b_i)
        f = sigmoid(self.W_xf @ x + self.W_hf @ h + self.W_pf @ c + self.b_f)
        o = sigmoid(self.W_xo @ x + self.W_ho @ h + self.W_po @ c + self.b_o)
        c = f * c + i * candidate
        return o * np.tanh(c), c

    @classmethod
    def from_course(cls, w: LSTMWeights) -> "LSTMPeepholesDeckC":
        """Put our peepholes on diagonals; the same function only where p_o is 0."""
        ones = np.ones(len(w.W_hh))
        peepholes = (np.diag(p * ones) for p in (w.p_i, w.p_f, w.p_o))
        return cls(**vars(LSTMDeckC.from_course(w)), **dict(zip(PEEPHOLES, peepholes, strict=True)))

    def to_course(self) -> LSTMWeights:
        """Take the diagonals; other entries that are not 0 raise a `ConversionError`."""
        matrices = [getattr(self, name) for name in PEEPHOLES]
        if any(np.any(W - np.diag(np.diag(W))) for W in matrices):
            raise ConversionError("Our peepholes join a unit with its own cell. Try: diagonals.")
        w = super().to_course()
        return LSTMWeights(w.W_xh, w.W_hh, w.b_h, *(np.diag(W).copy() for W in matrices))


PEEPHOLES = "W_pi", "W_pf", "W_po"


@dataclass(frozen=True)
class LSTMDeckD:
    """Deck D: (i; f; o; g) = (sigma; sigma; sigma; tanh) W (h; x), no biases; G = 4 H rows."""

    W: Inexact[np.ndarray, "G K"]

    def step(self, x: Input, h: State, c: State) -> tuple[State, State]:
        """Return h and c."""
        i, f, o, g = np.split(self.W @ np.concatenate([h, x]), 4)
        c = sigmoid(f) * c + sigmoid(i) * np.tanh(g)
        return sigmoid(o) * np.tanh(c), c

    @classmethod
    def from_course(cls, w: LSTMWeights) -> "LSTMDeckD":
        """Stack i f o g; biases other than 0 raise a `ConversionError`."""
        require_zero_biases("Deck D", w.b_h)
        i, f, g, o = cut_gates(w)
        return cls(np.vstack([gate.joined for gate in (i, f, o, g)]))

    def to_course(self) -> LSTMWeights:
        """Take the rows and the columns apart, with biases of 0."""
        i, f, o, g = (split_gate(W) for W in np.split(self.W, 4))
        return LSTMWeights(*join_gates([i, f, g, o]))


@dataclass(frozen=True)
class LSTMLayersDeckD(LSTMDeckD):
    """Deck D, many layers: the same with W^l (x; h), where x is the layer below, and on top.

    The deck's W^l is `4n 2n`: its layers are all of one width. Here x may have its own.
    """

    def step(self, x: Input, h: State, c: State) -> tuple[State, State]:
        """Return h and c."""
        i, f, o, g = np.split(self.W @ np.concatenate([x, h]), 4)
        c = sigmoid(f) * c + sigmoid(i) * np.tanh(g)
        return sigmoid(o) * np.tanh(c), c

    @classmethod
    def from_course(cls, w: LSTMWeights) -> "LSTMLayersDeckD":
        """Stack i f o g, columns of x first; biases other than 0 raise a `ConversionError`."""
        return cls(np.roll(LSTMDeckD.from_course(w).W, len(w.W_xh), axis=1))

    def to_course(self) -> LSTMWeights:
        """Bring the columns of h to the front, and go on as from `LSTMDeckD`."""
        return LSTMDeckD(np.roll(self.W, len(self.W) // 4, axis=1)).to_course()
