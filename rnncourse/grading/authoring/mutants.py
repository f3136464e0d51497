"""Mutants: a question's reference with one small fault put in by a machine.

A mutant that gets full points shows what the question's inputs do not notice.
Faults are put into the reference and into the helpers of its module that it
calls; docstrings, annotations and decorators stay as they are.
"""

import ast
import inspect
import sys
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from rnncourse.grading.authoring.operators import OPERATORS, MutationSite

Operator = Callable[[MutationSite], Iterator[ast.AST]]

UNCHANGED_FIELDS = {"annotation", "returns", "decorator_list", "type_params", "bases"}
Function = ast.FunctionDef | ast.AsyncFunctionDef


class MutantError(ValueError):
    """A function that no mutants can be made of."""


@dataclass(frozen=True)
class Mutant:
    """A program that differs from the reference in one place.

    Args:
        module: The module of the reference; its other names are the mutant's, too.
        sources: The source of every function that was copied, one of them changed.
        function: The name of the changed function, for instance `"_nucleus"` or `"_Cache.mix"`.
        before: The statement before the change, of a compound one the first line.
        after: The statement after it.
        nth: Which one of several changes that read the same.
    """

    module: str
    entry: str
    sources: tuple[str, ...]
    function: str
    line: int
    before: str
    after: str
    nth: int = 1

    @property
    def change(self) -> str:
        """What changed, without the line: it stays the same when the file grows."""
        ordinal = f" ({self.nth})" if self.nth > 1 else ""
        return f"{self.function}: `{self.before}` -> `{self.after}`{ordinal}"

    def __str__(self):
        file = Path(getattr(sys.modules.get(self.module), "__file__", None) or self.module).name
        return f"{file}:{self.line}, {self.change}"

    def build(self) -> Callable:
        """Compile the functions into a copy of the module's names.

        Raises:
            Exception: Whatever the changed definitions raise.
        """
        return compile_definitions(self.sources, self.module, self.entry)


def compile_definitions(sources: Sequence[str], module: str, entry: str) -> Callable:
    """Run definitions in a copy of a module's names, and return one of them."""
    namespace = dict(vars(sys.modules[module]))
    code = compile("\n\n".join(sources), f"<{entry} rebuilt>", "exec", dont_inherit=True)
    exec(code, namespace)
    return namespace[entry]


def rebuild_reference(reference: Callable) -> Callable:
    """Take a reference apart and put it together again, unchanged.

    Raises:
        MutantError: If it is no function of a module.
    """
    sources = [ast.unparse(node) for node in _parse_definitions(reference)]
    return compile_definitions(sources, reference.__module__, reference.__name__)


def make_mutants(reference: Callable, operators: Sequence[Operator] = OPERATORS) -> list[Mutant]:
    """Make all mutants of a reference, always in the same order.

    Returns:
        Mutants whose sources all differ from each other and from the original's.

    Raises:
        MutantError: If it is no function of a module.
    """
    definitions = _parse_definitions(reference)
    sources = [ast.unparse(node) for node in definitions]
    scope = vars(sys.modules[reference.__module__])
    mutants: dict[tuple[str, ...], Mutant] = {}
    counts: Counter[tuple[str, str, str]] = Counter()
    for i, definition in enumerate(definitions):
        for function, line, before, after in _make_changes(definition, operators, scope):
            mutant_sources = (*sources[:i], ast.unparse(definition), *sources[i + 1 :])
            if mutant_sources in mutants or mutant_sources == tuple(sources):
                continue
            counts[function, before, after] += 1
            nth = counts[function, before, after]
            identity = (reference.__module__, reference.__name__, mutant_sources)
            mutants[mutant_sources] = Mutant(*identity, function, line, before, after, nth)
    return [*mutants.values()]


def _parse_definitions(reference: Callable) -> list[ast.stmt]:
    """Parse the reference and all functions and classes of its module that it reaches."""
    name = getattr(reference, "__name__", "")
    module = sys.modules.get(getattr(reference, "__module__", None) or "")
    if module is None or getattr(module, name, None) is not reference:
        raise MutantError("The reference is not a function at the top of a module.")
    try:
        body = ast.parse(inspect.getsource(module)).body
    except (OSError, TypeError):
        body = []
    definitions = {
        n.name: n for n in body if isinstance(n, Function | ast.ClassDef) and n.name != "_"
    }
    if not isinstance(definitions.get(name), Function):
        raise MutantError("The reference is not written with `def`.")
    reached, waiting = {}, [name]
    while waiting:
        name = waiting.pop()
        reached[name] = definitions[name]
        names = [n.id for n in ast.walk(definitions[name]) if isinstance(n, ast.Name)]
        waiting += [n for n in dict.fromkeys(names) if n in definitions and n not in reached]
    return [node for name, node in definitions.items() if name in reached]


def _make_changes(
    definition: ast.stmt, operators: Sequence[Operator], scope: Mapping[str, object]
) -> Iterator[tuple[str, int, str, str]]:
    """Change a definition in place, one change at a time; each is undone before the next."""
    nodes = list(ast.walk(definition))
    stored = [n.id for n in nodes if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Store)]
    bound = Counter(stored + [n.arg for n in nodes if isinstance(n, ast.arg)])
    for slot in list(_walk_slots(definition, definition.name, definition)):
        node, before = slot.holder[slot.key], _write_headline(slot.statement)
        site = MutationSite(node, slot.parent, slot.role, scope, bound)
        for new_node in (new_node for operator in operators for new_node in operator(site)):
            slot.holder[slot.key] = new_node
            after = _write_headline(new_node if node is slot.statement else slot.statement)
            yield slot.function, node.lineno, before, after
            slot.holder[slot.key] = node


@dataclass(frozen=True)
class _Slot:
    """A place in a tree that can be written to: an entry of a node's fields, or of a list in one.

    Its role is the field, but `slice` for every part of an index.
    """

    function: str
    statement: ast.AST
    parent: ast.AST
    holder: dict | list
    key: str | int
    role: str


def _walk_slots(
    node: ast.AST, function: str, statement: ast.AST, role: str = ""
) -> Iterator[_Slot]:
    """Go through every place inside a node, from the outside to the inside."""
    for field_name, value in ast.iter_fields(node):
        if field_name in UNCHANGED_FIELDS or isinstance(node, ast.JoinedStr):
            continue
        holder = value if isinstance(value, list) else vars(node)
        for key, part in enumerate(value) if holder is value else [(field_name, value)]:
            expression = part.value if isinstance(part, ast.Expr) else None
            if not isinstance(part, ast.AST) or isinstance(getattr(expression, "value", None), str):
                continue  # a docstring, or no part of the tree
            around_part = part if isinstance(part, ast.stmt) else statement
            inner_role = "slice" if isinstance(node, ast.Tuple) and role == "slice" else field_name
            if isinstance(part, ast.expr | ast.stmt):
                yield _Slot(function, around_part, node, holder, key, inner_role)
            is_inner = isinstance(part, Function | ast.ClassDef)
            name = f"{function}.{part.name}" if is_inner else function
            yield from _walk_slots(part, name, around_part, inner_role)


def _write_headline(statement: ast.AST) -> str:
    """Write a simple statement, or the first line of a compound one, without its decorators."""
    lines = ast.unparse(statement).split("\n")
    return next(line for line in lines if not line.startswith("@"))
