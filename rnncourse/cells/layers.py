"""The layer that weights belong to."""

from rnncourse.cells.gru import GRUWeights
from rnncourse.cells.gru_layer import GRULayer
from rnncourse.cells.layer import RecurrentLayer
from rnncourse.cells.lstm import LSTMWeights
from rnncourse.cells.lstm_layer import LSTMLayer
from rnncourse.cells.rnn import HiddenWeights, RNNWeights
from rnncourse.cells.rnn_layer import RNNLayer
from rnncourse.cells.shapes import CellWeights

LAYERS = {
    HiddenWeights: RNNLayer,
    RNNWeights: RNNLayer,
    GRUWeights: GRULayer,
    LSTMWeights: LSTMLayer,
}


def build_layer(w: CellWeights, activation: str = "tanh") -> RecurrentLayer:
    """Make the layer that weights belong to.

    Args:
        w: Parameters of a cell that has a layer. A GRU with the reset before the product and an
            LSTM with peepholes have their steps only.
        activation: Of a plain cell: `"tanh"` or `"relu"`.

    Returns:
        A layer.

    Raises:
        ShapeError: If the weights do not fit each other.
        TypeError: If they are not the weights of a cell that has one.
        ValueError: If an LSTM has peepholes.
    """
    if type(w) not in LAYERS:
        names = ", ".join(kind.__name__ for kind in LAYERS)
        raise TypeError(f"{type(w).__name__} have no layer. Try: {names}.")
    if isinstance(w, HiddenWeights | RNNWeights):
        return RNNLayer(w, activation)
    return LAYERS[type(w)](w)
