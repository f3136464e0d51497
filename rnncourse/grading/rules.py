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
from collections.abc import Callable, Iterable, Iterator, Sequence
from types import FunctionType, ModuleType

from rnncourse.grading.doors import DATACLASS, DOORS, FUNCTIONS, INSIDE, PLAIN, PLAINLY, WRAPS
from rnncourse.grading.sandbox.standins import SHOWING
from rnncourse.grading.uses import GUARDED, imports_of, is_special, used_by
from rnncourse.grading.writing import is_reference


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
    hidden = INSIDE | _homes_of(forbidden)
    found = (u for u in used_by(nodes, aliases, hidden) if refused(u, packages, forbidden))
    return next(found, "").rstrip(".").removeprefix(GUARDED)


def _homes_of(forbidden: Iterable[str]) -> set[str]:
    return {name.split(".")[0] for name in forbidden}


def refused(used: str, packages: Sequence[str], forbidden: Sequence[str]) -> bool:
    """Say whether an answer may not use a dotted name.

    Args:
        used: The name; with a full stop at its end, all that is below it may be used.
        packages: What the answer may import besides the standard library.
        forbidden: Dotted names in those packages.
    """
    if used.startswith(GUARDED):
        used = used.removeprefix(GUARDED)
        if not forbidden and is_absent(used, packages):
            return False  # in a child this import fails, and the notebook goes on without
    parts = used.rstrip(".").split(".")
    if parts[0] in SHOWING:
        hidden = {*FUNCTIONS, *INSIDE, *_homes_of(forbidden)}
        return bool(forbidden) and any(part in hidden or is_special(part) for part in parts)
    if parts[0] not in {*packages, *sys.stdlib_module_names, ""}:
        return not _leads_to_what_is_given(used, packages)
    if not forbidden:
        return False
    if parts[0] not in {*packages, *PLAIN}:
        return True
    hidden = {"*", *FUNCTIONS, *DOORS, *INSIDE, *_homes_of(forbidden)}
    dotted, handed_on = ".".join(parts), used.endswith(".")
    ways = (".".join(parts[:n]) for n in range(2, len(parts) + 1))
    if not hidden.isdisjoint(parts[1:]) or any(map(_is_private, ways)):
        return True
    if handed_on and dotted in {*PLAINLY, DATACLASS, WRAPS}:
        return True
    own, thing = _found(dotted)
    if own != dotted and own.split(".")[0] != parts[0]:
        return refused(f"{own}." if handed_on else own, packages, forbidden)
    is_module = isinstance(thing, ModuleType)
    makes_modules = isinstance(thing, type) and issubclass(thing, ModuleType)
    return (handed_on and (is_module or makes_modules)) or any(
        f"{path}.".startswith(f"{name}.") or (handed_on and name.startswith(f"{path}."))
        for name in forbidden
        for path in (dotted, own)
    )


def _found(dotted: str) -> tuple[str, object]:
    """Return what stands at a dotted name and its name below its own module, as far as known."""
    first, *rest = dotted.split(".")
    name, thing = first, sys.modules.get(first)
    for part in rest:
        name = f"{name}.{part}"
        try:
            thing = getattr(thing, part)
        except Exception:  # a package may do anything when it is asked
            thing = sys.modules.get(name)
        if isinstance(thing, ModuleType):
            name = thing.__name__
    return name, thing


def is_absent(used: str, packages: Iterable[str]) -> bool:
    """Say whether a child has nothing to import a dotted name from.

    Args:
        used: The name.
        packages: What the answer may import besides the standard library.
    """
    homes = {name.split(".")[0] for name in packages}
    return used.split(".")[0] not in {*homes, *sys.stdlib_module_names, *SHOWING, "rnncourse", ""}


def absent(node: ast.AST, packages: Iterable[str]) -> Iterator[str]:
    """Yield the packages that a statement tries to import, and may do without."""
    for part in ast.walk(node):
        if getattr(part, "guarded", False):
            names = (dotted.removeprefix(GUARDED) for _, dotted in imports_of([part]))
            yield from (name.split(".")[0] for name in names if is_absent(name, packages))


def _leads_to_what_is_given(used: str, packages: Iterable[str]) -> bool:
    """Say whether a name is one given, something of it, or an import on the way there."""
    given = [name for name in packages if "." in name]
    within = any(f"{used}.".startswith(f"{name}.") for name in given)
    special = any(is_special(part) for part in used.split("."))
    return not special and (within or any(name.startswith(f"{used}.") for name in given))


def _is_private(dotted: str) -> bool:
    part = dotted.rpartition(".")[2]
    return part.startswith("_") and not dotted.endswith("nn.Module.__init__")


def _home(thing: object) -> str:
    if isinstance(thing, ModuleType):
        return thing.__name__
    try:
        module, name = getattr(thing, "__module__", None), getattr(thing, "__qualname__", None)
    except Exception:  # an object of the student's may do anything
        return ""
    return f"{module}.{name}" if isinstance(module, str) and isinstance(name, str) else ""
