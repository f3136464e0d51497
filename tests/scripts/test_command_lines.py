"""Each script, and each benchmark, is a command line; the map of `scripts/__init__.py` is true."""

import ast
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
    path
    for path in [*FILES, *sorted((ROOT / "benchmarks").glob("*.py"))]
    if "\n    run_script(" in path.read_text("utf-8")
]


def test_the_map_names_every_folder():
    folders = {path.parent.name for path in FILES} - {"scripts"}
    assert {*re.findall(r"^    (\w+)  ", scripts.__doc__, re.MULTILINE)} == folders


def test_no_file_is_a_command_in_another_way():
    signs = ("__main__", "argparse.ArgumentParser(", "sys.argv[1", "sys.exit(main")
    others = {path.name for path in FILES if any(sign in path.read_text("utf-8") for sign in signs)}
    assert others - {path.name for path in COMMANDS} == {"__init__.py"}
    assert len(COMMANDS) > 20


@pytest.mark.parametrize("path", COMMANDS, ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_a_command_says_what_it_does_and_refuses_what_it_does_not_know(path, monkeypatch, capsys):
    def run(*words: str) -> tuple[int | None, str, str]:
        monkeypatch.setattr(sys, "argv", [str(path), *words])
        with pytest.raises(SystemExit) as ended:
            runpy.run_path(str(path), run_name="__main__")
        return ended.value.code, *capsys.readouterr()

    code, output, _ = run("--help")
    assert code == 0
    usage, _, text = output.partition("\n\n")
    assert re.fullmatch(rf"usage: {path.name} \[-h\].*", usage)  # one line
    assert text.startswith(ast.get_docstring(ast.parse(path.read_text("utf-8"))))
    for wrong in ("--no-such-option", "no/such/file"):
        code, output, errors = run(wrong, wrong)
        assert code in (1, 2)
        assert output == ""
        assert wrong in errors or "arguments are required" in errors
        assert {line.partition(": ")[0] for line in errors.splitlines()} == {path.name}


@pytest.mark.parametrize("name", [name for name in NAMES if name.startswith("scripts.sphinx_ext.")])
def test_an_extension_can_be_imported(name):
    listed = f"- {name} " in (ROOT / "_config.yml").read_text("utf-8").replace("\n", " \n")
    assert hasattr(importlib.import_module(name), "setup") == listed
