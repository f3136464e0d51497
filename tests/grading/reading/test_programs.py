"""The part of a notebook that one answer needs, and the notebook as a whole."""

import ast
import cProfile
import re

import pytest

from rnncourse.grading.reading import programs as reading
from rnncourse.grading.reading.contents import Notebook
from rnncourse.grading.reading.notebooks import CodeCell
from rnncourse.grading.reading.programs import Programs


def find_programs_of(function: str, *sources: str) -> Programs:
    cells = [CodeCell(number, source) for number, source in enumerate(sources, 1)]
    return reading.find_programs(Notebook(cells), function, ("numpy",))


def list_first_lines(statements) -> list[str]:
    return [ast.unparse(s.node).split("\n")[0] for s in statements]


def list_needed_lines(function: str, *sources: str) -> list[str]:
    return list_first_lines(find_programs_of(function, *sources).slice)


def test_an_answer_brings_what_it_reads_and_nothing_else():
    assert list_needed_lines(
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
    assert list_needed_lines("f", star, "def f(x): return exp(x)") == [star, "def f(x):"]
    assert list_needed_lines("f", star, plain, "def f(x): return np.exp(len(x))") == [
        plain,
        "def f(x):",
    ]


def test_the_last_definition_counts_that_is_no_blank():
    blank = 'def f(x):\n    """Say."""\n    raise NotImplementedError("later")'
    assert list_needed_lines("f", "def f(x): return 1", "def f(x): return 2", blank) == [
        "def f(x):"
    ]
    (statement,) = find_programs_of("f", "def f(x): return 1", blank, blank).slice
    assert statement.cell == 1
    (statement,) = find_programs_of("f", blank, blank).slice
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
    assert len(list_needed_lines("f", source, "x = 1")) == 1


def test_a_cell_that_cannot_be_read_costs_its_own_answer_only():
    cells = "def f(x):\n    return (", "def g(x):\n    return x"
    assert re.search(
        r"cell 1, which Python 3\.\d+ .*line 2", find_programs_of("f", *cells).unreadable
    )
    assert not find_programs_of("f", *cells).slice
    assert len(find_programs_of("g", *cells).slice) == 1
    assert find_programs_of("h", *cells) == Programs()


@pytest.mark.parametrize(
    ("sources", "counts"),
    [
        (["table = {}", "fill(table)"], True),
        (["table = {}", "_ = fill(table, 3)"], True),
        (["table = {}", "done = [fill(x=table) for i in range(3)]"], True),
        (["table = {}", "for i in range(3):\n    if i:\n        fill([table])"], True),
        (["table = {}", "old = table.pop(3, None)"], True),
        (["table = {}", "def g():\n    table[2] = 3", "x = g()"], True),
        (["table = {}", "def h():\n    table[2] = 3", "def g():\n    h()", "g()"], True),
        (["table = {}", "class G:\n    def __init__(s):\n        table[2] = 3", "G()"], True),
        (["table = {}", "def g(k):\n    table[k] = 3\n    return k", "@g\ndef h(): pass"], True),
        (["table = {}", "setattr(table, 'x', 3)"], True),
        (["table = {}", "exec('table[2] = 3')"], False),  # the whole notebook finds it
        (["table = {}", "print(table, len(table))"], False),
        (["table = {}", "other = {}", "fill(other)"], False),
        (["import numpy as np", "import torch", "torch.manual_seed(3)"], False),  # it is refused
        (["import numpy as np", "np.random.seed(3)"], True),
        (["import decimal", "decimal.getcontext().prec = 3"], True),
        (["import numpy as np", "np.random.seed(len(other))"], False),
        (["import numpy as np", "two = 2", "np.two = two"], True),
        (["import time", "time.sleep(3)"], False),
        (["import timeit", "timeit.timeit('1')"], False),
    ],
)
def test_statements_that_may_change_a_value_are_needed(sources, counts):
    """The last statement is needed, or not, for what stands above it."""
    result = list_needed_lines("f", *sources, "def f(x):\n    return table, np")
    assert (ast.unparse(ast.parse(sources[-1])).split("\n")[0] in result) is counts


@pytest.mark.parametrize(
    ("above", "answer"),
    [
        ("x\u0304 = 1", "def f(x):\n    return x - x\u0304"),
        ("base = 2", "class A:\n    base = base\n\ndef f(x):\n    return A.base"),
    ],
)
def test_names_with_marks_and_in_the_bodies_of_classes(above, answer):
    assert above in list_needed_lines("f", above, answer)


def test_hints_bring_what_they_name_as_far_as_it_is_allowed():
    result = find_programs_of(
        "f",
        "import torch\nfrom numpy import ndarray as Array\nfrom jax import Float",
        "Named = Float[Array, 'T B']",
        "def f(x: Array, y: torch.Tensor = 3, *z: Named) -> 'Text': return x",
    )
    assert (result.forbidden, result.hint_names) == ("", {"Array", "torch", "Named"})
    assert list_first_lines(result.slice) == [
        "from numpy import ndarray as Array",
        "def f(x: None, y: None=3, *z: None) -> None:",
    ]


def test_a_wrapper_keeps_the_definition_it_wraps():
    wrapped = "def f(x): return x", "f = timed(f)", "g = f", "f = timed(g)"
    assert list_needed_lines("f", "def f(x): return 1", *wrapped) == [
        *("def f(x):", "f = timed(f)", "g = f", "f = timed(g)")
    ]
    assert list_needed_lines("f", "def f(x): return 1", "def f(x): return f(x - 1)") == [
        "def f(x):"
    ]


def test_the_program_ends_with_the_answer_and_leaves_out_refused_cells():
    result = find_programs_of(
        "f",
        "import numpy as np\nimport pandas as pd\nfrom rnncourse.grading import check",
        "scale = 2\nprint(scale)\nframe = pd.DataFrame()",
        "def f(x):\n    return g(x) * scale\ncheck('f')",
        "def g(x): return x",
        "scale = 3\nprint(scale)",
    )
    assert list_first_lines(result.slice)[-2:] == ["def g(x):", "scale = 3"]
    assert list_first_lines(result.down_to_answer) == [
        *("import numpy as np", "scale = 2", "print(scale)", "def f(x):", "def g(x):")
    ]
    assert list_first_lines(result.down_to_end) == [
        *("import numpy as np", "scale = 2", "print(scale)", "def f(x):", "def g(x):"),
        *("scale = 3", "print(scale)"),
    ]
    only = find_programs_of("f", "def f(x): return x")
    assert (only.down_to_answer, only.down_to_end) == ((), ())  # the slice is all
    above = find_programs_of("f", "print(1)", "def f(x): return x")
    assert (len(above.down_to_answer), above.down_to_end) == (2, ())  # nothing stands below


def test_an_answer_that_breaks_a_rule_has_no_notebook():
    result = find_programs_of("f", "x = 1", "def f(x):\n    import pandas\n    return pandas")
    assert result.forbidden.startswith("pandas")
    assert (result.down_to_answer, result.down_to_end) == ((), ())


@pytest.mark.parametrize(
    ("cell", "why"),
    [
        ("import numpy as np\nx = (", r"cell 1, which Python 3\.\d+ cannot read \(line 2: "),
        ("%%bash\nexport np=3", "cell 1, which begins with %%bash and so is not Python"),
    ],
)
def test_a_missing_name_is_reported_with_its_line(cell, why):
    result = find_programs_of("f", cell, "def f(x):\n    return np.sum(x)")
    assert re.search(why, result.reason_by_name["np"])


def test_a_statement_that_can_never_run_harms_nobody():
    for line in ("return 3", "yield", "nonlocal x", "await f(3)", "break", "*a, *b = 1"):
        assert list_needed_lines("f", f"x = 1\n{line}", "def f(y): return x + y")[-1] == "def f(y):"


def count_calls(length: int, layout: str) -> int:
    """Return how many calls it takes to find what an answer needs at the end of a chain."""
    chain = ["a0 = 1", *(f"a{i} = a{i - 1}" for i in range(1, length))]
    cells = chain if layout == "cells" else ["\n".join(chain)]
    profile = cProfile.Profile()
    result = profile.runcall(list_needed_lines, "f", *cells, f"def f(x): return a{length - 1}")
    assert len(result) == length + 1
    return sum(entry.callcount for entry in profile.getstats())


@pytest.mark.parametrize("layout", ["one cell", "cells"])
def test_a_chain_twice_as_long_takes_twice_the_work(layout):
    assert count_calls(800, layout) < 2.5 * count_calls(400, layout)  # 19,000 took a minute once


def test_a_large_cell_is_taken_apart_only_where_it_is_mentioned():
    large = "table = [" + "1," * 60_000 + "]"
    assert list_needed_lines("f", large, "def f(x): return x") == ["def f(x):"]
    assert len(list_needed_lines("f", large, "def f(x): return table")) == 2
