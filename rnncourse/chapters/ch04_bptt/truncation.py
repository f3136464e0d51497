"""What truncation does to the gradient of a language model, and what it saves."""

import time
import tracemalloc
from collections.abc import Sequence

import numpy as np
from jaxtyping import Float, Int

from rnncourse.cells.convert import from_torch
from rnncourse.cells.initial import initial_weights
from rnncourse.cells.readout import ReadoutWeights, cross_entropy, readout, readout_backward
from rnncourse.cells.rnn import HiddenWeights
from rnncourse.cells.stack import layer_for
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
    arrays, about = load("language-model", FOLDER / "ch02_language" / "weights")
    arrays = {name: array.astype(dtype) for name, array in arrays.items()}
    layer = {k.removeprefix("recurrent."): v for k, v in arrays.items() if "recurrent" in k}
    (cell,) = from_torch(layer, str(about["cell"]))
    out = ReadoutWeights(np.ascontiguousarray(arrays["logits.weight"].T), arrays["logits.bias"])
    return arrays["embedding.weight"], Network(cell, out)


def untrained(net: Network, rng: np.random.Generator) -> Network:
    """Return a network of the same shapes with the weights that training starts from."""
    D, (H, V) = len(net.cell.W_xh), net.out.W_hy.shape
    out = ReadoutWeights(rng.uniform(-1, 1, (H, V)) / H**0.5, np.zeros(V))
    return Network(initial_weights(type(net.cell), D, H, rng), out)


def streams(
    ids: Int[np.ndarray, " N"], B: int, T: int, at: int = 0
) -> tuple[Int[np.ndarray, "T B"], Int[np.ndarray, "T B"]]:
    """Cut B pieces of T characters out of a text, far from each other, with their targets."""
    starts = at + np.arange(B) * ((len(ids) - at - T - 1) // B)
    places = starts + np.arange(T)[:, None]
    return ids[places], ids[places + 1]


def credit_of_text(
    embedding: np.ndarray, net: Network, ids: Int[np.ndarray, "T B"], targets: Int[np.ndarray, " B"]
) -> Float[np.ndarray, "T B"]:
    """Return how strongly the surprise at the last target depends on every character before it.

        norm(dL/dx_t),   L = -ln p(target | all characters)

    Args:
        embedding: The vectors of the characters.
        net: The network.
        ids: The characters.
        targets: What came after the last of them.
    """
    layer = layer_for(net.cell)
    hs, _ = layer.forward(embedding[ids])
    _, dys = cross_entropy(readout(hs[-1:], net.out), targets[None])
    dhs = np.zeros_like(hs)
    dhs[-1:] = readout_backward(dys, hs[-1:], net.out)[0]
    return np.linalg.norm(layer.backward(dhs)[0], axis=-1) * len(targets)


def likeness(a: np.ndarray, b: np.ndarray) -> tuple[float, float]:
    """Compare a vector with the right one: the cosine of their angle, and their lengths' ratio."""
    length, right = np.linalg.norm(a), np.linalg.norm(b)
    return float(a @ b / length / right), float(length / right)


def by_window(
    net: Network, xs: np.ndarray, targets: np.ndarray, windows: Sequence[int]
) -> Float[np.ndarray, "K 2"]:
    """Compare truncated gradients with the whole one: cosine, and ratio of lengths.

    Args:
        net: The network.
        xs: Inputs `T B D`.
        targets: Right answers `T B`.
        windows: The k to try.
    """
    whole = bptt(net, xs, targets)[1].flat()
    return np.array([likeness(bptt(net, xs, targets, window=k)[1].flat(), whole) for k in windows])


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
