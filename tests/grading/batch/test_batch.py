"""Every submission is graded once, whatever dies in the middle."""

import json
import os
import signal
import subprocess
import sys
from collections import Counter
from concurrent.futures import Future
from pathlib import Path

import pytest

from rnncourse.core import files
from rnncourse.grading.batch import batch, workers
from rnncourse.grading.batch.batch import BatchError, grade_all, hash_grading
from rnncourse.grading.batch.submissions import Submission
from rnncourse.grading.batch.workers import (
    DaskWorkers,
    LocalWorkers,
    Request,
    Workers,
    WorkersError,
)
from rnncourse.grading.marking import GradingJob
from rnncourse.grading.sandbox import isolation

from .. import fakes
from ..processes import LINUX, is_alive, wait_for
from .dask_cluster import DaskCluster

ROOT = Path(__file__).parents[3]
JOB = GradingJob("02-language-models", b"a secret of the course")


class InProcessWorkers(Workers):
    """Does the work in this process, when it is asked for."""

    def __init__(self, width=4, fails=()):
        super().__init__(width)
        self.sent = []
        self.fails = fails

    def __enter__(self):
        return self

    def __exit__(self, *rest):
        pass

    def send(self, request):
        self.sent.append(request)
        future = Future()
        try:
            future.set_result(workers.grade_request(request))
        except Exception as error:
            future.set_exception(error)
        return future


class Dying(InProcessWorkers):
    """Its first workers die, and nobody comes in their place."""

    lost_errors = (ConnectionAbortedError,)

    def __init__(self, deaths):
        super().__init__()
        self.deaths = deaths

    def send(self, request):
        future = Future()
        self.sent.append(request)
        if len(self.sent) <= self.deaths:
            future.set_exception(ConnectionAbortedError())
        return future

    def has_workers(self):
        return False


@pytest.fixture
def log(tmp_path):
    return tmp_path / "log"


def handed_in(folder, *contents):
    """Write submissions, named a, b, c, …"""
    folder.mkdir(exist_ok=True)
    result = []
    for name, content in zip("abcdefghijklmnop", contents, strict=False):
        (folder / name).write_bytes(content)
        result.append(Submission(name, folder / name))
    return result


def grade(submissions, out, workers=None, job=JOB, **more):
    return grade_all(submissions, job, out, workers or InProcessWorkers(), fakes.grade, **more)


def points_of(results):
    return [(r.name, r.earned if r.questions else r.reason) for r in results]


def test_rows_are_in_the_order_of_the_submissions(tmp_path, log):
    result = handed_in(tmp_path / "in", *(fakes.order(log, n, seconds=0.2 / n) for n in (1, 2, 3)))
    assert points_of(grade(result, tmp_path, LocalWorkers(2))) == [("a", 1), ("b", 2), ("c", 3)]


def test_the_same_bytes_are_graded_once_and_are_two_rows(tmp_path, log):
    same, other = fakes.order(log, 5), fakes.order(log, 6)
    result = handed_in(tmp_path / "in", same, other, same)
    results = grade(result, tmp_path)
    assert points_of(results) == [("a", 5), ("b", 6), ("c", 5)]
    assert fakes.logged(log) == [5, 6]
    assert len(list((tmp_path / "results").glob("*.json"))) == 2
    assert points_of(grade(result[::-1], tmp_path)) == [("c", 5), ("b", 6), ("a", 5)]
    assert fakes.logged(log) == [5, 6]


def test_a_submission_without_bytes_is_a_row_and_is_tried_again(tmp_path, log):
    (sound,) = handed_in(tmp_path / "in", fakes.order(log))
    bad = [Submission("bad", tmp_path, reason="It is encrypted."), Submission("no", tmp_path / "-")]
    results = grade([bad[0], sound, bad[1]], tmp_path)
    reasons = ["It is encrypted.", 1, "It cannot be read: No such file or directory."]
    assert points_of(results) == list(zip(("bad", "a", "no"), reasons, strict=True))
    assert [r.status for r in results] == ["invalid", "graded", "invalid"]
    (tmp_path / "-").write_bytes(fakes.order(log, 2))
    assert points_of(grade(bad[1:], tmp_path)) == [("no", 2)]


def test_progress_counts_every_row(tmp_path, log):
    same = fakes.order(log)
    result = handed_in(tmp_path / "in", same, fakes.order(log, 2), same)
    counts = []
    grade(
        [*result, Submission("bad", tmp_path, reason="It is bad.")], tmp_path, report=counts.append
    )
    assert counts == [1, 2, 3, 4]


def test_few_submissions_are_held_at_a_time(tmp_path, log, monkeypatch):
    monkeypatch.setattr(workers, "MAX_IN_FLIGHT", 1000)
    result = handed_in(tmp_path / "in", *(fakes.order(log, n, x=" " * 600) for n in range(9)))
    here, backlogs = InProcessWorkers(), []
    send = here.send

    def counted(request):
        backlogs.append(len(here.sent) - len(list((tmp_path / "results").glob("*.json"))))
        return send(request)

    here.send = counted
    assert len(grade(result, tmp_path, here)) == 9
    assert (
        max(backlogs) == 1
    )  # one was with the worker when the next was sent: 1200 bytes, not 1800


# --- What decides whether a kept result counts ---


def test_another_job_grades_again(tmp_path, log, monkeypatch):
    result = handed_in(tmp_path / "in", fakes.order(log))
    jobs = [
        JOB,
        GradingJob("02-language-models"),
        GradingJob(None, JOB.secret),
        GradingJob(JOB.assignment, b"other"),
    ]
    jobs.append(GradingJob(JOB.assignment, JOB.secret, lowest="seccomp"))
    for job in jobs * 2:
        grade(result, tmp_path, job=job)
    assert len(fakes.logged(log)) == len(jobs) == len({hash_grading(job) for job in jobs})
    monkeypatch.setattr(batch, "read_package_version", lambda: "another")
    assert len({hash_grading(job) for job in jobs}) == len(jobs)
    grade(result, tmp_path)
    monkeypatch.setattr(batch, "hash_source", lambda: "changed")
    monkeypatch.setattr(workers, "hash_source", lambda: "changed")
    grade(result, tmp_path)
    assert len(fakes.logged(log)) == len(jobs) + 2


def test_the_fingerprint_does_not_show_the_secret(tmp_path, log):
    (result,) = handed_in(tmp_path / "in", fakes.order(log))
    grade([result], tmp_path)
    names = [path.name.encode() for path in tmp_path.rglob("*")]
    kept = [path.read_bytes() for path in (tmp_path / "results").iterdir()]
    assert not any(JOB.secret in text for text in names + kept)


def test_a_fault_of_the_grader_is_tried_again(tmp_path, log):
    actual = handed_in(tmp_path / "in", fakes.order(log, raises=True))
    for _ in range(2):
        (result,) = grade(actual, tmp_path)
        assert result.status == "harness error"
        assert result.reason == "The grader failed: ValueError: a bug"
        assert (result.size, result.seed) == (actual[0].path.stat().st_size, "secret")
    assert fakes.logged(log) == [1, 1]


@pytest.mark.parametrize(
    "damage",
    [
        lambda text: text[: len(text) // 2],
        lambda text: "",
        lambda text: "[" * 100_000,
        lambda text: "null",
        lambda text: text.replace("rnncourse-result/3", "rnncourse-result/1"),
        lambda text: text.replace('"sha256": "', '"sha256": "0'),
        lambda text: text.replace('"questions": [', '"questions": 1, "x": ['),
    ],
)
def test_a_damaged_result_is_made_again(tmp_path, log, damage):
    result = handed_in(tmp_path / "in", fakes.order(log))
    grade(result, tmp_path)
    (kept,) = (tmp_path / "results").glob("*.json")
    sound = kept.read_text()
    kept.write_text(damage(sound))
    assert points_of(grade(result, tmp_path)) == [("a", 1)]
    assert kept.read_text() == sound
    assert fakes.logged(log) == [1, 1]


def test_two_runs_do_not_write_into_one_folder(tmp_path, log):
    result = handed_in(tmp_path / "in", fakes.order(log))
    (tmp_path / "results").mkdir()
    with files.lock_folder(tmp_path / "results") as free:
        assert free
        with pytest.raises(BatchError, match=r"Another run is writing into '.*': wait for it"):
            grade(result, tmp_path)
    assert points_of(grade(result, tmp_path)) == [("a", 1)]


def test_a_file_is_whole_or_not_there(tmp_path, monkeypatch):
    path = tmp_path / "new" / "a.txt"
    files.write_file(path, "whole\r\n")

    def refuse(*_):
        raise OSError("disk full")

    monkeypatch.setattr(os, "fsync", refuse)
    with pytest.raises(OSError, match="disk full"):
        files.write_file(path, "half", durable=True)
    assert [p.name for p in path.parent.iterdir()] == ["a.txt"]
    assert path.read_bytes() == b"whole\r\n"


# --- Workers that die ---


def test_a_request_tells_nothing_in_a_log():
    request = Request("anna", "ab" * 32, b"data", JOB, fakes.grade, "source")
    assert repr(request) == "Request(abababababababab)"


def test_a_worker_with_other_code_may_not_grade(tmp_path, log):
    data = fakes.order(log)
    request = Request("a", "00", data, JOB, fakes.grade, "other")
    ((_, reason),) = InProcessWorkers().grade(iter([request]))
    assert reason.endswith("the worker has another version of rnncourse")
    assert fakes.logged(log) == []


@pytest.mark.parametrize("deaths", [0, 1, 2])
def test_no_wait_is_endless_when_all_workers_have_gone(tmp_path, log, monkeypatch, deaths):
    monkeypatch.setattr(workers, "WATCH_INTERVAL", 0.05)
    result = handed_in(tmp_path / "in", fakes.order(log))
    monkeypatch.setattr(workers, "NO_WORKERS_TIMEOUT", 0.1)
    with pytest.raises(WorkersError, match="There has been no worker for a long time"):
        grade(result, tmp_path, Dying(deaths))


@pytest.mark.grading
def test_a_submission_that_kills_its_worker_costs_no_other_one(tmp_path, log):
    contents = [fakes.order(log, n, seconds=0.1) for n in range(1, 6)]
    contents.insert(2, fakes.order(log, 66, dies=True))
    contents.append(fakes.order(log, 7, once=str(tmp_path / "flag")))
    results = grade(handed_in(tmp_path / "in", *contents), tmp_path, LocalWorkers(2))
    reason = "Its worker died each time, 2 times with nothing else to do."
    assert points_of(results) == [*zip("abcdefg", (1, 2, reason, 3, 4, 5, 7), strict=True)]
    assert [r.name for r in results if r.needs_person] == ["c"]
    begun = Counter(fakes.logged(log))
    assert begun[66] == 3  # once among others, twice alone
    assert max(begun[n] for n in (1, 2, 3, 4, 5, 7)) <= 3


@pytest.mark.grading
def test_killed_in_the_middle_and_started_again(tmp_path, log):
    """kill -9, twice, then to the end: every mark is there, none is made twice, nothing is half."""
    gates = {3: tmp_path / "first", 7: tmp_path / "second"}
    closed = tmp_path / "closed"
    closed.touch()
    stops = [(closed, gates[7 if n >= 7 else 3]) if n >= 3 else () for n in range(16)]
    contents = [
        fakes.order(log, n, **({"gate": [*map(str, stop)]} if stop else {}))
        for n, stop in enumerate(stops)
    ]
    result = handed_in(tmp_path / "in", *contents)
    code = (
        "import sys; from pathlib import Path; from tests.grading.batch import test_batch as t; "
        "t.run_to_be_killed(Path(sys.argv[1]))"
    )
    results = tmp_path / "results"
    for n, gate in gates.items():
        run = subprocess.Popen([sys.executable, "-c", code, str(tmp_path)], cwd=ROOT)
        wait_for(lambda n=n: len(list(results.glob("*.json"))) == n)
        run.kill()
        run.wait()
        wait_for(lambda: not any(is_alive(process) for process in fakes.processes(log)))
        gate.touch()
    kept = {path: path.read_bytes() for path in results.glob("*.json")}
    assert len(kept) == 7
    assert all(json.loads(text)["points"] == 100 for text in kept.values())
    done = {json.loads(text)["earned"] for text in kept.values()}
    (results / ".b.json.1.part").write_text("{")  # as if killed while it wrote
    before = len(fakes.logged(log))
    assert points_of(grade(result, tmp_path, LocalWorkers(2))) == [
        *zip("abcdefghijklmnop", range(16), strict=True)
    ]
    assert sorted(fakes.logged(log)[before:]) == sorted(set(range(16)) - done)
    assert {path: path.read_bytes() for path in kept} == kept
    assert len(list(results.glob("*.json"))) == 16
    assert not list(results.glob(".*.part"))


def run_to_be_killed(folder):
    if LINUX:
        isolation.die_with_parent()  # if the tests themselves are killed
    result = [Submission(path.name, path) for path in sorted((folder / "in").iterdir())]
    grade(result, folder, LocalWorkers(2))


@pytest.mark.grading
def test_stopping_does_not_wait_for_what_is_being_graded(tmp_path, log):
    contents = [fakes.order(log, 1), fakes.order(log, 2, seconds=3600)]
    result = handed_in(tmp_path / "in", *contents)

    def stop(done):
        wait_for(lambda: len(fakes.logged(log)) == 2)
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        grade(result, tmp_path, LocalWorkers(2), report=stop)
    assert not any(is_alive(process) for process in fakes.processes(log))
    assert len(list((tmp_path / "results").glob("*.json"))) == 1


# --- Dask ---


@pytest.fixture
def cluster(tmp_path):
    pytest.importorskip("distributed")
    with DaskCluster(tmp_path) as cluster:
        yield cluster


@pytest.mark.grading
def test_a_dask_worker_killed_in_the_middle_changes_no_mark(tmp_path, log, cluster):
    gate = tmp_path / "closed", tmp_path / "opened"
    gate[0].touch()
    contents = [fakes.order(log, n, gate=[*map(str, gate)], free=8) for n in range(16)]
    result = handed_in(tmp_path / "in", *contents)
    killed = []

    def kill(done):
        if done == 4:
            wait_for(lambda: fakes.blocked(gate[0]))
            killed.append(fakes.blocked(gate[0])[0])
            os.kill(killed[0], signal.SIGKILL)
            gate[1].touch()

    results = grade(result, tmp_path, DaskWorkers(cluster.address), report=kill)
    assert points_of(results) == [*zip("abcdefghijklmnop", range(16), strict=True)]
    assert len(fakes.logged(log)) > 16  # something was under way in the worker that died
    assert fakes.processes(log) > set(killed) > set()
    assert [r.to_json() for r in grade(result, tmp_path / "here")] == [r.to_json() for r in results]


@pytest.mark.grading
def test_a_submission_that_kills_every_dask_worker_is_a_row(tmp_path, log, cluster):
    contents = [fakes.order(log, 1), fakes.order(log, 2, dies=True), fakes.order(log, 3)]
    result = handed_in(tmp_path / "in", *contents)
    results = grade(result, tmp_path, DaskWorkers(cluster.address))
    reason = "Its worker died each time, 2 times with nothing else to do."
    assert points_of(results) == [("a", 1), ("b", reason), ("c", 3)]


@pytest.mark.grading
def test_no_log_of_dask_shows_the_secret(tmp_path, log, cluster):
    result = handed_in(tmp_path / "in", fakes.order(log, 1, raises=True), fakes.order(log, 2))
    results = grade(result, tmp_path, DaskWorkers(cluster.address))
    assert points_of(results) == [("a", "The grader failed: ValueError: a bug"), ("b", 2)]
    logs = cluster.logs()
    assert "Compute Failed" in logs  # there Dask writes what the task was called with
    assert JOB.secret.decode() not in logs


@pytest.mark.grading
def test_a_cluster_that_has_lost_its_workers_is_one_sentence(tmp_path, log, monkeypatch):
    distributed = pytest.importorskip("distributed")
    monkeypatch.setattr(workers, "WATCH_INTERVAL", 0.1)
    monkeypatch.setattr(workers, "NO_WORKERS_TIMEOUT", 0.2)
    result = handed_in(tmp_path / "in", fakes.order(log))
    with (
        distributed.LocalCluster(n_workers=0, dashboard_address=":0") as empty,
        pytest.raises(WorkersError, match="There has been no worker for a long time"),
    ):
        grade(result, tmp_path, DaskWorkers(empty.scheduler_address))
    assert fakes.logged(log) == []


def test_no_scheduler_is_one_sentence(tmp_path, log, monkeypatch):
    pytest.importorskip("distributed")
    result = handed_in(tmp_path / "in", fakes.order(log))
    with pytest.raises(WorkersError, match="No Dask scheduler answers at 'nonsense://x'"):
        grade(result, tmp_path, DaskWorkers("nonsense://x"))
    monkeypatch.setitem(sys.modules, "distributed", None)
    with pytest.raises(WorkersError, match=r"pip install 'rnncourse\[cluster\]'"):
        grade(result, tmp_path, DaskWorkers("tcp://127.0.0.1:1"))
