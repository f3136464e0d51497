"""What a piece of code may change when it runs: read from its syntax, and rather too much."""

import ast
import builtins
from collections.abc import Iterable, Iterator

FUNCTIONS = ast.FunctionDef | ast.AsyncFunctionDef
DEFINITIONS = FUNCTIONS | ast.ClassDef
_PURE = {"abs", "all", "any", "bool", "bytes", "callable", "dict", "divmod", "enumerate", "filter"}
_PURE |= {"float", "format", "frozenset", "getattr", "hasattr", "hash", "id", "int", "isinstance"}
_PURE |= {"issubclass", "len", "list", "map", "max", "min", "ord", "pow", "print", "range", "repr"}
_PURE |= {"reversed", "round", "set", "slice", "sorted", "str", "sum", "tuple", "type", "zip"}
"""Built-in functions that change nothing that they are given."""
_SETTERS = "setattr", "delattr"
_UNKNOWN = frozenset({"exec", "globals", "locals", "vars", "eval"})
"""Built-in functions that may give any name a value."""


def walk_executed(node: ast.AST) -> Iterator[ast.AST]:
    """Yield all parts of a statement that run when it runs: not the bodies of functions."""
    waiting = [node]
    while waiting:
        child = waiting.pop()
        yield child
        if isinstance(child, FUNCTIONS | ast.Lambda):
            signature = child.args
            waiting += [*getattr(child, "decorator_list", ()), *signature.defaults]
            waiting += [default for default in signature.kw_defaults if default]
        elif isinstance(child, ast.List | ast.Tuple):  # it may be a long table
            waiting += [item for item in child.elts if type(item) is not ast.Constant]
        else:
            waiting += ast.iter_child_nodes(child)


def is_endless_loop(node: ast.AST) -> bool:
    """Say whether a statement is a `while True` that nothing seen in it leaves."""
    if not isinstance(node, ast.While) or not isinstance(node.test, ast.Constant):
        return False
    leaves = ast.Break | ast.Raise | ast.Assert | ast.Call | ast.Subscript  # a call may raise
    return bool(node.test.value) and not any(isinstance(p, leaves) for p in walk_executed(node))


def find_changed_names(nodes: Iterable[ast.AST]) -> set[str]:
    """Return names whose values may change in place: `table[3] = 1`, `a.append(2)`, `del b[0]`."""
    roots = set()
    for node in nodes:
        targets = [*getattr(node, "targets", ()), getattr(node, "target", None)]
        targets.append(getattr(node, "optional_vars", None))
        while targets:
            target = targets.pop()
            if isinstance(target, ast.Tuple | ast.List):
                targets += target.elts
            elif isinstance(target, ast.Subscript | ast.Attribute | ast.Starred):
                roots |= {find_root(target.value)}
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            roots |= {find_root(node.func.value)}
        elif isinstance(node, ast.Call) and find_root(node.func) in _SETTERS and node.args:
            roots |= {find_root(node.args[0])}
    return roots - {""}


def find_argument_names(nodes: Iterable[ast.AST]) -> set[str]:
    """Return names whose values a function gets that may change them."""
    names = set()
    for node in nodes:
        if isinstance(node, ast.Call) and find_root(node.func) not in _PURE:
            arguments = [*node.args, *(k.value for k in node.keywords)]
            names |= {n.id for a in arguments for n in ast.walk(a) if isinstance(n, ast.Name)}
    return names


def find_called_names(nodes: Iterable[ast.AST]) -> set[str]:
    """Return names of functions that run: called, or put around a definition."""
    names = set()
    for node in nodes:
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
            names.add(node.func.id)
        elif isinstance(node, DEFINITIONS):
            names |= {find_root(d) for d in node.decorator_list} - {""}
    return names


def binds_anything(names: set[str]) -> bool:
    """Say whether among the functions called is one that may give any name a value."""
    return not names.isdisjoint(_UNKNOWN)


def find_root(node: ast.AST | None) -> str:
    """Return the name that attributes, entries and calls start from, or ''.

    >>> find_root(ast.parse("getcontext().prec[0]", mode="eval").body)
    'getcontext'
    """
    while isinstance(node, ast.Attribute | ast.Subscript | ast.Call):
        node = node.func if isinstance(node, ast.Call) else node.value
    return node.id if isinstance(node, ast.Name) else ""


BUILTINS = frozenset(dir(builtins))
