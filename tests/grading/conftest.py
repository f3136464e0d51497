"""Sandboxes for the tests of the grader: one of each level in a process, ended with it."""

import os
import signal
from contextlib import suppress

import pytest

from rnncourse.grading import marking
from rnncourse.grading.sandbox import isolation

from .processes import LINUX, kill_stopped, list_children, read_command


def pytest_collection_modifyitems(items):
    """Let a test be skipped that wants a level which this machine may lack."""
    for item in items:
        if "start_at_level" in getattr(item, "fixturenames", ()):
            item.add_marker(pytest.mark.may_skip)


@pytest.fixture(scope="session", autouse=True)
def nothing_stays():
    """Let this process inherit what its processes leave behind, and end that with the tests.

    So a test finds its own orphans, and none of another run on the same machine.
    """
    if LINUX:
        isolation.become_subreaper()
    yield
    marking.close_sandbox()
    for pid in list_children(os.getpid()) if LINUX else ():
        if "rnncourse.grading" in read_command(pid):
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)


@pytest.fixture(autouse=True)
def nothing_stays_stopped():
    """End what a test has stopped, also when it fails in the middle."""
    yield
    if LINUX:
        kill_stopped()


@pytest.fixture(scope="session")
def start_at_level():
    """Return a function that starts a sandbox and skips the test if its level is not reached."""

    def start(level: str) -> None:
        box = marking.get_sandbox(level)
        box.start()
        if box.level != level:
            pytest.skip(f"this machine offers {box.level!r} only")

    return start
