"""Measuring a command: its time, its processor time, and how much memory its processes hold."""

import os
import subprocess
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import psutil

ONE_THREAD = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1")
EVERY = 0.02  # seconds between two looks at the memory


class CommandError(RuntimeError):
    """A command of the benchmark that failed, with what it printed."""


@dataclass(frozen=True)
class Took:
    """What a command took.

    Args:
        seconds: From its start to its end.
        processor: Seconds of processor time, of all processes together; other work on the
            machine changes it little. NaN where the system does not tell.
    """

    seconds: float
    processor: float

    def __add__(self, other: "Took") -> "Took":
        return Took(self.seconds + other.seconds, self.processor + other.processor)


def timed(command: Sequence[object], folder: Path, **variables: str) -> Took:
    """Run a command in a folder, and return what it took.

    Raises:
        CommandError: If it fails.
    """
    start, before = time.perf_counter(), _processor()
    _finish(_start(command, folder, variables))
    return Took(time.perf_counter() - start, _processor() - before)


def _processor() -> float:
    """Return the processor time of all processes that were started here and have ended."""
    try:
        import resource
    except ImportError:
        return float("nan")
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def peak_memory(command: Sequence[object], folder: Path, **variables: str) -> float:
    """Run a command in a folder, and return the most memory that its processes held, in MB.

    What processes share is counted once where the system tells (Linux); else more than once.

    Raises:
        CommandError: If it fails.
    """
    process = _start(command, folder, variables)
    top, most = psutil.Process(process.pid), 0
    while process.poll() is None:
        with suppress(psutil.Error):
            most = max(most, sum(map(_memory, [top, *top.children(recursive=True)])))
        time.sleep(EVERY)
    _finish(process)
    return most / 1e6


def _start(
    command: Sequence[object], folder: Path, variables: Mapping[str, str]
) -> subprocess.Popen:
    return subprocess.Popen(
        [str(part) for part in command],
        cwd=folder,
        env={**os.environ, **ONE_THREAD, **variables},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
    )


def _finish(process: subprocess.Popen) -> None:
    output, _ = process.communicate()
    if process.returncode:
        raise CommandError(f"{process.args} ended with {process.returncode}:\n{output}")


def _memory(process: psutil.Process) -> int:
    try:
        return process.memory_full_info().pss
    except (AttributeError, psutil.AccessDenied):
        with suppress(psutil.Error):
            return process.memory_info().rss
    except psutil.Error:  # it has ended
        pass
    return 0
