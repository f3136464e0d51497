"""What chapter 8 measures."""

from collections.abc import Callable

import numpy as np

from rnncourse.chapters.ch08_gated_variants import deciding_experiments
from rnncourse.chapters.ch08_gated_variants.longer import measure_longer, measure_rates
from rnncourse.chapters.ch08_gated_variants.sweep import RUNS, Plan, jobs, sweep
from rnncourse.core.records import Record, provenance
from rnncourse.data.corpus import PINNED_SHA256

SCORE = (
    3.0,
    "float32 training with fixed seeds: sums in another order differ by 1e-7, and hundreds of "
    "updates enlarge that; a network near the edge may learn or not",
)
CHECKED = (
    0.02,
    "first weights larger by a millionth, the same seeds: no score of these cells moved by more "
    "than 0.00001; another processor may do more",
)
MUTANTS = ("MUT1", "MUT3")


def measure_sweep(log: Callable[[str], None] = print) -> Record:
    """Measure all variants on three tasks (ten minutes; what `make sweep` left stands)."""
    about = {"corpus_sha256": PINNED_SHA256, **provenance()}
    record = Record("ch08_gated_variants", "sweep", about)
    found = sweep(Plan(), RUNS, log)
    for (task, kind), result in found.items():
        key, setting = f"{task}/{kind}", result["setting"]
        record.add(f"units/{key}", result["units"], 0, "chosen by the number of parameters")
        record.add(f"parameters/{key}", result["parameters"], 0, "counted")
        record.add(f"rate/{key}", setting["rate"], 0.1, "chosen from the search")
        record.add(f"forget_bias/{key}", setting["forget_bias"], 4, "chosen from the search")
        record.add(f"search/{key}", result["search"], 20, "one seed a draw, to choose by")
        record.add(f"test/{key}", result["test"], *SCORE)
        record.add(f"training/{key}", result["training"], 600, "CPU seconds of a busy machine")
    record.add("cost", sum(r["seconds"] for r in found.values()), 3600, "CPU seconds, busy machine")
    assert set(found) == set(jobs())

    def test(task: str, kind: str) -> np.ndarray:
        return np.array(found[task, kind]["test"])

    def gain(task: str, kind: str) -> float:
        best, gru = (min(found[task, name]["search"]) for name in (kind, "GRU"))
        return float(np.log2(best / gru))

    task, kind = min(((t, m) for t in ("sum", "text") for m in MUTANTS), key=lambda at: gain(*at))
    log(f"the mutant that the search puts furthest ahead: {kind} on {task}, {gain(task, kind):.3f}")
    record.add(
        "C13/which", [("sum", "text").index(task), MUTANTS.index(kind)], 2, "from the search"
    )
    record.add("C13/ahead", np.log2(test(task, kind) / test(task, "GRU")), *CHECKED)
    return record


EXPERIMENTS = {
    "longer": measure_longer,
    "rates": measure_rates,
    "sweep": measure_sweep,
    **deciding_experiments.EXPERIMENTS,
}
"""What `make measure` runs: by section of the record."""
