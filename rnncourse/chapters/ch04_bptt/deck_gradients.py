"""The gradients of decks A and E, computed as printed, with columns, for one sequence.

    h_t = tanh(W h_(t-1) + U x_t + b_h),   o_t = V h_t + b_o,   L = sum over t of -ln softmax(o_t)

The letters are the decks': V here is the matrix to the outputs. `true_gradient` differentiates the
same loss by the complex step, and knows nothing of the formulas.
"""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Inexact, Int

from rnncourse.core.gradcheck import complex_step


@dataclass(frozen=True)
class DeckWeights:
    """The parameters in the decks' letters and shapes.

    Args:
        U: Input to state.
        W: State to state.
        V: State to output.
        b_h: Bias of the state.
        b_o: Bias of the output.
    """

    U: Inexact[np.ndarray, "H D"]
    W: Inexact[np.ndarray, "H H"]
    V: Inexact[np.ndarray, "O H"]
    b_h: Inexact[np.ndarray, " H"]
    b_o: Inexact[np.ndarray, " O"]


@dataclass(frozen=True)
class Sequence:
    """One sequence: inputs `T D`, right answers `T`, and the state before the first step, `H`."""

    xs: Inexact[np.ndarray, "T D"]
    targets: Int[np.ndarray, " T"]
    h_0: Inexact[np.ndarray, " H"]


def sample_example(seed: int = 0) -> tuple[DeckWeights, Sequence]:
    """Draw weights and a sequence; the first state is not zero, so that no term is invisible."""
    T, D, H, n_outputs = 8, 3, 5, 4
    rng = np.random.default_rng(seed)
    shapes = (H, D), (H, H), (n_outputs, H), (H,), (n_outputs,)
    w = DeckWeights(*(0.7 * rng.normal(size=shape) for shape in shapes))
    return w, Sequence(rng.normal(size=(T, D)), rng.integers(n_outputs, size=T), rng.normal(size=H))


def unroll_states(w: DeckWeights, data: Sequence) -> list[np.ndarray]:
    """Return h_0, h_1, ..., h_T."""
    hs = [data.h_0]
    for x in data.xs:
        hs.append(np.tanh(w.W @ hs[-1] + w.U @ x + w.b_h))
    return hs


def sum_loss(w: DeckWeights, data: Sequence) -> np.inexact:
    """Return L in nats, summed over the steps."""
    total = 0
    for h, target in zip(unroll_states(w, data)[1:], data.targets, strict=True):
        o = w.V @ h + w.b_o
        total = total + np.log(np.exp(o).sum()) - o[target]
    return total


def true_gradient(w: DeckWeights, data: Sequence) -> DeckWeights:
    """Differentiate the loss entry by entry."""
    return complex_step(lambda w: sum_loss(w, data), w)


def output_gradients(w: DeckWeights, data: Sequence) -> list[np.ndarray]:
    """Return the gradients by o_1, ..., o_T: softmax minus one-hot."""
    gradients = []
    for h, target in zip(unroll_states(w, data)[1:], data.targets, strict=True):
        p = np.exp(w.V @ h + w.b_o)
        p /= p.sum()
        p[target] -= 1
        gradients.append(p)
    return gradients


def state_gradients(w: DeckWeights, data: Sequence) -> list[np.ndarray]:
    """Return the gradients by h_1, ..., h_T, from the last step to the first.

        by h_T:  V^T (by o_T)
        by h_t:  W^T diag(1 - h_(t+1)^2) (by h_(t+1)) + V^T (by o_t)

    Args:
        w: Parameters.
        data: The sequence.
    """
    hs, dos = unroll_states(w, data), output_gradients(w, data)
    dhs = [w.V.T @ dos[-1]]
    for h_next, do in zip(hs[:1:-1], dos[-2::-1], strict=True):
        dhs.append(w.W.T @ np.diag(1 - h_next**2) @ dhs[-1] + w.V.T @ do)
    return dhs[::-1]


def deck_gradient(w: DeckWeights, data: Sequence) -> DeckWeights:
    """Sum the shares of all steps, as the last lines of both decks do.

        V: sum of (by o_t) h_t^T                       b_o: sum of (by o_t)
        W: sum of diag(1 - h_t^2) (by h_t) h_(t-1)^T   b_h: sum of diag(1 - h_t^2) (by h_t)
        U: sum of diag(1 - h_t^2) (by h_t) x_t^T

    Args:
        w: Parameters.
        data: The sequence.
    """
    hs, dos = unroll_states(w, data), output_gradients(w, data)
    das = [(1 - h**2) * dh for h, dh in zip(hs[1:], state_gradients(w, data), strict=True)]
    return DeckWeights(
        U=sum(np.outer(da, x) for da, x in zip(das, data.xs, strict=True)),
        W=sum(np.outer(da, h) for da, h in zip(das, hs[:-1], strict=True)),
        V=sum(np.outer(do, h) for do, h in zip(dos, hs[1:], strict=True)),
        b_h=sum(das),
        b_o=sum(dos),
    )


def largest_relative_difference(
    grads: DeckWeights, exact: DeckWeights, names: str = "U W V b_h b_o"
) -> float:
    """Return the largest difference in the named gradients, as a share of the largest entry."""
    return max(
        float(np.abs(getattr(grads, n) - getattr(exact, n)).max() / np.abs(getattr(exact, n)).max())
        for n in names.split()
    )
