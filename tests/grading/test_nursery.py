"""Zygotes of all workers come from one process for each set of packages."""

import os
import signal
import sys
from pathlib import Path

import pytest

from rnncourse.grading import nursery
from rnncourse.grading.judging import PASSED
from rnncourse.grading.nursery import Door, Nursery
from rnncourse.grading.sandbox import Sandbox

from .test_sandbox import body, marked

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="needs Linux")
RIGHT = body("return 2 * x")


@pytest.fixture
def shared(monkeypatch):
    """A nursery that all new sandboxes share."""
    owner = Nursery()
    monkeypatch.setattr(nursery, "_doors", [Door(owner.door())])
    yield owner
    owner.close()


def parent_of(box: Sandbox) -> int:
    """Return the process that a sandbox's zygote was forked from."""
    (host,) = box._hosts.values()
    stat = Path(f"/proc/{host._process.pid}/stat").read_text()
    return int(stat.rsplit(")")[-1].split()[1])


def test_two_sandboxes_have_zygotes_of_one_parent(shared):
    with Sandbox() as one, Sandbox() as other:
        assert marked(one, RIGHT).status == marked(other, RIGHT).status == PASSED
        assert parent_of(one) == parent_of(other) != os.getpid()


def test_a_sandbox_that_closes_leaves_the_others_theirs(shared):
    with Sandbox() as one:
        with Sandbox() as other:
            assert marked(other, RIGHT).status == PASSED
        assert marked(one, RIGHT).status == PASSED
    (parent,) = shared._parents.values()
    assert parent._process.poll() is None


def test_a_parent_that_died_is_replaced(shared):
    with Sandbox() as one, Sandbox() as other:
        assert marked(one, RIGHT).status == PASSED
        (parent,) = shared._parents.values()
        parent._process.kill()
        parent._process.wait()
        assert marked(one, RIGHT).status == PASSED  # its zygote is there
        assert marked(other, RIGHT).status == PASSED


def test_a_parent_that_does_not_answer_is_replaced(shared):
    with Sandbox() as one, Sandbox() as other:
        assert marked(one, RIGHT).status == PASSED
        (parent,) = shared._parents.values()
        os.kill(parent._process.pid, signal.SIGSTOP)
        other.start()
        next(iter(other._hosts.values()))._control.settimeout(1.0)
        assert marked(other, RIGHT).status == PASSED
        (new,) = shared._parents.values()
        assert new is not parent


def test_all_processes_end_with_the_nursery():
    box = Sandbox()
    assert marked(box, RIGHT).status == PASSED
    (parent,) = box._nursery._parents.values()
    (host,) = box._hosts.values()
    zygote = host._process.pid
    box.close()
    assert parent._process.returncode == 0
    assert not Path(f"/proc/{zygote}").exists()
