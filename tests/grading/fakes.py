"""A grader that obeys: a submission says in JSON what to do. Workers can import it."""

import hashlib
import json
import os
import time
from pathlib import Path

from rnncourse.grading.judging import Result
from rnncourse.grading.results import GRADED, SubmissionResult


def write_order(log: Path, points: int = 1, **more) -> bytes:
    """Write a submission; `more` says what the grader does with it."""
    return json.dumps({"log": str(log), "points": points, **more}).encode()


def grade_order(name: str, data: bytes, job) -> SubmissionResult:
    """Do as the submission says, and leave a line with the process and the points in its log."""
    plan = json.loads(data)
    with open(plan["log"], "a") as log:
        log.write(f"{os.getpid()} {plan['points']}\n")
    time.sleep(plan.get("seconds", 0))
    closed, opened = map(Path, plan.get("gate", ("", "")))
    n_free = plan.get("n_free", 0)  # how many may begin before the gate closes
    # It says who waits, and waits
    if closed.is_file() and len(read_logged_points(Path(plan["log"]))) > n_free:
        with closed.open("a") as waiting:
            waiting.write(f"{os.getpid()}\n")
        while not opened.exists():
            time.sleep(0.01)
    once = plan.get("once")  # a file: only while it does not exist, the worker dies
    if plan.get("dies") or (once and not Path(once).exists()):
        if once:
            Path(once).touch()
        os._exit(9)
    if plan.get("raises"):
        raise ValueError("a bug")
    question = Result("02-bits", "Bits", "passed", plan["points"], 100)
    sha256 = hashlib.sha256(data).hexdigest()
    return SubmissionResult(name, sha256, len(data), "02", GRADED, questions=(question,))


def read_logged_points(log: Path) -> list[int]:
    """Return the points of the submissions that were begun, in order."""
    return [int(line.split()[1]) for line in log.read_text().splitlines()] if log.exists() else []


def read_processes(log: Path) -> set[int]:
    return {int(line.split()[0]) for line in log.read_text().splitlines()}


def read_blocked(closed: Path) -> list[int]:
    """Return the processes that have come to a gate."""
    return [int(line) for line in closed.read_text().splitlines()]
