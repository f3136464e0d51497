"""The workflows and what stands around them: they hold few rights, and what they call is there."""

import json
import re
import tomllib
from pathlib import Path

import pytest
import yaml

from scripts import ROOT
from scripts.release import check_release, new_pins, publish_check

FILES = sorted((ROOT / ".github" / "workflows").glob("*.yml"))
FORMS = sorted((ROOT / ".github" / "ISSUE_TEMPLATE").glob("[0-9]*.yml"))
# The rights that a job may have beside reading the repository.
RIGHTS = {
    ("book", "build"): {"contents": "read", "pages": "read"},
    ("book", "publish"): {"pages": "write", "id-token": "write"},
    ("pins", "propose"): {"contents": "write", "pull-requests": "write", "actions": "write"},
    ("release", "release"): {"contents": "write"},
    ("release", "index"): {"id-token": "write"},
}
PINNED = r"actions/[\w-]+@v\d+|[\w-]+/[\w-]+@[0-9a-f]{40}"  # what is not GitHub's own: by commit


def load_yaml(path: Path) -> dict:
    """Read YAML without guessing types: `on` stays a word."""
    return yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.BaseLoader)


WORKFLOWS = {path.stem: load_yaml(path) for path in FILES}
JOBS = {(name, job): about for name, w in WORKFLOWS.items() for job, about in w["jobs"].items()}
STEPS = [(*key, step) for key, about in JOBS.items() for step in about["steps"]]
SCRIPTS = [(name, step["run"]) for name, _, step in STEPS if "run" in step]


def test_the_workflows_are_book_pins_release_and_tests():
    assert [*WORKFLOWS] == ["book", "pins", "release", "tests"]


@pytest.mark.parametrize("name", WORKFLOWS)
def test_a_workflow_has_no_right_and_runs_once_at_a_time(name):
    assert WORKFLOWS[name]["permissions"] == {"contents": "read"}
    assert WORKFLOWS[name]["concurrency"]


@pytest.mark.parametrize(("name", "job"), JOBS)
def test_a_job_has_the_rights_it_needs_and_ends(name, job):
    assert JOBS[name, job].get("permissions") == RIGHTS.get((name, job))
    assert int(JOBS[name, job]["timeout-minutes"]) <= 90


def test_a_job_that_may_write_keeps_its_token_from_the_code_of_packages():
    for name, job, step in STEPS:
        writes = "write" in RIGHTS.get((name, job), {}).values()
        if step.get("uses", "").startswith("actions/checkout@") and not writes:
            assert step["with"]["persist-credentials"] == "false"
        assert not (writes and "pip" in step.get("run", ""))


def test_actions_are_named_by_their_major_version():
    used = [step["uses"] for *_, step in STEPS if "uses" in step]
    own = [action for action in used if action.startswith("./")]
    assert own
    assert all((ROOT / action / "action.yml").is_file() for action in own)
    used = [action for action in used if action not in own]
    assert [action for action in used if not re.fullmatch(PINNED, action)] == []


def test_no_text_of_others_becomes_a_command():
    assert [script for _, script in SCRIPTS if "${{" in script] == []


def test_no_address_of_an_index_stands_in_a_workflow():
    indices = re.findall(r"\w*INDEX_URL: *(.+)", "\n".join(p.read_text("utf-8") for p in FILES))
    assert set(indices) == {"${{ vars.TORCH_INDEX }}"}
    assert not any("-index" in script or "://" in script for _, script in SCRIPTS)


def test_make_targets_that_workflows_call_exist():
    text = "\n".join(script for _, script in SCRIPTS)
    files = re.findall(r"(?<![\w/])((?:scripts|solutions|\.ci)/[\w./-]+|constraints\.txt)", text)
    assert {*files} >= {".ci/run", "scripts/release/try_package.py", "constraints.txt"}
    assert [name for name in files if not (ROOT / name).is_file()] == []
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    targets = re.findall(r"(?<!-)\bmake ([\w-]+)", text)
    assert targets
    assert [t for t in targets if not re.search(rf"^{t}( [\w-]+)*:", makefile, re.MULTILINE)] == []
    modules = re.findall(r" -m ((?:scripts|benchmarks)\.[.\w]+)", makefile + text)
    modules = {name.replace(".", "/") for name in modules}
    assert len(modules) > 20
    assert [name for name in modules if not (ROOT / f"{name}.py").is_file()] == []
    assert [w for w in re.findall(r"workflow run ([\w.]+)", text) if w[:-4] not in WORKFLOWS] == []


def test_the_tests_run_on_the_oldest_python():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    oldest = JOBS["tests", "linux"]["strategy"]["matrix"]["python"][0]
    assert project["requires-python"] == f">={oldest}"
    assert f"{oldest}.0" == new_pins.MIN_PYTHON


def test_the_tests_run_on_versions_of_python_that_the_readme_names():
    """The line of the README says what was run; a workflow promises no more."""
    (line,) = re.findall(
        r"(?m)^Python: .*versions that were run.*$", (ROOT / "README.md").read_text()
    )
    versions = JOBS["tests", "linux"]["strategy"]["matrix"]["python"]
    assert {*versions} <= {*re.findall(r"3\.\d+", line)}


def test_the_windows_job_needs_no_other_shell():
    for step in JOBS["tests", "smoke"]["steps"]:
        assert re.fullmatch(r"python [\w ./-]+", step.get("run", "python -V"))


@pytest.mark.parametrize("path", FORMS, ids=lambda path: path.stem)
def test_a_form_asks_what_is_needed_to_answer(path):
    form = load_yaml(path)
    assert {"name", "description", "title", "labels", "body"} == {*form}
    names = [field["id"] for field in form["body"]]
    assert len(names) == len({*names})
    assert form["body"][0]["validations"] == {"required": "true"}


def test_the_forms_are_all_here():
    names = [load_yaml(path)["name"] for path in FORMS]
    assert names == ["An error in the text", "A claim you doubt", "A hint that did not help"]


# --- Releases ---

FORK = "https://github.com/owner/name"
NEWEST = "New.\n\n### More\n\n- It."
CHANGES = f"# C\n\n## 1.2.0 - 2030-01-31\n\n{NEWEST}\n\n## 1.1.0 - unreleased\n\nOld.\n"


def test_this_version_has_its_place_everywhere():
    number = check_release.read_version()
    date, text = check_release.find_section((ROOT / "CHANGELOG.md").read_text("utf-8"), number)
    assert date == "unreleased" or re.fullmatch(r"\d{4}-\d\d-\d\d", date)
    assert text
    assert check_release.read_cited_version((ROOT / "CITATION.cff").read_text("utf-8")) == number


@pytest.mark.parametrize(
    ("tag", "number", "cited", "fault"),
    [
        ("v1.2.0", "1.2.0", "1.2.0", ""),
        ("1.2.0", "1.2.0", "1.2.0", "the tag is '1.2.0'"),
        ("v1.2.1", "1.2.0", "1.2.0", "the tag is 'v1.2.1'"),
        ("v1.2.0", "1.2.0", "1.1.0", "CITATION.cff has the version '1.1.0'"),
        ("v1.1.0", "1.1.0", "1.1.0", "CHANGELOG.md has no date"),
        ("v1.0.0", "1.0.0", "1.0.0", "CHANGELOG.md says nothing"),
    ],
)
def test_a_release_agrees_with_itself(tag, number, cited, fault):
    faults = check_release.list_faults(tag, number, f"title: x\nversion: {cited}\n", CHANGES)
    assert len(faults) == bool(fault)
    assert "".join(faults).startswith(fault)


def test_a_release_says_where_the_course_is_where_that_is_known():
    cited, address = "version: 1.2.0\n", "https://example.org/owner/name"
    (fault,) = check_release.list_faults("v1.2.0", "1.2.0", cited, CHANGES, address)
    assert fault.endswith(f"give it the line 'repository-code: {address}'")
    cited += f"repository-code: {address}\n"
    assert check_release.list_faults("v1.2.0", "1.2.0", cited, CHANGES, address) == []


@pytest.fixture
def forked_course(tmp_path):
    """A course that is ready to be published, as far as its files say."""
    about = '[project]\nversion = "1.2.0"\n[project.urls]\nRepository = "{}"\n'
    (tmp_path / "pyproject.toml").write_text(about.format(FORK), "utf-8")
    (tmp_path / "CITATION.cff").write_text(f"version: 1.2.0\nrepository-code: {FORK}\n", "utf-8")
    (tmp_path / "CHANGELOG.md").write_text(CHANGES, "utf-8")
    (tmp_path / "exercises").mkdir()
    cell = {"source": [f'COURSE = "{FORK}"']}
    (tmp_path / "exercises" / "a.ipynb").write_text(json.dumps({"cells": [cell]}), "utf-8")
    return tmp_path


@pytest.mark.parametrize("remote", [f"{FORK}.git", "git@github.com:owner/name.git", FORK])
def test_a_fork_that_is_ready_lacks_nothing(forked_course, remote):
    assert (
        publish_check.describe_missing(remote),
        publish_check.list_optional(forked_course, remote, False),
    ) == ("", [])


@pytest.mark.parametrize(
    ("file", "old", "new", "sentence"),
    [
        ("pyproject.toml", "Repository", "Other", "For Colab: pyproject.toml names no Repository"),
        (
            "pyproject.toml",
            "name",
            "other",
            "For Colab: pyproject.toml names 'https://github.com/o",
        ),
        (
            "exercises/a.ipynb",
            "name",
            "other",
            "For Colab: the exercises (a) name another repository",
        ),
        ("CITATION.cff", "repository-code", "x", "For a release: CITATION.cff does not say where"),
        ("CHANGELOG.md", "2030-01-31", "unreleased", "For a release: CHANGELOG.md has no date"),
    ],
)
def test_each_missing_setting_of_a_fork_is_a_sentence(forked_course, file, old, new, sentence):
    text = (forked_course / file).read_text("utf-8")
    (forked_course / file).write_text(text.replace(old, new), "utf-8")
    assert publish_check.list_optional(forked_course, FORK, False)[0].startswith(sentence)


def test_a_fork_needs_a_repository_on_github_and_commits(forked_course):
    result = publish_check.describe_missing("/some/where")
    assert result.startswith("git's remote `origin` leads to '/some/where'")
    assert "git remote set-url origin" in result  # there is one already
    assert publish_check.list_optional(forked_course, FORK, True)[0].startswith(
        "Something is not committed"
    )
    result = publish_check.describe_missing("")
    assert result.startswith("git's remote `origin` is not set")
    assert "git remote add origin" in result


@pytest.mark.parametrize(("remote", "code"), [(FORK, 0), ("/some/where", 1)])
def test_only_what_the_pages_need_is_an_error(monkeypatch, capsys, remote, code):
    monkeypatch.setattr(
        publish_check, "_run_git", lambda *args: remote if "config" in args else "M"
    )
    assert publish_check.main() == code
    output = capsys.readouterr().out
    assert ("missing:" in output) == bool(code)
    assert "optional: Something is not committed" in output
    assert "TORCH_INDEX" in output


def test_the_notes_are_the_section_of_the_version():
    assert check_release.find_section(CHANGES, "1.2.0") == ("2030-01-31", NEWEST)


# --- Pins ---


def test_new_pins_keep_what_was_measured_and_what_the_oldest_python_takes(monkeypatch):
    old = new_pins.read_pins("colorama==0.4.6\nnumpy==2.4.6\nrich==1.0\ngone==1.0\n")
    constraint_lists = []

    def resolve(constraints):
        constraint_lists.append(constraints)
        rich = {"name": "rich", "version": "3.0", "requires_python": ">=3.11.5"}
        if "rich!=3.0" in constraints:
            rich = {"name": "rich", "version": "2.0", "requires_python": ">=3.9"}
        return [{"name": "rnncourse", "version": "1"}, {"name": "numpy", "version": "2.4.6"}, rich]

    monkeypatch.setattr(new_pins, "resolve_metadata", resolve)
    assert new_pins.compute_pins(old) == ["colorama==0.4.6", "numpy==2.4.6", "rich==2.0"]
    assert constraint_lists[0] == ["colorama==0.4.6", "numpy==2.4.6"]
    assert {*new_pins.read_pins(new_pins.PINS.read_text("utf-8"))} >= new_pins.MEASURED
