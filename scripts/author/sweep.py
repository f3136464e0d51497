"""The sweep of chapter 8: python -m scripts.author.sweep [--draws 6] [--seeds 5] [--workers 2].

All variants, three tasks: a random search for each, then fresh seeds. One result a file, in
_build/runs/sweep: who stops it goes on where it stood. Dask runs the jobs, on this machine with as
many workers as are asked for, or with --address on those of a cluster. After one of the usual
size, `make measure ONLY=ch08_gated_variants/sweep` makes the chapter's record of it.
"""

import argparse
from collections.abc import Iterator
from contextlib import ExitStack

from rnncourse.chapters.ch08_gated_variants.sweep import Plan, run_sweep, search_variant
from scripts import ROOT

FOLDER = ROOT / "_build" / "runs" / "sweep"


def run_on_cluster(plan: Plan, workers: int, address: str | None) -> dict:
    """Let Dask do what is missing: the workers of a cluster, or some on this machine."""
    try:
        from distributed import Client, LocalCluster, as_completed
    except ImportError:
        raise SystemExit("Dask is missing. Try: pip install 'rnncourse[cluster]'") from None

    with ExitStack() as stack:
        if address is None:
            single_thread = {"threads_per_worker": 1, "dashboard_address": None}
            address = stack.enter_context(
                LocalCluster(n_workers=workers, **single_thread)
            ).scheduler_address
        client = stack.enter_context(Client(address))

        def each(todo: list) -> Iterator:
            futures = {
                client.submit(search_variant, *variant, pure=False): variant for variant in todo
            }
            for future in as_completed(futures):
                yield futures[future], future.result()

        return run_sweep(plan, FOLDER, run_jobs=each)


def main(words: list[str] | None = None) -> None:
    """Run what is missing."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--draws", type=int, default=Plan.draws)
    parser.add_argument("--seeds", type=int, default=Plan.seeds)
    parser.add_argument("--longer", type=float, default=Plan.longer)
    parser.add_argument("--workers", type=int, default=1)
    parser.add_argument("--address", help="of a Dask scheduler")
    args = parser.parse_args(words)
    plan = Plan(args.draws, args.seeds, args.longer)
    if args.workers == 1 and not args.address:
        results = run_sweep(plan, FOLDER)
    else:
        results = run_on_cluster(plan, args.workers, args.address)
    seconds = sum(result["seconds"] for result in results.values())
    minutes = f"{seconds / 60:.1f} CPU minutes in all"
    print(f"{len(results)} jobs, {minutes}; kept in {FOLDER / plan.folder}")


if __name__ == "__main__":
    main()
