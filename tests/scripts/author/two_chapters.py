"""Two chapters in a copy of the course, one of them with all that a chapter may bring."""

import json
import os
import shutil
import subprocess
import sys
import sysconfig
import venv
from pathlib import Path

import nbformat

from scripts import ROOT

PAGES = "97-a-longer-one", "98-a-new-one"
LONGER = """

def measure_again() -> Record:
    \"\"\"Measure it on other walks, and keep weights (an instant).\"\"\"
    record = Record("ch97_a_longer_one", "again", {"data": "drawn at random", **provenance()})
    found = [distances(steps, seed=1).mean() for steps in STEPS]
    record.add("again", found, 1e-9, "sums of whole numbers, drawn with a fixed seed")
    about = {"cell": "rnn", "vocabulary": "ab"}
    save("walker", {"w": np.ones((2, 2))}, about, Path(__file__).with_name("weights"))
    return record


EXPERIMENTS["again"] = measure_again
"""
PROVED = """

def test_walks_of_another_seed_get_as_far():
    assert abs(experiments.distances(64).mean() - experiments.distances(64, 1).mean()) < 2
"""
TERM = """Random walk
  A sum of steps that are drawn one by one. Introduced in [chapter
  97](97-a-longer-one.ipynb).

"""
CLAIM = """words = "Walks get far."
kind = "shown"
chapters = ["97-a-longer-one"]
ran = "Walks of another seed get as far."
tests = ["{}::test_walks_of_another_seed_get_as_far"]
"""


def copy_files(folder: Path) -> None:
    """Copy what git knows, or would."""
    command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    listed = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout
    for name in filter(None, listed.split("\0")):
        if (ROOT / name).is_file():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(ROOT / name, folder / name)
            shutil.copymode(ROOT / name, folder / name)


def copy_course(folder: Path) -> None:
    """Copy the course, and give the copy a Python that finds it before what is installed."""
    copy_files(folder)
    if (ROOT / "node_modules").is_dir():
        (folder / "node_modules").symlink_to(ROOT / "node_modules")
    venv.create(folder / ".venv", symlinks=True, with_pip=False)
    (packages,) = (folder / ".venv").rglob("site-packages")
    paths = f"{folder}\n{sysconfig.get_path('purelib')}\n"
    (packages / "course.pth").write_text(paths, encoding="utf-8")
    for program in Path(sys.executable).parent.iterdir():
        if not (link := folder / ".venv" / "bin" / program.name).exists():
            link.symlink_to(program)
    for name in ("book", "pdf", "test", "work"):  # what `make` installs once
        (folder / ".venv" / f"{name}.stamp").touch()
    subprocess.run(["git", "init", "-q"], cwd=folder, check=True)
    subprocess.run(["git", "add", "-A"], cwd=folder, check=True)


def run_python(folder: Path, *command: str | Path) -> str:
    """Run Python in the copy; return what it printed."""
    python = folder / ".venv" / "bin" / "python"
    env = {**os.environ, "PYTHONPATH": str(folder), "PYTHONDONTWRITEBYTECODE": "1"}
    done = subprocess.run([python, *command], cwd=folder, env=env, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout[-20_000:] + done.stderr[-5_000:]
    return done.stdout + done.stderr


def append_text(path: Path, text: str) -> None:
    path.write_text(path.read_text("utf-8") + text, encoding="utf-8")


def replace_text(path: Path, old: str, new: str) -> None:
    text = path.read_text("utf-8")
    assert old in text, (path, old)
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


def enrich_first_chapter(folder: Path) -> None:
    """Give the first chapter a second question, figure and record, weights, a term and a claim."""
    page, name = PAGES[0], "ch97_a_longer_one"
    package, tests = folder / "rnncourse" / "chapters" / name, folder / "tests" / "chapters" / name
    replace_text(
        package / "experiments.py",
        "import numpy as np\n",
        "from pathlib import Path\n\nimport numpy as np\n",
    )
    replace_text(
        package / "experiments.py",
        "Record, provenance\n",
        "Record, provenance\nfrom rnncourse.models.weights import save\n",
    )
    append_text(package / "experiments.py", LONGER)
    append_text(tests / "test_experiments.py", PROVED)
    first = (package / "questions" / "first.py").read_text("utf-8")
    (package / "questions" / "second.py").write_text(write_second_question(first), encoding="utf-8")
    honest = (tests / "honest.py").read_text("utf-8")
    answers = honest.partition('"""\n=== ')[2].partition('\n"""')[0]
    replace_text(tests / "honest.py", '\n""")', f'\n=== {write_second_question(answers)}\n""")')
    add_second_question(folder / "solutions" / f"{page}.ipynb")
    add_second_figure(folder / "book" / f"{page}.ipynb")
    replace_text(folder / "book" / "glossary.md", "Readout\n", f"{TERM}Readout\n")
    ledger = folder / "rnncourse" / "claims.toml"
    head, tail = ledger.read_text("utf-8").split("[B4]\n")
    at = tail.index('kind = "measured"\n')
    proof = CLAIM.format(f"tests/chapters/{name}/test_experiments.py")
    tail = tail[:at] + proof + tail[at:].removeprefix('kind = "measured"\n')
    ledger.write_text(f"{head}[B4]\n{tail}", encoding="utf-8")


def write_second_question(text: str) -> str:
    """Return the first question's text as another question's."""
    for old, new in (
        ("97-first", "97-second"),
        ('97-second", 1,', '97-second", 2,'),
        ("mean_distance", "usual_distance"),
        ("How far walks get", "How far walks usually get"),
        ("## 1.", "## 2."),
        ("a loop", "another loop"),
    ):
        text = text.replace(old, new)
    return text


def add_second_question(path: Path) -> None:
    notebook = nbformat.read(path, as_version=4)
    texts = [cell for cell in notebook.cells if "97-first" in cell.id]
    notebook.cells += [
        nbformat.from_dict(json.loads(write_second_question(json.dumps(c)))) for c in texts
    ]
    nbformat.write(notebook, path)


def add_second_figure(path: Path) -> None:
    """Draw a second figure, and show the claim."""
    notebook = nbformat.read(path, as_version=4)
    at = [cell.id for cell in notebook.cells].index("opening")
    other = nbformat.from_dict(json.loads(json.dumps(notebook.cells[at])))
    source = other.source.replace('name="walks-97"', 'name="again"')
    other.id, other.source = "again", source.replace('"Mean distance', '"The distance')
    text = notebook.cells[-1]
    text.source = text.source.replace(
        "## Exercises", "{ref}`fig-again` shows [claim B4](#claim-B4).\n\n## Exercises"
    )
    notebook.cells.insert(len(notebook.cells) - 1, other)
    nbformat.write(notebook, path)
