"""A cell cut into its statements: what each gives a value, what it reads, what it may change."""

import ast
import re
import symtable
from collections.abc import Iterator
from dataclasses import dataclass

FUNCTIONS = ast.FunctionDef | ast.AsyncFunctionDef
DEFINITIONS = FUNCTIONS | ast.ClassDef
_MAGIC = re.compile(r"^(\s*)((?:\w[\w., ]*=\s*)?[%!?].*|[\w.]+\?+\s*)$")
_UNREADABLE = SyntaxError, ValueError, RecursionError, MemoryError


@dataclass(frozen=True)
class Cell:
    """A code cell.

    Args:
        number: Its place among the code cells, from 1.
        source: Its code.
    """

    number: int
    source: str


@dataclass(frozen=True)
class Statement:
    """A statement at the top level of a cell.

    Args:
        cell: Its cell.
        node: Its syntax tree, without type hints that nobody reads.
        binds: Names that it gives a value; "*" if nobody knows which.
        uses: Names that it reads from the module, in the bodies of functions too.
        touches: Names whose values it may change in place.
        calls: Functions that it calls and whose value it drops.
        effects: Names of the module that the function defined here changes when it runs.
    """

    cell: Cell
    node: ast.stmt
    binds: frozenset[str]
    uses: frozenset[str]
    touches: frozenset[str]
    calls: frozenset[str]
    effects: frozenset[str]

    @property
    def is_blank(self) -> bool:
        """Whether it is a function that only says that nothing is implemented."""
        if not isinstance(self.node, ast.FunctionDef):
            return False
        body = [n for n in self.node.body if not _is_text(n)]
        return len(body) == 1 and isinstance(body[0], ast.Raise) and _refuses(body[0])


def fault_of(cell: Cell, error: Exception) -> str:
    """Say in a few words why a cell cannot be read."""
    if isinstance(error, SyntaxError):
        return f"cell {cell.number}, line {error.lineno}: {error.msg}"
    return f"cell {cell.number}: {type(error).__name__}"


def statements_of(cell: Cell) -> list[Statement]:
    """Cut a cell into its statements; an import of several names becomes several.

    Raises:
        SyntaxError, ValueError, RecursionError, MemoryError: If it cannot be read.
    """
    source = without_magics(_without_indent(cell.source))
    lines = source.split("\n")
    return [
        _statement(cell, node, lines)
        for whole in ast.parse(source).body
        for node in _single_imports(whole)
    ]


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
    except _UNREADABLE:
        return "\n".join(_MAGIC.sub(r"\1", line).rstrip() for line in lines)
    return source


def _without_indent(source: str) -> str:
    """Take the indent of the first line from all lines, as IPython does."""
    lines = source.split("\n")
    first = next((line for line in lines if line.strip()), "")
    indent = first[: len(first) - len(first.lstrip())]
    return "\n".join(line.removeprefix(indent) for line in lines) if indent else source


def _single_imports(node: ast.stmt) -> Iterator[ast.stmt]:
    if not isinstance(node, ast.Import | ast.ImportFrom):
        yield node
        return
    for alias in node.names:
        one = (
            ast.Import([alias])
            if isinstance(node, ast.Import)
            else ast.ImportFrom(node.module, [alias], node.level)
        )
        yield ast.copy_location(one, node)


def _statement(cell: Cell, node: ast.stmt, lines: list[str]) -> Statement:
    changed = _take_hints(node) or isinstance(node, ast.Import | ast.ImportFrom)
    text = ast.unparse(node) if changed else _text(node, lines)
    table = symtable.symtable(text, "cell", "exec")
    binds = {s.get_name() for s in table.get_symbols() if s.is_assigned() or s.is_imported()}
    if isinstance(node, ast.ImportFrom) and node.names[0].name == "*":
        binds = {"*"}  # needed if a name comes from nowhere else
    if isinstance(node, ast.ImportFrom) and node.module == "__future__":
        binds = {"__future__"}  # always needed
    uses, here = frozenset(_globals(table)), list(_within(node, functions=False))
    effects = set()
    if isinstance(node, FUNCTIONS):
        effects = {name for n in _within(node) for name in _touched(n)} & uses
        effects |= set(_made_global(table))
    return Statement(
        cell,
        node,
        binds=frozenset(binds),
        uses=uses,
        touches=frozenset(name for n in here for name in _touched(n)),
        calls=frozenset(n.value.func.id for n in here if _is_plain_call(n)),
        effects=frozenset(effects),
    )


def _text(node: ast.stmt, lines: list[str]) -> str:
    """Return the code of a statement alone; others may stand on its first and last line."""
    first = min([node.lineno, *(d.lineno for d in getattr(node, "decorator_list", ()))])
    own = [line.encode() for line in lines[first - 1 : node.end_lineno]]
    own[-1] = own[-1][: node.end_col_offset]
    own[0] = own[0][node.col_offset :]
    return b"\n".join(own).decode()


def _within(node: ast.AST, functions: bool = True) -> Iterator[ast.stmt]:
    """Yield a statement and all statements in it, those of functions and classes too or not."""
    yield node
    if isinstance(node, DEFINITIONS) and not functions:
        return
    for part in (node, *getattr(node, "handlers", ()), *getattr(node, "cases", ())):
        for body in ("body", "orelse", "finalbody"):
            for inner in getattr(part, body, ()):
                yield from _within(inner, functions)


def _take_hints(node: ast.stmt) -> bool:
    """Take away the type hints that no program reads, for they may name anything."""
    found = False
    of_classes = {id(part) for n in _within(node) if isinstance(n, ast.ClassDef) for part in n.body}
    for part in _within(node):
        if isinstance(part, ast.AnnAssign) and id(part) not in of_classes:
            part.annotation = ast.copy_location(ast.Constant(None), part.annotation)
            found = True
        if isinstance(part, FUNCTIONS) and not part.decorator_list:  # a decorator may read them
            held = part.args
            arguments = [*held.posonlyargs, *held.args, *held.kwonlyargs, held.vararg, held.kwarg]
            hinted = [a for a in arguments if a and a.annotation]
            found |= bool(hinted or part.returns)
            part.returns = None
            for argument in hinted:
                argument.annotation = None
    return found


def _globals(table: symtable.SymbolTable) -> Iterator[str]:
    """Yield the names that a piece of code reads from its module, in all functions within."""
    outermost = table.get_type() == "module"
    for symbol in table.get_symbols():
        read = symbol.is_referenced() or (symbol.is_declared_global() and symbol.is_assigned())
        if read and (outermost or symbol.is_global()):
            yield symbol.get_name()
    for child in table.get_children():
        yield from _globals(child)


def _made_global(table: symtable.SymbolTable) -> Iterator[str]:
    """Yield the names of the module that functions give a value."""
    for child in table.get_children():
        for symbol in child.get_symbols():
            if symbol.is_declared_global() and symbol.is_assigned():
                yield symbol.get_name()
        yield from _made_global(child)


def _touched(node: ast.stmt) -> Iterator[str]:
    """Yield names whose values are changed in place: `table[3] = 1`, `a.append(2)`, `del b[0]`."""
    targets = [*getattr(node, "targets", ()), getattr(node, "target", None)]
    targets += [item.optional_vars for item in getattr(node, "items", ())]
    while targets:
        target = targets.pop()
        if isinstance(target, ast.Tuple | ast.List):
            targets += target.elts
        elif isinstance(target, ast.Subscript | ast.Attribute | ast.Starred):
            yield from _root(target.value)
    if isinstance(node, ast.Expr) and isinstance(node.value, ast.Call):
        yield from _root(getattr(node.value.func, "value", None))


def _root(node: ast.AST | None) -> Iterator[str]:
    while isinstance(node, ast.Attribute | ast.Subscript):
        node = node.value
    if isinstance(node, ast.Name):
        yield node.id


def _is_plain_call(node: ast.AST) -> bool:
    return (
        isinstance(node, ast.Expr)
        and isinstance(node.value, ast.Call)
        and isinstance(node.value.func, ast.Name)
    )


def _is_text(node: ast.stmt) -> bool:
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)


def _refuses(node: ast.Raise) -> bool:
    raised = node.exc.func if isinstance(node.exc, ast.Call) else node.exc
    return isinstance(raised, ast.Name) and raised.id == "NotImplementedError"
