"""What waiting costs: python benchmarks/recurrences.py.

One sequence is read forward by output recurrence that is told the right answers (all steps at
once), by the same network running free, and by hidden recurrence. Beside the time of each stands
the longest chain of matrix products in which each needs the one before. The chain is the same on
every machine, and the time is not. Running free is a loop in Python, which is a part of its time;
hidden recurrence is a compiled loop.
"""

import argparse
import time

import numpy as np
import torch

from rnncourse.chapters.ch03_recurrence.kinds import KINDS, batch
from rnncourse.chapters.ch03_recurrence.waiting import WAYS, chains
from rnncourse.data.running import SYMBOLS
from rnncourse.models.recurrences import Recurrence

LENGTHS = (10, 30, 100, 300, 1000)


@torch.no_grad()
def milliseconds(steps: int, H: int, turns: int) -> dict[str, float]:
    """Time one run of every kind: the least of several, in turns."""
    xs, ys = batch("running sum", np.random.default_rng(0), steps, 1)
    runs = {}
    for way, (kind, free) in WAYS.items():
        net = Recurrence(SYMBOLS, H, KINDS[kind].cell, KINDS[kind].feedback)
        runs[way] = (lambda net=net: net.free(xs)) if free else lambda net=net: net.forced(xs, ys)
    times = {way: [] for way in runs}
    for _ in range(turns):
        for way, run in runs.items():
            begun = time.process_time()
            run()
            times[way].append(1e3 * (time.process_time() - begun))
    return {way: min(found) for way, found in times.items()}


def main() -> None:
    """Print a line for every length."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--units", type=int, default=256)
    parser.add_argument("--turns", type=int, default=7, help="runs of each (default: 7)")
    options = parser.parse_args()
    torch.set_num_threads(1)
    print(f"torch {torch.__version__}, {options.units} units, one thread: ms (products that wait)")
    print(f"{'T':>6}" + "".join(f"{way:>22}" for way in WAYS) + f"{'free: told':>12}")
    for steps in LENGTHS:
        times = milliseconds(steps, options.units, options.turns)
        cells = [f"{times[way]:12.2f} {f'({chains(way, steps)[0]:,})':>9}" for way in WAYS]
        print(f"{steps:6d}{''.join(cells)}{times['free'] / times['told']:12.1f}", flush=True)


if __name__ == "__main__":
    main()
