"""The LSTM and the GRU in the names of PyTorch and Keras: one step of one sequence.

Written from the equations of their documentation, without either library; the translations are
those of `rnncourse.cells.convert`. G is 4 H for the LSTM and 3 H for the GRU.

Sources: PyTorch, documentation of `torch.nn.LSTM` and `GRU`; Keras 3, `keras/src/layers/rnn`,
`lstm.py` and `gru.py` (`call`).
"""

from dataclasses import dataclass
from typing import Self

import numpy as np
from jaxtyping import Inexact

from rnncourse.cells.activations import sigmoid
from rnncourse.cells.convert import from_keras, from_torch, to_keras, to_torch
from rnncourse.cells.gru import GRUResetBeforeWeights, GRUWeights
from rnncourse.cells.lstm import LSTMWeights

Input = Inexact[np.ndarray, " D"]
State = Inexact[np.ndarray, " H"]


@dataclass(frozen=True)
class LSTMTorch:
    """PyTorch: i f g o, stacked in rows; i = sigma(W_ii x + b_ii + W_hi h + b_hi), and so on."""

    weight_ih_l0: Inexact[np.ndarray, "G D"]
    weight_hh_l0: Inexact[np.ndarray, "G H"]
    bias_ih_l0: Inexact[np.ndarray, " G"]
    bias_hh_l0: Inexact[np.ndarray, " G"]

    def step(self, x: Input, h: State, c: State) -> tuple[State, State]:
        """Return h and c."""
        a = self.weight_ih_l0 @ x + self.bias_ih_l0 + self.weight_hh_l0 @ h + self.bias_hh_l0
        i, f, g, o = np.split(a, 4)
        c = sigmoid(f) * c + sigmoid(i) * np.tanh(g)
        return sigmoid(o) * np.tanh(c), c

    @classmethod
    def from_course(cls, w: LSTMWeights) -> "LSTMTorch":
        """Transpose; the second bias is 0."""
        return cls(**to_torch([w]))

    def to_course(self) -> LSTMWeights:
        """Transpose, and add the two biases."""
        return from_torch(vars(self), "lstm")[0]


@dataclass(frozen=True)
class LSTMKeras:
    """Keras: i f c o, side by side, where c is our g; a = x kernel + h recurrent_kernel + bias."""

    kernel: Inexact[np.ndarray, "D G"]
    recurrent_kernel: Inexact[np.ndarray, "H G"]
    bias: Inexact[np.ndarray, " G"]

    def step(self, x: Input, h: State, c: State) -> tuple[State, State]:
        """Return h and c."""
        z_0, z_1, z_2, z_3 = np.split(x @ self.kernel + h @ self.recurrent_kernel + self.bias, 4)
        c = sigmoid(z_1) * c + sigmoid(z_0) * np.tanh(z_2)
        return sigmoid(z_3) * np.tanh(c), c

    @classmethod
    def from_course(cls, w: LSTMWeights) -> "LSTMKeras":
        """Rename."""
        return cls(*to_keras([w]))

    def to_course(self) -> LSTMWeights:
        """Rename."""
        return from_keras([self.kernel, self.recurrent_kernel, self.bias], "lstm")[0]


@dataclass(frozen=True)
class GRUTorch:
    """PyTorch: r z n, stacked in rows; the reset gate acts after the product.

    r = sigma(W_ir x + b_ir + W_hr h + b_hr)            z: the same with its letters
    n = tanh(W_in x + b_in + r * (W_hn h + b_hn))       h' = (1 - z) * n + z * h
    """

    weight_ih_l0: Inexact[np.ndarray, "G D"]
    weight_hh_l0: Inexact[np.ndarray, "G H"]
    bias_ih_l0: Inexact[np.ndarray, " G"]
    bias_hh_l0: Inexact[np.ndarray, " G"]

    def step(self, x: Input, h: State) -> tuple[State]:
        """Return h."""
        i_r, i_z, i_n = np.split(self.weight_ih_l0 @ x + self.bias_ih_l0, 3)
        h_r, h_z, h_n = np.split(self.weight_hh_l0 @ h + self.bias_hh_l0, 3)
        r, z = sigmoid(i_r + h_r), sigmoid(i_z + h_z)
        n = np.tanh(i_n + r * h_n)
        return ((1 - z) * n + z * h,)

    @classmethod
    def from_course(cls, w: GRUWeights) -> "GRUTorch":
        """Transpose; of the second bias, only that of n is not 0."""
        return cls(**to_torch([w]))

    def to_course(self) -> GRUWeights:
        """Transpose, and add the two biases of r and z."""
        return from_torch(vars(self), "gru")[0]


@dataclass(frozen=True)
class _GRUKeras:
    """The arrays of both forms of Keras, z r h side by side, where h is our n."""

    kernel: Inexact[np.ndarray, "D G"]
    recurrent_kernel: Inexact[np.ndarray, "H G"]

    @classmethod
    def from_course(cls, w: GRUWeights | GRUResetBeforeWeights) -> Self:
        """Exchange r and z; of a second bias, only that of n is not 0."""
        return cls(*to_keras([w]))

    def to_course(self) -> GRUWeights | GRUResetBeforeWeights:
        """Exchange z and r, and add their biases where there are two."""
        return from_keras([*vars(self).values()], "gru")[0]


@dataclass(frozen=True)
class GRUKeras(_GRUKeras):
    """Keras with `reset_after=True`, the default: two biases, reset after the product."""

    bias: Inexact[np.ndarray, "2 G"]

    def step(self, x: Input, h: State) -> tuple[State]:
        """Return h."""
        x_z, x_r, x_h = np.split(x @ self.kernel + self.bias[0], 3)
        inner_z, inner_r, inner_h = np.split(h @ self.recurrent_kernel + self.bias[1], 3)
        z, r = sigmoid(x_z + inner_z), sigmoid(x_r + inner_r)
        candidate = np.tanh(x_h + r * inner_h)
        return (z * h + (1 - z) * candidate,)


@dataclass(frozen=True)
class GRUKerasResetBefore(_GRUKeras):
    """Keras with `reset_after=False`: one bias, reset before the product."""

    bias: Inexact[np.ndarray, " G"]

    def step(self, x: Input, h: State) -> tuple[State]:
        """Return h."""
        x_z, x_r, x_h = np.split(x @ self.kernel + self.bias, 3)
        to_z, to_r, to_h = np.split(self.recurrent_kernel, 3, axis=1)
        z, r = sigmoid(x_z + h @ to_z), sigmoid(x_r + h @ to_r)
        candidate = np.tanh(x_h + (r * h) @ to_h)
        return (z * h + (1 - z) * candidate,)
