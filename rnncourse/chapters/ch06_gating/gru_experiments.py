"""What networks with gates learn, with rates searched alike, and how near gates are to 0 and 1."""

from collections.abc import Callable

import numpy as np
import torch

from rnncourse.chapters.ch06_gating.gru_networks import (
    Kind,
    Networks,
    evaluate,
    near_ends,
    train,
)
from rnncourse.chapters.ch06_gating.gru_tasks import TASKS
from rnncourse.core.records import Record, provenance
from rnncourse.data.corpus import fingerprint, load_corpus
from rnncourse.training.lr_search import best_rate

RATES = (3e-3, 1e-2, 3e-2, 1e-1, 3e-1, 1.0)
SEARCH_SEEDS, SEEDS = range(10, 12), range(20, 28)
BINS = np.linspace(0, 1, 21)
FLOOR = 0.001
"""Errors below it count as it: a task is solved, and how far below says little."""

GATED = {
    "gru": Kind("gru"),
    "chrono": Kind("gru", start="chrono"),
    "hard": Kind("gru", hard=True),
    "clear": Kind("clear"),
    "clear-chrono": Kind("clear", start="chrono"),
}
"""Whose gates are looked at; 16 units each."""

COMPARED = {
    "plain": Kind("tanh", 33),
    "gru": Kind("gru", 18),
    "before": Kind("before", 18),
    "lstm": Kind("lstm", 16),
    "equal": Kind("gru", 16),
    "open": Kind("lstm", 16, open_output=2.0),
}
"""About as many weights as the LSTM of 16 units has; `"equal"` has as many units."""
STARTS = {"sum": 1.0, "adding": "chrono"}

NEAR = (
    0.02,
    "float32 training with fixed seeds, in banks of 1, 3 and 6 networks: single shares moved by "
    "at most 0.01",
)
LEFT = (0.05, "float32 training with fixed seeds: as above, errors that are not small moved most")
RATIO = (
    0.1,
    "a mean of eight binary logarithms; in banks of 1, 3 and 6 networks single ones moved by at "
    "most 0.25",
)
SEARCH = (100.0, "two seeds a rate, to choose by; where a run fails, anything may come out")
COUNTED = (0, "chosen or counted")


def lr_search(task: str, kind: Kind, record: Record, key: str) -> Networks:
    """Try every rate with two seeds, then train eight others with the best; record the search."""
    rates = np.repeat(RATES, len(SEARCH_SEEDS)).tolist()
    tried = train(task, kind, rates, [*SEARCH_SEEDS] * len(RATES))
    scores, gates = evaluate(task, tried, 0)
    rate = best_rate(RATES, np.log(scores), lower_is_better=True)
    record.add(f"search/{key}", scores, *SEARCH)
    if gates.size:
        near = [near_ends(gates[:, s]) for s in range(len(rates))]
        record.add(f"search/near/{key}", near, *NEAR)
    record.add(f"rate/{key}", rate, *COUNTED)
    return train(task, kind, [rate] * len(SEEDS), SEEDS)


def measure_task(task: str, log: Callable[[str], None]) -> Record:
    """Train all kinds on one task, their rates searched alike."""
    torch.set_num_threads(1)
    record = Record("ch06_gating", f"gru_{task}", {"data": "drawn at random", **provenance()})
    left = {}
    for name, kind in COMPARED.items():
        kind = Kind(kind.cell, kind.H, STARTS[task], open_output=kind.open_output)
        nets = lr_search(task, kind, record, f"{task}/{name}")
        left[name], _ = evaluate(task, nets)
        record.add(f"left/{task}/{name}", left[name], *LEFT)
        rate = record.value(f"rate/{task}/{name}")
        log(f"{task} {name} rate {rate:g} {np.round(left[name], 4)}")
    logs = {name: np.log2(np.maximum(errors, FLOOR)) for name, errors in left.items()}
    for name, one, other in (
        ("units", "equal", "lstm"),
        ("weights", "gru", "lstm"),
        ("open", "gru", "open"),
        ("forms", "before", "gru"),
        ("plain", "gru", "plain"),
    ):
        ratio = logs[one] - logs[other]
        record.add(f"ratio/{task}/{name}", ratio, *RATIO)
        log(f"{task} {name} {ratio.mean():.2f} {np.round(ratio, 2)}")
    return record


def measure_sum(log: Callable[[str], None] = print) -> Record:
    """Measure running sums (two minutes)."""
    return measure_task("sum", log)


def measure_adding(log: Callable[[str], None] = print) -> Record:
    """Measure additions of 50 numbers (two minutes)."""
    return measure_task("adding", log)


def describe(record: Record, key: str, gates: np.ndarray) -> None:
    """Record how near to its ends each network's gates are, and where they lie."""
    near = [near_ends(gates[:, s]) for s in range(gates.shape[1])]
    record.add(f"near/{key}", near, *NEAR)
    record.add(f"histogram/{key}", np.histogram(gates, BINS)[0] / gates.size, *NEAR)


def measure_gates(task: str, log: Callable[[str], None]) -> Record:
    """Look at the gates of networks that have learned one task, and round them."""
    torch.set_num_threads(1)
    record = Record("ch06_gating", f"gates_{task}", {"data": "drawn at random", **provenance()})
    xs, _, _ = TASKS[task].draw(np.random.default_rng([9, 1]), TASKS[task].T, 200)
    marked = xs[..., 1] == 1
    for name, kind in GATED.items():
        if name == "clear-chrono" and task != "hold":
            continue
        key = f"{task}/{name}"
        start = evaluate(task, Networks(kind, SEEDS, TASKS[task].T))[1]
        nets = lr_search(task, kind, record, f"gates/{key}")
        left, gates = evaluate(task, nets)
        rounded, _ = evaluate(task, nets, hard=True)
        describe(record, key, gates)
        first = [near_ends(start[:, s]) for s in range(len(SEEDS))]
        record.add(f"first/{key}", first, *NEAR)
        record.add(f"gates/left/{key}", left, *LEFT)
        record.add(f"rounded/{key}", rounded, *LEFT)
        record.add(f"times/{key}", np.log2(rounded / left), *RATIO)
        keeps = gates.swapaxes(1, 2)[..., : kind.H]  # T, N, S, H
        for at, where in (("marked", marked), ("between", ~marked)):
            record.add(f"kept/{at}/{key}", keeps[where].mean((0, 2)), *NEAR)
        near = np.round(record.value(f"near/{key}"), 3)
        log(f"{key} rate {record.value(f'rate/gates/{key}'):g} near {near}")
        log(f"   left {np.round(left, 4)} rounded {np.round(rounded, 2)}")
    return record


def measure_gates_sum(log: Callable[[str], None] = print) -> Record:
    """Look at gates that keep a running sum (a minute)."""
    return measure_gates("sum", log)


def measure_gates_hold(log: Callable[[str], None] = print) -> Record:
    """Look at gates that hold a number (a minute)."""
    return measure_gates("hold", log)


def measure_gates_parity(log: Callable[[str], None] = print) -> Record:
    """Look at gates that count modulo two (a minute)."""
    return measure_gates("parity", log)


def measure_gates_parts(log: Callable[[str], None] = print) -> Record:
    """Round only the gates near an end, and only the others, in networks that hold (a minute).

    The networks are those of `measure_gates_hold`, trained again at the rates found there.
    """
    torch.set_num_threads(1)
    record = Record("ch06_gating", "gates_parts", {"data": "drawn at random", **provenance()})
    known = Record.load("ch06_gating")
    for name in ("gru", "chrono"):
        rate = known.value(f"rate/gates/hold/{name}")
        nets = train("hold", GATED[name], [rate] * len(SEEDS), SEEDS)
        for part in (False, True, "near", "between"):
            left, _ = evaluate("hold", nets, hard=part)
            if part in (False, True):
                known.confirm(f"{'rounded' if part else 'gates/left'}/hold/{name}", left)
            else:
                record.add(f"rounded/{part}/hold/{name}", left, *LEFT)
            log(f"hold/{name} rounded {part} {np.round(left, 4)} mean {left.mean():.4f}")
    return record


def measure_gates_text(log: Callable[[str], None] = print) -> Record:
    """Look at the gates of GRUs that predict text (two minutes)."""
    from rnncourse.chapters.ch06_gating.gru_text import read, text, trained

    torch.set_num_threads(1)
    about = {"corpus_sha256": fingerprint(load_corpus()), "torch": torch.__version__}
    record = Record("ch06_gating", "gates_text", about | provenance())
    models = [trained(seed) for seed in range(3)]
    soft, hard = ([read(m, rounded) for m in models] for rounded in (False, True))
    first = [read(trained(seed, 0)) for seed in range(3)]
    describe(record, "text/gru", np.stack([run.z for run in soft], 1))
    describe(record, "text/reset", np.stack([run.r for run in soft], 1))
    record.add("first/text/gru", [near_ends(run.z) for run in first], *NEAR)
    bits = {"bits": soft, "bits-rounded": hard}
    for name, runs in bits.items():
        record.add(f"text/{name}", [run.bits for run in runs], *LEFT)
        log(f"{name} {[round(run.bits, 3) for run in runs]}")
    shares = np.bincount(text().train, minlength=len(text().vocabulary)) / len(text().train)
    unigram = -np.mean(np.log2(shares[text().test]))
    record.add("text/unigram", unigram, 1e-3, "counted: the corpus may differ by a few characters")
    log(f"unigram {unigram:.3f} near {np.round(record.value('near/text/gru'), 3)}")
    return record


EXPERIMENTS = {
    "gates_sum": measure_gates_sum,
    "gates_hold": measure_gates_hold,
    "gates_parity": measure_gates_parity,
    "gates_parts": measure_gates_parts,
    "gru_sum": measure_sum,
    "gru_adding": measure_adding,
    "gates_text": measure_gates_text,
}
"""What `make measure` runs for this page: by section of the record."""
