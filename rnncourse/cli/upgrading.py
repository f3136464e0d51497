"""Carrying a student's answers into a newer exercise, question by question; nothing is left out.

Cells are found by their names, which Jupyter keeps. Where a program has dropped the names, a cell
of the exercise is found by its text, and an answer by the function that it defines.
"""

import copy
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from rnncourse.grading.reading.statements import split_statements

GONE_HEADING = "## Your answers to questions that are no longer here"
VERSION_KEY = "made_with"  # in the metadata: what hash of its text an exercise was made with


@dataclass(frozen=True)
class UpgradedExercise:
    """A newer exercise with a student's work in it.

    Args:
        text: The notebook, to be written to a file.
        n_answers: How many answers were carried over.
        n_gone: How many cells stand at its end, because their question is no longer there.
    """

    text: str
    n_answers: int
    n_gone: int


@dataclass
class _MovePlan:
    """What becomes of a student's cells: by the name of the exercise's cell that they belong to."""

    answers: dict[str, str] = field(default_factory=dict)
    edits: dict[str, str] = field(default_factory=dict)
    after: dict[str, list[dict]] = field(default_factory=dict)
    gone: list[dict] = field(default_factory=list)


def find_exercise_version(notebook: Mapping) -> str:
    """Return what says which version of an exercise a notebook was made from, or ''."""
    return str(notebook.get("metadata", {}).get(VERSION_KEY, ""))


def is_current(notebook: Mapping, exercise: Mapping) -> bool:
    """Say whether a student's notebook is of this version of the exercise.

    Args:
        notebook: The student's.
        exercise: The course's exercise.
    """
    if find_exercise_version(notebook):
        return find_exercise_version(notebook) == find_exercise_version(exercise)
    sources = set(map(_get_source, notebook["cells"]))  # a program has dropped the stamp
    return all(_get_source(cell) in sources for cell in exercise["cells"] if not _is_answer(cell))


def belongs_to_exercise(notebook: Mapping, exercise: Mapping) -> bool:
    """Say whether a notebook has anything to do with an exercise."""
    exercise_names = {_get_name(cell) for cell in exercise["cells"]}
    return any(
        name in exercise_names for name, _ in _match_cells(notebook["cells"], exercise, exercise)
    )


def carry_answers(
    notebook: Mapping, exercise: Mapping, original: Mapping | None = None
) -> UpgradedExercise:
    """Put a student's answers, edits and own cells into a newer exercise.

    Args:
        notebook: The student's notebook, which is not changed.
        exercise: The newer exercise.
        original: The exercise as the student got it, if it is known: it tells an edit of the
            student's from a change of the course's.

    Returns:
        The notebook. Nothing in it has run.
    """
    cells = {_get_name(cell): cell for cell in exercise["cells"]}
    old_sources = (
        {_get_name(cell): _get_source(cell) for cell in original["cells"]} if original else {}
    )
    plan, last_name = _MovePlan(), next(iter(cells))
    for name, cell in _match_cells(notebook["cells"], exercise, original or exercise):
        source = _get_source(cell)
        if name in cells:
            last_name = name
            _plan_move(plan, cells[name], old_sources.get(name), cell)
        elif name and (_is_answer(cell) or name in old_sources or _is_locked(cell)):
            edited = name in old_sources and source != old_sources[name]
            if _is_written(source, old_sources.get(name)) if _is_answer(cell) else edited:
                plan.gone.append(cell)
        elif source.strip() or cell.get("attachments"):
            plan.after.setdefault(last_name, []).append(cell)
    merged = {**copy.deepcopy(dict(exercise)), "cells": list(_merge_cells(exercise["cells"], plan))}
    text = json.dumps(merged, indent=1, ensure_ascii=False) + "\n"
    return UpgradedExercise(text, len(plan.answers), len(plan.gone))


def _plan_move(plan: _MovePlan, exercise_cell: Mapping, old_source: str | None, cell: dict) -> None:
    """Decide about a cell that stands in both notebooks."""
    source, name = _get_source(cell), _get_name(exercise_cell)
    if _is_answer(exercise_cell):
        if _is_written(source, old_source, _get_source(exercise_cell)):
            plan.answers[name] = source
    elif old_source is not None and source not in (old_source, _get_source(exercise_cell)):
        if _get_source(exercise_cell) == old_source:
            plan.edits[name] = source
        else:  # both have changed it: the course's comes first
            plan.after.setdefault(name, []).append(cell)


def _merge_cells(cells: Sequence[Mapping], plan: _MovePlan) -> Iterator[dict]:
    """Yield the cells of the notebook in order, with names that nothing else has."""
    taken = {cell.get("id") for cell in cells}
    sources = plan.answers | plan.edits
    for cell in cells:
        name = _get_name(cell)
        yield _clear_outputs(cell) | ({"source": sources[name]} if name in sources else {})
        for own_cell in plan.after.get(name, ()):
            yield _adopt_cell(own_cell, taken)
    if plan.gone:
        yield _adopt_cell({"cell_type": "markdown", "metadata": {}, "source": GONE_HEADING}, taken)
    for own_cell in plan.gone:
        yield _adopt_cell(own_cell, taken)


def _adopt_cell(cell: Mapping, taken: set[str | None]) -> dict:
    """Return a student's cell, under a name of its own and as none of the exercise's cells."""
    cell = _clear_outputs(cell)
    cell["metadata"].pop("nbgrader", None)
    number, name = 1, cell.get("id")
    while not name or name in taken:
        name, number = f"own-{number}", number + 1
    taken.add(name)
    return cell | {"id": name}


def _clear_outputs(cell: Mapping) -> dict:
    """Return a copy without outputs: they belong to what ran before."""
    cell = copy.deepcopy(dict(cell))
    cell["metadata"] = dict(cell.get("metadata") or {})
    return cell | ({"execution_count": None, "outputs": []} if _is_code(cell) else {})


def _match_cells(
    cells: Sequence[Mapping], exercise: Mapping, original: Mapping
) -> Iterator[tuple[str, dict]]:
    """Yield each of a student's cells with its name in the exercise, '' for the student's own."""
    exercise_cells = {_get_name(cell): cell for cell in (*original["cells"], *exercise["cells"])}
    names_by_text = {
        _get_source(cell): name for name, cell in exercise_cells.items() if not _is_answer(cell)
    }
    names = []
    for cell in cells:
        name = _get_name(cell)
        known = name in exercise_cells or "nbgrader" in (cell.get("metadata") or {})
        names.append(name if known else names_by_text.get(_get_source(cell), ""))
    for name, cell in exercise_cells.items():
        matches = [n for n, label in enumerate(names) if label == name]
        if _is_answer(cell) and not (matches and _is_code(cells[matches[0]])):  # its cell was lost
            matches = [n for n, label in enumerate(names) if not label or n in matches]
            matches = [n for n in matches if _defines_answer(cells[n], cell)]
        chosen = _choose_match(matches, cells, cell)
        for n in matches:  # a cell that was split or copied has its name twice
            names[n] = name if n == chosen else ""
    yield from zip(names, map(dict, cells), strict=True)


def _choose_match(matches: Sequence[int], cells: Sequence[Mapping], exercise_cell: Mapping) -> int:
    """Return which of several cells is the exercise's, or -1 if there is none."""
    if _is_answer(exercise_cell):
        filled = [n for n in matches if not _is_blank(_get_source(cells[n]))]
        defining = [n for n in filled if _defines_answer(cells[n], exercise_cell)]
        return [-1, *matches[:1], *filled[:1], *defining[-1:]][-1]
    equal = [n for n in matches if _get_source(cells[n]) == _get_source(exercise_cell)]
    return [-1, *matches[:1], *equal[:1]][-1]


def _defines_answer(cell: Mapping, exercise_cell: Mapping) -> bool:
    """Say whether a cell defines the function of an answer."""
    match = re.search(r"^def (\w+)", _get_source(exercise_cell), re.MULTILINE)
    return bool(match and re.search(rf"^def {match[1]}\b", _get_source(cell), re.MULTILINE))


def _get_name(cell: Mapping) -> str:
    nbgrader = (cell.get("metadata") or {}).get("nbgrader") or {}
    return str(nbgrader.get("grade_id") or cell.get("id") or "")


def _get_source(cell: Mapping) -> str:
    source = cell.get("source", "")
    text = source if isinstance(source, str) else "".join(map(str, source))
    return text.replace("\r\n", "\n")


def _is_code(cell: Mapping) -> bool:
    return cell.get("cell_type") == "code"


def _is_answer(cell: Mapping) -> bool:
    return bool(((cell.get("metadata") or {}).get("nbgrader") or {}).get("solution"))


def _is_locked(cell: Mapping) -> bool:
    return bool(((cell.get("metadata") or {}).get("nbgrader") or {}).get("locked"))


def _is_written(source: str, *blanks: str | None) -> bool:
    """Say whether a student has written in the cell of an answer.

    Args:
        source: The cell.
        blanks: What it was before, and what it is in a newer exercise, as far as that is known.
    """
    if source in blanks or not source.strip():
        return False
    return blanks[0] is not None or not _is_blank(source) or "#" in source


def _is_blank(source: str) -> bool:
    """Say whether a cell only says that nothing is implemented."""
    try:
        statements = split_statements(0, source)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return False  # begun, and not finished
    return all(statement.is_blank for statement in statements)
