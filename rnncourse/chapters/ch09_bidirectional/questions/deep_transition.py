"""A step with a deeper move from state to state, and a skip around it."""

import numpy as np

from rnncourse.grading.writing import question


@question("09-move", 6, "A deeper move, and a skip", "build", returns="states")
def read_deep(xs, h, W, U, M, K):
    """Return the state after each step, `(T, B, H)`."""
    states = []
    for x in xs:
        h = np.tanh(np.tanh(x @ W + h @ U) @ M + h @ K)
        states.append(h)
    return np.array(states)


@read_deep.inputs
def _sample_inputs(rng):
    ones = np.array([[1.0]])
    yield np.array([[1.0], [0.0]]), np.zeros(1), ones, ones, 2 * ones, 0.5 * ones
    sizes = rng.integers((13, 2, 2), (16, 9, 4))
    for T, D, H in ((3, 2, 2), (4, 1, 3), (5, 3, 2), (2, 2, 4), sizes):
        weights = [rng.normal(0, 0.8, shape) for shape in ((D, H), (H, H), (H, H), (H, H))]
        yield rng.normal(0, 1.0, (T, D)), rng.normal(0, 0.6, H), *weights


@read_deep.property("each state lies between -1 and 1")
def has_tanh_values(arguments, states):
    """A state is a tanh."""
    return np.all(np.abs(states) <= 1)


read_deep.mistake("The skip forgotten", {" + h @ K": ""})(
    "There is no skip: the state before should also reach the new one through K alone."
)

read_deep.mistake("The skip from the wrong place", {"@ M + h @ K": "@ (M + K)"})(
    "Your skip starts at the inner layer. It starts at the state before the step, so that it goes "
    "around that layer."
)

read_deep.mistake("The inner tanh forgotten", {"(np.tanh": "("})(
    "Without the inner tanh the two matrices are one: the move is not deeper."
)

read_deep.mistake("The skip behind the tanh", {"@ M + h @ K)": "@ M) + h @ K"})(
    "You added the skip after the outer tanh; then states have no bound. Add it inside."
)

read_deep.mistake("Always the first state")(
    "Your skip always adds the state from before the first step.",
    {"states = []": "states, start = [], h", "h @ K": "start @ K"},
)

read_deep.mistake("Matrices turned", {"@ U": "@ U.T", "@ M": "@ M.T", "@ K": "@ K.T"})(
    "Vectors are rows here: `h @ M`, not `M @ h`."
)
