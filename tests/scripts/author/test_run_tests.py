"""Running every test: parts, what failed in them, what is left out, what a break leaves behind."""

import re
import sys
import tomllib

import pytest

from scripts import ROOT
from scripts.author import run_tests


@pytest.fixture
def run_parts(monkeypatch):
    """`run_parts(parts, chosen)` runs programs in the place of parts; returns the code."""

    def run(programs, *chosen):
        steps = {name: [sys.executable, "-c", code] for name, code in programs.items()}
        monkeypatch.setattr(run_tests, "GATE_PARTS", steps)
        monkeypatch.setattr(run_tests, "EXTRA_PARTS", {})
        return run_tests.main(chosen, False)

    return run


def list_table_rows(printed: str) -> list[str]:
    lines = printed.split("part         minutes\n")[1].splitlines()
    return [re.sub(r" +\d+\.\d +|  +\d+\.\d$", " ", line).strip() for line in lines]


def test_a_part_that_fails_is_named_with_what_failed_and_stops_no_other(run_parts, capfd):
    failure = "FAILED tests/a.py::test_b[x y] - assert 0"
    failing = f"print('FAILED tests/a.py::test_b[x y]'); print({failure!r}); raise SystemExit(1)"
    notebook = "print('FAILED    12.3 CPU s  book/01-x.ipynb'); raise SystemExit(1)"
    assert run_parts({"unit tests": failing, "notebooks": notebook, "last": "print('ran')"}) == 1
    printed = capfd.readouterr().out
    assert "--- last\nran\n" in printed
    assert list_table_rows(printed) == [
        "unit tests FAILED",
        "tests/a.py::test_b[x y]",
        "notebooks FAILED",
        "book/01-x.ipynb",
        "last passed",
        "all",
    ]


def test_book_and_check_run_at_once_and_print_in_turn(run_parts, capfd, tmp_path):
    book_file, check_file = tmp_path / "here", tmp_path / "there"
    code = (
        "import pathlib, time\n"
        "pathlib.Path({!r}).touch()\nwhile not pathlib.Path({!r}).exists(): time.sleep(0.01)\n"
        "print('met', flush=True)"
    )
    book = code.format(str(book_file), str(check_file))
    check = code.format(str(check_file), str(book_file))
    solutions = "print('after')"
    steps = {"book": book, "check": check, "solutions": solutions, "rest": "print('rest')"}
    assert run_parts(steps) == 0
    printed = "--- book\nmet\n--- check\nmet\n--- solutions\nafter\n--- rest\nrest\n"
    assert printed in capfd.readouterr().out


def test_without_a_book_nothing_else_is_tested_but_what_has_begun(run_parts, capfd):
    assert run_parts({"book": "raise SystemExit(3)", "check": "", "unit tests": "print(1)"}) == 1
    assert list_table_rows(capfd.readouterr().out) == ["book FAILED", "check passed", "all"]


def test_a_single_part_runs_alone_and_an_unknown_one_is_refused(run_parts, capfd):
    assert run_parts({"book": "raise SystemExit(3)", "check": ""}, "check") == 0
    assert list_table_rows(capfd.readouterr().out) == ["check passed", "all"]
    with pytest.raises(SystemExit):
        run_parts({"book": "", "check": ""}, "units")
    assert "no part 'units'; there are: book, check.\n" in capfd.readouterr().err


def test_an_interrupted_run_says_so(run_parts, capfd, monkeypatch):
    as_it_is = run_tests.SuitePart.run

    def broken(part, silent=False):
        as_it_is(part)
        part.outcome, part.end = "broken off", None
        raise KeyboardInterrupt

    monkeypatch.setattr(run_tests.SuitePart, "run", broken)
    assert run_parts({"unit tests": "print('FAILED tests/a.py::test_c')", "last": ""}) == 1
    printed = capfd.readouterr().out
    assert "run_tests.py: broken off.\n" in printed
    assert list_table_rows(printed) == ["unit tests broken off", "tests/a.py::test_c", "all"]


def test_seconds_by_chapter_include_its_notebooks(run_parts, capfd):
    tests = "print('chapter 03     61.0 s'); print('chapter 04      1.5 s')"
    lines = ("passed    10.0 CPU s  book/03-x.ipynb", "FAILED     5.0 CPU s  book/03b-x.ipynb")
    notebooks = "; ".join(f"print({line!r})" for line in lines)
    assert run_parts({"tests": tests, "notebooks": notebooks}) == 0
    rows = capfd.readouterr().out.split("\nchapter ")[-1].split("\n\n")[0].splitlines()[1:]
    assert [row.split(maxsplit=3) for row in rows] == [
        ["03", "61", "15", "more than its share of 60"],
        ["04", "2", "0"],
    ]


def test_every_mark_of_a_tier_has_its_part(run_parts):
    """A test that leaves the gate is in a part of `make test-all`, and nowhere twice."""
    marks = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    lines = [line.partition(":") for line in marks["tool"]["pytest"]["ini_options"]["markers"]]
    assert (
        tuple(name for name, _, description in lines if "only make test-all" in description)
        == run_tests.EXTRA_MARKS
    )
    assert {*run_tests.EXTRA_MARKS} < {*run_tests.EXTRA_PARTS}
