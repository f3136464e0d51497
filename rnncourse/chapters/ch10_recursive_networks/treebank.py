"""A treebank of one's own: a tree a line, and what is to be answered."""

from collections.abc import Iterable
from typing import NamedTuple

import numpy as np
import torch
from jaxtyping import Int
from torch import Tensor

from rnncourse.chapters.ch10_recursive_networks.trees import Tree, parse_brackets, word_tree

UNKNOWN, JOIN = "<other>", "<join>"
"""Symbols of words that were not there in training, and of nodes that bear no word."""


class Treebank(NamedTuple):
    """Trees that a network reads.

    Args:
        words: Its symbols.
        labels: Its answers.
        built: The trees, as arrays.
        targets: The place of each tree's label.
    """

    words: tuple[str, ...]
    labels: tuple[str, ...]
    built: list[Int[np.ndarray, "_ 4"]]
    targets: Int[Tensor, " N"]


def read_treebank(lines: Iterable[str], training: Treebank | None = None) -> Treebank:
    r"""Read lines of a label, a tab, and a tree with brackets.

    Args:
        lines: Such as `yes<tab>((old men) and women)`, or an open file of them. A bracket has two
            parts, or two parts and between them the word that joins them. Empty lines are left out.
        training: The treebank of the training, whose words and labels are taken.

    Raises:
        ValueError: With the number of the line, if it is none; or if its label is new.

    >>> read_treebank(["yes\t(old men)"]).words
    ('<other>', '<join>', 'men', 'old')
    """
    labeled: list[tuple[str, Tree]] = []
    tokens: set[str] = set()

    def note_word(token: str) -> str:
        tokens.add(token)
        return token

    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        label, tab, text = line.strip().partition("\t")
        try:
            trees = parse_brackets(text, note_word, _make_bracket)
            if not tab or len(trees) != 1:
                raise ValueError("a line is a label, a tab, and one tree.")
            if training and label not in training.labels:
                raise ValueError(f"the label {label!r} was not there in training.")
        except ValueError as error:
            raise ValueError(f"line {number}: {error}") from None
        labeled.append((label, trees[0]))
    if not labeled:
        raise ValueError("there is no tree.")
    words = training.words if training else (UNKNOWN, JOIN, *sorted(tokens))
    labels = training.labels if training else tuple(sorted({label for label, _ in labeled}))
    numbers = {w: i for i, w in enumerate(words)}
    built = [word_tree(tree, lambda w: numbers.get(w, 0), 1) for _, tree in labeled]
    return Treebank(words, labels, built, torch.tensor([labels.index(x) for x, _ in labeled]))


def _make_bracket(children: list) -> Tree:
    if len(children) not in (2, 3) or (len(children) == 3 and not isinstance(children[1], str)):
        raise ValueError("a bracket has two parts, or two and a word between them.")
    return tuple(children)
