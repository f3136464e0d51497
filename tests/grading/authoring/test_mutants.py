"""Each operator on a tiny function, and what makes a list of mutants fit for use."""

import ast
import functools
import importlib
import inspect
import sys

import numpy as np
import pytest

from rnncourse.grading.authoring import operators
from rnncourse.grading.authoring.mutants import MutantError, make_mutants, rebuild_reference
from rnncourse.grading.registry import ASSIGNMENTS, load_questions

from .. import planted


@pytest.fixture
def write_module(tmp_path, monkeypatch):
    def write(source, name="tiny"):
        (tmp_path / f"{name}.py").write_text(source, encoding="utf-8")
        monkeypatch.syspath_prepend(tmp_path)
        monkeypatch.delitem(sys.modules, name, raising=False)
        importlib.invalidate_caches()
        return importlib.import_module(name)

    yield write
    sys.modules.pop("tiny", None)


def list_mutants(module, source, *chosen):
    """Return what a tiny function's statements become under some operators."""
    function = module("import numpy as np\n\n" + source).f
    return [m.after for m in make_mutants(function, chosen or operators.OPERATORS)]


@pytest.mark.parametrize(
    ("operator", "body", "after"),
    [
        ("swap_operators", "return x + 1", ["return x - 1"]),
        ("swap_operators", "return x * y", ["return x / y"]),
        ("swap_operators", "return x / y", ["return x * y", "return x // y"]),
        ("swap_operators", "return x ** y", ["return x * y"]),
        ("swap_operators", "return x @ y", ["return x * y"]),
        ("swap_operators", "x += y", ["x -= y"]),
        ("swap_comparisons", "return x < y", ["return x <= y", "return x >= y"]),
        ("swap_comparisons", "return x == y", ["return x != y"]),
        ("swap_comparisons", "return x >= y", ["return x > y", "return x < y"]),
        ("swap_comparisons", "return x not in y", ["return x in y"]),
        (
            "swap_comparisons",
            "return 0 < x <= y",
            ["return 0 <= x <= y", "return 0 >= x <= y", "return 0 < x < y", "return 0 < x > y"],
        ),
        ("swap_comparisons", "return x and y", ["return x or y"]),
        ("drop_signs", "return -x", ["return x"]),
        ("drop_signs", "return not x", ["return x"]),
        ("negate_conditions", "return 1 if x else y", ["return 1 if not x else y"]),
        ("negate_conditions", "while x and y:\n        x = y", ["while not (x and y):"]),
        (
            "negate_conditions",
            "return [v for v in x if f(v)]",
            ["return [v for v in x if not f(v)]"],
        ),
        ("negate_conditions", "if x > y:\n        return x", []),
        ("shift_constants", "return x + 2", ["return x + 3", "return x + 1"]),
        ("shift_constants", "return 0.5 * x", ["return 1.5 * x", "return -0.5 * x"]),
        ("shift_constants", "return x[-1]", ["return x[0]", "return x[-2]"]),
        ("shift_constants", "return True", ["return False"]),
        ("shift_constants", "return 'a', None, f'{x + 1}'", []),
        ("swap_axes", "return x.sum(axis=1)", ["return x.sum(axis=0)"]),
        ("swap_axes", "return x.sum(axis=-1)", ["return x.sum(axis=0)"]),
        ("shift_bounds", "return x[y]", ["return x[y + 1]", "return x[y - 1]"]),
        ("shift_bounds", "return x[:y]", ["return x[1:y]", "return x[:y + 1]", "return x[:y - 1]"]),
        (
            "shift_bounds",
            "return x[y:]",
            ["return x[y:-1]", "return x[y + 1:]", "return x[y - 1:]"],
        ),
        (
            "shift_bounds",
            "return x[:, y]",
            ["return x[1:, y]", "return x[:-1, y]", "return x[:, y + 1]", "return x[:, y - 1]"],
        ),
        ("shift_bounds", "return x[::-1], x[None], x[x > y], x[y - 1:y + 1]", []),
        (
            "shift_bounds",
            "return range(len(x))",
            ["return range(len(x) + 1)", "return range(len(x) - 1)"],
        ),
        ("swap_functions", "return x.sum()", ["return x.mean()"]),
        ("swap_functions", "return np.argmax(x)", ["return np.argmin(x)"]),
        ("swap_functions", "return any(x)", ["return all(x)"]),
        ("swap_functions", "return np.log(x)", ["return np.log2(x)"]),
        ("swap_functions", "return np.exp(x)", ["return np.exp2(x)", "return np.expm1(x)"]),
        ("swap_functions", "return x.max, sorted(y)", []),
        ("drop_wrappers", "return np.tanh(x)", ["return x"]),
        ("drop_wrappers", "return x.copy()", ["return x"]),
        ("drop_wrappers", "return len({v for v in x})", ["return len([v for v in x])"]),
        ("drop_terms", "return x + y", ["return x", "return y"]),
        ("drop_terms", "return x - y", ["return x", "return -y"]),
        ("drop_terms", "return x / y", ["return x"]),
        ("drop_terms", "return x or y", ["return y", "return x"]),
        ("drop_terms", "x *= y", ["x = y"]),
        ("drop_arguments", "return np.sum(x, axis=1)", ["return np.sum(x)"]),
        ("drop_arguments", "return x.sum(1)", ["return x.sum()"]),
        ("drop_arguments", "return f(x)", ["return f()"]),
        ("drop_arguments", "return f(y=1)", []),
        ("drop_arguments", "return x.max(keepdims=True), len(y)", []),
        ("drop_statements", "x[0] = y\n    return x", ["pass"]),
        ("drop_statements", "z = y\n    return z", []),
        ("drop_statements", "x = y\n    return x", ["pass"]),
        ("drop_statements", "if x > 0:\n        return y\n    return x", ["pass", "pass"]),
        ("drop_statements", "for v in x:\n        break", ["pass", "continue", "pass"]),
    ],
)
def test_each_operator_makes_its_mutants(write_module, operator, body, after):
    source = f"def f(x=0, y=None):\n    {body}\n"
    if operator in ("shift_constants", "drop_arguments"):
        source = source.replace("y=None", "y").replace("x=0, y", "x='', y=''")
    if operator == "drop_arguments" and "f(y=1)" in body:
        source = source.replace("y=''", "*, y").replace("x='', ", "")
    lines = list_mutants(write_module, source, getattr(operators, operator))
    assert [line for line in lines if not line.startswith("def ")] == after


def test_every_operator_is_applied():
    functions = [f for f in vars(operators).values() if inspect.isfunction(f)]
    defined = {f.__name__ for f in functions if f.__module__ == operators.__name__}
    public = {name for name in defined if name[0] != "_"}
    assert {operator.__name__ for operator in operators.OPERATORS} == public


HELPERS = '''
import functools
import numpy as np

SHIFT = 1

def plain(x: "1 + 1" = 0) -> "2 + 2":
    """1 + 1"""
    return x + SHIFT

def unused(x):
    return x + 1

@functools.lru_cache(maxsize=5)
def f(x):
    return Twice().of(plain(x))

class Twice:
    """2 * x"""

    def of(self, x):
        """Return 2 * x."""
        return 2 * x
'''


def test_helpers_are_followed_and_nothing_else(write_module):
    mutants = make_mutants(write_module(HELPERS).f)
    assert {m.function for m in mutants} == {"plain", "Twice.of", "f"}
    assert {m.line for m in mutants if m.function != "f"} == {7, 9, 23}
    assert [m.after for m in mutants if m.function == "f"] == [
        "return Twice().of()",
        "return Twice().of(plain())",
    ]
    for mutant in mutants:
        text = "\n".join(mutant.sources)
        assert "1 + 1" in text
        assert "Return 2 * x." in text
        assert "lru_cache(maxsize=5)" in text
        assert "unused" not in text


def test_a_mutant_is_a_function_of_its_own(write_module):
    tiny = write_module(HELPERS)
    mutants = {m.change: m for m in make_mutants(tiny.f)}
    mutant = mutants["plain: `return x + SHIFT` -> `return x - SHIFT`"]
    assert mutant.build()(10) == 18
    assert mutants["Twice.of: `return 2 * x` -> `return 3 * x`"].build()(10) == 33
    assert tiny.f(10) == rebuild_reference(tiny.f)(10) == 22
    assert tiny.plain(10) == 11
    assert str(mutant) == f"tiny.py:9, {mutant.change}"


def test_changes_that_read_the_same_are_numbered(write_module):
    source = "def f(x):\n    x += 1\n    x += 1\n    return x\n"
    mutants = make_mutants(write_module(source).f, [operators.swap_operators])
    change = "f: `x += 1` -> `x -= 1`"
    assert [m.change for m in mutants] == [change, f"{change} (2)"]
    assert [m.line for m in mutants] == [2, 3]


def test_a_change_keeps_its_name_when_the_file_grows(write_module):
    before = make_mutants(write_module(HELPERS).f)
    after = make_mutants(write_module("# one line more\n" + HELPERS, "tinier").f)
    assert [m.change for m in before] == [m.change for m in after]
    assert [m.line + 1 for m in before] == [m.line for m in after]


@pytest.mark.parametrize(
    "function",
    [
        lambda x: x,
        len,
        functools.partial(pow, 2),
        planted.QUESTIONS[0].mistakes[0].answer,
        np.tanh,
        MutantError,
    ],
)
def test_functions_without_source_have_no_mutants(function):
    with pytest.raises(MutantError):
        make_mutants(function)


QUESTIONS = [q for name in ASSIGNMENTS for q in load_questions(name).values()]


@pytest.mark.parametrize("reference", [pytest.param(q.reference, id=q.id) for q in QUESTIONS])
def test_all_mutants_of_the_course_differ_and_come_in_one_order(reference):
    mutants = make_mutants(reference)
    tree = ast.parse(inspect.getsource(inspect.getmodule(reference)))
    originals = {ast.unparse(node) for node in tree.body}
    for mutant in mutants:
        assert len({*mutant.sources} - originals) == 1, mutant
        assert mutant.before != mutant.after
    sources, changes = {m.sources for m in mutants}, {m.change for m in mutants}
    assert len(sources) == len(changes) == len(mutants) >= 5
    assert mutants == make_mutants(reference)
