"""Every attack gets its fair mark, costs nobody else anything, and leaves nothing behind."""

import json
import os
import shutil
import sys
import tempfile
from contextlib import suppress
from pathlib import Path
from zipfile import ZipFile

import pytest

from rnncourse.grading import marking
from rnncourse.grading.hosts import ZygoteHost
from rnncourse.grading.isolation import NAMESPACES
from rnncourse.grading.judging import HARNESS_ERROR
from rnncourse.grading.results import GRADED

from ..handed_in import IMPORT, RIGHT, earned, grade, notebook
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


def children(pid: int) -> list[int]:
    """Return the child processes of all threads of a process."""
    found = []
    for task in Path(f"/proc/{pid}/task").glob("*/children"):
        with suppress(OSError):
            found += [int(child) for child in task.read_text().split()]
    return found


def survivors() -> list[str]:
    """Return the command lines of processes below this one, or orphans, that no sandbox needs."""
    hosts = [host for box in marking._sandboxes.values() for host in box._hosts.values()]
    levels = {h._process.pid: h.hello()[0] for h in hosts if isinstance(h, ZygoteHost)}
    parents = [pid for pid in children(os.getpid()) if "grading.zygote" in command(pid)]
    left = []
    for zygote in (pid for parent in parents for pid in children(parent)):
        inner = children(zygote)
        needed = 1 if levels.get(zygote) == NAMESPACES else 0  # the first process in there
        left += inner[needed:] + [pid for first in inner[:needed] for pid in children(first)]
        left += [] if zygote in levels else [zygote]
    for entry in Path("/proc").glob("[0-9]*"):
        try:
            parent = int((entry / "stat").read_text().rsplit(")")[-1].split()[1])
        except (OSError, IndexError):
            continue
        if parent == 1 and ("grading.zygote" in (said := command(entry.name)) or FOLDER in said):
            left.append(int(entry.name))
    return [f"{pid} {command(pid)}" for pid in left]


def command(pid: int | str) -> str:
    """Return the command line of a process."""
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode().strip()
    except OSError:
        return ""


def test_the_table_is_a_table():
    assert len({row.name for row in ATTACKS}) == len(ATTACKS) >= 36
    for row in ATTACKS:
        assert row.how.endswith(".")
        assert row.why.endswith(".")
        assert row.aims in RIGHT


@pytest.mark.parametrize(
    ("row", "level"),
    [
        pytest.param(row, level, id=f"{row.name.replace(' ', '-')}-{level}")
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

    result = grade(
        monkeypatch, data, level, ids=[row.aims, *neighbors], seconds={row.aims: row.seconds}
    )

    assert (result.status, result.isolation, result.seed) == (GRADED, level, "secret")
    marks = earned(result)
    aimed = next(q for q in result.questions if q.question == row.aims)
    assert marks.pop(row.aims)[0] == row.fair, aimed.message
    assert aimed.status != HARNESS_ERROR, aimed.message
    assert all(got == points for got, points in marks.values()), result.questions
    assert len(aimed.message) < 1500
    assert aimed.message.isprintable()
    assert json.dumps(result.to_json(), ensure_ascii=False).encode()

    assert survivors() == []
    assert set(os.listdir(folder)) == before
    honest = grade(monkeypatch, HONEST, level, ids=["02-bits", "02-step"])
    assert honest.earned == honest.points == 4
