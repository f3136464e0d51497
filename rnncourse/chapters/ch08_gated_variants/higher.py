"""Is the sweep's range of learning rates wide enough? Four settings above it, for every cell."""

import time
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path

import numpy as np
import torch

from rnncourse.chapters.ch08_gated_variants.ensemble import Ensemble, Setting
from rnncourse.chapters.ch08_gated_variants.sweep import (
    RATES,
    RUNS,
    Plan,
    jobs,
    settings,
    store,
    stored,
)
from rnncourse.chapters.ch08_gated_variants.tasks import TASKS, scores, trainer
from rnncourse.core.records import Record, provenance
from rnncourse.data.corpus import PINNED_SHA256
from rnncourse.training.ensemble import fit_ensemble

HIGHEST, DRAWS = 1.0, 4
WHY = (
    20,
    "float32 training at rates at which runs fail: one that does may not on another processor",
)


def higher() -> list[Setting]:
    """Draw four settings with rates from the sweep's highest to 1, as dense as the sweep's own."""
    rng = np.random.default_rng(20)
    settings(Plan.draws, rng=rng)  # the sweep's draws come first
    return settings(DRAWS, (RATES[1], HIGHEST), rng)


def job(task: str, kind: str, plan: Plan, least: float, H: int) -> dict[str, object]:
    """Try the four with the seed of the search; if the best is better, train it with fresh seeds.

    Args:
        task: Its name.
        kind: The variant.
        plan: How large the sweep was.
        least: The best validation score of the sweep's own search.
        H: Units.

    Returns:
        The validation scores of the four, CPU seconds, and if one was better its setting and the
        test scores of the fresh seeds.
    """
    torch.set_num_threads(1)
    start, of, tried = time.process_time(), TASKS[task], higher()

    def trained(some: list[Setting], seeds: list[int]) -> Ensemble:
        ensemble = Ensemble(kind, of.D, H, of.V, seeds, some)
        losses, updates = trainer(task, ensemble, seeds), round(plan.longer * of.updates)
        fit_ensemble(ensemble.parameters, losses, updates, ensemble.rates, decay=True)
        return ensemble

    search = scores(task, trained(tried, [0] * DRAWS), "validation")
    found = {"search": search.tolist()}
    if search.min() < least:
        best = tried[int(search.argmin())]
        ensemble = trained([best] * plan.seeds, list(range(20, 20 + plan.seeds)))
        found |= {"setting": asdict(best), "test": scores(task, ensemble, "test").tolist()}
    return found | {"seconds": time.process_time() - start}


def measure_higher(log: Callable[[str], None] = print, folder: Path = RUNS) -> Record:
    """Measure what higher learning rates would have found (five minutes; what is there stands)."""
    about = {"corpus_sha256": PINNED_SHA256, **provenance()}
    record, swept = Record("ch08_gated_variants", "higher", about), {}
    where, found = folder / Plan().folder / "higher", Record.load("ch08_gated_variants")
    for task, kind in jobs():
        key = f"{task}/{kind}"
        result = stored(where, task, kind)
        if result is None:
            least, H = min(found.value(f"search/{key}")), int(found.value(f"units/{key}"))
            result = job(task, kind, Plan(), least, H)
            store(where, task, kind, result)
        swept[key] = result
        record.add(f"higher/search/{key}", result["search"], *WHY)
        if "test" in result:
            log(f"{key:12s} rate {result['setting']['rate']:.3g} {np.round(result['test'], 3)}")
            record.add(f"higher/rate/{key}", result["setting"]["rate"], 1, "from the search")
            record.add(f"higher/test/{key}", result["test"], *WHY)
    cost = sum(result["seconds"] for result in swept.values())
    record.add("higher/cost", cost, 3600, "CPU seconds, busy machine")
    return record
