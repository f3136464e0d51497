"""Running every test: parts, what failed in them, what is left out, what a break leaves behind."""

import os
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]


@pytest.fixture
def everything(monkeypatch):
    """`everything(parts, chosen)` runs programs in place of the parts; returns the exit code."""
    monkeypatch.syspath_prepend(str(ROOT / "scripts"))
    monkeypatch.delenv("RNNCOURSE_SHARE", raising=False)
    import test_all

    def run(programs, *chosen):
        parts = {name: [sys.executable, "-c", code] for name, code in programs.items()}
        monkeypatch.setattr(test_all, "PARTS", parts)
        return test_all.main(["--full", *chosen])

    return run


def table(printed: str) -> list[str]:
    lines = printed.split("part         minutes\n")[1].splitlines()
    return [" ".join(word for word in line.split() if word != "0.0") for line in lines]


def test_a_part_that_fails_is_named_with_what_failed_and_stops_no_other(everything, capfd):
    said = "FAILED tests/a.py::test_b[x y] - assert 0"
    failing = f"print('FAILED tests/a.py::test_b[x y]'); print({said!r}); raise SystemExit(1)"
    notebook = "print('FAILED    12.3 CPU s  book/01-x.ipynb'); raise SystemExit(1)"
    assert everything({"unit tests": failing, "notebooks": notebook, "last": "print('ran')"}) == 1
    printed = capfd.readouterr().out
    assert "--- last\nran\n" in printed
    assert table(printed) == [
        "unit tests FAILED",
        "tests/a.py::test_b[x y]",
        "notebooks FAILED",
        "book/01-x.ipynb",
        "last passed",
        "all",
    ]


def test_book_and_check_run_side_by_side_and_print_one_after_the_other(everything, capfd, tmp_path):
    here, there = tmp_path / "here", tmp_path / "there"
    code = (
        "import pathlib, time\n"
        "pathlib.Path({!r}).touch()\nwhile not pathlib.Path({!r}).exists(): time.sleep(0.01)\n"
        "print('met', flush=True)"
    )
    book, check = code.format(str(here), str(there)), code.format(str(there), str(here))
    assert everything({"book": book, "check": check, "rest": "print('rest')"}) == 0
    assert "--- book\nmet\n--- check\nmet\n--- rest\nrest\n" in capfd.readouterr().out


def test_without_a_book_nothing_else_is_tested_but_what_has_begun(everything, capfd):
    assert everything({"book": "raise SystemExit(3)", "check": "", "unit tests": "print(1)"}) == 1
    assert table(capfd.readouterr().out) == ["book FAILED", "check passed", "all"]


def test_one_part_alone(everything, capfd):
    assert everything({"book": "raise SystemExit(3)", "check": ""}, "check") == 0
    assert table(capfd.readouterr().out) == ["check passed", "all"]
    assert everything({"book": "", "check": ""}, "units") == 2
    assert capfd.readouterr().out == "test_all.py: no part 'units'; there are: book, check.\n"


def test_what_is_broken_off_says_so(everything, capfd, monkeypatch):
    import test_all

    as_it_is = test_all.Part.run

    def broken(part, silent=False):
        as_it_is(part)
        part.outcome, part.end = "broken off", None
        raise KeyboardInterrupt

    monkeypatch.setattr(test_all.Part, "run", broken)
    assert everything({"unit tests": "print('FAILED tests/a.py::test_c')", "last": ""}) == 1
    printed = capfd.readouterr().out
    assert "test_all.py: broken off.\n" in printed
    assert table(printed) == ["unit tests broken off", "tests/a.py::test_c", "all"]


TESTS = """
import pytest

@pytest.mark.slow
@pytest.mark.parametrize("page", range(40))
def test_of_many(page):
    pass

@pytest.mark.browser
def test_once():
    pass

def test_quick():
    pass
"""
PAPER = """
import pytest

@pytest.mark.slow
@pytest.mark.parametrize("sheet", "ab")
def test_sheet(sheet):
    pass
"""


@pytest.mark.slow
def test_the_shares_make_the_whole(tmp_path, monkeypatch):
    for name, text in {
        "conftest.py": (ROOT / "tests/conftest.py").read_text("utf-8"),
        "test_some.py": TESTS,
        "test_pdf.py": PAPER,
        "pytest.ini": "[pytest]\nmarkers =\n    slow:\n    browser:\n",
    }.items():
        (tmp_path / name).write_text(text, "utf-8")
    monkeypatch.setenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "1")
    command = [sys.executable, "-m", "pytest", "-q", "--collect-only", tmp_path]
    chosen = []
    for share in ("0", "1", "2", "3", ""):
        monkeypatch.setenv("RNNCOURSE_SHARE", share)
        done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=True)
        chosen.append([line for line in done.stdout.splitlines() if "::" in line])
    *shares, whole = chosen
    assert len(whole) == 40 + 1 + 1 + 2
    assert whole[0].startswith("test_pdf.py")  # what takes long comes first
    counts = Counter(name for share in shares for name in share)
    quick = "test_some.py::test_quick"
    assert counts == dict.fromkeys(whole, 1) | {quick: 4}
    assert [len([n for n in share if "sheet" in n]) for share in shares].count(2) == 1
    assert all(len([n for n in share if "many" in n]) > 4 for share in shares)


def test_the_share_goes_by_the_commit(everything, capfd, monkeypatch):
    import test_all

    assert [test_all.share_of(f"{number:08x}" + 32 * "f") for number in range(5)] == [
        *range(4),
        0,
    ]
    assert test_all.share_of("") == 0
    monkeypatch.setattr(test_all, "head", lambda: "00000006")
    monkeypatch.setattr(
        test_all, "PARTS", {"told": [sys.executable, "-c", "import os; print(dict(os.environ))"]}
    )
    assert test_all.main([]) == 0
    printed = capfd.readouterr().out
    assert "'RNNCOURSE_SHARE': '2'" in printed
    assert printed.splitlines()[-1].endswith("(share 2); all: make test-full")
    assert test_all.main(["--full"]) == 0
    assert "RNNCOURSE_SHARE" not in capfd.readouterr().out
    assert "RNNCOURSE_SHARE" not in os.environ
