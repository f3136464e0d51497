"""Supervisors of all workers come from one fork server for each set of packages."""

import functools
import os
import signal
import subprocess
import sys

import pytest

from rnncourse.grading.judging import PASSED
from rnncourse.grading.sandbox import hosts
from rnncourse.grading.sandbox.forkservers import ForkServers, SharedForkServers
from rnncourse.grading.sandbox.sandbox import Sandbox

from ..processes import (
    find_parent,
    find_supervisors,
    is_alive,
    kill_stopped,
    stop_process,
    wait_for,
)
from .test_sandbox import mark_answer, write_double

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="needs Linux")
RIGHT = write_double("return 2 * x")


@pytest.fixture
def shared_servers():
    owner = ForkServers()
    yield owner
    kill_stopped()  # if a test broke off in the middle
    owner.close()


@pytest.fixture
def make_sandbox(shared_servers):
    """Return a function that makes a sandbox of these fork servers, as a worker does."""
    return functools.partial(Sandbox, source=SharedForkServers(shared_servers.connection()))


def list_servers(owner: ForkServers) -> list[int]:
    """Return the processes that supervisors are forked from."""
    return [server._process.pid for server in owner._servers.values()]


def read_parent(box: Sandbox) -> int:
    """Return the process that a sandbox's supervisor was forked from."""
    (supervisor,) = find_supervisors(box)
    return find_parent(supervisor)


def test_two_sandboxes_have_zygotes_of_one_parent(make_sandbox):
    with make_sandbox() as first, make_sandbox() as second:
        assert mark_answer(first, RIGHT).status == mark_answer(second, RIGHT).status == PASSED
        assert read_parent(first) == read_parent(second) != os.getpid()


def test_closing_a_sandbox_keeps_the_server_of_others(shared_servers, make_sandbox):
    with make_sandbox() as outer:
        with make_sandbox() as inner:
            assert mark_answer(inner, RIGHT).status == PASSED
        assert mark_answer(outer, RIGHT).status == PASSED
    (process,) = list_servers(shared_servers)
    assert is_alive(process)


def test_a_parent_that_died_is_replaced(shared_servers, make_sandbox):
    with make_sandbox() as first, make_sandbox() as second:
        assert mark_answer(first, RIGHT).status == PASSED
        (process,) = list_servers(shared_servers)
        os.kill(process, signal.SIGKILL)
        wait_for(lambda: not is_alive(process))
        assert mark_answer(first, RIGHT).status == PASSED  # its supervisor is there
        assert mark_answer(second, RIGHT).status == PASSED


def test_a_parent_that_does_not_answer_is_replaced(shared_servers, make_sandbox, monkeypatch):
    with make_sandbox() as first, make_sandbox() as second:
        assert mark_answer(first, RIGHT).status == PASSED
        (process,) = list_servers(shared_servers)
        # It will never answer, so the wait for it may be short; not the next one
        stop_process(process)
        with monkeypatch.context() as patch:
            patch.setattr(hosts, "START_TIMEOUT", 0.1)
            second.start()
        assert mark_answer(second, RIGHT).status == PASSED
        (next_process,) = list_servers(shared_servers)
        assert next_process != process
        assert not is_alive(process)


def test_all_processes_end_with_the_sandbox():
    box = Sandbox()
    assert mark_answer(box, RIGHT).status == PASSED
    (supervisor,) = find_supervisors(box)
    process = find_parent(supervisor)
    box.close()
    assert not is_alive(process)
    assert not is_alive(supervisor)


def test_a_parent_ends_by_itself(shared_servers, make_sandbox):
    """What it and its supervisors took counts only if nobody has to kill it."""
    with make_sandbox() as box:
        assert mark_answer(box, RIGHT).status == PASSED
    assert shared_servers.close() == [0]


def test_a_stopped_parent_ends_with_a_judge_that_is_killed():
    code = (
        "import os, signal;"
        "from rnncourse.grading.sandbox.forkservers import ForkServers, use_shared;"
        "from rnncourse.grading.sandbox.sandbox import Sandbox;"
        "owner = ForkServers(); use_shared(owner.connection()); box = Sandbox(); box.start();"
        "box.level; processes = [s._process.pid for s in owner._servers.values()];"
        "print(*processes, flush=True);"
        "[os.kill(process, signal.SIGSTOP) for process in processes];"
        "os.kill(os.getpid(), signal.SIGKILL)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert done.returncode == -signal.SIGKILL
    wait_for(lambda: not is_alive(int(done.stdout)))


def test_stopped_processes_of_a_test_are_killed():
    with subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE) as process:
        stop_process(process.pid)
        assert process.pid in kill_stopped()
        assert process.wait() == -signal.SIGKILL
