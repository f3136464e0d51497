"""What attacks may not do to the judge and to other submissions; and that they are real."""

import os
import resource
import sys
import threading

import pytest

from rnncourse.grading import marking
from rnncourse.grading.judging import HARNESS_ERROR
from rnncourse.grading.sandbox.isolation import LEVELS, LIMITS, SECCOMP

from ..handed_in import IMPORT, RIGHT, grade_notebook, list_points, make_notebook
from ..processes import list_children, wait_for
from .answers import ATTACKS as FROM_OTHERS
from .answers import STORED
from .attack import FOLDER
from .files import ATTACKS as FILES
from .numbers import ATTACKS as NUMBERS
from .process_attacks import ATTACKS as PROCESS
from .replies import ATTACKS as REPLIES
from .system_attacks import ATTACKS as SYSTEM
from .test_attacks import HONEST, list_survivors, open_folder

pytestmark = [
    pytest.mark.grading,
    pytest.mark.skipif(sys.platform != "linux", reason="needs Linux"),
]
BREAK_INS = [
    row
    for row in (*PROCESS, *SYSTEM, *FILES, *FROM_OTHERS)
    if row.name
    in (
        *("signals", "other programs", "sockets", "reading /proc", "files of others"),
        *("writing files", "packages by a text", "packages by a path", "packages by bytecode"),
        *("packages through NumPy", "modules from an archive", "libraries by dlopen"),
        *("references by other ways of import", "sources of the grader"),
    )
]
FLOODS = [row for row in (*NUMBERS, *REPLIES) if row.name.startswith("flood of")]
assert open_folder  # a fixture


@pytest.mark.parametrize("row", BREAK_INS, ids=lambda row: row.name.replace(" ", "-"))
def test_break_ins_work_without_seccomp_and_landlock(row, monkeypatch, start_at_level, open_folder):
    """The table holds no straw men: without seccomp and Landlock these get in."""
    start_at_level(LIMITS)
    cells = [cell.replace(FOLDER, str(open_folder)) for cell in row.cells]
    result = grade_notebook(monkeypatch, make_notebook(*cells), LIMITS, ids=[row.target])
    assert result.earned == result.points


def test_stored_answers_are_worth_something_without_a_secret(monkeypatch, start_at_level):
    start_at_level(SECCOMP)
    data = make_notebook(*STORED.cells)
    assert grade_notebook(monkeypatch, data, SECCOMP, ids=[STORED.target], secret=None).earned == 2
    assert (
        grade_notebook(monkeypatch, data, SECCOMP, ids=[STORED.target]).earned
        == STORED.fair_mark
        == 0
    )


def test_tables_of_break_ins_and_floods_are_found():
    assert (len(BREAK_INS), len(FLOODS)) == (14, 2)


@pytest.mark.parametrize("row", FLOODS, ids=lambda row: row.name.replace(" ", "-"))
def test_the_judges_memory_stays_bounded_under_a_flood(row, monkeypatch, start_at_level):
    start_at_level(SECCOMP)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    result = grade_notebook(
        monkeypatch, make_notebook(*row.cells), SECCOMP, ids=[row.target], seconds={row.target: 3.0}
    )
    grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
    assert result.earned == 0
    assert grown < 300_000  # KiB


@pytest.mark.parametrize("signal", ["SIGKILL", "SIGSTOP"])
def test_a_zygote_that_is_killed_or_stopped_costs_one_question(signal, monkeypatch, start_at_level):
    """Where signals are not locked, this asks for a person, and nobody else notices."""
    start_at_level(LIMITS)
    if signal == "SIGSTOP":  # a stopped process answers nothing: do not wait a minute for it
        monkeypatch.setattr("rnncourse.grading.sandbox.hosts.CHILD_EXIT_TIMEOUT", 5.0)
        marking.close_sandbox()  # processes that are kept have longer deadlines
    attack = f"""
import os, signal, time

def bits_and_perplexity(log_probs):
    os.kill(os.getppid(), signal.{signal})
    time.sleep(600)
"""
    data = make_notebook(attack, IMPORT, RIGHT["02-step"], RIGHT["02-bigrams"])
    processes = list_children(os.getpid())
    result = grade_notebook(
        monkeypatch,
        data,
        LIMITS,
        ids=["02-step", "02-bits", "02-bigrams"],
        seconds={"02-bits": 1.0},
    )
    assert list_points(result) == {"02-step": (2, 2), "02-bits": (0, 2), "02-bigrams": (2, 2)}
    assert result.questions[1].status == HARNESS_ERROR
    assert result.needs_person
    wait_for(lambda: not list_survivors(processes))
    assert grade_notebook(monkeypatch, HONEST, LIMITS, ids=["02-bits", "02-step"]).earned == 4


@pytest.mark.parametrize("level", LEVELS)
def test_no_submission_changes_the_mark_of_another(level, monkeypatch, start_at_level):
    start_at_level(level)
    attack = """
import builtins, os, sys, threading, time
import numpy as np

def forge():
    while True:
        time.sleep(0.001)
        for number in range(3, 12):
            try:
                os.write(number, b"garbage for whoever comes next")
            except OSError:
                pass

def rnn_step(x, h, W_xh, W_hh, W_hy, b_h, b_y):
    for name in ("tanh", "exp", "log", "mean", "add", "zeros"):
        setattr(np, name, lambda *rest, **more: 7)
    for name in ("len", "isinstance", "sum"):
        setattr(builtins, name, lambda *rest: 0)
    for name in [n for n in sys.modules if n.startswith("rnncourse.grading")]:
        for key in ("call_quietly", "read_code_cells", "split_statements", "define_answer"):
            setattr(sys.modules[name], key, None)
    threading.Thread(target=forge, daemon=True).start()
    return x, h
"""
    result = grade_notebook(monkeypatch, make_notebook(attack), level, ids=["02-step"])
    assert result.earned == 0
    honest = grade_notebook(monkeypatch, HONEST, level, ids=["02-bits", "02-step"])
    assert honest.earned == honest.points == 4


def test_no_thread_of_the_judge_is_left(monkeypatch, start_at_level):
    start_at_level(SECCOMP)
    before, open_before = threading.active_count(), len(os.listdir("/proc/self/fd"))
    for _ in range(20):
        grade_notebook(monkeypatch, HONEST, SECCOMP, ids=["02-bits", "02-step"])
    wait_for(lambda: threading.active_count() <= before)
    assert len(os.listdir("/proc/self/fd")) <= open_before
