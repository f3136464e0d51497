"""Cuts by chance: a gradient that is truncated in every draw, and whole on average."""

from collections.abc import Sequence

import numpy as np
from jaxtyping import Bool, Float, Int

from rnncourse.cells.layers import layer_for
from rnncourse.cells.readout import cross_entropy, readout, readout_backward
from rnncourse.training.bptt import Network


def randomized(
    net: Network,
    xs: Float[np.ndarray, "T B D"],
    targets: Int[np.ndarray, "T B"],
    open_: Bool[np.ndarray, " K"],
    keep_prob: float,
) -> Float[np.ndarray, " P"]:
    """Compute a gradient that is cut at some borders, and enlarged where it passes.

    At each border between two windows the gradient is cut, or it passes and is divided by the
    probability of passing. If chance decides so at each border for itself, the mean over all
    draws is the whole gradient: what passes n borders does so with probability keep^n.

    Args:
        net: The network; not an LSTM, whose state has two parts.
        xs: Inputs.
        targets: Right answers.
        open_: For each border, from the first, whether the gradient passes; K + 1 windows of
            equal length.
        keep_prob: The probability with which a border was left open.

    Returns:
        The gradient of the mean loss, all parameters in one vector.

    Raises:
        ValueError: If the windows cannot have equal lengths.

    Source: C. Tallec and Y. Ollivier, "Unbiasing truncated backpropagation through time",
    arXiv:1705.08209 (2017), which cuts at any step.
    """
    n = len(open_) + 1
    if len(xs) % n:
        raise ValueError(f"T must be a multiple of {n}, the number of windows.")
    size, state, passes = len(xs) // n, None, []
    for start in range(0, len(xs), size):
        some = slice(start, start + size)
        layer = layer_for(net.cell)
        hs, state = layer.forward(xs[some], state)
        _, dys = cross_entropy(readout(hs, net.out), targets[some])
        passes.append((layer, readout_backward(dys / n, hs, net.out)))
    total, later = 0.0, None
    for border, (layer, (dhs, dw_out)) in zip([*open_, False][::-1], passes[::-1], strict=True):
        later = later / keep_prob if border else None
        _, later, dw_cell = layer.backward(dhs, later)
        total = total + Network(dw_cell, dw_out).flat()
    return total


def path_weights(cut: Sequence[bool], c: float) -> Float[np.ndarray, "T T"]:
    """Tell how often each path counts if these borders between the steps are cut.

        0 if a border between the two steps is cut, else 1 / (1 - c)^(t - k)

    Args:
        cut: For each border, from that between the first two steps; T - 1 of them.
        c: The probability of a cut.

    Returns:
        A row for each loss t, a column for each use of W at step k; 0 above the diagonal.

    >>> path_weights([False, True], 0.5)
    array([[1., 0., 0.],
           [2., 1., 0.],
           [0., 0., 1.]])
    """
    T = len(cut) + 1
    passed = np.where(cut, 0, 1 / (1 - c))
    return np.array([[np.prod(passed[k:t]) if k <= t else 0 for k in range(T)] for t in range(T)])
