"""Every attack gets its fair mark, costs nobody else anything, and leaves nothing behind."""

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
from rnncourse.grading.judging import HARNESS_ERROR
from rnncourse.grading.results import GRADED
from rnncourse.grading.sandbox.isolation import LEVELS, NAMESPACES

from ..handed_in import IMPORT, RIGHT, earned, grade, notebook
from ..processes import alive, children, command, parent, supervisors, wait_for
from . import (
    answers,
    files,
    inside,
    machine,
    numbers,
    paperwork,
    patches,
    replies,
    resources,
    returned,
)
from .attack import FOLDER, Attack

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(sys.platform != "linux", reason="the levels that hold need Linux"),
]
TABLES = (
    *(returned, numbers, patches, inside, replies),
    *(machine, files, resources, answers, paperwork),
)
ATTACKS: list[Attack] = [row for table in TABLES for row in table.ATTACKS]
HONEST = notebook(IMPORT, RIGHT["02-bits"], RIGHT["02-step"])
NEIGHBORS = "02-bigrams", "02-step", "02-continuations"


@pytest.fixture
def folder():
    """A folder where everybody may write, outside of pytest's own."""
    path = Path(tempfile.mkdtemp())
    path.chmod(0o777)
    with ZipFile(path / "beside.zip", "w") as beside:
        beside.writestr("beside.py", "answer = 42\n")
    yield path
    shutil.rmtree(path)


@pytest.mark.grading
@pytest.mark.parametrize("row", ATTACKS, ids=lambda row: row.name.replace(" ", "-"))
def test_what_an_attack_aims_at_is_there(row):
    """An attack on a name that has moved proves nothing."""
    for name in set(re.findall(r"rnncourse(?:\.\w+)+", "\n".join(row.cells))):
        assert pkgutil.resolve_name(name) is not None


def tier(row: Attack, level: str) -> list:
    """The gate has the first attack of each table, at the strongest of its levels."""
    first = any(row is table.ATTACKS[0] for table in TABLES) and level == row.levels[-1]
    return [] if first else [pytest.mark.grading]


def survivors(before: Collection[int] = ()) -> list[str]:
    """Return the command lines of processes below this one that no sandbox needs.

    Args:
        before: Its children that are none of an attack's.
    """
    levels = {}
    for level in LEVELS:
        levels |= supervisors(marking.get_sandbox(level))
    parents = {parent(supervisor) for supervisor in levels}
    left = []
    for supervisor in (pid for each in parents for pid in children(each)):
        inner = children(supervisor)
        needed = 1 if levels.get(supervisor) == NAMESPACES else 0  # the first process in there
        left += inner[needed:] + [pid for first in inner[:needed] for pid in children(first)]
        left += [] if supervisor in levels else [supervisor]
    left += {*children(os.getpid())} - parents - {*before}  # orphans come to this process
    return [f"{pid} {command(pid)}" for pid in left if alive(pid)]


def test_the_table_is_a_table():
    assert len({row.name for row in ATTACKS}) == len(ATTACKS) >= 36
    for row in ATTACKS:
        assert row.how.endswith(".")
        assert row.why.endswith(".")
        assert row.aims in RIGHT


@pytest.mark.parametrize(
    ("row", "level"),
    [
        pytest.param(row, level, id=f"{row.name.replace(' ', '-')}-{level}", marks=tier(row, level))
        for row in ATTACKS
        for level in row.levels
    ],
)
def test_an_attack_gets_its_fair_mark(row, level, monkeypatch, reached, folder):
    reached(level)
    neighbors = [q for q in NEIGHBORS if q != row.aims][:2]
    cells = [cell.replace(FOLDER, str(folder)) for cell in row.cells]
    data = notebook(*cells, IMPORT, *(RIGHT[q] for q in neighbors))
    data = row.build(data) if row.build else data
    before = set(os.listdir(folder))
    processes = children(os.getpid())

    deadline = {row.aims: row.seconds} if row.seconds else {}
    result = grade(monkeypatch, data, level, ids=[row.aims, *neighbors], seconds=deadline)

    assert (result.status, result.isolation, result.seed[:7]) == (GRADED, level, "secret ")
    marks = earned(result)
    aimed = next(q for q in result.questions if q.question == row.aims)
    assert marks.pop(row.aims)[0] == row.fair, aimed.message
    assert aimed.status != HARNESS_ERROR, aimed.message
    assert all(got == points for got, points in marks.values()), result.questions
    assert len(aimed.message) < 1500
    assert aimed.message.isprintable()
    assert json.dumps(result.to_json(), ensure_ascii=False).encode()

    wait_for(lambda: not survivors(processes))  # what is killed takes a moment to end
    assert set(os.listdir(folder)) == before
    honest = grade(monkeypatch, HONEST, level, ids=["02-bits", "02-step"])
    assert honest.earned == honest.points == 4
