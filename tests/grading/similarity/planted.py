"""Copies that somebody would like to hide: the same work, written to look like another's."""

import ast
import builtins
import random
import re
from collections.abc import Callable

from ..handed_in import make_code_cell, make_notebook

Cells = list[str]


def change_trees(tree_change: Callable[[ast.Module], ast.AST], cells: Cells) -> Cells:
    out = []
    for cell in cells:
        try:
            tree = ast.parse(cell)
        except SyntaxError:
            out.append(cell)
        else:
            out.append(ast.unparse(ast.fix_missing_locations(tree_change(tree))))
    return out


class _Renamed(ast.NodeTransformer):
    """All names that are bound here, and no parameter's or function's that is asked for."""

    def __init__(self, names: dict[str, str]) -> None:
        self.names = names

    def visit_Name(self, node):
        node.id = self.names.get(node.id, node.id)
        return node


def rename_variables(cells: Cells, draw: random.Random) -> Cells:
    def change(tree):
        stored = {
            n.id for n in ast.walk(tree) if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Store)
        }
        names = {n: f"v{draw.randrange(10**6)}" for n in sorted(stored - set(dir(builtins)))}
        return _Renamed(names).visit(tree)

    return change_trees(change, cells)


class _Retyped(ast.NodeTransformer):
    def visit_Constant(self, node):
        if type(node.value) in (int, float):
            return ast.Constant(node.value + 1)
        if isinstance(node.value, str):
            return ast.Constant(node.value + "!")
        return node

    def visit_JoinedStr(self, node):
        return node


def retype_constants(cells: Cells, draw: random.Random) -> Cells:
    return change_trees(_Retyped().visit, cells)


class _Reordered(ast.NodeTransformer):
    """Neighbors that bind different names, and read none of each other's, change places."""

    def visit_FunctionDef(self, node):
        self.generic_visit(node)
        body, i = node.body, 0
        while i + 1 < len(body):
            if _are_independent(body[i], body[i + 1]):
                body[i], body[i + 1] = body[i + 1], body[i]
                i += 1
            i += 1
        return node


def _are_independent(a: ast.stmt, b: ast.stmt) -> bool:
    if not (isinstance(a, ast.Assign) and isinstance(b, ast.Assign)):
        return False
    bound = [
        {n.id for n in ast.walk(s) if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Store)}
        for s in (a, b)
    ]
    used = [{n.id for n in ast.walk(s) if isinstance(n, ast.Name)} for s in (a, b)]
    return not (bound[0] & used[1] or bound[1] & used[0])


def reorder_statements(cells: Cells, draw: random.Random) -> Cells:
    """Put statements that do not need each other in another order, and the cells, too."""
    out = change_trees(_Reordered().visit, cells)
    draw.shuffle(out)
    return out


def rewrite_comments(cells: Cells, draw: random.Random) -> Cells:
    """Say something else in every comment and docstring, and lay the lines out in another way."""
    plain = change_trees(lambda tree: tree, cells)  # it drops comments and empty lines
    return [re.sub(r"\n(?=\S)", "\n\n# and now\n", cell) for cell in plain]


class _Extracted(ast.NodeTransformer):
    """The longest value of each function moves to a function of its own."""

    def __init__(self) -> None:
        self.helpers: list[ast.stmt] = []

    def visit_FunctionDef(self, node):
        values = [
            s
            for s in ast.walk(node)
            if isinstance(s, ast.Assign | ast.Return)
            and s.value is not None
            and not any(isinstance(n, ast.Yield | ast.Await) for n in ast.walk(s.value))
        ]
        if not values:
            return node
        longest = max(values, key=lambda s: len(ast.dump(s.value)))
        local = {n.id for n in ast.walk(node) if isinstance(n, ast.Name) and _is_stored(n)}
        local |= {a.arg for a in ast.walk(node) if isinstance(a, ast.arg)}
        names = sorted({n.id for n in ast.walk(longest.value) if isinstance(n, ast.Name)} & local)
        name = f"part_of_{node.name}"
        arguments = ast.arguments([], [ast.arg(n) for n in names], None, [], [], None, [])
        body = [ast.Return(longest.value)]
        self.helpers.append(ast.FunctionDef(name, arguments, body, [], None))
        loads = [ast.Name(n, ast.Load()) for n in names]
        longest.value = ast.Call(ast.Name(name, ast.Load()), loads, [])
        return node


def _is_stored(node: ast.Name) -> bool:
    return isinstance(node.ctx, ast.Store)


def extract_helpers(cells: Cells, draw: random.Random) -> Cells:
    """Move the longest value of each function to a helper."""

    def change(tree):
        mover = _Extracted()
        tree = mover.visit(tree)
        return ast.Module([*mover.helpers, *tree.body], [])

    return change_trees(change, cells)


def disguise_fully(cells: Cells, draw: random.Random) -> Cells:
    for disguise in (
        rename_variables,
        retype_constants,
        extract_helpers,
        reorder_statements,
        rewrite_comments,
    ):
        cells = disguise(cells, draw)
    return cells


def copy_half(cells: Cells, draw: random.Random) -> Cells:
    """Copy every second cell, with other names."""
    return rename_variables(cells[::2], draw)


DISGUISES = (
    rename_variables,
    retype_constants,
    reorder_statements,
    rewrite_comments,
    extract_helpers,
    disguise_fully,
    copy_half,
)
"""From cells to cells that do the same, or nearly."""


def make_copy(cells: Cells, disguise: Callable, number: int = 0) -> bytes:
    return make_notebook(*map(make_code_cell, disguise(list(cells), random.Random(number))))
