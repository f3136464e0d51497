"""Code as a stream of tokens in which names, numbers, texts and comments no longer count.

Two answers that differ in these only have the same tokens. What is kept is the shape: statements,
operators, and the functions of libraries, whichever way they were imported.
"""

import ast
import builtins
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

_BUILTINS = frozenset(dir(builtins))
_SILENT = ast.expr_context | ast.Import | ast.ImportFrom | ast.Pass | ast.Global | ast.Nonlocal
_DEFINITIONS = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef


@dataclass(frozen=True)
class Token:
    """A token, and where it stands."""

    text: str
    cell: int
    line: int


def streams(cells: Mapping[int, ast.Module]) -> Iterator[list[Token]]:
    r"""Yield the tokens of each function or class, and of what else a cell has.

    >>> one = {1: ast.parse("def f(x):\n    y = 2 * x  # twice\n    return y")}
    >>> two = {1: ast.parse("def g(a):\n    b = 3 * a\n    return b")}
    >>> [[t.text for t in s] for s in streams(one)] == [[t.text for t in s] for s in streams(two)]
    True
    """
    imported = _imported(cells.values())
    for number, tree in cells.items():
        rest = []
        for node in tree.body:
            if isinstance(node, _DEFINITIONS):
                yield list(_tokens(node, number, imported))
            else:
                rest += _tokens(node, number, imported)
        yield rest


def _imported(trees: Iterable[ast.Module]) -> dict[str, str]:
    """Return the names that imports bind: "" for a module, else what is imported."""
    found = {}
    for tree in trees:
        for node in ast.walk(tree):
            if isinstance(node, ast.Import):
                found |= {(a.asname or a.name).split(".")[0]: "" for a in node.names}
            elif isinstance(node, ast.ImportFrom):
                found |= {a.asname or a.name: a.name for a in node.names}
    return found


def _tokens(top: ast.AST, cell: int, imported: Mapping[str, str]) -> Iterator[Token]:
    """Walk through a syntax tree in its order; without recursion, however deep it is."""
    waiting: list[tuple[ast.AST, int]] = [(top, 1)]
    while waiting:
        node, line = waiting.pop()
        line = getattr(node, "lineno", line)
        if text := _text(node, imported):
            yield Token(text, cell, line)
        waiting += [(child, line) for child in reversed(_below(node, imported))]


def _text(node: ast.AST, imported: Mapping[str, str]) -> str:
    """Return the token of a node, or ''."""
    if isinstance(node, _SILENT):
        return ""
    if isinstance(node, ast.Name):
        if node.id in imported:
            return f".{imported[node.id]}" if imported[node.id] else ""
        return node.id if node.id in _BUILTINS else "name"
    if isinstance(node, ast.Attribute):
        return f".{node.attr}"
    if isinstance(node, ast.Constant):
        return "text" if isinstance(node.value, str | bytes) else "number"
    if isinstance(node, ast.keyword):
        return f"{node.arg}="
    return type(node).__name__


def _below(node: ast.AST, imported: Mapping[str, str]) -> list[ast.AST]:
    """Return the parts of a node that count: no docstrings, no hints of types."""
    if isinstance(node, ast.JoinedStr | ast.Import | ast.ImportFrom):
        return []
    if isinstance(node, ast.arg):
        return []
    if isinstance(node, ast.AnnAssign):
        return [part for part in (node.target, node.value) if part is not None]
    if isinstance(node, ast.Attribute):
        inner = node.value
        while isinstance(inner, ast.Attribute):
            inner = inner.value
        if isinstance(inner, ast.Name) and imported.get(inner.id, None) == "":
            return []  # of `np.linalg.norm`, the function counts
    if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
        return [*node.decorator_list, node.args, *_without_texts(node.body)]
    if isinstance(node, ast.ClassDef):
        return [*node.bases, *_without_texts(node.body)]
    return [part for part in ast.iter_child_nodes(node) if not isinstance(part, ast.expr_context)]


def _without_texts(body: list[ast.stmt]) -> list[ast.stmt]:
    """Leave out texts that stand alone, as docstrings do."""
    texts = [isinstance(s, ast.Expr) and isinstance(s.value, ast.Constant) for s in body]
    return [s for s, is_text in zip(body, texts, strict=True) if not is_text]
