"""What chapter 8 measures: the sweep; beyond it longer text, and one rate after another."""

from dataclasses import replace

from rnncourse.chapters.ch08_gated_variants.ensemble import Setting
from rnncourse.chapters.ch08_gated_variants.long_lag_experiments import (
    TRAINING_EVIDENCE,
    measure_long,
)
from rnncourse.chapters.ch08_gated_variants.sweep import RUN_ORDER, RUNS, Plan, list_jobs, run_sweep
from rnncourse.chapters.ch08_gated_variants.tasks import TASKS, score_variants, train_variant
from rnncourse.core.records import Record, provenance
from rnncourse.core.seeds import PILOT_SEEDS
from rnncourse.data.corpus import PINNED_SHA256

NAME = "ch08_gated_variants"
SCORE_TOLERANCE = 3.0, TRAINING_EVIDENCE
LONGER = replace(TASKS["text"], T=50, updates=1200)
"""Windows 2.5 times as long as the sweep's, and six times as many."""
SEEDS = range(30, 35)
RATES = (0.003, 0.006, 0.0125, 0.025, 0.05, 0.1, 0.2, 0.4)
CURVES = ("V", "CIFG", "NFG", "NOG", "NOAF", "GRU")
"""The cells whose learning rates are tried one by one."""


def measure_sweep() -> Record:
    """Measure all variants on three tasks (ten minutes; what `make sweep` left stands)."""
    about = {"corpus_sha256": PINNED_SHA256, **provenance()}
    record = Record(NAME, "sweep", about)
    results = run_sweep(Plan(), RUNS)
    for (task, kind), result in results.items():
        key, setting = f"{task}/{kind}", result["setting"]
        record.add(f"rate/{key}", setting["rate"], 0.1, "chosen from the search")
        record.add(f"forget_bias/{key}", setting["forget_bias"], 4, "chosen from the search")
        record.add(f"test/{key}", result["test"], *SCORE_TOLERANCE)
    assert set(results) == set(list_jobs())
    return record


def measure_longer() -> Record:
    """Measure all cells on longer text, with the settings of the sweep (ten minutes)."""
    about = {"corpus_sha256": PINNED_SHA256, **provenance()}
    record, recorded = Record(NAME, "longer", about), Record.load(NAME)
    for kind in RUN_ORDER:
        setting = Setting(
            *(recorded.value(f"{name}/text/{kind}") for name in ("rate", "forget_bias"))
        )
        trained = train_variant("text", kind, [setting] * len(SEEDS), SEEDS, LONGER)
        bits = score_variants("text", trained, "test")
        record.add(f"longer/{kind}", bits, *SCORE_TOLERANCE)
    return record


def measure_rates() -> Record:
    """Measure the error on sums at eight learning rates, five seeds each (two minutes).

    The first bias of the gate that keeps is 1 for all.
    """
    record, seeds = Record(NAME, "rates", {"data": "made by rule", **provenance()}), PILOT_SEEDS[:5]
    settings = [Setting(rate) for rate in RATES for _ in seeds]
    for kind in CURVES:
        trained = train_variant("sum", kind, settings, [*seeds] * len(RATES), TASKS["sum"])
        errors = score_variants("sum", trained, "test")
        record.add(f"rates/{kind}", errors, *SCORE_TOLERANCE)
    return record


EXPERIMENTS = {
    "longer": measure_longer,
    "rates": measure_rates,
    "sweep": measure_sweep,
    "long": measure_long,
}
"""What `make measure` runs: by section of the record."""
