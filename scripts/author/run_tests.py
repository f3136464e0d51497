"""Run the tests, and say what they took: python -m scripts.author.run_tests [--all] [PART...].

Without --all this is the gate, `make test`: what must be green before anything lands. With it, or
with the name of a part that only `make test-all` has, also what costs many minutes for each that it
finds: every view of every page, every level of isolation, records that were changed, archives.
With names of parts only these are run: make test ONLY=notebooks. A part that fails does not stop
the next one, except that without a book there are no pages to test.
"""

import os
import re
import subprocess
import sys
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

from rnncourse.core.threads import ONE_THREAD
from scripts import ROOT, Argument, fail, run_script

PYTEST = [sys.executable, "-m", "pytest", "-q", "-n", "2", "--dist", "worksteal", "--durations=10"]
MAKE = ["make", "--no-print-directory"]
EXTRA_MARKS = "grading", "browser", "paper", "claims", "tools"
"""Marks of tests that only `make test-all` runs, each a part of it: unmarked is the gate."""
GATE_MARKS = f"not ({' or '.join(EXTRA_MARKS)})"
UNIT_MARKS = f"not slow and not built and {GATE_MARKS}"
MAX_SECONDS = 60
"""Seconds that the tests of one chapter may take beside its notebooks; more gets a remark."""


def list_typed_modules() -> list[str]:
    """List what annotates arrays, but for questions: those are asked thousands of times."""
    modules = []
    for path in sorted((ROOT / "rnncourse").rglob("*.py")):
        if "questions" not in path.parts and "from jaxtyping" in path.read_text("utf-8"):
            modules.append(".".join(path.relative_to(ROOT).with_suffix("").parts))
    return modules


# The unit tests once more, with every array's shape checked against its annotation. Tests that
# start processes of their own are out of reach of such checks.
SHAPES = f"--jaxtyping-packages={','.join([*list_typed_modules(), 'beartype.beartype'])}"
# An object that nobody closes fails the test in which it is collected, a later one maybe: here, to
# hunt it. In the gate it is only printed.
WARNINGS_AS_ERRORS = ["-W", "error::pytest.PytestUnraisableExceptionWarning"]
NOTEBOOKS = [sys.executable, "scripts/check_notebooks.py"]
BOOK = "book"
GATE_PARTS = {
    BOOK: [*MAKE, "book"],
    "check": [*MAKE, "check"],  # and the rules of the house with it
    "solutions": [*NOTEBOOKS, "--jobs", "1", "solutions", "exercises"],
    "tests": [*PYTEST, "-m", GATE_MARKS, "--ignore=tests/house"],
    "notebooks": [*NOTEBOOKS, "book"],
    "printed": [*MAKE, "pdf", "slides"],
}
RUNS_BESIDE = {"check": BOOK, "solutions": BOOK, "printed": "notebooks"}
"""Parts that run beside another, one after the other: each uses one core."""
EXTRA_PARTS = {
    "typed": [*PYTEST, *WARNINGS_AS_ERRORS, SHAPES, "-m", UNIT_MARKS],
    **{mark: [*PYTEST, *WARNINGS_AS_ERRORS, "-m", mark] for mark in EXTRA_MARKS},
}
FAILURE_LINE = re.compile(r"(?:FAILED|ERROR) +(?:[\d.]+ CPU s  )?(.+?)(?: - .*)?\n")
CHAPTER_LINE = re.compile(r"chapter (\d\d) +([\d.]+) s\n")
NOTEBOOK_LINE = re.compile(r"\w+ +([\d.]+) CPU s  \w+/(\d\d)b?-.*\n")


@dataclass
class SuitePart:
    """A part of the tests, and what became of it."""

    name: str
    command: list[str]
    outcome: str = "broken off"
    start: float = field(default_factory=time.perf_counter)
    end: float | None = None
    failed: dict[str, None] = field(default_factory=dict)
    tests: Counter = field(default_factory=Counter)
    notebooks: Counter = field(default_factory=Counter)

    @property
    def seconds(self) -> float:
        """What it took, or has taken until now."""
        return (self.end or time.perf_counter()) - self.start

    def run(self, silent: bool = False) -> str:
        """Run it, print what it prints as it comes, and remember what fails and what it costs."""
        text = f"--- {self.name}\n"
        print("" if silent else text, end="", flush=True)
        with subprocess.Popen(
            self.command,
            cwd=ROOT,
            env=os.environ | ONE_THREAD,  # two processes share the machine
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        ) as process:
            for line in process.stdout:
                text += line
                print("" if silent else line, end="", flush=True)
                self.note_results(line)
        self.outcome, self.end = "FAILED" if process.returncode else "passed", time.perf_counter()
        return text

    def note_results(self, line: str) -> None:
        """Take from a line what failed, or what a chapter's tests or notebook took."""
        if match := FAILURE_LINE.fullmatch(line):
            self.failed[match[1]] = None
        if match := CHAPTER_LINE.fullmatch(line):
            self.tests[match[1]] += float(match[2])
        if match := NOTEBOOK_LINE.fullmatch(line):
            self.notebooks[match[2]] += float(match[1])


def run_parts(commands: dict[str, list[str]], parts: list[SuitePart]) -> None:
    """Run parts; those that have begun are in `parts`, also when they are broken off."""

    def run_silently(names: list[str]) -> str:
        text = ""
        for name in names:
            parts.append(part := SuitePart(name, commands[name]))
            text += part.run(silent=True)
        return text

    with ThreadPoolExecutor() as pool:
        for name, command in commands.items():
            if RUNS_BESIDE.get(name) in commands:
                continue
            parts.append(part := SuitePart(name, command))
            future = pool.submit(run_silently, [n for n in commands if RUNS_BESIDE.get(n) == name])
            part.run()
            print(future.result(), end="", flush=True)
            if name == BOOK and part.outcome == "FAILED":
                return


def format_chapter_table(parts: list[SuitePart]) -> str:
    """Return the seconds of each chapter, and a remark on one that takes more than its share."""
    tests = sum((part.tests for part in parts), Counter())
    notebooks = sum((part.notebooks for part in parts), Counter())
    lines = []
    for chapter in sorted(tests | notebooks):
        remark = f"  more than its share of {MAX_SECONDS}" if tests[chapter] > MAX_SECONDS else ""
        lines.append(f"{chapter:<12} {tests[chapter]:7.0f} {notebooks[chapter]:9.0f}{remark}\n")
    head = "\nchapter        tests notebooks (seconds of one processor)\n"
    return head + "".join(lines) if lines else ""


def main(names: list[str], all_parts: bool) -> int:
    known = GATE_PARTS | EXTRA_PARTS
    if unknown := [name for name in names if name not in known]:
        fail(f"no part {unknown[0]!r}; there are: {', '.join(known)}.")
    commands = {name: known[name] for name in names or (known if all_parts else GATE_PARTS)}
    parts: list[SuitePart] = []
    start = time.perf_counter()
    try:
        run_parts(commands, parts)
    except KeyboardInterrupt:
        print("\nrun_tests.py: broken off.")
    print(format_chapter_table(parts), end="")
    print("\npart         minutes")
    for part in parts:
        print(f"{part.name:<12} {part.seconds / 60:7.1f}  {part.outcome}")
        print("".join(f"    {name}\n" for name in part.failed), end="")
    print(f"{'all':<12} {(time.perf_counter() - start) / 60:7.1f}")
    return int(any(part.outcome != "passed" for part in parts))


if __name__ == "__main__":
    run_script(
        main,
        Argument("names", nargs="*", metavar="PART", help="of the gate, or of make test-all"),
        Argument("--all", dest="all_parts", action="store_true", help="all that there are"),
    )
