"""What a notebook says, and the part of it that one answer needs."""

import ast
import json
import re

import pytest

from rnncourse.grading.reading import programs as reading
from rnncourse.grading.reading.contents import Notebook, Rules
from rnncourse.grading.reading.magics import without_magics
from rnncourse.grading.reading.notebooks import Cell, NotebookError, read
from rnncourse.grading.reading.programs import Programs


def notebook(*sources: str) -> bytes:
    cells = [{"cell_type": "code", "source": source} for source in sources]
    return json.dumps({"cells": cells, "nbformat": 4}).encode()


def programs(function: str, *sources: str) -> Programs:
    cells = [Cell(number, source) for number, source in enumerate(sources, 1)]
    return reading.programs(Notebook(cells), function, Rules())


def lines(statements) -> list[str]:
    return [ast.unparse(s.node).split("\n")[0] for s in statements]


def needed(function: str, *sources: str) -> list[str]:
    return lines(programs(function, *sources).slice)


def test_code_cells_in_order_with_their_numbers():
    data = json.dumps(
        {
            "cells": [
                {"cell_type": "markdown", "source": "prose"},
                {"cell_type": "code", "source": ["x = 1\n", "y = 2"], "outputs": [{"big": 1}]},
                {"cell_type": "code"},
                {"cell_type": "code", "source": 3},
                "no cell",
                {"cell_type": "code", "source": "z = 3\r\nw = 4"},
            ]
        }
    ).encode()
    assert read(data) == (Cell(1, "x = 1\ny = 2"), Cell(2, ""), Cell(4, "z = 3\nw = 4"))


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_encodings(encoding):
    data = notebook("x = 'é'").decode().encode(encoding)
    assert read(data) == (Cell(1, "x = 'é'"),)


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "empty"),
        (b" \n", "empty"),
        (b"\x80\x81", "UTF-8"),
        (notebook("x")[:-1], "cut off"),
        (b"[" * 200_000, "too deeply|not JSON"),
        (b"[]", "no list of cells"),
        (b'{"cells": 3}', "no list of cells"),
        (b'{"worksheets": []}', "before version 4"),
        (notebook(*["x"] * 20_001), "more than 20,000"),
        (notebook("x" * 5_000_001), "more than 20,000"),
    ],
)
def test_what_is_no_notebook_is_told(data, reason):
    with pytest.raises(NotebookError, match=reason):
        read(data)


def test_an_answer_brings_what_it_reads_and_nothing_else():
    assert needed(
        "f",
        "import numpy as np\nimport os\nfrom math import pi, tau as t",
        "table = []\nother = []\nfor i in range(3):\n    table.append(i)\ntable[0] = 7",
        "table.append(8)\nother.append(9)\nprint(table)\nnp.random.seed(3)",
        "def f(x):\n    other = np.sum(x)\n    return g(other, table)",
        "def g(x, y):\n    return x + t\n\nresult = f(3)",
    ) == [
        "import numpy as np",
        "from math import tau as t",
        "table = []",
        "for i in range(3):",
        "table[0] = 7",
        "table.append(8)",
        "np.random.seed(3)",
        "def f(x):",
        "def g(x, y):",
        "result = f(3)",  # `g` gets the table
    ]


def test_a_star_import_is_needed_if_a_name_comes_from_nowhere_else():
    star, plain = "from numpy import *", "import numpy as np"
    assert needed("f", star, "def f(x): return exp(x)") == [star, "def f(x):"]
    assert needed("f", star, plain, "def f(x): return np.exp(len(x))") == [plain, "def f(x):"]


def test_the_last_definition_counts_that_is_no_blank():
    blank = 'def f(x):\n    """Say."""\n    raise NotImplementedError("later")'
    assert needed("f", "def f(x): return 1", "def f(x): return 2", blank) == ["def f(x):"]
    (statement,) = programs("f", "def f(x): return 1", blank, blank).slice
    assert statement.cell == 1
    (statement,) = programs("f", blank, blank).slice
    assert statement.is_blank


@pytest.mark.parametrize(
    "source",
    [
        "f = lambda x: x",
        "f: object = len",
        "class f: pass",
        "from m import f",
        "import m.f as f",
        "if True:\n    def f(x): return x",
        "try:\n    from m import f\nexcept ImportError:\n    f = None",
    ],
)
def test_every_way_to_give_a_name_a_value(source):
    assert len(needed("f", source, "x = 1")) == 1


def test_a_cell_that_cannot_be_read_costs_its_own_answer_only():
    cells = "def f(x):\n    return (", "def g(x):\n    return x"
    assert re.search(r"cell 1, which Python 3\.\d+ .*line 2", programs("f", *cells).unreadable)
    assert not programs("f", *cells).slice
    assert len(programs("g", *cells).slice) == 1
    assert programs("h", *cells) == Programs()


@pytest.mark.parametrize(
    ("source", "left"),
    [
        ("%matplotlib inline\nx = 1", "pass\nx = 1"),
        ("%%time\nx = 1", "\nx = 1"),
        ("%%bash\nls", ""),
        ("  %%html\n<p>", ""),
        ("!pip install x\nx?\nx = 1", "pass\npass\nx = 1"),
        ("if a:\n    !ls\n    x = 1", "if a:\n    pass\n    x = 1"),
        ('x = """\n%d of\n!\n"""', 'x = """\n%d of\n!\n"""'),
        ("x = 7 \\\n% 3", "x = 7 \\\n% 3"),
    ],
)
def test_magics(source, left):
    assert without_magics(source)[0] == left
