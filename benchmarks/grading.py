"""How fast the grader is, and how much memory it takes: python -m benchmarks.grading.

Every time is that of a whole command, with all that it starts and writes. Where
NBGRADER_PYTHON or OTTER_PYTHON names the Python of an environment with nbgrader
or otter-grader, these grade the same three questions, and the ratios are printed.
"""

import json
import os
import platform
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from benchmarks.assignments import write_copies
from benchmarks.measuring import Cost, describe_machine, measure_peak_memory, time_command
from benchmarks.peers import Nbgrader, Otter
from rnncourse.grading.batch.pool import count_cores
from scripts import Argument, run_script

PROGRAM = Path(__file__).with_name("registered_grader.py")
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
class Measurement:
    """One measurement.

    Args:
        title: Of what.
        copies: Submissions that were graded.
        workers: Processes that graded them.
        cost: Of them all.
        memory: The most memory that all processes held at once, in MB; None if not measured.
    """

    title: str
    copies: int
    workers: int
    cost: Cost
    memory: float | None = None

    @property
    def seconds_each(self) -> float:
        """Seconds of one core for one submission."""
        return self.cost.seconds * self.workers / self.copies

    @property
    def processor_each(self) -> float:
        """Seconds of processor time for one submission."""
        return self.cost.processor / self.copies

    def __str__(self) -> str:
        memory = "" if self.memory is None else f"{self.memory:.0f}"
        per_copy = f"{self.seconds_each:>9.3f}{self.processor_each:>11.3f}"
        numbers = f"{self.copies:>7}{self.workers:>8}{self.cost.seconds:>9.2f}{per_copy}{memory:>7}"
        return f"{self.title:<48}{numbers}"


HEAD = f"{'':<48}{'copies':>7}{'workers':>8}{'seconds':>9}{'each':>9}{'processor':>11}{'MB':>7}"


def describe_ratio(peer: Measurement, own: Measurement) -> str:
    """Say how many times as long another grader took for each submission."""
    return (
        f"{peer.copies} submissions to {peer.title} against {own.copies} of ours: "
        f"{peer.seconds_each / own.seconds_each:.1f} times the time, "
        f"{peer.processor_each / own.processor_each:.1f} times the processor time each."
    )


def measure_rnncourse(name: str, number: int, workers: int, memory: bool = False) -> Measurement:
    """Measure `rnncourse grade`.

    Args:
        name: Of the assignment.
        number: Copies of its right answers.
        workers: Processes.
        memory: Whether to measure the memory, too, in a run of its own.
    """
    title = f"rnncourse: {TITLES[name]}"
    with tempfile.TemporaryDirectory() as folder:
        command = _make_command(Path(folder), name, number, workers)
        cost = time_command(command, Path(folder), **VARIABLES)
        _check_marks(Path(folder), number)
    if not memory:
        return Measurement(title, number, workers, cost)
    with tempfile.TemporaryDirectory() as folder:
        command = _make_command(Path(folder), name, min(number, FOR_MEMORY), workers)
        peak = measure_peak_memory(command, Path(folder), **VARIABLES)
        return Measurement(title, number, workers, cost, peak)


def _make_command(folder: Path, name: str, number: int, workers: int) -> list:
    write_copies(name, number, folder / "submissions")
    options = ["--out", "marks", "--assignment", name, "--workers", workers]
    return [sys.executable, PROGRAM, "grade", "submissions", *options]


def _check_marks(folder: Path, number: int) -> None:
    """Make sure that all submissions got all points."""
    results = json.loads((folder / "marks" / "results.json").read_text(encoding="utf-8"))
    marks = [(submission["earned"], submission["points"]) for submission in results["submissions"]]
    assert len(marks) == number
    assert all(earned == points > 0 for earned, points in marks), marks


def measure_peers() -> Iterator[Measurement]:
    """Measure the other graders that are there."""
    for variable, (kind, number) in PEERS.items():
        python = os.environ.get(variable)
        if not python:
            print(f"{variable} is not set, so there is no comparison with {kind.title}.")
            continue
        with tempfile.TemporaryDirectory() as folder:
            peer = kind(Path(python), Path(folder))
            peer.prepare(number)
            measurement = Measurement(kind.title, number, 1, peer.grade(), peer.measure_memory())
        yield measurement


def describe_goal(quantity: str, value: float, target: float, at_most: bool = True) -> str:
    """Say whether a number is what was aimed at: at most, or at least, so much."""
    met = value <= target if at_most else value >= target
    sign = "at most" if at_most else "at least"
    return f"{'met' if met else 'MISSED':<8}{quantity}: {value:.3g}, {sign} {target:g} was the goal"


def main(copies: int, only: list[str]) -> None:
    """Measure and print."""
    print(f"{platform.system()} on {platform.machine()}, {describe_machine()}")
    print("For one submission: 'each' is seconds of a core, 'processor' seconds of processor time.")
    print("MB is the most that all processes held at once; " + SHARED)
    print(HEAD, flush=True)
    goals = []
    for name in only:
        max_seconds, max_memory = GOALS[name]
        for workers in dict.fromkeys((1, count_cores())):
            row = measure_rnncourse(name, copies, workers, memory=True)
            print(row, flush=True)
            title = f"{row.title}, {workers} at work"
            goals.append(describe_goal(f"{title}, seconds each", row.seconds_each, max_seconds))
            goals.append(describe_goal(f"{title}, MB", row.memory, max_memory))
    own_all = measure_rnncourse("shared", copies, 1, memory=True)
    print(own_all, flush=True)
    for peer in measure_peers():
        own_same = measure_rnncourse("shared", peer.copies, 1)  # at once: both meet the same load
        print(peer, own_same, sep="\n")
        for own in (own_same, own_all):
            print(describe_ratio(peer, own), flush=True)
            title = f"{peer.title} against {own.copies} of ours, ratio"
            ratio = peer.seconds_each / own.seconds_each
            goals.append(describe_goal(title, ratio, RATIOS[peer.title], at_most=False))
    print("", *goals, sep="\n")


if __name__ == "__main__":
    run_script(
        main,
        Argument("--copies", type=int, default=200, metavar="N", help="(default: 200)"),
        Argument("--only", nargs="+", choices=GOALS, default=[*GOALS], help="(default: all)"),
    )
