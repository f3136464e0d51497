"""The sweep of chapter 8: python -m scripts.author.sweep [--draws 6] [--workers 2].

All variants, three tasks: a random search for each, then fresh seeds. One result a file, in
_build/runs/sweep: who stops it goes on where it stood. Dask runs the jobs, on this machine with as
many workers as are asked for, or with --address on those of a cluster. After one of the usual
size, `make measure ONLY=ch08_gated_variants/sweep` makes the chapter's record of it.
"""

from collections.abc import Iterator
from contextlib import ExitStack

from rnncourse.chapters.ch08_gated_variants.sweep import Plan, run_sweep, search_variant
from scripts import ROOT, Argument, fail, run_script

FOLDER = ROOT / "_build" / "runs" / "sweep"


def run_on_cluster(plan: Plan, workers: int, address: str | None) -> dict:
    """Let Dask do what is missing: the workers of a cluster, or some on this machine."""
    try:
        from distributed import Client, LocalCluster, as_completed
    except ImportError:
        fail("Dask is missing. Try: pip install 'rnncourse[cluster]'")

    with ExitStack() as stack:
        if address is None:
            cluster = LocalCluster(n_workers=workers, threads_per_worker=1, dashboard_address=None)
            address = stack.enter_context(cluster).scheduler_address
        client = stack.enter_context(Client(address))

        def run_jobs(jobs: list) -> Iterator:
            futures = {client.submit(search_variant, *job, pure=False): job for job in jobs}
            for future in as_completed(futures):
                yield futures[future], future.result()

        return run_sweep(plan, FOLDER, run_jobs=run_jobs)


def main(draws: int, seeds: int, longer: float, workers: int, address: str | None) -> None:
    plan = Plan(draws, seeds, longer)
    if workers == 1 and not address:
        results = run_sweep(plan, FOLDER)
    else:
        results = run_on_cluster(plan, workers, address)
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
        Argument("--address", metavar="URL", help="of a Dask scheduler"),
    )
