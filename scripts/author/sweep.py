"""The sweep of chapter 8: python -m scripts.author.sweep [--draws 6] [--workers 2].

All variants, three tasks: a random search for each, then fresh seeds. One result a file, in
_build/runs/sweep: who stops it goes on where it stood. After one of the usual size,
`make measure ONLY=ch08_gated_variants/sweep` makes the chapter's record of it.
"""

from collections.abc import Iterator
from concurrent.futures import as_completed

from rnncourse.chapters.ch08_gated_variants.sweep import Plan, run_sweep, search_variant
from rnncourse.grading.batch.pool import Pool
from scripts import ROOT, Argument, run_script

FOLDER = ROOT / "_build" / "runs" / "sweep"


def main(draws: int, seeds: int, longer: float, workers: int) -> None:
    plan = Plan(draws, seeds, longer)
    with Pool(workers) as pool:

        def run_jobs(jobs: list) -> Iterator:
            futures = {pool.submit(search_variant, *job): job for job in jobs}
            return ((futures[future], future.result()) for future in as_completed(futures))

        results = run_sweep(plan, FOLDER, run_jobs)
    seconds = sum(result["seconds"] for result in results.values())
    minutes = f"{seconds / 60:.1f} CPU minutes in all"
    print(f"{len(results)} jobs, {minutes}; kept in {FOLDER / plan.folder}")


if __name__ == "__main__":
    run_script(
        main,
        Argument("--draws", type=int, default=Plan.draws, metavar="N"),
        Argument("--seeds", type=int, default=Plan.seeds, metavar="N"),
        Argument("--longer", type=float, default=Plan.longer, metavar="X"),
        Argument("--workers", type=int, default=1, metavar="N"),
    )
