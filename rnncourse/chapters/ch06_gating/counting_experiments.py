"""What a GRU costs, how gradients flow in it, and what slips between its formulas cost."""

import time
from collections.abc import Callable

import numpy as np
import torch

from rnncourse.cells.gru import GRUResetBeforeWeights
from rnncourse.cells.initial import initial_weights
from rnncourse.cells.lstm import LSTMWeights
from rnncourse.chapters.ch06_gating.gru_experiments import COMPARED, LEFT, NEAR
from rnncourse.chapters.ch06_gating.gru_flow import gradient_by_lag
from rnncourse.chapters.ch06_gating.gru_forms import READINGS, TASK, error_left, page_networks
from rnncourse.chapters.ch06_gating.gru_networks import Kind, evaluate, near_ends
from rnncourse.chapters.ch06_gating.gru_networks import train as train_networks
from rnncourse.core.records import Record, provenance

UNTRAINED = range(30, 38)
FLOWS = {
    "usual": (Kind("tanh", 33, "usual"), Kind("gru", 18, 0.0), Kind("lstm", 16, 0.0)),
    "open": (Kind("tanh", 33, "usual"), Kind("gru", 18, 3.0), Kind("lstm", 16, 3.0)),
}
"""Networks whose gradients are measured: with the bias of z or f at 0, and at 3."""

CELLS = {
    "gru": (GRUResetBeforeWeights, False),
    "lstm": (LSTMWeights, False),
    "peepholes": (LSTMWeights, True),
}
"""The cells whose matrices are counted; the peepholes of the last one count as matrices."""
TIMED = {"plain": torch.nn.RNN, "gru": torch.nn.GRU, "lstm": torch.nn.LSTM}
D, H, T, B, REPEATS = 48, 128, 64, 32, 9
MACHINE = (0.3, "a ratio of CPU times, taken in turns; other processors differ")


def matrices(cell: str) -> int:
    """Count the matrices of a cell: the blocks of W_xh and W_hh, and the peepholes.

    >>> [matrices(cell) for cell in CELLS]
    [6, 8, 11]
    """
    kind, peepholes = CELLS[cell]
    w = initial_weights(kind, 2, 3, np.random.default_rng(0), peepholes=peepholes)
    blocks = (w.W_xh.shape[1] + w.W_hh.shape[1]) // len(w.W_hh)
    return blocks + 3 * peepholes


def measure_flow(log: Callable[[str], None] = print) -> Record:
    """Measure gradients over 50 steps in untrained networks (seconds)."""
    torch.set_num_threads(1)
    record = Record("ch06_gating", "gru_flow", {"data": "drawn at random", **provenance()})
    exact = (1e-6, "float64, untrained")
    for start, kinds in FLOWS.items():
        curves = {kind.cell: gradient_by_lag(kind, UNTRAINED) for kind in kinds}
        for cell, curve in curves.items():
            record.add(f"flow/{start}/{cell}", curve[:, -1], *exact)
            record.add(f"curve/{start}/{cell}", curve.mean(0), *exact)
            log(f"{start} {cell} {np.round(curve[:, -1], 1)}")
    return record


def measure_page(log: Callable[[str], None] = print) -> Record:
    """Train the two GRUs of the page, and read their weights in several ways (five seconds)."""
    record = Record("ch06_gating", "gru_page", {"data": "drawn at random", **provenance()})
    nets = page_networks()
    left, gates = evaluate(TASK, nets)
    rounded, _ = evaluate(TASK, nets, hard=True)
    record.add("page/left", left, *LEFT)
    record.add("page/near", [near_ends(gates[:, s]) for s in range(len(left))], 0.1, NEAR[1])
    for name, read in READINGS.items():
        found = [error_left(nets, s, read) for s in range(len(left))]
        record.add(f"page/{name}", found, 0.3, "one run of training; errors near 1 move most")
        log(f"{name} {np.round(found, 4)}")
    log(f"near {record.value('page/near')} rounded {np.round(rounded, 2)}")
    return record


def seconds(run: Callable[[], object]) -> float:
    """Return the CPU time of a call."""
    start = time.process_time()
    run()
    return time.process_time() - start


def measure_time(log: Callable[[str], None] = print) -> Record:
    """Compare CPU times of an update, forward and backward (half a minute)."""
    torch.set_num_threads(1)
    record = Record("ch06_gating", "gru_time", {"data": "drawn at random", **provenance()})
    xs = torch.randn(T, B, D)
    nets = {name: kind(D, H) for name, kind in TIMED.items()}
    calls = {f"torch/{n}": lambda net=net: net(xs)[0].sum().backward() for n, net in nets.items()}
    calls |= {
        f"ours/{name}": lambda name=name: train_networks("adding", COMPARED[name], [0.01], [0], 10)
        for name in ("plain", "gru", "before", "lstm")
    }
    taken = {name: [] for name in calls}
    for _ in range(REPEATS):
        for name, call in calls.items():
            taken[name].append(seconds(call))
    for name in calls:
        lstm = np.array(taken[name.split("/")[0] + "/lstm"])
        ratio = float(np.median(np.array(taken[name]) / lstm))
        record.add(f"time/{name}", ratio, *MACHINE)
        log(f"{name} {ratio:.2f} of the LSTM's {np.median(lstm) * 1000:.0f} ms")
    return record


EXPERIMENTS = {"gru_flow": measure_flow, "gru_page": measure_page, "gru_time": measure_time}
"""What `make measure` runs of these: by section of the record."""
