"""The comparison of all variants: sizes, a random search for each, fresh seeds, its cost."""

import json
import time
from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass, replace
from pathlib import Path

import numpy as np

from rnncourse.chapters.ch08_gated_variants.ensemble import Setting
from rnncourse.chapters.ch08_gated_variants.tasks import TASKS, score_variants, train_variant
from rnncourse.core.files import write_file
from rnncourse.core.records import FOLDER

RUNS = FOLDER.parents[1] / "_build" / "runs" / "sweep"
RATES, FORGET_BIASES = (0.003, 0.1), (0.0, 4.0)
RUN_ORDER = ("V", "CIFG", "GRU", "MUT1", "MUT3", "NP", "NFG", "NOAF", "plain")
RUN_ORDER = (*RUN_ORDER, "NIG", "NOG", "NIAF", "FGR")
"""The order of the runs. MUT2 is the GRU, as a test proves, and is not run twice."""


@dataclass(frozen=True)
class Plan:
    """How large a sweep is.

    Args:
        draws: How many settings are tried for each variant, the same for all.
        seeds: How many fresh seeds are trained with the best of them.
        longer: How many times as many updates.
    """

    draws: int = 6
    seeds: int = 5
    longer: float = 1.0

    @property
    def folder(self) -> str:
        """Where its results lie."""
        return f"draws{self.draws}-seeds{self.seeds}-longer{self.longer:g}"


def sample_settings(draws: int) -> list[Setting]:
    """Draw what is tried: rates from 0.003 to 0.1 on a logarithmic scale, biases from 0 to 4.

    The numbers come from strata, one draw in each: the rates cover their range however few there
    are. More draws are other draws.
    """
    rng = np.random.default_rng(20)
    u, v = (rng.permutation(draws) + rng.random(draws) for _ in range(2))
    low, high = np.log(RATES)
    rates = np.exp(low + (high - low) * u / draws)
    forget_biases = FORGET_BIASES[0] + (FORGET_BIASES[1] - FORGET_BIASES[0]) * v / draws
    return [Setting(float(r), float(k)) for r, k in zip(rates, forget_biases, strict=True)]


def search_variant(task: str, kind: str, plan: Plan) -> dict[str, object]:
    """Search for one variant on one task, then train fresh seeds with the best setting.

    Returns:
        Units, the setting that did best on validation data, the test scores of the seeds, and CPU
        seconds.
    """
    start, sizes = time.process_time(), TASKS[task]
    sizes = replace(sizes, updates=round(plan.longer * sizes.updates))
    candidates, seeds = sample_settings(plan.draws), list(range(20, 20 + plan.seeds))
    search = score_variants(
        task, train_variant(task, kind, candidates, [0] * len(candidates), sizes), "validation"
    )
    chosen = candidates[int(np.argmin(search))]
    ensemble = train_variant(task, kind, [chosen] * len(seeds), seeds, sizes)
    return {
        "units": ensemble.H,
        "setting": asdict(chosen),
        "test": score_variants(task, ensemble, "test").tolist(),
        "seconds": time.process_time() - start,
    }


def list_jobs() -> list[tuple[str, str]]:
    """List what a sweep has to do: pairs of a task and a variant."""
    return [(task, kind) for kind in RUN_ORDER for task in TASKS]


def read_result(folder: Path, task: str, kind: str) -> dict[str, object] | None:
    """Read a result of an earlier run."""
    path = folder / f"{task}-{kind}.json"
    return json.loads(path.read_text(encoding="utf-8")) if path.exists() else None


def store_result(folder: Path, task: str, kind: str, result: dict[str, object]) -> None:
    """Write a result, whole or not at all."""
    write_file(folder / f"{task}-{kind}.json", json.dumps(result))


def run_sweep(
    plan: Plan,
    folder: Path,
    run_jobs: Callable[[list[tuple[str, str, Plan]]], Iterable] | None = None,
) -> dict[tuple[str, str], dict[str, object]]:
    """Do what is not there yet, and return all results.

    Args:
        plan: How large.
        folder: Where results are kept, one file a job.
        run_jobs: From jobs to pairs of a job and its result, in any order: a pool's; by default
            one after the other.
    """
    subfolder = folder / plan.folder
    missing = [(t, k, plan) for t, k in list_jobs() if read_result(subfolder, t, k) is None]
    results = (
        ((job, search_variant(*job)) for job in missing) if run_jobs is None else run_jobs(missing)
    )
    for (task, kind, _), result in results:
        store_result(subfolder, task, kind, result)
    return {(t, k): read_result(subfolder, t, k) for t, k in list_jobs()}
