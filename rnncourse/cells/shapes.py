"""Do the arrays fit each other? If not, say what was expected, what came, and what to try."""

from typing import Protocol, runtime_checkable

import numpy as np
from jaxtyping import Bool, Inexact


class ShapeError(ValueError):
    """Arrays that do not fit each other."""


@runtime_checkable
class CellWeights(Protocol):
    """What the weights of every cell have; `G` columns hold its gates side by side."""

    @property
    def W_xh(self) -> Inexact[np.ndarray, "... D G"]:  # noqa: N802
        """From the input."""

    @property
    def W_hh(self) -> Inexact[np.ndarray, "... H G"]:  # noqa: N802
        """From the state before."""

    @property
    def b_h(self) -> Inexact[np.ndarray, "... G"]:
        """The bias."""


def check_step(x: np.ndarray, h: np.ndarray, w: CellWeights, name: str = "h") -> None:
    """Check that one step can be taken.

    Args:
        x: Input; must be `B D`.
        h: State before the step; must be `B H`.
        w: Parameters. All three may have further axes in front.
        name: What the caller calls the state.

    Raises:
        ShapeError: If x or h does not fit the weights, or they do not fit each other.
    """
    D, H = w.W_xh.shape[-2], w.W_hh.shape[-2]
    if x.ndim < 2 or x.shape[-1] != D or h.shape[-2:] != (x.shape[-2], H):
        raise ShapeError(
            f"x must be (B, {D}) and {name} (B, {H}) with one B; got {x.shape} and {h.shape}. "
            "Try: compare them with W_xh and W_hh."
        )


def check_weights(W_xh: np.ndarray, W_hh: np.ndarray, b_h: np.ndarray, n_gates: int) -> None:
    """Check that the weights of a layer fit each other.

    Args:
        W_xh: Input to gates; must be `D G` with `G = n_gates * H`.
        W_hh: State to gates; must be `H G`.
        b_h: Bias; must be `G`.
        n_gates: How many gates stand side by side.

    Raises:
        ShapeError: If one of them is not, or H is 0.
    """
    H = len(W_hh)
    G = n_gates * H
    if not H or W_xh.ndim != 2 or (W_xh.shape[1:], W_hh.shape, b_h.shape) != ((G,), (H, G), (G,)):
        raise ShapeError(
            f"With H={H}, W_xh must be (D, {G}), W_hh ({H}, {G}) and b_h ({G},); "
            f"got {W_xh.shape}, {W_hh.shape} and {b_h.shape}. "
            f"Try: {n_gates} blocks of H columns, one a gate; torch stores the transposes."
        )


def check_sequence(xs: np.ndarray, D: int) -> None:
    """Check that an array holds sequences which a layer can read.

    Raises:
        ShapeError: If xs is not `T B D`, or T or B is 0.
    """
    if xs.ndim != 3 or xs.shape[-1] != D or 0 in xs.shape[:2]:
        raise ShapeError(
            f"xs must be (T, B, {D}) with at least one step and one sequence; got {xs.shape}. "
            "Try: time first, then batch; xs[:, None] for one sequence."
        )


def check_mask(mask: np.ndarray, T: int, B: int) -> Bool[np.ndarray, "T B"]:
    """Check that an array marks the real tokens.

    Returns:
        The mask itself.

    Raises:
        ShapeError: If it is not `T B` or not boolean.
    """
    if mask.shape != (T, B) or mask.dtype != bool:
        raise ShapeError(
            f"mask must be ({T}, {B}) of True (real token) and False (padding); "
            f"got {mask.shape} of {mask.dtype}. Try: mask.astype(bool), time first."
        )
    return mask


def check_same(name: str, array: np.ndarray, shape: tuple[int, ...], like: str) -> None:
    """Check that an array has the shape of another one.

    Args:
        name: What the caller calls the array.
        array: The array.
        shape: The shape it must have.
        like: What has this shape.

    Raises:
        ShapeError: If the shapes differ.
    """
    if np.shape(array) != shape:
        raise ShapeError(
            f"{name} must be {shape}, as {like}; got {np.shape(array)}. "
            f"Try: compare it with {like}."
        )
