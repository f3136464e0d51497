"""A student's own work: an exercise is copied, carried over, opened; nothing written is lost.

The course of these tests is a small one in a folder with blanks and umlauts in its name.
"""

import json
import os
import shutil
import signal
import subprocess
import sys
import tomllib
from pathlib import Path

import nbformat
import pytest
from nbformat import v4

from rnncourse.cli import jupyter, main
from rnncourse.cli import start as cli
from rnncourse.cli.commands import CommandError
from rnncourse.cli.course import find_chapter, find_command, find_course_folder
from rnncourse.cli.upgrading import carry_answers, is_current
from rnncourse.core.chapters import list_chapters
from scripts import ROOT
from scripts.author import make_exercises, run_tests
from scripts.book import book_state

PAGE = "04-backpropagation-through-time"
NAME = f"{PAGE}.ipynb"
BLANK = 'def {}(x):\n    """Return it."""\n    raise NotImplementedError'


def make_metadata(name, **more):
    return {"nbgrader": {"grade_id": name, "locked": True, "solution": False, **more}}


def make_text_cell(name, source):
    return v4.new_markdown_cell(source, id=name, metadata=make_metadata(name))


def make_code_cell(name, source):
    return v4.new_code_cell(source, id=name, metadata=make_metadata(name))


def make_blank_cell(question, function):
    metadata = make_metadata(f"{question}-answer", locked=False, solution=True)
    return v4.new_code_cell(BLANK.format(function), id=f"{question}-answer", metadata=metadata)


def make_question(name, words=""):
    return [
        make_text_cell(f"{name}-question", f"## {words or name}"),
        make_blank_cell(name, f"f_{name}"),
        make_code_cell(f"{name}-check", f'check("{name}")'),
    ]


def make_exercise(*names, stamp="1", imports="import numpy as np", **words):
    cells = [make_text_cell("title", "# Exercises 4"), make_code_cell("imports", imports)]
    for name in names:
        cells += make_question(name, words.get(name, ""))
    return v4.new_notebook(cells=cells, metadata={"made_with": stamp})


def answer_questions(nb, **answers):
    """Return a notebook in which a student has written."""
    nb = nbformat.reads(nbformat.writes(nb), as_version=4)
    for cell in nb.cells:
        if cell.id in (ids := {f"{name}-answer": source for name, source in answers.items()}):
            cell.source, cell.execution_count = ids[cell.id], 3
    return nb


def add_cells(nb, after, *cells):
    place = next(n for n, cell in enumerate(nb.cells) if cell.id == after) + 1
    nb.cells[place:place] = cells
    return nb


def make_student_cell(source, name="mine"):
    return v4.new_code_cell(source, id=name)


def move_answers(student_nb, new, old=None):
    """Carry answers over; return the sources of the notebook, and how many there were."""
    before = nbformat.writes(student_nb)
    result = carry_answers(student_nb, new, old)
    assert nbformat.writes(student_nb) == before
    nb = nbformat.reads(result.text, as_version=4)
    nbformat.validate(nb)
    assert all(c.execution_count is None and not c.outputs for c in nb.cells if "outputs" in c)
    return [cell.source for cell in nb.cells], result


A, B = "def f_a(x):\n    return x", "def f_b(x):\n    return 2 * x"


# --- Carrying answers over ---


def test_answers_go_under_their_questions_wherever_these_stand_now():
    old = make_exercise("a", "b", "c")
    new = make_exercise("new", "c", "b", "a", stamp="2", a="Say it.")
    sources, actual = move_answers(answer_questions(old, a=A, b=B), new, old)
    expected = [c.source for c in answer_questions(new, a=A, b=B).cells]
    assert (sources, actual.n_answers, actual.n_gone) == (expected, 2, 0)


def test_a_blank_is_no_answer_and_follows_the_course():
    old, new = make_exercise("a"), make_exercise("a", stamp="2")
    new.cells[3].source = BLANK.format("f_a").replace("(x)", "(x, y)")
    for known in (old, None):
        sources, result = move_answers(old, new, known)
        assert (sources[3], result.n_answers) == (new.cells[3].source, 0)


@pytest.mark.parametrize("known", [True, False])
@pytest.mark.parametrize(
    "begun", ["def f_a(x)\n    y =", "y = 1\n" + BLANK.format("f_a"), "# to do: a sum"]
)
def test_unfinished_answers_are_carried_over(begun, known):
    old, new = make_exercise("a"), make_exercise("a", stamp="2")
    sources, result = move_answers(answer_questions(old, a=begun), new, old if known else None)
    assert (sources[3], result.n_answers) == (begun, 1)


def test_own_cells_stay_behind_what_they_stood_behind():
    old, new = make_exercise("a", "b"), make_exercise("a", "new", "b", stamp="2")
    student_nb = add_cells(
        answer_questions(old, b=B),
        "b-question",
        make_student_cell("def helper(): ..."),
        make_student_cell("helper()", "two"),
    )
    student_nb = add_cells(student_nb, "b-check", v4.new_markdown_cell("I am proud of this."))
    sources, _ = move_answers(student_nb, new, old)
    at = sources.index("def helper(): ...")
    assert sources[at + 1 : at + 3] == ["helper()", B]
    assert sources[-1] == "I am proud of this."


def test_pasted_pictures_come_along():
    old, new = make_exercise("a"), make_exercise("a", stamp="2")
    image = v4.new_markdown_cell("![](attachment:a.png)", attachments={"a.png": {"image/png": "x"}})
    nb = json.loads(
        move_answers(add_cells(answer_questions(old), "a-check", image), new, old)[1].text
    )
    assert nb["cells"][-1]["attachments"] == {"a.png": {"image/png": "x"}}


def test_an_answer_without_a_question_stands_at_the_end():
    old, new = make_exercise("a", "b"), make_exercise("b", stamp="2")
    sources, result = move_answers(answer_questions(old, a=A, b=B), new, old)
    assert (result.n_answers, result.n_gone) == (1, 1)
    assert sources[-2:] == ["## Your answers to questions that are no longer here", A]
    assert move_answers(answer_questions(old, b=B), new, old)[1].n_gone == 0


def test_a_students_edit_of_the_courses_cells_is_kept():
    old, nb = (make_exercise("a"), make_exercise("a", imports="import numpy as np\nimport math"))
    sources, _ = move_answers(nb, make_exercise("a", stamp="2"), old)
    assert sources[1] == "import numpy as np\nimport math"
    new = make_exercise("a", stamp="2", imports="import torch")  # both have changed it
    assert move_answers(nb, new, old)[0][1:3] == ["import torch", "import numpy as np\nimport math"]
    nb.cells[2].source += "\n\nSee page 7."
    assert "See page 7." in move_answers(nb, make_exercise("a", stamp="2", a="New."), old)[0][3]


def test_a_cell_that_was_split_or_copied_is_found():
    """Jupyter gives both parts the metadata of the one."""
    old, new = make_exercise("a"), make_exercise("a", stamp="2")
    first = v4.new_code_cell("def helper(): ...", metadata=dict(old.cells[3].metadata))
    student_nb = answer_questions(old, a=A)
    student_nb.cells.insert(3, first)
    sources, result = move_answers(student_nb, new, old)
    assert sources[3:6] == ["def helper(): ...", A, 'check("a")']
    assert result.n_answers == 1


def test_an_answer_in_a_cell_of_its_own_replaces_a_lost_one():
    old, new = make_exercise("a", "b"), make_exercise("a", "b", stamp="2")
    student_nb = answer_questions(old, b=B)
    student_nb.cells[3] = make_student_cell(A)
    sources, result = move_answers(student_nb, new, old)
    assert (sources, result.n_answers) == (
        [c.source for c in answer_questions(new, a=A, b=B).cells],
        2,
    )


def test_a_program_that_drops_all_names_loses_nothing():
    old, new = make_exercise("a", "b"), make_exercise("a", "b", "c", stamp="2")
    student_nb = add_cells(answer_questions(old, a=A, b=B), "a-check", make_student_cell("f_a(1)"))
    raw = json.loads(nbformat.writes(student_nb))
    raw["metadata"], raw["nbformat_minor"] = {}, 0
    for cell in raw["cells"]:
        del cell["id"]
        cell["metadata"] = {}
        cell["source"] = "".join(cell["source"]).replace("\n", "\r\n")
    assert is_current(raw, old)
    assert not is_current(raw, new)
    actual = carry_answers(raw, new)
    nb = nbformat.reads(actual.text, as_version=4)
    nbformat.validate(nb)
    sources = [cell.source.replace("\r\n", "\n") for cell in nb.cells]
    expected = add_cells(answer_questions(new, a=A, b=B), "a-check", make_student_cell("f_a(1)"))
    assert (sources, actual.n_answers) == ([c.source for c in expected.cells], 2)


@pytest.mark.parametrize("chapter", [c.page for c in list_chapters() if c.has_module("questions")])
def test_the_solutions_carried_into_the_exercises_get_their_answers(chapter):
    """The courses' own notebooks: every answer finds its question."""
    new = json.loads((ROOT / "exercises" / f"{chapter}.ipynb").read_bytes())
    solution = json.loads((ROOT / "solutions" / f"{chapter}.ipynb").read_bytes())
    names = [c["id"] for c in new["cells"] if c["metadata"].get("nbgrader", {}).get("solution")]
    actual = carry_answers(solution, new)
    assert (actual.n_answers, actual.n_gone) == (len(names), 0)
    sources = {cell["id"]: cell["source"] for cell in json.loads(actual.text)["cells"]}
    expected = {cell["id"]: "".join(cell["source"]) for cell in solution["cells"]}
    assert all(sources[name] == expected[name] for name in names)


# --- The command ---


@pytest.fixture
def course_folder(tmp_path, monkeypatch):
    """Return the folder of a small course, in which the command runs; nothing is installed."""
    folder = tmp_path / "Kurs über RNN, zweites Jahr"
    (folder / "exercises").mkdir(parents=True)
    (folder / "constraints.txt").write_text("")
    publish_exercise(folder, make_exercise("a", "b"))
    monkeypatch.setattr(cli, "find_course_folder", lambda start: folder)
    monkeypatch.setattr(jupyter, "find_packages", lambda chapter: [])
    monkeypatch.chdir(folder)
    return folder


def publish_exercise(folder, nb):
    (folder / "exercises" / NAME).write_text(nbformat.writes(nb), "utf-8")


@pytest.fixture
def run_start(capsys):
    """Run `rnncourse start`; return its exit code, and what it said."""

    def command(*arguments):
        code = main(["start", *map(str, arguments)])
        output = capsys.readouterr()
        assert "Traceback" not in output.err
        return code, output.out, output.err

    return command


def read_folder(folder):
    return {p.name: p.read_bytes() for p in folder.rglob("*") if p.is_file()}


def test_the_first_time_an_exercise_is_copied_as_it_is(course_folder, run_start):
    code, out, err = run_start("04", "--no-open")
    student_file = course_folder / "work" / NAME
    assert (code, err) == (0, "")
    assert student_file.read_bytes() == (course_folder / "exercises" / NAME).read_bytes()
    first, second = out.splitlines()
    assert first == f"The exercises of chapter 4 are yours now: {Path('work') / NAME}"
    assert second == f"To check your answers: {find_command()} check {Path('work') / NAME}"


def test_starting_again_opens_the_students_file(course_folder, run_start):
    run_start("4", "--no-open")
    path = course_folder / "work" / NAME
    path.write_bytes(nbformat.writes(answer_questions(make_exercise("a", "b"), a=A)).encode())
    before = read_folder(course_folder)
    for words in (("4",), ()):
        code, out, _ = run_start(*words, "--no-open")
        assert (code, read_folder(course_folder)) == (0, before)
        assert out.startswith(f"You go on with {Path('work') / NAME}\n")


def test_newer_exercises_come_beside_with_the_answers(course_folder, run_start):
    run_start("4", "--no-open")
    path = course_folder / "work" / NAME
    path.write_text(nbformat.writes(answer_questions(make_exercise("a", "b"), a=A)), "utf-8")
    before = path.read_bytes()
    publish_exercise(course_folder, make_exercise("a", "new", stamp="2"))
    code, out, _ = run_start("4", "--no-open")
    newer = course_folder / "work" / f"{PAGE}-2.ipynb"
    assert (code, path.read_bytes()) == (0, before)
    assert out.splitlines()[0] == (
        f"The exercises of chapter 4 have changed: {Path('work') / newer.name} is the new version "
        f"with your one answer carried over; {Path('work') / NAME} stays as you left it."
    )
    sources = [cell.source for cell in nbformat.read(newer, as_version=4).cells]
    assert A in sources
    assert run_start("4", "--no-open")[1].startswith(
        f"You go on with {Path('work') / newer.name}\n"
    )
    publish_exercise(course_folder, make_exercise("new", stamp="3"))
    out = run_start("4", "--no-open")[1]
    assert (
        f"{PAGE}-3.ipynb is the new version with no answer carried over, and at its end what" in out
    )
    assert len(read_folder(course_folder / "work")) == 3 + 3  # and the originals


def test_start_works_from_any_folder_and_into_any(course_folder, run_start, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    place = tmp_path / "meine Übungen"
    code, out, _ = run_start("4", "--no-open", "--to", place)
    assert (code, (place / NAME).is_file(), (course_folder / "work").exists()) == (0, True, False)
    assert f' check "{Path(place.name) / NAME}"' in out


def test_the_command_that_is_named_can_be_typed(tmp_path, monkeypatch):
    """`make work` activates no environment, so `rnncourse` alone is not found there."""
    monkeypatch.chdir(tmp_path)
    command = tmp_path / ".venv" / "bin" / "rnncourse"
    command.parent.mkdir(parents=True)
    command.write_text("#!/bin/sh\n")
    command.chmod(0o755)
    monkeypatch.setattr(sys, "executable", str(command.with_name("python")))
    monkeypatch.setenv("PATH", "/nowhere")
    assert find_command() == str(Path(".venv", "bin", "rnncourse"))
    monkeypatch.setenv("PATH", str(command.parent))
    assert find_command() == "rnncourse"


def test_windows_line_ends_are_no_change(course_folder, run_start):
    run_start("4", "--no-open")
    student_file = course_folder / "work" / NAME
    student_file.write_bytes(b"\xef\xbb\xbf" + student_file.read_bytes().replace(b"\n", b"\r\n"))
    assert run_start("4", "--no-open")[1].startswith("You go on with")
    publish_exercise(course_folder, make_exercise("a", stamp="2"))
    assert run_start("4", "--no-open")[0] == 0


def read_refusal(outcome):
    """Check that a command could not be carried out, and return the one line that says why."""
    code, out, err = outcome
    assert (code, out) == (2, "")
    assert err.startswith("rnncourse: ")
    assert err.count("\n") == 1
    return err


@pytest.mark.parametrize("name", ["99", "0", "x", "04-forward", "-", "work", "../04x"])
def test_an_unknown_chapter_is_one_sentence(course_folder, run_start, name):
    if name == "-":
        name = " "
    message = read_refusal(run_start(name, "--no-open"))
    assert f"no exercises of a chapter {name!r}: choose one of 01, 02, " in message
    assert not (course_folder / "work").exists()


@pytest.mark.parametrize(
    "content", [b"", b"{", b"<<<<<<< HEAD\n{}", b"\xff\xfe\x00", b"[1]", b"{}"]
)
def test_a_broken_notebook_is_left_as_it_is(course_folder, run_start, content):
    student_file = course_folder / "work" / NAME
    student_file.parent.mkdir()
    student_file.write_bytes(content)
    message = read_refusal(run_start("4", "--no-open"))
    assert f"{Path('work') / NAME} cannot be read as a notebook, and was left as it is" in message
    assert student_file.read_bytes() == content
    checkpoint = student_file.parent / ".ipynb_checkpoints" / f"{PAGE}-checkpoint.ipynb"
    checkpoint.parent.mkdir()
    checkpoint.write_text("{}")
    assert f"an older state: {checkpoint.relative_to(course_folder)}." in read_refusal(
        run_start("4", "--no-open")
    )


def test_another_file_of_this_name_is_kept(course_folder, run_start):
    student_file = course_folder / "work" / NAME
    student_file.parent.mkdir()
    student_file.write_text(nbformat.writes(v4.new_notebook(cells=[make_student_cell("x = 1")])))
    assert "is a notebook of another kind: give it another name" in read_refusal(
        run_start("4", "--no-open")
    )
    student_file.unlink()
    student_file.mkdir()
    assert "is no file: give it another name" in read_refusal(run_start("4", "--no-open"))


def test_start_refuses_a_file_in_place_of_its_folder(course_folder, run_start):
    (course_folder / "work").write_text("not a folder")
    message = read_refusal(run_start("4", "--no-open"))
    assert "work cannot be written: it is no folder. " in message
    assert message.endswith("Nothing was changed; choose another folder with --to.\n")


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may write")
def test_start_refuses_a_folder_without_rights(course_folder, run_start):
    (course_folder / "work").mkdir(mode=0o500)
    assert "Permission denied" in read_refusal(run_start("4", "--no-open"))


@pytest.mark.skipif(sys.platform == "win32", reason="limits are other ones there")
def test_a_full_disk_leaves_nothing_half_written(course_folder):
    """The system itself refuses: a file may have no more than a kilobyte."""
    limited = (
        "import resource, signal, sys; from pathlib import Path; from rnncourse.cli import start\n"
        "from rnncourse.cli.start import *; place = Path('work')\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (1000, 1000))\n"
        "try: prepare_exercise(find_chapter('4'), Path('exercises'), place)\n"
        "except CommandError as error: print(error)"
    )
    done = subprocess.run(
        [sys.executable, "-B", "-c", limited], cwd=course_folder, capture_output=True, text=True
    )
    assert done.stdout.startswith("work cannot be written: File too large. Nothing was changed;")
    assert read_folder(course_folder / "work") == {}
    assert not (course_folder / "work" / NAME).exists()


def test_a_file_is_never_written_over(tmp_path, monkeypatch):
    path = tmp_path / "a.ipynb"
    path.write_text("mine")
    for link in (os.link, None):
        if link is None:  # a file system without links

            def refuse(*_):
                raise OSError(95, "Operation not supported")

            monkeypatch.setattr(os, "link", refuse)
            cli.create_file(tmp_path / "b.ipynb", b"new")
        with pytest.raises(FileExistsError):
            cli.create_file(path, b"new")
    assert read_folder(tmp_path) == {"a.ipynb": b"mine", "b.ipynb": b"new"}


def test_start_reports_a_missing_exercise(course_folder, run_start):
    (course_folder / "exercises" / NAME).unlink()
    assert "is not there. Try: git checkout exercises" in read_refusal(run_start("4", "--no-open"))


def test_start_outside_the_course_folder_raises(tmp_path, monkeypatch):
    monkeypatch.setattr("rnncourse.cli.course._LANDMARKS", ("no such thing",))
    with pytest.raises(CommandError, match="come with the folder of the course"):
        find_course_folder(tmp_path)


def test_chapters_are_found_by_number_name_or_file():
    for name in ("4", "04", "4b", "ch4", "Chapter 4", "ch04_bptt", PAGE, "04-back", f"work/{NAME}"):
        assert find_chapter(name).number == 4


# --- Installing and opening ---


@pytest.fixture
def called_commands(monkeypatch):
    """Nothing is installed and nothing opened: return the commands, to be answered by `code`."""

    class Calls(list):
        code, stderr = 0, ""

    result = Calls()

    def run(command, **more):
        result.append((command, more))
        return subprocess.CompletedProcess(command, result.code, stderr=result.stderr)

    monkeypatch.setattr(jupyter.subprocess, "run", run)
    return result


def test_start_installs_pinned_packages(course_folder, run_start, called_commands, monkeypatch):
    monkeypatch.setattr(jupyter.importlib.util, "find_spec", lambda name: None)
    monkeypatch.setattr(jupyter, "find_packages", lambda chapter: ["torch"])
    monkeypatch.setattr(sys, "base_prefix", "elsewhere")
    code, _, err = run_start("4", "--no-open")
    ((command, _),) = called_commands
    assert code == 0
    assert command[1:4] == ["-m", "pip", "install"]
    assert command[4:8] == ["-c", str(course_folder / "constraints.txt"), "ipykernel", "torch"]
    assert err.startswith("Installing Jupyter's kernel and PyTorch (PyTorch has 800 MB, or some ")
    called_commands.code, called_commands.stderr = (
        1,
        "WARNING: x\nERROR: No matching distribution found for torch.\n\n",
    )
    code, out, err = run_start("4", "--no-open")
    assert (code, out.count("\n"), err.count("\n")) == (2, 1, 2)
    assert "could not be installed: No matching distribution found for torch. Your notebook" in err


def test_a_system_python_is_left_alone(course_folder, run_start, called_commands, monkeypatch):
    monkeypatch.setattr(jupyter.importlib.util, "find_spec", lambda name: None)
    monkeypatch.setattr(sys, "base_prefix", sys.prefix)
    monkeypatch.delenv("CONDA_PREFIX", raising=False)
    code, _, err = run_start("4")
    assert (code, called_commands) == (2, [])
    assert "is not in a virtual environment, so nothing was installed" in err


def test_start_names_a_missing_jupyterlab(course_folder, run_start, called_commands, monkeypatch):
    monkeypatch.setattr(jupyter.importlib.util, "find_spec", lambda name: None)
    code, _, err = run_start("4", "--no-install")
    assert (code, called_commands, err.count("\n")) == (2, [], 1)
    assert "JupyterLab is not installed, so " in err


def test_jupyterlab_opens_the_exercise_in_its_folder(course_folder, run_start, called_commands):
    before = signal.getsignal(signal.SIGINT)
    assert run_start("4")[0] == 0
    ((command, more),) = called_commands
    assert command == [sys.executable, "-m", "jupyterlab", NAME]
    assert more["cwd"] == course_folder / "work"
    assert more["env"]["JUPYTER_PREFER_ENV_PATH"] == "1"
    assert signal.getsignal(signal.SIGINT) is before
    called_commands.code = -signal.SIGINT  # Ctrl-C, twice
    assert run_start("4")[0] == 0
    called_commands.code = 1
    code, _, err = run_start("4")
    assert (code, "JupyterLab ended with code 1. Your notebook is" in err) == (2, True)


def test_only_the_chapter_with_pytorch_asks_for_it():
    assert {
        c.number: jupyter.find_packages(c) for c in list_chapters() if jupyter.find_packages(c)
    } == {n: ["torch"] for n in (1, *range(3, 15))}


# --- Nothing else touches it ---

WRITTEN = b"what a student wrote"


@pytest.fixture
def git_repository(tmp_path):
    """Return a repository with a student's work in it, and a function for git."""
    upstream, clone = tmp_path / "upstream", tmp_path / "here"

    def git(*words, at=clone):
        identity = ["-c", "user.name=a", "-c", "user.email=a@b", "-c", "commit.gpgsign=false"]
        return subprocess.run(
            ["git", *identity, *words], cwd=at, check=True, capture_output=True, text=True
        ).stdout

    upstream.mkdir()
    git("init", "-q", "-b", "main", at=upstream)
    shutil.copy(ROOT / ".gitignore", upstream)
    shutil.copy(ROOT / "Makefile", upstream)
    (upstream / "exercises").mkdir()
    (upstream / "exercises" / NAME).write_text("old")
    git("add", ".", at=upstream)
    git("commit", "-qm", "old", at=upstream)
    git("clone", "-q", str(upstream), str(clone), at=tmp_path)
    (clone / "work" / ".originals").mkdir(parents=True)
    for name in (NAME, "own.ipynb", "data.csv", ".originals/1.ipynb"):
        (clone / "work" / name).write_bytes(WRITTEN)
    git.upstream, git.work = upstream, clone / "work"
    return git


def test_git_ignores_the_work_folder(git_repository):
    git, before = git_repository, read_folder(git_repository.work)
    assert git("status", "--porcelain") == ""
    (git.upstream / "exercises" / NAME).write_text("new")
    git("commit", "-qam", "new", at=git.upstream)
    git("pull", "-q")
    assert (git.work.parent / "exercises" / NAME).read_text() == "new"
    for words in (["add", "-A"], ["clean", "-fdq"], ["stash", "-u"], ["reset", "-q", "--hard"]):
        git(*words)
    assert read_folder(git.work) == before
    assert len(before) == 4


@pytest.mark.skipif(shutil.which("make") is None, reason="make is not here")
def test_make_clean_keeps_the_work_folder(git_repository):
    before = read_folder(git_repository.work)
    done = subprocess.run(
        ["make", "clean"], cwd=git_repository.work.parent, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    assert read_folder(git_repository.work) == before


def test_no_tracked_file_is_in_the_work_folder():
    listed = subprocess.run(["git", "ls-files", "work"], cwd=ROOT, capture_output=True, text=True)
    assert listed.stdout == ""


def test_making_exercises_keeps_the_work_folder(tmp_path, monkeypatch):
    script = make_exercises
    for name in ("solutions", "exercises", "work"):
        (tmp_path / name).mkdir()
        monkeypatch.setattr(script, name.upper(), tmp_path / name, raising=False)
    monkeypatch.setattr(script, "run_notebook", lambda path: "")
    monkeypatch.setattr(script, "build_font_cache", lambda: None)
    cells = [v4.new_markdown_cell("# Solutions 4"), v4.new_code_cell("1")]
    nbformat.write(v4.new_notebook(cells=cells), tmp_path / "solutions" / NAME)
    (tmp_path / "work" / NAME).write_bytes(WRITTEN)
    script.main([tmp_path / "solutions"], force=True, ask=False)
    assert (tmp_path / "exercises" / NAME).is_file()
    assert read_folder(tmp_path / "work") == {NAME: WRITTEN}


def test_no_test_or_build_names_the_work_folder():
    """Checks, tests and builds are given folders by name, and none of them is the students'."""
    programs = run_tests.GATE_PARTS | run_tests.EXTRA_PARTS
    by_name = {n: [w for w in words if not Path(w).is_absolute()] for n, words in programs.items()}
    assert [n for n, words in by_name.items() if any("work" in w.split("/") for w in words)] == []
    assert "work" not in book_state.FOLDERS
    makefile = (ROOT / "Makefile").read_text("utf-8")
    recipes = [line for line in makefile.splitlines() if line.startswith("\t@$(RUN)")]
    assert [line for line in recipes if "start" in line] == [
        '\t@$(RUN) -m rnncourse start $(if $(CHAPTER),"$(CHAPTER)") '
        "$(if $(filter 0 no,$(OPEN)),--no-open)"
    ]
    tool = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["tool"]
    assert "work" in tool["ruff"]["extend-exclude"]
    assert tool["pytest"]["ini_options"]["testpaths"] == ["tests"]
