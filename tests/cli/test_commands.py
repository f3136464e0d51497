"""The command line: exit codes, one sentence for each error, and never a traceback."""

import json
import os
import re
import signal
import subprocess
import sys
import zipfile
from importlib.metadata import version

import pytest

from rnncourse.cli import main
from rnncourse.cli.commands import LEVELS
from rnncourse.grading import marking
from rnncourse.grading.batch import missing_packages
from rnncourse.grading.judging import Result
from rnncourse.grading.registry import load_questions
from rnncourse.grading.results import SubmissionResult
from rnncourse.grading.sandbox import isolation
from scripts import ROOT

from ..grading.processes import wait_for

RIGHT = """
import numpy as np

def bigram_probs(ids, V):
    counts = np.zeros((V, V))
    np.add.at(counts, (ids[:-1], ids[1:]), 1)
    total = counts.sum(axis=1, keepdims=True)
    return np.divide(counts, total, out=counts, where=total > 0)
"""
FOREVER = "def bigram_probs(ids, V):\n    while True:\n        pass\n"
SECRET = "a secret of 24 characters"


def write_notebook(path, *sources):
    cells = [{"cell_type": "code", "source": source} for source in sources]
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps({"cells": cells, "nbformat": 4, "metadata": {}}))
    return path


@pytest.fixture(autouse=True)
def clean_environment(monkeypatch):
    for name in ("RNNCOURSE_SECRET", "GITHUB_STEP_SUMMARY"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def run_command(capsys):
    """Run a command in this process; return its exit code, stdout and stderr."""

    def run(*arguments):
        try:
            code = main([str(a) for a in arguments])
        except SystemExit as stop:
            code = stop.code
        captured = capsys.readouterr()
        assert "Traceback" not in captured.err
        return code, captured.out, captured.err

    return run


def read_marks(out):
    submissions = json.loads((out / "results.json").read_text("utf-8"))["submissions"]
    return [(s["name"], s["status"], s["earned"]) for s in submissions]


HEARS, DEAF = "SIG_DFL", "SIG_IGN"
BEGIN = (
    "import os, signal, sys; signal.signal(signal.SIGINT, getattr(signal, sys.argv[1]));"
    "os.execv(sys.executable, [sys.executable, *sys.argv[2:]])"
)
"""Starts Python as a terminal does, where Ctrl-C is heard, or as a job in the background."""


def spawn_command(*arguments, ctrl_c=None, **more):
    call = [sys.executable, "-m", "rnncourse", *map(str, arguments)]
    if ctrl_c:
        call[1:1] = ["-c", BEGIN, ctrl_c]
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True}
    return subprocess.Popen(call, cwd=ROOT, **pipes, **more)


def make_fake_grader(status="graded", level="seccomp", question="passed", earned=2):
    def grade(name, data, job):
        questions = (Result("02-bits", "Bits", question, earned, 2, "`x` is\x1b[31m red."),)
        questions = questions if status == "graded" else ()
        reason = "" if questions else "The file is bad."
        return SubmissionResult(name, "", 0, "", status, reason, questions, isolation=level)

    return grade


# --- The front door ---


def test_help_is_quick_and_imports_nothing_heavy():
    code = (
        "import sys; from rnncourse.cli import main\n"
        "try: main(['--help'])\n"
        "except SystemExit: print({'torch', 'numpy', 'matplotlib'} & set(sys.modules))"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout.endswith("set()\n")
    assert "usage: rnncourse" in run.stdout


def test_the_levels_are_those_of_the_sandbox():
    assert isolation.LEVELS == LEVELS


@pytest.mark.parametrize("name", ["start", "check", "grade", "gradescope", "needs", "selfcheck"])
def test_every_command_has_a_help(run_command, name):
    code, out, _ = run_command(name, "--help")
    assert code == 0
    assert f"usage: rnncourse {name}" in out


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        ([], "the following arguments are required: COMMAND"),
        (["chek"], "invalid choice: 'chek'"),
        (["check"], "the following arguments are required: PATH"),
        (["check", "nowhere.ipynb"], "There is no file or folder '.*/nowhere.ipynb'."),
        (["check", "b*.ipynb"], "No file or folder matches 'b.*ipynb'."),
        (["check", "empty"], "There is no notebook in the folder 'empty'."),
        (["grade", "b*.ipynb", "--out", "out"], "No file or folder matches 'b.*ipynb'."),
        (["needs", "nowhere"], "There is no file or folder '.*/nowhere'."),
        (["check", "a.ipynb", "--assignment", "02-language-model"], "did you mean"),
        (["grade", "a.ipynb"], "the following arguments are required: --out"),
        (["grade", "nowhere", "--out", "out"], "There is no file or folder '.*/nowhere'."),
        (["grade", "a.ipynb", "nowhere", "--out", "out"], "There is no file or folder"),
        (["grade", "a.ipynb", "--out", "a.ipynb"], "'a.ipynb' cannot be written"),
        (["grade", ".", "--out", "o"], "'o' is within '.', which is graded, so its own"),
        (["grade", "a.ipynb", ".", "--out", "."], "'.' is within '.', which is graded"),
        (["grade", "a.ipynb", "--out", "o", "--workers", "0"], "'0' is no number of 1 or more"),
        (["grade", "a.ipynb", "--out", "o", "--fail-under", "101"], "no number from 0 to 100"),
        (["grade", "a.ipynb", "--out", "o", "--fail-under", "nan"], "no number from 0 to 100"),
        (["grade", "a.ipynb", "--out", "o", "--isolation", "high"], "invalid choice: 'high'"),
        (["grade", "a.ipynb", "--out", "o", "--assignment", "9"], "There is no assignment '9'"),
        (["grade", "a.ipynb", "--out", "o", "--secret-file", "none"], "The secret file 'none'"),
        (["grade", "a.ipynb", "--out", "o", "--secret-file", "short"], "is too short: use 16"),
    ],
)
def test_a_wrong_command_is_one_sentence(tmp_path, monkeypatch, run_command, arguments, sentence):
    monkeypatch.chdir(tmp_path)
    write_notebook(tmp_path / "a.ipynb", RIGHT)
    (tmp_path / "short").write_text("   fifteen bytes!!\n\n")
    (tmp_path / "empty").mkdir()
    before = {*tmp_path.iterdir()}
    code, out, err = run_command(*arguments)
    assert (code, out) == (2, "")
    assert re.search(sentence, err)
    assert err.count("\n") == 1
    assert {*tmp_path.iterdir()} == before


# --- check ---


def sum_points(assignment: str) -> int:
    return sum(question.points for question in load_questions(assignment).values())


def test_check_says_for_each_question_what_to_do(tmp_path, run_command):
    wrong = RIGHT.replace("axis=1", "axis=0")
    blank = 'def rnn_step(x, h, W_xh, W_hh, b_h):\n    raise NotImplementedError("write it")\n'
    code, out, _ = run_command("check", write_notebook(tmp_path / "a.ipynb", wrong, blank))
    assert code == 1
    assert "Bigram probabilities: wrong, 0 of 2 points.\n  " in out
    assert "One step, and sequences that have ended: not started, 0 of 2 points." in out
    assert out.endswith(f"Total: 0 of {sum_points('02-language-models')} points.\n")


def test_check_refuses_a_file_that_is_no_notebook(tmp_path, run_command):
    (tmp_path / "a.ipynb").write_text("{")
    code, out, err = run_command("check", tmp_path / "a.ipynb")
    assert (code, out) == (2, "")
    assert re.fullmatch(r"rnncourse: '.*a.ipynb' is not graded: The file is not JSON.*\.\n", err)
    (tmp_path / "a.py").write_text("def f(): pass")
    code, out, err = run_command("check", tmp_path / "a.py")
    assert (code, out) == (2, "")
    assert "is not graded: It is a Python file: hand in the notebook itself" in err


@pytest.mark.parametrize(
    ("grade", "code"),
    [
        (make_fake_grader(), 0),
        (make_fake_grader(earned=1, question="in part"), 1),
        (make_fake_grader("invalid"), 2),
        (make_fake_grader("harness error"), 3),
        (make_fake_grader(question="harness error", earned=0), 3),
    ],
)
def test_check_exits_with_the_code_of_its_result(tmp_path, run_command, monkeypatch, grade, code):
    monkeypatch.setattr(marking, "grade_bytes", grade)
    actual, out, err = run_command("check", write_notebook(tmp_path / "a.ipynb"))
    assert actual == code
    assert "\x1b" not in out + err


@pytest.mark.parametrize(("pattern", "several"), [(".", 4), ("*.ipynb", 3), ("**/*.ipynb", 4)])
def test_check_takes_folders_and_patterns(tmp_path, run_command, monkeypatch, pattern, several):
    """What answers no exercise is left out; what is broken is named, and the rest is checked."""
    monkeypatch.chdir(tmp_path)
    write_notebook(tmp_path / "a.ipynb", RIGHT)
    write_notebook(tmp_path / "scratch.ipynb", "x = 1")
    write_notebook(tmp_path / "work" / "b.ipynb", RIGHT)
    write_notebook(tmp_path / ".ipynb_checkpoints" / "a-checkpoint.ipynb", RIGHT)
    (tmp_path / "c.ipynb").write_text("{")
    code, out, err = run_command("check", pattern)
    assert code == 2
    assert out.count("Total: 2 of ") == several - 2
    assert out.startswith("a.ipynb\n")
    assert err.splitlines() == [
        "rnncourse: 'c.ipynb' is not graded: The file is not JSON: it may be cut off or damaged.",
        "scratch.ipynb answers no exercise that is asked for, and is left out.",
    ]
    (tmp_path / "c.ipynb").unlink()
    assert run_command("check", pattern)[0] == 1
    monkeypatch.setattr(marking, "grade_bytes", make_fake_grader())
    assert run_command("check", pattern)[0] == 0


def test_a_pattern_finds_no_report_of_the_run_before(tmp_path, run_command, monkeypatch):
    monkeypatch.chdir(tmp_path)
    write_notebook(tmp_path / "a.ipynb", RIGHT)
    write_notebook(tmp_path / "marks" / "report" / "class.ipynb")
    fake_batch(monkeypatch, ("a.ipynb", "graded", "passed", 2, "seccomp"))
    assert run_command("grade", "**/*.ipynb", "--out", "marks", "--fail-under", "0")[0] == 0
    code, _, err = run_command("grade", "marks/report/*.ipynb", "--out", "marks")
    assert code == 2
    assert err == "rnncourse: All that is to be graded is an earlier report in 'marks'.\n"


def test_a_name_with_a_sign_of_patterns_is_a_name(tmp_path, run_command, monkeypatch):
    monkeypatch.setattr(marking, "grade_bytes", make_fake_grader())
    assert run_command("check", write_notebook(tmp_path / "hw[1].ipynb", RIGHT))[0] == 0


@pytest.mark.parametrize(("level", "lines"), [("limits", 1), ("seccomp", 0), ("namespaces", 0)])
def test_check_mentions_isolation_only_if_low(tmp_path, run_command, monkeypatch, level, lines):
    monkeypatch.setattr(marking, "grade_bytes", make_fake_grader(level=level))
    _, _, err = run_command("check", write_notebook(tmp_path / "a.ipynb"))
    assert err.count("\n") == err.count("Check only notebooks that you trust: ") == lines


# --- What chapters need ---

WINDOW = "def window_pass(xs, targets, h, W_xh, W_hh, W_hy, k):\n    return xs\n"


@pytest.fixture
def without_torch(monkeypatch):
    find = missing_packages.importlib.util.find_spec
    monkeypatch.setattr(
        missing_packages.importlib.util,
        "find_spec",
        lambda name: None if name == "torch" else find(name),
    )


def test_missing_packages_are_named_before_grading(tmp_path, run_command, without_torch):
    path, out = write_notebook(tmp_path / "a.ipynb", WINDOW), tmp_path / "out"
    code, output, err = run_command("grade", path, "--out", out)
    assert (code, output, out.exists()) == (3, "", False)
    assert "04-detach cannot be judged without torch. Try: python -m pip install -c course" in err
    assert run_command("needs", path)[:2] == (0, "torch\n")
    with zipfile.ZipFile(tmp_path / "all.zip", "w") as archive:
        archive.write(path, "a.ipynb")
    assert run_command("needs", tmp_path / "all.zip")[:2] == (0, "torch\n")
    assert run_command("needs", path, "--assignment", "02-language-models")[:2] == (0, "")
    assert run_command("needs", write_notebook(tmp_path / "b.ipynb", RIGHT))[:2] == (0, "")


def test_a_chapter_without_torch_needs_no_torch(tmp_path, run_command, monkeypatch, without_torch):
    fake_batch(monkeypatch, FINE)
    for path, more in (
        (write_notebook(tmp_path / "b.ipynb", RIGHT), []),
        (write_notebook(tmp_path / "a.ipynb", WINDOW), ["--assignment", "02-language-models"]),
    ):
        assert run_command("grade", path, "--out", tmp_path / "o", *more)[0] == 0


# --- grade ---


@pytest.fixture(scope="module")
def graded_class(tmp_path_factory):
    """Grade a small class once, as a process of its own."""
    folder = tmp_path_factory.mktemp("class")
    write_notebook(folder / "in" / "anna" / "hw.ipynb", RIGHT)
    write_notebook(folder / "in" / "ben" / "hw.ipynb", RIGHT.replace("axis=1", "axis=0"))
    (folder / "in" / "carl.ipynb").write_text("{")
    (folder / "summary").write_text("before\n")
    environ = {"RNNCOURSE_SECRET": f" {SECRET}\n", "GITHUB_STEP_SUMMARY": str(folder / "summary")}
    arguments = ("grade", folder / "in", "--out", folder / "out", "--fail-under", "6%")
    with spawn_command(*arguments, env=os.environ | environ) as run:
        out, err = run.communicate()
    return folder, run.returncode, out, err


def test_grade_writes_all_formats(graded_class):
    folder, code, out, err = graded_class
    assert code == 1  # the mean of 2 and 0 points is below 6 %
    mean = f"{100 / sum_points('02-language-models'):.1f} %"
    assert out.startswith(
        f"3 submissions (2 graded; 1 could not be graded): mean {mean}, median {mean} of the"
    )
    assert "Traceback" not in err
    assert read_marks(folder / "out") == [
        ("anna/hw.ipynb", "graded", 2),
        ("ben/hw.ipynb", "graded", 0),
        ("carl.ipynb", "invalid", 0),
    ]
    for name in ("marks.csv", "junit.xml", "summary.md", "report/index.html"):
        assert "anna/hw.ipynb" in (folder / "out" / name).read_text("utf-8")
    assert (folder / "out" / "report" / "anna-hw.html").is_file()
    assert (folder / "out" / "gradescope" / "carl.json").is_file()
    summary = (folder / "out" / "summary.md").read_text("utf-8")
    assert (folder / "summary").read_text("utf-8") == f"before\n{summary}"


def test_the_secret_is_used_and_written_nowhere(graded_class):
    folder, _, out, err = graded_class
    assert "No secret" not in err
    stored = json.loads((folder / "out" / "results.json").read_text("utf-8"))
    assert all(s["seed"].startswith("secret ") for s in stored["submissions"])
    files = [path for path in folder.rglob("*") if path.is_file()]
    assert not any(SECRET in path.read_text("utf-8") for path in files)
    assert SECRET not in out + err


def test_the_same_command_again_starts_no_worker(graded_class, run_command, monkeypatch):
    folder, *_ = graded_class
    monkeypatch.setenv("RNNCOURSE_SECRET", SECRET)
    monkeypatch.setattr("concurrent.futures.process.ProcessPoolExecutor.submit", None)
    code, out, err = run_command(
        "grade", folder / "in", "--out", folder / "out", "--fail-under", "3"
    )
    assert code == 1  # one could not be graded, and is no zero
    assert "carl.ipynb could not be graded: The file is not JSON" in err
    assert out.startswith("3 submissions (2 graded; 1 could not be graded): mean 4.2 %")
    assert "RNNCOURSE_SECRET" not in os.environ  # no process that is started inherits it


def fake_batch(monkeypatch, *results):
    """Let a batch have these results: (name, status, question, earned, isolation)."""

    def grade_all(submissions, job, out, workers, report):
        jobs.append(job)
        return [
            make_fake_grader(status, level, question, earned)(name, b"", job)
            for name, status, question, earned, level in results
        ]

    jobs = []
    monkeypatch.setattr("rnncourse.grading.batch.results.grade_all", grade_all)
    return jobs


FINE = ("a", "graded", "passed", 2, "seccomp")


def test_grading_without_a_secret_prints_a_notice(tmp_path, run_command, monkeypatch):
    (job,) = [fake_batch(monkeypatch, FINE)]
    path = write_notebook(tmp_path / "a.ipynb")
    code, _, err = run_command("grade", path, "--out", tmp_path / "o")
    assert code == 0
    assert err == (
        "No secret is set, so the inputs are public: use --secret-file or RNNCOURSE_SECRET.\n"
    )
    (tmp_path / "secret").write_text(f"\n{SECRET}\n")
    _, _, err = run_command(
        "grade", path, "--out", tmp_path / "o", "--secret-file", tmp_path / "secret"
    )
    assert err == ""
    assert [j.secret for j in job] == [None, SECRET.encode()]


def test_submissions_for_a_person_are_listed_and_set_the_code(tmp_path, run_command, monkeypatch):
    bad = ("b\x1b.ipynb", "graded", "harness error", 0, "seccomp")
    fake_batch(monkeypatch, FINE, bad, ("c", "harness error", "", 0, "none"))
    path = write_notebook(tmp_path / "a.ipynb")
    code, _, err = run_command("grade", path, "--out", tmp_path / "o", "--fail-under", "100")
    assert code == 3
    assert "b�.ipynb needs a person: 02-bits: `x` is�[31m red.\n" in err
    assert "c needs a person: The file is bad.\n" in err


def test_a_lower_isolation_is_a_notice(tmp_path, run_command, monkeypatch):
    fake_batch(monkeypatch, FINE, ("b", "graded", "passed", 2, "limits"))
    path = write_notebook(tmp_path / "a.ipynb")
    code, _, err = run_command("grade", path, "--out", tmp_path / "o")
    assert code == 0
    assert "Answers ran with isolation 'limits', below 'seccomp': trust what you run.\n" in err
    _, _, err = run_command("grade", path, "--out", tmp_path / "o", "--isolation", "limits")
    assert "isolation" not in err


def test_ci_refuses_to_run_with_less_isolation(tmp_path, run_command, monkeypatch):
    jobs = fake_batch(monkeypatch, FINE)
    monkeypatch.setattr("rnncourse.grading.sandbox.sandbox.Sandbox.level", "limits")
    path = write_notebook(tmp_path / "a.ipynb")
    code, out, err = run_command("grade", path, "--out", tmp_path / "o", "--ci")
    assert (code, out, jobs) == (3, "", [])
    assert "isolates submissions at the level 'limits', below 'seccomp', and --ci" in err
    code, *_ = run_command("grade", path, "--out", tmp_path / "o", "--ci", "--isolation", "limits")
    assert (code, [job.min_level for job in jobs]) == (0, ["limits"])


def test_a_summary_that_cannot_be_added_is_a_notice(tmp_path, run_command, monkeypatch):
    fake_batch(monkeypatch, FINE)
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(tmp_path))
    path = write_notebook(tmp_path / "a.ipynb")
    code, _, err = run_command("grade", path, "--out", tmp_path / "o")
    assert code == 0
    assert "The summary could not be added to" in err


def test_a_full_disk_is_one_sentence(tmp_path, run_command, monkeypatch):
    def refuse(*_, **__):
        raise OSError(28, "No space left on device", "marks.csv")

    fake_batch(monkeypatch, FINE)
    monkeypatch.setattr("rnncourse.grading.reports.exports.write_file", refuse)
    code, _, err = run_command(
        "grade", write_notebook(tmp_path / "a.ipynb"), "--out", tmp_path / "o"
    )
    assert code == 3
    assert err.endswith("rnncourse: marks.csv: No space left on device.\n")


@pytest.mark.grading
def test_ctrl_c_stops_grade_and_its_workers(tmp_path):
    for name in "abc":
        write_notebook(tmp_path / "in" / f"{name}.ipynb", FOREVER, f"name = {name!r}")
    write_notebook(tmp_path / "in" / "0.ipynb", RIGHT)
    arguments = ("grade", tmp_path / "in", "--out", tmp_path / "out", "--workers", "2")
    with spawn_command(*arguments, ctrl_c=HEARS, start_new_session=True) as run:
        wait_for(lambda: list((tmp_path / "out").glob("results/*.json")))
        os.killpg(run.pid, signal.SIGINT)  # as a terminal does: to the workers too
        out, err = run.communicate()
    assert (run.returncode, out) == (130, "")
    last = "rnncourse: stopped. The same command again goes on from here."
    assert err.splitlines()[1:] == [last]
    stored = [json.loads(file.read_text()) for file in (tmp_path / "out").glob("results/*.json")]
    assert [s["earned"] for s in stored] == [2]  # nobody waited for the others to run out of time


@pytest.mark.grading
@pytest.mark.skipif(sys.platform == "win32", reason="signals are other ones there")
def test_a_job_in_the_background_goes_on(tmp_path):
    """A shell lets such a job ignore Ctrl-C, which is meant for what runs before it."""
    path = write_notebook(tmp_path / "a.ipynb", RIGHT)
    arguments = ("grade", path, "--out", tmp_path / "out", "--workers", "1")
    with spawn_command(*arguments, ctrl_c=DEAF, start_new_session=True) as run:
        wait_for((tmp_path / "out" / "results").exists)
        os.killpg(run.pid, signal.SIGINT)
        out, _ = run.communicate()
    assert run.returncode == 0
    assert out.startswith("1 submission:")


def test_a_closed_stdout_gives_no_traceback(tmp_path):
    with spawn_command("check", write_notebook(tmp_path / "a.ipynb", RIGHT)) as run:
        run.stdout.close()
        err = run.stderr.read()
    assert "Traceback" not in err
    assert "BrokenPipe" not in err


def test_the_version_is_printed(run_command):
    assert run_command("--version") == (0, f"rnncourse {version('rnncourse')}\n", "")
