"""Prove that notebooks show what a fresh kernel shows: python scripts/check_notebooks.py [PATH...].

Each notebook runs under nbval, strictly: every stored output is compared with a fresh one, except
for what author/nbval-sanitize.cfg names; the numbers of figures, and where their paths lie, are
compared with a tolerance (nbval_figures.py), and so are all numbers of a cell with the tag
`trained` (trained.py). Its kernel turns Python warnings into errors and cannot open a connection. A
notebook must hold outputs. One that costs more than its budget of processor seconds
gets a remark, and fails only with --budget, for authors on a quiet machine: seconds are no truth
about a notebook, an older or busy machine needs two or three times as many for the same work. An
exercise into which a student has written is left out: its stored outputs are the student's.
"""

import argparse
import json
import os
import re
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))  # it runs by its path

from scripts import ROOT, Argument, fail, run_script
from scripts.author import trained
from scripts.author.kernels import (
    build_font_cache,
    find_notebooks,
    make_kernel_environment,
    make_paths_argument,
)
from scripts.author.make_exercises import EXERCISES, is_written_in

BUDGET = 90.0
"""Processor seconds that a notebook may take on one thread."""
SANITIZE = ROOT / "scripts" / "author" / "nbval-sanitize.cfg"
PYTEST = (
    f"import sys, pytest; sys.path.append({str(ROOT)!r}); import scripts; sys.exit(pytest.main())"
)
"""Runs pytest with a plugin of ours, on a path that kernels do not see."""


@dataclass
class NotebookResult:
    """What became of one notebook."""

    path: Path
    passed: bool
    seconds: float = 0.0
    report: str = ""


def explain_unproved(path: Path) -> str:
    """Say in one sentence why comparing outputs would prove nothing, or return ''."""
    cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
    code = [c for c in cells if c["cell_type"] == "code" and "".join(c["source"]).strip()]
    never_run = sum(c.get("execution_count") is None for c in code)
    if never_run:
        return f"{never_run} of {len(code)} code cells have never been run: try `make notebooks`."
    if code and not any(c["outputs"] for c in code):
        return "It stores no output, so there is nothing to compare: try `make notebooks`."
    for n, cell in enumerate(cells):
        try:
            trained.read_tolerance(cell["metadata"])
        except ValueError as error:
            return f"Cell {n}: {error}"
    return ""


def describe_budget(seconds: float) -> str:
    """Return a sentence on a notebook that is over its budget, or ''."""
    if seconds <= BUDGET:
        return ""
    remark = f"It took {seconds:.0f} CPU seconds here; its budget is {BUDGET:.0f}"
    return f"{remark} on a quiet machine. If it needs more there: do less, or record the run."


def shorten_report(report: str) -> str:
    """Return a long report without its middle."""
    lines = report.strip().splitlines()
    if len(lines) > 80:
        lines[40:-40] = [f"... {len(lines) - 80} lines left out ..."]
    return "\n".join(lines)


def wait_for(child: subprocess.Popen) -> float:
    """Wait for a process; return the processor seconds of it and of those that it waited for."""
    if not hasattr(os, "wait4"):
        child.wait()
        return 0.0  # Windows does not tell
    _, status, usage = os.wait4(child.pid, 0)  # counts the kernel too: pytest waits for it
    child.returncode = os.waitstatus_to_exitcode(status)
    return usage.ru_utime + usage.ru_stime


def check_notebook(path: Path, threads: int, budget: bool | None) -> NotebookResult:
    """Run one notebook under nbval in a process of its own, and measure that process."""
    if reason := explain_unproved(path):
        return NotebookResult(path, False, report=reason)
    command = [sys.executable, "-c", PYTEST, "-c", os.devnull, "--rootdir", str(ROOT)]
    command += ["-p", "nbval.plugin", "-p", "scripts.author.nbval_figures"]
    command += ["-p", "no:cacheprovider", "-q", "--color=no", "--no-header"]
    command += ["--nbval", "--nbval-current-env", "--nbval-cell-timeout=600"]
    command += ["--nbval-sanitize-with", str(SANITIZE), str(path)]
    # Windows may still hold a file of the kernel when the folder goes.
    folder = tempfile.TemporaryDirectory(ignore_cleanup_errors=True)
    with folder as scratch, tempfile.TemporaryFile("w+", encoding="utf-8") as output:
        env = make_kernel_environment(scratch, threads) | {"PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"}
        env["PYTHONUTF8"] = "1"
        child = subprocess.Popen(command, env=env, stdout=output, stderr=subprocess.STDOUT)
        seconds = wait_for(child)
        output.seek(0)
        passed = child.returncode in (0, 5)  # 5: no code cell, so nothing to compare
        result = NotebookResult(path, passed, seconds)
        if not result.passed:
            result.report = shorten_report(re.sub(r"\x1b\[[0-9;]*m", "", output.read()))
    if budget is not False and (remark := describe_budget(result.seconds)):
        result.passed = result.passed and not budget
        result.report = f"{result.report}\n{remark}".strip()
    return result


def main(paths: Sequence[Path], threads: int, jobs: int, budget: bool | None) -> int:
    checked_paths, has_answers = [], False
    for path in find_notebooks(paths):
        if path.resolve().parent == EXERCISES and is_written_in(path):
            print(f"left out  {path}: it holds somebody's answers. ", end="")
            print(f"To mark them: rnncourse check {path}")
            has_answers = True
        else:
            checked_paths.append(path)
    if budget and not hasattr(os, "wait4"):
        fail("this system tells no processor time. Try: without --budget.", code=1)
    if has_answers and os.environ.get("CI"):
        fail("with CI set, every exercise must be as it was made.", code=1)
    build_font_cache()
    with ThreadPoolExecutor(jobs) as pool:
        results = pool.map(lambda path: check_notebook(path, threads, budget), checked_paths)
        failures = 0
        for result in results:
            verdict = "passed" if result.passed else "FAILED"
            print(f"{verdict}  {result.seconds:6.1f} CPU s  {result.path}", flush=True)
            if result.report:
                print("    " + result.report.strip().replace("\n", "\n    "), flush=True)
            failures += not result.passed
    count = len(checked_paths)
    print(f"{count - failures} of {count} notebooks show what a fresh kernel shows.")
    return 1 if failures else 0


if __name__ == "__main__":
    run_script(
        main,
        make_paths_argument(ROOT / "book"),
        Argument("--threads", type=int, default=1, metavar="N", help="of the numeric libraries"),
        Argument("--jobs", type=int, default=2, metavar="N", help="notebooks at a time"),
        Argument(
            "--budget",
            action=argparse.BooleanOptionalAction,
            help="fail a notebook over its budget, or do not even remark on it",
        ),
    )
