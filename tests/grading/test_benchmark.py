"""The benchmark grades right answers, and the same answers with every grader."""

import json
import sys

import nbformat
import numpy as np
import pytest

from benchmarks import assignments as benchmark
from benchmarks import measuring
from rnncourse.grading import marking
from rnncourse.grading.judging import PASSED
from rnncourse.grading.registry import ASSIGNMENTS


@pytest.fixture
def load_benchmark():
    """Return the benchmark's module of this name, its assignments registered for this test."""
    before = dict(ASSIGNMENTS)
    benchmark.register_assignments()
    yield benchmark
    ASSIGNMENTS.clear()
    ASSIGNMENTS.update(before)


@pytest.mark.parametrize("name", ["numpy", "shared", pytest.param("torch", marks=pytest.mark.slow)])
def test_answers_of_the_benchmark_are_right(load_benchmark, name):
    questions = load_benchmark.QUESTIONS[name]
    data = nbformat.writes(load_benchmark.make_notebook(questions)).encode()
    try:
        result = marking.grade_bytes(
            "a", data, marking.GradingJob(name, b"a secret of the benchmark")
        )
    finally:
        marking.close_sandbox()
    assert [q.question for q in result.questions] == [q.id for q in questions]
    assert {q.status for q in result.questions} == {PASSED}


@pytest.mark.parametrize("name", ["numpy", "project"])
def test_no_two_copies_are_the_same_file(load_benchmark, tmp_path, name):
    folder = load_benchmark.write_copies(name, 3, tmp_path / "copies")
    files = [path.read_bytes() for path in sorted(folder.iterdir())]
    assert len({*files}) == 3
    for data in files:
        nbformat.validate(nbformat.reads(data.decode(), as_version=4))


def test_tests_for_other_graders_tell_right_from_wrong(load_benchmark):
    for question in load_benchmark.QUESTIONS["shared"]:
        code = load_benchmark.render_asserts(question)
        exec(code, {"np": np, question.function: question.reference})
        for mistake in question.mistakes:
            with pytest.raises((AssertionError, ValueError, IndexError)), np.errstate(all="ignore"):
                exec(code, {"np": np, question.function: mistake.answer})


def test_there_are_three_shared_questions(load_benchmark):
    assert [q.id for q in load_benchmark.QUESTIONS["shared"]] == [*load_benchmark.SHARED]
    assert len(load_benchmark.SHARED) == len(load_benchmark.TORCH) == 3


def test_memory_is_that_of_all_processes_together(tmp_path):
    child = "import time; held = b'x' * 60_000_000; time.sleep(0.6)"
    parent = f"import subprocess, sys; subprocess.run([sys.executable, '-c', {child!r}])"
    alone = measuring.measure_peak_memory([sys.executable, "-c", child], tmp_path)
    peak = measuring.measure_peak_memory([sys.executable, "-c", parent], tmp_path)
    assert 60 < alone < peak < alone + 30


def test_time_is_that_of_all_processes_together(tmp_path):
    child = "import time\nwhile time.process_time() < 0.3: pass"
    parent = f"import subprocess, sys; subprocess.run([sys.executable, '-c', {child!r}])"
    cost = measuring.time_command([sys.executable, "-c", parent], tmp_path)
    assert cost.seconds > 0.3
    assert 0.3 < cost.processor < 3 or np.isnan(cost.processor)
    with pytest.raises(measuring.CommandError, match="no good"):
        measuring.time_command([sys.executable, "-c", "raise SystemExit('no good')"], tmp_path)


def test_the_solutions_are_what_is_copied(load_benchmark):
    cells = json.loads(load_benchmark.SOLUTIONS.read_text(encoding="utf-8"))["cells"]
    source = "".join("".join(cell["source"]) for cell in cells)
    result = load_benchmark.read_answers(load_benchmark.QUESTIONS["project"])
    assert all(answer in source for answer in result.values())
