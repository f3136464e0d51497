"""What goes to Gradescope runs as its harness runs it, in a stand-in of that on this machine."""

import json
import os
import subprocess
import sys
import zipfile

import pytest

from rnncourse.cli import main
from scripts import ROOT

from .handed_in import IMPORT, RIGHT, SECRET, make_notebook

pytestmark = pytest.mark.skipif(os.name == "nt", reason="Gradescope's machines run Linux")


@pytest.fixture(scope="module")
def autograder_folder(tmp_path_factory):
    """The folder /autograder, as Gradescope lays it out, with a Python that has the course."""
    root = tmp_path_factory.mktemp("autograder")
    (root / "secret").write_bytes(SECRET)
    secret = ["--secret-file", str(root / "secret")]
    assert main(["gradescope", "2", "--to", str(root / "a.zip"), *secret]) == 0
    with zipfile.ZipFile(root / "a.zip") as archive:
        for info in archive.infolist():  # as unzip does, with the right to run
            path = archive.extract(info, root / "source")
            if info.external_attr >> 16:
                os.chmod(path, info.external_attr >> 16 & 0o777)
    for folder in ("submission", "results", "venv/bin"):
        (root / folder).mkdir(parents=True)
    python = root / "venv" / "bin" / "python"
    python.write_text(f'#!/bin/sh\nexec "{sys.executable}" "$@"\n', "utf-8")
    python.chmod(0o755)
    return root


def run_autograder(root, **files):
    """Hand in files, run the autograder, and return what Gradescope reads."""
    for path in (root / "submission").iterdir():
        path.unlink()
    for name, data in files.items():
        (root / "submission" / name.replace("_", ".")).write_bytes(data)
    environment = {**os.environ, "AUTOGRADER": str(root), "PYTHONPATH": str(root / "source/course")}
    subprocess.run([root / "source" / "run_autograder"], env=environment, check=True, timeout=120)
    return json.loads((root / "results" / "results.json").read_text("utf-8"))


def test_a_hand_in_has_a_score(autograder_folder):
    feedback = run_autograder(autograder_folder, hw_ipynb=make_notebook(IMPORT, RIGHT["02-bits"]))
    assert feedback["score"] == 2
    assert sum(test["max_score"] for test in feedback["tests"]) == 24
    assert [test["score"] for test in feedback["tests"]][:2] == [2, 0]
    assert "public" not in feedback["output"]


def test_of_two_notebooks_the_best_counts_and_the_student_reads_it(autograder_folder):
    feedback = run_autograder(
        autograder_folder,
        a_ipynb=make_notebook(IMPORT),
        b_ipynb=make_notebook(IMPORT, RIGHT["02-bits"]),
    )
    assert feedback["score"] == 2
    assert "2 files were handed in, and b.ipynb counts" in feedback["output"]


@pytest.mark.parametrize("files", [{}, {"a_txt": b"text"}, {"a_ipynb": b"{"}, {"a_zip": b"PK"}])
def test_a_file_that_is_no_notebook_gets_a_sentence_instead_of_a_score(autograder_folder, files):
    feedback = run_autograder(autograder_folder, **files)
    assert "score" not in feedback
    assert feedback["output"].endswith(".")


def test_setup_installs_the_course_its_pins_and_what_the_chapter_needs(autograder_folder, tmp_path):
    main(["gradescope", "07", "--to", str(tmp_path / "a.zip")])
    with zipfile.ZipFile(tmp_path / "a.zip") as archive:
        names = {*archive.namelist()}
        setup = archive.read("setup.sh").decode()
        content = {*archive.read("secret.txt")}
    assert {"course/pyproject.toml", "course/rnncourse/grading/batch/results.py"} <= names
    assert not [name for name in names if "__pycache__" in name or name.startswith("course/tests")]
    assert len(content) > 8
    bins = tmp_path / "bin"
    bins.mkdir()
    log = tmp_path / "log"
    fake = f'#!/bin/sh\n[ "$1" = -c ] || echo "$@" >> "{log}"\n'
    fake += 'if [ "$2" = venv ]; then mkdir -p "$3/bin"; cp "$0" "$3/bin/python"; fi\n'
    (bins / "python3.13").write_text(fake, "utf-8")
    (bins / "python3.13").chmod(0o755)
    (tmp_path / "source").mkdir()
    environment = {"PATH": f"{bins}:{os.environ['PATH']}", "AUTOGRADER": str(tmp_path)}
    subprocess.run(["bash", "-c", setup], env=environment, check=True, timeout=60)
    assert log.read_text("utf-8").splitlines() == [
        f"-m venv {tmp_path}/venv",
        "-m pip install -c course/constraints.txt ./course[grade] torch",
    ]


@pytest.mark.parametrize(
    ("arguments", "phrase"),
    [
        (["99"], "There are no exercises of a chapter '99'"),
        (["2", "--to", "/no/such/folder/a.zip"], "No such file or directory"),
        (["2", "--secret-file", "no such"], "cannot be read"),
    ],
)
def test_an_assignment_that_cannot_be_packed_is_one_sentence(arguments, phrase, capsys):
    assert main(["gradescope", *arguments]) == 2
    assert phrase in capsys.readouterr().err


def test_the_grading_page_says_that_gradescope_is_untried():
    page = " ".join((ROOT / "book" / "grading.md").read_text("utf-8").split())
    assert "rnncourse gradescope 07" in page
    assert "not tried on a running Gradescope" in page
