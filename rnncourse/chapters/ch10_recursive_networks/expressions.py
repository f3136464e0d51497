"""Expressions that a network is to evaluate: drawn at random, written by Python, split for good."""

import ast
import random
import zlib
from collections.abc import Callable
from dataclasses import dataclass

SYMBOLS: dict[type[ast.operator], str] = {ast.Add: "+", ast.Sub: "-", ast.Mult: "*"}
OPERATORS = {symbol: kind for kind, symbol in SYMBOLS.items()}
APPLY: dict[str, Callable[[int, int], int]] = {
    "+": lambda a, b: a + b,
    "-": lambda a, b: a - b,
    "*": lambda a, b: a * b,
}
HELD_OUT_SPLITS = {0: "validation", 1: "test"}


@dataclass(frozen=True)
class ExpressionKind:
    """A kind of expression.

    Args:
        operators: One character each; without any, a text is a row of digits, and its value is
            their sum.
        base: Digits are smaller, and values are taken modulo it.
        first: The value of a row of digits is the first of them.
    """

    operators: str
    base: int
    first: bool = False

    @property
    def vocabulary(self) -> str:
        """Every character that a text can have."""
        return "".join(map(str, range(self.base))) + self.operators + "()"

    @property
    def join(self) -> int:
        """Symbol of a node that has none of its own."""
        return len(self.vocabulary)


LANGUAGES = {
    "mod5": ExpressionKind("+-*", 5),
    "parity": ExpressionKind("", 2),
    "first": ExpressionKind("", 4, first=True),
}


def sample_tree(n_leaves: int, language: ExpressionKind, rng: random.Random) -> ast.expr:
    """Draw a tree: at each node the number of leaves on the left is drawn evenly."""
    if n_leaves == 1:
        return ast.Constant(rng.randrange(language.base))
    cut = rng.randint(1, n_leaves - 1)
    operator = OPERATORS[rng.choice(language.operators)]()
    return ast.BinOp(
        sample_tree(cut, language, rng), operator, sample_tree(n_leaves - cut, language, rng)
    )


def sample_expression(n_leaves: int, language: ExpressionKind, rng: random.Random) -> str:
    """Draw an expression, written with no more parentheses than it needs.

    >>> sample_expression(4, LANGUAGES["mod5"], random.Random(3))
    '4*0*(2-4)'
    """
    digits = [str(rng.randrange(language.base)) for _ in range(n_leaves)]
    if not language.operators:
        return "".join(digits)
    return ast.unparse(sample_tree(n_leaves, language, rng)).replace(" ", "")


def evaluate(text: str, language: ExpressionKind) -> int:
    """Return what an expression is worth, by Python's rules, modulo the base.

    >>> evaluate("2*(3-4)", LANGUAGES["mod5"])
    3
    """
    if not language.operators:
        return int(text[0]) if language.first else sum(map(int, text)) % language.base

    def evaluate(node: ast.expr) -> int:
        if isinstance(node, ast.Constant):
            return node.value
        return APPLY[SYMBOLS[type(node.op)]](evaluate(node.left), evaluate(node.right))

    return evaluate(ast.parse(text, mode="eval").body) % language.base


def find_split(text: str) -> str:
    """Say to which part a text belongs, wherever it was drawn: no text is in two parts.

    A checksum of the text decides: a tenth is for validation, a tenth for the test.
    """
    return HELD_OUT_SPLITS.get(zlib.crc32(text.encode()) % 10, "train")


def sample(
    language: ExpressionKind, part: str, leaves: tuple[int, int], count: int, seed: int
) -> list[str]:
    """Draw expressions of one part.

    Args:
        language: Of which kind.
        part: `"train"`, `"validation"` or `"test"`.
        leaves: The fewest and the most; evenly drawn.
        count: How many; for validation and test at most so many, and none twice (there are few
            short ones).
        seed: Where they come from.
    """
    rng, drawn = random.Random(seed), {} if part != "train" else None
    texts: list[str] = []
    for _ in range(40 * count):
        if len(texts) == count:
            break
        text = sample_expression(rng.randint(*leaves), language, rng)
        if find_split(text) != part or (drawn is not None and text in drawn):
            continue
        if drawn is not None:
            drawn[text] = True
        texts.append(text)
    return texts
