"""The order in which a batch of nodes is composed: by height."""

import numpy as np

from rnncourse.chapters.ch10_recursive_networks.questions.drawing import (
    depths_of,
    drawn,
    flipped,
    heights_of,
    levels_by,
)
from rnncourse.grading.questions import EXACT
from rnncourse.grading.writing import question


@question(
    "10-batch",
    number=5,
    level="build",
    points=3,
    returns="order new_left new_right counts",
    comparison=EXACT,
)
def by_height(left, right):
    """A batch by height."""
    heights = np.zeros(len(left), int)
    for place in range(len(left)):
        if left[place] >= 0:
            heights[place] = 1 + max(heights[left[place]], heights[right[place]])
    order = np.argsort(heights, kind="stable")
    rank = np.argsort(order)
    inner = left[order] >= 0
    new_left = np.where(inner, rank[left[order]], -1)
    new_right = np.where(inner, rank[right[order]], -1)
    return order, new_left, new_right, np.bincount(heights)


def forest(rng, sizes, shape="random"):
    """Put trees of these numbers of leaves one after the other."""
    left, right, first = [], [], 0
    for leaves in sizes:
        a, b = drawn(rng, leaves, shape)
        left.append(np.where(a < 0, -1, a + first))
        right.append(np.where(b < 0, -1, b + first))
        first += len(a)
    return np.concatenate(left), np.concatenate(right)


@by_height.inputs
def _(rng):
    yield forest(rng, [2, 1])
    yield forest(rng, [1])
    yield forest(rng, [4, 3], "left")
    yield forest(rng, [4, 5], "balanced")
    yield forest(rng, [3, 6, 2])
    yield forest(rng, [5, 1, 6], "leaves first")
    yield forest(rng, [9, 120], "left")  # higher than any fixed number of passes
    yield forest(rng, rng.integers(1, 30, size=rng.integers(4, 12)))


@by_height.truth("`order` has every node once")
def _(arguments, order, new_left, new_right, counts):
    """Nothing is lost, and nothing is composed twice."""
    return np.array_equal(np.sort(order), np.arange(len(arguments[0])))


@by_height.truth("children stand before their nodes")
def _(arguments, order, new_left, new_right, counts):
    """A node can be composed only when both children are there. Are `new_left` and `new_right`
    places in the new order, and not where the children stood before?"""
    places = np.arange(len(new_left))
    return np.all(new_left < places) and np.all(new_right < places)


@by_height.truth("nodes of one height stand in the order in which they stood")
def _(arguments, order, new_left, new_right, counts):
    """A sort that keeps it is called stable: `kind="stable"`."""
    heights = heights_of(*arguments)
    if not np.array_equal(np.sort(order), np.arange(len(heights))):
        return False
    same = np.diff(heights[order.astype(int)]) == 0
    return np.all(np.diff(order)[same] > 0)


@by_height.truth("the first count is that of the leaves, and the counts add up to all nodes")
def _(arguments, order, new_left, new_right, counts):
    """All leaves have the height 0, wherever they hang."""
    left, _ = arguments
    return counts[0] == np.sum(left < 0) and np.sum(counts) == len(left)


def _moved(side, order, places):
    """Return where the children of nodes in this order are, by a place for each; -1 at leaves."""
    return np.where(side[order] >= 0, places[side[order]], -1)


def _sorted_by(rule, turned=1):
    """Make a wrong answer: batch by other levels, or nodes of one level from last to first."""

    def answer(left, right):
        levels = rule(left, right)
        order = np.lexsort((turned * np.arange(len(left)), levels))
        children = (_moved(side, order, np.argsort(order)) for side in (left, right))
        return order, *children, np.bincount(levels)

    return answer


def _heighted(left, right):
    """Answer wrongly: a height for each node in the place of the counts."""
    order, *children, _ = by_height(left, right)
    return order, *children, heights_of(left, right)[order]


def _children(change):
    """Make a wrong answer: from the order, and the children on one side, to other children."""

    def answer(left, right):
        order, *_, counts = by_height(left, right)
        return order, change(order, left), change(order, right), counts

    return answer


def _changed(change):
    """Make a wrong answer of the right one."""
    return lambda left, right: change(*by_height(left, right))


by_height.mistake("By depth from the root", _sorted_by(flipped(depths_of)))(
    "You sorted by the depth from the root, deepest first. That works, but trees of other heights "
    "do not line up: leaves are then spread over all levels. Count from the leaves."
)

by_height.mistake("The root first", _sorted_by(depths_of), _sorted_by(flipped(heights_of)))(
    "The root comes first in your order. It needs all others: it comes last."
)

by_height.mistake("The lower child")(
    "A node has to wait for both of its children: its height is one more than that of the higher.",
    _sorted_by(levels_by(lambda a, b: 1 + min(a, b))),
    _sorted_by(levels_by(lambda a, b: 1 + a)),
    _sorted_by(levels_by(lambda a, b: 1 + b)),
)

by_height.mistake("By the number of leaves", _sorted_by(levels_by(lambda a, b: 1 + a + b)))(
    "You sorted by the number of leaves below a node. That works, but nodes of one height need not "
    "have the same number, and could be composed together."
)

by_height.mistake("Places counted from 1")(
    "Your children's places count from 1, as in the page's batch, which has a row of zeros first. "
    "Here they count from 0, and a leaf has -1.",
    _changed(lambda order, left, right, counts: (order, left + 1, right + 1, counts)),
)

by_height.mistake("The heights for the counts", _heighted)(
    "You returned every node's height. Asked for is how many nodes have the height 0, 1, ..."
)

by_height.mistake("Children where they stood before")(
    "Your children still have their old places. After the sorting each has a new one, and the node "
    "must look for it there.",
    _children(lambda order, side: side[order]),
    _children(lambda order, side: side),
)

by_height.mistake("The order for its inverse")(
    "`order[k]` says which node comes k-th. Where a node has gone is the inverse of that.",
    _children(lambda order, side: _moved(side, order, order)),
    _changed(lambda order, *others: (np.argsort(order), *others)),
)

by_height.mistake("Nodes in their old rows")(
    "You gave the children their new places, but left the nodes in their old rows: row k is for "
    "the node that comes k-th.",
    _children(lambda order, side: np.where(side >= 0, np.argsort(order)[side], -1)),
)

by_height.mistake("Minus one moved, too")(
    "A leaf has no children: -1 stays -1. As an index it means the last node.",
    _children(lambda order, side: np.argsort(order)[side[order]]),
)

by_height.mistake("Left and right exchanged")(
    "The left and the right children are exchanged.",
    _changed(lambda order, left, right, counts: (order, right, left, counts)),
)

by_height.mistake("Nodes of one height in reverse", _sorted_by(heights_of, turned=-1))(
    'Nodes of one height should stay in the order in which they stood: sort with `kind="stable"`.'
)

by_height.mistake("Counted up")(
    "You added up the counts. Asked for is how many nodes have each height.",
    _changed(lambda *others: (*others[:3], np.cumsum(others[3]))),
    _changed(lambda *others: (*others[:3], np.r_[0, np.cumsum(others[3])])),
    _changed(lambda *others: (*others[:3], np.r_[0, np.cumsum(others[3])[:-1]])),
)

by_height.mistake("Leaves not counted", _changed(lambda *others: (*others[:3], others[3][1:])))(
    "The leaves are nodes, too: their count is the first."
)
