"""A step with a deeper move from state to state, and a skip around it."""

import numpy as np

from rnncourse.grading.writing import question


@question("09-move", number=6, level="build", points=3, returns="states")
def read_deep(xs, h, W, U, M, K):
    """A deeper move, and a skip."""
    states = []
    for x in xs:
        h = np.tanh(np.tanh(x @ W + h @ U) @ M + h @ K)
        states.append(h)
    return np.array(states)


@read_deep.inputs
def _(rng):
    one = np.array([[1.0]])
    yield np.array([[1.0], [0.0]]), np.zeros(1), one, one, 2 * one, 0.5 * one
    for T, D, H in (
        (3, 2, 2),
        (4, 1, 3),
        (5, 3, 2),
        (2, 2, 4),
        rng.integers((13, 2, 2), (16, 9, 4)),
    ):
        draws = [rng.normal(0, 0.8, shape) for shape in ((D, H), (H, H), (H, H), (H, H))]
        yield rng.normal(0, 1.0, (T, D)), rng.normal(0, 0.6, H), *draws


@read_deep.truth("each state lies between -1 and 1")
def _(arguments, states):
    """A state is a tanh."""
    return np.all(np.abs(states) <= 1)


# --- What goes wrong ---


def _through(xs, h, step):
    states = []
    for x in xs:
        h = step(x, h)
        states.append(h)
    return np.array(states)


read_deep.mistake(
    "The skip forgotten",
    "There is no skip: the state before should also reach the new one through K alone.",
    lambda xs, h, W, U, M, K: _through(xs, h, lambda x, s: np.tanh(np.tanh(x @ W + s @ U) @ M)),
)

read_deep.mistake(
    "The skip from the wrong place",
    "Your skip starts at the inner layer. It starts at the state before the step, so that it goes "
    "around that layer.",
    lambda xs, h, W, U, M, K: _through(
        xs, h, lambda x, s: np.tanh(np.tanh(x @ W + s @ U) @ M + np.tanh(x @ W + s @ U) @ K)
    ),
)

read_deep.mistake(
    "The inner tanh forgotten",
    "Without the inner tanh the two matrices are one: the move is not deeper.",
    lambda xs, h, W, U, M, K: _through(xs, h, lambda x, s: np.tanh((x @ W + s @ U) @ M + s @ K)),
)

read_deep.mistake(
    "The skip behind the tanh",
    "You added the skip after the outer tanh; then states have no bound. Add it inside.",
    lambda xs, h, W, U, M, K: _through(
        xs, h, lambda x, s: np.tanh(np.tanh(x @ W + s @ U) @ M) + s @ K
    ),
)

read_deep.mistake(
    "Always the first state",
    "Your skip always adds the state from before the first step.",
    lambda xs, h, W, U, M, K: _through(
        xs, h, lambda x, s: np.tanh(np.tanh(x @ W + s @ U) @ M + h @ K)
    ),
)

read_deep.mistake(
    "Matrices turned",
    "Vectors are rows here: `h @ M`, not `M @ h`.",
    lambda xs, h, W, U, M, K: _through(
        xs, h, lambda x, s: np.tanh(M @ np.tanh(x @ W + U @ s) + K @ s)
    ),
)
