"""Each script runs as the map in `scripts/__init__.py` says."""

import importlib
import re
import runpy
import sys

import pytest

import scripts
from scripts import ROOT

FILES = [path for path in sorted((ROOT / "scripts").rglob("*.py")) if "skeleton" not in path.parts]
NAMES = {".".join(path.relative_to(ROOT).with_suffix("").parts): path for path in FILES}
COMMANDS = [
    name for name, path in NAMES.items() if '__name__ == "__main__"' in path.read_text("utf-8")
]


def test_the_map_names_every_folder():
    folders = {path.parent.name for path in FILES} - {"scripts"}
    assert {*re.findall(r"^    (\w+)  ", scripts.__doc__, re.MULTILINE)} == folders


@pytest.mark.parametrize("name", COMMANDS)
def test_a_command_says_what_it_does(name, monkeypatch, capsys):
    monkeypatch.setattr(sys, "argv", [str(NAMES[name]), "--help"])
    with pytest.raises(SystemExit) as ended:
        runpy.run_path(str(NAMES[name]), run_name="__main__")
    assert not ended.value.code
    first = NAMES[name].read_text("utf-8").partition('"""')[2].splitlines()[0]
    assert first[:40] in re.sub(r"\s+", " ", capsys.readouterr().out)


@pytest.mark.parametrize("name", [name for name in NAMES if name.startswith("scripts.sphinx_ext.")])
def test_an_extension_can_be_imported(name):
    listed = f"- {name} " in (ROOT / "_config.yml").read_text("utf-8").replace("\n", " \n")
    assert hasattr(importlib.import_module(name), "setup") == listed
