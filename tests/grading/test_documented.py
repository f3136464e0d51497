"""What the page on grading says to install is enough: nothing else of this machine is there."""

import json
import os
import re
import subprocess
import sys
import venv
from importlib.metadata import distribution
from pathlib import Path

import pytest
from packaging.requirements import Requirement

from rnncourse.grading.registry import ASSIGNMENTS, list_packages, load_questions
from scripts import ROOT

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(sys.platform == "win32", reason="links need rights there"),
]
CHAPTER = "04-backpropagation-through-time"
TORCH = {*ASSIGNMENTS} - {"02-language-models"}
POINTS = {a: sum(q.points for q in load_questions(a).values()) for a in ASSIGNMENTS}


def install_python(folder: Path, *requirements: str) -> Path:
    """Return a Python that has these requirements with theirs, and nothing else of this one."""
    python = folder / "bin" / "python"
    if not python.exists():
        venv.create(folder, symlinks=True, with_pip=False)
    (packages,) = folder.rglob("site-packages")
    pending, visited = [*map(Requirement, requirements)], set()
    while pending:
        requirement = pending.pop()
        if str(requirement) in visited:
            continue
        visited.add(str(requirement))
        result = distribution(requirement.name)
        for file in result.files:
            if (top := file.parts[0]) not in ("..", "__pycache__"):
                place = packages / top
                if not (place.exists() or place.is_symlink()):
                    place.symlink_to(result.locate_file(top))
        extras = [{"extra": extra} for extra in requirement.extras or [""]]
        for more in map(Requirement, result.requires or ()):
            if more.marker is None or any(map(more.marker.evaluate, extras)):
                pending.append(more)
    return python


def run_python(python: Path, *arguments: object) -> tuple[int, str, str]:
    call = [python, "-m", "rnncourse", *arguments]
    env = {name: text for name, text in os.environ.items() if name != "PYTHONPATH"}
    done = subprocess.run(call, capture_output=True, text=True, cwd=python.parent, env=env)
    assert "Traceback" not in done.stderr
    return done.returncode, done.stdout, done.stderr


@pytest.fixture(scope="module")
def documented_python(tmp_path_factory):
    """Return the Python of who has followed the page, and what the action installs alike."""
    page = (ROOT / "book" / "grading.md").read_text(encoding="utf-8")
    action = (ROOT / ".github" / "actions" / "grade" / "action.yml").read_text(encoding="utf-8")
    extras = re.findall(r"course\[([\w,]+)\]", page + action)
    assert len(extras) >= 3
    assert len({*extras}) == 1
    return install_python(tmp_path_factory.mktemp("documented"), f"rnncourse[{extras[0]}]")


def test_official_solutions_of_all_chapters_have_full_marks(documented_python, tmp_path):
    """First without PyTorch, which all chapters but one need, then with it, as the command says."""
    out, solutions = tmp_path / "marks", ROOT / "solutions"
    code, output, err = run_python(documented_python, "grade", solutions, "--out", out)
    assert (code, output, out.exists()) == (3, "", False)
    (packages,) = re.findall(r"pip install -c course/constraints.txt ([\w ]+), where", err)
    assert (
        run_python(documented_python, "needs", solutions)[1].split()
        == packages.split()
        == ["torch"]
    )
    for name in ASSIGNMENTS:
        assert bool(list_packages(load_questions(name).values())) == (name in TORCH)
    notebooks = [solutions / f"{name}.ipynb" for name in ASSIGNMENTS if name not in TORCH]
    assert run_python(documented_python, "needs", *notebooks) == (0, "", "")

    install_python(documented_python.parents[1], *packages.split())
    code, output, err = run_python(
        documented_python, "grade", solutions, "--out", out, "--fail-under", "100"
    )
    assert code == 0, err
    submissions = json.loads((out / "results.json").read_text("utf-8"))["submissions"]
    assert {s["assignment"]: s["mark"] for s in submissions} == POINTS
    assert len(submissions) == 14


def test_without_torch_its_question_alone_is_not_judged(tmp_path):
    """A student who checks loses sight of one question only."""
    python = install_python(tmp_path / "new", "rnncourse")
    code, output, err = run_python(python, "check", ROOT / "solutions" / f"{CHAPTER}.ipynb")
    assert code == 3, err
    message = "It needs `torch`, which is not installed here, so it is not marked."
    assert " ".join(output.split()).count(message) == 1
    assert output.count(": passed, ") == 8
    assert "The cut in PyTorch: could not be judged, 0 of 3 points." in output
    assert output.endswith(f"Total: {POINTS[CHAPTER] - 3} of {POINTS[CHAPTER]} points.\n")
