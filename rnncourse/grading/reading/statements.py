"""A cell cut into its statements: what each gives a value, what it reads, what it may change."""

import ast
import copy
import re
import symtable
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from rnncourse.grading.reading import changes
from rnncourse.grading.reading.changes import FUNCTIONS

IMPORTS = ast.Import | ast.ImportFrom
_FAILED_IMPORTS = {"ImportError", "ModuleNotFoundError", "Exception"}
_FIXED = (
    *(ast.Constant, ast.UnaryOp, ast.BinOp, ast.Tuple, ast.Name, ast.Attribute),
    *(ast.operator, ast.unaryop, ast.expr_context),
)
_WORD = re.compile(r"[\w\u0080-\U0010ffff]+|\*")  # names may hold marks, as in x̄


@dataclass(frozen=True)
class Statement:
    """A statement at the top level of a cell.

    Args:
        index: Its place in the cell, from 0.
        lines: The code of its cell; None if its own is another one now.
        hint_names: The names in its type hints, if these were taken away.
    """

    cell: int
    index: int
    node: ast.stmt
    lines: list[str] | None
    hint_names: frozenset[str] = frozenset()

    @cached_property
    def text(self) -> str:
        """Its code."""
        return ast.unparse(self.node) if self.lines is None else _cut_source(self.node, self.lines)

    @property
    def first_line(self) -> int:
        """The line of its cell that it begins in."""
        return _first_line(self.node)

    @cached_property
    def words(self) -> set[str]:
        """All names in it, and more."""
        return find_words(self.text)

    @cached_property
    def _table(self) -> symtable.SymbolTable:
        try:
            return symtable.symtable(self.text, "cell", "exec")
        except SyntaxError:  # `await` stands at the top level, where IPython allows it
            pass
        try:
            plain = _WithoutAwait().visit(copy.deepcopy(self.node))
            return symtable.symtable(ast.unparse(plain), "cell", "exec")
        except (SyntaxError, RecursionError):  # as `return` at the top level: it can never run
            return symtable.symtable("", "cell", "exec")

    @cached_property
    def bound_names(self) -> frozenset[str]:
        """Names that it gives a value; "*" if nobody knows which."""
        if isinstance(self.node, ast.ImportFrom):
            if self.node.module == "__future__":
                return frozenset({"__future__"})  # always needed
            if self.node.names[0].name == "*":
                return frozenset("*")
        symbols = self._table.get_symbols()
        names = {s.get_name() for s in symbols if s.is_assigned() or s.is_imported()}
        return frozenset(names | {"*"} if changes.binds_anything(self.called_names) else names)

    @cached_property
    def used_names(self) -> frozenset[str]:
        """Names that it reads from the module, in the bodies of functions too."""
        return frozenset(_list_globals(self._table))

    @cached_property
    def read_names(self) -> frozenset[str]:
        """Names that it reads from the module when it runs itself."""
        names = (n for n in self._nodes if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Load))
        return frozenset(n.id for n in names)

    @cached_property
    def _nodes(self) -> list[ast.AST]:
        return list(changes.walk_executed(self.node))

    @cached_property
    def changed_names(self) -> set[str]:
        """Names whose values it may change in place."""
        return changes.find_changed_names(self._nodes)

    @cached_property
    def passed_names(self) -> set[str]:
        """Names whose values it hands to functions, which may change them."""
        return changes.find_argument_names(self._nodes)

    @cached_property
    def called_names(self) -> set[str]:
        """Functions that run when it runs."""
        return changes.find_called_names(self._nodes)

    @cached_property
    def changed_globals(self) -> frozenset[str]:
        """Names of the module that the functions and classes defined here change when they run."""
        if not isinstance(self.node, FUNCTIONS | ast.ClassDef):
            return frozenset()
        nodes = list(ast.walk(self.node))
        changed_names = changes.find_changed_names(nodes) | changes.find_argument_names(nodes)
        return (self.used_names & changed_names) | {*_list_assigned_globals(self._table)}

    @property
    def is_definition(self) -> bool:
        """Whether it defines a function or a class, or imports."""
        return isinstance(self.node, FUNCTIONS | ast.ClassDef | IMPORTS)

    @property
    def is_fixed(self) -> bool:
        """Whether it gives a name a value that nothing can change, written down in numbers."""
        value = getattr(self.node, "value", None)
        simple = isinstance(self.node, ast.Assign) and isinstance(self.node.targets[0], ast.Name)
        return simple and all(isinstance(part, _FIXED) for part in ast.walk(value))

    @cached_property
    def configured_name(self) -> str:
        """The name that it sets something of, as `np.random.seed(0)` does of `np`, or ""."""
        if isinstance(self.node, ast.Expr) and isinstance(self.node.value, ast.Call):
            return changes.find_root(self.node.value.func)
        if isinstance(self.node, ast.Assign) and not isinstance(self.node.targets[0], ast.Name):
            return changes.find_root(self.node.targets[0])
        return ""

    def assigns(self, name: str) -> bool:
        """Say whether it makes a name stand for something: no `del`, hint or variable of a loop."""
        excluded_ids: set[int] = set()
        for node in self._nodes:
            if isinstance(node, ast.For | ast.AsyncFor | ast.comprehension):
                excluded_ids |= {id(n) for n in ast.walk(node.target)}
            elif isinstance(node, ast.AnnAssign) and node.value is None:
                excluded_ids.add(id(node.target))
        names = {getattr(node, "asname", None) or getattr(node, "name", "") for node in self._nodes}
        stored = (
            n for n in self._nodes if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Store)
        )
        return name in names or any(n.id == name and id(n) not in excluded_ids for n in stored)

    @property
    def is_empty(self) -> bool:
        """Whether it is a function that does nothing: a blank, or one that was only begun."""
        body = self.node.body if isinstance(self.node, ast.FunctionDef) else [self.node]
        return self.is_blank or all(isinstance(n, ast.Pass) or is_text(n) for n in body)

    @property
    def is_blank(self) -> bool:
        """Whether it is a function that only says that nothing is implemented."""
        if not isinstance(self.node, ast.FunctionDef):
            return False
        body = [n for n in self.node.body if not is_text(n)]
        if len(body) != 1 or not isinstance(body[0], ast.Raise):
            return False
        raised = body[0].exc.func if isinstance(body[0].exc, ast.Call) else body[0].exc
        return isinstance(raised, ast.Name) and raised.id == "NotImplementedError"


class _WithoutAwait(ast.NodeTransformer):
    def visit_Await(self, node: ast.Await) -> ast.AST:
        """Return what is waited for."""
        return self.visit(node.value)


def find_words(source: str) -> set[str]:
    """Return all names in a piece of code, and more."""
    return {*_WORD.findall(source if source.isascii() else unicodedata.normalize("NFKC", source))}


def split_statements(cell: int, source: str, to_run: bool = False) -> list[Statement]:
    """Cut a cell, without what only IPython understands, into statements, an import into several.

    Type hints stay only in what is to run: they may name anything, so no rule looks at them.

    Raises:
        SyntaxError, ValueError, RecursionError, MemoryError: If it cannot be read.
    """
    lines, statements, tree = source.split("\n"), [], ast.parse(source)
    if "import" in source and "try" in source:
        _mark_guarded(tree)
    for top_node in tree.body:
        for node in _split_imports(top_node):
            hints = [] if to_run else _remove_hints(node)
            names = {n.id for h in hints for n in ast.walk(h) if isinstance(n, ast.Name)}
            own = None if hints or isinstance(node, IMPORTS) else lines
            statements.append(Statement(cell, len(statements), node, own, frozenset(names)))
    return statements


def _mark_guarded(tree: ast.AST) -> None:
    """Mark the imports that may fail, because an `except` waits for that."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Try) and any(map(_catches_import_errors, node.handlers)):
            for part in node.body:
                for inner in ast.walk(part):
                    if isinstance(inner, IMPORTS):
                        inner.guarded = True


def _catches_import_errors(handler: ast.ExceptHandler) -> bool:
    kinds = [None] if handler.type is None else ast.walk(handler.type)
    return any(kind is None or getattr(kind, "id", "") in _FAILED_IMPORTS for kind in kinds)


def _split_imports(node: ast.stmt) -> Iterator[ast.stmt]:
    if not isinstance(node, IMPORTS):
        yield node
        return
    for alias in node.names:
        single_import = copy.copy(node)
        single_import.names = [alias]
        yield single_import


def _cut_source(node: ast.stmt, lines: list[str]) -> str:
    """Return the code of a statement alone; others may stand on its first and last line."""
    first_line = _first_line(node)
    own_lines = [line.encode() for line in lines[first_line - 1 : node.end_lineno]]
    own_lines[-1] = own_lines[-1][: node.end_col_offset]
    own_lines[0] = own_lines[0][node.col_offset :]
    return b"\n".join(own_lines).decode()


def _first_line(node: ast.stmt) -> int:
    return min([node.lineno, *(d.lineno for d in getattr(node, "decorator_list", ()))])


def _remove_hints(node: ast.stmt) -> list[ast.expr]:
    """Put None in the place of all type hints; return what they were."""
    hints = []
    for part in ast.walk(node):
        slots = [(part, "annotation")] if isinstance(part, ast.AnnAssign) else []
        if isinstance(part, FUNCTIONS):
            a = part.args
            arguments = [*a.posonlyargs, *a.args, *a.kwonlyargs, a.vararg, a.kwarg]
            slots = [
                *((argument, "annotation") for argument in arguments if argument),
                (part, "returns"),
            ]
        for holder, slot in slots:
            if hint := getattr(holder, slot):
                hints.append(hint)
                setattr(holder, slot, ast.copy_location(ast.Constant(None), hint))
    return hints


def _list_globals(table: symtable.SymbolTable) -> Iterator[str]:
    """Yield the names that a piece of code reads from its module, in all functions within."""
    outermost = table.get_type() in ("module", "class")  # of a class: `base = base` reads it there
    for symbol in table.get_symbols():
        read = symbol.is_referenced() or (symbol.is_declared_global() and symbol.is_assigned())
        if read and (outermost or symbol.is_global()):
            yield symbol.get_name()
    for child in table.get_children():
        yield from _list_globals(child)


def _list_assigned_globals(table: symtable.SymbolTable) -> Iterator[str]:
    """Yield the names of the module that functions give a value."""
    for child in table.get_children():
        for symbol in child.get_symbols():
            if symbol.is_declared_global() and symbol.is_assigned():
                yield symbol.get_name()
        yield from _list_assigned_globals(child)


def is_text(node: ast.stmt) -> bool:
    """Say whether a statement is a text that stands alone, as docstrings do, or a number."""
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
