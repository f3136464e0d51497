"""A chapter that was laid out keeps the rules of the house, and goes without a trace."""

import functools
import os
import shutil
import subprocess
import sys

import pytest

from scripts import ROOT
from scripts.author.run_tests import GATE_MARKS, PYTEST

from . import two_chapters

PAGE = "98-a-new-one"
AWAY = (PAGE, "--remove")
QUICK = [
    "tests/house",
    "tests/scripts/author/test_measure.py",
    "tests/chapters/ch98_a_new_one",
    "tests/grading/test_questions.py",
    "tests/grading/test_exercises.py",
]


@pytest.fixture
def run_in_course(tmp_path):
    """`run_in_course(*command)` runs Python in a copy of the course; returns what it printed."""
    if not (ROOT / ".git").exists():
        pytest.skip("only a clone knows its files")
    two_chapters.copy_files(tmp_path)
    env = {**os.environ, "PYTHONPATH": str(tmp_path), "PYTHONDONTWRITEBYTECODE": "1"}

    def run(*command, code=0):
        done = subprocess.run(
            [sys.executable, *command], cwd=tmp_path, env=env, capture_output=True, text=True
        )
        assert done.returncode == code, done.stdout + done.stderr
        return done.stdout + done.stderr

    subprocess.run(["git", "init", "-q"], cwd=tmp_path, check=True)
    run.folder = tmp_path
    run.files = lambda: {
        p: p.read_bytes()
        for p in tmp_path.rglob("*")
        if p.is_file() and not {".git", "_build"} & {*p.relative_to(tmp_path).parts}
    }
    return run


@pytest.mark.may_skip
@pytest.mark.tools
def test_a_chapter_is_laid_out_and_removed(run_in_course):
    before = run_in_course.files()
    output = run_in_course("-m", "scripts.author.make_chapter", PAGE)
    assert "made  rnncourse/chapters/ch98_a_new_one" in output
    new_files = {path: text for path, text in run_in_course.files().items() if path not in before}
    assert {path: text for path, text in run_in_course.files().items() if path in before} == before
    assert len(new_files) == 12
    quick = ["-m", "not slow", "-k", "98 or house or measure or record or enough or unique"]
    run_in_course("-m", "pytest", "-q", "-p", "no:cacheprovider", *QUICK, *quick)
    run_in_course("-m", "rnncourse", "selfcheck", PAGE)
    sources = [str(path) for path in new_files if path.suffix in (".py", ".ipynb")]
    run_in_course("-m", "ruff", "check", "--no-cache", *sources)
    run_in_course("-m", "ruff", "format", "--no-cache", "--check", *sources)
    assert "is there already" in run_in_course("-m", "scripts.author.make_chapter", PAGE, code=2)

    experiments = run_in_course.folder / "rnncourse/chapters/ch98_a_new_one/experiments.py"
    laid = experiments.read_text()
    experiments.write_text(laid + "# the work of a week\n")
    assert "is not as it was laid out" in run_in_course(
        "-m", "scripts.author.make_chapter", *AWAY, code=2
    )
    shutil.move(run_in_course.folder / ".git", run_in_course.folder / "hidden")
    assert "git cannot say" in run_in_course(
        "-m", "scripts.author.make_chapter", *AWAY, "--force", code=2
    )
    shutil.move(run_in_course.folder / "hidden", run_in_course.folder / ".git")
    experiments.write_text(laid)
    run_in_course("-m", "scripts.author.make_chapter", *AWAY)
    assert run_in_course.files() == before


@pytest.mark.may_skip
@pytest.mark.tools
@pytest.mark.timeout(3600)
def test_two_new_chapters_fail_no_test_outside_their_folders(tmp_path):
    """All that the gate runs and that may look at a chapter, with not a line of it changed."""
    if not (ROOT / ".git").exists():
        pytest.skip("only a clone knows its files")
    two_chapters.copy_course(tmp_path)
    run = functools.partial(two_chapters.run_python, tmp_path)
    for page in two_chapters.PAGES:
        run("-m", "scripts.author.make_chapter", page)
    two_chapters.enrich_first_chapter(tmp_path)
    first = two_chapters.PAGES[0]
    run("-m", "scripts.author.measure", "ch97_a_longer_one/again")
    books = [f"book/{page}.ipynb" for page in two_chapters.PAGES]
    # The last page counts what became of all claims: it is run again with every new verdict.
    last = [path.relative_to(ROOT) for path in (ROOT / "book").glob("lab-14-*.ipynb")]
    run("-m", "scripts.author.run_notebooks", books[0], f"solutions/{first}.ipynb", *last)
    run("-m", "scripts.author.make_exercises", f"solutions/{first}.ipynb")
    subprocess.run(["git", "add", "-A"], cwd=tmp_path, check=True)
    run("-m", "scripts.author.run_tests", "book", "check")
    others = [f"tests/{path.name}" for path in (ROOT / "tests").glob("test_*.py")]
    folders = [f"tests/chapters/{path.name}" for path in tmp_path.glob("tests/chapters/ch9[78]_*")]
    rooms = ("claims", "cli", "core", "scripts", "grading", "browser", "viz")
    chosen = [*others, *folders, *(f"tests/{room}" for room in rooms)]
    run(*PYTEST[1:], "-m", GATE_MARKS, *chosen)
    run("scripts/check_notebooks.py", *books, *last, f"solutions/{first}.ipynb")


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["gradients"], "A chapter's name is like 05-gradients; got 'gradients'."),
        (["04-other"], "rnncourse/chapters/ch04_bptt is there already."),
        (["99-none", "--remove"], "There is no chapter 99-none."),
    ],
)
def test_an_impossible_request_is_one_sentence(arguments, sentence):
    command = [sys.executable, "-m", "scripts.author.make_chapter", *arguments]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == f"make_chapter.py: {sentence}\n"
