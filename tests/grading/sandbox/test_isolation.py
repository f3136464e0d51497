"""The layers one by one, as root and as somebody else, with and without namespaces."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from rnncourse.grading.sandbox import isolation
from rnncourse.grading.sandbox.filters import list_readable
from rnncourse.grading.sandbox.sandbox import Sandbox

pytestmark = [
    pytest.mark.skipif(sys.platform != "linux", reason="needs Linux"),
    pytest.mark.may_skip,  # who is root, and what it may, differs between machines
]
PROBE = """
import json, re, sys
from rnncourse.grading import marking
from rnncourse.grading.questions import Question

level, body = sys.argv[1:]
code = "import os\\ndef who(x):\\n    " + body.replace("\\n", "\\n    ")
code += "\\n    raise ValueError(f'<{output}>')"
packages = ("numpy", "torch") if "torch" in body else ("numpy",)
q = Question(
    "00-who", "Who", "recall", 1, "who", lambda x: 0, ("y",), lambda rng: [(1,)], packages=packages
)
cell = {"cell_type": "code", "source": code, "metadata": {}, "outputs": [], "execution_count": None}
data = json.dumps({"cells": [cell], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}).encode()
marking.load_questions = lambda assignment: {"00-who": q}
result = marking.grade_bytes("a.ipynb", data, marking.GradingJob("00", max_level=level))
marking.close_sandbox()
output = re.search("ValueError: <(.*)>", result.questions[0].message) if result.questions else None
print(json.dumps([result.isolation, list(result.notes), output and output[1], result.reason]))
"""
SLEEP = "import time\ntime.sleep(5)"
THREADS_STARTED = """import threading
gate, count = threading.Event(), 0
try:
    for count in range(400):
        threading.Thread(target=gate.wait, daemon=True).start()
except RuntimeError:
    pass
gate.set()
output = count"""
NO_OTHER_USER = "unshare --user --map-root-user"
NO_NAMESPACES = (
    'for kind in user pid; do echo 0 > /proc/sys/user/max_${kind}_namespaces; done && exec "$@"'
)


def grade_probe(
    *before: str, body: str = "output = os.getuid()", level: str = isolation.NAMESPACES
):
    """Grade an answer in a process of its own: return level, notes, output and reason.

    Args:
        before: A command that starts that process.
        body: Of the answer, which leaves in `output` what it has to say.
        level: The strongest one.
    """
    done = subprocess.run(
        [*before, sys.executable, "-c", PROBE, level, body],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


@pytest.fixture(params=["whoever runs the tests", "a plain user"])
def command_as_user(request) -> list[str]:
    return [] if request.param.startswith("whoever") else find_plain_user()


def find_plain_user() -> list[str]:
    setpriv = shutil.which("setpriv")
    if os.geteuid() != 0 or not setpriv:
        pytest.skip("needs root, to become somebody else")
    as_other_user = [setpriv, "--reuid=12345", "--regid=12345", "--clear-groups"]
    start = "import subprocess, sys; subprocess.run([sys.executable, '-c', 'import rnncourse'])"
    if subprocess.run([*as_other_user, sys.executable, "-c", start], capture_output=True).stderr:
        pytest.skip("Python is readable by root only on this machine")
    return as_other_user


def forbid_namespaces() -> list[str]:
    """Return a command that starts another one where namespaces cannot be made."""
    inner = [*NO_OTHER_USER.split(), "sh", "-c", NO_NAMESPACES, "sh"]
    if not shutil.which("unshare") or subprocess.run([*inner, "true"], capture_output=True).stderr:
        pytest.skip("namespaces cannot be limited here")
    return inner


LOCKED_UP = [isolation.LIMITS, isolation.SECCOMP, isolation.NAMESPACES]


@pytest.mark.parametrize("max_level", LOCKED_UP)
def test_no_answer_runs_as_root(max_level):
    level, notes, user, _ = grade_probe(level=max_level)
    assert user != "0"
    assert level in isolation.LEVELS
    if os.geteuid() == 0:
        assert int(user) != isolation.NOBODY  # no other process on the machine has it
        assert not notes or (level == isolation.LIMITS and "read all files" in notes[0])


def test_no_answer_changes_files_of_root(tmp_path):
    """At the weakest level, too, and also where only root can read Python."""
    if os.geteuid() != 0:
        pytest.skip("needs root")
    kept = tmp_path / "kept"
    kept.write_text("as it was")
    for place in (tmp_path, *tmp_path.parents[:-2]):
        assert place.stat().st_uid == 0
    tries = f"""import shutil
output, at = 0, {str(kept)!r}
for one in (lambda: os.remove(at), lambda: open(at, "w"), lambda: os.chmod(at, 0o777),
            lambda: os.rename(at, at + "2"), lambda: os.setuid(0), lambda: os.chown(at, 1, 1),
            lambda: shutil.rmtree({str(tmp_path)!r}), lambda: os.kill({os.getpid()}, 0)):
    try:
        one()
        output += 1
    except OSError:
        pass"""
    assert grade_probe(body=tries, level=isolation.LIMITS)[2] == "0"
    assert kept.read_text() == "as it was"


def test_where_answers_would_be_root_and_could_change_files_nothing_is_graded():
    _, _, output, reason = grade_probe(*forbid_namespaces(), level=isolation.LIMITS)
    assert output is None
    assert "Here answers would run as root and could change any file" in reason


@pytest.mark.parametrize("max_level", LOCKED_UP)
def test_threads_are_bounded_for_each_answer(max_level, command_as_user):
    """Also where the system counts them for all answers together."""
    body = THREADS_STARTED
    # The supervisor looks from time to time
    if max_level != isolation.NAMESPACES and (command_as_user or os.geteuid() != 0):
        body = body.replace("gate.set()", SLEEP)
    level, _, output, _ = grade_probe(*command_as_user, body=body, level=max_level)
    assert output is None or 4 <= int(output) <= isolation.MAX_THREADS + 8, level


def test_threads_are_bounded_where_there_is_no_other_user():
    body = THREADS_STARTED.replace("gate.set()", SLEEP)
    level, notes, output, _ = grade_probe(*forbid_namespaces(), body=body)
    assert (level, output) == (isolation.SECCOMP, None)
    assert "without capabilities" in notes[0]


@pytest.mark.parametrize("counts", [False, True])
def test_root_of_a_container_may_lack_the_right_to_read(counts):
    """Docker's does, by default."""
    setpriv = shutil.which("setpriv")
    if os.geteuid() != 0 or not setpriv:
        pytest.skip("needs root, to have fewer rights")
    body = THREADS_STARTED.replace("gate.set()", SLEEP) if counts else "output = os.getuid()"
    level, notes, output, _ = grade_probe(setpriv, "--bounding-set=-dac_read_search", body=body)
    if notes:  # nobody else can read Python
        assert "without capabilities" in notes[0]
        assert (level, output) == (isolation.SECCOMP, None if counts else "0")
    else:
        assert 4 <= int(output) <= isolation.MAX_THREADS + 8 if counts else output != "0"


@pytest.mark.parametrize("max_level", LOCKED_UP)
def test_an_answer_may_use_a_few_threads(max_level, command_as_user):
    body = """from concurrent.futures import ThreadPoolExecutor
with ThreadPoolExecutor(32) as pool:
    output = sum(pool.map(lambda n: n, range(1000)))"""
    assert grade_probe(*command_as_user, body=body, level=max_level)[2] == str(sum(range(1000)))


@pytest.mark.parametrize("max_level", LOCKED_UP)
def test_pytorch_works_behind_the_walls(max_level):
    """With threads of its own: those of its loops, of its loader, of a backward pass inside one."""
    pytest.importorskip("torch")
    body = """import torch, threading
from torch.utils.data import DataLoader
torch.set_num_threads(4)
x = torch.ones(300, 300, requires_grad=True)
class Twice(torch.autograd.Function):
    @staticmethod
    def forward(context, v):
        return v.clone()
    @staticmethod
    def backward(context, grad):
        with torch.enable_grad():
            inner = torch.ones(3, requires_grad=True)
            inner.sum().backward()
        return grad * inner.grad[0]
def train():
    (Twice.apply(x) @ x).tanh().sum().backward()
    model = torch.nn.LSTM(8, 8, 2)
    model(torch.ones(50, 4, 8))[0].sum().backward()
thread = threading.Thread(target=train)
thread.start()
thread.join()
train()
output = int(x.grad.shape[0]) + len(list(DataLoader(list(range(8)), batch_size=4)))"""
    assert grade_probe(body=body, level=max_level)[2] == "302"


def test_process_numbers_are_the_namespaces_own():
    level, _, pid, _ = grade_probe(body="output = os.getpid()")
    if level != "namespaces":
        pytest.skip("no namespaces on this machine")
    assert int(pid) < 100


def test_without_namespaces_seccomp_is_left():
    """As on machines that forbid them: GitHub's Ubuntu runners, for instance."""
    assert grade_probe(*forbid_namespaces())[0] == isolation.SECCOMP


def test_a_plain_user_reaches_seccomp_or_namespaces():
    level, notes, user, _ = grade_probe(*find_plain_user())
    assert (user, notes) == ("12345", [])
    assert level in (isolation.SECCOMP, isolation.NAMESPACES)


def test_only_the_packages_named_are_readable():
    paths = list_readable(["numpy"])
    import numpy
    import scipy

    def is_covered(file: str) -> bool:
        return any(Path(file).resolve().is_relative_to(path.resolve()) for path in paths)

    assert is_covered(numpy.__file__)
    assert is_covered(json.__file__)
    assert not is_covered(scipy.__file__)
    assert not is_covered(str(Path(__file__).parents[3] / "rnncourse" / "__init__.py"))
    assert not any(path.name in ("site-packages", "dist-packages") for path in paths)
    assert all(path.exists() for path in paths)


@pytest.mark.parametrize("max_level", isolation.LEVELS)
def test_a_sandbox_never_goes_above_what_it_may_try(max_level):
    with Sandbox(max_level) as box:
        box.start()
        assert isolation.LEVELS.index(box.level) <= isolation.LEVELS.index(max_level)
