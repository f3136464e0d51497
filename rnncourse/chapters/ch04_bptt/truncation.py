"""What a surprise depends on, and what truncation saves."""

import time
import tracemalloc

import numpy as np
from jaxtyping import Float, Int

from rnncourse.cells.convert import from_torch
from rnncourse.cells.initial import initial_weights
from rnncourse.cells.layers import layer_for
from rnncourse.cells.readout import ReadoutWeights, cross_entropy, readout, readout_backward
from rnncourse.cells.rnn import HiddenWeights
from rnncourse.core.chapters import FOLDER
from rnncourse.models.weights import load
from rnncourse.training.bptt import Network, bptt


def page_network(dtype: type = np.float64) -> tuple[Float[np.ndarray, "V E"], Network]:
    """Read the language model of chapter 2 into NumPy: its embedding and its network.

    Args:
        dtype: The precision to compute with.

    Raises:
        WeightsError: If the weights are missing or were changed.
    """
    arrays, about = load("long-0", FOLDER / "ch02_language" / "weights")
    arrays = {name: array.astype(dtype) for name, array in arrays.items()}
    layer = {k.removeprefix("recurrent."): v for k, v in arrays.items() if "recurrent" in k}
    (cell,) = from_torch(layer, str(about["cell"]))
    out = ReadoutWeights(np.ascontiguousarray(arrays["logits.weight"].T), arrays["logits.bias"])
    return arrays["embedding.weight"], Network(cell, out)


def untrained(
    embedding: Float[np.ndarray, "V E"], net: Network, rng: np.random.Generator
) -> tuple[Float[np.ndarray, "V E"], Network]:
    """Draw an embedding and a network of the same shapes, as training starts from them."""
    D, (H, V) = len(net.cell.W_xh), net.out.W_hy.shape
    out = ReadoutWeights(rng.uniform(-1, 1, (H, V)) / H**0.5, np.zeros(V))
    fresh = Network(initial_weights(type(net.cell), D, H, rng), out)
    return rng.normal(size=embedding.shape), fresh


def skyline(
    embedding: np.ndarray, net: Network, ids: Int[np.ndarray, " T"], n: int
) -> tuple[list[np.ndarray], Float[np.ndarray, " n"]]:
    """Tell how strongly each surprise in a text depends on every character before it.

        norm(dL_t/dx_s),   L_t = -ln p(character t | all before it)

    Args:
        embedding: The vectors of the characters.
        net: The network.
        ids: The characters.
        n: How many of them, the last ones, are asked about.

    Returns:
        For each of the last n characters its gradient by every character before it, as lengths;
        and its surprise in nats.
    """
    T, layer = len(ids), layer_for(net.cell)
    hs, _ = layer.forward(embedding[np.repeat(ids[:-1, None], n, axis=1)])
    places, rows = np.arange(T - n, T), np.arange(n)
    last = hs[places - 1, rows][None]  # of each row, the state that its character surprises
    logits = readout(last, net.out)
    _, dys = cross_entropy(logits, ids[None, places])
    dhs = np.zeros_like(hs)
    dhs[places - 1, rows] = readout_backward(dys, last, net.out)[0][0]
    lengths = np.linalg.norm(layer.backward(dhs)[0], axis=-1) * n
    nats = np.log(np.exp(logits[0]).sum(-1)) - logits[0, rows, ids[places]]
    return [lengths[:place, row] for place, row in zip(places, rows, strict=True)], nats


def cost(T: int, window: int | None, B: int = 16, H: int = 128, V: int = 96) -> tuple[float, float]:
    """Measure what one gradient of a tanh network costs.

    Args:
        T: Steps of the sequence.
        window: Steps of a window; None for the whole.
        B: Sequences.
        H: Units.
        V: Symbols, one-hot.

    Returns:
        Processor seconds, the least of five runs; and the largest amount of memory in use at one
        time, in bytes, beyond inputs and weights.
    """
    rng = np.random.default_rng(0)
    net = Network(
        initial_weights(HiddenWeights, V, H, rng),
        ReadoutWeights(rng.normal(size=(H, V)) / H**0.5, np.zeros(V)),
    )
    ids = rng.integers(V, size=(T + 1, B))
    xs, targets = np.eye(V)[ids[:-1]], ids[1:]
    seconds = []
    for _ in range(5):
        begun = time.process_time()
        bptt(net, xs, targets, window=window)
        seconds.append(time.process_time() - begun)
    tracemalloc.start()
    bptt(net, xs, targets, window=window)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return min(seconds), float(peak)
