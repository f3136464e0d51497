"""What truncation saves."""

import time
import tracemalloc

import numpy as np

from rnncourse.cells.initial import initial_weights
from rnncourse.cells.readout import ReadoutWeights
from rnncourse.cells.rnn import HiddenWeights
from rnncourse.training.bptt import Network, bptt


def measure_cost(
    T: int, window: int | None, B: int = 16, H: int = 128, V: int = 96
) -> tuple[float, float]:
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
        start = time.process_time()
        bptt(net, xs, targets, window=window)
        seconds.append(time.process_time() - start)
    tracemalloc.start()
    bptt(net, xs, targets, window=window)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return min(seconds), float(peak)
