"""The notebook checks see red: planted faults, run through the scripts as `make test` runs them."""

import json
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest
from nbformat import v4

from scripts import ROOT, check_notebooks
from scripts.author.try_portability import OPENBLAS, X86, Row, check_switch

SVG = '<figure><svg role="img" width="{}" aria-label="{}">\n<path d="{}"/>\n</svg></figure>'
SHOW = "from IPython.display import HTML\nHTML('''{}''')"
RECORD = """\
from rnncourse.core.records import Record
record = Record("planted")
record.add("bits", 1.87, tolerance=0.01, evidence="planted")
print(record.confirm("bits", {}))"""
SOCKET = """\
import socket
try:
    socket.socket().connect(("127.0.0.1", 9))
except Exception:
    print("hidden")"""
CHILD = """\
import subprocess, sys
code = "import socket; socket.create_connection(('127.0.0.1', 9))"
subprocess.run([sys.executable, "-c", code], check=True)"""
DOWNLOAD = """\
import urllib.request
urllib.request.urlopen("http://127.0.0.1:9")"""

pytestmark = pytest.mark.tools


def make_printed_output(text: str) -> nbformat.NotebookNode:
    return v4.new_output("stream", name="stdout", text=text)


def make_figure_cell(width: str, alt: str, body: str) -> tuple[str, nbformat.NotebookNode]:
    """Return a cell that draws the fixed figure, with another one stored."""
    data = {"text/html": SVG.format(width, alt, body)}
    data["text/plain"] = "<IPython.core.display.HTML object>"
    source = SHOW.format(SVG.format("90", "Loss falls.", "M 0 0 L 1 1"))
    return source, v4.new_output("execute_result", data, execution_count=1)


TABLE = '<script type="text/csv" class="rc-data">\nseries,x,y\ntold,1,{}\ntold,2,0.6\n</script>'


def make_numbered_cell(y: str) -> tuple[str, nbformat.NotebookNode]:
    """Return a cell that draws the fixed figure with its numbers, and stores another one."""
    source, output = make_figure_cell("90", "Loss falls.", "M 0 0 L 1 1")
    output.data["text/html"] = output.data["text/html"].replace(
        "</figure>", TABLE.format(y) + "</figure>"
    )
    return source.replace("</figure>", TABLE.format("0.5") + "</figure>"), output


LOSS = "print('loss 0.400')"
TWO = {"tags": ["trained"], "trained": {"tolerance": 0.02, "evidence": "planted"}}

# name: (the cells as source, stored output and metadata, and what the report must say, or "")
PLANTED = {
    "good": ([("print(6 * 7)", make_printed_output("42\n"))], ""),
    "address": ([("print(object())", make_printed_output("<object object at 0x7f00>\n"))], ""),
    "redrawn": ([make_figure_cell("80", "Loss falls.", "M 0 0\nL 1 2")], ""),
    "last_digit": ([make_numbered_cell("0.50001")], ""),
    "other_digits": (
        [make_numbered_cell("0.7")],
        "the farthest is line 2, y: 0.5, and stored is 0.7; they are 0.29 apart",
    ),
    "moved_path": (
        [make_figure_cell("90", "Loss falls.", "M 0 0 L 77 77")],
        "Path 1 of a drawing lies",
    ),
    "dropped_path": (
        [make_figure_cell("90", "Loss falls.", 'M 0 0 L 1 1"/><path d="M 2 2')],
        "A drawing has 1 of <path> instead of 2.",
    ),
    "confirmed": ([(RECORD.format(1.875), make_printed_output("1.87\n"))], ""),
    "other_alt": ([make_figure_cell("90", "Loss rises.", "M 0 0 L 1 1")], "Loss rises."),
    "never_run": ([("print(6 * 7)", None)], "1 of 1 code cells have never been run"),
    "nothing_stored": ([("x = 6 * 7", None)], "stores no output"),
    "wrong_number": ([("print(6 * 7)", make_printed_output("43\n"))], "Cell outputs differ"),
    "trained_near": ([(LOSS, make_printed_output("loss 0.396\n"), TWO)], ""),
    "trained_far": (
        [(LOSS, make_printed_output("loss 0.381\n"), TWO)],
        "0.400 is further from 0.381, which is stored, than tolerance 0.02 allows.",
    ),
    "trained_word": ([(LOSS, make_printed_output("gain 0.396\n"), TWO)], "Its words differ"),
    "trained_missing": (
        [(LOSS, make_printed_output("loss\n"), TWO)],
        "There are 1 numbers; stored are 0.",
    ),
    "trained_output_missing": (
        [(LOSS, None, TWO), ("print(1)", make_printed_output("1\n"))],
        "Unexpected",
    ),
    "trained_figure": ([(*make_numbered_cell("0.505"), TWO)], ""),
    "trained_figure_far": (
        [(*make_numbered_cell("0.7"), TWO)],
        "they are 0.29 apart, and 0.02 may be",
    ),
    "trained_alt": (
        [(*make_figure_cell("90", "Loss rises.", "M 0 0 L 1 1"), TWO)],
        "Its words differ",
    ),
    "recorded_beside": (
        [
            (LOSS, make_printed_output("loss 0.396\n"), TWO),
            ("print(0.400)", make_printed_output("0.396\n")),
        ],
        "Cell outputs differ",
    ),
    "no_evidence": (
        [(LOSS, make_printed_output("loss 0.400\n"), {"tags": ["trained"]})],
        "Cell 0: Its tag `trained` needs",
    ),
    "left_tolerance": ([(RECORD.format(1.89), make_printed_output("1.87\n"))], "RecordError"),
    "warning": (
        [("import warnings\nwarnings.warn('old')\nprint(1)", make_printed_output("1\n"))],
        "old",
    ),
    "numpy_warning": (
        [("import numpy\nprint(numpy.log([0.0]))", make_printed_output("[-inf]\n"))],
        "by zero",
    ),
    "socket": ([(SOCKET, make_printed_output("hidden\n"))], "may not open a connection"),
    "child": ([(CHILD, make_printed_output("done\n"))], "CalledProcessError"),
    "download": ([(DOWNLOAD, make_printed_output("1\n"))], "may not open a connection"),
}


def write_notebook(path: Path, cells: list, counted: bool = True) -> Path:
    """Write a notebook of code cells given as source, stored output and, perhaps, metadata."""
    nb = v4.new_notebook()
    for n, (source, output, *more) in enumerate(cells, 1):
        outputs = [] if output is None else [output]
        nb.cells.append(v4.new_code_cell(source, execution_count=n if counted else None))
        nb.cells[-1].metadata.update(*more)
        nb.cells[-1].update(outputs=outputs, id=f"cell-{n}")
    nbformat.write(nb, path)
    return path


def run_script(script: str, *arguments: object) -> subprocess.CompletedProcess:
    command = [sys.executable, "-m", f"scripts.{script}", *map(str, arguments)]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)


@pytest.fixture(scope="module")
def report_by_notebook(tmp_path_factory) -> dict[str, str]:
    """Check all planted notebooks in one command, and split what it says by notebook."""
    folder = tmp_path_factory.mktemp("planted")
    for name, (cells, _) in PLANTED.items():
        write_notebook(folder / f"{name}.ipynb", cells, counted=name != "never_run")
    done = run_script("check_notebooks", folder)
    assert done.returncode == 1
    assert not done.stderr
    reports = {}
    for line in done.stdout.splitlines():
        if line.endswith(".ipynb"):
            name = Path(line).stem
            reports[name] = ""
        reports[name] += line + "\n"
    return reports


@pytest.mark.parametrize("name", PLANTED)
def test_a_planted_notebook_gets_its_verdict(report_by_notebook, name):
    expected = PLANTED[name][1]
    assert report_by_notebook[name].startswith("FAILED" if expected else "passed")
    assert expected in report_by_notebook[name]


def test_a_notebook_has_a_budget():
    assert check_notebooks.describe_budget(90) == ""
    assert "91 CPU seconds here; its budget is 90" in check_notebooks.describe_budget(91)


@pytest.mark.parametrize(("option", "passes", "remarks"),
    [(True, False, True), (None, True, True)])  # fmt: skip
def test_slowness_fails_a_notebook_only_on_demand(tmp_path, monkeypatch, option, passes, remarks):
    monkeypatch.setattr(check_notebooks, "BUDGET", 1e-3)
    path = write_notebook(tmp_path / "good.ipynb", PLANTED["good"][0])
    result = check_notebooks.check_notebook(path, 1, option)
    assert result.passed is passes
    assert ("its budget is 0" in result.report) is remarks


def test_a_portable_row_fails_when_its_switch_does_not_act():
    row = Row("misspelt", {"OPENBLAS_CORETYPES": "Nehalem"}, OPENBLAS, "Nehalem")
    assert check_switch(row)[0] == ("FAILED" if X86 else "not applicable")
    assert check_switch(Row("crashes", {}, "1 / 0", "1"))[0] == "FAILED"


def test_running_stores_outputs_once_and_leaves_a_failing_notebook_alone(tmp_path):
    widget = "import ipywidgets\nipywidgets.IntSlider(description='k')"
    cells = [(widget, None), ("for i in range(9):\n    print(i, flush=True)", None)]
    good = write_notebook(tmp_path / "good.ipynb", cells, counted=False)
    bad = write_notebook(
        tmp_path / "bad.ipynb", [("print(1)", None), ("1 / 0", make_printed_output("1\n"))]
    )
    warned = write_notebook(tmp_path / "warned.ipynb", [PLANTED["warning"][0][0]])
    before = {path: path.read_bytes() for path in (bad, warned)}

    first = run_script("author.run_notebooks", good, bad, warned)
    assert first.returncode == 1
    assert "starts with: 1 / 0\n    ZeroDivisionError: division by zero" in first.stdout
    assert "UserWarning: old" in first.stdout
    assert {path: path.read_bytes() for path in before} == before
    stored = json.loads(good.read_text())
    assert [cell["execution_count"] for cell in stored["cells"]] == [1, 2]
    assert [len(cell["outputs"]) for cell in stored["cells"]] == [1, 1]

    once = good.read_bytes()
    again = run_script("author.run_notebooks", good)
    assert (again.returncode, again.stderr) == (0, "")
    assert good.read_bytes() == once
    assert run_script("check_notebooks", good).returncode == 0
    assert {p.name for p in tmp_path.iterdir()} == {"bad.ipynb", "good.ipynb", "warned.ipynb"}
