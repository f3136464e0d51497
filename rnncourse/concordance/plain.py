"""The plain cell in the letters of the five decks, PyTorch and Keras: one step of one sequence.

The decks write columns, so their matrices are ours transposed, `H D`, and stand to the left of the
vector. Each class holds a source's weights; its `step` is the formula as printed, `from_course`
translates our weights to its letters and `to_course` translates back. Where a deck leaves its
nonlinearity open (A's phi, C's f), it is tanh here.

Sources: A, "Vanilla Recurrent Neural Networks"; B, "Forward propagation in RNN"; C, "Recurrent
neural networks"; D, "(Simple) Recurrent Neural Network"; E, "Recurrent Neural Networks" and "Back
propagation through time"; PyTorch, documentation of `torch.nn.RNN` and `Linear`; Keras 3,
`keras/src/layers/rnn/simple_rnn.py` (`call`), and `Dense`.
"""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Inexact

from rnncourse.cells.activations import sigmoid
from rnncourse.cells.convert import from_keras, from_torch, to_keras, to_torch
from rnncourse.cells.rnn import HiddenWeights, RNNWeights
from rnncourse.concordance.gates import require_zero_biases

Input = Inexact[np.ndarray, " D"]
State = Inexact[np.ndarray, " H"]
Output = Inexact[np.ndarray, " V"]


@dataclass(frozen=True)
class PlainDeckA:
    """Deck A: h = phi(U x + W h + b_h),   o = V h + b_o."""

    U: Inexact[np.ndarray, "H D"]
    W: Inexact[np.ndarray, "H H"]
    V: Inexact[np.ndarray, "V H"]
    b_h: Inexact[np.ndarray, " H"]
    b_o: Inexact[np.ndarray, " V"]

    def step(self, x: Input, h: State) -> tuple[Output, State]:
        """Return o and h."""
        h = np.tanh(self.U @ x + self.W @ h + self.b_h)
        return self.V @ h + self.b_o, h

    @classmethod
    def from_course(cls, w: RNNWeights) -> "PlainDeckA":
        """Transpose the matrices."""
        return cls(w.W_xh.T, w.W_hh.T, w.W_hy.T, w.b_h, w.b_y)

    def to_course(self) -> RNNWeights:
        """Transpose the matrices."""
        return RNNWeights(self.U.T, self.W.T, self.V.T, self.b_h, self.b_o)


@dataclass(frozen=True)
class PlainDeckB:
    """Deck B: s = sigma(U x + W s + b),   y^ = g(V s + c);   the step stops before g.

    sigma is the logistic function here, so the state lies between 0 and 1. The network is still
    ours, with its state moved and halved, s = (1 + h) / 2, since sigma(2 a) = (1 + tanh a) / 2.
    The deck starts at s_0 = 0, which is h_0 = -1.
    """

    U: Inexact[np.ndarray, "H D"]
    W: Inexact[np.ndarray, "H H"]
    V: Inexact[np.ndarray, "V H"]
    b: Inexact[np.ndarray, " H"]
    c: Inexact[np.ndarray, " V"]

    def step(self, x: Input, s: State) -> tuple[Output, State]:
        """Return V s + c and s."""
        s = sigmoid(self.U @ x + self.W @ s + self.b)
        return self.V @ s + self.c, s

    @staticmethod
    def state_of(h: State) -> State:
        """Translate our state: s = (1 + h) / 2.

        >>> PlainDeckB.state_of(np.array([-1.0, 0.0, 1.0]))
        array([0. , 0.5, 1. ])
        """
        return (1 + h) / 2

    @classmethod
    def from_course(cls, w: RNNWeights) -> "PlainDeckB":
        """Double what x and the biases do, and put h = 2 s - 1 for the state.

        U = 2 W_xh^T,  W = 4 W_hh^T,  b = 2 (b_h - W_hh^T 1),  V = 2 W_hy^T,  c = b_y - W_hy^T 1
        """
        W, V = 4 * w.W_hh.T, 2 * w.W_hy.T
        b, c = 2 * w.b_h - W.sum(axis=1) / 2, w.b_y - V.sum(axis=1) / 2
        return cls(2 * w.W_xh.T, W, V, b, c)

    def to_course(self) -> RNNWeights:
        """Halve what x and the biases do, and put s = (1 + h) / 2 for the state."""
        b_h = self.b / 2 + self.W.sum(axis=1) / 4
        b_y = self.c + self.V.sum(axis=1) / 2
        return RNNWeights(self.U.T / 2, self.W.T / 4, self.V.T / 2, b_h, b_y)


@dataclass(frozen=True)
class PlainDeckC:
    """Deck C: a = b + W s + U x,   s = f(a),   o = c + V s."""

    U: Inexact[np.ndarray, "H D"]
    W: Inexact[np.ndarray, "H H"]
    V: Inexact[np.ndarray, "V H"]
    b: Inexact[np.ndarray, " H"]
    c: Inexact[np.ndarray, " V"]

    def step(self, x: Input, s: State) -> tuple[Output, State]:
        """Return o and s."""
        a = self.b + self.W @ s + self.U @ x
        s = np.tanh(a)
        return self.c + self.V @ s, s

    @classmethod
    def from_course(cls, w: RNNWeights) -> "PlainDeckC":
        """Transpose the matrices."""
        return cls(w.W_xh.T, w.W_hh.T, w.W_hy.T, w.b_h, w.b_y)

    def to_course(self) -> RNNWeights:
        """Transpose the matrices."""
        return RNNWeights(self.U.T, self.W.T, self.V.T, self.b, self.c)


@dataclass(frozen=True)
class PlainDeckD:
    """Deck D: h = tanh(W_hh h + W_xh x),   y = W_hy h;   no biases."""

    W_hh: Inexact[np.ndarray, "H H"]
    W_xh: Inexact[np.ndarray, "H D"]
    W_hy: Inexact[np.ndarray, "V H"]

    def step(self, x: Input, h: State) -> tuple[Output, State]:
        """Return y and h."""
        h = np.tanh(self.W_hh @ h + self.W_xh @ x)
        return self.W_hy @ h, h

    @classmethod
    def from_course(cls, w: RNNWeights) -> "PlainDeckD":
        """Transpose the matrices; biases other than 0 raise a `ConversionError`."""
        require_zero_biases("Deck D", w.b_h, w.b_y)
        return cls(w.W_hh.T, w.W_xh.T, w.W_hy.T)

    def to_course(self) -> RNNWeights:
        """Transpose the matrices, with biases of 0."""
        b_h, b_y = np.zeros(len(self.W_hh)), np.zeros(len(self.W_hy))
        return RNNWeights(self.W_xh.T, self.W_hh.T, self.W_hy.T, b_h, b_y)


@dataclass(frozen=True)
class PlainDeckE:
    """Deck E: h = tanh(W h + U x),   o = V h;   no biases."""

    W: Inexact[np.ndarray, "H H"]
    U: Inexact[np.ndarray, "H D"]
    V: Inexact[np.ndarray, "V H"]

    def step(self, x: Input, h: State) -> tuple[Output, State]:
        """Return o and h."""
        h = np.tanh(self.W @ h + self.U @ x)
        return self.V @ h, h

    @classmethod
    def from_course(cls, w: RNNWeights) -> "PlainDeckE":
        """Transpose the matrices; biases other than 0 raise a `ConversionError`."""
        require_zero_biases("Deck E", w.b_h, w.b_y)
        return cls(w.W_hh.T, w.W_xh.T, w.W_hy.T)

    def to_course(self) -> RNNWeights:
        """Transpose the matrices, with biases of 0."""
        b_h, b_y = np.zeros(len(self.W)), np.zeros(len(self.V))
        return RNNWeights(self.U.T, self.W.T, self.V.T, b_h, b_y)


@dataclass(frozen=True)
class PlainTorch:
    """PyTorch: h = tanh(x W_ih^T + b_ih + h W_hh^T + b_hh), and `Linear`, y = h A^T + b."""

    weight_ih_l0: Inexact[np.ndarray, "H D"]
    weight_hh_l0: Inexact[np.ndarray, "H H"]
    bias_ih_l0: Inexact[np.ndarray, " H"]
    bias_hh_l0: Inexact[np.ndarray, " H"]
    weight: Inexact[np.ndarray, "V H"]
    bias: Inexact[np.ndarray, " V"]

    def step(self, x: Input, h: State) -> tuple[Output, State]:
        """Return y and h."""
        a = x @ self.weight_ih_l0.T + self.bias_ih_l0 + h @ self.weight_hh_l0.T + self.bias_hh_l0
        h = np.tanh(a)
        return h @ self.weight.T + self.bias, h

    @classmethod
    def from_course(cls, w: RNNWeights) -> "PlainTorch":
        """Transpose the matrices; the second bias is 0."""
        return cls(**to_torch([HiddenWeights(w.W_xh, w.W_hh, w.b_h)]), weight=w.W_hy.T, bias=w.b_y)

    def to_course(self) -> RNNWeights:
        """Transpose the matrices, and add the two biases."""
        state = {name: array for name, array in vars(self).items() if name.endswith("_l0")}
        (w,) = from_torch(state, "rnn")
        return RNNWeights(w.W_xh, w.W_hh, self.weight.T, w.b_h, self.bias)


@dataclass(frozen=True)
class PlainKeras:
    """Keras: h = tanh(x kernel + bias + h recurrent_kernel), and `Dense`, y = h kernel + bias."""

    kernel: Inexact[np.ndarray, "D H"]
    recurrent_kernel: Inexact[np.ndarray, "H H"]
    bias: Inexact[np.ndarray, " H"]
    dense_kernel: Inexact[np.ndarray, "H V"]
    dense_bias: Inexact[np.ndarray, " V"]

    def step(self, x: Input, h: State) -> tuple[Output, State]:
        """Return y and h."""
        h = np.tanh(x @ self.kernel + self.bias + h @ self.recurrent_kernel)
        return h @ self.dense_kernel + self.dense_bias, h

    @classmethod
    def from_course(cls, w: RNNWeights) -> "PlainKeras":
        """Rename."""
        return cls(*to_keras([HiddenWeights(w.W_xh, w.W_hh, w.b_h)]), w.W_hy, w.b_y)

    def to_course(self) -> RNNWeights:
        """Rename."""
        (w,) = from_keras([self.kernel, self.recurrent_kernel, self.bias], "rnn")
        return RNNWeights(w.W_xh, w.W_hh, self.dense_kernel, w.b_h, self.dense_bias)
