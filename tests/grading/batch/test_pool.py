"""Jobs that end well, and jobs that do not, in processes of their own."""

import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from rnncourse.grading.batch.pool import CRASH, ERROR, MEMORY, TIMEOUT, Job, Pool

from .. import planted
from ..processes import alive, wait_for
from ..students import ROOT


def test_every_job_ends_and_the_order_is_kept():
    jobs = [
        Job(planted.square, (2,)),
        Job(planted.loop, limit=0.2),
        Job(planted.leave, (0,)),
        Job(planted.square, (3,)),
        Job(planted.raise_an_error),
        Job(planted.leave, (3,)),
        Job(planted.square, (4,)),
    ]
    with Pool(2) as pool:
        done = pool.run(jobs)
        again = pool.run([Job(planted.square, (5,))])
        processes = [worker.process for worker in pool.staff]
    assert [d.lost for d in done] == ["", TIMEOUT, CRASH, "", ERROR, CRASH, ""]
    assert [d.value for d in done] == [4, None, None, 9, None, None, 16]
    assert done[4].told == "KeyError: 'x'"
    assert again[0].value == 25
    assert done[1].seconds == 0.2
    assert not any(process.is_alive() for process in processes)


def test_a_late_job_is_stopped_while_others_go_on():
    jobs = [Job(planted.loop, limit=0.5), *(Job(planted.square, (2,)) for _ in range(9))]
    with Pool(2) as pool:
        done = pool.run(jobs)
    assert [d.lost for d in done] == [TIMEOUT, *[""] * 9]


@pytest.mark.skipif(not Path("/proc/self/statm").exists(), reason="no limit of memory here")
def test_memory_is_limited():
    with Pool(1) as pool:
        done = pool.run([Job(planted.eat, (64,)), Job(planted.square, (2,))])
    assert [d.lost for d in done] == [MEMORY, ""]


def test_workers_compute_with_one_thread_and_the_parent_as_before():
    before = dict(os.environ)
    with Pool(1) as pool:
        assert pool.run([Job(planted.threads)])[0].value == "1"
    assert dict(os.environ) == before


def test_nothing_to_do():
    with Pool(2) as pool:
        assert pool.run([]) == []
        assert pool.staff == []


@pytest.mark.skipif(not shutil.which("false"), reason="needs a program that fails")
def test_a_process_that_cannot_start_is_no_endless_loop(monkeypatch):
    monkeypatch.setattr("multiprocessing.spawn._python_exe", os.fsencode(shutil.which("false")))
    with Pool(1) as pool, pytest.raises(RuntimeError, match="did not start"):
        pool.run([Job(planted.square, (2,))])


@pytest.mark.skipif(not Path("/proc").exists(), reason="asks /proc")
def test_a_worker_ends_when_nobody_is_there_to_stop_it(tmp_path):
    code = (
        "import sys; from rnncourse.grading.batch.pool import Job, Pool\n"
        "from tests.grading import planted\n"
        "if __name__ == '__main__': Pool(1).run([Job(planted.kill_the_parent, (sys.argv[1],))])"
    )
    call = [sys.executable, "-c", code, str(tmp_path / "note")]
    done = subprocess.run(call, cwd=ROOT, capture_output=True)
    assert done.returncode == -signal.SIGKILL
    wait_for(lambda: not alive(int((tmp_path / "note").read_text())))
