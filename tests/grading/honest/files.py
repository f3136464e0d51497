"""Right answers in files that look unlike the one that was handed out."""

import json
from collections.abc import Callable

from ..handed_in import RIGHT, SOLUTIONS, make_code_cell, make_notebook

Edit = Callable[[dict], object]


def edit_solutions(*edits: Edit) -> bytes:
    """Return the solutions after some edits of their JSON."""
    nb = json.loads(SOLUTIONS)
    for edit in edits:
        edit(nb)
    return json.dumps(nb, ensure_ascii=False).encode()


def list_cells(nb: dict, kind: str = "code") -> list[dict]:
    return [cell for cell in nb["cells"] if cell["cell_type"] == kind]


def _write_twice(nb: dict) -> None:
    for cell in list_cells(nb):
        if "def " in "".join(cell["source"]):
            nb["cells"].insert(nb["cells"].index(cell), json.loads(json.dumps(cell)))


def _reverse_cells(nb: dict) -> None:
    nb["cells"].reverse()


def _leave_blanks(nb: dict) -> None:
    for name in [s.split("(")[0] for s in RIGHT.values()]:
        blank = f'{name}(*arguments):\n    """Later."""\n    raise NotImplementedError\n'
        nb["cells"].append(make_code_cell(blank))


def _strip_metadata(nb: dict) -> None:
    nb["cells"] = [{"cell_type": "code", "source": c["source"]} for c in list_cells(nb)]
    for key in ("nbformat", "nbformat_minor", "metadata"):
        nb.pop(key)


def _add_large_outputs(nb: dict) -> None:
    picture = {"image/png": "iVBORw0KGgo" * 500_000}
    for cell in list_cells(nb)[:10]:
        cell["outputs"] = [{"output_type": "display_data", "data": picture, "metadata": {}}]


def _add_scratch(*sources: str | dict, before: bool = True) -> Edit:
    def edit(nb: dict) -> None:
        cells = [make_code_cell(s) if isinstance(s, str) else s for s in sources]
        place = 0 if before else len(nb["cells"])
        nb["cells"][place:place] = cells

    return edit


def _add_comments(nb: dict) -> None:
    for cell in list_cells(nb):
        cell["source"] = "# Übung – дом, 漢字, 🎓, e\u0301\n" + "".join(cell["source"])


FILES: dict[str, bytes] = {
    "as handed out": edit_solutions(),
    "answer cells copied": edit_solutions(_write_twice),
    "cells in the opposite order": edit_solutions(_reverse_cells),
    "blank copies left behind": edit_solutions(_leave_blanks),
    "nothing but sources": edit_solutions(_strip_metadata),
    "Windows line endings in the file": json.dumps(json.loads(SOLUTIONS), indent=1)
    .replace("\n", "\r\n")
    .encode(),
    "50 MB of stored output": edit_solutions(_add_large_outputs),
    "odd outputs": json.dumps(json.loads(SOLUTIONS) | {"x": "\ud800"}).encode(),
    "a number of 5,000 digits in an output": make_notebook(
        *RIGHT.values(), "import numpy as np", metadata={"digits": 0}
    ).replace(b'"digits": 0', b'"digits": 1' + b"0" * 5000),
    "comments in many scripts": edit_solutions(_add_comments),
    "a cell with a syntax error": edit_solutions(
        _add_scratch("for x in range(3)\n  print(x", "this is no python", "def half(x):")
    ),
    "unfinished thoughts below": edit_solutions(
        _add_scratch("x = = 1", "%matplotlib inline\nimport", "'''open", before=False)
    ),
    "packages that no answer needs": edit_solutions(
        _add_scratch(
            "import torch, pandas as pd\nimport matplotlib.pyplot as plt\nplt.plot([1, 2])",
            "import no_such_package\nfrom nowhere import nothing",
        )
    ),
    "long computations": edit_solutions(
        _add_scratch("total = 0\nwhile True:\n    total += 1", "import time\ntime.sleep(3600)"),
        _add_scratch("for _ in range(10**12):\n    pass\ninput('ready?')", before=False),
    ),
    "magics": edit_solutions(
        _add_scratch(
            "%matplotlib inline\n%load_ext autoreload\n%autoreload 2\n!pip install numpy",
            "%%bash\nls -l",
            "%%html\n<b>not python</b>",
            "%%time\nx = 1",
            "np.mean?\n?np.sum\nnp.exp??\n!ls {x}",
            "files = !ls\nx = %timeit -o sum([1])\nhome = %env HOME",
        )
    ),
    "errors in other cells": edit_solutions(
        _add_scratch("1 / 0", "raise SystemExit", "assert False", "undefined_name", "exit()")
    ),
    "widgets and displays": edit_solutions(
        _add_scratch("from ipywidgets import interact\ninteract(print, x=3)", "display(1)\n_ + __")
    ),
    "empty cells": edit_solutions(
        _add_scratch("", "   \n\n", "# only a comment", "pass", '"""text"""')
    ),
    "cells of other kinds": edit_solutions(
        _add_scratch({"cell_type": "raw", "source": "---"}, {"cell_type": "new", "source": 3}, {})
    ),
    "top-level await": edit_solutions(
        _add_scratch("await fetch()", "import asyncio\nawait asyncio.sleep(1)")
    ),
}
"""Whole notebooks; every question is answered right."""
