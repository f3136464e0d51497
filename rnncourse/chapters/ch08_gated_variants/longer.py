"""The forget gate on text once more: longer windows and training, the settings of the sweep."""

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import torch
from jaxtyping import Float

from rnncourse.chapters.ch08_gated_variants.ensemble import Ensemble, Setting
from rnncourse.chapters.ch08_gated_variants.tasks import TASKS, Task, scores, trainer
from rnncourse.chapters.ch08_gated_variants.variants import KINDS, count, units
from rnncourse.core.records import Record, provenance
from rnncourse.data.corpus import PINNED_SHA256
from rnncourse.training.ensemble import fit_ensemble

NAME, CELLS = "ch08_gated_variants", ("V", "NFG")
LONGER = replace(TASKS["text"], T=50, updates=500)
"""Windows 2.5 times as long, and 2.5 times as many."""
SEEDS = range(30, 35)
SCORE = (
    3.0,
    "float32 training with fixed seeds: sums in another order differ by 1e-7, and hundreds of "
    "updates enlarge that",
)


def learn(kind: str, setting: Setting, task: Task = LONGER) -> Float[np.ndarray, " S"]:
    """Train five networks of one variant on text; return the bits a character of test text."""
    torch.set_num_threads(1)
    settings, budget = [setting] * len(SEEDS), count(KINDS["V"], task.D, task.H, task.V)
    H = units(KINDS[kind], task.D, task.V, budget)
    ensemble = Ensemble(kind, task.D, H, task.V, SEEDS, settings)
    losses = trainer("text", ensemble, SEEDS, task)
    fit_ensemble(ensemble.parameters, losses, task.updates, ensemble.rates, decay=True)
    return scores("text", ensemble, "test")


def measure_longer(log: Callable[[str], None] = print) -> Record:
    """Measure both on longer text, with the settings that the sweep has found (a minute)."""
    about = {"corpus_sha256": PINNED_SHA256, **provenance()}
    record, found = Record(NAME, "longer", about), Record.load(NAME)
    for kind in CELLS:
        setting = Setting(*(found.value(f"{what}/text/{kind}") for what in ("rate", "forget_bias")))
        bits = learn(kind, setting)
        log(f"{kind:5s} rate {setting.rate:.3g}: {bits.round(3)}")
        record.add(f"longer/{kind}", bits, *SCORE)
    return record
