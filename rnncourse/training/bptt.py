"""Backpropagation through time with the NumPy layers, through a whole sequence or in windows."""

from dataclasses import dataclass, fields
from typing import Any

import numpy as np
from jaxtyping import Bool, Inexact, Int

from rnncourse.cells.layers import build_layer
from rnncourse.cells.readout import ReadoutWeights, apply_readout, cross_entropy, readout_backward
from rnncourse.cells.shapes import CellWeights, check_same


@dataclass(frozen=True)
class Network:
    """A recurrent network with logits; its gradient has the same form.

    Args:
        cell: Parameters of the recurrent layer.
        out: Parameters of the logits.
    """

    cell: CellWeights
    out: ReadoutWeights

    def arrays(self) -> dict[str, np.ndarray]:
        """Name every array of parameters."""
        return {
            field.name: getattr(part, field.name)
            for part in (self.cell, self.out)
            for field in fields(part)
            if np.ndim(getattr(part, field.name))
        }

    def with_arrays(self, arrays: dict[str, np.ndarray]) -> "Network":
        """Give named arrays the form of this network."""
        return Network(
            *(
                type(part)(
                    **{f.name: arrays.get(f.name, getattr(part, f.name)) for f in fields(part)}
                )
                for part in (self.cell, self.out)
            )
        )


def bptt(
    network: Network,
    xs: Inexact[np.ndarray, "T B D"],
    targets: Int[np.ndarray, "_ _"],
    state: Any = None,
    window: int | None = None,
    stateful: bool = True,
    mask: Bool[np.ndarray, "_ _"] | None = None,
) -> tuple[float, Network, Any]:
    """Compute the loss of a sequence and its gradient, going back at most one window.

    The sequence is cut into windows of so many steps; the last may be shorter. Each is run
    forward and backward before the next begins, so only one window is in memory. Into a window
    comes the state at the end of the one before, and no gradient goes back the same way.

    Args:
        network: The network.
        xs: Inputs.
        targets: Right answers, `T B`.
        state: State before the first step; by default zeros.
        window: Steps of a window, k; by default T: nothing is truncated.
        stateful: Whether a window begins with the state that the one before has left; else with
            zeros.
        mask: Which answers count, `T B`; by default all. The others still are inputs.

    Returns:
        The mean loss in nats for each answer that counts, its gradient, and the state at the end.

    Raises:
        ShapeError: If the arrays do not fit each other.
        ValueError: If a window has no step, or no answer counts.

    Source: R. J. Williams and J. Peng, "An efficient gradient-based algorithm for on-line
    training of recurrent network trajectories", Neural Computation 2 (1990); oracles in
    tests/training/test_bptt.py.
    """
    T = len(xs)
    check_same("targets", targets, xs.shape[:2], "the steps and sequences of xs")
    mask = np.ones(targets.shape, bool) if mask is None else mask
    check_same("mask", mask, targets.shape, "targets")
    window = T if window is None else window
    if window < 1 or not mask.any():
        raise ValueError("bptt needs windows of at least one step, and an answer that counts.")
    layer, loss = build_layer(network.cell), 0.0
    gradient = {name: np.zeros_like(array) for name, array in network.arrays().items()}
    for start in range(0, T, window):
        window_steps = slice(start, start + window)
        hs, state = layer.forward(xs[window_steps], state if stateful or not start else None)
        if not mask[window_steps].any():
            continue
        share = mask[window_steps].sum() / mask.sum()
        nats, dys = cross_entropy(
            apply_readout(hs, network.out), targets[window_steps], mask[window_steps]
        )
        dhs, dw_out = readout_backward(dys * hs.dtype.type(share), hs, network.out)
        _, _, dw_cell = layer.backward(dhs)
        loss += float(nats.real * share)
        for name, array in Network(dw_cell, dw_out).arrays().items():
            gradient[name] += array
    return loss, network.with_arrays(gradient), state
