"""What a docstring names there is: in its example, which another test runs, and in its `Args`."""

import ast
import builtins
import doctest
import re
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


def list_missing_arguments(source: str) -> set[str]:
    """What an `Args` explains, but neither the function nor the class takes."""
    missing = set()
    for node in ast.walk(ast.parse(source)):
        if not isinstance(node, ast.FunctionDef | ast.ClassDef):
            continue
        _, _, about = (ast.get_docstring(node) or "").partition("Args:\n")
        section = re.match(r"(?:(?: {4}.*)?\n?)*", about)[0]
        explained = re.findall(r"^ {4}((?:\*{0,2}\w+(?:, )?)+):", section, re.M)
        functions = [node] if isinstance(node, ast.FunctionDef) else list_constructors(node)
        taken = {n.arg for f in functions for n in ast.walk(f.args) if isinstance(n, ast.arg)}
        if isinstance(node, ast.ClassDef):
            taken |= {n.target.id for n in node.body if isinstance(n, ast.AnnAssign)}
        if taken:  # else the class takes what the one above it does
            missing |= {
                name.strip("*") for names in explained for name in names.split(", ")
            } - taken
    return missing


def list_constructors(node: ast.ClassDef) -> list[ast.FunctionDef]:
    names = "__init__", "__new__"
    return [n for n in node.body if isinstance(n, ast.FunctionDef) and n.name in names]


@pytest.mark.parametrize("folder", FOLDERS)
def test_arguments_that_are_explained_there_are(folder):
    texts = {path: path.read_text(encoding="utf-8") for path in (ROOT / folder).rglob("*.py")}
    missing = {path: list_missing_arguments(text) for path, text in texts.items()}
    assert {path: names for path, names in missing.items() if names} == {}


def test_an_argument_that_is_gone_is_found():
    source = textwrap.dedent("""
        def cut(text, n):
            '''Cut.

            Args:
                text, size: What is cut, and
                    how: in pieces.
            '''
    """)
    assert list_missing_arguments(source) == {"size"}
    assert list_missing_arguments(source.replace("size", "n")) == set()
