"""The other graders, given the same three questions: nbgrader and otter-grader.

Each lives in an environment of its own, of which a variable names the Python.
"""

import csv
import json
import os
from pathlib import Path

import nbformat
from nbformat import v4

from benchmarks.assignments import QUESTIONS, make_notebook, render_asserts
from benchmarks.measuring import Cost, measure_peak_memory, time_command

SHARED = QUESTIONS["shared"]
POINTS = sum(question.points for question in SHARED)


class Nbgrader:
    """nbgrader: one command for all submissions.

    Args:
        python: Of its environment.
        folder: Where to work.
    """

    title = "nbgrader"

    def __init__(self, python: Path, folder: Path):
        self.folder, self.bin = folder, python.parent
        self.program = python.with_name("nbgrader")
        variables = ("JUPYTER_CONFIG_DIR", "JUPYTER_DATA_DIR", "IPYTHONDIR")
        self.variables = {name: str(folder / "settings") for name in variables}
        self.variables["PATH"] = f"{self.bin}{os.pathsep}{os.environ['PATH']}"

    def prepare(self, number: int) -> None:
        """Make the assignment, and so many submissions to it."""
        self._write_notebook(self.folder / "source" / "shared", 0)
        time_command([self.program, "generate_assignment", "shared"], self.folder, **self.variables)
        for i in range(number):
            self._write_notebook(self.folder / "submitted" / f"student{i}" / "shared", i)

    def _write_notebook(self, folder: Path, number: int) -> None:
        nb = make_notebook(SHARED, number)
        imports, *answers = nb.cells
        nb.cells = [imports]
        for cell, question in zip(answers, SHARED, strict=True):
            check = v4.new_code_cell(render_asserts(question), id=f"{question.id}-check")
            self._mark_cell(cell, question.id, points=0)
            self._mark_cell(check, f"{question.id}-check", points=question.points)
            nb.cells += [cell, check]
        folder.mkdir(parents=True)
        nbformat.write(nb, folder / "shared.ipynb")

    def _mark_cell(self, cell: nbformat.NotebookNode, name: str, points: int) -> None:
        """Say what a cell is: an answer, without points, or a check."""
        metadata = {"schema_version": 3, "grade_id": name, "points": points, "task": False}
        metadata |= {"solution": points == 0, "grade": points > 0, "locked": points > 0}
        cell.metadata["nbgrader"] = metadata

    def grade(self) -> Cost:
        """Grade all submissions."""
        command = [self.program, "autograde", "shared", "--force"]
        cost = time_command(command, self.folder, **self.variables)
        export = [self.program, "export", "--to", "marks.csv"]
        time_command(export, self.folder, **self.variables)
        with (self.folder / "marks.csv").open(encoding="utf-8", newline="") as file:
            marks = [float(row["score"]) for row in csv.DictReader(file)]
        assert set(marks) == {POINTS}, marks
        return cost

    def measure_memory(self) -> float:
        """Grade one submission; return the most memory it took, in MB."""
        command = [self.program, "autograde", "shared", "--force", "--student", "student0"]
        return measure_peak_memory(command, self.folder, **self.variables)


class Otter:
    """otter-grader: one command for each submission, as more need its container.

    Args:
        python: Of its environment.
        folder: Where to work.
    """

    title = "otter-grader"

    def __init__(self, python: Path, folder: Path):
        self.folder, self.python = folder, python
        self.variables = {"PATH": f"{python.parent}{os.pathsep}{os.environ['PATH']}"}

    def prepare(self, number: int) -> None:
        """Make the assignment, and so many submissions to it."""
        tests = self.folder / "tests"
        tests.mkdir(parents=True)
        for question in SHARED:
            name = question.id.replace("-", "_")
            body = "\n".join(f"    {line}" for line in render_asserts(question).splitlines())
            (tests / f"q{name}.py").write_text(
                "import numpy as np\nfrom otter.test_files import test_case\n\n"
                f"OK_FORMAT = False\nname = 'q{name}'\npoints = {question.points}\n\n\n"
                f"@test_case()\ndef test_{name}({question.function}):\n{body}\n"
            )
        command = [self.python, "-m", "otter", "generate", "-t", "tests", "-o", "autograder.zip"]
        command += ["--no-environment", "--no-requirements"]
        time_command(command, self.folder, **self.variables)
        self.submissions = [self.folder / f"student{i}.ipynb" for i in range(number)]
        for i, path in enumerate(self.submissions):
            nbformat.write(make_notebook(SHARED, i), path)

    def _make_command(self, path: Path) -> list:
        options = ["-a", "autograder.zip", "-o", f"{path.stem}-results", "--no-logo"]
        (self.folder / f"{path.stem}-results").mkdir(exist_ok=True)
        return [self.python, "-m", "otter", "run", path.name, *options]

    def grade(self) -> Cost:
        """Grade all submissions, one after the other."""
        cost = Cost(0.0, 0.0)
        for path in self.submissions:
            cost += time_command(self._make_command(path), self.folder, **self.variables)
            text = (self.folder / f"{path.stem}-results" / "results.json").read_text()
            scores = [test.get("score", 0) for test in json.loads(text)["tests"]]
            assert sum(scores) == POINTS, scores
        return cost

    def measure_memory(self) -> float:
        """Grade one submission; return the most memory it took, in MB."""
        command = self._make_command(self.submissions[0])
        return measure_peak_memory(command, self.folder, **self.variables)
