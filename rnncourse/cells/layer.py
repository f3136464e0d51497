"""What the fast layers share: a whole sequence forward, then backward.

A layer computes what its step computes (`rnn.py`, `gru.py`, `lstm.py`), for all steps of a batch,
at the speed of `torch.nn`. What makes it fast is the same in all of them:

- Every step reads a row `[x 1 h]`, so that one product with `[W_xh; b_h; W_hh]` gives all gates,
  bias included, and one product of all rows with all `da` gives every gradient at the end.
- sigma(a) = (1 + tanh(a / 2)) / 2, with the half of `a / 2` folded into the weights: one tanh
  for all gates, exact, and no overflow.
- The slopes of all gates are computed for many steps at once, so that a step backward is one
  product and a few multiplications.
- Memory is laid out once for a size, as are the views of each step; results go where they are
  needed (the last argument of NumPy's functions).
"""

from collections.abc import Iterable
from typing import Generic, TypeVar

import numpy as np
from jaxtyping import Bool, Inexact, Num

from rnncourse.cells.shapes import (
    Weights,
    check_mask,
    check_same,
    check_sequence,
    check_step,
    check_weights,
)

Sequence = Inexact[np.ndarray, "T B _"]
State = TypeVar("State")

CACHE = 1 << 21  # bytes of slopes computed at once: about what a processor core keeps close by


def rotated(W: Inexact[np.ndarray, "K G"], n: int) -> Inexact[np.ndarray, "K G"]:
    """Move the last n columns to the front; with -n, the first n to the end."""
    return np.concatenate([W[:, -n:], W[:, :-n]], axis=1)


def common_dtype(*arrays: np.ndarray) -> np.dtype:
    """Choose the precision in which nothing is lost; float64 if all are whole numbers."""
    floats = [array.dtype for array in arrays if array.dtype.kind in "fc"]  # c: complex
    return np.result_type(*floats) if floats else np.dtype(np.float64)


def by_step(*arrays: Iterable) -> list[tuple]:
    """List the views of each step, so that they are made once."""
    return list(zip(*arrays, strict=True))


class Layer(Generic[State]):
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

    def __init__(self, w: Weights):
        self._check(w)
        self.w = w
        self._size = None
        self._mask = None
        self._to_go_back = False

    def forward(
        self,
        xs: Num[np.ndarray, "T B _"] | Bool[np.ndarray, "T B _"],
        state: State | None = None,
        mask: Bool[np.ndarray, "_ _"] | None = None,
    ) -> tuple[Sequence, State]:
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
        self._check(w)
        check_sequence(xs, len(w.W_xh))
        T, B, D = xs.shape
        H = len(w.W_hh)
        parts = self._parts(state)
        for name, part in parts:
            check_step(xs[0], part, w, name)
        mask = None if mask is None else check_mask(np.asarray(mask), T, B)
        arrays = [array for array in vars(w).values() if isinstance(array, np.ndarray)]
        dtype = common_dtype(xs, *arrays, *(part for _, part in parts))
        self._mask, self._to_go_back = mask, False
        if self._size != (T, B, D, H, dtype):
            self._size = None  # until everything is there
            self.rows = np.ones((T + 1, B, D + 1 + H), dtype)  # x, 1, h before the step
            self.hidden = self.rows[:, :, D + 1 :]
            self.hs = self.hidden[1:]
            self.dh = np.empty((B, H), dtype)
            self._allocate(T, B, D, H, dtype)
            self._size = T, B, D, H, dtype
        self.rows[:T, :, :D] = xs
        if mask is not None:
            self.rows[:T, :, :D][~mask] = 0  # 0 times NaN would not be 0
        self._start(state)
        self._load(D, H, dtype)
        self._run_forward(self._padding())
        self._to_go_back = True
        hs = self.hs.copy()
        if mask is not None:
            hs[~mask] = 0
        return hs, self._stop()

    def backward(
        self, dhs: Sequence | None, dstate: State | None = None
    ) -> tuple[Sequence, State, Weights]:
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
        if not self._to_go_back:
            raise RuntimeError("backward goes back through one forward. Try: call forward first.")
        T, B, D, H, dtype = self._size
        dhs = np.zeros((T, B, H), dtype) if dhs is None else np.asarray(dhs)
        check_same("dhs", dhs, (T, B, H), "hs")
        for name, part in self._parts(dstate):
            check_same(f"d{name}", part, (B, H), "the state")
        dhs = dhs.astype(dtype, copy=False)
        if self._mask is not None:
            dhs = np.where(self._mask[:, :, None], dhs, dtype.type(0))
        self._to_go_back = False
        dxs, dw = self._run_backward(dhs, dstate, self._padding())
        return dxs.reshape(T, B, D), self._first(), dw

    def _padding(self):
        """Mark the padding of each step, `B 1`, or None where there is none."""
        if self._mask is None:
            return [None] * self._size[0]
        return [~real[:, None] if not real.all() else None for real in self._mask]

    def _back(self, dhs, padding):
        """Yield what each step back needs, from the last to the first: its views, dh, padding.

        The slopes are computed on the way, for `together` steps at once.
        """
        for start in reversed(range(0, len(dhs), self.together)):
            some = slice(start, min(start + self.together, len(dhs)))
            self._slopes(some.start, some.stop)
            yield from reversed(
                list(zip(self.steps_back[some], dhs[some], padding[some], strict=True))
            )

    def _stacked(self, dtype):
        """Put the weights one on the other as a row needs them: `[W_xh; b_h; W_hh]`."""
        w = self.w
        return np.concatenate([w.W_xh, w.b_h[None], w.W_hh]).astype(dtype, copy=False)

    # What a layer with more weights, or with another state, such as (h, c), does differently.

    def _check(self, w):
        """Check that the weights fit each other."""
        check_weights(w.W_xh, w.W_hh, w.b_h, self.n_gates)

    def _parts(self, state):
        """Name the arrays of a state."""
        return [] if state is None else [("h", np.asarray(state))]

    def _start(self, state):
        """Write the state before the first step."""
        D = self._size[2]
        self.rows[0, :, D + 1 :] = 0 if state is None else state

    def _stop(self):
        """Return the state after the last step."""
        return self.hs[-1].copy()

    def _first(self):
        """Return the gradient by the state before the first step."""
        return self.dh.copy()

    # What every layer does in its own way.

    def _allocate(self, T, B, D, H, dtype):
        """Make the arrays for a size, and the views of every step."""
        raise NotImplementedError

    def _load(self, D, H, dtype):
        """Copy the weights into the order in which the products need them."""
        raise NotImplementedError

    def _run_forward(self, padding):
        """Fill `hs`."""
        raise NotImplementedError

    def _run_backward(self, dhs, dstate, padding):
        """Return the gradients by xs, `T*B D`, and by the weights; leave that by h in `dh`."""
        raise NotImplementedError
