"""No name in the project is a word of our own: it is the field's, or plain."""

import ast
from collections.abc import Iterator

import pytest

from scripts import ROOT

from . import PRIVATE_WORDS
from .test_notebooks import NOTEBOOKS, code_cells

OURS = {word: field for field, words in PRIVATE_WORDS.items() for word in words.split()}
FUNCTION = ast.FunctionDef | ast.AsyncFunctionDef
FOLDERS = "rnncourse", "scripts", "benchmarks", "tests"


def names(node: ast.AST, local: bool) -> Iterator[str]:
    """Names of functions, classes, arguments, attributes, facts and values; no local variable."""
    for child in ast.iter_child_nodes(node):
        match child:
            case ast.FunctionDef() | ast.AsyncFunctionDef() | ast.ClassDef():
                yield child.name
            case ast.Attribute(ctx=ast.Store()):
                yield child.attr
            case ast.Name(ctx=ast.Store()) if not local:
                yield child.id
            case ast.arg():
                yield child.arg
            case ast.keyword(arg="returns", value=ast.Constant(value=str(returns))):
                yield from returns.split()
            case (
                ast.keyword(arg="facts", value=ast.Dict(keys=keys))
                | ast.Assign(targets=[ast.Name(id="facts")], value=ast.Dict(keys=keys))
            ):
                yield from (key.value for key in keys if isinstance(key, ast.Constant))
        yield from names(child, local or isinstance(child, FUNCTION | ast.Lambda))


def field_words(source: str, local: bool = False) -> list[str]:
    """Find words of our own in a module, or in a cell, whose variables are local."""
    found = [n for n in names(ast.parse(source), local) if n.strip("_") in OURS]
    return [f"{name}: the field says {OURS[name.strip('_')]}" for name in found]


@pytest.mark.parametrize("folder", FOLDERS)
def test_python_uses_the_words_of_the_field(folder):
    paths = [*(ROOT / folder).rglob("*.py")]
    found = {path: field_words(path.read_text(encoding="utf-8")) for path in paths}
    assert paths
    assert {path: words for path, words in found.items() if words} == {}


def test_cells_do_too():
    """A student's may not."""
    cells = {
        (name, n): field_words(source, local=True)
        for name, nb in NOTEBOOKS.items()
        for n, source, *_ in code_cells(nb)
        if not name.startswith("exercises/")
    }
    assert {cell: words for cell, words in cells.items() if words} == {}


@pytest.mark.parametrize(
    "source",
    [
        "class Block:\n    def __init__(self):\n        self.joins = 1",
        "def greedy(model, most): ...",
        "async def _look(): ...",
        "SHARE = 1",
        "sum(map(lambda told: told, []))",
        'question("11-shifted", returns="inputs told")',
        'Evaluation(facts={"own": 1, "turned": 2})',
        'def f():\n    facts = {"told": 1}',
    ],
)
def test_a_word_of_our_own_is_found(source):
    assert field_words(source, local=source == "def f(told): ...")


def test_local_variables_are_free():
    assert field_words("def f():\n    found = 1") == field_words("found = 1", local=True) == []
