"""The states of all nodes of a tree."""

import numpy as np

from rnncourse.chapters.ch10_recursive_networks.questions.drawing import drawn
from rnncourse.grading.writing import question


@question("10-states", number=3, level="apply", points=2, returns="hs")
def tree_states(left, right, xs, W_l, W_r, b):
    """The states of a tree."""
    hs = np.array(xs)
    for place, a in enumerate(left):
        if a >= 0:
            hs[place] = np.tanh(hs[a] @ W_l + hs[right[place]] @ W_r + b)
    return hs


def made(rng, leaves, H, shape="random"):
    """Draw a tree, the vectors of its leaves (0 at other nodes), and weights."""
    left, right = drawn(rng, leaves, shape)
    xs = rng.normal(size=(len(left), H)) * (left < 0)[:, None]
    W_l, W_r = rng.normal(size=(2, H, H)) / np.sqrt(H)
    return left, right, xs, W_l, W_r, rng.normal(size=H) / 2


def chain(rng, leaves, H, gain):
    """Draw a tree that leans to the left; its root depends on the first leaf, however far it is.

    On the way up, units change places and are multiplied by the gain: above 1 each keeps its sign.
    """
    left, right, xs, _, W_r, b = made(rng, leaves, H, "left")
    xs[0] = np.sign(xs[0])
    return left, right, xs, gain * rng.permutation(np.eye(H)), W_r / 10, b / 10


@tree_states.inputs
def _(rng):
    one = np.array([[1.0]])
    yield (
        np.array([-1, -1, 0]),
        np.array([-1, -1, 1]),
        np.array([[0.5], [0.2], [0]]),
        one,
        2 * one,
        np.zeros(1),
    )
    yield made(rng, 1, 2)
    yield made(rng, 3, 2, "left")
    yield made(rng, 3, 2, "right")
    yield made(rng, 8, 3, "balanced")
    yield made(rng, 6, 3, "leaves first")
    yield chain(rng, 120, 5, gain=2)  # higher than any fixed number of passes
    yield made(rng, *rng.integers((10, 2), (60, 7)))


@tree_states.truth("the state of a leaf is its vector")
def _(arguments, hs):
    """Nothing is composed there."""
    left, _, xs, *_ = arguments
    return np.allclose(hs[left < 0], xs[left < 0])


@tree_states.truth("a composed state lies between -1 and 1")
def _(arguments, hs):
    """Tanh comes last."""
    return np.all(np.abs(hs[arguments[0] >= 0]) <= 1)


def _by(compose, leaf=lambda x, b: x):
    """Make a wrong answer of another composition, or of other leaves."""

    def answer(left, right, xs, W_l, W_r, b):
        hs = np.array(xs, dtype=float)
        for place, (a, c) in enumerate(zip(left, right, strict=True)):
            if a >= 0:
                hs[place] = compose(hs[a], hs[c], W_l, W_r, b)
            else:
                hs[place] = leaf(xs[place], b)
        return hs

    return answer


def _usual(u, v, W_l, W_r, b):
    return np.tanh(u @ W_l + v @ W_r + b)


def _before(left, steps):
    """Return the node so many places before each node that is no leaf."""
    return np.where(left >= 0, np.arange(len(left)) - steps, -1)


tree_states.mistake("The children exchanged")(
    "Left and right are exchanged: `W_l` belongs to the left child. In 3 - 1 that is a difference.",
    _by(lambda u, v, W_l, W_r, b: _usual(v, u, W_l, W_r, b)),
)

tree_states.mistake("One matrix for both children")(
    "You used one matrix for both children. Then the network could not tell 3 - 1 from 1 - 3.",
    _by(lambda u, v, W_l, W_r, b: np.tanh((u + v) @ W_l + b)),
    _by(lambda u, v, W_l, W_r, b: np.tanh((u + v) @ W_r + b)),
    _by(lambda u, v, W_l, W_r, b: np.tanh((u + v) @ (W_l + W_r) / 2 + b)),
)

tree_states.mistake("Leaves composed, too")(
    "A leaf's state is its vector as it is: no tanh, and no bias.",
    _by(_usual, lambda x, b: np.tanh(x)),
    _by(_usual, lambda x, b: np.tanh(x + b)),
    _by(_usual, lambda x, b: x + b),
)

tree_states.mistake("The tanh forgotten", _by(lambda u, v, W_l, W_r, b: u @ W_l + v @ W_r + b))(
    "Your states are not squashed: where is the tanh?"
)

tree_states.mistake("The tanh of each part")(
    "You took the tanh of both parts and added them. Add first: one tanh for the node.",
    _by(lambda u, v, W_l, W_r, b: np.tanh(u @ W_l) + np.tanh(v @ W_r) + b),
    _by(lambda u, v, W_l, W_r, b: np.tanh(u @ W_l + b) + np.tanh(v @ W_r + b)),
)

tree_states.mistake("The bias for each child")(
    "The bias is added once for a node, not once for each child.",
    _by(lambda u, v, W_l, W_r, b: _usual(u, v, W_l, W_r, 2 * b)),
)

tree_states.mistake("The bias forgotten", _by(lambda u, v, W_l, W_r, b: _usual(u, v, W_l, W_r, 0)))(
    "Right but for `b`: it is added at every composed node."
)

tree_states.mistake("The matrices transposed")(
    "Vectors are rows here: `h @ W`, not `W @ h`.",
    _by(lambda u, v, W_l, W_r, b: _usual(u, v, W_l.T, W_r.T, b)),
)

tree_states.mistake("A chain of neighbors")(
    "You composed each node with the two that stand before it. The arrays say which nodes are its "
    "children: the left one may stand far back.",
    lambda left, right, *rest: _by(_usual)(_before(left, 2), _before(left, 1), *rest),
)

tree_states.mistake("The node before for the right child")(
    "You took the node that stands just before as the right child. It may stand anywhere before: "
    "`right` says where.",
    lambda left, right, *rest: _by(_usual)(left, _before(left, 1), *rest),
)

tree_states.mistake("One child twice")(
    "You used one child for both parts. The left one goes through `W_l`, the right one through "
    "`W_r`.",
    _by(lambda u, v, W_l, W_r, b: _usual(u, u, W_l, W_r, b)),
    _by(lambda u, v, W_l, W_r, b: _usual(v, v, W_l, W_r, b)),
)

tree_states.mistake("No child for -1")(
    "You composed the leaves, too. A leaf has no children: -1 is an index, too, and means the "
    "last row.",
    lambda left, right, *rest: _by(_usual)(left % len(left), right % len(right), *rest),
)

tree_states.mistake("The vectors of the children, not their states")(
    "You composed the vectors in `xs`. At a child that is no leaf they are 0: take its state.",
    lambda left, right, xs, W_l, W_r, b: np.where(
        (left >= 0)[:, None], np.tanh(xs[left] @ W_l + xs[right] @ W_r + b), xs
    ),
)
