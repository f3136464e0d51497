"""The layers one by one, as root and as somebody else, with and without namespaces."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from rnncourse.grading.sandbox.isolation import LEVELS, readable
from rnncourse.grading.sandbox.sandbox import Sandbox

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="needs Linux")
PROBE = """
import json, os
from rnncourse.grading.sandbox.sandbox import Sandbox
from rnncourse.grading.questions import Question
from rnncourse.grading.marking import asks
q = Question("00-who", "Who", "recall", 1, "who", lambda x: [0, 0], ("ids",), lambda rng: [(1,)])
code = "import os\\ndef who(x):\\n    return [os.getuid(), os.getpid()]"
data = json.dumps({"cells": [{"cell_type": "code", "source": code}]}).encode()
with Sandbox() as box:
    (answer,) = box.read(data, {"": asks([q])}).answers
    with box.child(q) as child:
        child.define(answer.slice)
        uid, pid = child.call((1,)).values[0].tolist()
    print(json.dumps([box.level, list(box.notes), uid, pid]))
"""


def probe(*before: str) -> tuple[str, list[str], int, int]:
    done = subprocess.run(
        [*before, sys.executable, "-c", PROBE], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def test_no_answer_runs_as_root():
    level, notes, uid, _ = probe()
    if os.geteuid() == 0:
        assert uid != 0 or "without capabilities" in notes[0]
    assert level in LEVELS


def test_process_numbers_are_the_namespaces_own():
    level, _, _, pid = probe()
    if level != "namespaces":
        pytest.skip("no namespaces on this machine")
    assert pid < 100


def test_without_user_namespaces_seccomp_is_left():
    """As on machines that forbid them: GitHub's Ubuntu runners, for instance."""
    unshare = shutil.which("unshare")
    forbid = 'echo 0 > /proc/sys/user/max_user_namespaces && exec "$@"'
    inner = [unshare or "", "--user", "--map-root-user", "sh", "-c", forbid, "sh"]
    if not unshare or subprocess.run([*inner, "true"], capture_output=True).returncode:
        pytest.skip("user namespaces cannot be limited here")
    level, _, _, _ = probe(*inner)
    assert level == "seccomp"


def test_as_a_plain_user():
    setpriv = shutil.which("setpriv")
    if os.geteuid() != 0 or not setpriv:
        pytest.skip("needs root, to become somebody else")
    other = [setpriv, "--reuid=12345", "--regid=12345", "--clear-groups"]
    start = "import subprocess, sys; subprocess.run([sys.executable, '-c', 'import rnncourse'])"
    if subprocess.run([*other, sys.executable, "-c", start], capture_output=True).stderr:
        pytest.skip("Python is readable by root only on this machine")
    level, notes, uid, _ = probe(*other)
    assert (uid, notes) == (12345, [])
    assert level in ("seccomp", "namespaces")


def test_only_the_packages_named_are_readable():
    paths = readable(["numpy"])
    import numpy
    import scipy

    def covered(file: str) -> bool:
        return any(Path(file).resolve().is_relative_to(path.resolve()) for path in paths)

    assert covered(numpy.__file__)
    assert covered(json.__file__)
    assert not covered(scipy.__file__)
    assert not covered(str(Path(__file__).parents[3] / "rnncourse" / "__init__.py"))
    assert not any(path.name in ("site-packages", "dist-packages") for path in paths)
    assert all(path.exists() for path in paths)


@pytest.mark.parametrize("highest", LEVELS)
def test_a_sandbox_never_goes_above_what_it_may_try(highest):
    with Sandbox(highest) as box:
        box.start()
        assert LEVELS.index(box.level) <= LEVELS.index(highest)
