"""With CI set, a skip that no mark declares is a failure; at home it stays a skip."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

CONFTEST = Path(__file__).with_name("conftest.py")
TESTS = """
import pytest

@pytest.mark.may_skip
def test_allowed():
    pytest.skip("needs root, to become somebody else")

def test_passes():
    pass

def test_forgotten():
    pytest.skip("the file is not there yet")

@pytest.mark.skipif(True, reason="needs another system")
def test_marked():
    pass

@pytest.mark.xfail(reason="known")
def test_known_to_fail():
    raise AssertionError
"""


@pytest.mark.parametrize(
    ("ci", "code", "counts"),
    [("", 0, "1 passed, 4 skipped, 1 xfailed"),
     ("true", 1, "1 failed, 1 passed, 2 skipped, 1 xfailed, 1 error")],
)  # fmt: skip
def test_a_skip_fails_in_ci_unless_a_mark_declares_it(tmp_path, monkeypatch, ci, code, counts):
    monkeypatch.setenv("CI", ci)
    monkeypatch.setenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "1")
    (tmp_path / "conftest.py").write_text(CONFTEST.read_text("utf-8"), encoding="utf-8")
    (tmp_path / "test_some.py").write_text(TESTS, encoding="utf-8")
    (tmp_path / "test_whole.py").write_text("import pytest\npytest.importorskip('no_such')\n")
    command = [sys.executable, "-m", "pytest", "-ra", "-c", os.devnull, "--rootdir", tmp_path]
    command += [
        "-p",
        "no:cacheprovider",
        "-W",
        "ignore::pytest.PytestUnknownMarkWarning",
        "--continue-on-collection-errors",
        tmp_path,
    ]
    done = subprocess.run(command, capture_output=True, text=True)
    assert (done.returncode, counts in done.stdout) == (code, True), done.stdout
    if ci:
        for reason in ("the file is not there yet", "could not import 'no_such'"):
            assert f"not marked skipif or may_skip: {reason}" in done.stdout
