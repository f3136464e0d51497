"""With CI set, a skip that is not in the list is a failure; at home it stays a skip."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

CONFTEST = Path(__file__).with_name("conftest.py")
TESTS = """
import pytest

def test_allowed():
    pytest.skip("needs root, to become somebody else")

def test_passes():
    pass

def test_forgotten():
    pytest.skip("the file is not there yet")

@pytest.mark.skipif(True, reason="not today")
def test_marked():
    pass

@pytest.mark.xfail(reason="known")
def test_known_to_fail():
    raise AssertionError
"""


@pytest.mark.parametrize(
    ("ci", "code", "counts"),
    [("", 0, "1 passed, 4 skipped, 1 xfailed"),
     ("true", 1, "1 failed, 1 passed, 1 skipped, 1 xfailed, 2 errors")],
)  # fmt: skip
def test_a_skip_fails_in_ci_unless_it_is_listed(tmp_path, monkeypatch, ci, code, counts):
    monkeypatch.setenv("CI", ci)
    (tmp_path / "conftest.py").write_text(CONFTEST.read_text("utf-8"), encoding="utf-8")
    (tmp_path / "test_some.py").write_text(TESTS, encoding="utf-8")
    (tmp_path / "test_whole.py").write_text("import pytest\npytest.importorskip('no_such')\n")
    command = [sys.executable, "-m", "pytest", "-ra", "-c", os.devnull, "--rootdir", tmp_path]
    command += ["-p", "no:cacheprovider", "--continue-on-collection-errors", tmp_path]
    done = subprocess.run(command, capture_output=True, text=True)
    assert (done.returncode, counts in done.stdout) == (code, True), done.stdout
    if ci:
        assert "needs root, to become somebody else (a plain user runs all other" in done.stdout
        for reason in ("the file is not there yet", "not today", "could not import 'no_such'"):
            assert f"not in MAY_SKIP of tests/conftest.py: {reason}" in done.stdout
