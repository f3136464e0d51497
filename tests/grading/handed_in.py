"""Notebooks as they are handed in, right answers to put in them, and what they are graded with."""

import json
import os
import re
from dataclasses import replace
from pathlib import Path

from rnncourse.grading import marking
from rnncourse.grading.marking import GradingJob, grade_bytes
from rnncourse.grading.registry import load_questions
from rnncourse.grading.results import SubmissionResult
from rnncourse.grading.sandbox import child_process
from scripts import ROOT

DEEP = bool(os.environ.get("RNNCOURSE_DEEP"))
"""Whether random tests try many times as much: `make test-deep`."""
ASSIGNMENT = "02-language-models"
SECRET = b"known to the judge alone"
SOLUTIONS = (ROOT / "solutions" / f"{ASSIGNMENT}.ipynb").read_bytes()
IMPORT = "import numpy as np"


def _read_answers() -> dict[str, str]:
    cells = json.loads(SOLUTIONS)["cells"]
    cells_by_id = {cell["metadata"].get("nbgrader", {}).get("grade_id", ""): cell for cell in cells}
    return {q: "".join(cells_by_id[f"{q}-answer"]["source"]) for q in load_questions(ASSIGNMENT)}


RIGHT = _read_answers()
"""A right answer to every question, by id."""


def read_cases(text: str) -> dict[str, tuple[tuple[str, ...], list[str]]]:
    """Read answers: by name the questions that are answered, and the cells.

    Each begins with a line `=== name: ids`; between its cells stands a line `# %%`. A line
    `<02-bits>` stands for the course's own answer to that question.
    """
    result = {}
    for case in text.strip("\n").removeprefix("=== ").split("\n=== "):
        head, _, cells = case.partition("\n")
        name, _, ids = head.rpartition(": ")
        cells = re.sub(r"^<(\d\d-\w+)>$", lambda q: RIGHT[q[1]].strip("\n"), cells, flags=re.M)
        result[name] = tuple(ids.split()), cells.split("\n# %%\n")
    return result


def make_code_cell(source: str | list[str], **more: object) -> dict:
    cell = {"cell_type": "code", "source": source, "metadata": {}, "outputs": []}
    return {**cell, "execution_count": None, **more}


def make_notebook(*cells: str | dict, **more: object) -> bytes:
    """Return a notebook with these cells; texts become code cells."""
    content = [make_code_cell(cell) if isinstance(cell, str) else cell for cell in cells]
    nb = {"cells": content, "metadata": {}, "nbformat": 4, "nbformat_minor": 5, **more}
    return json.dumps(nb).encode()


def write_file(path: Path, content: str | bytes = "{}", encoding: str = "utf-8") -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content if isinstance(content, bytes) else content.encode(encoding))
    return path


def grade_notebook(
    monkeypatch,
    data: bytes,
    level: str,
    *,
    ids=(),
    seconds=None,
    extra=(),
    secret=SECRET,
    salt="",
    assignment=ASSIGNMENT,
) -> SubmissionResult:
    """Grade bytes with a few questions only.

    Args:
        monkeypatch: The fixture.
        data: The notebook.
        level: The level of isolation to reach.
        ids: Of the questions; all by default.
        seconds: Deadlines, by id, where they differ; these count by the clock as well, so that
            nobody has to wait longer for an answer that hangs. All others wait a minute.
        extra: Further questions, of no assignment.
        secret: Of the seed.
        salt: Beside the secret; drawn anew by default.
        assignment: The one that the questions are of.
    """
    known = load_questions(assignment)
    chosen = {q: known[q] for q in (ids or known)} | {q.id: q for q in extra}
    for q, deadline in (seconds or {}).items():
        chosen[q] = replace(chosen[q], seconds=deadline)
    waits = {q: (seconds or {}).get(q, child_process.MIN_WAIT) for q in chosen}
    with monkeypatch.context() as patch:
        patch.setattr(marking, "load_questions", lambda _: chosen)
        patch.setattr(child_process, "compute_hang_timeout", lambda question: waits[question.id])
        return grade_bytes(
            "handed-in.ipynb", data, GradingJob(assignment, secret, max_level=level, salt=salt)
        )


def list_points(result: SubmissionResult) -> dict[str, tuple[int, int]]:
    """Return points earned and points there are, by question."""
    return {q.question: (q.earned, q.points) for q in result.questions}
