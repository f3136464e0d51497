"""What an answer may not use, found in its syntax tree."""

import ast
import inspect
import textwrap
from collections.abc import Callable, Sequence
from types import FunctionType, ModuleType


def offence(function: Callable, forbidden: Sequence[str]) -> str:
    """Return the first forbidden thing that a function uses, or ''.

    Names are looked up where the function would find them, so another name for a
    module hides nothing. Functions of the same notebook are followed. Good enough
    for a student who checks their own work; not for one who wants to cheat.

    Args:
        function: The student's.
        forbidden: Dotted names; whatever lies in them is forbidden too.
    """
    waiting, seen = [function], set()
    while waiting:
        current = waiting.pop()
        if not isinstance(current, FunctionType) or current in seen:
            continue
        seen.add(current)
        try:
            tree = ast.parse(textwrap.dedent(inspect.getsource(current)))
        except (OSError, TypeError, SyntaxError):
            continue  # typed in a console: there is no source to read
        for name, thing in _used(tree, current.__globals__):
            if name.startswith(f"{current.__module__}."):  # defined beside it
                waiting.append(thing)
            elif any(f"{name}.".startswith(f"{word}.") for word in forbidden):
                return name
    return ""


def _used(tree: ast.AST, names: dict[str, object]) -> list[tuple[str, object]]:
    """List the dotted names of what a tree imports or reads from `names`."""
    found: list[tuple[str, object]] = []
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            found += [(alias.name, None) for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            found += [(f"{node.module}.{alias.name}", None) for alias in node.names]
        elif isinstance(node, ast.Name) and node.id in names:
            found.append((_home(names[node.id]), names[node.id]))
    return found


def _home(thing: object) -> str:
    if isinstance(thing, ModuleType):
        return thing.__name__
    try:
        module, name = getattr(thing, "__module__", None), getattr(thing, "__qualname__", None)
    except Exception:  # an object of the student's may do anything
        return ""
    return f"{module}.{name}" if isinstance(module, str) and isinstance(name, str) else ""
