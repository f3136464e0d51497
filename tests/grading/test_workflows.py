"""The action and the workflows do what the page says, with the rights they need and no others."""

import argparse
import json
import os
import re
import shutil
import sys
import tomllib
from pathlib import Path

import pytest

from rnncourse.cli import command
from rnncourse.cli.classes import add_options
from rnncourse.grading import marking
from rnncourse.grading.sandbox.isolation import LEVELS
from scripts import ROOT
from scripts.release import try_action

from ..scripts.release.test_workflows import load_yaml

HERE = ".github/actions/grade"
ASSETS = ROOT / "book" / "_assets" / "workflows"
SECRET = "no-one-may-read-this-3141592653"
OURS = f"OWNER/REPO/{HERE}@main"
THEIRS = {"actions/checkout", "actions/setup-python", "actions/upload-artifact"}
BASH = shutil.which("bash")
needs_bash = pytest.mark.skipif(BASH is None or os.name == "nt", reason="GitHub's bash is not here")


ACTION = load_yaml(ROOT / HERE / "action.yml")
INSTALLING_STEPS = ("Install the course", "Install what these chapters need besides")
WORKFLOWS = {path.stem: load_yaml(path) for path in sorted(ASSETS.glob("*.yml"))}
every_workflow = pytest.mark.parametrize("name", WORKFLOWS)


def list_steps(name: str) -> list[dict]:
    if name == "action":
        return ACTION["runs"]["steps"]
    return [step for job in WORKFLOWS[name]["jobs"].values() for step in job["steps"]]


everything = pytest.mark.parametrize("name", ["action", *WORKFLOWS])


def test_there_is_a_workflow_for_students_and_one_for_instructors():
    assert [*WORKFLOWS] == ["instructor", "student"]


@every_workflow
def test_no_stranger_starts_a_grading_workflow_and_it_ends(name):
    workflow = WORKFLOWS[name]
    assert {*workflow["on"]} == {"push", "workflow_dispatch"}
    assert workflow["permissions"] == {"contents": "read"}
    assert not any("permissions" in job for job in workflow["jobs"].values())
    assert all(int(job["timeout-minutes"]) <= 60 for job in workflow["jobs"].values())
    (checkout,) = [s for s in list_steps(name) if s.get("uses", "").startswith("actions/checkout@")]
    assert checkout["with"] == {"persist-credentials": "false"}


@everything
def test_the_action_uses_githubs_actions_by_major_version(name):
    for used in (step["uses"] for step in list_steps(name) if "uses" in step):
        if used != OURS:
            action, version = used.split("@")
            assert action in THEIRS
            assert re.fullmatch(r"v\d+", version)
    assert name != "action" or OURS not in str(list_steps(name))


@everything
def test_no_text_of_others_becomes_a_command(name):
    scripts = [step["run"] for step in list_steps(name) if "run" in step]
    assert not any("${{" in script for script in scripts)
    assert len(scripts) == {"action": 5, "instructor": 1, "student": 0}[name]


@every_workflow
def test_the_action_gets_what_it_takes(name):
    (step,) = [step for step in list_steps(name) if step.get("uses") == OURS]
    inputs = ACTION["inputs"]
    required = {i for i, meta in inputs.items() if meta.get("required") == "true"}
    assert required <= {*step["with"]} <= {*inputs}


def test_only_the_instructor_has_a_secret():
    secrets = {n: re.findall(r"secrets\.\w+", json.dumps(w)) for n, w in WORKFLOWS.items()}
    assert secrets == {"instructor": ["secrets.RNNCOURSE_SECRET"], "student": []}
    (step,) = [step for step in list_steps("instructor") if step.get("uses") == OURS]
    assert step["with"]["secret"] == "${{ secrets.RNNCOURSE_SECRET }}"


def test_public_repositories_are_refused_before_anything_else():
    first = list_steps("instructor")[0]
    assert first["if"] == "${{ !github.event.repository.private }}"
    assert first["run"].rstrip().endswith("exit 1")


def test_the_action_installs_the_repository_it_is_in():
    scripts = [step for step in list_steps("action") if "pip install" in step.get("run", "")]
    assert (*(step["name"] for step in scripts),) == INSTALLING_STEPS
    script = "\n".join(step["run"] for step in scripts)
    assert "$GITHUB_ACTION_PATH/../../.." in script
    folder = (ROOT / HERE / "../../..").resolve()
    assert folder == ROOT
    for name in re.findall(r"(?:\$course|PATH/\.\./\.\./\.\.)/(\w[\w.]+)", script):
        assert (folder / name).is_file()
    project = tomllib.loads((folder / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    for extra in re.findall(r"\$course\[(\w+)\]", script):
        assert extra in project["optional-dependencies"]


# --- The action's scripts, run as GitHub runs them, with another program for `rnncourse` ---

PRETENDER = """\
#!/bin/sh
[ "$1" != needs ] || { shift; for a in "$@"; do printf '%s\\n' "$a" >> "$ARGUMENTS.needs"; done
  echo END >> "$ARGUMENTS.needs"; printf '%s' "$NEEDED"; exit 0; }
for argument in "$@"; do printf '%s\\n' "$argument" >> "$ARGUMENTS"; done
echo END >> "$ARGUMENTS"
[ -z "$RNNCOURSE_SECRET" ] || echo "has a secret" >> "$ARGUMENTS.secret"
echo "It says something."
exit "$CODE"
"""
INSTALLER = """\
#!/bin/sh
for argument in "$@"; do printf '%s\\n' "$argument" >> "$ARGUMENTS.python"; done
echo END >> "$ARGUMENTS.python"
"""


class Runner:
    """Runs the steps of the action that run a script, but for the installation."""

    def __init__(self, folder: Path, program: str = PRETENDER, code: int = 0):
        self.folder = folder
        (folder / "bin").mkdir()
        for name, text in (("rnncourse", program), ("python", INSTALLER)):
            (folder / "bin" / name).write_text(text)
            (folder / "bin" / name).chmod(0o755)
        self.environment = {
            "PATH": f"{folder / 'bin'}:{os.environ['PATH']}",
            "HOME": os.environ.get("HOME", str(folder)),
            "ARGUMENTS": str(folder / "arguments"),
            "CODE": str(code),
        }

    def run(self, **inputs: str) -> tuple[int, str]:
        """Return the exit code of the first step that fails, else 0; and all that was printed."""
        inputs = {name.replace("_", "-"): value for name, value in inputs.items()}
        left_out = INSTALLING_STEPS[:1]
        return try_action.run_steps(ACTION, inputs, self.folder, self.environment, left_out)

    def commands(self, name: str = "arguments") -> list[list[str]]:
        path = self.folder / name
        calls = path.read_text().split("END\n")[:-1] if path.exists() else []
        return [call.splitlines() for call in calls]


@pytest.fixture
def parse_command(monkeypatch):
    """Return a function that gives a command line to the real parser, and returns its options."""
    calls = []
    for name in ("run_check", "run_grade", "run_needs", "run_selfcheck"):
        monkeypatch.setattr(command, name, lambda options: calls.append(options) or 0)

    def parse(arguments):
        assert command.main(arguments) == 0
        return calls.pop()

    return parse


@needs_bash
@pytest.mark.parametrize("assignment", ["", "02-language-models"])
@pytest.mark.parametrize("fail_under", ["", "40"])
@pytest.mark.parametrize("workers", ["", "2"])
def test_the_action_calls_rnncourse_grade(tmp_path, parse_command, assignment, fail_under, workers):
    runner = Runner(tmp_path)
    settings = {"assignment": assignment, "fail_under": fail_under, "workers": workers}
    code, _ = runner.run(
        paths="late work.zip\n\n  \n-odd\n", out="my marks", secret=SECRET, **settings
    )
    assert code == 0
    (arguments,) = runner.commands()
    options = parse_command(arguments)
    assert options.paths == [Path("late work.zip"), Path("-odd")]
    assert (options.out, options.ci, options.isolation) == (Path("my marks"), True, "seccomp")
    assert options.assignment == (assignment or None)
    assert options.fail_under == (float(fail_under) if fail_under else None)
    assert options.workers == (int(workers) if workers else None)


OF_A_CLASS = {"layout": "canvas", "attempt": "best", "column": "-PS 2", "new_column": "true"}
OF_A_CLASS |= {"book": "https://owner.github.io/repo/"}
OF_FILES = ("roster", "late_rules", "times", "overrides")


@needs_bash
def test_the_action_passes_every_option_of_a_class(tmp_path, parse_command):
    """Every option about students is an input, but for --only, which needs the run before."""
    runner = Runner(tmp_path)
    files = {name: f"class/-{name} $(touch planted).x" for name in OF_FILES}
    starter = "given.ipynb\n\n-more `touch planted`.py\n"
    settings = OF_A_CLASS | files | {"starter": starter}
    code, _ = runner.run(paths="submissions", secret=SECRET, **settings)
    assert code == 0
    (arguments,) = runner.commands()
    options = parse_command(arguments)
    assert {n: getattr(options, n) for n in files} == {n: Path(p) for n, p in files.items()}
    assert (options.layout, options.attempt, options.column) == ("canvas", "best", "-PS 2")
    assert options.new_column
    assert options.book == OF_A_CLASS["book"]
    assert options.starter == [Path("given.ipynb"), Path("-more `touch planted`.py")]
    assert not (tmp_path / "planted").exists()
    assert list_student_options() - {*settings} == {"only"}


@needs_bash
def test_the_action_without_a_class_passes_no_option_of_it(tmp_path, parse_command):
    runner = Runner(tmp_path)
    assert runner.run(paths="submissions", secret=SECRET)[0] == 0
    (arguments,) = runner.commands()
    options, plain = parse_command(arguments), parse_command(["grade", "submissions", "--out", "x"])
    for name in list_student_options():
        assert getattr(options, name) == getattr(plain, name)


def measure_isolation() -> int:
    """Return the number of the level that this machine reaches."""
    box = marking.get_sandbox()
    box.start()
    return LEVELS.index(box.level)


def list_student_options():
    parser = argparse.ArgumentParser(add_help=False)
    add_options(parser)
    return {option.dest for option in parser._actions}


@needs_bash
def test_the_action_checks_all_notebooks(tmp_path, parse_command):
    runner = Runner(tmp_path, code=1)
    paths, assignment = "a b.ipynb\n$(touch planted).ipynb\n*.ipynb\n", "02-language-models"
    code, printed = runner.run(mode="check", paths=paths, assignment=assignment)
    assert code == 1
    (arguments,) = runner.commands()
    options = parse_command(arguments)  # a pattern goes to the command as it is
    assert options.paths == [*map(Path, ("a b.ipynb", "$(touch planted).ipynb", "*.ipynb"))]
    assert options.assignment == assignment
    assert printed.count("It says something.") == 1
    assert (tmp_path / "marks" / "check.txt").read_text() == "It says something.\n"
    summary = (tmp_path / "summary").read_text()
    assert summary == "## What the checks say\n\n    It says something.\n"
    assert not (tmp_path / "planted").exists()


@needs_bash
@pytest.mark.parametrize("mode", ["grade", "check"])
@pytest.mark.parametrize("assignment", ["", "04-backpropagation-through-time"])
def test_the_action_installs_packages_of_the_chapters(tmp_path, parse_command, mode, assignment):
    runner = Runner(tmp_path)
    runner.environment["NEEDED"] = "torch\nother\n"
    settings = {"mode": mode, "paths": "a b\n**/*.ipynb\n", "secret": SECRET}
    assert runner.run(**settings, assignment=assignment)[0] == 0
    (command,) = runner.commands("arguments.needs")
    options = parse_command(["needs", *command])
    assert options.paths == [Path("a b"), Path("**/*.ipynb")]
    assert options.assignment == (assignment or None)
    (install,) = runner.commands("arguments.python")
    assert install[:4] == ["-I", "-m", "pip", "install"]
    assert install[-2:] == ["torch", "other"]
    assert (Path(install[install.index("--constraint") + 1])).samefile(ROOT / "constraints.txt")


@needs_bash
def test_the_action_installs_nothing_where_nothing_is_missing(tmp_path):
    runner = Runner(tmp_path)
    assert runner.run(mode="check", paths="a")[0] == 0
    assert runner.commands("arguments.python") == []


def test_python_is_as_new_as_the_tests_have_tried():
    (step,) = [
        s for s in list_steps("action") if s.get("uses", "").startswith("actions/setup-python")
    ]
    assert step["with"] == {"python-version": "${{ inputs.python-version }}"}
    tests = load_yaml(ROOT / ".github" / "workflows" / "tests.yml")["jobs"]["linux"]
    newest = tests["strategy"]["matrix"]["python"][-1]
    assert ACTION["inputs"]["python-version"]["default"] == newest


@needs_bash
def test_three_hand_ins_come_out_as_they_should(tmp_path):
    """As the project's own workflow does it, in the environment that is here."""
    Runner(tmp_path, f'#!/bin/sh\nexec "{sys.executable}" -m rnncourse "$@"\n')
    environment = {**os.environ, "PATH": f"{tmp_path / 'bin'}:{os.environ['PATH']}"}
    if measure_isolation() < LEVELS.index("seccomp"):
        pytest.skip("this machine isolates too little for the action")
    left_out = INSTALLING_STEPS[:1]
    assert try_action.list_faults_at_home(tmp_path, environment, left_out=left_out) == []
    (tmp_path / "marks" / "results.json").unlink()
    (tmp_path / "advice" / "check.txt").write_text("Total: 20 of 20 points.")
    assert len(try_action.list_mark_faults(tmp_path / "marks")) == 1
    assert len(try_action.list_advice_faults(tmp_path / "advice")) == 2


@needs_bash
@pytest.mark.parametrize(
    ("mode", "paths", "secret", "why"),
    [
        ("grade", "submissions", "", "There is no secret"),
        ("grade", " \n", SECRET, "Say in 'paths'"),
        ("check", "\n", "", "Say in 'paths'"),
        ("Check", "a.ipynb", SECRET, "The mode is"),
        ("", "a.ipynb", SECRET, "The mode is"),
    ],
)
def test_the_action_refuses_wrong_inputs(tmp_path, mode, paths, secret, why):
    runner = Runner(tmp_path)
    code, printed = runner.run(mode=mode, paths=paths, secret=secret)
    assert code == 2
    assert f"::error::{why}" in printed
    assert runner.commands() == []


@needs_bash
@pytest.mark.parametrize("mode", ["grade", "check"])
def test_the_secret_goes_to_the_grader_by_its_environment_only(tmp_path, mode):
    runner = Runner(tmp_path)
    _, printed = runner.run(mode=mode, paths="a.ipynb", secret=SECRET)
    assert SECRET not in printed
    assert (tmp_path / "arguments.secret").exists() is (mode == "grade")
    assert [p for p in tmp_path.rglob("*") if p.is_file() and SECRET in p.read_text()] == []


@needs_bash
def test_a_failing_grader_fails_the_step(tmp_path):
    assert Runner(tmp_path, code=3).run(paths="a", secret=SECRET)[0] == 3
