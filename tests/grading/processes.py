"""What the tests ask the system about processes, and how they wait for something to be true."""

import os
import signal
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from rnncourse.grading.sandbox.hosts import ForkHost
from rnncourse.grading.sandbox.sandbox import Sandbox

LINUX = sys.platform == "linux"


def list_children(pid: int) -> list[int]:
    """Return the child processes of all threads of a process."""
    result = []
    with suppress(OSError):  # the process may end, or a thread of it, while we look
        for task in Path(f"/proc/{pid}/task").glob("*/children"):
            with suppress(OSError):
                result += [int(child) for child in task.read_text().split()]
    return result


def list_descendants(pid: int) -> list[int]:
    return [d for child in list_children(pid) for d in (child, *list_descendants(child))]


def read_command(pid: int) -> str:
    """Return the command line of a process; "" if it has gone or is a zombie."""
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode().strip()
    except OSError:
        return ""


def _read_stat(pid: int) -> list[str]:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    except (OSError, IndexError):
        return ["X", "0"]


def is_alive(pid: int) -> bool:
    """Say whether a process exists and is no zombie."""
    return _read_stat(pid)[0] not in "XZ"


def find_parent(pid: int) -> int:
    return int(_read_stat(pid)[1])


def find_supervisors(box: Sandbox) -> dict[int, str]:
    """Return the processes that a sandbox's children are forked from, and the level of each."""
    hosts = [host for host in box._hosts.values() if isinstance(host, ForkHost)]
    return {host._process.pid: host.wait_for_greeting()[0] for host in hosts if host.has_answered}


def stop_process(pid: int) -> None:
    """Stop a process, and wait until it has stopped."""
    os.kill(pid, signal.SIGSTOP)
    wait_for(lambda: _read_stat(pid)[0] == "T")


def kill_stopped() -> list[int]:
    """Kill the processes below this one that are stopped: they notice nothing and never end."""
    stopped = [pid for pid in list_descendants(os.getpid()) if _read_stat(pid)[0] == "T"]
    for pid in stopped:
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
    return stopped


def wait_for(truth: Callable[[], object], seconds: float = 300) -> None:
    """Wait until something is true; the deadline is there for what never comes."""
    end = time.monotonic() + seconds
    while not truth():
        assert time.monotonic() < end
        time.sleep(0.02)
