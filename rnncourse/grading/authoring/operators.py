"""The mistakes of a careless hand: each operator offers replacements for one node of a syntax tree.

An operator is a function from a `MutationSite` to the nodes that could stand there
instead. It knows nothing of questions; `rnncourse.grading.authoring.mutants` applies it
to every place of a function.
"""

import ast
import builtins
import inspect
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field

EXCHANGED = {
    **{"sum": ("mean",), "mean": ("sum",), "max": ("min",), "min": ("max",)},
    **{"argmax": ("argmin",), "argmin": ("argmax",), "any": ("all",), "all": ("any",)},
    **{"maximum": ("minimum",), "minimum": ("maximum",), "cumsum": ("cumprod",)},
    **{"log": ("log2",), "log2": ("log",), "log1p": ("log",), "exp": ("exp2", "expm1")},
    **{"exp2": ("exp",), "expm1": ("exp",), "tanh": ("arctan",), "sqrt": ("square",)},
    **{"floor": ("ceil",), "ceil": ("floor",), "zeros": ("ones",), "ones": ("zeros",)},
    **{"zeros_like": ("ones_like",), "ones_like": ("zeros_like",)},
}
"""Names, of functions and methods, that are taken for one another."""

BUILTIN = {"sum": ("max",), "max": ("min",), "min": ("max",), "any": ("all",), "all": ("any",)}
"""The same for names that stand alone."""

DROPPABLE_FUNCTIONS = {
    "exp",
    "log",
    "log2",
    "tanh",
    "sqrt",
    "abs",
    "cumsum",
    "sort",
    "sorted",
    "flip",
}
"""Functions that are forgotten around their argument."""

SWAPS: dict[type[ast.AST], tuple[type[ast.AST], ...]] = {
    ast.Add: (ast.Sub,),
    ast.Sub: (ast.Add,),
    ast.Mult: (ast.Div,),
    ast.Div: (ast.Mult, ast.FloorDiv),
    ast.FloorDiv: (ast.Div,),
    ast.Mod: (ast.FloorDiv,),
    ast.Pow: (ast.Mult,),
    ast.MatMult: (ast.Mult,),
    ast.BitAnd: (ast.BitOr,),
    ast.BitOr: (ast.BitAnd,),
    ast.Lt: (ast.LtE, ast.GtE),
    ast.LtE: (ast.Lt, ast.Gt),
    ast.Gt: (ast.GtE, ast.LtE),
    ast.GtE: (ast.Gt, ast.Lt),
    ast.Eq: (ast.NotEq,),
    ast.NotEq: (ast.Eq,),
    ast.Is: (ast.IsNot,),
    ast.IsNot: (ast.Is,),
    ast.In: (ast.NotIn,),  # codespell:ignore notin
    ast.NotIn: (ast.In,),  # codespell:ignore notin
    ast.And: (ast.Or,),
    ast.Or: (ast.And,),
}


@dataclass(frozen=True)
class MutationSite:
    """A node of a syntax tree, and where it stands.

    Args:
        role: The name of the parent's field that holds it; `slice` for every part of an index.
        scope: What the names of the module mean.
        bound: How often each name is bound in the function around it.
    """

    node: ast.AST
    parent: ast.AST
    role: str
    scope: Mapping[str, object] = field(default_factory=dict)
    bound: Mapping[str, int] = field(default_factory=dict)


def swap_operators(site: MutationSite) -> Iterator[ast.AST]:
    """Swap an operator between two numbers: `+` and `-`, `*` and `/`, `/` and `//`, `@` and `*`."""
    node = site.node
    if isinstance(node, ast.BinOp):
        for swap in SWAPS.get(type(node.op), ()):
            yield ast.BinOp(node.left, swap(), node.right)
    if isinstance(node, ast.AugAssign):
        for swap in SWAPS.get(type(node.op), ()):
            yield ast.AugAssign(node.target, swap(), node.value)


def swap_comparisons(site: MutationSite) -> Iterator[ast.AST]:
    """Move the boundary of a comparison, or turn it round; exchange `and` and `or`."""
    node = site.node
    if isinstance(node, ast.Compare):
        for i, op in enumerate(node.ops):
            for swap in SWAPS[type(op)]:
                ops = [*node.ops[:i], swap(), *node.ops[i + 1 :]]
                yield ast.Compare(node.left, ops, node.comparators)
    if isinstance(node, ast.BoolOp):
        for swap in SWAPS[type(node.op)]:
            yield ast.BoolOp(swap(), node.values)


def drop_signs(site: MutationSite) -> Iterator[ast.AST]:
    """Drop a minus, a `not` or a `~`."""
    if isinstance(site.node, ast.UnaryOp) and not isinstance(site.node.op, ast.UAdd):
        yield site.node.operand


def negate_conditions(site: MutationSite) -> Iterator[ast.AST]:
    """Negate a condition; a plain comparison is turned round elsewhere."""
    node = site.node
    if site.role not in ("test", "ifs") or not isinstance(node, ast.expr):
        return
    is_plain = isinstance(node, ast.Compare) and len(node.ops) == 1
    if not is_plain and not (isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not)):
        yield ast.UnaryOp(ast.Not(), node)


def shift_constants(site: MutationSite) -> Iterator[ast.AST]:
    """Add 1 to a number or take 1 from it; exchange True and False."""
    value = _read_number(site.node)
    if isinstance(value, bool):
        yield ast.Constant(not value)
    elif value is not None and not _is_negated(site) and not _is_axis(site):
        yield _make_literal(value + 1)
        yield _make_literal(value - 1)


def swap_axes(site: MutationSite) -> Iterator[ast.AST]:
    """Take another axis."""
    value = _read_number(site.node)
    if type(value) is int and _is_axis(site) and not _is_negated(site):
        yield _make_literal({0: 1, 1: 0, -1: 0}.get(value, value - 1))


def shift_bounds(site: MutationSite) -> Iterator[ast.AST]:
    """Move an index, the bound of a slice or the bound of a `range` by one."""
    node, parent = site.node, site.parent
    if isinstance(node, ast.Slice) and node.step is None:
        if node.lower is None:
            yield ast.Slice(ast.Constant(1), node.upper)
        if node.upper is None:
            yield ast.Slice(node.lower, _make_literal(-1))
    is_range_bound = (
        isinstance(parent, ast.Call) and site.role == "args" and _get_name(parent) == "range"
    )
    excluded = ast.Slice | ast.Tuple | ast.Compare | ast.BoolOp | ast.Constant | ast.Starred
    is_bound = site.role in ("slice", "lower", "upper") or is_range_bound
    is_shifted = isinstance(node, ast.BinOp) and type(_read_number(node.right)) is int
    is_excluded = isinstance(node, excluded) or _read_number(node) is not None
    if is_bound and not is_shifted and not is_excluded:
        yield ast.BinOp(node, ast.Add(), ast.Constant(1))
        yield ast.BinOp(node, ast.Sub(), ast.Constant(1))


def swap_functions(site: MutationSite) -> Iterator[ast.AST]:
    """Take another function: mean for sum, argmin for argmax, log2 for log."""
    node = site.node
    if isinstance(node, ast.Attribute) and site.role == "func":
        for name in EXCHANGED.get(node.attr, ()):
            yield ast.Attribute(node.value, name, node.ctx)
    if isinstance(node, ast.Name) and site.role == "func" and node.id not in site.scope:
        for name in BUILTIN.get(node.id, ()):
            yield ast.Name(name, node.ctx)


def drop_wrappers(site: MutationSite) -> Iterator[ast.AST]:
    """Forget a function around its argument, a `.copy()`, or that a set holds things once."""
    node = site.node
    if isinstance(node, ast.Call):
        if len(node.args) == 1 and not node.keywords and _get_name(node) in DROPPABLE_FUNCTIONS:
            yield node.args[0]
        if not node.args and isinstance(node.func, ast.Attribute) and node.func.attr == "copy":
            yield node.func.value
    if isinstance(node, ast.SetComp):
        yield ast.ListComp(node.elt, node.generators)


def drop_terms(site: MutationSite) -> Iterator[ast.AST]:
    """Drop a term of a sum, a factor of a product, or a part of a condition."""
    node = site.node
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add | ast.Mult | ast.MatMult):
        yield from (node.left, node.right)
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Sub):
        yield from (node.left, ast.UnaryOp(ast.USub(), node.right))
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Div | ast.FloorDiv | ast.Pow):
        yield node.left
    if isinstance(node, ast.BoolOp):
        for i in range(len(node.values)):
            remaining = node.values[:i] + node.values[i + 1 :]
            yield remaining[0] if len(remaining) == 1 else ast.BoolOp(node.op, remaining)
    if isinstance(node, ast.AugAssign):
        yield ast.Assign([node.target], node.value, lineno=0)


def drop_arguments(site: MutationSite) -> Iterator[ast.AST]:
    """Drop an argument of a call that has a default."""
    node = site.node
    if not isinstance(node, ast.Call):
        return
    for i, keyword in enumerate(node.keywords):
        # Dropping a flag is the same as its opposite.
        is_flag = isinstance(_read_number(keyword.value), bool)
        if keyword.arg and not is_flag and _has_default(site, keyword.arg) is not False:
            yield ast.Call(node.func, node.args, node.keywords[:i] + node.keywords[i + 1 :])
    last_index = len(node.args) - 1
    if last_index >= 0 and not isinstance(node.args[last_index], ast.Starred):
        is_optional = _has_default(site, last_index)
        if is_optional is None:  # a builtin or a method: its last argument may be optional
            is_optional = last_index > 0 or isinstance(node.func, ast.Attribute)
        if is_optional:
            yield ast.Call(node.func, node.args[:last_index], node.keywords)


def drop_statements(site: MutationSite) -> Iterator[ast.AST]:
    """Drop a statement; exchange `break` and `continue`."""
    node = site.node
    if isinstance(node, ast.Break | ast.Continue):
        yield ast.Continue() if isinstance(node, ast.Break) else ast.Break()
    is_last = isinstance(node, ast.Return) and isinstance(site.parent, ast.FunctionDef)
    droppable = ast.Assign | ast.AugAssign | ast.Expr | ast.Return | ast.Raise | ast.Delete
    droppable |= ast.If | ast.For | ast.While | ast.With | ast.Break | ast.Continue
    if isinstance(node, droppable) and not is_last and not _is_only_binding(site):
        yield ast.Pass()


OPERATORS: tuple[Callable[[MutationSite], Iterator[ast.AST]], ...] = (
    swap_operators,
    swap_comparisons,
    drop_signs,
    negate_conditions,
    shift_constants,
    swap_axes,
    shift_bounds,
    swap_functions,
    drop_wrappers,
    drop_terms,
    drop_arguments,
    drop_statements,
)
"""All of them, in the order in which they are applied."""


def _read_number(node: ast.AST) -> bool | int | float | None:
    """Return the number that a node writes down, with its sign, or None."""
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub):
        value = _read_number(node.operand)
        return None if value is None or isinstance(value, bool) else -value
    is_number = isinstance(node, ast.Constant) and isinstance(node.value, bool | int | float)
    return node.value if is_number else None


def _make_literal(value: int | float) -> ast.expr:
    """Write a number down as the parser would read it."""
    return ast.UnaryOp(ast.USub(), ast.Constant(-value)) if value < 0 else ast.Constant(value)


def _is_negated(site: MutationSite) -> bool:
    return isinstance(site.parent, ast.UnaryOp) and isinstance(site.parent.op, ast.USub)


def _is_axis(site: MutationSite) -> bool:
    return isinstance(site.parent, ast.keyword) and site.parent.arg == "axis"


def _is_only_binding(site: MutationSite) -> bool:
    """Say whether a statement binds names that nothing else binds: nobody forgets it."""
    if not isinstance(site.node, ast.Assign):
        return False
    nodes = [node for target in site.node.targets for node in ast.walk(target)]
    if any(isinstance(node, ast.Subscript | ast.Attribute) for node in nodes):
        return False
    return all(site.bound.get(p.id, 0) < 2 for p in nodes if isinstance(p, ast.Name))


def _get_name(call: ast.Call) -> str:
    function = call.func
    return getattr(function, "attr", getattr(function, "id", ""))


def _has_default(site: MutationSite, argument: str | int) -> bool | None:
    """Say whether an argument, by name or position, has a default; None if nobody knows."""
    function = _resolve_name(site.node.func, {**vars(builtins), **site.scope})
    try:
        parameters = inspect.signature(function).parameters
        parameter = (
            parameters[argument] if isinstance(argument, str) else [*parameters.values()][argument]
        )
    except (TypeError, ValueError, KeyError, IndexError):
        return None
    return parameter.default is not parameter.empty


def _resolve_name(node: ast.AST, scope: Mapping[str, object]) -> object:
    """Look up a dotted name; None if it is no name, or not known."""
    if isinstance(node, ast.Name):
        return scope.get(node.id)
    if isinstance(node, ast.Attribute) and (owner := _resolve_name(node.value, scope)) is not None:
        return getattr(owner, node.attr, None)
    return None
