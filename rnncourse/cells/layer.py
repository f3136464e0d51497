"""What the layers share: a whole sequence forward, then backward.

A layer computes what its step computes (`rnn.py`, `gru.py`, `lstm.py`), for all steps of a batch.
The inputs of all steps meet their weights at once, and so do all `da` on the way back; between
them a step is one product with the state. Arrays are kept for the next sequence of the same size.
"""

from collections.abc import Sequence
from typing import Generic, TypeVar

import numpy as np
from jaxtyping import Bool, Inexact, Num

from rnncourse.cells.shapes import (
    CellWeights,
    check_mask,
    check_same,
    check_sequence,
    check_step,
    check_weights,
)

StateSequence = Inexact[np.ndarray, "T B _"]
State = TypeVar("State")


def common_dtype(*arrays: np.ndarray) -> np.dtype:
    """Choose the precision in which nothing is lost; float64 if all are whole numbers."""
    floats = [array.dtype for array in arrays if array.dtype.kind in "fc"]  # c: complex
    return np.result_type(*floats) if floats else np.dtype(np.float64)


def split_by_gate(W: Inexact[np.ndarray, "*K G"], n: int) -> Inexact[np.ndarray, "n *K H"]:
    """Put gates that stand side by side one behind the other."""
    return np.array(np.split(W, n, axis=-1))


def sigmoid_in_place(a: Inexact[np.ndarray, "..."]) -> None:
    """Put sigma(a) = (1 + tanh(a / 2)) / 2 in the place of a."""
    a *= 0.5
    np.tanh(a, out=a)
    a *= 0.5
    a += 0.5


class RecurrentLayer(Generic[State]):
    """A recurrent layer that runs whole sequences.

    The weights are read at every `forward`, so they may be changed, or replaced (`layer.w = w`),
    between two updates. Everything is computed in the precision that NumPy would choose for the
    weights, the inputs and the state: float32 stays float32 if all three are. Whole numbers, such
    as one-hot inputs, take the precision of the others.

    Args:
        w: Parameters.

    Raises:
        ShapeError: If the weights do not fit each other.
    """

    n_gates = 1  # blocks of H columns in the weights
    names = ("h",)  # of the parts of the state; an attribute has all steps of each

    def __init__(self, w: CellWeights):
        self._check_weights(w)
        self.w = w
        self._arrays: dict[str, np.ndarray] = {}
        self._can_go_back = False

    def forward(
        self,
        xs: Num[np.ndarray, "T B _"] | Bool[np.ndarray, "T B _"],
        state: State | None = None,
        mask: Bool[np.ndarray, "_ _"] | None = None,
    ) -> tuple[StateSequence, State]:
        """Run over a sequence.

            h_t = step(x_t, h_(t-1)),   where a padded step leaves the state as it is

        Args:
            xs: Inputs `T B D`.
            state: State before the first step, for instance where the last call stopped; by
                default zeros.
            mask: `T B`, True at a real token; by default all are. Padding may be anywhere, and
                anything may stand there.

        Returns:
            The states h of all steps, `T B H`, 0 at padding (as `pad_packed_sequence` of torch
            gives them), and the state to go on from, which the next `forward` accepts.

        Raises:
            ShapeError: If xs, state or mask does not fit, or the weights do not fit each other.
        """
        w, xs = self.w, np.asarray(xs)
        self._check_weights(w)
        check_sequence(xs, len(w.W_xh))
        T, B, _ = xs.shape
        parts = self._unpack_state(state)
        for name, part in zip(self.names, parts, strict=False):
            check_step(xs[0], part, w, name)
        mask = None if mask is None else check_mask(np.asarray(mask), T, B)
        arrays = [array for array in vars(w).values() if isinstance(array, np.ndarray)]
        self.dtype = common_dtype(xs, *arrays, *parts)
        self._mask, self._can_go_back = mask, False
        self.xs = xs.astype(self.dtype)
        if mask is not None:
            self.xs[~mask] = 0  # 0 times NaN would not be 0
        self.W_xh, self.W_hh, b = (W.astype(self.dtype) for W in (w.W_xh, w.W_hh, w.b_h))
        for name, initial in zip(self.names, parts or [0] * len(self.names), strict=True):
            setattr(self, name, self._reserve(name, T + 1, B, len(self.W_hh)))
            getattr(self, name)[0] = initial
        self._run_forward(b, self._mark_padding())
        self._can_go_back = True
        hs = self.h[1:].copy()
        if mask is not None:
            hs[~mask] = 0
        return hs, self._pack_state([getattr(self, name)[-1].copy() for name in self.names])

    def backward(
        self, dhs: StateSequence | None, dstate: State | None = None
    ) -> tuple[StateSequence, State, CellWeights]:
        """Go back through the last `forward`.

        Args:
            dhs: Gradient of the loss by every h that `forward` returned, `T B H`; None for 0.
                What it says at padding has no effect.
            dstate: Gradient of the loss by the state that `forward` returned, from what came
                after; by default 0, which truncates backpropagation here.

        Returns:
            Gradients by xs, by the state before the first step, and by every weight.

        Raises:
            ShapeError: If a gradient does not have the shape of what it belongs to.
            RuntimeError: If there is no `forward` to go back through.
        """
        if not self._can_go_back:
            raise RuntimeError("backward goes back through one forward. Try: call forward first.")
        (T, B, D), H = self.xs.shape, len(self.W_hh)
        dhs = np.zeros((T, B, H), self.dtype) if dhs is None else np.asarray(dhs)
        check_same("dhs", dhs, (T, B, H), "hs")
        parts = self._unpack_state(dstate)
        for name, part in zip(self.names, parts, strict=False):
            check_same(f"d{name}", part, (B, H), "the state")
        dhs = dhs.astype(self.dtype, copy=False)
        if self._mask is not None:
            dhs = np.where(self._mask[:, :, None], dhs, self.dtype.type(0))
        dfinal = parts or [np.zeros((B, H))] * len(self.names)
        dfinal = [part.astype(self.dtype) for part in dfinal]
        self._can_go_back = False
        da_x, da_h, *dinitial = self._run_backward(dhs, *dfinal, self._mark_padding())
        da_x, da_h = da_x.reshape(T * B, -1), da_h.reshape(T * B, -1)
        dxs = (da_x @ self.W_xh.T).reshape(T, B, D)
        dW_xh, dW_hh = self.xs.reshape(T * B, D).T @ da_x, self.h[:-1].reshape(T * B, H).T @ da_h
        ones = np.ones(T * B, self.dtype)  # a product with ones is a sum, and faster
        dw = self._pack_gradient(dW_xh, dW_hh, ones @ da_x, ones @ da_h)
        return dxs, self._pack_state(dinitial), dw

    def _reserve(self, name: str, *shape: int) -> np.ndarray:
        """Return memory that is kept for the next call."""
        array = self._arrays.get(name)
        if array is None or array.shape != shape or array.dtype != self.dtype:
            array = self._arrays[name] = np.empty(shape, self.dtype)
        return array

    def _mark_padding(self) -> list[np.ndarray | None]:
        """Mark the padding of each step, `B 1`, or None where there is none."""
        if self._mask is None:
            return [None] * len(self.xs)
        return [~is_real[:, None] if not is_real.all() else None for is_real in self._mask]

    # What a layer with more weights, or with another state, such as (h, c), does differently.

    def _check_weights(self, w: CellWeights) -> None:
        """Check that the weights fit each other."""
        check_weights(w.W_xh, w.W_hh, w.b_h, self.n_gates)

    def _unpack_state(self, state: State | None) -> list[np.ndarray]:
        """Return the arrays of a state; none for None."""
        return [] if state is None else [np.asarray(state)]

    def _pack_state(self, parts: Sequence[np.ndarray]) -> State:
        """Make a state of its arrays."""
        return parts[0]

    # What every layer does in its own way.

    def _run_forward(self, b, padding):
        """Fill `h`, from its first entry on; `b` is the bias."""
        raise NotImplementedError

    def _run_backward(self, dhs, dh, padding):
        """Return da as inputs and as states meet it, `T B G`, and the gradient by the state."""
        raise NotImplementedError

    def _pack_gradient(self, dW_xh, dW_hh, db_x, db_h):
        """Make weights of their gradients; the last two are sums of da, over steps and batch."""
        raise NotImplementedError
