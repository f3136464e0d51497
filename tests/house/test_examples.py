"""Every name in a docstring's example is one that the module knows; they run in another test."""

import ast
import builtins
import doctest
import textwrap
from collections.abc import Iterator

import pytest

from scripts import ROOT

FOLDERS = "rnncourse", "scripts", "benchmarks"
WITH_DOCSTRING = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef | ast.Module


def list_bound_names(tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        match node:
            case ast.FunctionDef() | ast.AsyncFunctionDef() | ast.ClassDef():
                yield node.name
            case ast.Import() | ast.ImportFrom():
                yield from ((a.asname or a.name).split(".")[0] for a in node.names)
            case ast.Name(ctx=ast.Store()):
                yield node.id
            case ast.arg():
                yield node.arg


def list_unknown_names(source: str) -> set[str]:
    """Names in the examples of a module that nothing in it, and no example before, defines."""
    tree, unknown = ast.parse(source), set()
    module = {
        *dir(builtins),
        "__name__",
        *(name for top in tree.body for name in list_top_names(top)),
    }
    for node in (node for node in ast.walk(tree) if isinstance(node, WITH_DOCSTRING)):
        known, text = {*module}, ast.get_docstring(node) or ""
        for example in map(
            ast.parse, (e.source for e in doctest.DocTestParser().get_examples(text))
        ):
            known |= {*list_bound_names(example)}
            names = (n for n in ast.walk(example) if isinstance(n, ast.Name))
            unknown |= {n.id for n in names} - known
    return unknown


def list_top_names(node: ast.stmt) -> Iterator[str]:
    """Names at the top of a module, also under an `if` or a `try`."""
    if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
        yield node.name
    else:
        yield from list_bound_names(node)


@pytest.mark.parametrize("folder", FOLDERS)
def test_examples_call_what_there_is(folder):
    texts = {path: path.read_text(encoding="utf-8") for path in (ROOT / folder).rglob("*.py")}
    unknown = {path: list_unknown_names(text) for path, text in texts.items() if ">>>" in text}
    assert {path: names for path, names in unknown.items() if names} == {}


def test_an_old_name_is_found():
    source = textwrap.dedent("""
        def split(x):
            '''Split.

            >>> import math
            >>> a, b = split(math.pi), [divide(c) for c in range(3)]
            >>> a + b
            '''
            part = x
    """)
    assert list_unknown_names(source) == {"divide"}
    assert list_unknown_names(source.replace("divide", "part")) == {"part"}
