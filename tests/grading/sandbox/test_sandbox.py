"""Answers run in processes that hold nothing and leave nothing."""

import io
import os
import signal
import subprocess
import sys
from dataclasses import replace

import numpy as np
import pytest

from rnncourse.grading.calling import CallOutcome
from rnncourse.grading.judging import CRASH, MEMORY, PASSED, TIMEOUT, WRONG
from rnncourse.grading.marking import Marker, list_tasks
from rnncourse.grading.questions import Question
from rnncourse.grading.sandbox import child_process
from rnncourse.grading.sandbox.child import Channel
from rnncourse.grading.sandbox.child_process import Child, compute_hang_timeout
from rnncourse.grading.sandbox.frames import DTYPES, MAX_BYTES, pack_message
from rnncourse.grading.sandbox.hosts import Connection
from rnncourse.grading.sandbox.isolation import LEVELS, LIMITS, NAMESPACES, NONE, SECCOMP
from rnncourse.grading.sandbox.sandbox import Sandbox, SandboxError

from ..handed_in import make_notebook
from ..processes import find_supervisors, is_alive, list_descendants, wait_for

DOUBLE = Question(
    id="00-double",
    title="Twice",
    level="recall",
    points=1,
    function="double",
    reference=lambda x: 2 * x,
    returns=("y",),
    inputs=lambda rng: [(np.ones(2),), (rng.normal(size=3),)],
    seconds=5.0,
)
linux = pytest.mark.skipif(sys.platform != "linux", reason="needs Linux")
pytestmark = pytest.mark.may_skip  # hosted runners and containers forbid some levels


@pytest.fixture(
    scope="module",
    params=[*(pytest.param(v, marks=pytest.mark.grading) for v in LEVELS[:-1]), LEVELS[-1]],
)
def level_sandbox(request):
    """A sandbox of each level; a level that this machine lacks is skipped."""
    with Sandbox(request.param) as box:
        box.start()
        if box.level != request.param:
            pytest.skip(f"this machine offers {box.level!r} only")
        yield box


@pytest.fixture(scope="module")
def strict_sandbox():
    with Sandbox() as box:
        yield box


def mark_answer(box, *sources, question=DOUBLE):
    (answer,) = box.read(make_notebook(*sources), {"": list_tasks([question])}).answers
    return Marker(box).mark(answer, question, int)


def write_double(code: str) -> str:
    return "import numpy as np\ndef double(x):\n    " + code.replace("\n", "\n    ")


@pytest.mark.parametrize(
    ("code", "status"),
    [
        ("return 2 * x", PASSED),
        ("print('x' * 10**6)\nreturn [2 * v for v in x]", PASSED),
        ("return x", WRONG),
        ("raise NotImplementedError", "not started"),
        ("if True:\n    raise NotImplementedError", "not started"),
    ],
)
def test_the_status_follows_from_what_an_answer_returns_or_raises(level_sandbox, code, status):
    assert mark_answer(level_sandbox, write_double(code)).status == status


def test_missing_and_unreadable_answers_have_their_status(level_sandbox):
    assert mark_answer(level_sandbox, "x = 1").status == "not started"
    result = mark_answer(level_sandbox, "def double(x):\n    return 2 *")
    assert (result.status, "(line 2: " in result.message) == ("error", True)


def test_an_error_names_the_line(level_sandbox):
    message = mark_answer(level_sandbox, write_double("y = 2 * x\nreturn y / z")).message
    assert "Line 4, `return y / z`, raised NameError" in message


def test_a_failing_cell_is_reported_with_the_error_that_follows(level_sandbox):
    message = mark_answer(level_sandbox, "two = 1 / 0", write_double("return two * x")).message
    assert "NameError" in message
    assert "Cell 1 raised" in message
    assert "ZeroDivisionError" in message


@pytest.fixture
def impatient_clock(monkeypatch):
    """Let the clock stop answers after their seconds, also those that only wait."""
    monkeypatch.setattr(
        "rnncourse.grading.sandbox.child_process.compute_hang_timeout",
        lambda question: question.seconds,
    )


def test_hanging_and_ending_cost_this_question_only(level_sandbox, impatient_clock):
    quick = replace(DOUBLE, seconds=0.5)
    for code in ("while True: pass", "import time; time.sleep(60)"):
        result = mark_answer(level_sandbox, write_double(code), question=quick)
        assert (result.status, "0.5 seconds" in result.message) == (TIMEOUT, True)
    assert mark_answer(
        level_sandbox, "while True: two = 2", write_double("return two"), question=quick
    ).status == (TIMEOUT)
    calm = replace(DOUBLE, seconds=60.0)
    for code in ("import os; os._exit(0)", "import os; os.abort()"):
        assert mark_answer(level_sandbox, write_double(code), question=calm).status == CRASH
    assert mark_answer(level_sandbox, write_double("return 2 * x"), question=calm).status == PASSED


@pytest.mark.skipif(sys.platform == "win32", reason="no deadline of processor time there")
def test_the_deadline_is_one_of_processor_time(level_sandbox):
    quick = replace(DOUBLE, seconds=1.0)
    assert (
        mark_answer(level_sandbox, write_double("while True: pass"), question=quick).status
        == TIMEOUT
    )
    late = write_double("import time\nif len(x) == 2: time.sleep(2.5)\nreturn 2 * x")
    assert mark_answer(level_sandbox, late, question=quick).status == PASSED


@linux
def test_an_answer_that_ignores_its_deadline_is_ended():
    code = "import signal\nsignal.signal(signal.SIGXCPU, signal.SIG_IGN)\nwhile True: pass"
    with Sandbox(LIMITS) as box:
        result = mark_answer(box, write_double(code), question=replace(DOUBLE, seconds=1.0))
        assert (result.status, "SIGKILL" in result.message) == (CRASH, True)
        assert mark_answer(box, write_double("return 2 * x")).status == PASSED


def test_the_hang_timeout_is_six_times_the_deadline_or_a_minute():
    assert compute_hang_timeout(DOUBLE) == 60.0
    assert compute_hang_timeout(replace(DOUBLE, seconds=30.0)) == 180.0


@pytest.mark.parametrize("level_sandbox", LEVELS[1:], indirect=True)  # a plain process has no bound
def test_memory_is_bounded(level_sandbox):
    assert mark_answer(level_sandbox, write_double("return np.ones(10**10)")).status == MEMORY
    assert (
        mark_answer(
            level_sandbox, write_double("return [bytes(10**6) for _ in range(10**5)]")
        ).status
        == MEMORY
    )


def test_an_answer_that_is_too_large_is_wrong(level_sandbox):
    size = MAX_BYTES // 8 + 1
    result = mark_answer(level_sandbox, write_double(f"return np.zeros({size})"))
    assert (result.status, result.earned) == (WRONG, 0)


@linux
@pytest.mark.parametrize(
    "code",
    [
        "import socket; socket.socket()",
        "import os; os.fork()",
        "import subprocess; subprocess.run(['true'])",
        "import os; os.kill(os.getppid(), 9)",
        "import os; os.kill(os.getpid(), 0)",
        "open('/etc/passwd').read()",
        "open('/proc/self/environ').read()",
        "open('/tmp/x-of-a-student', 'w')",
        "import os; os.listdir('/')",
        "import os; os.unlink('/tmp')",
        "import os; os.chmod('/tmp', 0)",
        "import os; os.memfd_create('x')",
        "import os; os.setuid(0)",
        "import ctypes; assert ctypes.CDLL(None).ptrace(0, 0, 0, 0) == 0, 'no'",
        "import ctypes; assert ctypes.CDLL(None).unshare(0x10000000) == 0, 'no'",
        "import scipy",
        "__import__('rnncourse.chapters.ch02_language.questions')",
        "import rnncourse; open(rnncourse.__file__)",
    ],
)
def test_system_calls_beyond_computation_are_refused(strict_sandbox, code):
    if LEVELS.index(strict_sandbox.level) < LEVELS.index(SECCOMP):
        pytest.skip("no seccomp and Landlock on this machine")
    tried = f"try:\n    exec({code!r})\nexcept Exception:\n    return 2 * x\nreturn x"
    assert mark_answer(strict_sandbox, write_double(tried)).status == PASSED


@linux
def test_threads_and_late_imports_work(strict_sandbox):
    code = """
import threading, zoneinfo, xml.dom.minidom, numpy.f2py
box = []
thread = threading.Thread(target=lambda: box.append(2 * x))
thread.start()
thread.join()
return box[0]"""
    assert mark_answer(strict_sandbox, write_double(code.strip())).status == PASSED


@linux
def test_nothing_that_an_answer_starts_survives_it():
    code = """
import os
for _ in range(5):
    if os.fork() == 0:
        os.setsid()
        if os.fork() == 0:
            while True: pass
        os._exit(0)
return 2 * x"""
    with Sandbox(LIMITS) as box:
        mark_answer(box, write_double(code.strip()))
        (supervisor,) = find_supervisors(box)
        wait_for(lambda: not list_descendants(supervisor))
        assert mark_answer(box, write_double("return 2 * x")).status == PASSED


@linux
def test_a_zygote_that_died_is_replaced():
    with Sandbox(SECCOMP) as box:
        assert mark_answer(box, write_double("return 2 * x")).status == PASSED
        (supervisor,) = find_supervisors(box)
        os.kill(supervisor, signal.SIGKILL)
        wait_for(lambda: not is_alive(supervisor))
        assert mark_answer(box, write_double("return 2 * x")).status == PASSED


@linux
def test_the_zygote_inherits_no_secret(monkeypatch):
    monkeypatch.setenv("RNNCOURSE_SECRET", "do not tell anybody")
    with Sandbox(LIMITS) as box:
        result = mark_answer(
            box, write_double("import os\nreturn 2 * x if 'tell' not in repr(os.environ) else x")
        )
        assert result.status == PASSED


@linux
def test_processes_end_with_the_judge():
    code = (
        "import os; from rnncourse.grading.sandbox.sandbox import Sandbox;"
        "box = Sandbox(); box.start(); level = box.level;"
        "print(*[h._process.pid for h in box._hosts.values()], level, flush=True);"
        "os.kill(os.getpid(), 9)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    pid, level = done.stdout.split()
    assert level in LEVELS
    wait_for(lambda: not is_alive(int(pid)))


@linux
def test_a_package_that_is_not_there_is_our_fault():
    with Sandbox() as box, pytest.raises(SandboxError, match=r"did not start.*no_such_package"):
        mark_answer(
            box, write_double("return x"), question=replace(DOUBLE, packages=("no_such_package",))
        )


def test_a_forged_reply_is_no_more_than_a_value(strict_sandbox):
    code = """
import gc
for thing in gc.get_objects():
    if type(thing).__name__ == 'Channel':
        thing.send({'values': 'full marks', 'error': '', 'invalid': '', 'changed': []})
        thing.write(b'garbage that is no message at all')
return 2 * x"""
    result = mark_answer(strict_sandbox, write_double(code.strip()))
    assert (result.status, result.earned) == (WRONG, 0)


@pytest.mark.parametrize(
    "reply",
    [
        None,
        7,
        [],
        {},
        {"values": [1], "error": "", "invalid": "", "changed_arguments": []},
        {"values": [np.ones(2), np.ones(2)], "error": "", "invalid": "", "changed_arguments": []},
        {"values": None, "error": "", "invalid": "", "changed_arguments": []},
        {"values": None, "error": 3, "invalid": None, "changed_arguments": []},
        {"values": [np.ones(2)], "error": "", "invalid": "", "changed_arguments": 3},
        {"values": {"a": 1}, "error": "", "invalid": "", "changed_arguments": []},
    ],
    ids=str,
)
def test_outcomes_are_read_strictly(reply):
    outcome = judge_reply(reply)
    assert outcome.values is None
    assert outcome.invalid


def test_a_good_outcome_is_read():
    result = judge_reply(
        {"values": (np.ones(2),), "error": "", "invalid": "", "changed_arguments": ["x", "z"]}
    )
    assert result.changed_arguments == ("x",)
    assert result.values[0].tolist() == [1, 1]


def test_an_error_is_read_with_its_kind():
    reply = {"error": "Line 3, `x`, raised ValueError: 3", "error_key": "ValueError: 0"}
    rest = {"values": None, "invalid": "", "changed_arguments": [], "memory": False, "blank": False}
    assert judge_reply(reply | rest) == CallOutcome(**reply)


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("shape", [(), (2,), (0, 3)])
def test_only_arrays_of_float64_are_values(dtype, shape):
    outcome = judge_reply(
        {"values": (np.ones(shape, dtype),), "error": "", "invalid": "", "changed_arguments": ()}
    )
    if dtype == "<f8":
        assert outcome.values[0].dtype == np.float64
    else:
        assert outcome == CallOutcome(invalid="something that cannot be read as numbers")


def test_all_values_together_have_a_bound(monkeypatch):
    monkeypatch.setattr(child_process, "MAX_BYTES", 160)
    reply = {"values": [np.ones(15)], "error": "", "invalid": "", "changed_arguments": ()}
    outcomes = judge_reply(reply, times=2)
    assert [outcome.invalid for outcome in outcomes] == ["", "more numbers than an answer can have"]


def judge_reply(reply: object, times: int = 1) -> CallOutcome | list[CallOutcome]:
    """Return what the judge makes of a reply, or of the same one to several calls."""
    none = lambda *_: None  # noqa: E731
    channel = Channel(io.BytesIO(pack_message(reply) * times).read, none)
    process = child_process.TimedProcess(Connection(channel, none, none, none))
    try:
        child = Child(process, DOUBLE)
        result = [child.call((np.ones(2),)) for _ in range(times)]
    finally:
        process.stop_clock()
    return result if times > 1 else result[0]


@linux
def test_levels_are_in_order_and_reached():
    if os.environ.get("CI"):
        with Sandbox() as box:
            box.start()
            assert LEVELS.index(box.level) >= LEVELS.index(SECCOMP)
    assert LEVELS == (NONE, LIMITS, SECCOMP, NAMESPACES)
