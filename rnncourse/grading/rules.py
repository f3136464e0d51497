"""What an answer may import, found in its syntax tree: one rule for notebooks and for kernels.

An answer may import the standard library, the packages and constants that its question allows,
and packages that only show: those are empty in a child. All else is not there, since the sandbox
hides it. The rule says so before anything runs, and in a kernel, where nothing is hidden. Type
hints may name anything.
"""

import ast
import inspect
import sys
import textwrap
from collections.abc import Callable, Iterable, Iterator, Sequence
from types import FunctionType, ModuleType

import numpy as np

from rnncourse.grading.reading.statements import split_statements
from rnncourse.grading.writing import is_reference

COURSE = "rnncourse"
DISPLAY_PACKAGES = frozenset(
    {
        *("matplotlib", "matplotlib_inline", "mpl_toolkits", "pylab", "seaborn", "plotly", "bokeh"),
        *("altair", "graphviz", "torchviz", "torchinfo", "torchsummary", "tabulate", "prettytable"),
        *("tqdm", "rich", "colorama", "termcolor", "IPython", "ipywidgets", "google"),
        *("jaxtyping", "beartype", "typeguard"),
    }
)
"""Packages that draw, report, check hints or belong to a notebook. Of `google`, it is `colab`."""


def find_forbidden_import(nodes: Iterable[ast.AST], packages: Sequence[str]) -> str:
    """Return the first thing that is imported and may not be, or ''.

    An import may fail where an `except` waits for that, unless it is one of the course.
    """
    for name, may_fail in _list_imports(nodes):
        if is_forbidden(name, packages) and (not may_fail or name.split(".")[0] == COURSE):
            return name
    return ""


def find_optional_imports(node: ast.AST, packages: Sequence[str]) -> Iterator[str]:
    """Yield the packages that a statement tries to import, and may do without."""
    for name, may_fail in _list_imports(ast.walk(node)):
        package = name.split(".")[0]
        if may_fail and is_forbidden(name, packages) and package != COURSE:
            yield package


def is_forbidden(name: str, packages: Sequence[str]) -> bool:
    """Say whether an answer may not import a dotted name."""
    available = {*packages, *sys.stdlib_module_names, *DISPLAY_PACKAGES, ""}
    return name not in packages and name.split(".")[0] not in available


def _list_imports(nodes: Iterable[ast.AST]) -> Iterator[tuple[str, bool]]:
    """Yield what is imported, in dotted form, and whether an `except` waits for its failure."""
    for node in nodes:
        if isinstance(node, ast.Import | ast.ImportFrom):
            is_from = isinstance(node, ast.ImportFrom)
            prefix = "." * node.level + (node.module or "") + "." if is_from else ""
            for alias in node.names:
                yield prefix + alias.name, getattr(node, "guarded", False)


def find_forbidden_use(function: Callable, packages: Sequence[str]) -> str:
    """Return the first thing that a live function uses and may not, or ''.

    Names are looked up where the function would find them, so another name for a
    module hides nothing. Functions of the same notebook are followed. This is for
    a student who checks their own work.
    """
    to_visit, visited = [function], set()
    while to_visit:
        current = to_visit.pop()
        if not isinstance(current, FunctionType) or current in visited or is_reference(current):
            continue
        visited.add(current)
        try:
            statements = split_statements(0, textwrap.dedent(inspect.getsource(current)))
        except (OSError, TypeError, SyntaxError, ValueError, RecursionError, MemoryError):
            continue  # typed in a console: there is no source to read
        nodes = [node for statement in statements for node in ast.walk(statement.node)]
        if name := find_forbidden_import(nodes, packages):
            return name
        names = current.__globals__
        for name in dict.fromkeys(n.id for n in nodes if isinstance(n, ast.Name) and n.id in names):
            module = _find_defining_module(names[name])
            if module.startswith(f"{current.__module__}."):
                to_visit.append(names[name])
            elif is_forbidden(module, packages) and not current.__module__.startswith(f"{COURSE}."):
                return module  # what the course itself wrote, its wrong answers, may use the course
    return ""


def _find_defining_module(value: object) -> str:
    if isinstance(value, ModuleType):
        return value.__name__
    if isinstance(value, np.ufunc):  # it does not say where it comes from
        return _find_module_of_ufunc(value)
    try:
        module, name = getattr(value, "__module__", None), getattr(value, "__qualname__", None)
    except Exception:  # an object of the student's may do anything
        return ""
    return f"{module}.{name}" if isinstance(module, str) and isinstance(name, str) else ""


def _find_module_of_ufunc(value: np.ufunc) -> str:
    """Return the dotted name of a ufunc in numpy or scipy, or '' for one that a student made."""
    for module in ("numpy", "scipy.special"):
        if getattr(sys.modules.get(module), value.__name__, None) is value:
            return f"{module}.{value.__name__}"
    return ""
