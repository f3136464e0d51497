"""Measuring a command: its time, its processor time, and how much memory its processes hold."""

import os
import subprocess
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import psutil

from rnncourse.core.threads import ONE_THREAD
from rnncourse.grading.batch.pool import count_cores

SAMPLING_INTERVAL = 0.02  # seconds between two looks at the memory


class CommandError(RuntimeError):
    """A command of the benchmark that failed, with what it printed."""


def describe_machine() -> str:
    """Say how many cores there are, and how much other work."""
    load = f"{os.getloadavg()[0]:.1f}" if hasattr(os, "getloadavg") else "unknown"
    return f"{count_cores()} cores, load {load}"


@dataclass(frozen=True)
class Cost:
    """What a command costs.

    Args:
        seconds: From its start to its end.
        processor: Seconds of processor time, of all processes together; other work on the
            machine changes it little. NaN where the system does not tell.
    """

    seconds: float
    processor: float

    def __add__(self, other: "Cost") -> "Cost":
        return Cost(self.seconds + other.seconds, self.processor + other.processor)


def time_command(command: Sequence[object], folder: Path, **variables: str) -> Cost:
    """Run a command in a folder, and return what it costs.

    Raises:
        CommandError: If it fails.
    """
    start, before = time.perf_counter(), _read_child_seconds()
    _finish(_start(command, folder, variables))
    return Cost(time.perf_counter() - start, _read_child_seconds() - before)


def _read_child_seconds() -> float:
    """Return the processor time of all processes that were started here and have ended."""
    try:
        import resource
    except ImportError:
        return float("nan")
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def measure_peak_memory(command: Sequence[object], folder: Path, **variables: str) -> float:
    """Run a command in a folder, and return the most memory that its processes held, in MB.

    What processes share is counted once where the system tells (Linux); else more than once.

    Raises:
        CommandError: If it fails.
    """
    process = _start(command, folder, variables)
    parent, max_bytes = psutil.Process(process.pid), 0
    while process.poll() is None:
        with suppress(psutil.Error):
            processes = [parent, *parent.children(recursive=True)]
            max_bytes = max(max_bytes, sum(map(_read_memory, processes)))
        time.sleep(SAMPLING_INTERVAL)
    _finish(process)
    return max_bytes / 1e6


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


def _read_memory(process: psutil.Process) -> int:
    try:
        return process.memory_full_info().pss
    except (AttributeError, psutil.AccessDenied):
        with suppress(psutil.Error):
            return process.memory_info().rss
    except psutil.Error:  # it has ended
        pass
    return 0
