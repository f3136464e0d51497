"""Make the exercises from their solutions: python scripts/make_exercises.py [NOTEBOOK...].

A notebook in solutions/ is the source; the one of the same name in exercises/ is made from it and
never edited. Cells with the tag solution-only are left out, and in the others

    ### BEGIN SOLUTION
    ...
    ### END SOLUTION

becomes `raise NotImplementedError`. The result is run, so that it stores what its checks say of it.
"""

import copy
import re
import sys
from pathlib import Path

import nbformat
from kernels import ROOT, warm_up
from run_notebooks import run

SOLUTIONS, EXERCISES = ROOT / "solutions", ROOT / "exercises"
REGION = re.compile(r"^( *)### BEGIN SOLUTION$.*?^\1### END SOLUTION$", re.MULTILINE | re.DOTALL)
TITLE = "# Solutions "


def blank(nb: nbformat.NotebookNode) -> nbformat.NotebookNode:
    """Return the notebook without its solutions and without its outputs.

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
    return nb


def make(source: Path) -> str:
    """Make and run the exercises of one notebook; return '' or why that failed."""
    target = EXERCISES / source.name
    target.parent.mkdir(exist_ok=True)
    nbformat.write(blank(nbformat.read(source, as_version=4)), target)
    return run(target)


def main() -> int:
    warm_up()
    failures = 0
    for source in map(Path, sys.argv[1:]) if sys.argv[1:] else sorted(SOLUTIONS.glob("*.ipynb")):
        reason = make(source)
        print(f"{'FAILED' if reason else 'made'}  exercises/{source.name}", flush=True)
        if reason:
            print(f"    {reason}", flush=True)
            failures += 1
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
