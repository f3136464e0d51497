"""Layers on layers, and layers that read both ways."""

from collections.abc import Sequence
from itertools import pairwise

import numpy as np
from jaxtyping import Bool, Inexact

from rnncourse.cells.gru import GRUResetBeforeWeights, GRUWeights
from rnncourse.cells.gru_before_layer import GRUResetBeforeLayer
from rnncourse.cells.gru_layer import GRULayer
from rnncourse.cells.layer import Layer
from rnncourse.cells.lstm import LSTMWeights, has_peepholes
from rnncourse.cells.lstm_layer import LSTMLayer
from rnncourse.cells.peephole_layer import PeepholeLSTMLayer
from rnncourse.cells.rnn import HiddenWeights, RNNWeights
from rnncourse.cells.rnn_layer import RNNLayer
from rnncourse.cells.shapes import ShapeError, Weights, check_same

LAYERS = {
    HiddenWeights: RNNLayer,
    RNNWeights: RNNLayer,
    GRUWeights: GRULayer,
    GRUResetBeforeWeights: GRUResetBeforeLayer,
    LSTMWeights: LSTMLayer,
}


def layer_for(w: Weights, activation: str = "tanh") -> Layer:
    """Make the layer that weights belong to.

    Args:
        w: Parameters of any cell.
        activation: Of a plain cell: `"tanh"` or `"relu"`.

    Returns:
        A layer; for an LSTM with a peephole, one that has them.

    Raises:
        ShapeError: If the weights do not fit each other.
        TypeError: If they are not the weights of a cell.
    """
    if type(w) not in LAYERS:
        names = ", ".join(kind.__name__ for kind in LAYERS)
        raise TypeError(f"{type(w).__name__} are not the weights of a cell. Try: {names}.")
    if isinstance(w, LSTMWeights) and has_peepholes(w):
        return PeepholeLSTMLayer(w)
    if isinstance(w, HiddenWeights | RNNWeights):
        return RNNLayer(w, activation)
    return LAYERS[type(w)](w)


class Stack:
    """Layers one on the other; each may read forward, or forward and in reverse.

    Each layer reads the states h of the one below. In both directions it is two layers: one reads
    from the first step on, the other from the last step back; above them, their states stand side
    by side, `2 H` wide. States and weights are lists in torch's order: layer 0 forward, layer 0 in
    reverse, layer 1 forward, and so on.

    Args:
        weights: Parameters of every layer and direction, in this order.
        bidirectional: Every two of them are the directions of one layer.
        activation: Of plain cells: `"tanh"` or `"relu"`.

    Raises:
        ShapeError: If a layer does not fit the one below.
        ValueError: If there is no layer, or a direction is missing.

    Source: M. Schuster and K. K. Paliwal, "Bidirectional recurrent neural networks", IEEE
    Transactions on Signal Processing 45 (1997); oracle against `torch.nn` with `num_layers` and
    `bidirectional` in tests/cells/test_stack.py.
    """

    def __init__(
        self, weights: Sequence[Weights], bidirectional: bool = False, activation: str = "tanh"
    ):
        self.directions = 2 if bidirectional else 1
        if not weights or len(weights) % self.directions:
            raise ValueError(
                f"A stack needs layers of {self.directions} weights each; got {len(weights)} in "
                "all. Try: layer 0 forward, layer 0 in reverse, layer 1 forward, ..."
            )
        self.layers = [layer_for(w, activation) for w in weights]
        for below, level in pairwise(self._levels()):
            width = sum(len(layer.w.W_hh) for layer in below)
            for layer in level:
                if len(layer.w.W_xh) != width:
                    raise ShapeError(
                        f"W_xh of a layer must be ({width}, ...), as wide as the states below; got "
                        f"{layer.w.W_xh.shape}. Try: D = directions * H of the layer below."
                    )

    @property
    def weights(self) -> list[Weights]:
        """The parameters of every layer and direction; set them to train."""
        return [layer.w for layer in self.layers]

    @weights.setter
    def weights(self, new: Sequence[Weights]) -> None:
        """Replace the parameters of every layer and direction."""
        for layer, w in zip(self.layers, new, strict=True):
            layer.w = w

    def forward(
        self,
        xs: Inexact[np.ndarray, "T B _"],
        states: Sequence | None = None,
        mask: Bool[np.ndarray, "_ _"] | None = None,
    ) -> tuple[Inexact[np.ndarray, "T B _"], list]:
        """Run over a sequence.

        Args:
            xs: Inputs `T B D`.
            states: One for every layer and direction; by default zeros.
            mask: `T B`, True at a real token; by default all are.

        Returns:
            The states h of the highest layer, `T B H`, or `T B 2H` in both directions, and the
            state at the end of every layer and direction: a reverse one ends at the first step.

        Raises:
            ShapeError: If xs, a state or mask does not fit.
            ValueError: If there is not one state for every layer and direction.
        """
        states, ends = self._one_each(states), []
        for level in self._levels():
            both = []
            for reverse, layer in enumerate(level):
                state = states[len(ends)]
                hs, end = layer.forward(_reversed(xs, reverse), state, _reversed(mask, reverse))
                both.append(_reversed(hs, reverse))
                ends.append(end)
            xs = np.concatenate(both, axis=-1)
        return xs, ends

    def backward(
        self, dhs: Inexact[np.ndarray, "T B _"] | None, dstates: Sequence | None = None
    ) -> tuple[Inexact[np.ndarray, "T B _"], list, list[Weights]]:
        """Go back through the last `forward`.

        Args:
            dhs: Gradient of the loss by the states that `forward` returned; None for 0.
            dstates: Gradients by the states at the end; by default 0.

        Returns:
            Gradients by xs, by the states before the first step, and by all weights.

        Raises:
            ShapeError: If a gradient does not have the shape of what it belongs to.
            ValueError: If there is not one dstate for every layer and direction.
            RuntimeError: If there is no `forward` to go back through.
        """
        dstates = self._one_each(dstates)
        if dhs is not None:
            width = sum(len(layer.w.W_hh) for layer in self._levels()[-1])
            check_same("dhs", dhs, (*dhs.shape[:-1], width), "hs")
        found = []
        for n, level in reversed(list(enumerate(self._levels()))):
            H = len(level[0].w.W_hh)
            halves = [None, None] if dhs is None else [dhs[..., :H], dhs[..., H:]]
            ends = dstates[n * len(level) :]
            here = [
                layer.backward(_reversed(half, reverse), end)
                for reverse, (layer, half, end) in enumerate(zip(level, halves, ends, strict=False))
            ]
            dhs = sum(_reversed(dxs, reverse) for reverse, (dxs, _, _) in enumerate(here))
            found = here + found
        return dhs, [dstate for _, dstate, _ in found], [dw for _, _, dw in found]

    def _levels(self):
        """Group the layers: one, or one of each direction."""
        return [
            self.layers[n : n + self.directions]
            for n in range(0, len(self.layers), self.directions)
        ]

    def _one_each(self, states):
        if states is None:
            return [None] * len(self.layers)
        if len(states) != len(self.layers):
            raise ValueError(
                f"A stack of {len(self.layers)} layers and directions needs as many states; got "
                f"{len(states)}. Try: None for one that is 0."
            )
        return states


def _reversed(array, reverse):
    """Reverse the time of an array, if there is one and it is to be reversed."""
    return array[::-1] if reverse and array is not None else array
