"""Every attack gets its fair mark, costs nobody else anything, and leaves nothing behind."""

import ast
import dataclasses
import functools
import json
import os
import pkgutil
import re
import shutil
import sys
import tempfile
from collections.abc import Collection
from pathlib import Path
from zipfile import ZipFile

import pytest

from rnncourse.grading import marking
from rnncourse.grading.calling import CallOutcome
from rnncourse.grading.judging import HARNESS_ERROR
from rnncourse.grading.results import GRADED
from rnncourse.grading.sandbox import child
from rnncourse.grading.sandbox.isolation import LEVELS, NAMESPACES

from ..handed_in import IMPORT, RIGHT, grade_notebook, list_points, make_notebook
from ..processes import (
    find_parent,
    find_supervisors,
    is_alive,
    list_children,
    read_command,
    wait_for,
)
from . import (
    answers,
    files,
    metadata_attacks,
    numbers,
    patches,
    process_attacks,
    replies,
    resources,
    returned,
    system_attacks,
)
from .attack import FOLDER, Attack

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(sys.platform != "linux", reason="the levels that hold need Linux"),
]
TABLES = (
    *(returned, numbers, patches, process_attacks, replies),
    *(system_attacks, files, resources, answers, metadata_attacks),
)
ATTACKS: list[Attack] = [row for table in TABLES for row in table.ATTACKS]
HONEST = make_notebook(IMPORT, RIGHT["02-bits"], RIGHT["02-step"])
NEIGHBORS = "02-bigrams", "02-step", "02-continuations"


@pytest.fixture
def open_folder():
    """A folder where everybody may write, outside of pytest's own."""
    path = Path(tempfile.mkdtemp())
    path.chmod(0o777)
    with ZipFile(path / "beside.zip", "w") as beside:
        beside.writestr("beside.py", "answer = 42\n")
    yield path
    shutil.rmtree(path)


@functools.cache
def list_grader_names() -> tuple[set[str], set[str]]:
    """Return the names of the grader's variables, and the keys of a job and of an outcome."""
    variables: set[str] = set()
    for path in Path(marking.__file__).parent.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.arg):
                variables.add(node.arg)
            elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
                variables.add(node.id)
    keys = set(re.findall(r'job\["(\w+)"\]', Path(child.__file__).read_text("utf-8")))
    return variables, keys | {field.name for field in dataclasses.fields(CallOutcome)}


@pytest.mark.grading
@pytest.mark.parametrize("row", ATTACKS, ids=lambda row: row.name.replace(" ", "-"))
def test_targets_of_attacks_exist(row):
    """An attack on a name that has moved proves nothing."""
    text = "\n".join(row.cells)
    for name in set(re.findall(r"rnncourse(?:\.\w+)+", text)):
        assert pkgutil.resolve_name(name) is not None
    if "f_locals" in text:
        variables, keys = list_grader_names()
        nodes = list(ast.walk(ast.parse(text)))
        calls = [node for node in nodes if isinstance(node, ast.Call)]
        values = [keyword.value for call in calls for keyword in call.keywords]
        texts = {node.value for node in nodes if isinstance(node, ast.Constant)}
        texts -= {n.value for v in values for n in ast.walk(v) if isinstance(n, ast.Constant)}
        assert {text for text in texts if isinstance(text, str)} <= variables
        updates = [call for call in calls if getattr(call.func, "attr", "") == "update"]
        assert {keyword.arg for call in updates for keyword in call.keywords} <= keys


def choose_marks(row: Attack, level: str) -> list:
    """The gate has the first attack of each table, at the strongest of its levels."""
    first = any(row is table.ATTACKS[0] for table in TABLES) and level == row.levels[-1]
    return [] if first else [pytest.mark.grading]


def list_survivors(before: Collection[int] = ()) -> list[str]:
    """Return the command lines of processes below this one that no sandbox needs.

    Args:
        before: Its children that are none of an attack's.
    """
    levels = {}
    for level in LEVELS:
        levels |= find_supervisors(marking.get_sandbox(level))
    parents = {find_parent(supervisor) for supervisor in levels}
    left = []
    for supervisor in (pid for each in parents for pid in list_children(each)):
        inner = list_children(supervisor)
        needed = 1 if levels.get(supervisor) == NAMESPACES else 0  # the first process in there
        left += inner[needed:] + [pid for first in inner[:needed] for pid in list_children(first)]
        left += [] if supervisor in levels else [supervisor]
    left += {*list_children(os.getpid())} - parents - {*before}  # orphans come to this process
    return [f"{pid} {read_command(pid)}" for pid in left if is_alive(pid)]


def test_attacks_have_unique_names_reasons_and_targets():
    assert len({row.name for row in ATTACKS}) == len(ATTACKS) >= 36
    for row in ATTACKS:
        assert row.how.endswith(".")
        assert row.reason.endswith(".")
        assert row.target in RIGHT


@pytest.mark.parametrize(
    ("row", "level"),
    [
        pytest.param(
            row, level, id=f"{row.name.replace(' ', '-')}-{level}", marks=choose_marks(row, level)
        )
        for row in ATTACKS
        for level in row.levels
    ],
)
def test_an_attack_gets_its_fair_mark(row, level, monkeypatch, start_at_level, open_folder):
    start_at_level(level)
    neighbors = [q for q in NEIGHBORS if q != row.target][:2]
    cells = [cell.replace(FOLDER, str(open_folder)) for cell in row.cells]
    data = make_notebook(*cells, IMPORT, *(RIGHT[q] for q in neighbors))
    data = row.build(data) if row.build else data
    before = set(os.listdir(open_folder))
    processes = list_children(os.getpid())

    deadline = {row.target: row.seconds} if row.seconds else {}
    result = grade_notebook(
        monkeypatch, data, level, ids=[row.target, *neighbors], seconds=deadline
    )

    assert (result.status, result.isolation, result.seed[:7]) == (GRADED, level, "secret ")
    marks = list_points(result)
    aimed = next(q for q in result.questions if q.question == row.target)
    assert marks.pop(row.target)[0] == row.fair_mark, aimed.message
    assert aimed.status != HARNESS_ERROR, aimed.message
    assert all(awarded == points for awarded, points in marks.values()), result.questions
    assert len(aimed.message) < 1500
    assert aimed.message.isprintable()
    assert json.dumps(result.to_json(), ensure_ascii=False).encode()

    wait_for(lambda: not list_survivors(processes))  # what is killed takes a moment to end
    assert set(os.listdir(open_folder)) == before
    honest = grade_notebook(monkeypatch, HONEST, level, ids=["02-bits", "02-step"])
    assert honest.earned == honest.points == 4
