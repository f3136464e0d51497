"""Try the action that grades on three hand-ins, a right, a wrong and a broken one.

At home, `.venv/bin/python -m scripts.release.try_action` runs the scripts of the action one after
the other, as GitHub does, with a copy of the course and a new environment in a temporary folder;
left out are only the steps that are GitHub's own: setting up Python and keeping what was written.
The project's workflow runs the action itself, between `--make DIR`, which writes the hand-ins, and
`--look MARKS ADVICE`.
"""

import json
import os
import re
import shutil
import subprocess
import tempfile
import venv
from collections.abc import Collection, Mapping
from pathlib import Path

from scripts import ROOT, Argument, fail, require_path, run_script

ACTION = Path(".github", "actions", "grade", "action.yml")
NOT_COPIED = (".git", ".venv", "_build", "build", "node_modules", "work", "__pycache__")
ASSIGNMENT = "02-language-models"
SECRET = "known to everybody, as a test may be"
WRONG_ANSWER = """\
def bits_and_perplexity(log_probs):
    nats = -np.mean(log_probs)
    return nats, np.exp(nats)"""
MISTAKE = "02-bits"


def write_submissions(folder: Path) -> None:
    """Write the official solution; the same with one known mistake in it; and half of it."""
    folder.mkdir(parents=True, exist_ok=True)
    solution = (ROOT / "solutions" / f"{ASSIGNMENT}.ipynb").read_bytes()
    wrong = json.loads(solution)
    cell = {"cell_type": "code", "metadata": {}, "outputs": [], "execution_count": None}
    wrong["cells"].append({**cell, "id": "mine", "source": WRONG_ANSWER})
    (folder / "right.ipynb").write_bytes(solution)
    (folder / "wrong.ipynb").write_text(json.dumps(wrong), encoding="utf-8")
    (folder / "broken.ipynb").write_bytes(solution[: len(solution) // 2])


def list_mark_faults(folder: Path) -> list[str]:
    """Say what of the marks is not as it should be."""
    try:
        results = json.loads((folder / "results.json").read_text(encoding="utf-8"))
    except OSError:
        return [f"{folder} has no results.json"]
    by_name = {submission["name"]: submission for submission in results["submissions"]}
    if [*by_name] != ["broken.ipynb", "right.ipynb", "wrong.ipynb"]:
        return [f"the marks are of {', '.join(by_name)}"]
    broken, solution, wrong = by_name.values()
    lost_points = [q for q in wrong["questions"] if q["earned"] < q["points"]]
    mistakes = {q["question"]: q["mistake"] for q in lost_points}
    faults = {
        "the right one has less than all points": solution["mark"] == solution["points"] > 0,
        "the wrong one does not lose its one question": [*mistakes] == [MISTAKE],
        "the mistake of the wrong one has no name": all(mistakes.values()),
        "the broken one was graded": broken["status"] == "invalid",
        "the inputs are not secret": solution["seed"].startswith("secret "),
    }
    return [fault for fault, is_right in faults.items() if not is_right]


def list_advice_faults(folder: Path) -> list[str]:
    """Say what of the advice is not as it should be."""
    try:
        text = (folder / "check.txt").read_text(encoding="utf-8")
    except OSError:
        return [f"{folder} has no check.txt"]
    totals = [int(a) == int(b) for a, b in re.findall(r"Total: (\d+) of (\d+) points", text)]
    faults = {
        "the advice is not of one right and one wrong notebook": totals == [True, False],
        "the advice does not say that one is broken": "'broken.ipynb' is not graded" in text,
    }
    return [fault for fault, is_right in faults.items() if not is_right]


def read_action() -> dict:
    """Read the action without guessing types."""
    import yaml  # in the workflow, GitHub reads it

    return yaml.load((ROOT / ACTION).read_text(encoding="utf-8"), Loader=yaml.BaseLoader)


def run_steps(
    action: Mapping,
    inputs: Mapping[str, str],
    folder: Path,
    environment: Mapping[str, str],
    left_out: Collection[str] = (),
    course: Path = ROOT,
) -> tuple[int, str]:
    """Run the steps of the action that are scripts, as GitHub runs them.

    Args:
        action: As loaded.
        inputs: Its inputs; the others are as they are by default.
        folder: Where.
        environment: Of the scripts, without what the action sets.
        left_out: Names of steps.
        course: The folder of the course that the action is in.

    Returns:
        The exit code of the first step that fails, else 0; and all that was printed.
    """
    values = {name: about.get("default", "") for name, about in action["inputs"].items()} | inputs

    def fill_inputs(text: str) -> str:
        return re.sub(r"\$\{\{ inputs\.([\w-]+) \}\}", lambda match: values[match[1]], text)

    output = ""
    for step in action["runs"]["steps"]:
        if "run" not in step or step["name"] in left_out:
            continue
        condition = re.fullmatch(r"inputs\.(\w+) == '(\w+)'", step.get("if", ""))
        if condition and values[condition[1]] != condition[2]:
            continue
        result = subprocess.run(
            [shutil.which("bash"), "--noprofile", "--norc", "-eo", "pipefail", "-c", step["run"]],
            cwd=folder,
            env={
                **environment,
                "GITHUB_ACTION_PATH": str((course / ACTION).parent),
                "GITHUB_STEP_SUMMARY": str(folder / "summary"),
                **{name: fill_inputs(text) for name, text in step.get("env", {}).items()},
            },
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        output += result.stdout
        if result.returncode:
            return result.returncode, output
    return 0, output


def list_faults_at_home(
    folder: Path, environment: Mapping[str, str], **options: object
) -> list[str]:
    """Run the action on the hand-ins in both modes, and say what went wrong.

    Args:
        folder: Where.
        environment: Of the scripts.
        options: For `run_steps`.
    """
    write_submissions(folder / "hand-ins")
    faults = []
    grading = {"paths": "hand-ins", "out": "marks", "secret": SECRET}
    checking = {"mode": "check", "paths": "hand-ins/*.ipynb", "out": "advice"}
    for example, expected in ((grading, 1), (checking, 2)):  # the broken one is told in both
        code, output = run_steps(read_action(), example, folder, environment, **options)
        print(output, flush=True)
        if code != expected:
            faults.append(f"the exit code of {example['out']} is {code}, not {expected}")
    return [*faults, *list_mark_faults(folder / "marks"), *list_advice_faults(folder / "advice")]


def main(submissions: Path | None, results: list[Path] | None) -> None:
    if submissions:
        write_submissions(submissions)
        return
    if results:
        faults = [*list_mark_faults(results[0]), *list_advice_faults(results[1])]
    else:
        with tempfile.TemporaryDirectory() as folder:
            root, course = Path(folder), Path(folder, "course")  # pip builds where the source is
            shutil.copytree(ROOT, course, ignore=shutil.ignore_patterns(*NOT_COPIED))
            venv.create(root / "venv", with_pip=True)
            path = f"{root / 'venv' / 'bin'}{os.pathsep}{os.environ['PATH']}"
            faults = list_faults_at_home(root, {**os.environ, "PATH": path}, course=course)
    if faults:
        fail(*(f"{fault}." for fault in faults), code=1)
    print("The action does what it should.")


if __name__ == "__main__":
    run_script(
        main,
        Argument("--make", dest="submissions", type=Path, metavar="DIR", help="write them only"),
        Argument("--look", dest="results", nargs=2, type=require_path, metavar="DIR"),
    )
