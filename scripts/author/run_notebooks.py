"""Run notebooks and store what they show: python -m scripts.author.run_notebooks [PATH...].

Without arguments every notebook of the book runs, two at a time, in the kernel that
check_notebooks.py uses: one thread, warnings are errors, no connections. A notebook that fails
keeps its old outputs. Running an unchanged notebook again gives an identical file. The line that
says how long a page takes to read is computed (reading_time.py). --jobs N runs N at a time.
"""

import json
import os
import re
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

import nbformat
from nbclient import NotebookClient
from nbclient.exceptions import CellControlSignal, DeadKernelError

from rnncourse.core.files import write_file
from scripts import ROOT, Argument, run_script
from scripts.author.kernels import (
    build_font_cache,
    find_notebooks,
    make_kernel_environment,
    make_paths_argument,
)
from scripts.author.reading_time import write_time

WIDGETS = "application/vnd.jupyter.widget-state+json"
VIEW = "application/vnd.jupyter.widget-view+json"
NOISE = {"execution", "ExecuteTime", "collapsed", "scrolled", "trusted"}  # metadata of a cell
HOME = str(Path.home())
PLACES = [f"{place}/" for place in (ROOT, sys.prefix, sys.base_prefix, HOME)]


def render_notebook(nb: nbformat.NotebookNode) -> str:
    """Return the notebook as text, without what differs from run to run and machine to machine."""
    nb.metadata.kernelspec = {"display_name": "Python 3", "language": "python", "name": "python3"}
    nb.metadata.language_info = {"name": "python", "pygments_lexer": "ipython3"}
    widgets = nb.metadata.get("widgets", {}).get(WIDGETS, {}).get("state", {})
    drop_views(nb, widgets)
    if not widgets:
        nb.metadata.pop("widgets", None)
    for cell in nb.cells:
        for key in NOISE & set(cell.metadata):
            del cell.metadata[key]
        for output in cell.get("outputs", []):
            if output.output_type == "error":
                output.traceback = [strip_paths(line) for line in output.traceback]
    text = nbformat.writes(nb)
    for number, name in enumerate(widgets):  # widgets are named at random: number them instead
        text = text.replace(name, f"{number:032x}")
    return nbformat.writes(nbformat.reads(text, as_version=4)) + "\n"  # sorted by the new names


def drop_views(nb: nbformat.NotebookNode, widgets: dict) -> None:
    """Keep the HTML of a widget that has some, not its view and its state with script and weights.

    A page shows the HTML, and a live notebook makes the widget anew.
    """
    for cell in nb.cells:
        for output in cell.get("outputs", []):
            data = output.get("data", {})
            if VIEW in data and "text/html" in data:
                drop_state(data.pop(VIEW)["model_id"], widgets)


def drop_state(model: str, widgets: dict) -> None:
    """Drop the state of a widget, of its layout, and of all that is in it."""
    for name in re.findall(r"IPY_MODEL_(\w+)", json.dumps(widgets.pop(model, {}))):
        drop_state(name, widgets)


def strip_paths(line: str) -> str:
    """Cut this machine's folders from a line of a traceback."""
    for folder in PLACES:  # IPython writes the home folder as ~
        line = line.replace(folder, "").replace(folder.replace(HOME, "~"), "")
    return re.sub(r"0x[0-9a-f]{6,}", "0x...", line)


def describe_failure(cell: nbformat.NotebookNode, error: Exception) -> str:
    """Say which cell failed, and how, in two lines."""
    first_line = cell.source.strip().partition("\n")[0]
    reason = f"{error.ename}: {error.evalue}" if hasattr(error, "ename") else str(error)
    return f"in the cell that starts with: {first_line}\n    {reason.strip()}"


def run_notebook(path: Path) -> str:
    """Run one notebook and store it; return '' or why it failed."""
    old = path.read_text(encoding="utf-8")
    nb = nbformat.reads(old, as_version=4)
    nb.metadata.pop("widgets", None)
    for cell in nb.cells:
        if cell.cell_type == "code":
            cell.execution_count, cell.outputs = None, []
    with tempfile.TemporaryDirectory() as scratch:
        os.environ.update(make_kernel_environment(scratch))
        started: list[nbformat.NotebookNode] = []
        client = NotebookClient(
            nb,
            resources={"metadata": {"path": str(path.resolve().parent)}},
            kernel_name="python3",
            timeout=600,
            record_timing=False,
            coalesce_streams=True,
            on_cell_start=lambda cell, cell_index: started.append(cell),
        )
        try:
            client.execute(stderr=subprocess.DEVNULL)  # the kernel's log; cells keep their stderr
        except (CellControlSignal, DeadKernelError) as error:
            return describe_failure(started[-1], error)
    text = render_notebook(write_time(nb))
    if text != old:
        write_file(path, text)
    return ""


def run_timed(path: Path) -> tuple[Path, float, str]:
    start = time.perf_counter()
    reason = run_notebook(path)
    return path, time.perf_counter() - start, reason


def main(paths: list[Path], jobs: int) -> int:
    paths = find_notebooks(paths)
    build_font_cache()
    failures = 0
    with ProcessPoolExecutor(jobs) as pool:
        for path, seconds, reason in pool.map(run_timed, paths):
            print(f"{'FAILED' if reason else 'stored'}  {seconds:6.1f} s  {path}", flush=True)
            if reason:
                print(f"    {reason}\n    The file was left as it was.", flush=True)
                failures += 1
    return 1 if failures else 0


if __name__ == "__main__":
    run_script(
        main,
        make_paths_argument(ROOT / "book"),
        Argument("--jobs", type=int, default=2, metavar="N", help="at a time (default: 2)"),
    )
