"""Weights to and from PyTorch and Keras, as dictionaries and lists of arrays.

Neither library is needed. With PyTorch, `{k: v.numpy() for k, v in net.state_dict().items()}` gives
what `from_torch` takes, and `net.load_state_dict({k: torch.from_numpy(v) for ...})` takes what
`to_torch` gives; in Keras the calls are `layer.get_weights()` and `layer.set_weights(...)`.

- Here: matrices `D G`, rows times matrix; LSTM gates i f g o; GRU gates r z n; bias b_h, of a GRU
  also b_hn.
- PyTorch: matrices transposed, `G D`; the same gates; bias_ih and bias_hh, which are added.
- Keras: matrices `D G`, as here; LSTM gates i f c o (c is our g); GRU gates z r h (h is our n);
  one bias, of a GRU 2 x 3H, or 3H.

In all three, z = 1 keeps the past. No number of ours is lost on the way there and back, to the
last bit. On the way from the others, two biases that are added before anything else become their
sum: the function stays the same, and coming back the second one is 0. (In training, torch moves
both by the same gradient, so their sum moves twice as fast as a single b_h.)

Sources: PyTorch, documentation of `torch.nn.RNN`, `GRU` and `LSTM`, "Variables". Keras 3,
`keras/src/layers/rnn/simple_rnn.py`, `lstm.py` (`_compute_carry_and_output`: i, f, c, o), `gru.py`
(`call`: x_z, x_r, x_h; `build`: the bias is 2 x 3H with `reset_after=True`, input bias first) and
`bidirectional.py` (forward weights, then backward). Tested in tests/cells/test_convert.py.
"""

import re
from collections.abc import Mapping, Sequence
from itertools import product

import numpy as np

from rnncourse.cells.gru import GRUResetBeforeWeights, GRUWeights
from rnncourse.cells.initial import GATE_COUNTS
from rnncourse.cells.lstm import LSTMWeights
from rnncourse.cells.rnn import HiddenWeights
from rnncourse.cells.shapes import CellWeights, ShapeError, check_same, check_weights

CELL_WEIGHTS = {"rnn": (HiddenWeights, 1), "gru": (GRUWeights, 3), "lstm": (LSTMWeights, 4)}


class ConversionError(ValueError):
    """Weights that one side has and the other cannot have."""


def from_torch(state: Mapping[str, np.ndarray], cell: str) -> list[CellWeights]:
    """Take the weights of a `torch.nn.RNN`, `GRU` or `LSTM`.

        W_xh = weight_ih^T,   W_hh = weight_hh^T,   b_h = bias_ih + bias_hh

    except that a GRU's bias_hh of n stays apart, as b_hn.

    Args:
        state: The arrays of its `state_dict()`, of any number of layers, in one or both
            directions, with or without biases.
        cell: `"rnn"`, `"gru"` or `"lstm"`.

    Returns:
        The weights of every layer and direction in torch's order: layer 0 forward, layer 0 in
        reverse (if there is one), layer 1 forward, and so on.

    Raises:
        ConversionError: If there is no such cell, or a name is not known or missing: there must
            be a layer, none below the last may be left out, and no direction of one.
        ShapeError: If an array does not fit the others.
    """
    kind, n_gates = _find_cell(cell)
    pattern = r"(weight_ih|weight_hh|bias_ih|bias_hh)_l(\d+)(_reverse)?"
    by_layer = {}
    for name, array in state.items():
        match = re.fullmatch(pattern, name)
        if not match:
            raise ConversionError(
                f"A {cell} has no {name!r} here. Try: only names such as weight_ih_l0 and "
                "bias_hh_l1_reverse, without the prefix of a larger model; no projections."
            )
        by_layer.setdefault((int(match[2]), match[3] or ""), {})[match[1]] = np.asarray(array)
    layers = []
    depth = 1 + max((layer for layer, _ in by_layer), default=0)
    directions = sorted({reverse for _, reverse in by_layer} | {""})
    for layer, reverse in product(range(depth), directions):
        arrays = by_layer.get((layer, reverse), {})
        missing = {"weight_ih", "weight_hh"} - arrays.keys()
        if missing:
            raise ConversionError(
                f"There is no {min(missing)}_l{layer}{reverse}. "
                "Try: the whole state_dict(), all layers and directions."
            )
        W_xh, W_hh = arrays["weight_ih"].T.copy(), arrays["weight_hh"].T.copy()
        no_bias = np.zeros(W_hh.shape[1], W_hh.dtype)
        b_x, b_h = arrays.get("bias_ih", no_bias), arrays.get("bias_hh", no_bias)
        layers.append(_build_weights(kind, n_gates, W_xh, W_hh, b_x, b_h))
    return layers


def gru_from_torch(arrays: Sequence[np.ndarray]) -> GRUWeights:
    """Take the weights of a `torch.nn.GRU` of one layer and one direction.

    Args:
        arrays: What its `parameters()` are, in this order: weight_ih `3H D`, weight_hh `3H H`,
            bias_ih `3H`, bias_hh `3H`.

    Raises:
        ShapeError: If an array does not fit the others.
    """
    names = "weight_ih_l0", "weight_hh_l0", "bias_ih_l0", "bias_hh_l0"
    (weights,) = from_torch(dict(zip(names, arrays, strict=True)), "gru")
    return weights


def to_torch(weights: Sequence[CellWeights], bidirectional: bool = False) -> dict[str, np.ndarray]:
    """Give weights the names and shapes of a `state_dict()` of torch.

        weight_ih = W_xh^T,   weight_hh = W_hh^T,   bias_ih = b_h,   bias_hh = 0

    except that a GRU's b_hn becomes the bias_hh of n.

    Args:
        weights: Those of every layer and direction, as `from_torch` returns them.
        bidirectional: Every two of them are the directions of one layer.

    Returns:
        Arrays by name.

    Raises:
        ConversionError: If torch has no such cell: with peepholes, or reset before the product; or
            a direction is missing.
        ShapeError: If the weights of a layer do not fit each other.
    """
    state, directions = {}, 2 if bidirectional else 1
    if len(weights) % directions:
        raise ConversionError(f"Two directions a layer are needed; got {len(weights)} in all.")
    for n, w in enumerate(weights):
        suffix = f"l{n // directions}{'_reverse' if n % directions else ''}"
        if type(w) not in [kind for kind, _ in CELL_WEIGHTS.values()] or _has_peepholes(w):
            raise ConversionError(
                f"torch has no cell for {type(w).__name__}{_describe(w)}. "
                "Try: HiddenWeights, GRUWeights, or LSTMWeights without peepholes."
            )
        _check_fit(w)
        b_x, b_h = _split_biases(w)
        state |= {
            f"weight_ih_{suffix}": np.ascontiguousarray(w.W_xh.T),
            f"weight_hh_{suffix}": np.ascontiguousarray(w.W_hh.T),
            f"bias_ih_{suffix}": b_x,
            f"bias_hh_{suffix}": b_h,
        }
    return state


def from_keras(arrays: Sequence[np.ndarray], cell: str) -> list[CellWeights]:
    """Take the weights of a Keras `SimpleRNN`, `GRU` or `LSTM`, or of a `Bidirectional` one.

        W_xh = kernel,   W_hh = recurrent_kernel,   a GRU's z r h becoming r z n

    Args:
        arrays: What `get_weights()` gives: kernel, recurrent kernel and bias, once or, of a
            `Bidirectional` layer, twice.
        cell: `"rnn"`, `"gru"` or `"lstm"`. The bias tells the two GRUs apart: `2 3H` belongs to
            `reset_after=True`, `3H` to `reset_after=False`.

    Returns:
        The weights, and after them those of the backward layer, if there is one.

    Raises:
        ConversionError: If there is no such cell, or there are not three arrays a direction.
        ShapeError: If an array does not fit the others.
    """
    kind, n_gates = _find_cell(cell)
    if len(arrays) not in (3, 6):
        raise ConversionError(
            f"A layer has kernel, recurrent kernel and bias, and a Bidirectional one twice these; "
            f"got {len(arrays)} arrays. Try: one layer at a time; zeros for a missing bias."
        )
    layers = []
    for kernel, recurrent, bias in (arrays[n : n + 3] for n in range(0, len(arrays), 3)):
        W_xh, W_hh, b = (_swap_gates(np.array(a), n_gates) for a in (kernel, recurrent, bias))
        if n_gates == 3 and b.ndim == 1:
            check_weights(W_xh, W_hh, b, n_gates)
            layers.append(GRUResetBeforeWeights(W_xh, W_hh, b))
        else:
            b_x, b_h = b if b.ndim == 2 and len(b) == 2 else (b, np.zeros_like(b))
            layers.append(_build_weights(kind, n_gates, W_xh, W_hh, b_x, b_h))
    return layers


def to_keras(weights: Sequence[CellWeights]) -> list[np.ndarray]:
    """Give the weights of one layer as `set_weights` of Keras takes them.

    Args:
        weights: Those of one layer, or of its two directions for a `Bidirectional` layer.

    Returns:
        Kernel, recurrent kernel and bias of each. That of `GRUWeights` fits `reset_after=True`,
        that of `GRUResetBeforeWeights` fits `reset_after=False`.

    Raises:
        ConversionError: If Keras has no such cell (with peepholes).
        ShapeError: If the weights of a direction do not fit each other.
    """
    arrays = []
    for w in weights:
        if _has_peepholes(w):
            raise ConversionError(f"Keras has no cell for {type(w).__name__}{_describe(w)}.")
        _check_fit(w)
        n_gates = 3 if isinstance(w, GRUWeights | GRUResetBeforeWeights) else 1
        b_x, b_h = _split_biases(w) if isinstance(w, GRUWeights) else (w.b_h, None)
        bias = b_x if b_h is None else np.stack([b_x, b_h])
        arrays += [_swap_gates(a, n_gates).copy() for a in (w.W_xh, w.W_hh, bias)]
    return arrays


def _find_cell(name):
    if name not in CELL_WEIGHTS:
        raise ConversionError(f"There is no cell {name!r}. Try: {', '.join(CELL_WEIGHTS)}.")
    return CELL_WEIGHTS[name]


def _build_weights(kind, n_gates, W_xh, W_hh, b_x, b_h):
    """Make weights of two biases: added where they may be, apart where not."""
    if b_x.shape != b_h.shape:
        raise ShapeError(f"The two biases must have one shape; got {b_x.shape} and {b_h.shape}.")
    H, b = len(W_hh), b_x + b_h
    check_weights(W_xh, W_hh, b, n_gates)
    if n_gates != 3:
        return kind(W_xh, W_hh, b)
    b[2 * H :] = b_x[2 * H :]
    return kind(W_xh, W_hh, b, b_h[2 * H :].copy())


def _check_fit(w):
    """Check that the weights of a layer fit each other, b_hn among them."""
    check_weights(w.W_xh, w.W_hh, w.b_h, GATE_COUNTS[type(w)])
    if isinstance(w, GRUWeights):
        check_same("b_hn", w.b_hn, (len(w.W_hh),), "h")


def _split_biases(w):
    """Make two biases of weights: all of b_h in the first, b_hn in the second."""
    b_h = np.zeros_like(w.b_h)
    if isinstance(w, GRUWeights):
        b_h[-len(w.b_hn) :] = w.b_hn
    return w.b_h.copy(), b_h


def _swap_gates(array, n_gates):
    """Swap the first two of three gates: z r h is r z n, and back."""
    if n_gates != 3:
        return array
    if array.shape[-1] % 3:
        raise ShapeError(f"A GRU has three blocks of columns; got an array {array.shape}.")
    first, second, third = np.split(array, 3, axis=-1)
    return np.concatenate([second, first, third], axis=-1)


def _has_peepholes(w):
    return isinstance(w, LSTMWeights) and any(np.any(p) for p in (w.p_i, w.p_f, w.p_o))


def _describe(w):
    return " with peepholes" if _has_peepholes(w) else ""
