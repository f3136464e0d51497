"""Right answers in files that look unlike the one that was handed out."""

import json
from collections.abc import Callable

from ..handed_in import RIGHT, SOLUTIONS, code, notebook

Edit = Callable[[dict], object]


def edited(*edits: Edit) -> bytes:
    """Return the solutions after some edits of their JSON."""
    nb = json.loads(SOLUTIONS)
    for edit in edits:
        edit(nb)
    return json.dumps(nb, ensure_ascii=False).encode()


def cells_of(nb: dict, kind: str = "code") -> list[dict]:
    """Return the cells of a kind."""
    return [cell for cell in nb["cells"] if cell["cell_type"] == kind]


def _no_checks(nb: dict) -> None:
    nb["cells"] = [c for c in nb["cells"] if not "".join(c["source"]).startswith("check")]


def _no_prose(nb: dict) -> None:
    nb["cells"] = cells_of(nb)


def _twice(nb: dict) -> None:
    for cell in cells_of(nb):
        if "def " in "".join(cell["source"]):
            nb["cells"].insert(nb["cells"].index(cell), json.loads(json.dumps(cell)))


def _backwards(nb: dict) -> None:
    nb["cells"].reverse()


def _blanks_left_behind(nb: dict) -> None:
    for name in [s.split("(")[0] for s in RIGHT.values()]:
        blank = f'{name}(*arguments):\n    """Later."""\n    raise NotImplementedError\n'
        nb["cells"].append(code(blank))


def _kernel(nb: dict) -> None:
    nb["metadata"]["kernelspec"] = {"name": "conda-env-dl-py", "display_name": "Deep (GPU)"}
    nb["metadata"]["language_info"] = {"name": "julia", "version": "1.11"}


def _colab(nb: dict) -> None:
    nb["metadata"] = {
        "colab": {"provenance": [], "gpuType": "T4", "toc_visible": True},
        "accelerator": "GPU",
        "kernelspec": {"name": "python3", "display_name": "Python 3"},
    }
    for number, cell in enumerate(nb["cells"]):
        cell["metadata"] = {"id": f"x{number}", "colab": {"base_uri": "https://colab.research"}}
        cell.pop("id", None)


def _vscode(nb: dict) -> None:
    nb["metadata"]["vscode"] = {"interpreter": {"hash": "31f2aee4"}}
    for cell in nb["cells"]:
        cell["metadata"] = {"vscode": {"languageId": "python"}, "collapsed": True}


def _bare(nb: dict) -> None:
    nb["cells"] = [{"cell_type": "code", "source": c["source"]} for c in cells_of(nb)]
    for key in ("nbformat", "nbformat_minor", "metadata"):
        nb.pop(key)


def _sources(join: bool) -> Edit:
    def edit(nb: dict) -> None:
        for cell in nb["cells"]:
            text = "".join(cell["source"])
            cell["source"] = text if join else text.splitlines(keepends=True)

    return edit


def _lines_of_windows(nb: dict) -> None:
    for cell in nb["cells"]:
        cell["source"] = "".join(cell["source"]).replace("\n", "\r\n").splitlines(keepends=True)


def _large_outputs(nb: dict) -> None:
    picture = {"image/png": "iVBORw0KGgo" * 500_000}
    for cell in cells_of(nb)[:10]:
        cell["outputs"] = [{"output_type": "display_data", "data": picture, "metadata": {}}]


def _scratch(*sources: str | dict, before: bool = True) -> Edit:
    def edit(nb: dict) -> None:
        cells = [code(s) if isinstance(s, str) else s for s in sources]
        place = 0 if before else len(nb["cells"])
        nb["cells"][place:place] = cells

    return edit


def _comments(nb: dict) -> None:
    for cell in cells_of(nb):
        cell["source"] = "# Übung – дом, 漢字, 🎓, e\u0301\n" + "".join(cell["source"])


def _huge_number(data: bytes) -> bytes:
    return data.replace(b'"digits": 0', b'"digits": 1' + b"0" * 5000)


FILES: dict[str, bytes] = {
    "as handed out": edited(),
    "checks deleted": edited(_no_checks),
    "prose deleted": edited(_no_prose),
    "answer cells copied": edited(_twice),
    "cells in the opposite order": edited(_backwards),
    "blank copies left behind": edited(_blanks_left_behind),
    "foreign kernel": edited(_kernel),
    "saved by Colab": edited(_colab),
    "saved by VS Code": edited(_vscode),
    "nothing but sources": edited(_bare),
    "source as one text": edited(_sources(True)),
    "source as lines": edited(_sources(False)),
    "Windows line endings in sources": edited(_lines_of_windows),
    "Windows line endings in the file": json.dumps(json.loads(SOLUTIONS), indent=1)
    .replace("\n", "\r\n")
    .encode(),
    "byte-order mark": b"\xef\xbb\xbf" + edited(),
    "UTF-16": edited().decode().encode("utf-16"),
    "50 MB of stored output": edited(_large_outputs),
    "odd outputs": json.dumps(json.loads(SOLUTIONS) | {"x": "\ud800"}).encode(),
    "a number of 5,000 digits in an output": _huge_number(
        json.dumps(
            json.loads(notebook(*RIGHT.values(), "import numpy as np"))
            | {"metadata": {"digits": 0}}
        ).encode()
    ),
    "comments in many scripts": edited(_comments),
    "a cell with a syntax error": edited(
        _scratch("for x in range(3)\n  print(x", "this is no python", "def half(x):")
    ),
    "unfinished thoughts below": edited(
        _scratch("x = = 1", "%matplotlib inline\nimport", "'''open", before=False)
    ),
    "packages that no answer needs": edited(
        _scratch(
            "import torch, pandas as pd\nimport matplotlib.pyplot as plt\nplt.plot([1, 2])",
            "import no_such_package\nfrom nowhere import nothing",
        )
    ),
    "long computations": edited(
        _scratch("total = 0\nwhile True:\n    total += 1", "import time\ntime.sleep(3600)"),
        _scratch("for _ in range(10**12):\n    pass\ninput('ready?')", before=False),
    ),
    "magics": edited(
        _scratch(
            "%matplotlib inline\n%load_ext autoreload\n%autoreload 2\n!pip install numpy",
            "%%bash\nls -l",
            "%%html\n<b>not python</b>",
            "%%time\nx = 1",
            "np.mean?\n?np.sum\nnp.exp??\n!ls {x}",
            "files = !ls\nx = %timeit -o sum([1])\nhome = %env HOME",
        )
    ),
    "errors in other cells": edited(
        _scratch("1 / 0", "raise SystemExit", "assert False", "undefined_name", "exit()")
    ),
    "widgets and displays": edited(
        _scratch("from ipywidgets import interact\ninteract(print, x=3)", "display(1)\n_ + __")
    ),
    "empty cells": edited(_scratch("", "   \n\n", "# only a comment", "pass", '"""text"""')),
    "cells of other kinds": edited(
        _scratch({"cell_type": "raw", "source": "---"}, {"cell_type": "new", "source": 3}, {})
    ),
    "top-level await": edited(_scratch("await fetch()", "import asyncio\nawait asyncio.sleep(1)")),
}
"""Whole notebooks; every question is answered right."""
