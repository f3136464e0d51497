"""Fingerprints of a notebook: hashes of short runs of tokens, some of them chosen by winnowing.

Source: Schleimer, Wilkerson and Aiken (2003), "Winnowing: local algorithms for document
fingerprinting". Of each window of hashes the smallest is kept, so that two texts which share a run
of `RUN + WINDOW - 1` tokens share a fingerprint, wherever it stands.

Code is a stream of tokens in which names, numbers, texts and comments no longer count: two answers
that differ in these only have the same tokens. What is kept is the shape: statements, operators,
and the functions of libraries, whichever way they were imported.
"""

import ast
import functools
import hashlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import filterfalse

from rnncourse.grading.reading.changes import BUILTINS, DEFINITIONS
from rnncourse.grading.reading.magics import remove_magics
from rnncourse.grading.reading.notebooks import CodeCell, NotebookError, read_code_cells
from rnncourse.grading.reading.statements import is_text

_SILENT = ast.expr_context | ast.Import | ast.ImportFrom | ast.Pass | ast.Global | ast.Nonlocal
RUN, WINDOW = 10, 4
"""Tokens that are hashed together, and hashes of which one is kept."""

_UNREADABLE = SyntaxError, ValueError, RecursionError, MemoryError
_MAX_CELL = 100_000  # characters of a cell: a longer one is data, most likely

_PRIME, _BASE = 2**61 - 1, 1_000_003
_POWER = pow(_BASE, RUN, _PRIME)

CodeSpan = tuple[int, int, int, int]
"""The number of a function or of what else a cell has; its cell; and the first and last line."""


@dataclass(frozen=True)
class Token:
    """A token, and where it stands."""

    text: str
    cell: int
    line: int


def tokenize_cells(cells: Mapping[int, ast.Module]) -> Iterator[list[Token]]:
    r"""Yield the tokens of each function or class, and of what else a cell has.

    >>> one = {1: ast.parse("def f(x):\n    y = 2 * x  # twice\n    return y")}
    >>> two = {1: ast.parse("def g(a):\n    b = 3 * a\n    return b")}
    >>> streams = tokenize_cells(one), tokenize_cells(two)
    >>> first, second = ([[t.text for t in stream] for stream in each] for each in streams)
    >>> first == second
    True
    """
    imported = _list_imports(cells.values())
    for number, tree in cells.items():
        remaining = []
        for node in tree.body:
            if isinstance(node, DEFINITIONS):
                yield list(_walk_tokens(node, number, imported))
            else:
                remaining += _walk_tokens(node, number, imported)
        yield remaining


def _list_imports(trees: Iterable[ast.Module]) -> dict[str, str]:
    """Return the names that imports bind: "" for a module, else what is imported."""
    imports = {}
    for tree in trees:
        for node in ast.walk(tree):
            if isinstance(node, ast.Import):
                imports |= {(a.asname or a.name).split(".")[0]: "" for a in node.names}
            elif isinstance(node, ast.ImportFrom):
                imports |= {a.asname or a.name: a.name for a in node.names}
    return imports


def _walk_tokens(top: ast.AST, cell: int, imported: Mapping[str, str]) -> Iterator[Token]:
    """Walk through a syntax tree in its order; without recursion, however deep it is."""
    stack: list[tuple[ast.AST, int]] = [(top, 1)]
    while stack:
        node, line = stack.pop()
        line = getattr(node, "lineno", line)
        if text := _write_token(node, imported):
            yield Token(text, cell, line)
        stack += [(child, line) for child in reversed(_list_counted_children(node, imported))]


def _write_token(node: ast.AST, imported: Mapping[str, str]) -> str:
    if isinstance(node, _SILENT):
        return ""
    if isinstance(node, ast.Name):
        if node.id in imported:
            return f".{imported[node.id]}" if imported[node.id] else ""
        return node.id if node.id in BUILTINS else "name"
    if isinstance(node, ast.Attribute):
        return f".{node.attr}"
    if isinstance(node, ast.Constant):
        return "text" if isinstance(node.value, str | bytes) else "number"
    if isinstance(node, ast.keyword):
        return f"{node.arg}="
    return type(node).__name__


def _list_counted_children(node: ast.AST, imported: Mapping[str, str]) -> list[ast.AST]:
    """Return the parts of a node that count: no docstrings, no hints of types."""
    if isinstance(node, ast.JoinedStr | ast.Import | ast.ImportFrom | ast.arg):
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
        return [*node.decorator_list, node.args, *filterfalse(is_text, node.body)]
    if isinstance(node, ast.ClassDef):
        return [*node.bases, *filterfalse(is_text, node.body)]
    return [part for part in ast.iter_child_nodes(node) if not isinstance(part, ast.expr_context)]


@dataclass(frozen=True)
class Fingerprints:
    """What is compared of a notebook.

    Args:
        places: Where each fingerprint stands first.
        everything: All hashes, also those that were not chosen.
        cells: The code by the numbers of the cells, to be shown.
    """

    places: Mapping[int, CodeSpan] = field(default_factory=dict)
    everything: frozenset[int] = frozenset()
    cells: Mapping[int, str] = field(default_factory=dict)


def fingerprint_notebook(data: bytes, known: frozenset[int] = frozenset()) -> Fingerprints:
    """Return the fingerprints of a notebook; none if it cannot be read.

    What everybody was given is `known`, and does not count.
    """
    try:
        cells = read_code_cells(data)
    except (NotebookError, RecursionError, MemoryError):
        return Fingerprints()
    return fingerprint_cells(cells, known)


def fingerprint_cells(
    cells: Iterable[CodeCell], known: frozenset[int] = frozenset()
) -> Fingerprints:
    r"""Return the fingerprints of code cells; what is no Python is left out.

    >>> yours = "def f(x):\n    return sum(x) / len(x) + max(x) * min(x)"
    >>> a = fingerprint_cells([CodeCell(1, yours)])
    >>> mine = "def g(y):  # mine\n    return sum(y) / len(y) + max(y) * min(y)"
    >>> b = fingerprint_cells([CodeCell(1, mine)])
    >>> a.places.keys() == b.places.keys() != set()
    True
    """
    trees, sources = {}, {}
    for cell in cells:
        sources[cell.number] = source = remove_magics(cell.source)[0]
        try:
            trees[cell.number] = ast.parse(source if len(source) <= _MAX_CELL else "")
        except _UNREADABLE:
            continue
    places: dict[int, tuple[int, int, int, int]] = {}
    everything = set()
    for group, stream in enumerate(tokenize_cells(trees)):
        hashes = _hash_runs(stream)
        everything.update(hashes)
        for index in _winnow(hashes):
            run = stream[index : index + RUN]
            if (number := hashes[index]) not in known and number not in places:
                lines = [token.line for token in run]
                places[number] = group, run[0].cell, min(lines), max(lines)
    return Fingerprints(places, frozenset(everything), sources)


def _hash_runs(stream: list[Token]) -> list[int]:
    """Return the hash of each run of tokens; each follows from the one before."""
    values = [_hash_token(token.text) for token in stream]
    hashes, current = [], 0
    for i, value in enumerate(values):
        current = (current * _BASE + value) % _PRIME
        if i >= RUN:
            current = (current - values[i - RUN] * _POWER) % _PRIME
        if i >= RUN - 1:
            hashes.append(current)
    return hashes


@functools.lru_cache(4096)
def _hash_token(text: str) -> int:
    digest = hashlib.blake2b(text.encode(errors="replace"), digest_size=8).digest()
    return int.from_bytes(digest, "little") % _PRIME


def _winnow(hashes: list[int]) -> set[int]:
    """Choose the place of the smallest hash of each window, the last one of equal ones."""
    chosen = set()
    for start in range(max(1, len(hashes) - WINDOW + 1) if hashes else 0):
        window = hashes[start : start + WINDOW]
        minimum = min(window)
        chosen.add(start + len(window) - 1 - window[::-1].index(minimum))
    return chosen
