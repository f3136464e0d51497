"""What a state holds by itself, and what is learned from a gradient that goes back a few steps."""

import os
from collections.abc import Callable
from itertools import product
from typing import Any

import numpy as np
import torch

from rnncourse.chapters.ch04_bptt.recall import (
    LAST,
    UPDATES,
    RecallTask,
    recoverable,
    settled,
    start,
    trace,
    train,
)
from rnncourse.core.records import Record, provenance
from rnncourse.training.bptt import Network

SEEDS = range(20, 30)
DRAWN = "drawn at random"

FIVE, TWELVE = (1, 3, 5, 6), (1, 3, 6, 9, 12, 13)
RECALL = {
    RecallTask("lstm", 5, same=True): FIVE,
    RecallTask("lstm", 5, same=False): FIVE,
    RecallTask("lstm", 12, same=True): TWELVE,
    RecallTask("lstm", 12, same=False): TWELVE,
    RecallTask("rnn", 15, same=False): (1, 4, 8, 12, 15, 16),
}
SETTINGS = tuple(
    RecallTask(cell, lag, same)
    for cell, same, lag in product(("lstm", "rnn"), (True, False), (5, 8, 12, 16, 20, 24))
)
SHORTER = {5: (1, 2, 3, 4, 5, 6), 12: (12,)}  # windows by lag
ONE_SHORT = RecallTask("lstm", 5, same=True)  # with a window of five
SHORT = 3  # steps of the window with which every setting is trained
SHOWN = 0.95  # a symbol is in the state by itself if a readout names it as often as this

READOUT = (0.005, "5 of 1,000 test sequences")
TRAINED = (
    0.25,
    "float64 training with fixed seeds: sums in another order differ by 1e-16, and 800 updates "
    "enlarge that: a run that had not settled ended at 0.54, and at 0.58, 0.46 and 0.32 on other "
    "code paths and processors",
)
TRACES = (0.1, "moves less than an accuracy: one seed, on three code paths, by at most 0.05")
MEANS = (
    0.05,
    "a mean over the settings, of which few have not settled: on the code path of an older "
    "processor the means of one other seed moved by 0.002",
)


def measure_writing(log: Callable[[str], None] = print) -> Record:
    """Measure what a window that ends short of the symbol does to it (about eight minutes).

    Runs that have not settled end elsewhere on another code path of the processor. The section
    `recall` was measured on that of OPENBLAS_CORETYPE=Haswell; so must this one be, and a test
    compares them.
    """
    torch.set_num_threads(1)
    path = os.environ.get("OPENBLAS_CORETYPE", "that of the machine")
    about = {"data": DRAWN, "code_path": path, **provenance()}
    record = Record("ch04_bptt", "writing", about)
    found: dict[str, list[float]] = {}
    for seed in SEEDS:
        for lag, windows in SHORTER.items():
            for window in windows:
                for name, value in written(lag, window, False, seed).items():
                    found.setdefault(f"writing/{lag}/{window}/{name}", []).append(value)
        for name, value in written(5, 5, True, seed).items():
            found.setdefault(f"writing/5/5/copied/{name}", []).append(value)
        for name, value in controls(seed).items():
            found.setdefault(f"writing/controls/{name}", []).append(value)
        for task in RECALL:
            found.setdefault(f"alone/{task.name}", []).append(alone(task, seed))
    for key, values in found.items():
        record.add(key, values, *(TRACES if key.endswith("trace") else TRAINED))
        log(f"{key:26s} {np.round(values, 2)}")
    return record


def written(lag: int, window: int, copied: bool, seed: int) -> dict[str, float]:
    """Train an LSTM whose distractors are the same symbols; see `recall.train`.

    Args:
        lag: Steps between the symbol and the answer.
        window: k.
        copied: Whether a copy of the first weights reads what comes before the window.
        seed: Of weights and sequences.

    Returns:
        "right": the mean of the last eight looks; "trace": how far the symbols are apart in the
        cell after the first step, with the trained weights, as a share of what it was before
        training; and, without a copy, "shown": how often another linear readout, fitted to the
        h of the trained cell, names the symbol.
    """
    task = RecallTask("lstm", lag, same=True)
    curve, net = train(task, window, True, seed, copied=copied)
    found = {"right": float(np.mean(curve[-LAST:])), "trace": left_of(net, task, seed)}
    rng = np.random.default_rng([seed, 2])
    return found if copied else found | {"shown": recoverable(net.cell, lag, rng, True, shown=True)}


def left_of(net: Network, task: RecallTask, seed: int) -> float:
    """Return the trace of a first symbol, as a share of what the seed's first weights leave."""
    return trace(net.cell) / trace(start(task, np.random.default_rng(seed)).cell)


def controls(seed: int) -> dict[str, float]:
    """Train with the same symbols, lag 5 and windows of 5, in other ways.

    Args:
        seed: Of weights and sequences.

    Returns:
        Accuracies, as in `written`: "frozen": after as many updates more, in which the cell stays
        as it is; "1600" and "2400": after so many updates of both; "2400/trace": the trace then;
        "slow": the learning rate of the cell is a tenth; "fast": that of the readout is tenfold.
    """

    def run(*how: Any, **more: Any) -> tuple[list[float], Network]:
        return train(ONE_SHORT, 5, True, seed, *how, **more)

    stopped = train(ONE_SHORT, 1, True, seed, paces=(0, 1), net=run()[1])[0]
    curve, net = run(3 * UPDATES)
    curves = {"frozen": stopped, "1600": curve[: 2 * len(stopped)], "2400": curve}
    for name, paces in (("slow", (0.1, 1)), ("fast", (1, 10))):
        curves[name] = run(paces=paces)[0]
    found = {name: float(np.mean(curve[-LAST:])) for name, curve in curves.items()}
    return found | {"2400/trace": left_of(net, ONE_SHORT, seed)}


def alone(task: RecallTask, seed: int) -> float:
    """Train the readout alone, on a cell that is never trained; return its accuracy."""
    return float(np.mean(train(task, 1, True, seed, paces=(0, 1))[0][-LAST:]))


def measure_recall(log: Callable[[str], None] = print) -> Record:
    """Measure what is learned with which window, state and task (about fifteen minutes)."""
    torch.set_num_threads(1)
    record = Record("ch04_bptt", "recall", {"data": DRAWN, **provenance()})
    for task, windows in RECALL.items():
        for carried, window in product((False, True), windows):
            values = [settled(task, window, carried, seed) for seed in SEEDS]
            record.add(recall_key(task, window, carried), values, *TRAINED)
            log(f"{recall_key(task, window, carried):36s} {np.round(values, 2)}")
    _settings(record, log)
    return record


def _settings(record: Record, log) -> None:
    """Train all settings with a short window; compare with what the untrained state shows."""
    readouts = np.array([[untrained(task, seed) for seed in SEEDS] for task in SETTINGS])
    learned = np.array([[settled(t, SHORT, True, seed) for seed in SEEDS] for t in SETTINGS])
    for task, before, after in zip(SETTINGS, readouts, learned, strict=True):
        record.add(f"untrained/{task.name}", before, *READOUT)
        record.add(f"short/{task.name}", after, *TRAINED)
        log(f"{task.name:18s} untrained {before.mean():.2f}  learned {np.round(after, 2)}")
    shown = readouts >= SHOWN
    reset = np.full(shown.shape, np.nan)
    for at in np.argwhere(shown):
        reset[tuple(at)] = settled(SETTINGS[at[0]], SHORT, False, SEEDS[at[1]])
    columns = range(len(SEEDS))
    with_state = np.array([learned[shown[:, n], n].mean() for n in columns])
    without = np.array([reset[shown[:, n], n].mean() for n in columns])
    hidden = [learned[~shown[:, n], n].mean() for n in columns]
    record.add("D5/shown", with_state, *MEANS)
    record.add("D5/shown_reset", without, *MEANS)
    record.add("D5/carrying", with_state - without, *MEANS)
    record.add("D5/not_shown", hidden, *MEANS)
    ranks = [rank_correlation(readouts[:, n], learned[:, n]) for n in columns]
    record.add("D5/rank", ranks, *MEANS)
    for key in ("shown", "shown_reset", "carrying", "not_shown", "rank"):
        log(f"{key:12s} {np.round(record.value(f'D5/{key}'), 2)}")


def untrained(task: RecallTask, seed: int) -> float:
    """Return how often a readout names the symbol from the state of a run's first weights."""
    w = start(task, np.random.default_rng(seed)).cell
    return recoverable(w, task.lag, np.random.default_rng([seed, 2]), task.same)


def rank_correlation(a: np.ndarray, b: np.ndarray) -> float:
    """Return Spearman's rank correlation; equal values share their mean rank.

    Args:
        a: Numbers.
        b: As many.

    Returns:
        From -1 to 1.

    >>> rank_correlation(np.array([1, 2, 3, 9]), np.array([10, 20, 30, 40]))
    1.0
    """
    ranks = [(np.less.outer(x, x).sum(0) + np.less_equal.outer(x, x).sum(0)) / 2 for x in (a, b)]
    return float(np.corrcoef(ranks)[0, 1].round(12))


def recall_key(task: RecallTask, window: int, carried: bool) -> str:
    """Name a setting in the record; its value is the accuracy of every seed."""
    return f"recall/{task.name}/{'carried' if carried else 'reset'}/{window}"
