"""What an answer may not use, found in its syntax tree.

An answer may import the standard library and the packages that its question
allows. Where the question forbids some names in an allowed package, ways to
reach a name that no syntax tree shows are refused too, so that the rule can be
believed; where whole packages are forbidden, the sandbox hides their files.
"""

import ast
import inspect
import sys
import textwrap
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from types import FunctionType, ModuleType

from rnncourse.grading.notebooks import Program

_HIDDEN = frozenset(
    {
        *("compile", "eval", "exec", "getattr", "globals", "locals", "vars", "builtins"),
        *("ctypes", "gc", "importlib", "inspect", "operator", "pickle", "pkgutil", "runpy", "sys"),
    }
)
"""Names that reach other names without writing them."""


def broken_rule(program: Program, packages: Sequence[str], forbidden: Sequence[str]) -> str:
    """Return the first thing that a program uses and may not, or ''.

    Args:
        program: The answer and what it needs.
        packages: What it may import besides the standard library.
        forbidden: Dotted names in those packages; whatever lies in them is forbidden too.
    """
    aliases: dict[str, str] = {}
    nodes = [statement.node for statement in program.statements]
    for node in nodes:
        aliases |= _imported(node)
    refused = (u for u in _used(nodes, aliases) if _refused(u, packages, forbidden))
    return next(refused, "").rstrip(".")


def offence(function: Callable, packages: Sequence[str], forbidden: Sequence[str]) -> str:
    """Return the first thing that a live function uses and may not, or ''.

    Names are looked up where the function would find them, so another name for a
    module hides nothing. Functions of the same notebook are followed. This is for
    a student who checks their own work.

    Args:
        function: The student's.
        packages: What it may import besides the standard library.
        forbidden: Dotted names in those packages.
    """
    waiting, seen = [function], set()
    while waiting:
        current = waiting.pop()
        if not isinstance(current, FunctionType) or current in seen:
            continue
        seen.add(current)
        try:
            tree = ast.parse(textwrap.dedent(inspect.getsource(current)))
        except (OSError, TypeError, SyntaxError, RecursionError, MemoryError):
            continue  # typed in a console: there is no source to read
        names = current.__globals__
        read = {n.id for n in ast.walk(tree) if isinstance(n, ast.Name) and n.id in names}
        own = f"{current.__module__}."
        homes = {name: home for name in read if (home := _home(names[name]))}
        waiting += [names[name] for name, home in homes.items() if home.startswith(own)]
        aliases = {name: h for name, h in homes.items() if not h.startswith(own)}
        for used in _used([tree], aliases | _imported(tree)):
            if _refused(used, packages, forbidden):
                return used.rstrip(".")
    return ""


def _refused(used: str, packages: Sequence[str], forbidden: Sequence[str]) -> bool:
    parts = used.rstrip(".").split(".")
    if parts[0] not in {*packages, *sys.stdlib_module_names, ""}:
        return True
    if not forbidden:
        return False
    if parts[-1] == "*" or any(part in _HIDDEN or _is_special(part) for part in parts):
        return True
    private = parts[0] in packages and any(part.startswith("_") for part in parts)
    handed_on = used.endswith(".") and any(name.startswith(used) for name in forbidden)
    within = any(f"{'.'.join(parts)}.".startswith(f"{name}.") for name in forbidden)
    return private or handed_on or within


def _is_special(name: str) -> bool:
    return name.startswith("__") and name != "__init__"  # super().__init__() is honest


def _imported(tree: ast.AST) -> dict[str, str]:
    """Map the names that a tree imports to what they stand for, in dotted form."""
    found = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            for alias in node.names:
                name = alias.name if alias.asname else alias.name.split(".")[0]
                found[alias.asname or name] = name
        elif isinstance(node, ast.ImportFrom):
            for alias in node.names:
                found[alias.asname or alias.name] = f"{node.module or ''}.{alias.name}"
    return found


def _used(nodes: Iterable[ast.AST], aliases: Mapping[str, str]) -> Iterator[str]:
    """Yield the dotted names of all that is imported, and of what is read from an import.

    A name ends in a dot where the thing itself is handed on, not something in it.
    """
    for node in nodes:
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield from (f"{node.module or ''}.{alias.name}" for alias in node.names)
        elif isinstance(node, ast.Attribute) and (dotted := _dotted(node, aliases)):
            yield f"{dotted}."
            continue  # the names within are only the way there
        elif isinstance(node, ast.Attribute) and _is_special(node.attr):
            yield f"builtins.{node.attr}"
        elif isinstance(node, ast.Name) and node.id in aliases:
            yield f"{aliases[node.id]}."
        elif isinstance(node, ast.Name) and (node.id in _HIDDEN or _is_special(node.id)):
            yield f"builtins.{node.id}"
        yield from _used(ast.iter_child_nodes(node), aliases)


def _dotted(node: ast.Attribute, aliases: Mapping[str, str]) -> str:
    parts = []
    while isinstance(node, ast.Attribute):
        parts.append(node.attr)
        node = node.value
    if not isinstance(node, ast.Name) or node.id not in aliases:
        return ""
    return ".".join([aliases[node.id], *reversed(parts)])


def _home(thing: object) -> str:
    if isinstance(thing, ModuleType):
        return thing.__name__
    try:
        module, name = getattr(thing, "__module__", None), getattr(thing, "__qualname__", None)
    except Exception:  # an object of the student's may do anything
        return ""
    return f"{module}.{name}" if isinstance(module, str) and isinstance(name, str) else ""
