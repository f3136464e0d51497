"""Trees as arrays, and many of them side by side: batched by height.

A tree is an array of rows `left, right, symbol, height`, children before parents, the root last; a
child of -1 is none. A chain is a tree, too: each node has one child, the node before.
"""

import ast
import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import torch
from jaxtyping import Int
from torch import Tensor

from rnncourse.chapters.ch10_recursive_networks.expressions import SYMBOLS, ExpressionKind

Rows = list[tuple[int, int, int, int]]
Tree = str | tuple
"""A word, or the parts of a bracket: two, or two and between them the word that joins them."""
RANKS = {"+": 0, "-": 0, "*": 1}
"""Which operator binds tighter, in Python."""
SHAPES = ("balanced", "random", "left")
TREE_KINDS = ("parse", "bare", "syntax", *SHAPES, "chain")


def add_leaf(rows: Rows, symbol: int) -> int:
    """Add a leaf, and return its place."""
    rows.append((-1, -1, symbol, 0))
    return len(rows) - 1


def add_node(rows: Rows, left: int, right: int, symbol: int) -> int:
    """Add a node over two others, and return its place."""
    rows.append((left, right, symbol, 1 + max(rows[left][3], rows[right][3])))
    return len(rows) - 1


def build_shaped_tree(
    leaves: Sequence[int], node_symbols: Sequence[int], shape: str, rng: random.Random
) -> Int[np.ndarray, "N 4"]:
    """Build a tree over a row of symbols that does not ask what they mean.

    Args:
        leaves: The symbols.
        node_symbols: The symbol of a node that parts its leaves after the first, the second, ...:
            one fewer than leaves.
        shape: `"balanced"`: cut in the middle; `"random"`: anywhere; `"left"`: before the last.
        rng: For `"random"`.
    """
    rows: Rows = []

    def build(a: int, b: int) -> int:
        if b - a == 1:
            return add_leaf(rows, leaves[a])
        if shape == "random":
            cut = rng.randint(a + 1, b - 1)
        else:
            cut = {"balanced": (a + b) // 2, "left": b - 1}[shape]
        return add_node(rows, build(a, cut), build(cut, b), node_symbols[cut - 1])

    if shape == "left":  # no recursion: it may be long
        top = add_leaf(rows, leaves[0])
        for symbol, node_symbol in zip(leaves[1:], node_symbols, strict=True):
            top = add_node(rows, top, add_leaf(rows, symbol), node_symbol)
    else:
        build(0, len(leaves))
    return np.array(rows)


def build_chain(symbols: Sequence[int]) -> Int[np.ndarray, "N 4"]:
    """Build the chain that a recurrent network is: node t has the symbol t, and one child."""
    return np.array([(t - 1, -1, symbol, t) for t, symbol in enumerate(symbols)])


def parse_tree(text: str, language: ExpressionKind, kind: str) -> Int[np.ndarray, "N 4"]:
    """Build the tree of the syntax.

    Args:
        text: An expression.
        language: Its kind.
        kind: `"parse"`: digits are leaves, and a node bears its operator. `"bare"`: operators are
            leaves, and nodes bear nothing: a node joins the left part with a node that joins
            operator and right part. `"syntax"`: the same, and the parentheses are leaves as well.
    """
    rows: Rows = []
    index = {character: i for i, character in enumerate(language.vocabulary)}
    join = language.join

    def build(expression: ast.expr) -> int:
        if isinstance(expression, ast.Constant):
            return add_leaf(rows, index[str(expression.value)])
        symbol = SYMBOLS[type(expression.op)]
        if kind == "parse":
            return add_node(rows, build(expression.left), build(expression.right), index[symbol])
        left = build_operand(expression.left, RANKS[symbol])
        operator = add_leaf(rows, index[symbol])
        right = add_node(rows, operator, build_operand(expression.right, RANKS[symbol] + 1), join)
        return add_node(rows, left, right, join)

    def build_operand(expression: ast.expr, min_rank: int) -> int:
        is_leaf = not isinstance(expression, ast.BinOp)
        if kind != "syntax" or is_leaf or RANKS[SYMBOLS[type(expression.op)]] >= min_rank:
            return build(expression)
        opening = add_leaf(rows, index["("])
        inner = add_node(rows, build(expression), add_leaf(rows, index[")"]), join)
        return add_node(rows, opening, inner, join)

    build(ast.parse(text, mode="eval").body)
    return np.array(rows)


def parse_brackets(
    text: str, make_word: Callable[[str], str] = str, make_bracket: Callable[[list], Tree] = tuple
) -> list[Tree]:
    """Read words and brackets.

    Args:
        text: Such as `(black (cats and dogs))`.
        make_word: Returns a word, or refuses it.
        make_bracket: Makes a bracket of its parts, or refuses them.

    Returns:
        What stands outside of all brackets.

    Raises:
        ValueError: If a bracket is not opened, or not closed.
    """
    stack: list[list] = [[]]
    for token in text.replace("(", " ( ").replace(")", " ) ").split():
        if token == "(":
            stack.append([])
        elif token == ")":
            if len(stack) < 2:
                raise ValueError("a bracket is closed that was not opened.")
            children = stack.pop()
            stack[-1].append(make_bracket(children))
        else:
            stack[-1].append(make_word(token))
    if len(stack) > 1:
        raise ValueError("a bracket is not closed at its end.")
    return stack[0]


def word_tree(tree: Tree, symbol_of: Callable[[str], int], join: int) -> Int[np.ndarray, "N 4"]:
    """Build the array of a tree over words; a node bears its joining word's symbol, or `join`."""
    rows: Rows = []

    def build(part: Tree) -> int:
        if isinstance(part, str):
            return add_leaf(rows, symbol_of(part))
        node_symbol = symbol_of(part[1]) if len(part) == 3 else join
        return add_node(rows, build(part[0]), build(part[-1]), node_symbol)

    build(tree)
    return np.array(rows)


def build_tree(text: str, language: ExpressionKind, kind: str) -> Int[np.ndarray, "N 4"]:
    """Build a tree of a text, one of `TREE_KINDS`.

    A random tree depends on the text alone, so that all see the same ones.
    """
    symbols = [language.vocabulary.index(character) for character in text]
    if kind == "chain":
        return build_chain(symbols)
    if kind in ("parse", "bare", "syntax"):
        return parse_tree(text, language, kind)
    node_symbols = [language.join] * (len(symbols) - 1)
    return build_shaped_tree(symbols, node_symbols, kind, random.Random(text))


@dataclass(frozen=True)
class Batch:
    """Trees side by side, all nodes in the order of their heights.

    Args:
        left: Place of the left child, counted from 1; 0 is none.
        right: Of the right one.
        symbols: Of each node.
        counts: How many nodes have the height 0, 1, ...
        roots: Place of each tree's root, counted from 1.
    """

    left: Int[Tensor, " N"]
    right: Int[Tensor, " N"]
    symbols: Int[Tensor, " N"]
    counts: tuple[int, ...]
    roots: Int[Tensor, " B"]


def batch_trees(trees: Sequence[Int[np.ndarray, "_ 4"]]) -> Batch:
    """Put trees side by side.

    >>> some = batch_trees([build_chain([5, 6, 7]), build_chain([8])])
    >>> some.counts, some.symbols.tolist(), some.roots.tolist()
    ((2, 1, 1), [5, 8, 6, 7], [4, 2])
    """
    sizes = np.array([len(tree) for tree in trees])
    tree_ends = np.cumsum(sizes)
    rows, tree_starts = np.concatenate(trees), np.repeat(tree_ends - sizes, sizes)
    order = np.argsort(rows[:, 3], kind="stable")
    positions = np.empty(len(rows), int)
    positions[order] = np.arange(1, len(rows) + 1)

    def reindex(column: int) -> Int[Tensor, " N"]:
        child = np.where(rows[:, column] < 0, 0, positions[rows[:, column] + tree_starts])
        return torch.from_numpy(child[order])

    return Batch(
        reindex(0),
        reindex(1),
        torch.from_numpy(rows[order, 2]),
        tuple(np.bincount(rows[:, 3]).tolist()),
        torch.from_numpy(positions[tree_ends - 1]),
    )
