"""How fast the grader is, and how much memory it takes: python benchmarks/grading.py.

Every time is that of a whole command, with all that it starts and writes. Where
NBGRADER_PYTHON or OTTER_PYTHON names the Python of an environment with nbgrader
or otter-grader, these grade the same three questions, and the ratios are printed.
"""

import argparse
import json
import os
import platform
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from assignments import copies
from measuring import Took, peak_memory, timed
from peers import Nbgrader, Otter

from rnncourse.grading.batch.pool import count_cores

OURS = Path(__file__).with_name("ours.py")
SHARED = "what they share counts once (PSS) on Linux, and elsewhere more than once (RSS)."
VARIABLES = {"RNNCOURSE_SECRET": "a secret for the benchmark"}
FOR_MEMORY = 10  # copies: the peak does not depend on how many there are
TITLES = {
    "numpy": "7 questions, NumPy",
    "project": "8 questions, NumPy, one of them open",
    "torch": "3 questions, PyTorch",
    "shared": "3 questions, NumPy",
}
GOALS = {"numpy": (0.1, 300), "project": (0.1, 300), "torch": (0.3, 600)}  # seconds each, MB
RATIOS = {Nbgrader.title: 15, Otter.title: 40}
PEERS = {"NBGRADER_PYTHON": (Nbgrader, 8), "OTTER_PYTHON": (Otter, 4)}


@dataclass(frozen=True)
class Row:
    """One measurement.

    Args:
        title: Of what.
        copies: Submissions that were graded.
        workers: Processes that graded them.
        took: By them all.
        memory: The most memory that all processes held at once, in MB; None if not measured.
    """

    title: str
    copies: int
    workers: int
    took: Took
    memory: float | None = None

    @property
    def each(self) -> float:
        """Seconds of one core for one submission."""
        return self.took.seconds * self.workers / self.copies

    @property
    def processor(self) -> float:
        """Seconds of processor time for one submission."""
        return self.took.processor / self.copies

    def __str__(self) -> str:
        memory = "" if self.memory is None else f"{self.memory:.0f}"
        numbers = f"{self.took.seconds:>9.2f}{self.each:>9.3f}{self.processor:>11.3f}{memory:>7}"
        return f"{self.title:<48}{self.copies:>7}{self.workers:>8}{numbers}"


HEAD = f"{'':<48}{'copies':>7}{'workers':>8}{'seconds':>9}{'each':>9}{'processor':>11}{'MB':>7}"


def describe_ratio(peer: Row, own: Row) -> str:
    """Say how many times as long another grader took for each submission."""
    return (
        f"{peer.copies} submissions to {peer.title} against {own.copies} of ours: "
        f"{peer.each / own.each:.1f} times the time, "
        f"{peer.processor / own.processor:.1f} times the processor time each."
    )


def ours(name: str, number: int, workers: int, memory: bool = False) -> Row:
    """Measure `rnncourse grade`.

    Args:
        name: Of the assignment.
        number: Copies of its right answers.
        workers: Processes.
        memory: Whether to measure the memory, too, in a run of its own.
    """
    title = f"rnncourse: {TITLES[name]}"
    with tempfile.TemporaryDirectory() as folder:
        took = timed(_command(Path(folder), name, number, workers), Path(folder), **VARIABLES)
        _confirm(Path(folder), number)
    if not memory:
        return Row(title, number, workers, took)
    with tempfile.TemporaryDirectory() as folder:
        command = _command(Path(folder), name, min(number, FOR_MEMORY), workers)
        return Row(title, number, workers, took, peak_memory(command, Path(folder), **VARIABLES))


def _command(folder: Path, name: str, number: int, workers: int) -> list:
    copies(name, number, folder / "submissions")
    options = ["--out", "marks", "--assignment", name, "--workers", workers]
    return [sys.executable, OURS, "grade", "submissions", *options]


def _confirm(folder: Path, number: int) -> None:
    """Make sure that all submissions got all points."""
    results = json.loads((folder / "marks" / "results.json").read_text(encoding="utf-8"))
    marks = [(submission["earned"], submission["points"]) for submission in results["submissions"]]
    assert len(marks) == number
    assert all(earned == points > 0 for earned, points in marks), marks


def peers() -> Iterator[Row]:
    """Measure the other graders that are there."""
    for variable, (kind, number) in PEERS.items():
        python = os.environ.get(variable)
        if not python:
            print(f"{variable} is not set, so there is no comparison with {kind.title}.")
            continue
        with tempfile.TemporaryDirectory() as folder:
            peer = kind(Path(python), Path(folder))
            peer.prepare(number)
            row = Row(kind.title, number, 1, peer.grade(), peer.memory())
        yield row


def goal(what: str, value: float, target: float, at_most: bool = True) -> str:
    """Say whether a number is what was aimed at: at most, or at least, so much."""
    met = value <= target if at_most else value >= target
    sign = "at most" if at_most else "at least"
    return f"{'met' if met else 'MISSED':<8}{what}: {value:.3g}, {sign} {target:g} was the goal"


def main() -> int:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--copies", type=int, default=200, help="by default 200")
    parser.add_argument("--only", nargs="+", choices=GOALS, default=GOALS, help="by default all")
    options = parser.parse_args()
    print(f"{platform.system()} on {platform.machine()}, {count_cores()} cores, load {_load()}")
    print("For one submission: 'each' is seconds of a core, 'processor' seconds of processor time.")
    print("MB is the most that all processes held at once; " + SHARED)
    print(HEAD, flush=True)
    goals = []
    for name, (most_seconds, most_memory) in GOALS.items():
        if name not in options.only:
            continue
        for workers in dict.fromkeys((1, count_cores())):
            row = ours(name, options.copies, workers, memory=True)
            print(row, flush=True)
            what = f"{row.title}, {workers} at work"
            goals.append(goal(f"{what}, seconds each", row.each, most_seconds))
            goals.append(goal(f"{what}, MB", row.memory, most_memory))
    own_all = ours("shared", options.copies, 1, memory=True)
    print(own_all, flush=True)
    for peer in peers():
        own_same = ours("shared", peer.copies, 1)  # at once, so that both meet the same load
        print(
            peer,
            own_same,
            describe_ratio(peer, own_same),
            describe_ratio(peer, own_all),
            sep="\n",
            flush=True,
        )
        min_ratio = RATIOS[peer.title]
        for own in (own_same, own_all):
            what = f"{peer.title} against {own.copies} of ours, ratio"
            goals.append(goal(what, peer.each / own.each, min_ratio, at_most=False))
    print("", *goals, sep="\n")
    return 0


def _load() -> str:
    return f"{os.getloadavg()[0]:.1f}" if hasattr(os, "getloadavg") else "unknown"


if __name__ == "__main__":
    sys.exit(main())
