"""Which dotted names a piece of code imports, reads and hands on, as its syntax tree says."""

import ast
from collections.abc import Collection, Iterable, Iterator, Mapping

from rnncourse.grading.doors import DATACLASS, FUNCTIONS, PLAINLY, WRAPS
from rnncourse.grading.reading import changes

GUARDED = "?"
"""Before a dotted name whose import may fail, because an `except` waits for that."""


def is_special(name: str) -> bool:
    """Say whether Python itself gives a name its meaning, as `__globals__`."""
    return name.startswith("__") and name.endswith("__") and name != "__name__"


def _is_of_super(node: ast.AST) -> bool:
    """Say whether it is `super().__init__`: a method of one's own class and of no other thing."""
    if not isinstance(node, ast.Attribute) or not isinstance(node.value, ast.Call):
        return False
    return node.attr == "__init__" and ast.unparse(node.value.func) == "super"


def _binds_super(node: ast.AST) -> bool:
    if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load):
        return False
    return "super" in (getattr(node, part, "") for part in ("name", "asname", "arg", "id", "rest"))


def imports_of(nodes: Iterable[ast.AST]) -> Iterator[tuple[str, str]]:
    """Yield the names that pieces of code import and what they stand for, in dotted form."""
    for node in nodes:
        sign = GUARDED if getattr(node, "guarded", False) else ""
        if isinstance(node, ast.Import):
            for alias in node.names:
                name = alias.name if alias.asname else alias.name.split(".")[0]
                yield alias.asname or name, sign + name
        elif isinstance(node, ast.ImportFrom):
            for alias in node.names:
                yield alias.asname or alias.name, f"{sign}{_home_of(node)}.{alias.name}"


def _home_of(node: ast.ImportFrom) -> str:
    return "." * node.level + (node.module or "")


def used_by(
    nodes: Iterable[ast.AST], aliases: Mapping[str, set[str]], hidden: Collection[str]
) -> Iterator[str]:
    """Yield the dotted names of all that is imported, and of what is read from an import.

    A name ends in a dot where the thing itself is handed on, not something in it.
    """
    waiting, plain = [*nodes][::-1], set()
    while waiting:
        node = waiting.pop()
        if id(node) in plain:
            continue
        plain |= {id(part) for part in _used_plainly(node, aliases)}
        if _binds_super(node):
            yield "builtins.super."
        if isinstance(node, ast.Import):
            sign = GUARDED if getattr(node, "guarded", False) else ""
            yield from (sign + alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield from (dotted for _, dotted in imports_of([node]))
        elif isinstance(node, ast.Attribute) and (dotted := _dotted(node, aliases)):
            yield from (f"{name}." for name in dotted)
            continue  # the names within are only the way there
        elif isinstance(node, ast.Attribute | ast.MatchClass):
            read = [node.attr] if isinstance(node, ast.Attribute) else node.kwd_attrs
            if not _is_of_super(node):  # of no other thing, for nobody may give `super` a value
                yield from (f"builtins.{a}" for a in read if a in hidden or is_special(a))
            if getattr(node, "patterns", ()):  # which attributes these are, a text may say
                yield "builtins.__match_args__"
        elif isinstance(node, ast.ClassDef):  # what it imports is handed on as its attributes
            yield from (f"{name}." for _, name in imports_of(changes.run_now(node)))
        elif isinstance(node, ast.Name) and node.id in aliases:
            yield from (f"{name}." for name in aliases[node.id])
        elif isinstance(node, ast.Name) and (node.id in FUNCTIONS or is_special(node.id)):
            yield f"builtins.{node.id}"
        waiting += [*ast.iter_child_nodes(node)][::-1]


def _used_plainly(node: ast.AST, aliases: Mapping[str, set[str]]) -> Iterator[ast.AST]:
    """Yield the names of functions that a call or a class uses, and may in this way only."""
    if _is_plain(node):
        number = {PLAINLY.get(name) for name in _stands_for(node.func, aliases)}
        if number == {len(node.args)}:
            yield node.func
    elif isinstance(node, changes.FUNCTIONS):
        for one in filter(_is_plain, node.decorator_list):
            if len(one.args) == 1 and _stands_for(one.func, aliases) == {WRAPS}:
                yield one.func
    elif isinstance(node, ast.ClassDef) and node.decorator_list:
        nearest = node.decorator_list[-1]
        nearest = nearest.func if isinstance(nearest, ast.Call) else nearest
        is_own = not node.bases and not node.keywords
        if is_own and _stands_for(nearest, aliases) == {DATACLASS}:
            yield nearest


def _is_plain(node: ast.AST) -> bool:
    """Say whether it is a call whose arguments have no names and no stars."""
    if not isinstance(node, ast.Call) or node.keywords:
        return False
    return not any(isinstance(argument, ast.Starred) for argument in node.args)


def _stands_for(node: ast.AST, aliases: Mapping[str, set[str]]) -> set[str]:
    if isinstance(node, ast.Name):
        return aliases.get(node.id, set())
    return {*_dotted(node, aliases)} if isinstance(node, ast.Attribute) else set()


def _dotted(node: ast.Attribute, aliases: Mapping[str, set[str]]) -> list[str]:
    parts = []
    while isinstance(node, ast.Attribute):
        parts.append(node.attr)
        node = node.value
    if not isinstance(node, ast.Name) or node.id not in aliases:
        return []
    return [".".join([name, *reversed(parts)]) for name in sorted(aliases[node.id])]
