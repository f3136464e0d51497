"""Making exercises never costs a student's answers, and is all or nothing."""

import json
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest
from nbformat import v4

from scripts import check_notebooks
from scripts.author import make_exercises

ANSWER = "def f():\n    ### BEGIN SOLUTION\n    return {}\n    ### END SOLUTION"
NAMES = ["01-one.ipynb", "02-two.ipynb"]


@pytest.fixture
def exercises_script(monkeypatch, tmp_path):
    """Return the script, at work on two exercises in a folder of their own, which are made."""
    script = make_exercises
    monkeypatch.setattr(script, "SOLUTIONS", tmp_path / "solutions")
    monkeypatch.setattr(script, "EXERCISES", tmp_path / "exercises")
    monkeypatch.setattr(script, "run_notebook", lambda path: "")
    monkeypatch.setattr(script, "fail", lambda reason, code: sys.exit(reason))
    monkeypatch.setattr(script, "build_font_cache", lambda: None)
    script.SOLUTIONS.mkdir()
    for name in NAMES:
        write_solution(script.SOLUTIONS / name, 1)
    assert run_make(script) == ""
    return script


def write_solution(path: Path, answer: int) -> None:
    cell = v4.new_code_cell(ANSWER.format(answer), metadata={"nbgrader": {"solution": True}})
    text = v4.new_markdown_cell(f"# Solutions {path.stem}, {answer}")
    nbformat.write(v4.new_notebook(cells=[text, cell]), path)


def run_make(script, force: bool = False, ask: bool = False) -> str:
    """Run the command; return '' or the sentence with which it ended."""
    try:
        script.main([script.SOLUTIONS], force, ask)
    except SystemExit as end:
        return str(end.code)
    return ""


def read_exercises(script) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in script.EXERCISES.iterdir()}


def write_answer(path: Path) -> None:
    nb = nbformat.read(path, as_version=4)
    nb.cells[-1].source = "def f():\n    return 42"
    nbformat.write(nb, path)


def test_untouched_exercises_follow_their_solutions_without_git(exercises_script):
    before = read_exercises(exercises_script)
    assert sorted(before) == NAMES
    write_solution(exercises_script.SOLUTIONS / NAMES[0], 2)
    assert run_make(exercises_script) == ""
    after = read_exercises(exercises_script)
    assert b"Exercises 01-one, 2" in after[NAMES[0]]
    assert after[NAMES[1]] == before[NAMES[1]]


def test_an_exercise_that_was_only_run_is_untouched(exercises_script):
    path = exercises_script.EXERCISES / NAMES[0]
    raw = json.loads(path.read_bytes())
    raw["cells"][1] |= {"execution_count": 3, "outputs": []}
    raw["metadata"]["kernelspec"] = {"name": "other", "display_name": "other"}
    path.write_text(json.dumps(raw))
    assert run_make(exercises_script) == ""


@pytest.mark.parametrize("ask", [False, True])
def test_answers_are_never_replaced_and_nothing_else_is_either(exercises_script, ask):
    write_solution(exercises_script.SOLUTIONS / NAMES[0], 2)
    write_answer(exercises_script.EXERCISES / NAMES[1])
    before = read_exercises(exercises_script)
    message = run_make(exercises_script, ask=ask)
    assert message.startswith("exercises/02-two.ipynb holds somebody's answers")
    assert message.count("\n") == 0
    assert read_exercises(exercises_script) == before


def test_a_file_that_is_no_notebook_any_more_is_not_replaced(exercises_script):
    for name in NAMES:
        (exercises_script.EXERCISES / name).write_text("<<<<<<< mine")
    assert " hold somebody's answers" in run_make(exercises_script)


def test_the_first_code_cell_installs_a_missing_course(exercises_script, monkeypatch):
    nb = nbformat.read(exercises_script.EXERCISES / NAMES[0], as_version=4)
    text, setup, answer = nb.cells
    assert (text.cell_type, setup.metadata.nbgrader.locked) == ("markdown", True)
    assert 'COURSE = ""' in setup.source
    assert "NotImplementedError" in answer.source
    exec(setup.source)  # where it is installed nothing happens

    magics = []
    names = {"get_ipython": lambda: Shell, "__builtins__": {"__import__": raise_import_error}}
    names["__builtins__"] |= {"ImportError": ImportError, "AssertionError": AssertionError}

    class Shell:
        run_line_magic = staticmethod(lambda *words: magics.append(words))

    with pytest.raises(AssertionError, match="fill in COURSE"):
        exec(setup.source, names)
    monkeypatch.setattr(exercises_script, "read_repository", lambda: "https://github.com/a/b")
    assert run_make(exercises_script) == ""
    setup = nbformat.read(exercises_script.EXERCISES / NAMES[0], as_version=4).cells[1]
    exec(setup.source, names)
    assert magics == [("pip", "install rnncourse@git+https://github.com/a/b")]


def raise_import_error(*_):
    raise ImportError


def test_authors_may_force_it(exercises_script):
    before = read_exercises(exercises_script)
    write_answer(exercises_script.EXERCISES / NAMES[1])
    assert run_make(exercises_script, force=True) == ""
    assert read_exercises(exercises_script) == before


def test_exercises_of_the_last_commit_may_be_replaced(exercises_script):
    path = exercises_script.EXERCISES / NAMES[1]
    content = path.read_bytes()
    write_answer(path)
    git = ["git", "-c", "user.name=a", "-c", "user.email=a@b", "-c", "commit.gpgsign=false"]
    for words in (["init", "-q"], ["add", "."], ["commit", "-q", "-m", "answers"]):
        subprocess.run([*git, *words], cwd=exercises_script.EXERCISES.parent, check=True)
    assert run_make(exercises_script) == ""
    assert path.read_bytes() == content
    write_answer(path)
    path.write_text(path.read_text().replace("42", "43"))
    assert "holds somebody's answers" in run_make(exercises_script)


@pytest.mark.parametrize("fault", ["does not run", "has no title", "is no notebook"])
def test_a_faulty_solution_leaves_all_exercises_alone(exercises_script, monkeypatch, capsys, fault):
    write_solution(exercises_script.SOLUTIONS / NAMES[0], 2)
    before, second = read_exercises(exercises_script), exercises_script.SOLUTIONS / NAMES[1]
    if fault == "does not run":
        monkeypatch.setattr(
            exercises_script, "run_notebook", lambda path: fault if path.name == NAMES[1] else ""
        )
    elif fault == "has no title":
        second.write_text(second.read_text().replace("# Solutions", "# Answers"))
    else:
        second.write_text("{")
    assert run_make(exercises_script) == "the exercises were left as they were."
    assert f"FAILED  exercises/{NAMES[1]}" in capsys.readouterr().out
    assert read_exercises(exercises_script) == before


def test_answers_that_come_while_it_runs_are_kept(exercises_script, monkeypatch):
    def student(path):
        write_answer(exercises_script.EXERCISES / NAMES[1])
        return ""

    monkeypatch.setattr(exercises_script, "run_notebook", student)
    assert "holds somebody's answers" in run_make(exercises_script)
    assert b"return 42" in read_exercises(exercises_script)[NAMES[1]]


def test_answers_are_left_out_when_notebooks_are_checked(exercises_script, monkeypatch, capsys):
    check = check_notebooks
    monkeypatch.setattr(check, "EXERCISES", exercises_script.EXERCISES)
    monkeypatch.setattr(check, "build_font_cache", lambda: None)
    monkeypatch.setattr(check, "check_notebook", lambda path, *_: check.NotebookResult(path, True))
    path = exercises_script.EXERCISES / NAMES[1]
    write_answer(path)
    monkeypatch.setenv("CI", "true")
    with pytest.raises(SystemExit):
        check.main([exercises_script.EXERCISES], 1, 2, None)
    assert "with CI set, every exercise must be as it was made" in capsys.readouterr().err
    monkeypatch.delenv("CI")
    assert check.main([exercises_script.EXERCISES], 1, 2, None) == 0
    output = capsys.readouterr().out
    assert f"left out  {path}: it holds somebody's answers. To mark them: rnncourse check" in output
    assert output.endswith("1 of 1 notebooks show what a fresh kernel shows.\n")
