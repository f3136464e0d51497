"""What an answer may not use, found in its syntax tree.

An answer may import the standard library, the packages and constants that its
question allows, and packages that only show: those are empty in a child. Where
the question forbids some names in an allowed package, ways to reach a name that
no syntax tree shows are refused too, so that the rule can be believed: of the
standard library only what computes is left then, and of a package nothing that
runs texts. Where whole packages are forbidden, the sandbox hides their files.
"""

import ast
import inspect
import sys
import textwrap
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from types import FunctionType, ModuleType

from rnncourse.grading.sandbox.standins import SHOWING
from rnncourse.grading.writing import is_reference


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


PLAIN = _words(
    """
    __future__ abc bisect cmath collections contextlib copy dataclasses datetime decimal enum
    fractions functools heapq itertools json math numbers random re statistics string textwrap time
    typing warnings
    """
)
"""Modules of the standard library that are left where names are forbidden."""
_FUNCTIONS = _words("breakpoint compile eval exec getattr globals help locals vars")
"""Functions that reach a name by its text."""
_DOORS = _words(
    """
    ao classes compiler ctypeslib distributed export f2py fx hub jit library load masked
    multiprocessing onnx ops overrides package quantization serialization testing utils
    """
)
"""Parts of packages that run texts, load files, or list what there is."""
_INSIDE = _words(
    """
    ag_frame bltns builtins cr_frame ctypes f_back f_builtins f_globals f_locals gc get_field
    get_type_hints gi_frame importlib inspect operator pickle pkgutil runpy sys tb_frame
    CodeType Formatter ForwardRef FunctionType LambdaType singledispatch singledispatchmethod
    """
)
"""Modules, frames and functions that lead from any object to any name."""


def broken_rule(
    nodes: Sequence[ast.AST],
    packages: Sequence[str],
    forbidden: Sequence[str],
    imported: Sequence[tuple[str, str]] = (),
) -> str:
    """Return the first thing that statements use and may not, or ''.

    Args:
        nodes: The statements. What one of them imports, all may use.
        packages: What they may import besides the standard library: packages, or dotted names.
        forbidden: Dotted names in those packages; whatever lies in them is forbidden too.
        imported: Names that others have imported, and what they stand for, in dotted form.
    """
    own = [alias for node in nodes for alias in imports_of(ast.walk(node))]
    return _first_refused(nodes, [*imported, *own], packages, forbidden)


def offence(function: Callable, packages: Sequence[str], forbidden: Sequence[str]) -> str:
    """Return the first thing that a live function uses and may not, or ''.

    Names are looked up where the function would find them, so another name for a
    module hides nothing. Functions of the same notebook are followed. This is for
    a student who checks their own work.

    Args:
        function: The student's.
        packages: What it may import besides the standard library: packages, or dotted names.
        forbidden: Dotted names in those packages.
    """
    waiting, seen = [function], set()
    while waiting:
        current = waiting.pop()
        if not isinstance(current, FunctionType) or current in seen or is_reference(current):
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
        aliases = [(name, h) for name, h in homes.items() if not h.startswith(own)]
        aliases += imports_of(ast.walk(tree))
        if name := _first_refused([tree], aliases, packages, forbidden):
            return name
    return ""


def _first_refused(
    nodes: Sequence[ast.AST],
    imported: Iterable[tuple[str, str]],
    packages: Sequence[str],
    forbidden: Sequence[str],
) -> str:
    aliases: dict[str, set[str]] = {}
    for name, dotted in imported:  # a name that is imported twice stands for both
        aliases.setdefault(name, set()).add(dotted)
    hidden = _INSIDE | _homes_of(forbidden)
    found = (u for u in _used(nodes, aliases, hidden) if refused(u, packages, forbidden))
    return next(found, "").rstrip(".")


def _homes_of(forbidden: Iterable[str]) -> set[str]:
    return {name.split(".")[0] for name in forbidden}


def refused(used: str, packages: Sequence[str], forbidden: Sequence[str]) -> bool:
    """Say whether an answer may not use a dotted name.

    Args:
        used: The name; with a full stop at its end, all that is below it may be used.
        packages: What the answer may import besides the standard library.
        forbidden: Dotted names in those packages.
    """
    parts = used.rstrip(".").split(".")
    if parts[0] in SHOWING:
        hidden = {*_FUNCTIONS, *_INSIDE, *_homes_of(forbidden)}
        return bool(forbidden) and any(part in hidden or _is_special(part) for part in parts)
    if parts[0] not in {*packages, *sys.stdlib_module_names, ""}:
        return not _leads_to_what_is_given(used, packages)
    if not forbidden:
        return False
    if parts[0] not in {*packages, *PLAIN}:
        return True
    hidden = {"*", *_FUNCTIONS, *_DOORS, *_INSIDE, *_homes_of(forbidden)}
    if any(part in hidden or _is_private(part) for part in parts[1:]):
        return True
    dotted = ".".join(parts)
    handed_on = used.endswith(".") and dotted in sys.modules
    return handed_on or any(
        f"{dotted}.".startswith(f"{name}.") or (used.endswith(".") and name.startswith(used))
        for name in forbidden
    )


def _leads_to_what_is_given(used: str, packages: Iterable[str]) -> bool:
    """Say whether a name is one given, something of it, or an import on the way there."""
    given = [name for name in packages if "." in name]
    within = any(f"{used}.".startswith(f"{name}.") for name in given)
    special = any(_is_special(part) for part in used.split("."))
    return not special and (within or any(name.startswith(f"{used}.") for name in given))


def _is_private(name: str) -> bool:
    return name.startswith("_") and name != "__init__"


def _is_special(name: str) -> bool:
    special = name.startswith("__") and name.endswith("__")
    return special and name not in ("__init__", "__name__")  # super().__init__() is honest


def imports_of(nodes: Iterable[ast.AST]) -> Iterator[tuple[str, str]]:
    """Yield the names that pieces of code import and what they stand for, in dotted form."""
    for node in nodes:
        if isinstance(node, ast.Import):
            for alias in node.names:
                name = alias.name if alias.asname else alias.name.split(".")[0]
                yield alias.asname or name, name
        elif isinstance(node, ast.ImportFrom):
            for alias in node.names:
                yield alias.asname or alias.name, f"{node.module or ''}.{alias.name}"


def _used(
    nodes: Iterable[ast.AST], aliases: Mapping[str, set[str]], hidden: Collection[str]
) -> Iterator[str]:
    """Yield the dotted names of all that is imported, and of what is read from an import.

    A name ends in a dot where the thing itself is handed on, not something in it.
    """
    waiting = [*nodes][::-1]
    while waiting:
        node = waiting.pop()
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield from (f"{node.module or ''}.{alias.name}" for alias in node.names)
        elif isinstance(node, ast.Attribute) and (dotted := _dotted(node, aliases)):
            yield from (f"{name}." for name in dotted)
            continue  # the names within are only the way there
        elif isinstance(node, ast.Attribute | ast.MatchClass):
            read = [node.attr] if isinstance(node, ast.Attribute) else node.kwd_attrs
            yield from (f"builtins.{a}" for a in read if a in hidden or _is_special(a))
        elif isinstance(node, ast.Name) and node.id in aliases:
            yield from (f"{name}." for name in aliases[node.id])
        elif isinstance(node, ast.Name) and (node.id in _FUNCTIONS or _is_special(node.id)):
            yield f"builtins.{node.id}"
        waiting += [*ast.iter_child_nodes(node)][::-1]


def _dotted(node: ast.Attribute, aliases: Mapping[str, set[str]]) -> list[str]:
    parts = []
    while isinstance(node, ast.Attribute):
        parts.append(node.attr)
        node = node.value
    if not isinstance(node, ast.Name) or node.id not in aliases:
        return []
    return [".".join([name, *reversed(parts)]) for name in sorted(aliases[node.id])]


def _home(thing: object) -> str:
    if isinstance(thing, ModuleType):
        return thing.__name__
    try:
        module, name = getattr(thing, "__module__", None), getattr(thing, "__qualname__", None)
    except Exception:  # an object of the student's may do anything
        return ""
    return f"{module}.{name}" if isinstance(module, str) and isinstance(name, str) else ""
