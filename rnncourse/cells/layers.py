"""The layer that weights belong to."""

from rnncourse.cells.gru import GRUResetBeforeWeights, GRUWeights
from rnncourse.cells.gru_before_layer import GRUResetBeforeLayer
from rnncourse.cells.gru_layer import GRULayer
from rnncourse.cells.layer import Layer
from rnncourse.cells.lstm import LSTMWeights, has_peepholes
from rnncourse.cells.lstm_layer import LSTMLayer
from rnncourse.cells.peephole_layer import PeepholeLSTMLayer
from rnncourse.cells.rnn import HiddenWeights, RNNWeights
from rnncourse.cells.rnn_layer import RNNLayer
from rnncourse.cells.shapes import Weights

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
