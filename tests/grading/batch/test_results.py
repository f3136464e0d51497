"""Every submission is graded once, whatever dies in the middle."""

import json
import os
import subprocess
import sys
from collections import Counter
from concurrent.futures import Future

import pytest

from rnncourse.core import files
from rnncourse.grading.batch import workers
from rnncourse.grading.batch.results import BatchError, grade_all, hash_grading
from rnncourse.grading.batch.submissions import Submission
from rnncourse.grading.marking import GradingJob
from rnncourse.grading.sandbox import isolation
from scripts import ROOT

from .. import fakes
from ..processes import LINUX, is_alive, wait_for

JOB = GradingJob("02-language-models", b"a secret of the course")


class InProcessWorkers(workers.Workers):
    """Does the work in this process, when it is asked for."""

    def __init__(self):
        super().__init__(2)
        self.sent = []

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


@pytest.fixture
def log_file(tmp_path):
    return tmp_path / "log"


def write_submissions(folder, *contents):
    """Write submissions, named a, b, c, …"""
    folder.mkdir(exist_ok=True)
    submissions = []
    for name, content in zip("abcdefghijklmnop", contents, strict=False):
        (folder / name).write_bytes(content)
        submissions.append(Submission(name, folder / name))
    return submissions


def grade_submissions(submissions, out, workers=None, job=JOB, **more):
    return grade_all(
        submissions, job, out, workers or InProcessWorkers(), fakes.grade_order, **more
    )


def list_points(results):
    return [(r.name, r.earned if r.questions else r.reason) for r in results]


def test_rows_are_in_the_order_of_the_submissions(tmp_path, log_file):
    submissions = write_submissions(
        tmp_path / "in", *(fakes.write_order(log_file, n, seconds=0.2 / n) for n in (1, 2, 3))
    )
    assert list_points(grade_submissions(submissions, tmp_path, workers.Workers(2))) == [
        ("a", 1),
        ("b", 2),
        ("c", 3),
    ]


def test_the_same_bytes_are_graded_once_and_are_two_rows(tmp_path, log_file):
    same, other = fakes.write_order(log_file, 5), fakes.write_order(log_file, 6)
    submissions = write_submissions(tmp_path / "in", same, other, same)
    results = grade_submissions(submissions, tmp_path)
    assert list_points(results) == [("a", 5), ("b", 6), ("c", 5)]
    assert fakes.read_logged_points(log_file) == [5, 6]
    assert len(list((tmp_path / "results").glob("*.json"))) == 2
    assert list_points(grade_submissions(submissions[::-1], tmp_path)) == [
        ("c", 5),
        ("b", 6),
        ("a", 5),
    ]
    assert fakes.read_logged_points(log_file) == [5, 6]


def test_a_submission_without_bytes_is_a_row_and_is_tried_again(tmp_path, log_file):
    (sound,) = write_submissions(tmp_path / "in", fakes.write_order(log_file))
    bad = [Submission("bad", tmp_path, reason="It is encrypted."), Submission("no", tmp_path / "-")]
    results = grade_submissions([bad[0], sound, bad[1]], tmp_path)
    reasons = ["It is encrypted.", 1, "It cannot be read: No such file or directory."]
    assert list_points(results) == list(zip(("bad", "a", "no"), reasons, strict=True))
    assert [r.status for r in results] == ["invalid", "graded", "invalid"]
    (tmp_path / "-").write_bytes(fakes.write_order(log_file, 2))
    assert list_points(grade_submissions(bad[1:], tmp_path)) == [("no", 2)]


def test_progress_counts_every_row(tmp_path, log_file):
    same = fakes.write_order(log_file)
    submissions = write_submissions(tmp_path / "in", same, fakes.write_order(log_file, 2), same)
    counts = []
    grade_submissions(
        [*submissions, Submission("bad", tmp_path, reason="It is bad.")],
        tmp_path,
        report=counts.append,
    )
    assert counts == [1, 2, 3, 4]


def test_few_submissions_are_held_at_a_time(tmp_path, log_file, monkeypatch):
    monkeypatch.setattr(workers, "MAX_IN_FLIGHT", 1000)
    submissions = write_submissions(
        tmp_path / "in", *(fakes.write_order(log_file, n, x=" " * 600) for n in range(9))
    )
    pool, backlogs = InProcessWorkers(), []
    send = pool.send

    def count_and_send(request):
        backlogs.append(len(pool.sent) - len(list((tmp_path / "results").glob("*.json"))))
        return send(request)

    pool.send = count_and_send
    assert len(grade_submissions(submissions, tmp_path, pool)) == 9
    # One was with the worker when the next was sent: 1200 bytes, not 1800
    assert max(backlogs) == 1


# --- What decides whether a kept result counts ---


def test_another_job_grades_again(tmp_path, log_file, monkeypatch):
    submissions = write_submissions(tmp_path / "in", fakes.write_order(log_file))
    jobs = [
        JOB,
        GradingJob("02-language-models"),
        GradingJob(None, JOB.secret),
        GradingJob(JOB.assignment, b"other"),
    ]
    jobs.append(GradingJob(JOB.assignment, JOB.secret, min_level="seccomp"))
    for job in jobs * 2:
        grade_submissions(submissions, tmp_path, job=job)
    assert (
        len(fakes.read_logged_points(log_file))
        == len(jobs)
        == len({hash_grading(job) for job in jobs})
    )
    monkeypatch.setattr("rnncourse.grading.batch.results.read_package_version", lambda: "another")
    assert len({hash_grading(job) for job in jobs}) == len(jobs)
    grade_submissions(submissions, tmp_path)
    monkeypatch.setattr("rnncourse.grading.batch.results.hash_source", lambda: "changed")
    grade_submissions(submissions, tmp_path)
    assert len(fakes.read_logged_points(log_file)) == len(jobs) + 2


def test_the_fingerprint_does_not_show_the_secret(tmp_path, log_file):
    (submission,) = write_submissions(tmp_path / "in", fakes.write_order(log_file))
    grade_submissions([submission], tmp_path)
    names = [path.name.encode() for path in tmp_path.rglob("*")]
    stored = [path.read_bytes() for path in (tmp_path / "results").iterdir()]
    assert not any(JOB.secret in text for text in names + stored)


def test_a_fault_of_the_grader_is_tried_again(tmp_path, log_file):
    submissions = write_submissions(tmp_path / "in", fakes.write_order(log_file, raises=True))
    for _ in range(2):
        (result,) = grade_submissions(submissions, tmp_path)
        assert result.status == "harness error"
        assert result.reason == "The grader failed: ValueError: a bug"
        assert (result.size, result.seed) == (submissions[0].path.stat().st_size, "secret")
    assert fakes.read_logged_points(log_file) == [1, 1]


@pytest.mark.parametrize(
    "damage",
    [
        lambda text: text[: len(text) // 2],
        lambda text: "",
        lambda text: "[" * 100_000,
        lambda text: "null",
        lambda text: text.replace("rnncourse-result/4", "rnncourse-result/1"),
        lambda text: text.replace('"sha256": "', '"sha256": "0'),
        lambda text: text.replace('"questions": [', '"questions": 1, "x": ['),
    ],
)
def test_a_damaged_result_is_made_again(tmp_path, log_file, damage):
    submissions = write_submissions(tmp_path / "in", fakes.write_order(log_file))
    grade_submissions(submissions, tmp_path)
    (stored,) = (tmp_path / "results").glob("*.json")
    sound = stored.read_text()
    stored.write_text(damage(sound))
    assert list_points(grade_submissions(submissions, tmp_path)) == [("a", 1)]
    assert stored.read_text() == sound
    assert fakes.read_logged_points(log_file) == [1, 1]


def test_two_runs_do_not_write_into_one_folder(tmp_path, log_file):
    submissions = write_submissions(tmp_path / "in", fakes.write_order(log_file))
    (tmp_path / "results").mkdir()
    with files.lock_folder(tmp_path / "results") as free:
        assert free
        with pytest.raises(BatchError, match=r"Another run is writing into '.*': wait for it"):
            grade_submissions(submissions, tmp_path)
    assert list_points(grade_submissions(submissions, tmp_path)) == [("a", 1)]


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
    request = workers.Request("anna", "ab" * 32, b"data", JOB, fakes.grade_order)
    assert repr(request) == "Request(abababababababab)"


@pytest.mark.grading
def test_a_submission_that_kills_its_worker_costs_no_other_one(tmp_path, log_file):
    contents = [fakes.write_order(log_file, n, seconds=0.1) for n in range(1, 6)]
    contents.insert(2, fakes.write_order(log_file, 66, dies=True))
    contents.append(fakes.write_order(log_file, 7, once=str(tmp_path / "flag")))
    results = grade_submissions(
        write_submissions(tmp_path / "in", *contents), tmp_path, workers.Workers(2)
    )
    reason = "Its worker died each time, 2 times with nothing else to do."
    assert list_points(results) == [*zip("abcdefg", (1, 2, reason, 3, 4, 5, 7), strict=True)]
    assert [r.name for r in results if r.needs_person] == ["c"]
    begun = Counter(fakes.read_logged_points(log_file))
    assert begun[66] == 3  # once among others, twice alone
    assert max(begun[n] for n in (1, 2, 3, 4, 5, 7)) <= 3


@pytest.mark.grading
def test_a_killed_batch_goes_on_without_losing_a_mark(tmp_path, log_file):
    """kill -9, twice, then to the end: every mark is there, none is made twice, nothing is half."""
    gates = {3: tmp_path / "first", 7: tmp_path / "second"}
    closed = tmp_path / "closed"
    closed.touch()
    stops = [(closed, gates[7 if n >= 7 else 3]) if n >= 3 else () for n in range(16)]
    contents = [
        fakes.write_order(log_file, n, **({"gate": [*map(str, stop)]} if stop else {}))
        for n, stop in enumerate(stops)
    ]
    submissions = write_submissions(tmp_path / "in", *contents)
    code = (
        "import sys; from pathlib import Path; from tests.grading.batch import test_results as t; "
        "t.run_to_be_killed(Path(sys.argv[1]))"
    )
    results = tmp_path / "results"
    for n, gate in gates.items():
        run = subprocess.Popen([sys.executable, "-c", code, str(tmp_path)], cwd=ROOT)
        wait_for(lambda n=n: len(list(results.glob("*.json"))) == n)
        run.kill()
        run.wait()
        wait_for(lambda: not any(is_alive(process) for process in fakes.read_processes(log_file)))
        gate.touch()
    stored = {path: path.read_bytes() for path in results.glob("*.json")}
    assert len(stored) == 7
    assert all(json.loads(text)["points"] == 100 for text in stored.values())
    done = {json.loads(text)["earned"] for text in stored.values()}
    (results / ".b.json.1.part").write_text("{")  # as if killed while it wrote
    before = len(fakes.read_logged_points(log_file))
    assert list_points(grade_submissions(submissions, tmp_path, workers.Workers(2))) == [
        *zip("abcdefghijklmnop", range(16), strict=True)
    ]
    assert sorted(fakes.read_logged_points(log_file)[before:]) == sorted(set(range(16)) - done)
    assert {path: path.read_bytes() for path in stored} == stored
    assert len(list(results.glob("*.json"))) == 16
    assert not list(results.glob(".*.part"))


def run_to_be_killed(folder):
    if LINUX:
        isolation.die_with_parent()  # if the tests themselves are killed
    submissions = [Submission(path.name, path) for path in sorted((folder / "in").iterdir())]
    grade_submissions(submissions, folder, workers.Workers(2))


@pytest.mark.grading
def test_stopping_does_not_wait_for_what_is_being_graded(tmp_path, log_file):
    contents = [fakes.write_order(log_file, 1), fakes.write_order(log_file, 2, seconds=3600)]
    submissions = write_submissions(tmp_path / "in", *contents)

    def stop(done):
        wait_for(lambda: len(fakes.read_logged_points(log_file)) == 2)
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        grade_submissions(submissions, tmp_path, workers.Workers(2), report=stop)
    assert not any(is_alive(process) for process in fakes.read_processes(log_file))
    assert len(list((tmp_path / "results").glob("*.json"))) == 1
