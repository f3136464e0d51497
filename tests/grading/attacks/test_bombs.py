"""Bombs in a batch: whoever is graded beside them notices nothing."""

import os
import sys
import threading
from contextlib import suppress

import pytest

from rnncourse.grading.batch.results import grade_all
from rnncourse.grading.batch.submissions import Submission
from rnncourse.grading.batch.workers import Workers
from rnncourse.grading.marking import GradingJob
from rnncourse.grading.results import GRADED
from rnncourse.grading.sandbox.isolation import (
    EXTRA_THREADS,
    LIMITS,
    MAX_THREADS,
    NAMESPACES,
    SECCOMP,
    count_threads,
)

from ..handed_in import ASSIGNMENT, IMPORT, RIGHT, SECRET, list_points, make_notebook
from ..processes import list_descendants

pytestmark = [
    pytest.mark.grading,
    pytest.mark.skipif(sys.platform != "linux", reason="needs Linux"),
]
WORKERS, TRIALS = 4, 300
THREAD_BOMB = f"""
import threading, time

def bits_and_perplexity(log_probs):
    threading.stack_size(32768)
    if threading.active_count() > 9:
        return 0.0, 1.0
    for _ in range({TRIALS}):
        try:
            threading.Thread(target=time.sleep, args=(20,), daemon=True).start()
        except RuntimeError:
            pass
    time.sleep(2)
    return 0.0, 1.0
"""
FORK_BOMB = """
import os, time

def bits_and_perplexity(log_probs):
    for _ in range(8):
        try:
            os.fork()
        except OSError:
            pass
    time.sleep(2)
    return 0.0, 1.0
"""
POOLED = """
from concurrent.futures import ThreadPoolExecutor

def rnn_step(*arguments):
    with ThreadPoolExecutor(4) as pool:
        return list(pool.map(lambda _: step(*arguments), range(8)))[-1]
"""


def watch_threads(stop: threading.Event, peak: list[int]) -> None:
    """Count the threads below this process again and again; remember the most."""
    while not stop.wait(0.02):
        with suppress(OSError):  # processes come and go
            peak[0] = max(peak[0], sum(count_threads(pid) for pid in list_descendants(os.getpid())))


@pytest.mark.parametrize(
    ("bomb", "level"),
    [(THREAD_BOMB, NAMESPACES), (THREAD_BOMB, SECCOMP), (THREAD_BOMB, LIMITS), (FORK_BOMB, LIMITS)],
    ids=["threads-namespaces", "threads-seccomp", "threads-limits", "forks-limits"],
)
def test_fork_and_memory_bombs_affect_no_other_submission(bomb, level, start_at_level, tmp_path):
    start_at_level(level)
    honest = [
        IMPORT,
        RIGHT["02-bits"],
        RIGHT["02-step"].replace("def rnn_step", "def step"),
        POOLED,
    ]
    files = {}
    for number in range(12):
        cells = [bomb] if number % 4 == 1 else honest
        files[f"{number}.ipynb"] = make_notebook(*cells, f"# {number}")
    for name, data in files.items():
        (tmp_path / name).write_bytes(data)
    stop, peak = threading.Event(), [0]
    watcher = threading.Thread(target=watch_threads, args=(stop, peak))
    watcher.start()
    try:
        results = grade_all(
            [Submission(name, tmp_path / name) for name in files],
            GradingJob(ASSIGNMENT, SECRET, max_level=level),
            tmp_path / "out",
            Workers(WORKERS),
        )
    finally:
        stop.set()
        watcher.join()
    for number, result in enumerate(results):
        assert (result.status, result.needs_person, result.isolation) == (GRADED, False, level)
        marks = list_points(result)
        right = (2, 2) if number % 4 != 1 else (0, 2)
        assert (marks["02-bits"], marks["02-step"][0]) == (right, right[0]), result.questions
    counted_together = bomb == FORK_BOMB and os.geteuid() != 0  # with all else that the user runs
    bound = EXTRA_THREADS if counted_together else WORKERS * (MAX_THREADS + 60)
    assert WORKERS < peak[0] < bound, "threads of bombs, workers and all others"
