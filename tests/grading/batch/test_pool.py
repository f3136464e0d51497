"""Calls that end well, and calls that do not, in processes of their own."""

import os
import shutil
import signal
import subprocess
import sys
import time
import weakref
from pathlib import Path

import numpy as np
import pytest

from rnncourse.grading.batch import pool as pool_module
from rnncourse.grading.batch.pool import Pool, WorkerDiedError, limit_memory
from scripts import ROOT

from .. import planted
from ..processes import is_alive, wait_for


def wait_for_outcome(future):
    error = future.exception(300)
    return future.result() if error is None else type(error)


def test_every_call_ends_and_costs_no_other():
    calls = [
        (planted.square_number, 2),
        (planted.loop_forever,),
        (planted.exit_process, 0),
        (planted.square_number, 3),
        (planted.raise_an_error,),
        (planted.exit_process, 3),
        (planted.raise_a_lambda,),
        (planted.give_a_lambda,),
        (lambda: 0,),
        (planted.square_number, 4),
    ]
    with Pool(2) as pool:
        done = [pool.submit(*call, limit=0.2) for call in calls]
        outcomes = [wait_for_outcome(future) for future in done]
        assert pool.submit(planted.square_number, 5).result() == 25
        processes = [process.child for process in pool._processes]
    died = WorkerDiedError
    assert outcomes[:6] == [4, TimeoutError, died, 9, KeyError, died]
    assert outcomes[6] is RuntimeError
    assert all(issubclass(kind, Exception) and kind != died for kind in outcomes[7:9])
    assert outcomes[9] == 16
    assert done[4].exception().args == ("x",)
    assert len(processes) == 2
    assert not any(process.is_alive() for process in processes)


def test_a_late_call_is_stopped_while_others_go_on():
    with Pool(2) as pool:
        late = pool.submit(planted.loop_forever, limit=0.5)
        done = [pool.submit(planted.square_number, 2) for _ in range(9)]
        assert [future.result() for future in done] == [4] * 9
        assert wait_for_outcome(late) is TimeoutError


def test_a_call_that_only_waits_is_late_by_the_clock(monkeypatch):
    monkeypatch.setattr(pool_module, "MIN_WAIT", 0.2)
    with Pool(1) as pool:
        assert pool.submit(planted.square_number, 2).result() == 4
        assert wait_for_outcome(pool.submit(time.sleep, 3600, limit=0.01)) is TimeoutError


def test_an_idle_worker_that_dies_is_replaced():
    with Pool(1) as pool:
        number = pool.submit(os.getpid).result()
        os.kill(number, signal.SIGKILL)
        wait_for(lambda: all(process.has_ended for process in pool._processes))
        assert pool.submit(os.getpid).result() != number


def test_no_call_is_kept_when_it_has_ended():
    """What is handed in may be large; only that of calls under way is held."""
    array = np.zeros(2)
    reference = weakref.ref(array)
    with Pool(1) as pool:
        future = pool.submit(np.sum, array)
        del array
        assert future.result() == 0
        wait_for(lambda: reference() is None)


def test_an_error_breaks_off_what_is_under_way_and_drops_the_rest():
    def stop():
        with Pool(1) as pool:
            futures.extend(pool.submit(time.sleep, 3600) for _ in range(3))
            wait_for(futures[0].running)
            raise KeyboardInterrupt

    futures = []
    with pytest.raises(KeyboardInterrupt):
        stop()
    assert wait_for_outcome(futures[0]) is WorkerDiedError
    assert futures[1].cancelled()
    assert futures[2].cancelled()


@pytest.mark.skipif(not Path("/proc/self/statm").exists(), reason="no limit of memory here")
def test_memory_is_limited():
    with Pool(1, limit_memory) as pool:
        assert wait_for_outcome(pool.submit(planted.eat_memory, 64)) is MemoryError
        assert pool.submit(planted.square_number, 2).result() == 4


def test_workers_compute_with_one_thread_and_the_parent_as_before():
    before = dict(os.environ)
    with Pool(1) as pool:
        assert pool.submit(planted.read_thread_limit).result() == "1"
    assert dict(os.environ) == before


def test_a_pool_without_calls_starts_no_process():
    with Pool(2) as pool:
        pass
    assert pool._processes == set()


@pytest.mark.skipif(not shutil.which("false"), reason="needs a program that fails")
def test_a_process_that_cannot_start_is_no_endless_loop(monkeypatch):
    monkeypatch.setattr("multiprocessing.spawn._python_exe", os.fsencode(shutil.which("false")))
    with Pool(1) as pool:
        assert wait_for_outcome(pool.submit(planted.square_number, 2)) is WorkerDiedError


@pytest.mark.skipif(not Path("/proc").exists(), reason="asks /proc")
def test_a_worker_ends_when_nobody_is_there_to_stop_it(tmp_path):
    code = (
        "import sys; from rnncourse.grading.batch.pool import Pool\n"
        "from tests.grading import planted\n"
        "if __name__ == '__main__': Pool(1).submit(planted.kill_the_parent, sys.argv[1]).result()"
    )
    call = [sys.executable, "-c", code, str(tmp_path / "note")]
    done = subprocess.run(call, cwd=ROOT, capture_output=True)
    assert done.returncode == -signal.SIGKILL
    wait_for(lambda: not is_alive(int((tmp_path / "note").read_text())))


@pytest.mark.parametrize("wait", [True, False])
def test_a_pool_that_was_shut_down_takes_no_more_calls(wait):
    pool = Pool(1)
    pool.shutdown(wait=wait)
    with pytest.raises(RuntimeError, match="takes no more calls"):
        pool.submit(os.getpid)
