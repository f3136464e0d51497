"""What is learned from a gradient that goes back a few steps."""

import os
from itertools import product
from typing import Any

import numpy as np

from rnncourse.chapters.ch04_bptt.recall import (
    N_LAST,
    UPDATES,
    RecallTask,
    final_accuracy,
    init_network,
    refit_accuracy,
    state_trace,
    train_truncated,
)
from rnncourse.core.records import Record, provenance
from rnncourse.training.bptt import Network

SEEDS = range(20, 30)
DATA = "drawn at random"

WINDOWS_5, WINDOWS_12 = (1, 3, 5, 6), (1, 3, 6, 9, 12, 13)
RECALL = {
    RecallTask(5, same=True): WINDOWS_5,
    RecallTask(5, same=False): WINDOWS_5,
    RecallTask(12, same=True): WINDOWS_12,
    RecallTask(12, same=False): WINDOWS_12,
}
CONTROL_TASK = RecallTask(5, same=True)  # with a window of five

ACCURACY_TOLERANCE = (
    0.25,
    "float64 training with fixed seeds: sums in another order differ by 1e-16, and 800 updates "
    "enlarge that: a run that had not settled ended at 0.54, and at 0.58, 0.46 and 0.32 on other "
    "code paths and processors",
)
TRACE_TOLERANCE = 0.1, "moves less than an accuracy: one seed, on three code paths, by at most 0.05"


def count_writing() -> Record:
    """Measure what a window that ends short of the symbol does to it (about eight minutes).

    Runs that have not settled end elsewhere on another code path of the processor. The section
    `recall` was measured on that of OPENBLAS_CORETYPE=Haswell; so must this one be, and a test
    compares them.
    """
    code_path = os.environ.get("OPENBLAS_CORETYPE", "that of the machine")
    about = {"data": DATA, "code_path": code_path, **provenance()}
    record = Record("ch04_bptt", "writing", about)
    values_by_key: dict[str, list[float]] = {}
    for seed in SEEDS:
        for window in range(1, 7):
            for name, value in train_with_window(window, False, seed).items():
                values_by_key.setdefault(f"writing/5/{window}/{name}", []).append(value)
        for name, value in train_with_window(5, True, seed).items():
            values_by_key.setdefault(f"writing/5/5/copied/{name}", []).append(value)
        for name, value in run_controls(seed).items():
            values_by_key.setdefault(f"writing/controls/{name}", []).append(value)
        for task in RECALL:
            values_by_key.setdefault(f"alone/{task.name}", []).append(
                readout_only_accuracy(task, seed)
            )
    for key, values in values_by_key.items():
        record.add(key, values, *(TRACE_TOLERANCE if key.endswith("trace") else ACCURACY_TOLERANCE))
    return record


def train_with_window(window: int, copied: bool, seed: int) -> dict[str, float]:
    """Train an LSTM at a lag of 5, with the same symbols as distractors; see `train_truncated`.

    Args:
        window: k.
        copied: Whether a copy of the first weights reads what comes before the window.
        seed: Of weights and sequences.

    Returns:
        "right": the mean of the last eight looks; "trace": how far the symbols are apart in the
        cell after the first step, with the trained weights, as a share of what it was before
        training; and, without a copy, "shown": how often another linear readout, fitted to the
        h of the trained cell, names the symbol.
    """
    curve, net = train_truncated(CONTROL_TASK, window, True, seed, copied=copied)
    trace = measure_trace_left(net, CONTROL_TASK, seed)
    scores = {"right": float(np.mean(curve[-N_LAST:])), "trace": trace}
    rng = np.random.default_rng([seed, 2])
    return scores if copied else scores | {"shown": refit_accuracy(net.cell, CONTROL_TASK.lag, rng)}


def measure_trace_left(net: Network, task: RecallTask, seed: int) -> float:
    """Return the trace of a first symbol, as a share of what the seed's first weights leave."""
    return state_trace(net.cell) / state_trace(init_network(task, np.random.default_rng(seed)).cell)


def run_controls(seed: int) -> dict[str, float]:
    """Train with the same symbols, lag 5 and windows of 5, in other ways.

    Args:
        seed: Of weights and sequences.

    Returns:
        Accuracies, as in `train_with_window`: "frozen": after as many updates more, in which the
        cell stays as it is; "1600" and "2400": after so many updates of both; "slow": the learning
        rate of the cell is a tenth; "fast": that of the readout is tenfold.
    """

    def train(*arguments: Any, **options: Any) -> tuple[list[float], Network]:
        return train_truncated(CONTROL_TASK, 5, True, seed, *arguments, **options)

    frozen = train_truncated(CONTROL_TASK, 1, True, seed, lr_scales=(0, 1), net=train()[1])[0]
    curve = train(3 * UPDATES)[0]
    curves = {"frozen": frozen, "1600": curve[: 2 * len(frozen)], "2400": curve}
    for name, scales in (("slow", (0.1, 1)), ("fast", (1, 10))):
        curves[name] = train(lr_scales=scales)[0]
    return {name: float(np.mean(curve[-N_LAST:])) for name, curve in curves.items()}


def readout_only_accuracy(task: RecallTask, seed: int) -> float:
    """Train the readout alone, on a cell that is never trained; return its accuracy."""
    return float(np.mean(train_truncated(task, 1, True, seed, lr_scales=(0, 1))[0][-N_LAST:]))


def measure_recall() -> Record:
    """Measure what is learned with which window, state and task (about fifteen minutes)."""
    record = Record("ch04_bptt", "recall", {"data": DATA, **provenance()})
    for task, windows in RECALL.items():
        for stateful, window in product((False, True), windows):
            values = [final_accuracy(task, window, stateful, seed) for seed in SEEDS]
            record.add(recall_key(task, window, stateful), values, *ACCURACY_TOLERANCE)
    return record


def recall_key(task: RecallTask, window: int, stateful: bool) -> str:
    """Name a setting in the record; its value is the accuracy of every seed."""
    return f"recall/{task.name}/{'carried' if stateful else 'reset'}/{window}"
