"""Rules of the package: rule(path relative to the repository, source)."""

import ast
import re
import subprocess
import sys
from functools import partial
from pathlib import Path

import pytest

from scripts import ROOT

from . import SHARED, list_offences, parse

PACKAGE = {
    path.relative_to(ROOT): path.read_text(encoding="utf-8")
    for path in sorted((ROOT / "rnncourse").rglob("*.py"))
}
CONTRIBUTING = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
MAY_IMPORT = {  # the table of CONTRIBUTING.md
    room: allowed.replace("nothing", "")
    for rooms, allowed in re.findall(r"^([a-z_]+(?:, [a-z_]+)*)  +([a-z ]+)$", CONTRIBUTING, re.M)
    for room in rooms.split(", ")
}
INSIDE_GRADING = {"reading": "", "reports": "", "sandbox": "reading", "similarity": "reading"}
INSIDE_GRADING |= {"batch": "sandbox", "authoring": "batch", "classes": "batch reports"}
INSIDE_GRADING |= {"overview": "batch classes similarity reading reports"}
QUESTION = {"fitting", "questions", "writing"}  # of grading, what declares a question
DRAWING = ("figures.py", "widget.py")  # a chapter's own part of viz
ONLY_VIZ = {"matplotlib", "ipywidgets", "IPython", "myst_nb", "tqdm", "anywidget", "traitlets"}
PROGRESS = {"cli": "tqdm", "grading": "IPython"}  # a bar: who grades has no Matplotlib to import
WITHOUT_TORCH = {"__init__", "__main__", "core", "data", "cells", "viz", "claims", "grading", "cli"}
WITHOUT_TORCH |= {"concordance", "questions"}
BARS = re.compile(r"(?<![\w`|])\|(?! )[^|\n`]*\w[^|\n`]*(?<! )\|(?![\w`|])")


def list_imports(path: Path, source: str) -> list[str]:
    names = []
    for node in ast.walk(parse(source)):
        if isinstance(node, ast.Import):
            names += [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            base = ".".join(path.parts[: len(path.parts) - node.level]) if node.level else ""
            module = ".".join(filter(None, [base, node.module]))
            names += [f"{module}.{alias.name}" for alias in node.names]
    return names


def name_room(path: Path) -> str:
    """Name the room of a file; the questions of a chapter are a room of their own."""
    chapter = path.parts[1] == "chapters"
    return "questions" if chapter and "questions" in path.parts else path.parts[1]


def list_forbidden_imports(path: Path, source: str) -> list[str]:
    room = name_room(path).removesuffix(".py")
    if room not in MAY_IMPORT:
        return [f"{path}: no room is called {room}"]
    allowed, own = {room, *MAY_IMPORT[room].split()}, ".".join(path.parts[:3])
    named = [n for n in list_imports(path, source) if n.split(".")[0] == "rnncourse"]
    imported = [[*n.split("."), "", "", ""] for n in named]  # a name may end early
    return [
        f"{path}: {room} may not import {'.'.join(parts)}; {SHARED}"
        for parts in imported
        if (parts[1] not in allowed and parts[1] != "chapters")
        or (parts[1] == "chapters" and ".".join(parts[:3]) != own)
        or (room == "questions" and parts[1] == "chapters" and parts[3] != "questions")
        or (room == "questions" and parts[1] == "grading" and parts[2] not in QUESTION)
        or (room == "grading" and not is_allowed_in_grading(path.parts[2], parts))
    ]


def is_allowed_in_grading(room: str, parts: list[str]) -> bool:
    """Say whether a room of the grader may import something; what is in no room, any may."""
    if room not in INSIDE_GRADING or parts[1] != "grading" or parts[2] not in INSIDE_GRADING:
        return True
    return parts[2] in {room, *INSIDE_GRADING[room].split()}


def list_plotting_imports(path: Path, source: str) -> list[str]:
    imported = {n.split(".")[0] for n in list_imports(path, source)} & ONLY_VIZ
    room, may_plot = path.parts[1], name_room(path) == "chapters" and path.name in DRAWING
    refused = {n for n in imported if room != "viz" and not may_plot and PROGRESS.get(room) != n}
    return [f"{path}: only viz imports {n}" for n in refused]


def list_vague_names(path: Path, source: str) -> list[str]:
    stars = [f"{path}: import *" for name in list_imports(path, source) if name.endswith(".*")]
    return stars + [f"{path}: say what it is for"] * (path.name in ("utils.py", "helpers.py"))


def list_long_files(path: Path, source: str, max_lines: int = 300) -> list[str]:
    lines = source.count("\n")
    return [f"{path}: {lines} lines; split it"] if lines >= max_lines else []


def list_public_definitions(source: str) -> list[ast.AST]:
    definitions = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
    top = [n for n in parse(source).body if isinstance(n, definitions)]
    inner = [m for n in top if isinstance(n, ast.ClassDef) for m in n.body]
    return [n for n in top + inner if isinstance(n, definitions) and n.name[0] != "_"]


def list_missing_docstrings(path: Path, source: str) -> list[str]:
    public = list_public_definitions(source)
    return [f"{path}: {n.name} has no docstring" for n in public if not ast.get_docstring(n)]


def list_missing_annotations(path: Path, source: str) -> list[str]:
    """Those of questions are the ones that a student writes."""
    public = [] if name_room(path) == "questions" else list_public_definitions(source)
    result = []
    for node in (n for n in public if not isinstance(n, ast.ClassDef)):
        a = node.args
        parameters = [*a.posonlyargs, *a.args, *a.kwonlyargs, *filter(None, [a.vararg, a.kwarg])]
        bare = {p.arg for p in parameters if p.annotation is None} - {"self", "cls"}
        bare |= {"return"} if node.returns is None else set()
        result += [f"{path}: {node.name} does not annotate {name}" for name in sorted(bare)]
    return result


def list_bars_in_prose(path: Path, source: str) -> list[str]:
    """Sphinx reads |x| as a substitution, except in a block that is indented."""
    with_docstring = (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)
    nodes = [node for node in ast.walk(parse(source)) if isinstance(node, with_docstring)]
    lines = [line for node in nodes for line in (ast.get_docstring(node) or "").splitlines()]
    result = [line for line in lines if line[:1].strip() and BARS.search(line)]
    return [f"{path}: write the length of x, not |x|: {line}" for line in result]


PYTHON_RULES = [
    list_forbidden_imports,
    list_plotting_imports,
    list_vague_names,
    list_missing_docstrings,
    list_missing_annotations,
    list_bars_in_prose,
]
BUDGETS = [list_long_files]
"""What may be meant: who goes beyond one hears of it, and decides."""


def test_budgets_are_remarked_on_and_no_file_is_far_beyond_them(record_property):
    for remark in list_offences(BUDGETS, PACKAGE):
        record_property("remark", remark)
    assert list_offences([partial(list_long_files, max_lines=400)], PACKAGE) == []


@pytest.mark.parametrize("rule", PYTHON_RULES)
def test_the_package_keeps_the_rule(rule):
    assert not (result := list_offences([rule], PACKAGE)), "\n".join(result)


def test_rooms_without_torch_do_not_import_it():
    rooms = {p.with_suffix("") for p in PACKAGE}
    without = [p for p in rooms if name_room(p) in WITHOUT_TORCH or f"{p.name}.py" in DRAWING]
    names = [".".join(p.parts) for p in without]
    modules = sorted(name.removesuffix(".__init__") for name in names)
    code = (
        f"import importlib, sys\nfor name in {modules}:\n    importlib.import_module(name)\n"
        "    if 'torch' in sys.modules:\n        sys.exit(f'{name} imports torch.')"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


PY = Path("rnncourse/data/text.py")
SANDBOX = Path("rnncourse/grading/sandbox/child.py")
CHAPTER = Path("rnncourse/chapters/ch04_bptt")


@pytest.mark.parametrize(
    ("rule", "place", "offence"),
    [
        (list_forbidden_imports, PY, "def f():\n    from rnncourse.models import ngram"),
        (list_forbidden_imports, PY, "from rnncourse import viz"),
        (list_forbidden_imports, PY, "from ..viz import figures"),
        (list_forbidden_imports, PY, "from .. import claims"),
        (list_forbidden_imports, Path("rnncourse/claims/checks.py"), "import rnncourse.data.text"),
        (list_forbidden_imports, Path("rnncourse/viz/claims.py"), "import rnncourse.cli"),
        (list_forbidden_imports, Path("rnncourse/attic/old.py"), ""),
        (
            list_forbidden_imports,
            CHAPTER / "figures.py",
            "from rnncourse.chapters.ch03_recurrence import kinds",
        ),
        (
            list_forbidden_imports,
            CHAPTER / "figures.py",
            "from rnncourse.chapters import ch03_recurrence",
        ),
        (list_forbidden_imports, CHAPTER / "figures.py", "from rnncourse.grading import check"),
        (
            list_forbidden_imports,
            CHAPTER / "questions" / "a.py",
            "from rnncourse.chapters.ch04_bptt import recall",
        ),
        (
            list_forbidden_imports,
            CHAPTER / "questions" / "a.py",
            "from rnncourse.grading import sandbox",
        ),
        (
            list_forbidden_imports,
            CHAPTER / "questions" / "a.py",
            "from rnncourse.analysis import hello",
        ),
        (list_forbidden_imports, PY, "from rnncourse.chapters.ch04_bptt import recall"),
        (list_forbidden_imports, CHAPTER / "questions" / "a.py", "from rnncourse import grading"),
        (
            list_forbidden_imports,
            CHAPTER / "questions" / "a.py",
            "import rnncourse.chapters.ch04_bptt",
        ),
        (list_forbidden_imports, CHAPTER / "recall.py", "import rnncourse"),
        (list_plotting_imports, CHAPTER / "questions" / "figures.py", "import matplotlib"),
        (list_forbidden_imports, SANDBOX, "from rnncourse.grading.batch.pool import Pool"),
        (list_forbidden_imports, SANDBOX, "from rnncourse.grading import reports"),
        (list_plotting_imports, CHAPTER / "recall.py", "import matplotlib"),
        (list_plotting_imports, PY, "import matplotlib.pyplot as plt"),
        (list_plotting_imports, Path("rnncourse/cli/commands.py"), "from IPython import display"),
        (list_vague_names, PY, "from numpy import *"),
        (list_vague_names, Path("rnncourse/core/utils.py"), ""),
        (list_long_files, PY, "x = 1\n" * 300),
        (list_missing_docstrings, PY, "def loss(): ..."),
        (list_missing_docstrings, PY, 'class Cell:\n    """A cell."""\n    def step(self): ...'),
        (list_missing_annotations, PY, "def train(*args) -> None: ..."),
        (list_missing_annotations, PY, "class Cell:\n    def step(self): ..."),
        (list_bars_in_prose, PY, 'def f():\n    """Return |g| of it."""'),
    ],
)
def test_each_rule_finds_its_planted_offence(rule, place, offence):
    assert rule(place, offence) != []


def test_the_rules_accept_correct_files():
    source = (
        "from . import corpus\nfrom rnncourse.core import records\n\n\n"
        'def f() -> None:\n    """Do."""\n'
    )
    assert list_offences(PYTHON_RULES, {PY: source}) == []
