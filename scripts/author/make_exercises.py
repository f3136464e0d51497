"""Make the exercises from their solutions: python -m scripts.author.make_exercises [NOTEBOOK...].

A notebook in solutions/ is the source; the one of the same name in exercises/ is made from it and
never edited by an author. Cells with the tag solution-only are left out, and in the others

    ### BEGIN SOLUTION
    ...
    ### END SOLUTION

becomes `raise NotImplementedError`. Before the first cell of code comes one that installs the
course where it is missing. The result is run, so that it stores what its checks say of it.

Students may have written into these files. So each bears a stamp of the text that it was made
with. Where the text is no longer that, and not that of git's last commit either, nothing at all is
written, unless --force is given.
"""

import copy
import hashlib
import os
import re
import subprocess
import tempfile
import tomllib
from pathlib import Path

import nbformat
from nbformat import v4

from rnncourse.cli.upgrading import VERSION_KEY
from scripts import ROOT, Argument, fail, run_script
from scripts.author.kernels import build_font_cache, find_notebooks, make_paths_argument
from scripts.author.run_notebooks import run_notebook

SOLUTIONS, EXERCISES = ROOT / "solutions", ROOT / "exercises"
REGION = re.compile(r"^( *)### BEGIN SOLUTION$.*?^\1### END SOLUTION$", re.MULTILINE | re.DOTALL)
TITLE = "# Solutions "
SETUP = """\
# Where the course is installed, this cell does nothing.
try:
    import rnncourse
except ImportError:  # on Colab, for instance: it comes from its repository
    COURSE = "{address}"  # like "https://github.com/OWNER/NAME"
    assert COURSE, "Choose the kernel of .venv. On Colab: fill in COURSE."
    get_ipython().run_line_magic("pip", f"install rnncourse@git+{{COURSE}}")"""
LOCKED_METADATA = {
    "grade": False,
    "locked": True,
    "points": 0,
    "schema_version": 3,
    "solution": False,
}


def make_blank(nb: nbformat.NotebookNode) -> nbformat.NotebookNode:
    """Return the notebook without solutions and outputs, with the cell that installs, stamped.

    Raises:
        ValueError: If it has no title, or a marker without its partner or in the wrong cell.
    """
    nb = copy.deepcopy(nb)
    if not nb.cells[0].source.startswith(TITLE):
        raise ValueError(f"The first cell must begin with {TITLE!r}.")
    nb.cells = [c for c in nb.cells if "solution-only" not in c.metadata.get("tags", [])]
    nb.cells[0].source = nb.cells[0].source.replace(TITLE, "# Exercises ", 1)
    for cell in nb.cells:
        cell.source, regions = REGION.subn(r"\1raise NotImplementedError", cell.source)
        is_answer = cell.metadata.get("nbgrader", {}).get("solution", False)
        if regions != is_answer or "SOLUTION" in cell.source:
            raise ValueError(
                f"Cell {cell.id}: a cell has one solution between its markers if its nbgrader "
                f"metadata says so, and else none; this one has {regions}."
            )
        if cell.cell_type == "code":
            cell.execution_count, cell.outputs = None, []
    index = next(n for n, cell in enumerate(nb.cells) if cell.cell_type == "code")
    nb.cells.insert(index, make_setup_cell(nb.cells[0].id.partition("-")[0], read_repository()))
    nb.metadata[VERSION_KEY] = hash_text(nb)
    return nb


def make_setup_cell(chapter: str, address: str) -> nbformat.NotebookNode:
    """Return the cell that installs the course where it is missing."""
    name = f"{chapter}-setup"
    metadata = {**LOCKED_METADATA, "grade_id": name, "task": False}
    source = SETUP.format(address=address)
    return v4.new_code_cell(source, id=name, metadata={"nbgrader": metadata})


def read_repository() -> str:
    """Return the address of the course's repository, if pyproject.toml says it, or ''."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    return project.get("urls", {}).get("Repository", "")


def hash_text(nb: nbformat.NotebookNode) -> str:
    """Return a hash of what people write in a notebook: not of its outputs, nor of metadata."""
    text = repr([(cell.cell_type, cell.source) for cell in nb.cells])
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def is_written_in(path: Path) -> bool:
    """Tell whether somebody has changed the text of an exercise since it was made."""
    try:
        nb = nbformat.read(path, as_version=4)
    except Exception:  # not a notebook any more, so not as it was made
        return True
    return nb.metadata.get(VERSION_KEY) != hash_text(nb)


def is_committed(path: Path) -> bool:
    """Tell whether git's last commit has this very file, so that nothing can be lost."""
    command = ["git", "show", f"HEAD:./{path.name}"]
    try:
        result = subprocess.run(command, cwd=path.parent, capture_output=True, check=False)
    except FileNotFoundError:  # no git on this machine
        return False
    return result.returncode == 0 and result.stdout == path.read_bytes()


def explain_refusal(targets: list[Path]) -> str:
    """Say in one sentence why these files must not be replaced, or return ''."""
    names = [
        f"exercises/{target.name}"
        for target in targets
        if target.exists() and is_written_in(target) and not is_committed(target)
    ]
    if not names:
        return ""
    verb, pronoun = ("holds", "it") if len(names) == 1 else ("hold", "them")
    return (
        f"{', '.join(names)} {verb} somebody's answers or edits, so nothing was changed: move "
        f"{pronoun} elsewhere first or, to lose what was written, say make exercises FORCE=1."
    )


def make_exercise(source: Path, folder: Path) -> str:
    """Make and run the exercises of one notebook in a folder; return '' or why that failed."""
    exercise = folder / source.name
    try:
        nbformat.write(make_blank(nbformat.read(source, as_version=4)), exercise)
    except (ValueError, nbformat.ValidationError) as error:
        return str(error)
    return run_notebook(exercise)


def main(paths: list[Path], force: bool, ask: bool) -> None:
    sources = find_notebooks(paths)
    targets = [] if force else [EXERCISES / source.name for source in sources]
    if reason := explain_refusal(targets):
        fail(reason, code=1)
    if ask:
        return
    build_font_cache()
    EXERCISES.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=".new-", dir=EXERCISES) as folder:
        has_failed = False
        for source in sources:
            reason = make_exercise(source, Path(folder))
            print(f"{'FAILED' if reason else 'made'}  exercises/{source.name}", flush=True)
            if reason:
                print(f"    {reason}", flush=True)
                has_failed = True
        if has_failed:
            fail("the exercises were left as they were.", code=1)
        if reason := explain_refusal(targets):  # again: running took a while
            fail(reason, code=1)
        for source in sources:
            os.replace(Path(folder, source.name), EXERCISES / source.name)


if __name__ == "__main__":
    run_script(
        main,
        make_paths_argument(SOLUTIONS),
        Argument("--force", action="store_true", help="replace what somebody has written"),
        Argument("--ask", action="store_true", help="only say whether it would be refused"),
    )
