"""The small project: from the characters of an expression to the tree of its syntax."""

import re

import numpy as np

from rnncourse.grading.questions import EXACT
from rnncourse.grading.writing import question


@question(
    "10-parser",
    7,
    "The tree of the syntax",
    "project",
    returns="left right codes",
    comparison=EXACT,
)
def syntax_tree(text):
    """Return left and right children of every node, -1 for a leaf, and characters' codes."""
    rows, nodes, operators = [], [], []
    for character in f"({text})":
        if character.isdigit():
            rows.append((-1, -1, ord(character)))
            nodes.append(len(rows) - 1)
            continue
        tighter_operators = "*" if character == "*" else "+-*"  # than those that wait
        while character != "(" and operators[-1] in tighter_operators:
            right, left = nodes.pop(), nodes.pop()
            rows.append((left, right, ord(operators.pop())))
            nodes.append(len(rows) - 1)
        if character == ")":
            operators.pop()
        else:
            operators.append(character)
    return tuple(np.array(rows).T)


def _parse(text, ranks=(("+", 1), ("-", 1), ("*", 2)), right_operators=""):
    """Read an expression by climbing over operators that bind tighter and tighter."""
    rank, rows = dict(ranks), []

    def add_node(left, right, character):
        rows.append((left, right, ord(character)))
        return len(rows) - 1

    def parse_operand(i):
        if text[i] != "(":
            return add_node(-1, -1, text[i]), i + 1
        node, i = parse_expression(i + 1, 0)
        return node, i + 1

    def parse_expression(i, min_rank):
        node, i = parse_operand(i)
        while i < len(text) and text[i] != ")" and rank[text[i]] >= min_rank:
            character = text[i]
            right, i = parse_expression(i + 1, rank[character] + (character not in right_operators))
            node = add_node(node, right, character)
        return node, i

    parse_expression(0, 0)
    return tuple(np.array(column) for column in zip(*rows, strict=True))


def _sample_expression(rng, n_leaves, min_rank=0, extra_rate=0.2):
    """Draw an expression, with parentheses where they are needed, and now and then elsewhere."""
    if n_leaves == 1:
        return str(rng.integers(10))
    n_left, character = rng.integers(1, n_leaves), "+-*"[rng.integers(3)]
    rank = 2 if character == "*" else 1
    left = _sample_expression(rng, n_left, rank)
    expression = left + character + _sample_expression(rng, n_leaves - n_left, rank + 1)
    return f"({expression})" if rank < min_rank or rng.random() < extra_rate else expression


@syntax_tree.inputs
def _sample_inputs(rng):
    for text in ("7", "1+2", "8-3-2", "1+5-2", "3+2+1", "1+2*3", _sample_expression(rng, 4)):
        yield (_redraw_digits(rng, text),)
    for text in ("2*(3+4)", "9-(5-(1))", "6-2+1", "2*3*4-5*6+7", "((1-2)-3)*4"):
        yield (_redraw_digits(rng, text),)
    for leaves in (6, 9, 12):
        yield (_sample_expression(rng, leaves),)


def _redraw_digits(rng, text):
    """Draw other digits."""
    return "".join(str(rng.integers(10)) if c.isdigit() else c for c in text)


@syntax_tree.property("the leaves are the digits of the text, in their order")
def _has_digits_as_leaves(arguments, left, right, codes):
    """Parentheses are no nodes, every digit is a leaf, and the left part comes first."""
    return np.array_equal(codes[left < 0], [ord(c) for c in arguments[0] if c.isdigit()])


@syntax_tree.property("there is one node for each operator")
def _has_a_node_for_each_operator(arguments, left, right, codes):
    """A node bears its operator."""
    operators = sorted(ord(c) for c in arguments[0] if c in "+-*")
    return np.array_equal(np.sort(codes[left >= 0]), operators)


@syntax_tree.property("evaluated along the tree, an expression has the value that Python gives it")
def _has_the_value(arguments, left, right, codes):
    """`*` binds tighter than `+` and `-`; among operators that bind as tight, the left one comes
    first; and what stands in parentheses comes before all."""
    try:
        return _evaluate_tree(left, right, codes) == _evaluate_tree(*_parse(arguments[0]))
    except (IndexError, KeyError, OverflowError, ValueError):  # it is no tree
        return False


@syntax_tree.property("a node stands right behind its right child")
def _is_in_postorder(arguments, left, right, codes):
    """In postorder all of the left part comes first, then all of the right part, then the node."""
    inner = np.flatnonzero(~(left < 0))
    return np.array_equal(right[inner], inner - 1)


def _evaluate_tree(left, right, codes):
    """Evaluate along a tree."""
    rule_by_sign = {"+": lambda a, b: a + b, "-": lambda a, b: a - b, "*": lambda a, b: a * b}
    values = []
    for a, b, code in np.transpose([left, right, codes]).astype(int).tolist():
        values.append(rule_by_sign[chr(code)](values[a], values[b]) if a >= 0 else int(chr(code)))
    return values[-1]


def _parse_from_root(end, direction=1):
    """Make a wrong answer that begins at the root.

    Args:
        end: Which of those that wait comes next: the last one, -1, or the first one, 0.
        direction: Whether the left child waits before the right one, 1, or behind it, -1.
    """

    def answer(text):
        left, right, codes = _parse(text)
        order, stack = [], [len(codes) - 1]
        while stack:
            order.append(stack.pop(end))
            if left[order[-1]] >= 0:
                stack += [left[order[-1]], right[order[-1]]][::direction]
        new_index = np.argsort(order)
        return *(np.where(c < 0, -1, new_index[c])[order] for c in (left, right)), codes[order]

    return answer


syntax_tree.mistake("No operator binds tighter", {'"*" if character == "*" else ': ""})(
    "You read from left to right, and let no operator wait. `*` binds tighter than `+` and `-`."
)

syntax_tree.mistake("The right one first", lambda text: _parse(text, right_operators="+-*"))(
    "Among operators that bind as tight, the left one comes first: 8-3-2 is 3, not 7."
)

syntax_tree.mistake("The right one first, where the value is the same")(
    "2*3*4 has the same value from either side, and not the same tree: of operators that bind as "
    "tight, the left one comes first.",
    lambda text: _parse(text, right_operators="*"),
    lambda text: _parse(text, right_operators="+"),
    lambda text: _parse(text, right_operators="+*"),
)

syntax_tree.mistake("Plus before minus")(
    "`+` and `-` bind as tight as each other: between them the left one comes first.",
    lambda text: _parse(text, (("+", 2), ("-", 1), ("*", 3))),
    lambda text: _parse(text, (("+", 1), ("-", 2), ("*", 3))),
)

syntax_tree.mistake("Times binds least", lambda text: _parse(text, (("+", 2), ("-", 2), ("*", 1))))(
    "You turned it around: `*` binds tighter than `+` and `-`, so it stands lower in the tree."
)

syntax_tree.mistake("Parentheses overlooked", lambda text: _parse(re.sub("[()]", "", text)))(
    "You left the parentheses out. They are no nodes, but they say what belongs together."
)

syntax_tree.mistake("Children exchanged", {"(left, right, ord": "(right, left, ord"})(
    "Left and right are exchanged: in 3-1 the 3 is the left child."
)

syntax_tree.mistake(
    "The root first", _parse_from_root(-1), _parse_from_root(-1, -1), _parse_from_root(0)
)(
    "Your root stands first. Children come before their node, so that states can be computed in "
    "the order of the rows."
)

syntax_tree.mistake("Counted from 1", {"(left, right, ord": "(left + 1, right + 1, ord"})(
    "You count the rows from 1. The first row is row 0."
)

syntax_tree.mistake("A child at a leaf", {"(-1, -1, ord": "(0, 0, ord"})(
    "Your leaves have row 0 for a child. A leaf has none: both its numbers are -1."
)

syntax_tree.mistake("Numbers for codes", {"(-1, -1, ord": "(-1, -1, int"})(
    "Your leaves bear the digits' numbers. Asked for is the code of the character, `ord`."
)
