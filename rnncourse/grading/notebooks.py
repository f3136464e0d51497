"""A student's notebook, read by its bytes alone, and the part of it that one answer needs."""

import ast
import builtins
import json
import re
import symtable
from collections.abc import Iterator
from dataclasses import dataclass

LARGEST_SOURCE, MOST_CELLS = 5_000_000, 20_000
"""Characters of code, and code cells, that a notebook may have; stored outputs do not count."""
VALUES = (ast.Assign, ast.AnnAssign, ast.AugAssign)
_MAGIC = re.compile(r"^(\s*)([%!?].*|[\w.]+\?+\s*)$")


class NotebookError(ValueError):
    """Bytes that are no notebook, with the reason in one sentence."""


@dataclass(frozen=True)
class Cell:
    """A code cell.

    Args:
        number: Its place among the code cells, from 1.
        source: Its code.
    """

    number: int
    source: str


def read(data: bytes) -> tuple[Cell, ...]:
    """Return the code cells of a notebook; outputs, metadata and prose do not matter.

    Args:
        data: The file.

    Raises:
        NotebookError: If it is no notebook, with the reason.
    """
    if not data.strip():
        raise NotebookError("The file is empty.")
    try:
        text = data.decode("utf-16" if data[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig")
    except UnicodeDecodeError:
        raise NotebookError("The file is not text in UTF-8.") from None
    try:
        held = json.loads(text)
    except RecursionError:
        raise NotebookError("The file is nested too deeply.") from None
    except ValueError:
        raise NotebookError("The file is not JSON: it may be cut off or damaged.") from None
    if not isinstance(held, dict) or not isinstance(held.get("cells"), list):
        old = isinstance(held, dict) and "worksheets" in held
        raise NotebookError(
            "The notebook has the form of Jupyter before version 4: open it and save it again."
            if old
            else "The file is JSON, but no notebook: it has no list of cells."
        )
    cells = tuple(_code_cells(held["cells"]))
    if len(cells) > MOST_CELLS or sum(len(cell.source) for cell in cells) > LARGEST_SOURCE:
        raise NotebookError(
            f"The notebook has more than {MOST_CELLS:,} code cells or {LARGEST_SOURCE:,} "
            "characters of code."
        )
    return cells


def _code_cells(cells: list) -> Iterator[Cell]:
    number = 0
    for cell in cells:
        if not isinstance(cell, dict) or cell.get("cell_type") != "code":
            continue
        number += 1
        source = cell.get("source", "")
        if isinstance(source, list) and all(isinstance(line, str) for line in source):
            source = "".join(source)
        if isinstance(source, str):
            yield Cell(number, source.replace("\r\n", "\n").replace("\r", "\n"))


@dataclass(frozen=True)
class Statement:
    """A statement at the top level of a cell.

    Args:
        cell: Its cell.
        node: Its syntax tree.
        binds: Names that it gives a value.
        uses: Names that it reads from the module, in the bodies of functions too.
        touches: Names whose values it may change in place.
    """

    cell: Cell
    node: ast.stmt
    binds: frozenset[str]
    uses: frozenset[str]
    touches: frozenset[str] = frozenset()

    @property
    def is_blank(self) -> bool:
        """Whether it is a function that only says that nothing is implemented."""
        if not isinstance(self.node, ast.FunctionDef):
            return False
        body = [n for n in self.node.body if not _is_text(n)]
        return len(body) == 1 and isinstance(body[0], ast.Raise) and _refuses(body[0])


@dataclass(frozen=True)
class Program:
    """What has to run for one function to exist.

    Args:
        statements: In the order of the notebook; none if nothing defines it.
        unreadable: Else why the cell that seems to define it cannot be read; or "".
    """

    statements: tuple[Statement, ...] = ()
    unreadable: str = ""


def program(cells: tuple[Cell, ...], function: str) -> Program:
    """Find the function, wherever it stands, and all that it needs: nothing else has to run.

    The last definition counts that is no blank. What it reads by name comes with
    it: imports, other functions, assignments, and what changes those.

    Args:
        cells: The notebook.
        function: The name of the function.
    """
    statements: list[Statement] = []
    broken = ""
    for cell in cells:
        try:
            statements += _statements(cell)
        except SyntaxError as error:
            fault = f"cell {cell.number}, line {error.lineno}: {error.msg}"
        except (ValueError, RecursionError, MemoryError) as error:
            fault = f"cell {cell.number}: {type(error).__name__}"
        else:
            continue
        if re.search(rf"\b(def|class)\s+{re.escape(function)}\b", cell.source):
            broken = fault
    answers = [s for s in statements if function in s.binds]
    if not answers:
        return Program(unreadable=broken)
    answer = ([s for s in answers if not s.is_blank] or answers)[-1]
    # Other definitions of the answer would hide the one that counts.
    rest = [s for s in statements if s is answer or function not in s.binds]
    held = {name for s in rest if isinstance(s.node, VALUES) for name in s.binds}
    known = {name for s in rest for name in s.binds} | {*dir(builtins), function}
    needed, chosen = set(answer.uses) - {function}, {id(answer)}
    while True:
        names = needed if needed <= known else needed | {"*"}
        more = [
            s
            for s in rest
            if id(s) not in chosen and (s.binds & names or s.touches & needed & held)
        ]
        if not more:
            return Program(tuple(s for s in rest if id(s) in chosen))
        for statement in more:
            chosen.add(id(statement))
            needed |= statement.uses


def without_magics(source: str) -> str:
    r"""Blank out what only IPython understands; a cell of another language is empty.

    >>> without_magics("%matplotlib inline\nx = 1")
    '\nx = 1'
    """
    first = source.lstrip().split("\n", 1)[0]
    if first.startswith("%%") and not re.match(r"%%(time|timeit|capture|prun)\b", first):
        return ""
    lines = source.split("\n")
    if not any(_MAGIC.match(line) for line in lines):
        return source
    try:
        ast.parse(source)  # a line of a long string may look like a magic
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return "\n".join(_MAGIC.sub(r"\1", line).rstrip() for line in lines)
    return source


def _statements(cell: Cell) -> Iterator[Statement]:
    source = without_magics(cell.source)
    lines = source.split("\n")
    for node in ast.parse(source).body:
        first = min([node.lineno, *(d.lineno for d in getattr(node, "decorator_list", ()))])
        text = "\n".join(lines[first - 1 : node.end_lineno])
        table = symtable.symtable(text, "cell", "exec")
        binds = {s.get_name() for s in table.get_symbols() if s.is_assigned() or s.is_imported()}
        if isinstance(node, ast.ImportFrom) and node.names[0].name == "*":
            binds = {"*"}  # needed if a name comes from nowhere else
        yield Statement(
            cell, node, frozenset(binds), frozenset(_globals(table)), frozenset(_touched(node))
        )


def _globals(table: symtable.SymbolTable) -> Iterator[str]:
    """Yield the names that a piece of code reads from its module, in all functions within."""
    outermost = table.get_type() == "module"
    for symbol in table.get_symbols():
        if symbol.is_referenced() and (outermost or symbol.is_global()):
            yield symbol.get_name()
    for child in table.get_children():
        yield from _globals(child)


def _touched(node: ast.AST) -> Iterator[str]:
    """Yield names whose values a statement may change in place: `table[3] = 1`, `a.append(2)`."""
    if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef | ast.Lambda):
        return
    target = None
    if isinstance(node, ast.Subscript | ast.Attribute) and not isinstance(node.ctx, ast.Load):
        target = node.value
    elif isinstance(node, ast.Expr) and isinstance(node.value, ast.Call):
        target = getattr(node.value.func, "value", None)
    while isinstance(target, ast.Attribute | ast.Subscript):
        target = target.value
    if isinstance(target, ast.Name):
        yield target.id
    for child in ast.iter_child_nodes(node):
        yield from _touched(child)


def _is_text(node: ast.stmt) -> bool:
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)


def _refuses(node: ast.Raise) -> bool:
    raised = node.exc.func if isinstance(node.exc, ast.Call) else node.exc
    return isinstance(raised, ast.Name) and raised.id == "NotImplementedError"
