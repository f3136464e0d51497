"""Exercises and solutions are one source, and say what their questions ask."""

import ast
import re
from pathlib import Path

import nbformat
import pytest
from nbformat import v4

from rnncourse.grading.registry import ASSIGNMENTS, find_question, load_questions
from scripts import ROOT
from scripts.author import make_exercises
from scripts.book import exercise_pages

from .students import find_exercise

SOLUTIONS = sorted((ROOT / "solutions").glob("*.ipynb"))
every_assignment = pytest.mark.parametrize("assignment", ASSIGNMENTS)


def read_notebook(folder: str, assignment: str) -> nbformat.NotebookNode:
    path = ROOT / folder / f"{assignment}.ipynb"
    return nbformat.read(find_exercise(assignment) if folder == "exercises" else path, as_version=4)


def list_sources(nb: nbformat.NotebookNode) -> list[tuple]:
    return [(c.id, c.cell_type, c.source, dict(c.metadata)) for c in nb.cells]


def test_every_assignment_has_both_notebooks():
    assert [path.stem for path in SOLUTIONS] == sorted(ASSIGNMENTS)
    assert sorted(p.stem for p in (ROOT / "exercises").glob("*.ipynb")) == sorted(ASSIGNMENTS)


@every_assignment
def test_the_exercises_are_made_from_the_solutions(assignment):
    made = make_exercises.make_blank(read_notebook("solutions", assignment))
    stored = read_notebook("exercises", assignment)
    assert list_sources(stored) == list_sources(made), "Try: make exercises"
    assert "SOLUTION" not in nbformat.writes(stored)


@every_assignment
def test_cells_agree_with_the_questions(assignment):
    cells = read_notebook("exercises", assignment).cells
    cells_by_id = {c.metadata.nbgrader.grade_id: c for c in cells if "nbgrader" in c.metadata}
    assert len(cells_by_id) == sum("nbgrader" in c.metadata for c in cells)
    for question in load_questions(assignment).values():
        text = cells_by_id[f"{question.id}-question"].source
        answer = cells_by_id[f"{question.id}-answer"]
        graded = cells_by_id[f"{question.id}-check"]
        unit = "point" if question.points == 1 else "points"
        assert f"*{question.level.capitalize()}, {question.points} {unit}.*" in text
        assert f"`{question.function}({', '.join(question.arguments)})`" in text
        assert f". {question.title}\n" in text
        (function,) = ast.parse(answer.source).body
        assert function.name == question.function
        assert [a.arg for a in function.args.args] == [*question.arguments]
        assert ast.get_docstring(function)
        assert graded.source == f'check("{question.id}")'
        assert graded.metadata.nbgrader.points == question.points


@pytest.mark.parametrize(
    "question_id", ["01-states", "02-better", "03-echo", "04-memory", "05-alive"]
)
def test_the_page_says_what_earns_points(question_id):
    (assignment,) = (name for name in ASSIGNMENTS if question_id in load_questions(name))
    question, cells = find_question(question_id), read_notebook("exercises", assignment).cells
    (text,) = [" ".join(c.source.split()) for c in cells if c.id == f"{question_id}-question"]
    steps = re.findall(r"(0\.\d+) gives? (?:you )?(\d)", text)
    assert [(float(share), int(points)) for share, points in steps] == [*question.comparison.steps]
    assert question.comparison.steps[-1][1] == question.points


@pytest.mark.parametrize(
    ("source", "is_answer"),
    [
        ("def f():\n    ### BEGIN SOLUTION\n    return 1", True),
        ("def f():\n    return 1\n    ### END SOLUTION", True),
        ("def f():\n    return 1", True),
        ("def f():\n    ### BEGIN SOLUTION\n    return 1\n    ### END SOLUTION", False),
        (2 * "def f():\n    ### BEGIN SOLUTION\n    return 1\n    ### END SOLUTION\n", True),
    ],
)
def test_markers_without_partner_or_in_the_wrong_cell_are_refused(source, is_answer):
    cell = v4.new_code_cell(source, metadata={"nbgrader": {"solution": is_answer}})
    nb = v4.new_notebook(cells=[v4.new_markdown_cell("# Solutions 1"), cell])
    with pytest.raises(ValueError, match="one solution between its markers"):
        make_exercises.make_blank(nb)


def test_copied_notebooks_replace_stale_pages_of_the_book(tmp_path):
    for folder in ("exercises", "solutions"):
        (tmp_path / folder).symlink_to(ROOT / folder)
    book = tmp_path / "book"
    (book / "exercises").mkdir(parents=True)
    stale = book / "exercises" / "99-gone.ipynb"
    stale.write_text("{}")
    pages = exercise_pages.copy_notebooks(book)
    folders = [p.relative_to(book).parent.name for p in pages]
    assert folders == ["exercises"] * len(ASSIGNMENTS) + ["solutions"] * len(ASSIGNMENTS)
    assert not stale.exists()
    for page in pages:
        nb = nbformat.read(page, as_version=4)
        links = nb.cells[1].source
        downloaded = re.search(r"\{download\}`[^<]*<([^>]*)>`", links)[1]
        assert (page.parent / downloaded).resolve().parent == ROOT / page.parent.name
        assert "### " not in "".join(c.source for c in nb.cells if c.cell_type == "code")
        targets = re.findall(r"\]\(([^)]*)\)", links)
        assert {Path(target).name for target in targets} - {"students.md"} == {page.name}
