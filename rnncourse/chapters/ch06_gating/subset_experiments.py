"""What each gate is for: gates are taken out, one by one, and the task changes."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import torch
from jaxtyping import Float

from rnncourse.cells.lstm import LSTMState, LSTMWeights, lstm_gates
from rnncourse.chapters.ch06_gating.subsets import KINDS, Cells, error, train
from rnncourse.chapters.ch06_gating.tasks import TASKS
from rnncourse.core.records import Record, provenance

RATES = (0.003, 0.01, 0.03, 0.1, 0.3, 1.0)
SEARCH_SEEDS, MORE = range(5), range(10)
SEEDS, FEWER = range(20, 40), range(20, 30)
VALIDATION, TEST = 900, 901
GATED = ("io", "fo", "if", "ifo")
"""The full cell, and each that lacks one gate."""
LONG = 400

LEFT = (
    0.1,
    "first weights larger by a millionth, eight other seeds of six kinds of networks: what is left "
    "moved by up to 0.05, where a run was about to settle",
)
RATIO = (0.5, "the same runs: binary logarithms of ratios moved by up to 0.25")
SEARCH = (3.0, "decades, of two to ten seeds a rate, to choose by")


@dataclass(frozen=True)
class Trained:
    """What came of one kind of network.

    Args:
        rate: The learning rate that was chosen.
        search: Powers of ten of the error that is left on validation sequences, by rate.
        cells: The networks, trained with fresh seeds.
        left: The error that each of them leaves on test sequences.
    """

    rate: float
    search: Float[np.ndarray, " R"]
    cells: Cells
    left: Float[np.ndarray, " S"]


def learn(
    task: str, H: int, names: Sequence[str], rates: Sequence[float], seeds: Sequence[int], **more
) -> Cells:
    """Train one network for each name and its rate, and each seed, all side by side."""
    S = len(seeds)
    kinds = [KINDS[name] for name in names for _ in seeds]
    every = [*seeds] * len(names)
    cells = Cells(kinds, every, TASKS[task].D, H)
    train(cells, TASKS[task], every, np.repeat(rates, S).tolist(), **more)
    return cells


def lr_search(
    task: str, H: int, names: Sequence[str], seeds: Sequence[int] = SEARCH_SEEDS
) -> Float[np.ndarray, "K R"]:
    """Try every rate with every kind: the mean logarithm of the validation error."""
    pairs = [(name, rate) for name in names for rate in RATES]
    cells = learn(task, H, [name for name, _ in pairs], [rate for _, rate in pairs], seeds)
    left = error(cells, TASKS[task], VALIDATION)
    decades = np.log10(np.nan_to_num(left, nan=1e3, posinf=1e3).clip(1e-6, 1e3))
    return decades.reshape(len(names), len(RATES), -1).mean(2)


def compare(
    record: Record,
    task: str,
    H: int,
    names: Sequence[str],
    log: Callable[[str], None],
    seeds: Sequence[int] = SEEDS,
    search_seeds: Sequence[int] = SEARCH_SEEDS,
) -> dict[str, Float[np.ndarray, " S"]]:
    """Search the rate of each kind alike, train it with fresh seeds, and enter what is left."""
    decades = lr_search(task, H, names, search_seeds)
    rates = [RATES[int(best)] for best in decades.argmin(1)]
    cells = learn(task, H, names, rates, seeds)
    left = error(cells, TASKS[task], TEST).reshape(len(names), -1)
    at = f"{task}/{H}"
    for name, rate, search, found in zip(names, rates, decades, left, strict=True):
        record.add(f"search/{at}/{name}", search, *SEARCH)
        record.add(f"rate/{at}/{name}", rate, 0, "chosen from the search")
        record.add(f"left/{at}/{name}", found, *LEFT)
        log(
            f"{at:9s} {name:8s} rate {rate:g} left {np.median(found):.4f} {np.sort(found).round(3)}"
        )
        log(f"{'':18s} search {search.round(2)}")
    if task == "reset" and H == 1:
        further = error(cells, TASKS[task], TEST, LONG, 60).reshape(len(names), -1)
        for name, found in zip(names, further, strict=True):
            record.add(f"further/{at}/{name}", found, *LEFT)
            log(f"further {name:8s} {np.median(found):.4f} {np.sort(found).round(3)}")
    return dict(zip(names, left, strict=True))


def begin(section: str) -> Record:
    """Start a section of the record."""
    torch.set_num_threads(1)
    return Record("ch06_gating", section, {"data": "drawn at random", **provenance()})


def measure_one(task: str, log: Callable[[str], None]) -> Record:
    """Measure all kinds with one unit on one task: a unit may get stuck, so ten seeds a rate."""
    record = begin(f"one_{task}")
    compare(record, task, 1, list(KINDS), log, SEEDS, MORE)
    return record


def measure_one_reset(log: Callable[[str], None] = print) -> Record:
    """Measure one unit on sums since a reset (a minute)."""
    return measure_one("reset", log)


def measure_one_marked(log: Callable[[str], None] = print) -> Record:
    """Measure one unit on sums of marked values among noise (a minute)."""
    return measure_one("marked", log)


def measure_one_asked(log: Callable[[str], None] = print) -> Record:
    """Measure one unit on sums that are told when asked for (a minute)."""
    return measure_one("asked", log)


def measure_two(log: Callable[[str], None] = print) -> Record:
    """Measure four units that have two memories to keep (two minutes).

    The controls have more weights than the full cell: 171 in the place of 165.
    """
    record = begin("two")
    left = compare(record, "two", 4, list(KINDS), log)
    wider = compare(record, "two", 5, GATED[:3], log, FEWER)
    compare(record, "two", 10, ["plain"], log)
    for check, name in (("no_forget", "io"), ("no_input", "fo"), ("no_output", "if")):
        more = np.log2(wider[name] / left["ifo"][: len(FEWER)])
        record.add(f"two/wider/{check}", more, *RATIO)
    return record


def linearity_gap(seed: int = 0) -> float:
    """Check that a new memory is linear in its two parts, once the gates are given.

    Returns:
        The larger of two differences of the package's LSTM: of its new cell from f * c + i * g;
        and of the cell that follows c = 2 a - b from 2 a' - b', which follow a and b.
    """
    rng = np.random.default_rng(seed)
    D, H, N = 3, 4, 5
    w = LSTMWeights(*(rng.normal(size=shape) for shape in ((D, 4 * H), (H, 4 * H), (4 * H,))))
    x, h = rng.normal(size=(N, D)), np.tanh(rng.normal(size=(N, H)))
    a, b = rng.normal(size=(2, N, H))
    i, f, g, _, after_a = lstm_gates(x, LSTMState(h, a), w)
    *_, after_b = lstm_gates(x, LSTMState(h, b), w)
    *_, after_both = lstm_gates(x, LSTMState(h, 2 * a - b), w)
    gaps = after_a - (f * a + i * g), after_both - (2 * after_a - after_b)
    return float(max(np.abs(gap).max() for gap in gaps))
