"""What is recorded of the costs on one thread."""

import time
import warnings
from collections.abc import Callable, Mapping

import numpy as np
import torch

from rnncourse.chapters.ch14_beyond_recurrence.contest import SIZES, make_model
from rnncourse.core.records import Record, provenance

LENGTHS = (32, 128, 512, 2048)
TIMED = 512
BATCH_SIZES = (4, 16)
"""Texts of `TIMED` characters that are read side by side, beside one alone."""
REPEATS = 7
V = 96
# So wide that any finite number passes: a clock is recorded, and no machine is held to it.
CLOCK_TOLERANCE = (1e9, "processor time of one machine that had other work as well")
EXACT_TOLERANCE = (0, "counted")
RATIO_TOLERANCE = (
    0.4,
    "the repeats of a first run lay up to 0.3 from their middle; other machines differ",
)
PAIRED_RATIO_TOLERANCE = (
    0.3,
    "on three kinds of instructions the means were 1.68, 2.36 and 1.48, and no repeat below 1.40",
)


def time_in_rounds(runs: Mapping[str, Callable[[], object]], repeats: int) -> dict[str, np.ndarray]:
    """Time calls in turn; a first round is not counted. Processor seconds of each repeat."""
    times: dict[str, list[float]] = {name: [] for name in runs}
    for repeat in range(repeats + 1):
        for name, run in runs.items():
            start = time.process_time()
            run()
            if repeat:
                times[name].append(time.process_time() - start)
    return {name: np.array(seconds) for name, seconds in times.items()}


def make_training_passes(T: int, B: int = 1) -> dict[str, Callable[[], object]]:
    """Return a training pass of every model over B texts of T characters, without the update."""
    ids = torch.from_numpy(np.random.default_rng(0).integers(V, size=(T, B)))
    models = {name: make_model(name, V) for name in SIZES}
    return {name: lambda m=m: m(ids)[0].sum().backward() for name, m in models.items()}


def time_step_by_step(T: int) -> float:
    """Time a pass of the LSTM without PyTorch's routine for whole texts, in milliseconds."""
    run = {"lstm": make_training_passes(T)["lstm"]}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # PyTorch warns when a routine is switched off
        with torch.backends.mkldnn.flags(enabled=False):
            return 1e3 * time_in_rounds(run, 3)["lstm"].min()


def make_writing_steps(T: int) -> dict[str, Callable[[], object]]:
    """Return one written character of every model, after T others; a transformer in two ways."""
    ids = torch.from_numpy(np.random.default_rng(0).integers(V, size=(T, 1)))
    calls: dict[str, Callable[[], object]] = {}
    for name in SIZES:
        model = make_model(name, V).eval()
        state = model(ids[:-1])[1]
        calls[name] = lambda m=model, s=state: m(ids[-1:], s)
        if name == "transformer":
            calls["no cache"] = lambda m=model: m(ids)
    return calls


def measure_batch_sizes(record: Record) -> None:
    """Time passes over several texts side by side, and add them to a record."""
    for B in BATCH_SIZES:
        times = time_in_rounds(
            make_training_passes(TIMED, B), REPEATS if BATCH_SIZES[-1] == B else 3
        )
        for name, seconds in times.items():
            record.add(f"beside/{name}/{B}", 1e3 * seconds.min(), *CLOCK_TOLERANCE)
        if BATCH_SIZES[-1] == B:
            record.add("D13/beside", times["transformer"] / times["gru"], *PAIRED_RATIO_TOLERANCE)


def measure_costs() -> Record:
    """Time passes and written characters, by length (a minute)."""
    record = Record("ch14_beyond_recurrence", "costs", {"data": "drawn at random", **provenance()})
    for name in SIZES:
        size = sum(p.numel() for p in make_model(name, V).parameters())
        record.add(f"size/{name}", size, *EXACT_TOLERANCE)
    for T in LENGTHS:
        times = time_in_rounds(make_training_passes(T), REPEATS if T == TIMED else 3)
        for name, seconds in times.items():
            record.add(f"pass/{name}/{T}", 1e3 * seconds.min(), *CLOCK_TOLERANCE)
        if T == TIMED:
            for rival in ("lstm", "gru"):
                record.add(f"D13/{rival}", times["transformer"] / times[rival], *RATIO_TOLERANCE)
            record.add("pass/lstm, step by step", time_step_by_step(T), *CLOCK_TOLERANCE)
            measure_batch_sizes(record)
        with torch.no_grad():
            step_times = time_in_rounds(make_writing_steps(T), 10)
        for name, seconds in step_times.items():
            record.add(f"step/{name}/{T}", 1e3 * seconds.min(), *CLOCK_TOLERANCE)
    return record
